package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter narrows an export. Empty fields narrow nothing.
type Filter struct {
	Place    string // code of a district, town, community or grid
	Source   string
	Status   string
	Category string
	From, To time.Time // of receipt; To is not included
}

// columns are the columns of an export, in order; new ones will be added at the
// end. Times are RFC 3339 in China's zone, coordinates WGS84 degrees.
var columns = [...]string{
	"number", "received_at", "source", "source_ref", "kind", "category", "category_name", "urgency", "class", "status",
	"district", "town", "community", "grid", "lon", "lat", "where", "desk", "unit", "holder", "closed_at", "late", "reopens", "text",
}

// Columns returns the names of the columns of an export, in order.
func Columns() []string { return slices.Clone(columns[:]) }

// Export writes the matters that the actor may read and the filter lets
// through, by district and number, and returns how many they are. Nothing that
// names the caller is written: no contact, and digits in the texts that could
// be a telephone or identity number are masked. Faults: access.denied,
// exchange.format_unknown, exchange.too_many_rows, exchange.file_unwritable,
// place.unknown, inlet.unknown, status.unknown, category.unknown.
func Export(ctx context.Context, e *engine.Engine, actor access.Actor, f Filter, format Format, w io.Writer) (int64, error) {
	if len(access.Scopes(actor, access.ReadMatter)) == 0 {
		return 0, fault.New(fault.Denied, "access.denied", string(access.ReadMatter))
	}
	city := e.City()
	where, args, err := f.conditions(city, access.List(actor, access.ReadMatter))
	if err != nil {
		return 0, err
	}
	out, err := openWriter(format, w)
	if err != nil {
		return 0, err
	}
	x := export{db: e.DB(), city: city, where: where, args: args, out: out}
	if err := x.pages(ctx); err != nil {
		return x.n, errors.Join(err, out.drop())
	}
	return x.n, out.close()
}

// export is one export under way.
type export struct {
	db    *store.DB
	city  *pack.City
	where string
	args  []any
	out   writer
	n     int64
}

// pages writes all matters, a page at a time.
func (x *export) pages(ctx context.Context) error {
	at := pageKey{}
	for {
		page, err := x.page(ctx, at)
		if err != nil {
			return err
		}
		for _, m := range page {
			cells, err := m.cells(x.city)
			if err == nil {
				err = x.out.write(cells)
			}
			if err != nil {
				return err
			}
			x.n++
		}
		if len(page) < pageSize {
			return nil
		}
		at = page[len(page)-1].key
	}
}

// check refuses words that the city does not know: nothing would be exported
// for them, which looks as if there were nothing.
func (f Filter) check(city *pack.City) error {
	var wrong fault.List
	if _, ok := city.Territory.Place(f.Place); !ok && f.Place != "" {
		wrong.Add(fault.Field("place", "place.unknown", clip(f.Place), call.NearestPlace(city, f.Place)))
	}
	if _, ok := city.Inlets[f.Source]; !ok && f.Source != "" {
		wrong.Add(fault.Field("source", "inlet.unknown", clip(f.Source), duty.Nearest(f.Source, slices.Sorted(maps.Keys(city.Inlets)))))
	}
	if f.Status != "" && !slices.Contains(matter.Statuses, matter.Status(f.Status)) {
		wrong.Add(fault.Field("status", "status.unknown", clip(f.Status)))
	}
	if _, ok := city.Duty.Leaf(f.Category); !ok && f.Category != "" {
		wrong.Add(fault.Field("category", "category.unknown", clip(f.Category), city.Duty.Nearest(f.Category)))
	}
	return wrong.Err()
}

// conditions is the filter as SQL over the alias m.
func (f Filter) conditions(city *pack.City, may access.Filter) (string, []any, error) {
	if err := f.check(city); err != nil {
		return "", nil, err
	}
	conds, args := []string{may.Where}, slices.Clone(may.Args)
	add := func(cond string, a any) { conds, args = append(conds, cond), append(args, a) }
	if f.Place != "" {
		a := city.Territory.Address(f.Place)
		if a.Leaf() != "" {
			add("m.district = ?", a.District)
		}
		for _, c := range [...]struct{ column, code string }{{"m.town = ?", a.Town}, {"m.community = ?", a.Community}, {"m.grid = ?", a.Grid}} {
			if c.code != "" {
				add(c.column, c.code)
			}
		}
	}
	for _, c := range [...]struct{ column, word string }{{"m.source = ?", f.Source}, {"m.status = ?", f.Status}, {"m.category = ?", f.Category}} {
		if c.word != "" {
			add(c.column, c.word)
		}
	}
	if !f.From.IsZero() {
		add("m.received_at >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("m.received_at < ?", f.To.UnixMicro())
	}
	return strings.Join(conds, " AND "), args, nil
}

// pageSize is how many matters are read at a time.
const pageSize = 500

type pageKey struct {
	district string
	id       int64
}

// exported is one matter as it is read.
type exported struct {
	key       pageKey
	doc, text string
}

// page reads the matters after a key.
func (x *export) page(ctx context.Context, after pageKey) ([]exported, error) {
	query := `SELECT m.district, m.id, m.doc, m.text FROM matter m WHERE ` + x.where +
		` AND (m.district, m.id) > (?, ?) ORDER BY m.district, m.id LIMIT ` + strconv.Itoa(pageSize)
	args := append(slices.Clone(x.args), after.district, after.id)
	var page []exported
	err := x.db.Read(ctx, func(v *store.View) error {
		var err error
		page, err = store.All(v, query, func(r store.Scanner) (exported, error) {
			var m exported
			return m, r.Scan(&m.key.district, &m.key.id, &m.doc, &m.text)
		}, args...)
		return err
	})
	return page, err
}

// cells are the values of the columns.
func (x exported) cells(city *pack.City) ([]string, error) {
	var m matter.Matter
	if err := json.Unmarshal([]byte(x.doc), &m); err != nil {
		return nil, fault.New(fault.Internal, "internal.error").Because(err)
	}
	name, lon, lat := "", "", ""
	if leaf, ok := city.Duty.Leaf(m.Category); ok {
		name = leaf.Name
	}
	if m.Lon != 0 || m.Lat != 0 {
		lon, lat = call.Degrees(m.Lon), call.Degrees(m.Lat)
	}
	return []string{
		m.ID.Number(), stamp(m.ReceivedAt), m.Source, m.SourceRef, string(m.Kind), m.Category, name, string(m.Urgency), string(m.Class), string(m.Status),
		m.Place.District, m.Place.Town, m.Place.Community, m.Place.Grid, lon, lat, mask(m.Where), m.Desk, m.Unit, m.Holder,
		stamp(m.ClosedAt), strconv.FormatBool(m.Late), strconv.Itoa(m.Reopens), mask(x.text),
	}, nil
}

func stamp(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(ident.Zone).Format(time.RFC3339)
}
