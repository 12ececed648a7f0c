package matter

import (
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// Assignment is one order to give: who owes what by when. A zero Limit takes
// the duty list's; a given one may only be shorter.
type Assignment struct {
	Debtor  string
	Role    order.Role
	Limit   calendar.Limit
	Due     clock.Instant // of a task: a named date instead of a limit
	Leaf    string        // of a task: the item of the duty list it is asked by
	Post    string        // of a task: the post that is meant, if it is not the one on duty
	Content string
	Basis   string
	Team    string // of the debtor, by the code of its base
	bound   bool
}

// Issue gives the orders that answer the matter: one lead or sole order unless
// one is open already, and any number of co-orders, each with its own clock
// and its own score (GZ-09).
func (f *File) Issue(kind order.Kind, list []Assignment) error {
	if err := access.Allow(f.By, access.IssueOrder, f.Subject(nil)); err != nil {
		return err
	}
	if kind != f.OrderKind() {
		return fault.Field("kind", "order.kind_unfit", string(kind), string(f.OrderKind()))
	}
	f.begin("issue", nil, nil)
	if err := f.issue(kind, list); err != nil {
		return err
	}
	f.tellCaller("notice.ordered", f.unitName(f.M.Unit))
	return nil
}

// DispatchByRule orders the units the duty list names, without a human step
// (YT-35); the desk may correct it. It reports false, and does nothing, if the
// list names no unit at this place, or one that may not be ordered: then the
// matter waits for the desk.
func (f *File) DispatchByRule() (bool, error) {
	if err := access.Allow(f.By, access.IssueOrder, f.Subject(nil)); err != nil {
		return false, err
	}
	if err := f.leave(Ordered, Received); err != nil {
		return false, err
	}
	list := f.lawful(f.Proposal())
	if len(list) == 0 {
		return false, nil
	}
	f.begin("dispatch_by_rule", nil, nil)
	for _, to := range [...]Status{Verified, Triaged} {
		if err := f.move(to); err != nil {
			return false, err
		}
	}
	f.M.Class = f.leaf().Class
	if err := f.issue(f.OrderKind(), list); err != nil {
		return false, err
	}
	f.tellCaller("notice.ordered", f.unitName(f.M.Unit))
	return true, nil
}

// OrderKind is the kind of order the matter's class asks for. A communal
// affair that has come up to the district is ordered like any other.
func (f *File) OrderKind() order.Kind {
	if f.M.Class == duty.Communal && f.M.Level.Rank() < org.District.Rank() {
		return order.Mediation
	}
	return order.Dispatch
}

// Proposal is what the duty list says: the lead unit, and for a fan-out leaf
// every co-unit. It is empty if the list names no unit here. A professional grid
// that orders go to by rule stands before the lead of the list.
func (f *File) Proposal() []Assignment {
	leaf := f.leaf()
	if leaf == nil {
		return nil
	}
	over, layered := f.layer()
	lead := over.Unit
	if !layered {
		var ok bool
		if lead, ok = f.leads(leaf); !ok {
			return nil
		}
	}
	co := f.City.Co(leaf, f.M.Place)
	list := []Assignment{{Debtor: lead, Role: order.Sole, Basis: over.Name}}
	if leaf.FanOut && len(co) > 0 && f.on("hazard") {
		list[0].Role = order.Lead
		for _, u := range co {
			if u != lead {
				list = append(list, Assignment{Debtor: u, Role: order.Co})
			}
		}
	}
	return list
}

// lawful returns the assignments that may be ordered, or none if the first,
// which leads, may not be.
func (f *File) lawful(list []Assignment) []Assignment {
	var out []Assignment
	for i, a := range list {
		u, ok := f.City.Org.Unit(a.Debtor)
		good := ok && u.Code != f.M.Desk
		if good {
			_, err := f.mayOrder(f.M.Desk, u, f.OrderKind())
			good = err == nil
		}
		switch {
		case good:
			out = append(out, a)
		case i == 0:
			return nil
		}
	}
	return out
}

func (f *File) issue(kind order.Kind, list []Assignment) error {
	if err := f.checkRoles(list, "orders"); err != nil {
		return err
	}
	for i := range list {
		if err := f.issueOne(kind, &list[i]); err != nil {
			return err
		}
	}
	if lead := f.Lead(); lead != nil && lead.Role == order.Sole && len(f.solving()) > 1 {
		lead.Role = order.Lead
	}
	if f.M.Status != Ordered && f.M.Status != Deferred {
		if err := f.move(Ordered); err != nil {
			return err
		}
	}
	return nil
}

// checkRoles sees that the matter has exactly one leading order afterwards; field
// is the input that the list is.
func (f *File) checkRoles(list []Assignment, field string) error {
	if len(list) == 0 {
		return fault.Field(field, "order.none_given")
	}
	if !f.M.Status.Open() || f.M.Status == Received || f.M.Status == Verified || f.M.Status == Awaiting {
		return fault.New(fault.Conflict, "matter.not_ready_for_order", string(f.M.Status))
	}
	leads := 0
	if f.Lead() != nil {
		leads++
	}
	seen := map[string]bool{}
	for i := range list {
		a := &list[i]
		if a.Role == "" {
			a.Role = order.Sole
			if leads > 0 {
				a.Role = order.Co
			}
		}
		switch a.Role {
		case order.Lead, order.Sole:
			leads++
		case order.Co:
		default:
			return fault.Field("role", "order.role_unknown", string(a.Role))
		}
		if seen[a.Debtor] {
			return fault.Field(field, "order.unit_twice", a.Debtor)
		}
		seen[a.Debtor] = true
		for _, o := range f.solving() {
			if o.Debtor == a.Debtor {
				return fault.New(fault.Conflict, "order.unit_has_one", a.Debtor, o.ID.Number()).In(field)
			}
		}
	}
	if leads != 1 {
		return fault.New(fault.Conflict, "order.one_lead", leads).In(field)
	}
	return nil
}

func (f *File) issueOne(kind order.Kind, a *Assignment) error {
	u, err := f.unit(a.Debtor, "debtor")
	if err != nil {
		return err
	}
	creditor := f.By.Unit
	if f.By.Kind == access.System || creditor == "" || f.coordinates() {
		creditor = f.M.Desk
	}
	if creditor == a.Debtor {
		return fault.New(fault.Denied, "order.judge_is_debtor", a.Debtor).In("debtor")
	}
	right, err := f.mayOrder(creditor, u, kind)
	if err != nil {
		return err
	}
	if err := f.helps(u, right, a.Role); err != nil {
		return err
	}
	if right.emergency {
		f.tellUnit(f.desk(org.District), "notice.off_list_emergency", f.M.ID, u.Name)
	}
	if from, err := f.unit(creditor, "creditor"); err == nil {
		for _, desk := range f.skipped(from, u) { // only when it cannot wait; the desks know at once
			f.tellUnit(desk, "notice.level_skipped", f.M.ID, u.Name)
		}
	}
	limit, err := f.respondLimit(kind, a.Limit)
	if err != nil {
		return err
	}
	if err := Words("content", a.Content, false); err != nil {
		return err
	}
	o := &order.Order{
		ID: f.NewID(), Kind: kind, Role: a.Role, Creditor: creditor, Debtor: u.Code, Judge: order.ByCreditorUnit,
		Leaf: f.M.Category, Basis: a.Basis, Content: a.Content, Status: order.Issued, IssuedAt: f.Now, Bound: a.bound,
		Line: f.City.LineOf(f.M.Category), Team: a.Team,
	}
	right.put(o)
	if p, _ := f.City.Org.OnDuty(u.Code, f.Now.Time()); p != nil {
		o.DebtorPost = p.Code
	}
	f.Orders = append(f.Orders, o)
	f.Act.Moves = append(f.Act.Moves, Moved{Order: o.ID, To: string(order.Issued)})
	f.startOrder(o, clock.Sign, f.signLimit())
	f.startOrder(o, clock.Respond, limit)
	f.tellUnit(u.Code, "notice.order", o.ID, f.M.ID)
	f.tellParent(u, creditor)
	if a.Role != order.Co {
		f.aware(u.Code)
		f.M.Unit = u.Code
		f.startLevel(u)
	}
	return nil
}

// mayOrder holds the rules on who may order whom: a department pushes no work
// down (GZ-05), an agency obeys the town it is stationed in and no other
// (GZ-06), and a town or village is asked only what its list says (INV-03)
// unless life is at stake. No desk passes over the one below it unless the
// matter cannot wait. It returns by what right.
func (f *File) mayOrder(creditor string, debtor *org.Unit, kind order.Kind) (license, error) {
	from, err := f.unit(creditor, "creditor")
	if err != nil {
		return license{}, err
	}
	switch from.Kind {
	case org.CommandCentre, org.HotlineCentre:
	case org.CommunityCommittee, org.VillageCommittee:
		return license{}, fault.New(fault.Denied, "order.community_asks_desk", from.Name).In("debtor")
	default:
		if debtor.Level.Rank() < from.Level.Rank() || debtor.Level == org.Community {
			return license{}, fault.New(fault.Denied, "order.tier_no_push_down", "TIER_NO_PUSH_DOWN", debtor.Name).In("debtor")
		}
		return license{}, fault.New(fault.Denied, "order.department_requests_only", from.Name).In("debtor")
	}
	if kind == order.Mediation && debtor.Level.Rank() > org.Town.Rank() {
		return license{}, fault.New(fault.Denied, "order.mediation_is_local", debtor.Name).In("debtor")
	}
	if debtor.Kind == org.StationedAgency && from.Level == org.Town && !f.City.Org.StationedIn(debtor.Code, creditor) {
		return license{}, fault.New(fault.Denied, "order.not_stationed_here", debtor.Name, from.Name).In("debtor")
	}
	if debtor.Territory != f.City.Root && !f.around(debtor.Territory) {
		return license{}, fault.New(fault.Denied, "order.unit_elsewhere", debtor.Name).In("debtor")
	}
	if over := f.skipped(from, debtor); len(over) > 0 && !f.urgent() {
		return license{}, fault.New(fault.Denied, "order.level_skipped", f.unitName(over[0]), debtor.Name).In("debtor")
	}
	if kind == order.Mediation || debtor.Level.Rank() > org.Town.Rank() || debtor.Kind == org.StationedAgency {
		return license{version: f.City.Duty.Version}, nil
	}
	return f.guard(debtor, f.M.Category)
}

// skipped returns the desks between a desk and a unit that an order of one to
// the other passes over.
func (f *File) skipped(from, to *org.Unit) []string {
	var out []string
	for level := from.Level; level.Rank() > to.Level.Up().Rank(); {
		level = level.Down()
		if desk := f.desk(level); desk != "" && desk != from.Code {
			out = append(out, desk)
		}
	}
	return out
}

// around reports whether place is one of those the matter lies in.
func (f *File) around(place string) bool {
	p := f.M.Place
	return place == p.District || place == p.Town || place == p.Community
}

// tellParent tells the department that leads a stationed agency: it is told,
// not asked (GZ-06).
func (f *File) tellParent(u *org.Unit, creditor string) {
	if u.Kind != org.StationedAgency {
		return
	}
	if parent, ok := f.City.Org.Parent(u.Code); ok && parent != creditor {
		f.tellUnit(parent, "notice.agency_dispatched", u.Name, f.M.ID)
	}
}

// startLevel gives a low level its time to try, where levels try in turn (YT-27).
func (f *File) startLevel(u *org.Unit) {
	f.M.Clocks.Stop(clock.LevelUp, f.Now)
	limit := pack.CommunityTry
	switch {
	case u.Level == org.Community:
		f.M.Level = org.Community
	case u.Level == org.Town && u.Kind != org.StationedAgency:
		f.M.Level, limit = org.Town, pack.TownTry
	default:
		return
	}
	if f.on("tiers") {
		f.start(clock.LevelUp, f.limit(limit))
	}
}

func (f *File) respondLimit(kind order.Kind, given calendar.Limit) (calendar.Limit, error) {
	limit := f.promised()
	if kind == order.Mediation {
		limit = f.limit(pack.Mediation)
	}
	if given.IsZero() {
		return limit, nil
	}
	if shorter, comparable := given.Shorter(limit); given != limit && (!comparable || !shorter) {
		return limit, fault.Field("limit", "order.limit_longer_than_list", given.String(), limit.String())
	}
	return given, nil
}

func (f *File) signLimit() calendar.Limit {
	if leaf := f.leaf(); leaf != nil && !leaf.Sign.IsZero() {
		return leaf.Sign
	}
	return f.limit(pack.Sign)
}

func (f *File) unitName(code string) string {
	if u, ok := f.City.Org.Unit(code); ok {
		return u.Name
	}
	return code
}

// Withdraw takes an order back with a reason.
func (f *File) Withdraw(o *order.Order, reason string) error {
	if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
		return err
	}
	if f.By.Unit == o.Debtor {
		return fault.New(fault.Denied, "order.judge_is_debtor", o.Debtor)
	}
	if err := f.creditor(o); err != nil {
		return err
	}
	if o.Status == order.Responded {
		return fault.New(fault.Conflict, "order.answered_already")
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if o.Leg != nil {
		return fault.New(fault.Conflict, "leg.is_waived")
	}
	f.begin("withdraw", o, nil)
	return f.withdraw(o, reason)
}

func (f *File) withdraw(o *order.Order, reason string) error {
	if err := f.moveOrder(o, order.Withdrawn); err != nil {
		return err
	}
	o.EndReason = reason
	f.tellUnit(o.Debtor, "notice.withdrawn", o.ID, reason)
	return nil
}

// withdrawAll takes back every open order of the matter.
func (f *File) withdrawAll(reason string) error {
	for _, o := range f.Orders {
		if !o.Status.Open() {
			continue
		}
		if err := f.withdraw(o, reason); err != nil {
			return err
		}
	}
	return nil
}
