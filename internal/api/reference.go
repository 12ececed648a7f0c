package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// Place is a place of the city.
type Place struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	NameEN     string   `json:"name_en,omitempty"`
	Kind       string   `json:"kind"`
	Parent     string   `json:"parent,omitempty"`
	AreaKM2    float64  `json:"area_km2,omitempty"`
	Households int      `json:"households,omitempty"`
	Residents  int      `json:"residents,omitempty"`
	Schematic  bool     `json:"schematic,omitempty" doc:"Its shape is drawn, not surveyed"`
	Retired    bool     `json:"retired,omitempty"`
	Heirs      []string `json:"heirs,omitempty"`
	Links      Links    `json:"links"`
}

func placeView(p *territory.Place) Place {
	return Place{
		Code: p.Code, Name: p.Name, NameEN: p.NameEN, Kind: string(p.Kind), Parent: p.Parent, AreaKM2: p.AreaKM2,
		Households: p.Households, Residents: p.Residents, Schematic: p.Synthetic, Retired: p.Retired(), Heirs: p.Heirs,
		Links: Links{"self": Base + "/places/" + p.Code},
	}
}

// PlaceFilter narrows the list of places.
type PlaceFilter struct {
	Paging
	Kind   string `json:"kind,omitempty" maxLength:"32"`
	Parent string `json:"parent,omitempty" maxLength:"64" doc:"Those right below it"`
}

// pageOf makes a page of a list in code order, from after a code on.
func pageOf[Row, T any](r *request, p Paging, list string, rows []Row, code func(Row) string, show func(Row) T) (Page[T], error) {
	parts, err := p.after(list, 1)
	if err != nil {
		return Page[T]{}, err
	}
	if parts != nil {
		i, found := slices.BinarySearchFunc(rows, parts[0], func(x Row, c string) int { return strings.Compare(code(x), c) })
		if found {
			i++
		}
		rows = rows[i:]
	}
	if len(rows) > p.size() {
		out := page(r, rows[:p.size()], 0, show, nil)
		out.Next = r.next(cursor(list, code(rows[p.size()-1])))
		return out, nil
	}
	return page(r, rows, 0, show, nil), nil
}

func places(r *request, in PlaceFilter) (Page[Place], error) {
	tree := r.s.Engine.City().Territory
	var rows []*territory.Place
	switch {
	case in.Parent != "":
		if _, ok := tree.Place(in.Parent); !ok {
			return Page[Place]{}, fault.Field("parent", "place.unknown", in.Parent)
		}
		rows = tree.Children(in.Parent)
	default:
		rows = slices.Collect(tree.All())
	}
	if in.Kind != "" {
		rows = slices.DeleteFunc(rows, func(p *territory.Place) bool { return string(p.Kind) != in.Kind })
	}
	return pageOf(r, in.Paging, "places", rows, func(p *territory.Place) string { return p.Code }, placeView)
}

func placeOf(r *request, _ none) (Place, error) {
	code := r.http.PathValue("code")
	p, ok := r.s.Engine.City().Territory.Place(code)
	if !ok {
		return Place{}, fault.New(fault.NotFound, "place.unknown", short(code))
	}
	return placeView(p), nil
}

// Unit is an organisation.
type Unit struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	NameEN    string `json:"name_en,omitempty"`
	Kind      string `json:"kind"`
	Level     string `json:"level"`
	Territory string `json:"territory"`
	Posts     []Post `json:"posts"`
	Links     Links  `json:"links"`
}

// Post is one seat of a unit; never a person.
type Post struct {
	Code  string `json:"code"`
	Role  string `json:"role"`
	Title string `json:"title"`
}

func unitView(g *org.Graph, u *org.Unit) Unit {
	self := Base + "/units/" + u.Code
	out := Unit{
		Code: u.Code, Name: u.Name, NameEN: u.NameEN, Kind: string(u.Kind), Level: string(u.Level), Territory: u.Territory, Posts: []Post{},
		Links: Links{"self": self, "held": self + "/held", "orders": self + "/orders", "inbox": self + "/inbox"},
	}
	for _, p := range g.Posts(u.Code) {
		out.Posts = append(out.Posts, Post{Code: p.Code, Role: string(p.Role), Title: p.Title})
	}
	return out
}

// UnitFilter narrows the list of units.
type UnitFilter struct {
	Paging
	Place string `json:"place,omitempty" maxLength:"64" doc:"Those that serve exactly this place"`
}

func units(r *request, in UnitFilter) (Page[Unit], error) {
	g := r.s.Engine.City().Org
	codes := g.Units()
	if in.Place != "" {
		codes = g.Serving(in.Place)
	}
	show := func(code string) Unit {
		u, _ := g.Unit(code)
		return unitView(g, u)
	}
	return pageOf(r, in.Paging, "units", codes, func(c string) string { return c }, show)
}

func unitOf(r *request, _ none) (Unit, error) {
	code := r.http.PathValue("code")
	g := r.s.Engine.City().Org
	u, ok := g.Unit(code)
	if !ok {
		return Unit{}, fault.New(fault.NotFound, "unit.unknown", short(code))
	}
	return unitView(g, u), nil
}

// Category is a leaf of the duty list.
type Category struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	NameEN    string   `json:"name_en,omitempty"`
	Path      []string `json:"path"`
	Urgency   string   `json:"urgency"`
	Class     string   `json:"class,omitempty"`
	Instant   bool     `json:"instant" doc:"Dispatched by rule at once"`
	Sign      string   `json:"sign,omitempty"`
	Promised  string   `json:"promised,omitempty"`
	Statutory string   `json:"statutory,omitempty"`
	Evidence  []string `json:"evidence,omitempty" doc:"Kinds an answer must bring"`
	Closing   string   `json:"closing,omitempty"`
	Basis     string   `json:"basis,omitempty"`
}

func categories(r *request, in Paging) (Page[Category], error) {
	rows := r.s.Engine.City().Duty.Leaves()
	slices.SortFunc(rows, func(a, b *duty.Leaf) int { return strings.Compare(a.Code, b.Code) })
	show := func(f *duty.Leaf) Category {
		return Category{
			Code: f.Code, Name: f.Name, NameEN: f.NameEN, Path: f.Path, Urgency: string(f.Urgency), Class: string(f.Class), Instant: f.Instant,
			Sign: f.Sign.String(), Promised: f.Promised.String(), Statutory: f.Statutory.String(), Evidence: f.Evidence, Closing: f.Closing, Basis: f.Basis,
		}
	}
	return pageOf(r, in, "categories", rows, func(f *duty.Leaf) string { return f.Code }, show)
}

// Health says that the program runs.
type Health struct {
	Status string    `json:"status"`
	At     time.Time `json:"at"`
}

func health(r *request, _ none) (Health, error) { return Health{"ok", zoned(r.now)}, nil }

func ready(r *request, _ none) (Health, error) {
	check := r.s.Ready
	if check == nil {
		check = r.s.answers
	}
	if err := check(r.ctx); err != nil {
		return Health{}, fault.New(fault.Busy, "request.not_ready").Because(err)
	}
	return health(r, none{})
}

// answers reports whether the database answers.
func (s *server) answers(ctx context.Context) error {
	_, err := s.Engine.Checkpoint(ctx)
	if fault.Code(err) == "ledger.no_checkpoint" {
		return nil
	}
	return err
}

func checkpoint(r *request, _ none) (file, error) {
	note, err := r.s.Engine.Checkpoint(r.ctx)
	return file{media: "text/plain; charset=utf-8", body: []byte(note)}, err
}

func publicKey(r *request, _ none) (file, error) {
	return file{media: "text/plain; charset=utf-8", body: []byte(r.s.Engine.PublicKey().Text() + "\n")}, nil
}

func openJSON(r *request, _ none) (file, error) {
	return file{media: "application/vnd.oai.openapi+json;version=3.1", body: r.s.docJSON}, nil
}

func openYAML(r *request, _ none) (file, error) {
	return file{media: "application/vnd.oai.openapi;version=3.1", body: r.s.docYAML}, nil
}
