package matter

import (
	"slices"
	"strconv"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// mistakes finds everything that is wrong with a notice by itself, so that
// whoever blows mends it in one go: why it is blown, and each department with the
// path of its field.
func (f *File) mistakes(kind WhistleKind, why string, legs []Assignment) fault.List {
	var wrong fault.List
	wrong.Add(Words("why", why, true))
	if len(legs) == 0 {
		wrong.Add(fault.Field("departments", "whistle.nobody_called"))
	}
	for i := range legs {
		at := "departments." + strconv.Itoa(i)
		u, err := f.unit(legs[i].Debtor, at+".unit")
		if wrong.Add(err); err == nil {
			wrong.Add(f.mayCall(kind, u, at+".unit"))
		}
		wrong.Add(Words(at+".content", legs[i].Content, false))
		if kind == KeyWorkWhistle && legs[i].Due <= f.Now {
			wrong.Add(fault.Field(at+".due", "whistle.date_missing"))
		}
	}
	return wrong
}

// call gives the legs of the whistle that runs, of which mistakes found none.
func (f *File) call(kind WhistleKind, legs []Assignment) error {
	if f.Lead() == nil && !slices.ContainsFunc(legs, func(a Assignment) bool { return a.Role == order.Lead || a.Role == order.Sole }) {
		legs[0].Role = order.Lead
		for i := range legs[1:] {
			legs[i+1].Role = order.Co
		}
	}
	if err := f.checkRoles(legs, "departments"); err != nil {
		return err
	}
	for i := range legs {
		if err := f.callOne(kind, &legs[i]); err != nil {
			return err
		}
	}
	if f.M.Status == Ordered || f.M.Status == Deferred || f.M.Status == Reopened {
		return nil
	}
	return f.move(Ordered)
}

func (f *File) callOne(kind WhistleKind, a *Assignment) error {
	u, err := f.unit(a.Debtor, "departments")
	if err != nil {
		return err
	}
	o := &order.Order{
		ID: f.NewID(), Kind: order.WhistleLeg, Role: a.Role, Creditor: f.By.Unit, Debtor: u.Code, Judge: order.ByCreditorUnit, Bound: true,
		Leaf: f.M.Category, Basis: a.Basis, Content: a.Content, Clocks: clock.Set{}, Status: order.Issued, IssuedAt: f.Now,
		Leg: &order.Leg{Whistle: len(f.M.Whistles) - 1}, Line: f.City.LineOf(f.M.Category), Team: a.Team,
	}
	if f.M.Category != "" {
		o.ListVersion = f.City.Duty.Version
	}
	f.ring(kind, o)
	f.Orders = append(f.Orders, o)
	f.Act.Moves = append(f.Act.Moves, Moved{Order: o.ID, To: string(order.Issued)})
	limits, urgency := f.City.LimitsAt(f.M.Place.Leaf()), f.M.Urgency
	if kind == EmergencyWhistle {
		urgency = "EMERGENCY"
	}
	f.startOrder(o, clock.Sign, limits.For(pack.Sign, urgency))
	if kind == KeyWorkWhistle {
		o.Clocks.Until(clock.Arrive, f.Now, a.Due)
	} else {
		f.startOrder(o, clock.Arrive, limits.For(pack.WhistleArrival, urgency))
	}
	f.tellParent(u, f.By.Unit)
	if a.Role != order.Co {
		f.M.Unit = u.Code
		f.M.Clocks.Stop(clock.LevelUp, f.Now)
	}
	return nil
}

// ring finds the post that is called first, and tells it: for enforcement the
// seat that the unit has on the street's platform (BJ-06), else who is on duty.
// Whoever is not resident there is called out by name of the post.
func (f *File) ring(kind WhistleKind, o *order.Order) {
	called := ""
	if kind == EnforcementWhistle {
		for _, s := range f.City.Org.Platform(f.M.Place.Town) {
			if s.Unit != o.Debtor {
				continue
			}
			if p, ok := f.City.Org.Post(s.Post); ok && p.Unit == s.Unit { // the city may have changed since
				o.DebtorPost = p.Code
			}
			if s.OnCall {
				called = s.Title
			}
			break
		}
	}
	if o.DebtorPost == "" {
		if p, _ := f.City.Org.OnDuty(o.Debtor, f.Now.Time()); p != nil {
			o.DebtorPost = p.Code
		}
	}
	if called != "" {
		f.tellUnit(o.Debtor, "notice.whistle_call_out", o.ID, f.M.ID, f.unitName(o.Creditor), called)
		return
	}
	f.tellUnit(o.Debtor, "notice.whistle", o.ID, f.M.ID, f.unitName(o.Creditor))
}

// mayCall holds who may be called: never the caller's own unit, nobody of
// another place, for enforcement only who is on the platform's roster (1+5+N,
// BJ-06), and by a community only its street's own offices and stations.
func (f *File) mayCall(kind WhistleKind, u *org.Unit, field string) error {
	switch {
	case u.Code == f.By.Unit:
		return fault.New(fault.Denied, "order.judge_is_debtor", u.Code).In(field)
	case u.Territory != f.City.Root && !f.around(u.Territory):
		return fault.New(fault.Denied, "order.unit_elsewhere", u.Name).In(field)
	case kind == CommunityWhistle && (u.Level != org.Town || u.Territory != f.M.Place.Town):
		return fault.New(fault.Denied, "whistle.community_calls_street", u.Name).In(field)
	case kind != CommunityWhistle && u.Level == org.Community:
		return fault.New(fault.Denied, "order.tier_no_push_down", "TIER_NO_PUSH_DOWN", u.Name).In(field)
	case kind == EnforcementWhistle && !f.OnPlatform(u.Code):
		return fault.New(fault.Denied, "whistle.not_on_platform", u.Name).In(field)
	}
	return nil
}

// OnPlatform reports whether a unit belongs to the enforcement platform of the
// matter's town: by the roster that was published, or else by the structure of
// the city. A town without a platform calls whom it needs.
func (f *File) OnPlatform(unit string) bool {
	if seats := f.City.Org.Platform(f.M.Place.Town); len(seats) > 0 {
		return slices.ContainsFunc(seats, func(s org.Seat) bool { return s.Unit == unit })
	}
	wanted := f.City.Org.PlatformWanted(f.M.Place.Town)
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w org.Part) bool { return w.Unit == unit || w.Core == unit })
}

// mostCalls is how often a silent department is called in quick succession.
const mostCalls = 12

// callNext calls the next post on the roster of a department that has not said
// that it comes, and tells the district's centre; it goes on until somebody
// answers (BJ-04), after mostCalls as seldom as reminders come: by then cards and
// letters speak.
func (f *File) callNext(o *order.Order) {
	next := f.City.Org.NextOn(o.Debtor, f.Now.Time(), o.DebtorPost)
	if next != nil {
		o.DebtorPost = next.Code
	}
	o.Leg.Calls = append(o.Leg.Calls, order.LegCall{At: f.Now, Post: o.DebtorPost})
	limits := f.City.LimitsAt(f.M.Place.Leaf())
	urgency := f.M.Urgency
	if w := f.M.Whistles[o.Leg.Whistle]; w.Kind == EmergencyWhistle {
		urgency = "EMERGENCY"
	}
	again := limits.For(pack.Sign, urgency)
	if len(o.Leg.Calls) >= mostCalls {
		again = f.ladder().NagEvery
	}
	f.startOrder(o, clock.Sign, again)
	f.tellUnit(o.Debtor, "notice.leg_called_again", o.ID, f.unitName(o.Creditor))
	f.tellUnit(f.desk(org.District), "notice.leg_silent", o.ID, f.unitName(o.Debtor), len(o.Leg.Calls))
}

// leg asks that an order is a leg that still runs.
func (f *File) leg(o *order.Order) error {
	if o.Leg == nil {
		return fault.New(fault.Conflict, "leg.not_a_leg")
	}
	if !o.Status.Open() {
		return fault.New(fault.Conflict, "leg.ended", string(o.Status))
	}
	return nil
}

// Arrive is the debtor's word that it is there. The clock runs on until the
// street says so too.
func (f *File) Arrive(o *order.Order) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if err := f.leg(o); err != nil {
		return err
	}
	if o.Leg.Arrived != 0 || o.Leg.Confirmed != 0 {
		return fault.New(fault.Conflict, "leg.arrived_already")
	}
	f.begin("arrive", o, nil)
	if o.Status == order.Issued {
		if err := f.sign(o, order.Accepted); err != nil {
			return err
		}
	}
	o.Leg.Arrived = f.Now
	f.tellUnit(o.Creditor, "notice.leg_arrived", o.ID, f.unitName(o.Debtor))
	return nil
}

// ConfirmArrival is the street's word that the department is there: its time
// counts (BJ-05), the moment it says so or an earlier one. The work begins. What
// the ladder counted before the street came round to it is void.
func (f *File) ConfirmArrival(o *order.Order, at clock.Instant) error {
	if err := f.chairsLeg(o); err != nil {
		return err
	}
	l := o.Leg
	if l.Confirmed != 0 {
		return fault.New(fault.Conflict, "leg.arrived_already")
	}
	if at == 0 {
		at = f.Now
	}
	if at < o.IssuedAt || at > f.Now {
		return fault.Field("at", "leg.time_out_of_range", o.IssuedAt.Time(), f.Now.Time())
	}
	f.begin("confirm_arrival", o, nil)
	l.Confirmed, l.ConfirmBy = at, f.By.ID
	if c := o.Clocks.Running(clock.Arrive); c != nil {
		l.Late = at > c.Due
	}
	if o.Overdue && !l.Late {
		o.Overdue = false
		f.M.Reds -= o.Void()
		if err := f.unsupervise(o, "C5.3"); err != nil {
			return err
		}
	}
	o.Clocks.Stop(clock.Arrive, f.Now)
	if err := f.sign(o, order.InProgress); err != nil {
		return err
	}
	f.startOrder(o, clock.Respond, f.promised())
	f.tellUnit(o.Debtor, "notice.leg_confirmed", o.ID)
	f.tellCaller("notice.whistle_arrived", f.unitName(o.Debtor))
	return nil
}

func (f *File) chairsLeg(o *order.Order) error {
	if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
		return err
	}
	if err := f.leg(o); err != nil {
		return err
	}
	if err := f.creditor(o); err != nil {
		return err
	}
	return f.independent(o)
}

// Waive lets a department go before its work is done, with a reason that is
// told. When the first unit goes, the next one leads.
func (f *File) Waive(o *order.Order, reason string) error {
	if err := f.chairsLeg(o); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if o.Status == order.Responded {
		return fault.New(fault.Conflict, "order.answered_already")
	}
	f.begin("waive", o, map[string]any{"reason": reason})
	o.Leg.Waived = reason
	if err := f.withdraw(o, reason); err != nil {
		return err
	}
	if o.Role == order.Co {
		return nil
	}
	for _, x := range f.Orders {
		if x.Leg != nil && x.Leg.Whistle == o.Leg.Whistle && x.Role == order.Co && (x.Status.Open() || x.Status == order.Fulfilled) {
			x.Role, f.M.Unit = order.Lead, x.Debtor
			break
		}
	}
	return nil
}

// Appraise is what one side of an ended leg says of the other: the unit that
// blew of the department, by stars; the department of the whistle. Each once.
func (f *File) Appraise(o *order.Order, a order.Appraisal) error {
	if err := access.Allow(f.By, access.ReadMatter, f.Subject(nil)); err != nil {
		return err
	}
	if o.Leg == nil {
		return fault.New(fault.Conflict, "leg.not_a_leg")
	}
	if o.Status.Open() {
		return fault.New(fault.Conflict, "leg.runs_still")
	}
	if err := Words("note", a.Note, false); err != nil {
		return err
	}
	side := &o.Leg.OfWhistle
	switch f.By.Unit {
	case o.Creditor:
		if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
			return err
		}
		if a.Stars < 1 || a.Stars > 5 {
			return fault.Field("stars", "appraisal.stars_out_of_range", a.Stars)
		}
		side = &o.Leg.OfUnit
		a.Needed, a.Clear, a.Scope = false, false, false
	case o.Debtor:
		if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
			return err
		}
		a.Stars = 0
	default:
		return fault.New(fault.Denied, "access.denied", string(access.ChairOrder))
	}
	if *side != nil {
		return fault.New(fault.Conflict, "appraisal.given_before")
	}
	f.begin("appraise", o, nil)
	a.At, a.By = f.Now, f.By.ID
	*side = &a
	return nil
}

// Elapsed is how long a leg took from being called to each step; zero for what
// has not happened.
type Elapsed struct{ Acked, Arrived, Answered, Released time.Duration }

// ElapsedOf measures a leg.
func ElapsedOf(o *order.Order) Elapsed {
	since := func(at clock.Instant) time.Duration {
		if at == 0 {
			return 0
		}
		return at.Time().Sub(o.IssuedAt.Time())
	}
	out := Elapsed{Acked: since(o.SignedAt), Answered: since(o.RespondedAt), Released: since(o.EndedAt)}
	if o.Leg != nil {
		out.Arrived = since(o.Leg.Confirmed)
	}
	return out
}
