package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
)

// File is a matter with its orders while one command works on it. A method of
// File is one act: it checks, changes, and leaves in Act what it did. Settle
// must follow each act; it restores the invariants. A File belongs to one
// command and is not safe for concurrent use.
type File struct {
	M      *Matter
	Orders []*order.Order

	Act     Act
	Notices []Notice
	Said    []Statement

	City *pack.City
	By   access.Actor
	Now  clock.Instant
	// NewID makes the id of a new order.
	NewID func() ident.ID
	// RedsSince counts the red cards of a unit since the day of an instant, on
	// whatever matter, without those of this command. Nil: only the cards of
	// this matter count.
	RedsSince func(unit string, from clock.Instant) (int, error)
	// Mandates is what the registers say of who may be asked what. Nil: only the
	// pack's list counts.
	Mandates Mandates
	// Layers is the professional grids that orders go to by rule. Nil: none.
	Layers Layers

	failed error // of a question that could not be answered
	cal    *calendar.Calendar
	reds   map[string]int // red cards of this command, by unit
}

// Act is what one method did: the name of the act, the order it was about,
// facts that the ledger keeps beside the changed state, and the moves made.
type Act struct {
	Name  string
	Order ident.ID
	Facts map[string]any
	Moves []Moved
}

// Moved is one change of state made by an act. Subject is zero for the matter.
type Moved struct {
	From  string   `json:"from,omitempty"`
	Order ident.ID `json:"order,omitempty"`
	To    string   `json:"to"`
}

// Audience is who a notice is for.
type Audience string

// The audiences.
const (
	ToCaller Audience = "CALLER"
	ToUnit   Audience = "UNIT"
	ToSource Audience = "SOURCE" // the system the call came from gets its result back
)

// Notice is something worth telling somebody, by code: words are chosen when
// it is read. For ToCaller, To is empty and every merged caller gets a copy.
type Notice struct {
	To   Audience
	Unit string
	Code string
	Args []any
}

// Statement is free text that somebody said; the ledger keeps its hash, the
// words are kept apart.
type Statement struct {
	Kind string
	Text string
	Hash string
}

func (f *File) begin(name string, o *order.Order, facts map[string]any) {
	f.Act = Act{Name: name, Facts: facts}
	if o != nil {
		f.Act.Order = o.ID
	}
}

// move changes the matter's state if the table permits it.
func (f *File) move(to Status) error {
	if err := CanMove(f.M.Status, to); err != nil {
		return err
	}
	f.Act.Moves = append(f.Act.Moves, Moved{From: string(f.M.Status), To: string(to)})
	f.M.Status = to
	f.M.ClosedAt = 0
	for _, k := range [...]clock.Kind{clock.Verify, clock.Triage, clock.Appeal, clock.Dispatch, clock.Callback, clock.Review} {
		f.M.Clocks.Stop(k, f.Now)
	}
	if !to.Open() {
		f.M.Clocks.StopAll(f.Now, clock.Exclusion) // the assessor answers for closed matters too
		if m := f.meeting(); m != nil {
			m.Ended = f.Now
		}
		if to == Closed {
			f.M.ClosedAt = f.Now
		}
	}
	return nil
}

// leave asks that the matter stands in one of the given states before an act
// moves it on: the table says which moves exist, this says whose they are.
func (f *File) leave(to Status, from ...Status) error {
	if !slices.Contains(from, f.M.Status) {
		return fault.New(fault.Conflict, "matter.move_refused", string(f.M.Status), string(to))
	}
	return nil
}

// note adds a fact to the act.
func (f *File) note(key string, value any) {
	if f.Act.Facts == nil {
		f.Act.Facts = map[string]any{}
	}
	f.Act.Facts[key] = value
}

func (f *File) moveOrder(o *order.Order, to order.Status) error {
	from := o.Status
	if err := o.Move(to, f.Now); err != nil {
		return err
	}
	f.Act.Moves = append(f.Act.Moves, Moved{Order: o.ID, From: string(from), To: string(to)})
	if to != order.Withdrawn && to != order.Reassigned {
		return nil
	}
	for _, letter := range f.Orders { // nobody replies about an order that is gone
		if letter.About == o.ID && letter.Status.Open() {
			if err := f.withdraw(letter, "order_ended"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *File) tellUnit(unit, code string, args ...any) {
	f.Notices = append(f.Notices, Notice{To: ToUnit, Unit: unit, Code: code, Args: args})
}

func (f *File) tellCaller(code string, args ...any) {
	if f.M.Caller.Reachable() || f.M.Caller.Anonymity == Anonymous || len(f.M.Children) > 0 {
		f.Notices = append(f.Notices, Notice{To: ToCaller, Code: code, Args: args})
	}
}

// tellResult tells callers and the systems the calls came from.
func (f *File) tellResult(code string, args ...any) {
	f.tellCaller(code, args...)
	f.Notices = append(f.Notices, Notice{To: ToSource, Code: code, Args: args})
}

// Order returns the order of a number. Fault: order.not_found.
func (f *File) Order(id ident.ID) (*order.Order, error) {
	for _, o := range f.Orders {
		if o.ID == id {
			return o, nil
		}
	}
	return nil, fault.New(fault.NotFound, "order.not_found", id.Number())
}

// Lead returns the open order that leads the answer to the matter, or nil.
func (f *File) Lead() *order.Order {
	for _, o := range f.Orders {
		if o.Status.Open() && o.Role != order.Co && o.Solves() {
			return o
		}
	}
	return nil
}

// solving returns the open orders whose answers the matter waits for.
func (f *File) solving() []*order.Order {
	var out []*order.Order
	for _, o := range f.Orders {
		if o.Status.Open() && o.Solves() {
			out = append(out, o)
		}
	}
	return out
}

// mine returns the open order by which the actor's unit answers the matter, or
// the leading one if it answers none.
func (f *File) mine() *order.Order {
	if o := f.openOf(f.By.Unit); o != nil {
		return o
	}
	return f.Lead()
}

func (f *File) leaf() *duty.Leaf {
	if f.M.Category == "" {
		return nil
	}
	leaf, ok := f.City.Duty.Leaf(f.M.Category)
	if !ok {
		return nil
	}
	return leaf
}

// calendar returns the working calendar of the matter's place.
func (f *File) calendar() *calendar.Calendar {
	if f.cal == nil {
		f.cal = f.City.Calendar(f.M.Place.Leaf())
	}
	return f.cal
}

// start starts a clock of the matter by the pack's limit of that name.
func (f *File) start(k clock.Kind, limit calendar.Limit) {
	f.alarm(f.M.Clocks.Start(k, limit, f.Now, f.calendar(), f.ladder()))
}

// startOrder starts a clock of an order.
func (f *File) startOrder(o *order.Order, k clock.Kind, limit calendar.Limit) {
	f.alarm(o.Clocks.Start(k, limit, f.Now, f.calendar(), f.ladder()))
}

// alarm tells the desk that a date is provisional, since the year's holidays
// are not announced: no deadline is computed in silence from a calendar that
// nobody knows.
func (f *File) alarm(c *clock.Clock) {
	if c != nil && c.Provisional && f.M.Desk != "" {
		f.tellUnit(f.M.Desk, "notice.provisional", f.M.ID, string(c.Kind), c.Due.Time())
	}
}

// unit returns the unit of a code. Fault: unit.unknown.
func (f *File) unit(code, field string) (*org.Unit, error) {
	u, ok := f.City.Org.Unit(code)
	if !ok {
		return nil, fault.Field(field, "unit.unknown", code)
	}
	return u, nil
}

// desk returns the command centre that coordinates matters of the level at the
// matter's place, or the next one up that exists.
func (f *File) desk(level org.Level) string {
	p := f.M.Place
	for ; ; level = level.Up() {
		place := f.City.Root
		switch level {
		case org.Community, org.Town:
			place = p.Town
		case org.District:
			place = p.District
		}
		if code, ok := f.City.Org.Centre(place); ok {
			return code
		}
		if level == org.City {
			return ""
		}
	}
}

// Settle restores what must always hold after an act: a matter moves on when
// its orders did, it has exactly one holder while it is open, and it knows its
// next deadline.
func (f *File) Settle() error {
	if f.failed != nil {
		return f.failed
	}
	f.endWhistle()
	if err := f.follow(); err != nil {
		return err
	}
	f.hold()
	f.M.Next = f.next()
	return nil
}

// follow moves the matter when its orders leave it no choice: without an order
// that leads, the desk has to give one; when all are answered, the caller is
// asked, and if the answer came while the matter was deferred, it is so no
// more.
func (f *File) follow() error {
	if f.M.Status != Ordered && f.M.Status != Reopened && f.M.Status != Deferred {
		return nil
	}
	if !f.led() {
		if f.M.Status == Deferred || f.M.Status == Reopened && f.M.Clocks.Running(clock.Dispatch) != nil {
			return nil
		}
		return f.needOrder()
	}
	for _, o := range f.solving() {
		if o.Status != order.Responded || o.Leg != nil || o.Asked() { // who was called stays until the street lets go
			return nil
		}
	}
	return f.await()
}

// led reports whether the newest leading order stands: it is open, or was
// fulfilled.
func (f *File) led() bool {
	for _, o := range slices.Backward(f.Orders) {
		if o.Solves() && o.Role != order.Co {
			return o.Status.Open() || o.Status == order.Fulfilled
		}
	}
	return false
}

// needOrder puts the matter back on the desk, which must order somebody.
func (f *File) needOrder() error {
	if err := f.move(Triaged); err != nil {
		return err
	}
	f.start(clock.Dispatch, f.limit(pack.Dispatch))
	return nil
}

// await hands the matter to its judge. Whatever stood still runs again: there
// is nothing left to wait for.
func (f *File) await() error {
	if f.M.Status == Deferred {
		f.M.Deferral.Ended = f.Now
	}
	if err := f.move(Awaiting); err != nil {
		return err
	}
	f.M.Clocks.Stop(clock.Resume, f.Now)
	if err := f.release(); err != nil {
		return err
	}
	f.M.Clocks.Stop(clock.LevelUp, f.Now)
	if f.M.Task != nil { // its orders are judged one by one
		return nil
	}
	f.start(clock.Callback, f.limit(pack.Callback))
	f.tellCaller("notice.answered", f.M.ID)
	f.tellUnit(f.M.Desk, "notice.ask_verdict", f.M.ID)
	return nil
}

// revive lets the times that the caller counts on run on in a matter that had
// ended; those that passed meanwhile make it late.
func (f *File) revive() error {
	for _, k := range [...]clock.Kind{clock.Promised, clock.Statutory, clock.Contact} {
		if k == clock.Contact && f.M.ContactedAt != 0 {
			continue
		}
		if _, err := f.M.Clocks.Continue(k, f.Now, f.calendar(), f.ladder()); err != nil {
			return err
		}
	}
	f.markLate()
	return nil
}

// hold names the one unit that must act next, and its post on duty.
func (f *File) hold() {
	unit := ""
	switch f.M.Status {
	case Received, Verified, Triaged, Awaiting:
		unit = f.M.Desk
	case Ordered, Reopened, Deferred:
		unit = f.M.Desk
		if o := f.Lead(); o != nil && o.Status == order.Objected {
			unit = f.reviewer()
		} else if o != nil {
			unit = o.Debtor
		}
	}
	f.M.Holder, f.M.HolderPost = unit, ""
	if unit == "" {
		return
	}
	if p, _ := f.City.Org.OnDuty(unit, f.Now.Time()); p != nil {
		f.M.HolderPost = p.Code
	}
}

// on reports whether a part of the system is on where the matter is.
func (f *File) on(module string) bool { return f.City.On(module, f.M.Place.Leaf()) }

// needs refuses what belongs to a part of the system that is off where the
// matter is. Fault: module.off.
func (f *File) needs(module string) error {
	if f.on(module) {
		return nil
	}
	return fault.New(fault.Conflict, "module.off", f.City.KnownModules[module].Name)
}

// next returns the earliest deadline of the matter and its orders.
func (f *File) next() clock.Instant {
	next := f.M.Clocks.Next()
	for _, o := range f.Orders {
		if n := o.Clocks.Next(); n != 0 && (next == 0 || n < next) {
			next = n
		}
	}
	return next
}

// reviewer returns the desk that decides an objection: the district's, or the
// city's if the district's own desk gave the order.
func (f *File) reviewer() string {
	level := org.District
	if u, ok := f.City.Org.Unit(f.M.Desk); ok && u.Level.Rank() >= org.District.Rank() {
		level = org.City
	}
	return f.desk(level)
}
