package work

import (
	"slices"
	"strings"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/hint"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
	"huying/internal/web/story"
)

// hand is the matter in hand: what is told of it, what is suggested, and who
// is about.
type hand struct {
	look   look
	story  *story.Story
	advice *intake.Advice // nil where nothing is to be suggested any more
	plan   *plan          // nil likewise
	roster []onDuty
	units  []string // that may be ordered here
}

// plan is what a suggestion would come to, before it is done.
type plan struct {
	category string
	reasons  []hint.Suggestion
	reason   string        // of the class, as the caller will be told
	after    *engine.State // nil if it cannot be done
	why      []*fault.Error
	lead     string // unit that the category leads to
	whole    bool   // all the way to an order; else the call is only verified
}

// onDuty is a unit of the place and the post that is on duty in it.
type onDuty struct {
	role    part.Key
	unit    string
	post    *org.Post
	staffed bool
}

// before are the states in which a matter has not been ordered yet.
var before = []matter.Status{matter.Received, matter.Verified, matter.Triaged}

// desk shows the queue and the matter in hand: the one asked for, or the first.
func (w *pages) desk(r *frame.Request) error {
	l := lookOf(r)
	no, err := w.asked(r)
	if err != nil {
		return err
	}
	if r.Partial() && no != 0 {
		h, err := w.hand(r, l, no, "")
		if err != nil {
			return err
		}
		return r.Part(inHand(r.View, h))
	}
	q, err := w.queue(r, l, no)
	if err != nil {
		return err
	}
	if no == 0 && len(q.items) > 0 {
		no, q.items[0].Here = q.items[0].No, true
	}
	var h *hand
	if no != 0 {
		if h, err = w.hand(r, l, no, ""); err != nil {
			return err
		}
	}
	return r.Page(r.T("work.title"), "desk", deskPage(r.View, q, h, w.sources(r)))
}

// asked is the matter that the path names; none is zero.
func (w *pages) asked(r *frame.Request) (ident.ID, error) {
	if r.Path("no") == "" {
		return 0, nil
	}
	return r.Number()
}

// hand reads the matter in hand. category is the one that is looked at instead
// of the suggested one.
func (w *pages) hand(r *frame.Request, l look, no ident.ID, category string) (*hand, error) {
	st, err := story.Read(r.Ctx, w.Story, r.Actor, no)
	if err != nil {
		return nil, err
	}
	h := &hand{look: l, story: st, roster: w.roster(r, st.State), units: w.unitsAt(st.State)}
	if !slices.Contains(before, st.M.Status) {
		return h, nil
	}
	if h.advice, err = w.advice(r, st.State); err != nil {
		return nil, err
	}
	h.plan = w.plan(r, st.State, h.advice, category, "")
	return h, nil
}

// advice is what is suggested about a matter; itself and what was merged into
// it are no duplicates.
func (w *pages) advice(r *frame.Request, s *engine.State) (*intake.Advice, error) {
	var lon, lat *float64
	if x, y, ok := s.M.Point(); ok {
		lon, lat = &x, &y
	}
	a, err := w.Intake.Suggest(r.Ctx, r.Actor, s.Text, s.M.Place.Leaf(), lon, lat, r.Now)
	if err != nil {
		return nil, err
	}
	out := &intake.Advice{Categories: a.Categories, Lead: a.Lead, Emergencies: a.Emergencies}
	for i, x := range a.Duplicates {
		if x.ID != s.M.ID && len(out.Rows) < mostDuplicates {
			out.Duplicates, out.Rows = append(out.Duplicates, x), append(out.Rows, a.Rows[i])
		}
	}
	return out, nil
}

const mostDuplicates = 4

// plan tries the suggestion without doing it.
func (w *pages) plan(r *frame.Request, s *engine.State, a *intake.Advice, category, reason string) *plan {
	p := &plan{category: category, reasons: a.Categories, whole: r.May(access.TriageMatter, s.File, nil)}
	if p.category == "" {
		p.category = s.M.Category
	}
	if p.category == "" && len(a.Categories) > 0 {
		p.category = a.Categories[0].Code
	}
	leaf, ok := r.City.Duty.Leaf(p.category)
	if !ok {
		if p.category != "" {
			p.why = fault.All(fault.Field("category", "category.unknown", p.category, r.City.Duty.Nearest(p.category)))
		}
		return p
	}
	var err error
	if p.lead, err = w.Intake.Lead(r.Ctx, leaf.Code, s.M.Place, r.Now); err != nil {
		p.why = fault.All(err)
		return p
	}
	if p.reason = reason; reason == "" {
		p.reason = w.because(r, leaf, p.lead)
	}
	cmd := engine.Command{Actor: r.Actor, Dry: true}
	if p.whole {
		p.after, err = w.Dispatch.Take(r.Ctx, cmd, s.M.ID, dispatch.Take{Category: p.category, Reason: p.reason})
	} else {
		p.after, err = w.Intake.Verify(r.Ctx, cmd, s.M.ID, intake.Verify{Category: p.category})
	}
	if err != nil {
		p.after, p.why = nil, fault.All(err)
	}
	return p
}

// because is the reason of a class as it is proposed to be told.
func (w *pages) because(r *frame.Request, leaf *duty.Leaf, lead string) string {
	if leaf.Class == duty.Private {
		return r.T("work.because_private", r.Category(leaf.Code))
	}
	return r.T("work.because", r.Category(leaf.Code), r.Word("duty.class", string(leaf.Class)), r.Unit(lead))
}

// roster tells who is on duty around a matter: its desks from the town up, its
// community, and the agencies stationed in the town.
func (w *pages) roster(r *frame.Request, s *engine.State) []onDuty {
	g := r.City.Org
	var out []onDuty
	add := func(role part.Key, unit string) {
		if _, ok := g.Unit(unit); !ok || slices.ContainsFunc(out, func(x onDuty) bool { return x.unit == unit }) {
			return
		}
		x := onDuty{role: role, unit: unit}
		x.post, x.staffed = g.OnDuty(unit, r.Now)
		out = append(out, x)
	}
	p := s.M.Place
	for _, x := range []struct {
		role  part.Key
		place string
	}{{part.Key("work.desk_town"), p.Town}, {part.Key("work.desk_district"), p.District}} {
		if code, ok := g.Centre(x.place); ok {
			add(x.role, code)
		}
	}
	for _, code := range g.Serving(p.Community) {
		if u, _ := g.Unit(code); u.Kind == org.CommunityCommittee || u.Kind == org.VillageCommittee {
			add(part.Key("work.community"), code)
		}
	}
	for _, code := range g.Serving(p.Town) {
		if g.StationedIn(code, p.Town) {
			add(part.Key("work.stationed"), code)
		}
	}
	return out
}

// unitsAt are the units that may be ordered to answer a matter: those of the
// places it lies in and of the city, but for the desks.
func (w *pages) unitsAt(s *engine.State) []string {
	g, p := w.Engine.City().Org, s.M.Place
	var out []string
	for _, place := range []string{p.Community, p.Town, p.District, w.Engine.City().Root} {
		if place == "" {
			continue
		}
		for _, code := range g.Serving(place) {
			if u, _ := g.Unit(code); u.Kind != org.CommandCentre && u.Kind != org.HotlineCentre {
				out = append(out, code)
			}
		}
	}
	return out
}

// unitNamed finds a unit by what was typed: its code, or its name.
func (w *pages) unitNamed(r *frame.Request, field, typed string) string {
	if _, ok := r.City.Org.Unit(typed); ok || typed == "" {
		return typed
	}
	for _, code := range r.City.Org.Units() {
		if u, _ := r.City.Org.Unit(code); u.Name == typed || strings.EqualFold(u.NameEN, typed) {
			return code
		}
	}
	r.Fault(fault.Field(field, "unit.unknown", typed))
	return ""
}

// objected are the orders of a matter whose objection waits for a decision.
func (h *hand) objected() []*order.Order {
	return h.orders(func(o *order.Order) bool {
		return o.Status == order.Objected && o.Objection != nil && o.Objection.State == order.ObjectionFiled
	})
}

// extending are those that ask for more time.
func (h *hand) extending() []*order.Order {
	return h.orders(func(o *order.Order) bool {
		return o.Status.Open() && o.Extension != nil && o.Extension.State == "ASKED"
	})
}

func (h *hand) orders(is func(*order.Order) bool) []*order.Order {
	var out []*order.Order
	for _, o := range h.story.Orders {
		if is(o) {
			out = append(out, o)
		}
	}
	return out
}

// planPart is the plan anew, for another category.
func (w *pages) planPart(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	category := r.Query("other")
	if category == "" {
		category = r.Query("category")
	}
	h, err := w.hand(r, lookOf(r), no, w.leafNamed(r, category))
	if err != nil {
		return err
	}
	return r.Part(planBox(r.View, h))
}

// leafNamed finds a leaf by what was typed: its code, or its name.
func (w *pages) leafNamed(r *frame.Request, typed string) string {
	for _, leaf := range r.City.Duty.Leaves() {
		if leaf.Name == typed || strings.EqualFold(leaf.NameEN, typed) {
			return leaf.Code
		}
	}
	return typed
}

// moved says that the matter in hand has changed since it was read.
func (w *pages) moved(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, err := w.Intake.State(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Part(movedBox(r.View, lookOf(r), s, int64(r.Int("rev"))))
}
