package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// Object says that the order is not the debtor's duty. The first objection on
// a matter goes to review, the last that the pack allows to a conference, and
// after a conference nobody may refuse (YT-31).
func (f *File) Object(o *order.Order, reason, basis, names string) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Bound {
		return fault.New(fault.Conflict, "objection.bound")
	}
	if o.Kind != order.Dispatch {
		return fault.New(fault.Conflict, "objection.not_this_kind")
	}
	if err := order.CanMove(o.Status, order.Objected); err != nil {
		return err
	}
	if over := f.windowOver(o); over != 0 && f.Now > over {
		return fault.New(fault.Conflict, "objection.window_over", over.Time())
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if names != "" {
		if _, err := f.unit(names, "names"); err != nil {
			return err
		}
	}
	f.begin("object", o, nil)
	if err := f.moveOrder(o, order.Objected); err != nil {
		return err
	}
	o.Clocks.Stop(clock.Sign, f.Now)
	f.M.Objections++
	o.Objections++
	o.Objection = &order.Objection{At: f.Now, By: f.By.ID, Reason: reason, Basis: basis, Names: names, State: order.ObjectionFiled}
	if f.M.Objections >= f.number(pack.ObjectionCount) {
		f.convene("objected again", []string{o.Debtor, o.Creditor})
		return nil
	}
	f.startOrder(o, clock.Objection, f.limit(pack.ObjectionReview))
	f.tellUnit(f.reviewer(), "notice.objection", o.ID, reason)
	return nil
}

// windowOver returns the end of the time to object, from issue or from the
// rejection of an earlier objection.
func (f *File) windowOver(o *order.Order) clock.Instant {
	from := o.IssuedAt
	if o.Objection != nil && o.Objection.DecAt != 0 {
		from = o.Objection.DecAt
	}
	return clock.At(f.calendar().Due(f.limit(pack.Object), from.Time(), nil).At)
}

// ObjectUntil returns until when the debtor may object to an order, or zero if
// it may not: another kind, another state, bound by a conference, or too late.
func (f *File) ObjectUntil(o *order.Order) clock.Instant {
	if o.Bound || o.Kind != order.Dispatch || order.CanMove(o.Status, order.Objected) != nil {
		return 0
	}
	if over := f.windowOver(o); over >= f.Now {
		return over
	}
	return 0
}

// DecideObjection upholds or rejects an objection. Upheld, the order is
// replaced: by one to the unit named, or by the desk's next choice; the
// caller's own clocks run on either way.
func (f *File) DecideObjection(o *order.Order, uphold bool, to, note string) error {
	if err := f.mayReview(o); err != nil {
		return err
	}
	if o.Status != order.Objected || o.Objection.State != order.ObjectionFiled {
		return fault.New(fault.Conflict, "objection.none_filed")
	}
	if err := Words("note", note, true); err != nil {
		return err
	}
	f.begin("decide_objection", o, nil)
	x := o.Objection
	x.DecBy, x.DecAt, x.Note = f.By.ID, f.Now, note
	o.Clocks.Stop(clock.Objection, f.Now)
	if !uphold {
		x.State = order.ObjectionRejected
		f.tellUnit(o.Debtor, "notice.objection_rejected", o.ID, note)
		if err := f.moveOrder(o, order.Issued); err != nil {
			return err
		}
		f.startOrder(o, clock.Sign, f.signLimit())
		return nil
	}
	x.State = order.ObjectionUpheld
	if err := f.moveOrder(o, order.Reassigned); err != nil {
		return err
	}
	f.M.Reds -= o.Void() // it was never its duty
	f.tellUnit(o.Debtor, "notice.objection_upheld", o.ID, note)
	if to == "" {
		return nil
	}
	if to == o.Debtor || f.openOf(to) != nil {
		return fault.Field("to", "order.unit_twice", to)
	}
	return f.issueOne(o.Kind, &Assignment{Debtor: to, Role: o.Role, Content: o.Content})
}

// mayReview asks that the actor may decide about o: a desk of the district or
// above that is neither its debtor nor, while there is another desk to ask, the
// one that gave it.
func (f *File) mayReview(o *order.Order) error {
	if err := access.Allow(f.By, access.DecideObjection, f.Subject(o)); err != nil {
		return err
	}
	if f.By.Unit == o.Debtor || f.By.Unit == o.Creditor && f.By.Unit != f.reviewer() {
		return fault.New(fault.Denied, "objection.own_decision")
	}
	return f.highEnough()
}

// highEnough asks that the actor's desk is one that settles disputes.
func (f *File) highEnough() error {
	u, err := f.unit(f.By.Unit, "by")
	if err != nil {
		return err
	}
	if u.Level.Rank() < org.District.Rank() {
		return fault.New(fault.Denied, "objection.district_decides", u.Name)
	}
	return nil
}

// meeting returns the conference that waits for a decision, or nil.
func (f *File) meeting() *Meeting {
	if m := f.M.Conference; m != nil && m.DecAt == 0 && m.Ended == 0 {
		return m
	}
	return nil
}

// mayConfer asks that the actor may call units together: a desk that decides
// objections, or who speaks for a coordination body or a command centre (LH-06).
func (f *File) mayConfer() error {
	err := access.Allow(f.By, access.DecideObjection, f.Subject(nil))
	if err == nil {
		return nil
	}
	u, ok := f.City.Org.Unit(f.By.Unit)
	if !ok || u.Kind != org.CoordinationBody && u.Kind != org.CommandCentre {
		return err
	}
	if access.Allow(f.By, access.SettleConflict, f.Subject(nil)) == nil {
		return nil
	}
	return err
}

// coordinates reports whether the actor speaks for a coordination body. What it
// decides is owed to the desk of the matter, which goes on to judge the answer.
func (f *File) coordinates() bool {
	u, ok := f.City.Org.Unit(f.By.Unit)
	return ok && u.Kind == org.CoordinationBody
}

// confers are the states in which units can be called together: the matter is
// somebody's work, and nobody has answered yet.
var confers = []Status{Triaged, Ordered, Reopened}

// Convene calls units together for a binding decision (会商).
func (f *File) Convene(parties []string, reason string) error {
	if err := f.mayConfer(); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if f.meeting() != nil {
		return fault.New(fault.Conflict, "conference.open_already")
	}
	if !slices.Contains(confers, f.M.Status) {
		return fault.New(fault.Conflict, "conference.nothing_to_decide", string(f.M.Status))
	}
	if len(parties) < 2 || len(parties) > 50 {
		return fault.Field("parties", "conference.parties", len(parties))
	}
	for _, p := range parties {
		if _, err := f.unit(p, "parties"); err != nil {
			return err
		}
	}
	f.begin("convene", nil, nil)
	f.convene(reason, parties)
	return nil
}

// convene opens a conference for every objection that is pending, or adds the
// parties to the one that is open.
func (f *File) convene(reason string, parties []string) {
	parties = slices.Clone(parties)
	for _, o := range f.Orders {
		if o.Status == order.Objected {
			o.Objection.State = order.ObjectionToConference
			o.Clocks.Stop(clock.Objection, f.Now)
			if !slices.Contains(parties, o.Debtor) {
				parties = append(parties, o.Debtor)
			}
		}
	}
	if m := f.meeting(); m != nil {
		for _, p := range parties {
			if !slices.Contains(m.Parties, p) {
				m.Parties = append(m.Parties, p)
				f.tellUnit(p, "notice.conference", f.M.ID, reason)
			}
		}
		return
	}
	f.M.Conference = &Meeting{Convener: f.reviewer(), Parties: parties, Reason: reason, At: f.Now}
	f.start(clock.Conference, f.limit(pack.Conference))
	f.tellUnit(f.M.Conference.Convener, "notice.conference_owed", f.M.ID)
	for _, p := range parties {
		f.tellUnit(p, "notice.conference", f.M.ID, reason)
	}
}

// DecideConference records the minutes and the decision, which binds: a lead
// unit, co-units, and no further refusal.
func (f *File) DecideConference(minutes, lead string, co []string) error {
	if err := f.mayConfer(); err != nil {
		return err
	}
	m := f.meeting()
	if m == nil {
		return fault.New(fault.Conflict, "conference.none_open")
	}
	if !slices.Contains(confers, f.M.Status) {
		return fault.New(fault.Conflict, "conference.nothing_to_decide", string(f.M.Status))
	}
	if f.By.Unit == lead || slices.Contains(co, f.By.Unit) {
		return fault.New(fault.Denied, "objection.own_decision")
	}
	if err := f.highEnough(); err != nil {
		return err
	}
	if err := Words("minutes", minutes, true); err != nil {
		return err
	}
	if slices.Contains(co, lead) {
		return fault.Field("co", "order.unit_twice", lead)
	}
	f.begin("decide_conference", nil, nil)
	m.Minutes, m.Lead, m.Co, m.DecBy, m.DecAt = minutes, lead, co, f.By.ID, f.Now
	f.M.Clocks.Stop(clock.Conference, f.Now)
	if err := f.bind(lead, co); err != nil {
		return err
	}
	f.tellUnit(lead, "notice.conference_decided", f.M.ID)
	return nil
}

// bind makes the matter's orders those of the decision: units that are named
// owe and are bound, units that are not are released.
func (f *File) bind(lead string, co []string) error {
	var list []Assignment
	for i, unit := range append([]string{lead}, co...) {
		role := order.Co
		if i == 0 {
			role = order.Lead
			if len(co) == 0 {
				role = order.Sole
			}
		}
		if o := f.openOf(unit); o != nil {
			if o.Status == order.Objected {
				f.settle(o, order.ObjectionRejected)
				if err := f.sign(o, order.Accepted); err != nil {
					return err
				}
			}
			o.Role, o.Bound = role, true
			if role != order.Co {
				f.M.Unit = unit
			}
			continue
		}
		list = append(list, Assignment{Debtor: unit, Role: role, bound: true})
	}
	for _, o := range f.solving() {
		if o.Debtor == lead || slices.Contains(co, o.Debtor) {
			continue
		}
		to := order.Withdrawn
		if o.Status == order.Objected {
			f.settle(o, order.ObjectionUpheld)
			to = order.Reassigned
			f.M.Reds -= o.Void()
		}
		if err := f.moveOrder(o, to); err != nil {
			return err
		}
		o.EndReason = "conference"
		f.tellUnit(o.Debtor, "notice.released", o.ID)
	}
	for i := range list {
		if err := f.issueOne(f.OrderKind(), &list[i]); err != nil {
			return err
		}
	}
	if f.M.Status == Triaged {
		return f.move(Ordered)
	}
	return nil
}

// settle writes down how a conference decided an objection.
func (f *File) settle(o *order.Order, state string) {
	o.Objection.State, o.Objection.DecAt, o.Objection.DecBy = state, f.Now, f.By.ID
}

// openOf returns the open order by which a unit answers the matter, or nil.
func (f *File) openOf(unit string) *order.Order {
	for _, o := range f.solving() {
		if o.Debtor == unit {
			return o
		}
	}
	return nil
}
