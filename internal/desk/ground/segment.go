package ground

import (
	"context"
	"slices"
	"strconv"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewSegment is a street or lane to register.
type NewSegment struct {
	Code   string   `json:"code" maxLength:"64"`
	Name   string   `json:"name" maxLength:"100"`
	Kind   string   `json:"kind" enum:"STREET,LANE"`
	Place  string   `json:"place" maxLength:"64" doc:"Code of its community or town"`
	Metres int      `json:"metres,omitempty" minimum:"0"`
	Duties []string `json:"duties" maxItems:"20" doc:"As the notice board tells them"`
}

// AddSegment registers a street or lane; until a chief is appointed it is a gap
// (BJ-08). Faults: those of grid.Segment, place.unknown, record.key_taken.
func (d *Desk) AddSegment(ctx context.Context, cmd engine.Command, in NewSegment) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "add_segment", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.PlanGround, in.Place)
		if err != nil {
			return 0, err
		}
		s := &grid.Segment{Code: in.Code, Name: in.Name, Kind: in.Kind, Metres: in.Metres, Duties: in.Duties, Place: place, From: b.Today(), Unit: b.Actor().Unit}
		if s.Duties == nil {
			s.Duties = []string{}
		}
		if err := s.Check(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "add", s)
	})
}

// placed returns the address of a place where the actor may act.
func placed(b *engine.Bundle, need access.Action, code string) (territory.Address, error) {
	if _, ok := b.City().Territory.Place(code); !ok {
		return territory.Address{}, fault.Field("place", "place.unknown", code)
	}
	place := b.City().Territory.Address(code)
	return place, access.Allow(b.Actor(), need, access.Subject{Place: place})
}

// Chief is who shall answer for a segment.
type Chief struct {
	Title  string `json:"title" maxLength:"100" doc:"Of the post, such as 副处级街长"`
	Unit   string `json:"unit" maxLength:"64"`
	Phone  string `json:"phone,omitempty" maxLength:"32" doc:"Of the duty, never a private one"`
	Name   string `json:"name,omitempty" maxLength:"60" doc:"Shown to the public, only if its holder agreed"`
	Agreed bool   `json:"agreed,omitempty"`
}

// Appoint makes a post the chief of a segment. Faults: record.not_found,
// unit.unknown and those of grid.Segment.
func (d *Desk) Appoint(ctx context.Context, cmd engine.Command, id ident.ID, in Chief) (ident.ID, error) {
	return d.segment(ctx, cmd, "appoint", access.FillGround, id, func(b *engine.Bundle, s *grid.Segment) error {
		if _, ok := b.City().Org.Unit(in.Unit); !ok {
			return fault.Field("unit", "unit.unknown", in.Unit)
		}
		return s.Appoint(grid.Chief{Title: in.Title, Unit: in.Unit, Phone: in.Phone, Name: in.Name, Agreed: in.Agreed, From: b.Today()})
	})
}

// Vacate leaves a segment without a chief; its desk is told of the gap.
func (d *Desk) Vacate(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.segment(ctx, cmd, "vacate", access.FillGround, id, func(b *engine.Bundle, s *grid.Segment) error {
		s.Vacate()
		return b.Tell(id, s.Unit, "notice.segment_vacant", s.Name)
	})
}

// EndSegment takes a segment off the register; what was recorded of it stays.
func (d *Desk) EndSegment(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.segment(ctx, cmd, "end", access.PlanGround, id, func(b *engine.Bundle, s *grid.Segment) error {
		if s.To != 0 {
			return fault.New(fault.Conflict, "segment.ended")
		}
		s.To = b.Today()
		return nil
	})
}

func (d *Desk) segment(ctx context.Context, cmd engine.Command, act string, need access.Action, id ident.ID, fn func(*engine.Bundle, *grid.Segment) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_segment", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(s *grid.Segment) error {
			if err := access.Allow(b.Actor(), need, access.Subject{Place: s.Place, Units: []string{s.Unit}}); err != nil {
				return err
			}
			return fn(b, s)
		})
	})
}

// Finding is one thing that a round found: it becomes a call.
type Finding struct {
	Category string `json:"category,omitempty" maxLength:"64"`
	Text     string `json:"text" maxLength:"20000"`
	Where    string `json:"where,omitempty" maxLength:"500"`
}

// NewRound is what a round found, or nothing.
type NewRound struct {
	Cadence  string    `json:"cadence" enum:"DAILY,WEEKLY,MONTHLY"`
	Day      int       `json:"day,omitempty" doc:"Such as 20260310; today if not said"`
	Findings []Finding `json:"findings,omitempty" maxItems:"50"`
	Note     string    `json:"note,omitempty" maxLength:"2000"`
}

// Record keeps a round of a segment (BJ-10); each finding is raised as a call in
// the same command, so that none is orphaned (LN-15). Faults: record.not_found
// and those of grid.CheckRound and call.Form.
func (d *Desk) Record(ctx context.Context, cmd engine.Command, id ident.ID, in NewRound) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "record_round", func(b *engine.Bundle) (ident.ID, error) {
		s, err := engine.Peek[grid.Segment](b, id)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.Patrol, access.Subject{Place: s.Place, Units: chiefs(s)}); err != nil {
			return 0, err
		}
		r := &grid.Round{Cadence: grid.Cadence(in.Cadence), Day: in.Day, Note: in.Note, Place: s.Place, Segment: id, Unit: b.Actor().Unit}
		if r.Day == 0 {
			r.Day = b.Today()
		}
		if err := grid.CheckRound(s, r, b.Today()); err != nil {
			return 0, err
		}
		for i, f := range in.Findings {
			m, err := raise(b, s, f)
			if err != nil {
				return 0, within(err, "findings", i)
			}
			r.Findings = append(r.Findings, m)
		}
		return engine.Enter(b, "record", r)
	})
}

func chiefs(s *grid.Segment) []string {
	if s.Chief == nil {
		return []string{s.Unit}
	}
	return []string{s.Unit, s.Chief.Unit}
}

// within puts the faults of an entry of a list under its name and number.
func within(err error, list string, i int) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	var out fault.List
	for _, e := range all {
		out.Add(e.In(list + "." + strconv.Itoa(i) + "." + e.Field))
	}
	return out.Err()
}

// raise makes a call of a finding.
func raise(b *engine.Bundle, s *grid.Segment, f Finding) (ident.ID, error) {
	where := s.Name
	if f.Where != "" {
		where += " " + f.Where
	}
	return received(b, call.Form{Source: "PATROL", Kind: string(matter.Event), Category: f.Category, Text: f.Text, Where: where, Place: s.Place.Leaf()})
}

// received makes a call of what somebody on the ground saw, and lets those know
// whose grids it lies in.
func received(b *engine.Bundle, f call.Form) (ident.ID, error) {
	f.CallerKind, f.Post = call.Staff, b.Actor().ID
	c, err := f.Call(b.City())
	if err != nil {
		return 0, err
	}
	st, err := b.Receive(engine.Intake{Call: c})
	if err != nil {
		return 0, err
	}
	return st.M.ID, reach(b, st)
}

// NewRating is a chief's word on a unit that cleaned or mended.
type NewRating struct {
	Matter string `json:"matter" maxLength:"32" doc:"Number of the closed matter"`
	Unit   string `json:"unit" maxLength:"64" doc:"Whose work it was"`
	Stars  int    `json:"stars" minimum:"1" maximum:"5"`
	Note   string `json:"note,omitempty" maxLength:"2000"`
}

// Rate keeps what a chief says of a unit after its work was judged (BJ-09).
// Faults: record.not_found, matter.not_found, record.key_taken and those of
// grid.CheckRating.
func (d *Desk) Rate(ctx context.Context, cmd engine.Command, id ident.ID, in NewRating) (ident.ID, error) {
	no, err := ident.ParseNumber(in.Matter)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "rate_upkeep", func(b *engine.Bundle) (ident.ID, error) {
		s, err := engine.Peek[grid.Segment](b, id)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.RateCleaner, access.Subject{Place: s.Place, Units: chiefs(s)}); err != nil {
			return 0, err
		}
		st, err := b.Open(no)
		if err != nil {
			return 0, err
		}
		if access.Allow(b.Actor(), access.ReadMatter, st.Subject(nil)) != nil {
			return 0, fault.New(fault.NotFound, "matter.not_found")
		}
		r := &grid.Rating{By: b.Actor().Unit, Day: b.Today(), Matter: no, Note: in.Note, Place: s.Place, Segment: id, Stars: in.Stars, Unit: in.Unit}
		var debtors []string
		for _, o := range st.Orders {
			debtors = append(debtors, o.Debtor)
		}
		if err := grid.CheckRating(s, st.M, debtors, r); err != nil {
			return 0, err
		}
		return engine.Enter(b, "rate", r)
	})
}

// Segments lists the segments that actor may see, of a town if one is named.
func (d *Desk) Segments(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) (out []register.Record[grid.Segment], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[grid.Segment](v, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
		return err
	})
	return out, err
}

// Tab is what a chief's page of a segment shows: know, supervise, handle,
// evaluate (知情、监督、处置、评价, BJ-09).
type Tab struct {
	Segment register.Record[grid.Segment]
	Rounds  []register.Record[grid.Round]
	Ratings []register.Record[grid.Rating]
	Open    []*engine.State // matters that its rounds raised and that are open
	// Missed are the periods without a round, of the last 31 days, 8 weeks and
	// 3 months: gaps of the segment, nobody's.
	Missed map[grid.Cadence][]int
}

// Segment returns what is known of a segment. Fault: record.not_found.
func (d *Desk) Segment(ctx context.Context, actor access.Actor, id ident.ID, now time.Time) (*Tab, error) {
	s, err := engine.Get[grid.Segment](ctx, d.e, actor, access.ReadGround, id)
	if err != nil {
		return nil, err
	}
	out := &Tab{Segment: *s, Missed: map[grid.Cadence][]int{}}
	today := calendar.DayOf(now)
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		if out.Rounds, err = engine.Find[grid.Round](v, engine.Where{About: id, From: back(now, 100)}); err != nil {
			return err
		}
		if out.Ratings, err = engine.Find[grid.Rating](v, engine.Where{About: id, Limit: 50}); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rounds := make([]grid.Round, len(out.Rounds))
	for i, r := range out.Rounds {
		rounds[i] = r.Fact
		for _, no := range r.Fact.Findings {
			st, err := d.e.Read(ctx, actor, no)
			if fault.Of(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			if st.M.Status.Open() {
				out.Open = append(out.Open, st)
			}
		}
	}
	for c, days := range map[grid.Cadence]int{grid.Daily: 31, grid.Weekly: 56, grid.Monthly: 92} {
		out.Missed[c] = grid.Missed(c, &s.Fact, rounds, back(now, days), back(now, 1))
	}
	if today < s.Fact.From {
		out.Missed = nil
	}
	return out, nil
}

func back(now time.Time, days int) int { return calendar.AddDays(calendar.DayOf(now), -days) }

// Board is the public notice of the chiefs of a town: what anybody may know.
func (d *Desk) Board(ctx context.Context, town string) (out []grid.Segment, err error) {
	p, ok := d.e.City().Territory.Place(town)
	if !ok || p.Kind.Rank() != 2 {
		return nil, fault.New(fault.NotFound, "place.unknown", town)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		return every(v, engine.Where{District: d.e.City().Territory.Address(town).District, Town: town}, func(r register.Record[grid.Segment]) {
			if r.Fact.To == 0 {
				out = append(out, r.Fact)
			}
		})
	})
	return out, err
}

// Called is one line of the quarter's roll call (季点名): a segment with what is
// not solved or came back, and the unit that owes it. It names no person.
type Called struct {
	Segment  grid.Segment
	Open     int // findings of the quarter that are not solved
	Repeated int // kinds of problem that were found more than once
	Units    []string
}

// RollCall makes the list of a quarter from facts: the segments of a town whose
// rounds found what is not solved or came back, the most first.
func (d *Desk) RollCall(ctx context.Context, actor access.Actor, town string, day int) ([]Called, error) {
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: d.e.City().Territory.Address(town)}); err != nil {
		return nil, err
	}
	at := d.e.City().Territory.Address(town)
	var out []Called
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		first, _ := grid.Period(grid.Quarterly, day)
		w := engine.Where{District: at.District, Town: at.Town, From: first, To: day, Status: []string{grid.RoundFound}}
		found := map[ident.ID][]ident.ID{} // by segment
		if err := every(v, w, func(r register.Record[grid.Round]) {
			found[r.Fact.Segment] = append(found[r.Fact.Segment], r.Fact.Findings...)
		}); err != nil {
			return err
		}
		for id, findings := range found {
			segments, err := engine.Find[grid.Segment](v, engine.Where{May: &actor, Action: access.ReadGround, ID: id, Limit: 1})
			if err != nil {
				return err
			}
			states, err := d.e.States(v, findings)
			if err != nil {
				return err
			}
			if len(segments) == 0 {
				continue
			}
			if line := called(segments[0].Fact, states); line.Open > 0 || line.Repeated > 0 {
				out = append(out, line)
			}
		}
		return nil
	})
	sortCalled(out)
	return out, err
}

// called is the line of a segment by what its rounds found.
func called(s grid.Segment, found []*engine.State) Called {
	line := Called{Segment: s}
	kinds := map[string]int{}
	for _, st := range found {
		if c := st.M.Category; c != "" { // what nobody has sorted yet is no kind
			if kinds[c]++; kinds[c] == 2 {
				line.Repeated++
			}
		}
		if !st.M.Status.Open() {
			continue
		}
		line.Open++
		if u := st.M.Holder; u != "" && !slices.Contains(line.Units, u) {
			line.Units = append(line.Units, u)
		}
	}
	return line
}
