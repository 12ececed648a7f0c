package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Assignment of matters that nobody called in. Their kind is none a caller may
// choose, and so is their source.
const (
	Tasked     Kind   = "TASK"
	TaskSource string = "ASSIGNED"
)

// TaskKind is what an assigned matter is for.
type TaskKind string

// The kinds of task. An opinion is answered, not judged; of the others the unit
// that assigned them judges the answer.
const (
	BatchTask      TaskKind = "BATCH"          // of a weekly batch (周交办)
	Measure        TaskKind = "MEASURE"        // of a programme, a meeting or a decision
	Promise        TaskKind = "PROMISE"        // of the year's list, or a pledge
	Theme          TaskKind = "THEME"          // one theme a month, with a lead unit
	LiaisonItem    TaskKind = "LIAISON"        // raised to a leader's office
	Observation    TaskKind = "OBSERVATION"    // what an observer saw, to be answered
	Recommendation TaskKind = "RECOMMENDATION" // of a street on a stationed leader
	Advice         TaskKind = "ADVICE"         // a suggestion that must be answered
	Consultation   TaskKind = "CONSULTATION"   // an opinion before an act takes effect
	ReplyAsked     TaskKind = "REPLY"          // a unit's word on what is held against it
	Demanded       TaskKind = "DEMAND"         // a form, a meeting or a check that an upper unit asks for
	Transferred    TaskKind = "TRANSFER"       // a violation handed to who may punish it (移送)
	Patrolling     TaskKind = "PATROL"         // grids to go round on a day
	Service        TaskKind = "SERVICE"        // something done for a resident in the grid (代办)
)

// TaskKinds lists every kind.
var TaskKinds = []TaskKind{
	BatchTask, Measure, Promise, Theme, LiaisonItem, Observation, Recommendation, Advice, Consultation, ReplyAsked, Demanded, Transferred, Patrolling, Service,
}

// Opinion reports whether the answer itself is what was asked for, so that
// nobody judges it.
func (k TaskKind) Opinion() bool {
	return k == Recommendation || k == Advice || k == Consultation || k == ReplyAsked
}

// The answers to an opinion that is asked for.
const (
	Agreed      = "AGREE"
	Disagreed   = "DISAGREE"
	Conditional = "CONDITIONS"
	LapsedReply = "LAPSED" // said by the clock: no answer in time counts as no objection
)

// Task makes a matter one that a unit of staff assigned (交办).
type Task struct {
	About ident.ID `json:"about,omitempty"` // the record it serves
	Kind  TaskKind `json:"kind"`
	Title string   `json:"title"`
}

// Assigned is a matter to assign. By is the unit that assigns and judges, the
// actor's own if empty. Caller is only for what is told under a sealed name.
type Assigned struct {
	ID       ident.ID
	Kind     TaskKind
	Title    string
	Text     string
	TextHash string
	Place    territory.Address
	About    ident.ID
	By       string
	Urgency  duty.Urgency
	Caller   Caller
	Orders   []Assignment
	// Lapses makes silence mean no objection, for an opinion.
	Lapses bool
}

// Assign begins a file with a task: no desk verifies or triages it, its orders
// are given at once, and the unit that assigned it stays its desk. The desk of
// its own mechanism has asked before whether the actor may.
func (f *File) Assign(t Assigned) error {
	if err := access.Allow(f.By, access.AssignTask, access.Subject{Place: t.Place, Units: []string{f.By.Unit}}); err != nil {
		return err
	}
	if !slices.Contains(TaskKinds, t.Kind) {
		return fault.Field("kind", "task.kind_unknown", string(t.Kind))
	}
	if err := Words("title", t.Title, true); err != nil {
		return err
	}
	if err := Words("text", t.Text, false); err != nil {
		return err
	}
	if t.By == "" {
		t.By = f.By.Unit
	}
	by, err := f.unit(t.By, "by")
	if err != nil {
		return err
	}
	if t.Urgency == "" {
		t.Urgency = duty.Normal
	}
	f.M = &Matter{
		ID: t.ID, Place: t.Place, Source: TaskSource, Kind: Tasked, Urgency: t.Urgency, TextHash: t.TextHash, Caller: t.Caller,
		Status: Received, Level: by.Level, Desk: by.Code, Class: duty.Public, ReceivedAt: f.Now, Pack: f.City.Version,
		Clocks: clock.Set{}, Task: &Task{About: t.About, Kind: t.Kind, Title: t.Title},
	}
	f.begin("assign", nil, map[string]any{"task": string(t.Kind)})
	f.Act.Moves = append(f.Act.Moves, Moved{To: string(Received)})
	for _, to := range [...]Status{Verified, Triaged} {
		if err := f.move(to); err != nil {
			return err
		}
	}
	return f.handOut(t.Orders, t.Lapses)
}

// AssignTo gives further orders of a task: to more units, or to another when
// the first was not the right one.
func (f *File) AssignTo(list []Assignment) error {
	if f.M.Task == nil {
		return fault.New(fault.Conflict, "task.not_assigned")
	}
	if err := access.Allow(f.By, access.ChairOrder, f.ofDesk()); err != nil {
		return err
	}
	f.begin("assign_to", nil, nil)
	return f.handOut(list, false)
}

// ofDesk is the matter as the unit that coordinates it sees its own orders.
func (f *File) ofDesk() access.Subject {
	s := f.Subject(nil)
	s.Creditor = f.M.Desk
	return s
}

func (f *File) handOut(list []Assignment, lapses bool) error {
	if err := f.checkRoles(list, "orders"); err != nil {
		return err
	}
	for i := range list {
		if err := f.handOutOne(&list[i], lapses); err != nil {
			return err
		}
	}
	if lead := f.Lead(); lead != nil && lead.Role == order.Sole && len(f.solving()) > 1 {
		lead.Role = order.Lead
	}
	if f.M.Status == Ordered || f.M.Status == Deferred {
		return nil
	}
	return f.move(Ordered)
}

func (f *File) handOutOne(a *Assignment, lapses bool) error {
	u, err := f.unit(a.Debtor, "debtor")
	if err != nil {
		return err
	}
	right, err := f.mayAssign(u, a)
	if err != nil {
		return err
	}
	if err := f.helps(u, right, a.Role); err != nil {
		return err
	}
	if err := Words("content", a.Content, false); err != nil {
		return err
	}
	if a.Due != 0 && a.Due <= f.Now || a.Due > f.Now+clock.Instant(mostDaysBack)*10*24*3600*1e6 {
		return fault.Field("due", "task.due_out_of_range")
	}
	kind, measured := order.Task, clock.Respond
	if f.M.Task.Kind.Opinion() {
		kind = order.Opinion
		if lapses {
			measured = clock.Lapse
		}
	}
	o := &order.Order{
		ID: f.NewID(), Kind: kind, Role: a.Role, Creditor: f.M.Desk, Debtor: u.Code, Judge: order.ByCreditorUnit,
		Leaf: a.Leaf, Basis: a.Basis, Content: a.Content, Clocks: clock.Set{}, Status: order.Issued, IssuedAt: f.Now, Bound: kind == order.Opinion,
		Line: f.City.LineOf(a.Leaf),
	}
	if right.put(o); a.Leaf != "" && o.ListVersion == "" {
		o.ListVersion = f.City.Duty.Version
	}
	if p, _ := f.City.Org.OnDuty(u.Code, f.Now.Time()); p != nil {
		o.DebtorPost = p.Code
	}
	if a.Post != "" {
		o.DebtorPost = a.Post
	}
	f.Orders = append(f.Orders, o)
	f.Act.Moves = append(f.Act.Moves, Moved{Order: o.ID, To: string(order.Issued)})
	if kind == order.Task {
		f.startOrder(o, clock.Sign, f.limit(pack.Sign))
	}
	switch {
	case a.Due != 0:
		o.Clocks.Until(measured, f.Now, a.Due)
	case a.Limit.IsZero():
		f.startOrder(o, measured, f.limit(pack.Respond))
	default:
		f.startOrder(o, measured, a.Limit)
	}
	f.tellUnit(u.Code, "notice.order", o.ID, f.M.ID)
	f.tellParent(u, f.M.Desk)
	if a.Role != order.Co {
		f.M.Unit = u.Code
	}
	return nil
}

// mayAssign holds for tasks what mayOrder holds for the orders of a desk: nobody
// owes to itself, a department pushes no work down to a community (GZ-05), and
// a town or village is asked only what its list says (INV-03) unless life is
// at stake. What a street asks of its own offices and of the units that meet
// with it is no push from above. To be asked for an opinion is a right, and
// needs no list. It returns by what right.
func (f *File) mayAssign(u *org.Unit, a *Assignment) (license, error) {
	if u.Code == f.M.Desk {
		return license{}, fault.New(fault.Denied, "order.judge_is_debtor", u.Code).In("debtor")
	}
	from, err := f.unit(f.M.Desk, "by")
	if err != nil {
		return license{}, err
	}
	if f.M.Task.Kind.Opinion() || u.Level.Rank() > org.Town.Rank() || u.Kind == org.StationedAgency || u.Level.Rank() > from.Level.Rank() || u.Territory == from.Territory {
		return license{}, nil
	}
	if u.Level == org.Community && (from.Kind == org.Department || from.Kind == org.StationedAgency || from.Kind == org.EnforcementBody) {
		return license{}, fault.New(fault.Denied, "order.tier_no_push_down", "TIER_NO_PUSH_DOWN", u.Name).In("debtor")
	}
	right, err := f.guard(u, a.Leaf)
	if err != nil {
		return right, err
	}
	if right.emergency {
		f.tellUnit(f.desk(org.District), "notice.off_list_emergency", f.M.ID, u.Name)
		return right, nil
	}
	for _, desk := range f.skipped(from, u) { // a flat hand-over is copied to whom it passes over (LH-02)
		f.tellUnit(desk, "notice.level_skipped", f.M.ID, u.Name)
	}
	return right, nil
}

// finishTask closes a task whose answers are all good.
func (f *File) finishTask() error {
	if f.M.Task == nil || f.M.Status != Awaiting || len(f.solving()) > 0 {
		return nil
	}
	return f.close()
}

// GiveUp ends a task whose purpose is gone: who owes something is let off, and
// nobody has to be ordered in its place. The desk of its mechanism has asked
// before whether the actor may; who owes may not let itself off.
func (f *File) GiveUp(reason string) error {
	if f.M.Task == nil {
		return fault.New(fault.Conflict, "task.not_assigned")
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	for _, o := range f.Orders {
		if o.Status.Open() && o.Debtor == f.By.Unit {
			return fault.New(fault.Denied, "order.judge_is_debtor", o.Debtor)
		}
	}
	f.begin("give_up", nil, map[string]any{"reason": reason})
	if err := f.withdrawAll(reason); err != nil {
		return err
	}
	if f.M.Status != Awaiting {
		if err := f.await(); err != nil {
			return err
		}
	}
	return f.close()
}

// opine takes an opinion: the answer is what was asked for, so it fulfils the
// order, and the last one ends the matter.
func (f *File) opine(o *order.Order) error {
	if err := f.fulfil(o); err != nil {
		return err
	}
	if len(f.solving()) > 0 || f.M.Status != Ordered {
		return nil
	}
	if err := f.await(); err != nil {
		return err
	}
	return f.close()
}

// lapse lets silence count as no objection (domain part C4 rule 11): the clock
// says so, for everybody to see.
func (f *File) lapse(o *order.Order) error {
	if !o.Status.Owing() {
		return nil
	}
	if err := f.moveOrder(o, order.Responded); err != nil {
		return err
	}
	o.Answers = append(o.Answers, order.Answer{At: f.Now, By: access.Clock, Result: LapsedReply})
	o.RespondedAt = f.Now
	f.tellUnit(o.Creditor, "notice.lapsed", o.ID)
	f.tellUnit(o.Debtor, "notice.lapsed", o.ID)
	return f.opine(o)
}
