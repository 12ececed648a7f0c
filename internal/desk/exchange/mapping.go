package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones by name on every machine

	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Mapping says what the columns of a file mean. Columns that it does not name
// are passed over and told once.
type Mapping struct {
	Format    Format // "" follows from the file's name
	Encoding  string // of CSV: utf-8 or gb18030; "" is found out
	Delimiter string // of CSV: one character; "" is found out
	Sheet     string // of XLSX; "" is the first

	Source     Choice   // inlet
	Reference  string   // column; "" or an empty cell: made from the file and the line
	Text       []string // columns, joined by Join
	Join       string
	Kind       Choice
	Category   Choice
	Suggest    float64 // least score, above 0, of a category taken from the text; 0 takes none
	Urgency    Choice
	Place      Place
	Where      string // column
	Time       Times
	Name       string // column
	Phone      string // column
	CallerKind Choice
	Anonymity  Choice
	Ignore     []string // columns that are known and not wanted
}

// Choice gives a value of a closed list: that of a column, turned by Values,
// or Default where the cell is empty or Values has no word for it. Without a
// Default such a word is taken as it is.
type Choice struct {
	Column  string
	Values  map[string]string
	Default string
	Fixed   bool // Default was given, be it empty

	at string // where the mapping says so
}

// of returns the value for a row.
func (c Choice) of(cells map[string]string) string {
	v := strings.TrimSpace(cells[c.Column])
	if to, ok := c.Values[v]; ok && c.Column != "" {
		return to
	}
	if v == "" || c.Column == "" || c.Fixed && c.Values != nil {
		return c.Default
	}
	return v
}

// Place says how a row is placed: by a point if it has one that means
// something, else by a code.
type Place struct {
	Code     Choice
	Lon, Lat string   // columns, degrees
	CRS      string   // as territory.ParseCRS reads it; "" is WGS84
	None     []LatLon // points that mean "no location"
}

// LatLon is a point in degrees, in the coordinate system of the file.
type LatLon struct{ Lat, Lon float64 }

// nearly is how far from a point of Place.None a point still means none, in
// degrees: about a metre.
const nearly = 1e-5

func (p Place) none(lat, lon float64) bool {
	return slices.ContainsFunc(p.None, func(n LatLon) bool {
		return max(n.Lat-lat, lat-n.Lat) < nearly && max(n.Lon-lon, lon-n.Lon) < nearly
	})
}

// Times says how the instant of a row is read.
type Times struct {
	Column  string
	Layouts []string // as package time writes them; none means the usual ones
	Zone    string   // IANA name; "" is China's
	Missing string   // what a row without a time does: reject, or now
}

const (
	missingReject = "reject"
	missingNow    = "now"
)

// usual are the layouts tried when a mapping names none. All begin with the
// year but the last, which spreadsheets show.
var usual = []string{
	"2006-1-2 15:04:05", "2006/1/2 15:04:05", time.RFC3339Nano, "2006-1-2T15:04:05", "2006-1-2 15:04", "2006/1/2 15:04",
	"2006年1月2日 15:04:05", "2006年1月2日 15:04", "2006年1月2日15时04分", "20060102150405",
	"2006-1-2", "2006/1/2", "2006年1月2日", "1/2/06 15:04",
}

func (t Times) layouts() []string {
	if len(t.Layouts) == 0 {
		return usual
	}
	return t.Layouts
}

func (t Times) zone() (*time.Location, error) {
	if t.Zone == "" {
		return ident.Zone, nil
	}
	zone, err := time.LoadLocation(t.Zone)
	if err != nil || t.Zone == "Local" {
		return nil, fault.Field("zone", "mapping.zone_unknown", clip(t.Zone))
	}
	return zone, nil
}

// columns returns every column the mapping reads, sorted.
func (m *Mapping) columns() []string {
	all := slices.Clone(m.Text)
	for _, c := range m.choices() {
		all = append(all, c.Column)
	}
	all = append(all, m.Reference, m.Place.Lon, m.Place.Lat, m.Where, m.Time.Column, m.Name, m.Phone)
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func (m *Mapping) choices() []Choice {
	return []Choice{m.Source, m.Kind, m.Category, m.Urgency, m.Place.Code, m.CallerKind, m.Anonymity}
}

// sum names the mapping, so that an import is not resumed with another one.
func (m *Mapping) sum() (string, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return "", fault.New(fault.Internal, "internal.error").Because(err)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:8]), nil
}

// Check tells which fixed words of the mapping the city does not know, each
// with the nearest it does know. Faults: inlet.unknown, kind.unknown,
// category.unknown, urgency.unknown, place.unknown.
func (m *Mapping) Check(city *pack.City) error {
	var wrong fault.List
	inlets := slices.Sorted(maps.Keys(city.Inlets))
	m.Source.check(&wrong, func(s string) *fault.Error {
		if _, ok := city.Inlets[s]; ok {
			return nil
		}
		return fault.New(fault.Invalid, "inlet.unknown", clip(s), duty.Nearest(s, inlets))
	})
	m.Kind.check(&wrong, func(s string) *fault.Error {
		if slices.Contains(matter.Kinds, matter.Kind(s)) {
			return nil
		}
		return fault.New(fault.Invalid, "kind.unknown", clip(s), call.KindNames())
	})
	m.Category.check(&wrong, func(s string) *fault.Error {
		if _, ok := city.Duty.Leaf(s); ok {
			return nil
		}
		return fault.New(fault.Invalid, "category.unknown", clip(s), city.Duty.Nearest(s))
	})
	m.Urgency.check(&wrong, func(s string) *fault.Error {
		if err := matter.KnownUrgency(duty.Urgency(s)); err != nil {
			return fault.All(err)[0]
		}
		return nil
	})
	m.Place.Code.check(&wrong, func(s string) *fault.Error {
		if _, ok := city.Territory.Place(s); ok {
			return nil
		}
		return fault.New(fault.Invalid, "place.unknown", clip(s), call.NearestPlace(city, s))
	})
	return wrong.Err()
}

// check asks fn about every word the choice can give by itself.
func (c Choice) check(wrong *fault.List, fn func(string) *fault.Error) {
	words := slices.Collect(maps.Values(c.Values))
	words = append(words, c.Default)
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		if w == "" {
			continue
		}
		if err := fn(w); err != nil {
			wrong.Add(err.In(c.at))
		}
	}
}

// point reads "lat,lon".
func point(s string) (LatLon, bool) {
	a, b, ok := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	return LatLon{lat, lon}, ok && err1 == nil && err2 == nil
}
