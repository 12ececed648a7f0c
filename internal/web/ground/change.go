package ground

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// changeList is the changes of grids, and where a new one may be drawn.
type changeList struct {
	here
	rows   []register.Record[grid.Change]
	next   string
	places []*territory.Place // communities with grids
}

func (p pages) changes(r *frame.Request) error {
	h, err := p.here(r, "/changes")
	if err != nil {
		return err
	}
	from, err := r.Before()
	if err != nil {
		return err
	}
	x := &changeList{here: h}
	if x.rows, err = p.Ground.Changes(r.Ctx, r.Actor, from, some); err != nil {
		return err
	}
	if n := len(x.rows); n > 0 {
		x.next = h.next(n, x.rows[n-1].ID)
	}
	if h.town != "" {
		x.rows = slices.DeleteFunc(x.rows, func(c register.Record[grid.Change]) bool { return c.Fact.Place.Town != h.town })
	}
	if plans(r.View, h.town) {
		for _, c := range below(r.View, h.town, 1) {
			if len(divisible(r.View, c.Code)) > 0 {
				x.places = append(x.places, c)
			}
		}
	}
	return r.Page(r.T("ground.tab_changes"), "ground", changesPage(r.View, x))
}

// divisible are the grids of a community that can be split or merged.
func divisible(v *part.View, community string) []*territory.Place {
	return slices.DeleteFunc(below(v, community, 0), func(p *territory.Place) bool { return len(v.City.Territory.Children(p.Code)) > 0 })
}

// drawing is a change that is being drawn.
type drawing struct {
	community *territory.Place
	grids     []*territory.Place
	chosen    []string
	first     string // the first day it may begin
}

func (p pages) draw(r *frame.Request) error {
	chosen := r.Texts("grid")
	code := r.Query("place")
	if code == "" && len(chosen) > 0 {
		code = r.City.Territory.Address(chosen[0]).Community
	}
	place, ok := r.City.Territory.Place(code)
	if !ok || place.Kind.Rank() != 1 || !mayAt(r.View, access.PlanGround, code) {
		return fault.New(fault.NotFound, "place.not_yours", code)
	}
	x := &drawing{community: place, grids: divisible(r.View, code), first: part.Day(part.DayOf(r.Now.AddDate(0, 0, 1)))}
	for _, g := range x.grids {
		if slices.Contains(chosen, g.Code) {
			x.chosen = append(x.chosen, g.Code)
		}
	}
	return r.Page(r.T("ground.draw"), "ground", drawPage(r.View, x))
}

// toggled is the address at which one grid more, or less, is chosen.
func (x *drawing) toggled(code string) string {
	out := "/ground/changes/new?place=" + x.community.Code
	for _, g := range x.grids {
		if slices.Contains(x.chosen, g.Code) != (g.Code == code) {
			out += "&grid=" + g.Code
		}
	}
	return out
}

func (x *drawing) is(code string) bool { return slices.Contains(x.chosen, code) }

// kind is what can be done with the grids that are chosen.
func (x *drawing) kind() string {
	switch len(x.chosen) {
	case 0:
		return ""
	case 1:
		return grid.Split
	}
	return grid.Merge
}

// mapOf is the grids of the community; a click chooses one, or no longer.
func (x *drawing) mapOf(v *part.View) part.Map {
	m := part.Map{Label: v.T("ground.map_of", v.Place(x.community.Code)), Class: "grids", Names: len(x.grids) <= 40}
	for _, g := range x.grids {
		says := homes(v, g)
		if x.is(g.Code) {
			says += " " + v.T("ground.is_chosen")
		}
		m.Areas = append(m.Areas, part.Area{Code: g.Code, Name: short(v, g), Says: says, Shape: g.Shape, Here: x.is(g.Code), Heat: heat(x.is(g.Code)), Href: x.toggled(g.Code)})
	}
	return bounded(m, x.grids)
}

func heat(is bool) int {
	if is {
		return 2
	}
	return 0
}

// short tells a grid from its neighbours: the end of its code, or the name of an
// institution's own grid.
func short(v *part.View, g *territory.Place) string {
	if n := shortCode(g.Code); n != g.Code && g.Kind != territory.Exclusive {
		return n
	}
	return placeName(v, g)
}

func shortCode(code string) string {
	if _, n, ok := strings.Cut(code, "G"); ok {
		return n
	}
	return code
}

func faultOf(err error) *fault.Error { return fault.All(err)[0] }

// bounded gives a map the frame of places.
func bounded(m part.Map, places []*territory.Place) part.Map {
	for _, p := range places {
		if len(p.Shape) == 0 {
			continue
		}
		if m.Bound == (orb.Bound{}) {
			m.Bound = p.Shape.Bound()
		}
		m.Bound, m.Schematic = m.Bound.Union(p.Shape.Bound()), m.Schematic || p.Synthetic
	}
	m.Bound = part.Filled(m.Bound, 1.6)
	return m
}

// planned reads a change from its form: a line, equal parts or a file, as it
// was chosen.
func planned(r *frame.Request) (desk.NewChange, error) {
	in := desk.NewChange{Kind: r.Text("kind"), Grids: r.Texts("grids"), Day: r.Civil("day"), Reason: r.Text("reason")}
	switch r.Text("how") {
	case "OWN":
		in.Kind, in.Name, in.Line = grid.Own, r.Text("name"), r.Lines("line")
		if len(in.Line) == 0 {
			r.Fault(fault.Field("line", "grid.ring_too_short"))
		}
	case "LINE":
		if in.Line = r.Lines("line"); len(in.Line) == 0 {
			r.Fault(fault.Field("line", "grid.line_too_short"))
		}
	case "FILE":
		in.Parts, in.Shapes, in.Name = r.Int("parts"), r.Text("shapes"), r.Text("name")
		if in.Shapes == "" {
			r.Fault(fault.Field("shapes", "geojson.unreadable"))
		}
	default:
		in.Parts = r.Int("parts")
	}
	return in, r.Wrong()
}

func (p pages) preview(r *frame.Request) error {
	in, err := planned(r)
	if err != nil {
		return err
	}
	x, err := p.Ground.PreviewChange(r.Ctx, r.Actor, in, r.Now)
	if err == nil {
		return r.Part(previewBox(r.View, x))
	}
	if c := fault.Code(err); c == "change.overlaps" || c == "change.leaves_a_hole" {
		s, wrong := p.Ground.Sketch(r.Ctx, r.Actor, in, r.Now)
		if wrong != nil {
			return wrong
		}
		r.Beside(sketchBox(r.View, s))
	}
	return err
}

func (p pages) plan(r *frame.Request) error {
	in, err := planned(r)
	if err != nil {
		return err
	}
	id, err := p.Ground.PlanChange(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	return r.Go("/ground/changes/" + id.Number())
}

// changeView is one change with what the reader may do about it.
type changeView struct {
	*desk.Planned
	confirms, drops, own bool
}

func (p pages) change(r *frame.Request) error {
	x, err := p.changeView(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.change_of", r.Word("grid.change", x.Change.Kind), r.Short(x.Change.Place)), "ground", changePage(r.View, x))
}

func (p pages) changeView(r *frame.Request) (*changeView, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	x := &changeView{}
	if x.Planned, err = p.Ground.Change(r.Ctx, r.Actor, no); err != nil {
		return nil, err
	}
	c := &x.Record.Fact
	waits := c.Status == grid.Planned
	x.own = c.PlannedBy == r.Actor.ID
	x.confirms = waits && !x.own && mayIn(r.View, access.AffirmGround, c.Place)
	x.drops = (waits || c.Status == grid.Confirmed && r.Now.Before(c.Begin())) && mayIn(r.View, access.PlanGround, c.Place)
	return x, nil
}

func (p pages) confirm(r *frame.Request) error {
	return p.decided(r, part.Key("ground.said_confirmed"), func(no ident.ID) (ident.ID, error) {
		return p.Ground.ConfirmChange(r.Ctx, r.Command(), no, desk.Empty{})
	})
}

func (p pages) drop(r *frame.Request) error {
	return p.decided(r, part.Key("ground.said_dropped"), func(no ident.ID) (ident.ID, error) { return p.Ground.DropChange(r.Ctx, r.Command(), no, desk.Empty{}) })
}

func (p pages) decided(r *frame.Request, says part.Key, fn func(ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := fn(no); err != nil {
		return err
	}
	r.Says(string(says))
	x, err := p.changeView(r)
	if err != nil {
		return err
	}
	return r.Part(changeBox(r.View, x))
}

// beforeAfter draws some grids of a change among their neighbours.
func beforeAfter(v *part.View, c *grid.Change, places []*territory.Place, label string) part.Map {
	m := part.Map{Label: label, Class: "grids", Names: true}
	for _, n := range v.City.Territory.Children(c.Place.Leaf()) {
		if (c.Kind == grid.Own || !slices.Contains(c.Grids, n.Code)) && !slices.Contains(c.Heirs, n.Code) {
			m.Areas = append(m.Areas, part.Area{Code: n.Code, Name: short(v, n), Shape: n.Shape})
		}
	}
	for i, p := range places {
		m.Areas = append(m.Areas, part.Area{Code: p.Code, Name: short(v, p), Says: homes(v, p), Shape: p.Shape, Here: true, Heat: i%3 + 1})
	}
	if c.Kind == grid.Own { // small in the grid around it
		places = append(slices.Clone(places), placesOf(v, c.Grids...)...)
	}
	return bounded(m, places)
}

// sketchMap draws a split that does not fit, with a mark where it does not.
func sketchMap(v *part.View, x *desk.Sketched) part.Map {
	m := part.Map{Label: v.T("ground.sketch"), Class: "grids", Names: true}
	m.Areas = append(m.Areas, part.Area{Code: x.Old.Code, Name: "", Shape: x.Old.Shape, Class: "old"})
	for i, p := range x.New {
		m.Areas = append(m.Areas, part.Area{Code: p.Code, Name: short(v, p), Shape: p.Shape, Heat: i%3 + 1})
	}
	for _, h := range holesIn(x) {
		m.Dots = append(m.Dots, part.Dot{Lon: h.Lon, Lat: h.Lat, Class: "late", Radius: 14, Mark: v.T("ground.hole_mark"), Says: v.T("ground.hole", metres(h.AreaKM2))})
	}
	return bounded(m, append(slices.Clone(x.New), x.Old))
}

// holesIn are the holes beside the new grids.
func holesIn(x *desk.Sketched) []territory.Hole {
	var out []territory.Hole
	for _, h := range x.Lies.Holes {
		if slices.ContainsFunc(x.New, func(p *territory.Place) bool { return slices.Contains(h.Between, p.Code) }) {
			out = append(out, h)
		}
	}
	return out
}

// overlapsIn are the overlaps of the new grids.
func overlapsIn(x *desk.Sketched) []territory.Overlap {
	var out []territory.Overlap
	for _, o := range x.Lies.Overlaps {
		if slices.ContainsFunc(x.New, func(p *territory.Place) bool { return o.A == p.Code || o.B == p.Code }) {
			out = append(out, o)
		}
	}
	return out
}

// metres is an area in whole square metres.
func metres(km2 float64) int { return int(km2*1e6 + 0.5) }

// hectares is the area of a place, with one digit.
func hectares(p *territory.Place) string {
	return strconv.FormatFloat(territory.AreaKM2(p.Shape)*100, 'f', 1, 64)
}

// soonest is a day that gives people a week's notice.
func soonest(now time.Time) string { return part.Day(part.DayOf(now.AddDate(0, 0, 7))) }

// homes is how many households a grid has, "" where nobody counted them.
func homes(v *part.View, p *territory.Place) string {
	if p.Households == 0 {
		return ""
	}
	return v.T("ground.homes", p.Households)
}

// known is a number, or that it is not known.
func known(n int) string {
	if n == 0 {
		return "–"
	}
	return part.Count(n)
}
