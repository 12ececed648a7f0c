package exchange

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/call"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/hint"
	"huying/internal/ident"
)

// preparer turns rows into intakes by one mapping. It is safe for concurrent
// use.
type preparer struct {
	m        *Mapping
	city     *pack.City
	model    *hint.Model
	zone     *time.Location
	now      time.Time
	identity string // of the file
	serial   bool   // times may be the serial numbers of a workbook
}

func newPreparer(m *Mapping, city *pack.City, format Format, now time.Time, identity string) (*preparer, error) {
	zone, err := m.Time.zone()
	if err != nil {
		return nil, err
	}
	p := &preparer{m: m, city: city, zone: zone, now: now, identity: identity, serial: format == XLSX}
	if m.Suggest > 0 {
		words := make([]hint.Word, len(city.Words))
		for i, w := range city.Words {
			words[i] = hint.Word(w)
		}
		p.model = hint.New(words)
	}
	return p, nil
}

// item is a row on its way to become a matter.
type item struct {
	row       row
	reference string
	intake    engine.Intake
	at        time.Time
	suggested bool
	err       error // why it is refused
}

// prepare does for a row what needs no database.
func (p *preparer) prepare(r row) item {
	it := item{row: r, err: r.err}
	if r.err != nil {
		return it
	}
	m := p.m
	var wrong fault.List
	f := call.Form{
		Source: m.Source.of(r.cells), SourceRef: p.reference(r), Kind: m.Kind.of(r.cells), Urgency: m.Urgency.of(r.cells),
		Category: m.Category.of(r.cells), Text: p.text(r), Where: cell(r, m.Where), Name: cell(r, m.Name), Phone: dial(cell(r, m.Phone)),
		CallerKind: m.CallerKind.of(r.cells), Anonymity: m.Anonymity.of(r.cells),
	}
	it.reference = f.SourceRef
	if f.Category == "" && p.model != nil {
		f.Category = p.suggest(f.Text)
		it.suggested = f.Category != ""
	}
	var err error
	it.at, err = p.time(cell(r, m.Time.Column))
	wrong.Add(err)
	if err = p.place(&f, r); err == nil {
		it.intake.Call, err = f.Call(p.city)
	}
	wrong.Add(err)
	if f.HasContact() {
		it.intake.Contact = &engine.Contact{Name: f.Name, Phone: f.Phone}
	}
	it.err = wrong.Err()
	return it
}

func cell(r row, column string) string {
	if column == "" {
		return ""
	}
	return strings.TrimSpace(r.cells[column])
}

// dial drops what people write into telephone numbers.
func dial(s string) string {
	return strings.NewReplacer(" ", "", "(", "", ")", "", "（", "", "）", "", "\u00a0", "").Replace(s)
}

// reference is the row's own, or one that the same line of the same file has
// again.
func (p *preparer) reference(r row) string {
	if ref := cell(r, p.m.Reference); ref != "" {
		return ref
	}
	return "file-" + p.identity + "-" + strconv.FormatInt(r.line, 10)
}

func (p *preparer) text(r row) string {
	parts := make([]string, 0, len(p.m.Text))
	for _, c := range p.m.Text {
		if s := cell(r, c); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, p.m.Join)
}

// suggest returns the category the text speaks for clearly enough, or "".
func (p *preparer) suggest(text string) string {
	best := p.model.Classify(text, 1)
	if len(best) == 0 || best[0].Score < p.m.Suggest {
		return ""
	}
	return best[0].Code
}

// place fills in the point of a row, or its code if there is no point or the
// point means none.
func (p *preparer) place(f *call.Form, r row) error {
	lon, lat := cell(r, p.m.Place.Lon), cell(r, p.m.Place.Lat)
	if lon == "" || lat == "" {
		f.Place = p.m.Place.Code.of(r.cells)
		return nil
	}
	x, err := strconv.ParseFloat(lon, 64)
	if err != nil {
		return fault.Field("point", "point.malformed", clip(lon))
	}
	y, err := strconv.ParseFloat(lat, 64)
	if err != nil {
		return fault.Field("point", "point.malformed", clip(lat))
	}
	if p.m.Place.none(y, x) {
		f.Place = p.m.Place.Code.of(r.cells)
		return nil
	}
	f.Lon, f.Lat, f.CRS = &x, &y, p.m.Place.CRS
	return nil
}

// earliest is the first instant a matter can have: ids begin there.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, ident.Zone)

// time reads the instant of a row. Faults: time.missing, time.malformed,
// time.out_of_range.
func (p *preparer) time(s string) (time.Time, error) {
	if s == "" {
		if p.m.Time.Missing == missingNow {
			return p.now, nil
		}
		return time.Time{}, fault.Field("time", "time.missing")
	}
	at, ok := p.read(s)
	if !ok {
		return at, fault.Field("time", "time.malformed", clip(s))
	}
	if at.Before(earliest) || at.After(p.now.Add(24*time.Hour)) {
		return at, fault.Field("time", "time.out_of_range", clip(s))
	}
	return at, nil
}

func (p *preparer) read(s string) (time.Time, bool) {
	for _, l := range p.m.Time.layouts() {
		if at, err := time.ParseInLocation(l, s, p.zone); err == nil {
			return at, true
		}
	}
	if !p.serial {
		return time.Time{}, false
	}
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(days) || days < 1 || days > 100_000 {
		return time.Time{}, false
	}
	wall, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		return time.Time{}, false
	}
	wall = wall.Round(time.Second) // a serial number is never quite exact
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, p.zone), true
}

// short is the beginning of a hash, in hex.
func short(sum []byte) string { return hex.EncodeToString(sum[:12]) }
