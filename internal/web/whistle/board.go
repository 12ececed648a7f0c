package whistle

import (
	"slices"

	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	notices "huying/internal/domain/whistle"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// board is what a unit has blown: what runs, what has ended of late, and who is
// on duty beside it.
type board struct {
	unit   string
	blows  bool // the reader's unit may blow
	runs   []row
	ended  []row
	roster []onDuty
}

// row is one whistle.
type row struct {
	s    *engine.State
	w    *matter.Whistle
	legs []*order.Order
	mine bool // blown by the reader's unit
}

// onDuty is a unit and the post that is on duty in it.
type onDuty struct {
	unit    string
	post    *org.Post
	staffed bool
}

// mostEnded bounds how far the board looks back.
const mostEnded = 8

func (p pages) board(r *frame.Request) error {
	b, err := p.read(r)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(boardBox(r.View, b))
	}
	return r.Page(r.T("whistle.title"), "whistles", boardPage(r.View, b))
}

// read reads the board of the unit that is asked for, the reader's own unless
// said.
func (p pages) read(r *frame.Request) (*board, error) {
	b := &board{unit: r.Actor.Unit}
	if u, ok := r.City.Org.Unit(r.Query("unit")); ok {
		b.unit = u.Code
	}
	running, err := p.Whistle.Board(r.Ctx, r.Actor, b.unit)
	if err != nil {
		return nil, err
	}
	for _, s := range running {
		for i := range s.M.Whistles {
			if w := &s.M.Whistles[i]; w.Ended == 0 && w.By == b.unit {
				b.runs = append(b.runs, rowOf(r.View, s, i))
			}
		}
	}
	last, err := p.Whistle.Notices(r.Ctx, r.Actor, b.unit, 0, mostEnded+len(b.runs))
	if err != nil {
		return nil, err
	}
	if b.ended, err = p.past(r, last); err != nil {
		return nil, err
	}
	b.roster = roster(r, b.unit)
	u, ok := r.City.Org.Unit(r.Actor.Unit)
	b.blows = ok && b.unit == u.Code && r.City.On("whistle", u.Territory) && matter.Blows(u)
	return b, nil
}

// unrated are the parts of ended whistles that the reader's unit may say how they
// were, and has not yet.
func (b *board) unrated() (out []*order.Order) {
	for _, x := range b.ended {
		for _, o := range x.legs {
			if x.mine && o.Leg.OfUnit == nil {
				out = append(out, o)
			}
		}
	}
	return out
}

func (p pages) past(r *frame.Request, last []register.Record[notices.Notice]) ([]row, error) {
	var out []row
	for _, n := range last {
		s, err := p.Engine.Read(r.Ctx, r.Actor, n.Fact.Matter)
		if fault.Of(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range s.M.Whistles {
			if w := &s.M.Whistles[i]; w.No == n.Fact.No() && w.Ended != 0 && len(out) < mostEnded {
				out = append(out, rowOf(r.View, s, i))
			}
		}
	}
	return out, nil
}

func rowOf(v *part.View, s *engine.State, i int) row {
	x := row{s: s, w: &s.M.Whistles[i]}
	x.mine = x.w.By == v.Actor.Unit
	for _, o := range s.Orders {
		if o.Leg != nil && o.Leg.Whistle == i {
			x.legs = append(x.legs, o)
		}
	}
	return x
}

// roster tells who is on duty in the street of a unit and on its platform.
func roster(r *frame.Request, unit string) []onDuty {
	u, ok := r.City.Org.Unit(unit)
	if !ok {
		return nil
	}
	g := r.City.Org
	codes := []string{unit}
	for _, code := range g.Serving(u.Territory) {
		for _, kind := range [...]org.EdgeKind{org.ResidentAt, org.OnCallFor} {
			for _, e := range g.To(code, kind) {
				codes = append(codes, code, e.From)
			}
		}
		if x, _ := g.Unit(code); x.Kind == org.StationedAgency || x.Kind == org.EnforcementBody {
			codes = append(codes, code)
		}
	}
	var out []onDuty
	for _, code := range codes {
		if slices.ContainsFunc(out, func(x onDuty) bool { return x.unit == code }) {
			continue
		}
		x := onDuty{unit: code}
		x.post, x.staffed = g.OnDuty(code, r.Now)
		out = append(out, x)
	}
	return out
}

// ticking is the clock of a leg that runs now: to say that it comes, to be
// there, or to have answered.
func ticking(o *order.Order) *clock.Clock {
	kinds := []clock.Kind{clock.Arrive, clock.Respond}
	if o.Status == order.Issued {
		kinds = []clock.Kind{clock.Sign, clock.Arrive}
	}
	for _, kind := range kinds {
		if c := o.Clocks.Running(kind); c != nil && o.Status.Open() && !c.Paused() {
			return c
		}
	}
	return nil
}

func tone(o *order.Order) string {
	switch notices.Standing(o) {
	case notices.Awaited:
		return "yellow"
	case notices.There:
		return "blue"
	case notices.Coming, notices.Answered, notices.Confirmed:
		return "wait"
	case notices.Released:
		return "good"
	}
	return ""
}

// chairs reports whether the reader may act upon a leg as who called it.
func chairs(v *part.View, x row, o *order.Order) bool {
	return o.Status.Open() && o.Creditor == v.Actor.Unit && v.May(access.ChairOrder, x.s.File, o)
}

// act does something to a leg and shows the board as it is then.
func (p pages) act(r *frame.Request, says part.Key, do func(no ident.ID) (*engine.State, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := do(no); err != nil {
		return err
	}
	r.Says(string(says))
	if !r.Partial() {
		return r.Go("/whistles")
	}
	b, err := p.read(r)
	if err != nil {
		return err
	}
	return r.Part(boardBox(r.View, b))
}

func (p pages) confirm(r *frame.Request) error {
	in := whistle.Confirm{At: r.Time("at")}
	return p.act(r, part.Key("whistle.said_confirmed"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Confirm(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) release(r *frame.Request) error {
	in := whistle.Reason{Reason: r.Text("reason")}
	return p.act(r, part.Key("whistle.said_released"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Release(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) waive(r *frame.Request) error {
	in := whistle.Reason{Reason: r.Text("reason")}
	return p.act(r, part.Key("whistle.said_waived"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Waive(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) appraise(r *frame.Request) error {
	in := whistle.Appraisal{Stars: r.Int("stars"), Note: r.Text("note")}
	return p.act(r, part.Key("whistle.said_appraised"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Appraise(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) review(r *frame.Request) error {
	in := whistle.Review{No: r.Text("notice"), Text: r.Text("text")}
	return p.act(r, part.Key("whistle.said_reviewed"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Review(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) alarm(r *frame.Request) error {
	in := whistle.Alarm{Why: r.Text("why")}
	for _, code := range r.Texts("department") {
		if code != "" {
			in.Departments = append(in.Departments, whistle.Called{Unit: code})
		}
	}
	return p.act(r, part.Key("whistle.said_alarm"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.SecondAlarm(r.Ctx, r.Command(), no, in)
	})
}

// others are the units of the roster that a whistle has not called yet.
func others(b *board, x row) []string {
	var out []string
	for _, d := range b.roster {
		if d.unit != x.w.By && !slices.ContainsFunc(x.legs, func(o *order.Order) bool { return o.Debtor == d.unit && o.Status.Open() }) {
			out = append(out, d.unit)
		}
	}
	return out
}

// healthDays is how far back the ranges look.
const healthDays = 90

func (p pages) health(r *frame.Request) error {
	unit := r.Actor.Unit
	if u, ok := r.City.Org.Unit(r.Query("unit")); ok {
		unit = u.Code
	}
	h, err := p.Whistle.Health(r.Ctx, r.Actor, unit, part.DayOf(r.Now.AddDate(0, 0, -healthDays)), part.DayOf(r.Now))
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(healthBox(r.View, h))
	}
	return r.Page(r.T("whistle.health"), "whistles", healthPage(r.View, unit, h))
}
