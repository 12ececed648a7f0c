package call_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/packs"
)

var guangzhou = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "guangzhou") })

func city(t testing.TB) *pack.City {
	t.Helper()
	c, err := guangzhou()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// form is a call that nothing is wrong with.
func form(change func(*call.Form)) call.Form {
	f := call.Form{Source: "HOTLINE_12345", SourceRef: "T-1", Kind: "COMPLAINT", Text: "路灯不亮", Place: "440106001"}
	if change != nil {
		change(&f)
	}
	return f
}

func degrees(lon, lat float64) func(*call.Form) {
	return func(f *call.Form) { f.Place, f.Lon, f.Lat = "", &lon, &lat }
}

// middle is a point in Tianhe district.
func middle(t testing.TB) (lon, lat float64) {
	t.Helper()
	for p := range city(t).Territory.All() {
		if p.Kind.Rank() != 0 || !strings.HasPrefix(p.Code, "440106001") {
			continue
		}
		at := p.Shape.Bound().Center()
		if a, ok := city(t).Locator.Locate(at[0], at[1]); ok && a.Town == "440106001" {
			return at[0], at[1]
		}
	}
	t.Fatal("no grid of the street has a shape")
	return 0, 0
}

// What a machine saw is no call until a person gave their word for it.
func TestAMachineCallsByAPersonAlone(t *testing.T) {
	f := form(func(f *call.Form) { f.Source, f.Kind = "SENSOR", "EVENT" })
	if _, err := f.Call(city(t)); !slices.ContainsFunc(fault.All(err), func(e *fault.Error) bool { return e.Code == "inlet.needs_person" && e.Field == "post" }) {
		t.Errorf("a machine alone: %v", err)
	}
	f.CallerKind, f.Post = call.Staff, "440106001-ZH/DISPATCHER"
	if c, err := f.Call(city(t)); err != nil || c.Caller.Post != f.Post {
		t.Errorf("by a person: %+v, %v", c.Caller, err)
	}
}

func TestACodeOrAPointPlacesACall(t *testing.T) {
	c, err := form(nil).Call(city(t))
	if err != nil {
		t.Fatal(err)
	}
	want := matter.Call{
		Source: "HOTLINE_12345", SourceRef: "T-1", Kind: matter.Complaint, Text: "路灯不亮", Call: "民呼",
		Place: territory.Address{District: "440106", Town: "440106001"}, Caller: matter.Caller{Anonymity: matter.Anonymous, Kind: "PERSON"},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	lon, lat := middle(t)
	c, err = form(degrees(lon, lat)).Call(city(t))
	if err != nil {
		t.Fatal(err)
	}
	if c.Place.Grid == "" || c.Place.Town != "440106001" || c.Lon != int64(math.Round(lon*1e7)) || c.Lat != int64(math.Round(lat*1e7)) {
		t.Errorf("%+v", c)
	}
}

func TestAPointOfAnotherSystemIsTurned(t *testing.T) {
	lon, lat := middle(t)
	for _, crs := range []territory.CRS{territory.WGS84, territory.CGCS2000, territory.GCJ02, territory.BD09} {
		x, y := territory.FromWGS84(lon, lat, crs)
		f := form(degrees(x, y))
		f.CRS = crs.String()
		c, err := f.Call(city(t))
		if err != nil || math.Abs(float64(c.Lon)/1e7-lon) > 1e-6 || math.Abs(float64(c.Lat)/1e7-lat) > 1e-6 {
			t.Errorf("%v: %d %d, %v", crs, c.Lon, c.Lat, err)
		}
	}
}

func TestAPointAndItsPlaceMustAgree(t *testing.T) {
	lon, lat := middle(t)
	f := form(degrees(lon, lat))
	f.Place = "440106"
	if c, err := f.Call(city(t)); err != nil || c.Place.Town != "440106001" {
		t.Errorf("%+v, %v", c.Place, err)
	}
	f.Place = "440103"
	if _, err := f.Call(city(t)); fault.Code(err) != "place.point_elsewhere" {
		t.Error(err)
	}
}

func TestEachMistakeHasItsFault(t *testing.T) {
	for _, c := range []struct {
		field, code string
		change      func(*call.Form)
	}{
		{"source", "inlet.unknown", func(f *call.Form) { f.Source = "HOTLINE_12354" }},
		{"kind", "kind.unknown", func(f *call.Form) { f.Kind = "" }},
		{"category", "category.unknown", func(f *call.Form) { f.Category = "NOPE" }},
		{"urgency", "urgency.unknown", func(f *call.Form) { f.Urgency = "SOON" }},
		{"text", "text.missing", func(f *call.Form) { f.Text = " \n" }},
		{"text", "text.too_long", func(f *call.Form) { f.Text = strings.Repeat("长", matter.MaxText+1) }},
		{"text", "text.control_character", func(f *call.Form) { f.Text = "a\x00b" }},
		{"text", "text.not_utf8", func(f *call.Form) { f.Text = "\xff" }},
		{"where", "text.too_long", func(f *call.Form) { f.Where = strings.Repeat("路", call.MaxWhere+1) }},
		{"source_ref", "text.too_long", func(f *call.Form) { f.SourceRef = strings.Repeat("9", call.MaxReference+1) }},
		{"name", "text.too_long", func(f *call.Form) { f.Name = strings.Repeat("名", call.MaxName+1) }},
		{"phone", "phone.malformed", func(f *call.Form) { f.Phone = "139 0000" }},
		{"phone", "phone.malformed", func(f *call.Form) { f.Phone = "+-+" }},
		{"phone", "phone.malformed", func(f *call.Form) { f.Phone = strings.Repeat("1", 21) }},
		{"phone", "caller.contact_missing", func(f *call.Form) { f.Source = "WINDOW" }},
		{"caller_kind", "caller.kind_unknown", func(f *call.Form) { f.CallerKind = "ROBOT" }},
		{"post", "caller.post_unknown", func(f *call.Form) { f.Post = "NOBODY" }},
		{"anonymity", "anonymity.unknown", func(f *call.Form) { f.Anonymity = "SECRET" }},
		{"anonymity", "caller.contact_refused", func(f *call.Form) { f.Anonymity, f.Name = "ANONYMOUS", "陈" }},
		{"place", "place.missing", func(f *call.Form) { f.Place = "" }},
		{"place", "place.unknown", func(f *call.Form) { f.Place = "440199" }},
		{"place", "place.too_wide", func(f *call.Form) { f.Place = "440100" }},
		{"point", "point.incomplete", func(f *call.Form) { f.Lon = new(float64) }},
		{"point", "territory.outside_city", degrees(-71.0587, 42.3594)},
		{"point", "territory.point_out_of_range", degrees(math.NaN(), 23)},
		{"crs", "crs.unknown", func(f *call.Form) { degrees(113.3, 23.1)(f); f.CRS = "MARS" }},
	} {
		_, err := form(c.change).Call(city(t))
		all := fault.All(err)
		if len(all) != 1 || all[0].Code != c.code || all[0].Field != c.field || all[0].Kind != fault.Invalid {
			t.Errorf("%s of %s: %v", c.code, c.field, err)
		}
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	_, err := call.Form{Phone: "x", Urgency: "?", Category: "?"}.Call(city(t))
	got := map[string]bool{}
	for _, e := range fault.All(err) {
		got[e.Field] = true
	}
	for _, field := range []string{"source", "kind", "category", "urgency", "text", "phone", "place"} {
		if !got[field] {
			t.Errorf("%s is not told: %v", field, err)
		}
	}
}

func TestUnknownWordsNameTheNearest(t *testing.T) {
	_, err := form(func(f *call.Form) { f.Source = "HOTLINE_12354" }).Call(city(t))
	if args := fault.All(err)[0].Args; len(args) != 2 || args[1] != "HOTLINE_12345" {
		t.Error(err)
	}
	_, err = form(func(f *call.Form) { f.Place = "440106999" }).Call(city(t))
	if args := fault.All(err)[0].Args; len(args) != 2 || args[1] != "440106" {
		t.Error(err)
	}
}

func TestACallerIsAsOpenAsTheCallAllows(t *testing.T) {
	for _, c := range []struct {
		want   matter.Caller
		change func(*call.Form)
	}{
		{matter.Caller{Kind: "PERSON", Anonymity: matter.Open}, func(f *call.Form) { f.Phone = "+86-13900000000" }},
		{matter.Caller{Kind: "PERSON", Anonymity: matter.Hidden}, func(f *call.Form) { f.Kind, f.Phone = "REPORT", "13900000000" }},
		{matter.Caller{Kind: "PERSON", Anonymity: matter.Open}, func(f *call.Form) { f.Kind, f.Phone, f.Anonymity = "REPORT", "13900000000", "OPEN" }},
		{matter.Caller{Kind: "PERSON", Anonymity: matter.Anonymous}, func(f *call.Form) { f.Kind = "REPORT" }},
		{matter.Caller{Kind: "STAFF", Anonymity: matter.Open}, func(f *call.Form) { f.Source = "GRID_APP" }},
		{matter.Caller{Kind: "ENTERPRISE", Anonymity: matter.Open}, func(f *call.Form) { f.Source, f.Name = "ENTERPRISE", "某厂" }},
	} {
		got, err := form(c.change).Call(city(t))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c.want, got.Caller); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNoFormBreaksACall(t *testing.T) {
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "HOTLINE_12345", "COMPLAINT", "440106", "OPEN", "GCJ02"}))
	rapid.Check(t, func(t *rapid.T) {
		var f call.Form
		for _, s := range []*string{&f.Source, &f.SourceRef, &f.Kind, &f.Category, &f.Urgency, &f.Text, &f.Where, &f.Place, &f.CRS, &f.Anonymity, &f.CallerKind, &f.Post, &f.Name, &f.Phone} {
			*s = word.Draw(t, "word")
		}
		if rapid.Bool().Draw(t, "pointed") {
			f.Lon, f.Lat = new(rapid.Float64().Draw(t, "lon")), new(rapid.Float64().Draw(t, "lat"))
		}
		c, err := f.Call(mustCity())
		for _, e := range fault.All(err) {
			if e.Kind != fault.Invalid || e.Field == "" {
				t.Fatalf("%v", err)
			}
		}
		if err == nil && (c.Place.Leaf() == "" || c.Call == "" || c.Caller.Kind == "" || c.Caller.Anonymity == "") {
			t.Fatalf("%+v", c)
		}
	})
}

func mustCity() *pack.City {
	c, err := guangzhou()
	if err != nil {
		panic(err)
	}
	return c
}

func TestDegreesAreWrittenWithoutNoise(t *testing.T) {
	for v, want := range map[int64]string{0: "0", 1133000000: "113.3", -710587000: "-71.0587", 1: "0.0000001"} {
		if got := call.Degrees(v); got != want {
			t.Errorf("%d: %s", v, got)
		}
	}
}
