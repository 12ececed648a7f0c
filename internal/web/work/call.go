package work

import (
	"net/url"
	"slices"

	"github.com/paulmach/orb"

	"huying/internal/desk/intake"
	"huying/internal/desk/search"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// advised is what is said about a call while the caller talks.
type advised struct {
	*intake.Advice
	place    string // chosen, or the reader's own
	chosen   bool   // whether somebody chose it
	category string // chosen
	lead     string // unit that the chosen or likely category leads to
	named    []search.Place
	duty     []onDuty
	acked    bool // the emergency notice was acknowledged
}

// call shows the form for a call.
func (w *pages) call(r *frame.Request) error {
	return r.Page(r.T("call.title"), "desk", callPage(r.View, w.sources(r), usualSource(r), w.choosePlace(r, "")))
}

// sources are the inlets by which people call, in the order of the pack.
func (w *pages) sources(r *frame.Request) []part.Option {
	var out []part.Option
	for _, in := range r.City.Doors() {
		if in.Trust == pack.Machine {
			continue // what a machine saw is confirmed as a scene
		}
		out = append(out, part.Option{Value: in.Code, Name: r.Inlet(in.Code)})
	}
	return out
}

// usualSource is the inlet by which calls come to the reader: the hotline's for
// its agents, else that of people who come to the window.
func usualSource(r *frame.Request) string {
	usual := "WINDOW"
	if r.Actor.Role == org.Agent {
		usual = "HOTLINE_12345"
	}
	if _, ok := r.City.Inlets[usual]; ok {
		return usual
	}
	for _, in := range r.City.Doors() {
		return in.Code
	}
	return ""
}

// callLikely hears what a call may be about, and who is in danger.
func (w *pages) callLikely(r *frame.Request) error {
	a, err := w.listen(r)
	if err != nil {
		return err
	}
	return r.Parts(likelyBox(r.View, a), dangerBox(r.View, a))
}

// callAdvice says who would answer a call, and what it may repeat.
func (w *pages) callAdvice(r *frame.Request) error {
	a, err := w.listen(r)
	if err != nil {
		return err
	}
	return r.Part(adviceBox(r.View, a))
}

func (w *pages) listen(r *frame.Request) (*advised, error) {
	text := r.Text("text")
	a := &advised{place: r.Text("place"), category: r.Text("category"), acked: r.Bool("danger"), Advice: &intake.Advice{}}
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	if other := r.Text("other"); other != "" {
		a.category = w.leafNamed(r, other)
	}
	a.chosen = a.place != ""
	if !a.chosen {
		a.place = r.Actor.At.Leaf()
		a.named = w.Search.Named(text + "\n" + r.Text("where"))
	}
	if text != "" {
		var err error
		if a.Advice, err = w.Intake.Suggest(r.Ctx, r.Actor, text, a.place, nil, nil, r.Now); err != nil {
			return nil, err
		}
	}
	code := a.category
	if code == "" && len(a.Categories) > 0 {
		code = a.Categories[0].Code
	}
	address := r.City.Territory.Address(a.place)
	var err error
	if a.lead, err = w.Intake.Lead(r.Ctx, code, address, r.Now); err != nil {
		return nil, err
	}
	if a.chosen {
		a.duty = w.roster(r, &engine.State{File: &matter.File{M: &matter.Matter{Place: address}}})
	}
	return a, nil
}

// placing is the choice of a place: what was found by name, and the map of what
// lies in or beside the chosen one.
type placing struct {
	chosen *territory.Place
	found  []search.Place
	around []*territory.Place
	bound  orb.Bound
	drawn  bool // the shapes are schematic
	asked  string
	fresh  bool // chosen by a click, so that the advice asks anew
}

// callPlaces finds a place by name, or takes the one that was clicked.
func (w *pages) callPlaces(r *frame.Request) error {
	p := w.choosePlace(r, r.Query("at"))
	p.asked, p.fresh = r.Query("placeq"), r.Query("at") != ""
	if p.asked != "" && !p.fresh {
		f, err := w.Search.Find(r.Ctx, r.Actor, p.asked, 0, 1, r.Now)
		if err != nil {
			return err
		}
		if p.found = f.Places; len(p.found) == 0 {
			p.found = w.Search.Named(p.asked)
		}
	}
	return r.Part(placesBox(r.View, p))
}

// choosePlace is the map around a place: its parts, or its neighbours if it has
// none that a call can lie in. Without one it is the reader's own.
func (w *pages) choosePlace(r *frame.Request, code string) *placing {
	tree, out := r.City.Territory, &placing{}
	centre := tree.Root()
	if p, ok := tree.Place(r.Actor.At.Leaf()); ok {
		centre = p
	}
	if p, ok := tree.Place(code); ok {
		centre = p
		if p.Kind != territory.City {
			out.chosen = p
		}
	}
	if centre.Kind.Rank() < territory.Town.Rank() {
		centre, _ = tree.Place(tree.Address(centre.Code).Town)
	}
	if centre == nil {
		return out
	}
	out.around = slices.DeleteFunc(slices.Clone(tree.Children(centre.Code)), func(p *territory.Place) bool { return len(p.Shape) == 0 })
	for i, p := range out.around {
		if b := p.Shape.Bound(); i == 0 {
			out.bound = b
		} else {
			out.bound = out.bound.Union(b)
		}
		out.drawn = out.drawn || p.Synthetic
	}
	return out
}

// keepCall keeps the call, and joins it to the matter it repeats if that was
// asked for.
func (w *pages) keepCall(r *frame.Request) error {
	form := call.Form{
		Source: r.Text("source"), SourceRef: r.Text("ref"), Kind: r.Text("kind"), Category: r.Text("category"), Urgency: r.Text("urgency"), Text: r.Text("text"),
		Where: r.Text("where"), Place: r.Text("place"), Anonymity: r.Text("anonymity"), Name: r.Text("name"), Phone: r.Text("phone"),
	}
	if other := r.Text("other"); other != "" {
		form.Category = w.leafNamed(r, other)
	}
	join := r.Text("join")
	if join != "" {
		if _, err := ident.ParseNumber(join); err != nil {
			r.Fault(fault.All(err)[0].In("join"))
		}
	}
	if err := w.warned(r, form); err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	cmd := r.Command()
	s, err := w.Intake.Receive(r.Ctx, cmd, form)
	if err != nil {
		return err
	}
	if join != "" {
		cmd.Key, cmd.Rev = cmd.Key+"-join", 0
		if s, err = w.Intake.Merge(r.Ctx, cmd, s.M.ID, intake.Merge{Into: join, Reason: r.T("call.joined_because")}); err != nil {
			return err
		}
	}
	r.Says("call.kept", s.M.ID.Number())
	return r.Part(keptCall(r.View, s, w.Engine.TrackCode(s.M.ID)))
}

// warned asks that whoever heard of danger has said that the caller was put
// through.
func (w *pages) warned(r *frame.Request, form call.Form) error {
	if form.Text == "" || r.Bool("danger") {
		return nil
	}
	place := form.Place
	if access.Allow(r.Actor, access.RaiseCall, access.Subject{Place: r.City.Territory.Address(place)}) != nil {
		return nil // the command tells why
	}
	a, err := w.Intake.Suggest(r.Ctx, r.Actor, form.Text, place, nil, nil, r.Now)
	if err != nil {
		return err
	}
	if len(a.Emergencies) > 0 {
		r.Fault(fault.Field("danger", "call.danger_unacknowledged", a.Emergencies[0].Number))
	}
	return nil
}

// earlier finds a call by its number alone: who called is never looked for.
func (w *pages) earlier(r *frame.Request) error {
	q := r.Query("earlier")
	if q == "" {
		return r.Part(earlierBox(r.View, "", nil, ""))
	}
	f, err := w.Search.Find(r.Ctx, r.Actor, q, 0, 1, r.Now)
	if err != nil {
		return err
	}
	return r.Part(earlierBox(r.View, q, f.Numbers, matterPath(r)))
}

func escaped(s string) string { return url.QueryEscape(s) }

// promised is until when the caller was told to have an answer.
func promised(v *part.View, s *engine.State) string {
	if c := s.M.Clocks.Running(clock.Promised); c != nil {
		return v.When(c.Due.Time())
	}
	return ""
}
