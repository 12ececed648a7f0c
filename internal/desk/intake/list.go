package intake

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/index"
	"huying/internal/fault"
	"huying/internal/hint"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter narrows a list of matters. Empty fields narrow nothing.
type Filter struct {
	Status   string
	Category string // a leaf, or a group with all below it
	Source   string
	Urgency  string
	Place    string // a district, town or community
	Holder   string // unit that holds it now
	From, To time.Time
	Overdue  bool // whose next deadline has passed
}

// Row is one matter in a list.
type Row struct {
	No       ident.ID
	Place    territory.Address
	Status   string
	Kind     string
	Category string
	Urgency  string
	Source   string
	Desk     string
	Holder   string
	Received time.Time
	Closed   time.Time
	Next     time.Time
	Text     string // the beginning
	Lon, Lat int64
	Rev      int64
}

// MostRows is the most rows of one page.
const MostRows = 200

// pageSize checks the size of a page; zero is the usual one.
func pageSize(n int) (int, error) {
	if n == 0 {
		return 50, nil
	}
	if n < 1 || n > MostRows {
		return 0, fault.Field("limit", "page.size", n, MostRows)
	}
	return n, nil
}

const rowColumns = `m.id, m.district, m.town, m.community, m.grid, m.status, m.kind, m.category, m.urgency, m.source, m.desk, m.holder,
	m.received_at, m.closed_at, m.next_at, m.text, m.lon, m.lat, m.rev`

const textShown = 120

func scanRow(r store.Scanner) (Row, error) {
	x, err := scanWhole(r)
	return x.cut(), err
}

// cut leaves the beginning of the text.
func (x Row) cut() Row {
	if text := []rune(x.Text); len(text) > textShown {
		x.Text = string(text[:textShown]) + "…"
	}
	return x
}

// scanWhole reads a row with the whole text.
func scanWhole(r store.Scanner) (Row, error) {
	var x Row
	var id, received, closed, next int64
	err := r.Scan(&id, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Place.Grid, &x.Status, &x.Kind, &x.Category, &x.Urgency,
		&x.Source, &x.Desk, &x.Holder, &received, &closed, &next, &x.Text, &x.Lon, &x.Lat, &x.Rev)
	x.No, x.Received, x.Closed, x.Next = ident.ID(id), instant(received), instant(closed), instant(next)
	return x, err
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Matters returns the matters the actor may see, the newest first, from the
// one after the given number on. A zero after begins at the newest; a page
// that is not full is the last.
func (d *Desk) Matters(ctx context.Context, actor access.Actor, f Filter, after ident.ID, limit int, now time.Time) ([]Row, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return nil, err
	}
	if reach := access.ReachOf(actor, access.ReadMatter); indexed(reach, f) {
		return d.takenPart(ctx, reach, f, after, limit, now)
	}
	query, args, err := d.selectMatters(actor, f, after, limit, now)
	if err != nil {
		return nil, err
	}
	var out []Row
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, query, scanRow, args...)
		return err
	})
	return out, err
}

// indexed reports whether a list is read by the index of who takes part: it
// begins there if taking part is all the actor has, or if nothing else narrows
// it much.
func indexed(reach access.Reach, f Filter) bool {
	narrow := f.Status != "" || f.Category != "" || f.Source != "" || f.Urgency != "" || f.Holder != "" || f.Overdue
	return !reach.All && reach.Unit != "" && (reach.Place == territory.Address{} || !narrow)
}

// takenPart is Matters for an actor whose unit takes part in some of them. It
// asks the index for the newest, since no order of the matters themselves has
// those of a unit together, and reads these rows.
func (d *Desk) takenPart(ctx context.Context, reach access.Reach, f Filter, after ident.ID, limit int, now time.Time) ([]Row, error) {
	may := reach.Filter()
	conds, args := []string{may.Where}, may.Args
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	if err := d.narrow(f, now, add); err != nil {
		return nil, err
	}
	q := index.Question{Reach: reach, Before: after}
	if f.Place != "" {
		q.Place = d.e.City().Territory.Address(f.Place)
		q.Place.Grid = ""
	}
	oldest := ident.ID(0)
	if !f.From.IsZero() {
		oldest = ident.First(f.From)
	}
	var out []Row
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		return index.Walk(v, q, func(ids []ident.ID) (bool, error) {
			in, all := index.In(ids)
			page, err := store.All(v, selectTakenPart(in, conds), scanRow, append(append(all, args...), limit-len(out))...)
			out = append(out, page...)
			return len(out) == limit || ids[len(ids)-1] < oldest, err
		})
	})
	return out, err
}

// selectTakenPart is the statement of a part of takenPart.
func selectTakenPart(in string, conds []string) string {
	return `SELECT ` + rowColumns + ` FROM matter m WHERE m.id IN ` + in + ` AND ` + strings.Join(conds, " AND ") + ` ORDER BY m.id DESC LIMIT ?`
}

// selectMatters is the statement of Matters. It walks the ids downwards and
// ends when the page is full; a filter by a town or its parts walks the town's.
func (d *Desk) selectMatters(actor access.Actor, f Filter, after ident.ID, limit int, now time.Time) (string, []any, error) {
	may := access.List(actor, access.ReadMatter)
	conds, args := []string{may.Where}, may.Args
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	if err := d.narrow(f, now, add); err != nil {
		return "", nil, err
	}
	if after != 0 {
		add("m.id < ?", int64(after))
	}
	return `SELECT ` + rowColumns + ` FROM matter m WHERE ` + strings.Join(conds, " AND ") + ` ORDER BY m.id DESC LIMIT ?`, append(args, limit), nil
}

func (d *Desk) narrow(f Filter, now time.Time, add func(string, ...any)) error {
	equal := func(column, value string) {
		if value != "" {
			add("m."+column+" = ?", value)
		}
	}
	if f.Status != "" && !known(f.Status) {
		return fault.Field("status", "status.unknown", f.Status)
	}
	if err := d.knownSource(f.Source); err != nil {
		return err
	}
	equal("status", f.Status)
	equal("source", f.Source)
	equal("urgency", f.Urgency)
	equal("holder", f.Holder)
	if f.Category != "" {
		_, leaf := d.e.City().Duty.Leaf(f.Category)
		_, group := d.e.City().Duty.Group(f.Category)
		if !leaf && !group {
			return fault.Field("category", "category.unknown", f.Category, d.e.City().Duty.Nearest(f.Category))
		}
		add("m.category LIKE ?", prefix(f.Category))
	}
	if f.Place != "" {
		place, ok := d.e.City().Territory.Place(f.Place)
		if !ok {
			return fault.Field("place", "place.unknown", f.Place)
		}
		a := d.e.City().Territory.Address(f.Place)
		if place.Kind.Rank() < territory.City.Rank() {
			if a.Town == "" {
				add(wholeDistrict, a.District)
			} else {
				equal("district", a.District)
			}
			equal("town", a.Town)
			equal("community", a.Community)
			equal("grid", a.Grid)
		}
	}
	if !f.From.IsZero() {
		add("m.id >= ?", int64(ident.First(f.From)))
		add("m.received_at >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("m.received_at < ?", f.To.UnixMicro())
	}
	if f.Overdue {
		add("m.next_at > 0 AND m.next_at < ?", now.UnixMicro())
	}
	return nil
}

func (d *Desk) knownSource(code string) error {
	if _, ok := d.e.City().Inlets[code]; code == "" || ok {
		return nil
	}
	return fault.Field("source", "inlet.unknown", code, duty.Nearest(code, slices.Sorted(maps.Keys(d.e.City().Inlets))))
}

// prefix is the LIKE pattern of a code and all below it.
func prefix(code string) string {
	return strings.NewReplacer("%", "", "_", "").Replace(code) + "%"
}

// wholeDistrict narrows a list to a district. SQLite would take the index of the
// towns for a plain equality, and sort the whole district by id for a page of
// it; the second condition keeps it to the order of the ids. PostgreSQL folds
// that condition away and takes its key, which begins with the district.
const wholeDistrict = "(m.district = ? OR 1=0)"

func known(status string) bool {
	for _, s := range matter.Statuses {
		if string(s) == status {
			return true
		}
	}
	return false
}

// Held returns what a unit holds now, the nearest deadline first, from the row
// after the given deadline and number on.
func (d *Desk) Held(ctx context.Context, actor access.Actor, unit string, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	return d.Queue(ctx, actor, unit, QueueFilter{}, afterNext, after, limit)
}

// nearbyMost bounds the calls a duplicate is looked for among.
const nearbyMost = 300

// duplicates returns what a call may repeat of the recent open matters of the
// same town, or district if no town is known, and their rows.
func (d *Desk) duplicates(ctx context.Context, actor access.Actor, a territory.Address, c hint.Call) (found []hint.Duplicate, rows []Row, err error) {
	if a.District == "" {
		return nil, nil, nil
	}
	rule, may := hint.Usual(), access.List(actor, access.ReadMatter)
	where, args := `m.district = ? AND m.id >= ?`, []any{a.District, int64(ident.First(c.At.Add(-rule.Within - time.Hour)))}
	if a.Town != "" {
		where, args = where+` AND m.town = ?`, append(args, a.Town)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		rows = nil
		near, err := store.All(v, `SELECT m.id, m.text, m.lon, m.lat, m.category, m.received_at FROM matter m WHERE `+where+` AND m.holder <> '' AND `+may.Where+
			` ORDER BY m.id DESC LIMIT ?`, scanCall, append(append(args, may.Args...), nearbyMost)...)
		if err != nil {
			return err
		}
		if found = hint.Duplicates(c, near, rule); len(found) == 0 {
			return nil
		}
		ids := make([]ident.ID, len(found))
		for i, x := range found {
			ids[i] = x.ID
		}
		in, all := index.In(ids)
		rows, err = store.All(v, `SELECT `+rowColumns+` FROM matter m WHERE m.id IN `+in, scanRow, all...)
		slices.SortFunc(rows, func(x, y Row) int { return cmp.Compare(slices.Index(ids, x.No), slices.Index(ids, y.No)) })
		return err
	})
	return found, rows, err
}

// scanCall reads what is compared of a matter; of its text, as much as a list
// shows.
func scanCall(r store.Scanner) (hint.Call, error) {
	var x Row
	var id, received int64
	err := r.Scan(&id, &x.Text, &x.Lon, &x.Lat, &x.Category, &received)
	return hint.Call{
		ID: ident.ID(id), Text: x.cut().Text, Lon: float64(x.Lon) / 1e7, Lat: float64(x.Lat) / 1e7, Category: x.Category, At: instant(received),
	}, err
}

// State returns one matter to an actor that may see it.
func (d *Desk) State(ctx context.Context, actor access.Actor, no ident.ID) (*engine.State, error) {
	return d.e.Read(ctx, actor, no)
}
