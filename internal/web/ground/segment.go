package ground

import (
	"cmp"
	"slices"
	"strconv"

	desk "huying/internal/desk/ground"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// segmentList is the segments of a town.
type segmentList struct {
	here
	rows   []register.Record[grid.Segment]
	next   string
	places []*territory.Place // where a new one may lie
}

func (p pages) segments(r *frame.Request) error {
	h, err := p.here(r, "/segments")
	if err != nil {
		return err
	}
	from, err := r.Before()
	if err != nil {
		return err
	}
	x := &segmentList{here: h}
	if x.rows, err = p.Ground.Segments(r.Ctx, r.Actor, h.town, from, some); err != nil {
		return err
	}
	if n := len(x.rows); n > 0 {
		x.next = h.next(n, x.rows[n-1].ID)
	}
	slices.SortStableFunc(x.rows, func(a, b register.Record[grid.Segment]) int { return cmp.Compare(vacant(a.Fact), vacant(b.Fact)) })
	if plans(r.View, h.town) {
		x.places = append(below(r.View, h.town, 1), placesOf(r.View, h.town)...)
	}
	if r.Partial() {
		return r.Part(segmentsBox(r.View, x))
	}
	return r.Page(r.T("ground.tab_segments"), "ground", segmentsPage(r.View, x))
}

// vacant orders segments: gaps first, then those in force, then what has ended.
func vacant(s grid.Segment) int {
	switch {
	case s.To != 0:
		return 2
	case s.Chief != nil:
		return 1
	}
	return 0
}

func placesOf(v *part.View, codes ...string) []*territory.Place {
	var out []*territory.Place
	for _, c := range codes {
		if p, ok := v.City.Territory.Place(c); ok {
			out = append(out, p)
		}
	}
	return out
}

func (p pages) addSegment(r *frame.Request) error {
	in := desk.NewSegment{
		Code: r.Text("code"), Name: r.Text("name"), Kind: r.Text("kind"), Place: r.Text("place"), Metres: r.Int("metres"), Duties: r.Lines("duties"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.AddSegment(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_segment", in.Name)
	return p.segments(r)
}

// segmentView is one segment with what the reader may do about it.
type segmentView struct {
	*desk.Tab
	no      ident.ID
	tab     string
	done    []*engine.State // whose work may be rated
	rated   map[string]bool // matter and unit
	units   []part.Option
	fills   bool
	plans   bool
	patrols bool
	rates   bool
}

// The tabs of a segment (知情、监督、处置、评价, BJ-09).
const (
	know      = "know"
	supervise = "supervise"
	handle    = "handle"
	evaluate  = "evaluate"
)

var segmentTabs = []struct {
	id   string
	name part.Key
}{
	{know, part.Key("ground.know")}, {supervise, part.Key("ground.supervise")}, {handle, part.Key("ground.handle")}, {evaluate, part.Key("ground.evaluate")},
}

func (x *segmentView) path() string { return "/ground/segments/" + x.no.Number() }

func (x *segmentView) tabs(v *part.View) []part.Tab {
	var out []part.Tab
	for _, t := range segmentTabs {
		tab := part.Tab{Name: v.T(string(t.name)), Href: x.path() + "?tab=" + t.id, Here: t.id == x.tab, Count: -1}
		if t.id == handle {
			tab.Count = int64(len(x.Open))
		}
		out = append(out, tab)
	}
	return out
}

// live are the matters whose acts renew the page.
func (x *segmentView) live() string {
	out := "place:" + x.Segment.Fact.Place.Leaf()
	for _, s := range x.Open {
		out += " matter:" + s.M.ID.Number()
	}
	return out
}

func (p pages) segment(r *frame.Request) error {
	x, err := p.segmentView(r)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(segmentBox(r.View, x))
	}
	return r.Page(x.Segment.Fact.Name, "ground", segmentPage(r.View, x))
}

func (p pages) segmentView(r *frame.Request) (*segmentView, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	x := &segmentView{no: no, tab: know, rated: map[string]bool{}}
	if x.Tab, err = p.Ground.Segment(r.Ctx, r.Actor, no, r.Now); err != nil {
		return nil, err
	}
	for _, t := range segmentTabs {
		if t.id == r.Text("tab") {
			x.tab = t.id
		}
	}
	s := x.Segment.Fact
	units := chiefs(s)
	x.fills, x.plans = mayIn(r.View, access.FillGround, s.Place, s.Unit), mayIn(r.View, access.PlanGround, s.Place, s.Unit)
	x.patrols, x.rates = mayIn(r.View, access.Patrol, s.Place, units...), s.Chief != nil && s.Chief.Unit == r.Actor.Unit && mayIn(r.View, access.RateCleaner, s.Place, units...)
	if x.tab == supervise && x.fills {
		x.units = unitNames(r.View, s.Place)
	}
	if x.tab == evaluate {
		if x.done, err = p.Ground.Done(r.Ctx, r.Actor, x.Tab); err != nil {
			return nil, err
		}
		for _, a := range x.Ratings {
			x.rated[a.Fact.Matter.Number()+a.Fact.Unit] = true
		}
	}
	return x, nil
}

func chiefs(s grid.Segment) []string {
	if s.Chief == nil {
		return []string{s.Unit}
	}
	return []string{s.Unit, s.Chief.Unit}
}

// workers are the units that worked on a matter and whom its chief may rate.
func (x *segmentView) workers(s *engine.State) []string {
	var out []string
	for _, o := range s.Orders {
		if c := x.Segment.Fact.Chief; c != nil && o.Debtor != c.Unit && !slices.Contains(out, o.Debtor) {
			out = append(out, o.Debtor)
		}
	}
	return out
}

// stars is the mean of what the chief said of units.
func (x *segmentView) stars() string {
	sum := 0
	for _, a := range x.Ratings {
		sum += a.Fact.Stars
	}
	return strconv.FormatFloat(float64(sum)/float64(max(len(x.Ratings), 1)), 'f', 1, 64)
}

func (p pages) appoint(r *frame.Request) error {
	in := desk.Chief{Title: r.Text("title"), Unit: r.Text("unit"), Phone: r.Text("phone"), Name: r.Text("name"), Agreed: r.Bool("agreed")}
	if err := r.Wrong(); err != nil {
		return err
	}
	return p.changed(r, part.Key("ground.said_appointed"), func(no ident.ID) (ident.ID, error) { return p.Ground.Appoint(r.Ctx, r.Command(), no, in) })
}

func (p pages) vacate(r *frame.Request) error {
	return p.changed(r, part.Key("ground.said_vacated"), func(no ident.ID) (ident.ID, error) { return p.Ground.Vacate(r.Ctx, r.Command(), no, desk.Empty{}) })
}

func (p pages) rate(r *frame.Request) error {
	in := desk.NewRating{Matter: r.Text("matter"), Unit: r.Text("unit"), Stars: r.Int("stars"), Note: r.Text("note")}
	if err := r.Wrong(); err != nil {
		return err
	}
	return p.changed(r, part.Key("ground.said_rated"), func(no ident.ID) (ident.ID, error) { return p.Ground.Rate(r.Ctx, r.Command(), no, in) })
}

// judge is the word of who found something, or of whoever judges there, on
// whether it is solved: that closes it.
func (p pages) judge(r *frame.Request) error {
	found, err := ident.ParseNumber(r.Text("matter"))
	if err != nil {
		return err
	}
	in := supervision.Judge{Resolved: r.Text("resolved"), Comment: r.Text("comment")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.segmentView(r); err != nil { // the segment must be the reader's to see
		return err
	}
	return p.changed(r, part.Key("ground.said_judged"), func(ident.ID) (ident.ID, error) {
		_, err := p.Supervision.Judge(r.Ctx, r.Command(), found, in)
		return found, err
	})
}

// judges reports whether the reader may say whether a finding is solved, once
// it was answered: whoever found it, or who judges matters there.
func judges(v *part.View, s *engine.State) bool {
	own := s.M.Caller.Post != "" && s.M.Caller.Post == v.Actor.ID
	return s.M.Status == matter.Awaiting && (own || v.May(access.JudgeMatter, s.File, nil))
}

func (p pages) endSegment(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Ground.EndSegment(r.Ctx, r.Command(), no, desk.Empty{}); err != nil {
		return err
	}
	return r.Go("/ground/segments")
}

// changed does something about a segment and shows it as it stands then.
func (p pages) changed(r *frame.Request, says part.Key, fn func(ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := fn(no); err != nil {
		return err
	}
	r.Says(string(says))
	x, err := p.segmentView(r)
	if err != nil {
		return err
	}
	return r.Part(segmentBox(r.View, x))
}
