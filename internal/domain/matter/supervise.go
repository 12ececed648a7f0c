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

// Remind urges a unit (催办). It changes no score (YT-30).
func (f *File) Remind(o *order.Order, note string) error {
	if err := access.Allow(f.By, access.Remind, f.Subject(o)); err != nil {
		return err
	}
	if !o.Status.Owing() {
		return fault.New(fault.Conflict, "reminder.nothing_owed", string(o.Status))
	}
	if err := Words("note", note, false); err != nil {
		return err
	}
	f.begin("remind", o, nil)
	o.Reminders++
	f.tellUnit(o.Debtor, "notice.reminder", o.ID, note)
	return nil
}

// Supervise issues a numbered letter (督办) about an order; it must be replied
// to in time, and it counts in the unit's score.
func (f *File) Supervise(o *order.Order, grounds string) error {
	if err := access.Allow(f.By, access.Supervise, f.Subject(o)); err != nil {
		return err
	}
	if err := Words("grounds", grounds, true); err != nil {
		return err
	}
	if !o.Solves() || !o.Status.Open() {
		return fault.New(fault.Conflict, "supervision.nothing_owed", string(o.Status))
	}
	if f.By.Unit == o.Debtor {
		return fault.New(fault.Denied, "order.judge_is_debtor", o.Debtor)
	}
	f.begin("supervise", o, nil)
	by := f.By.Unit
	if by == "" {
		by = f.reviewer()
	}
	return f.supervise(o, by, grounds)
}

func (f *File) supervise(about *order.Order, by, grounds string) error {
	for _, o := range f.Orders {
		if o.Kind == order.Supervision && o.About == about.ID && o.Status.Open() {
			return fault.New(fault.Conflict, "supervision.open_already", o.ID.Number())
		}
	}
	if by == about.Debtor {
		by = f.desk(org.City)
	}
	if by == about.Debtor {
		return nil // nobody stands above the city's own centre: it writes no letter to itself
	}
	s := &order.Order{
		ID: f.NewID(), Kind: order.Supervision, Role: order.Sole, Creditor: by, Debtor: about.Debtor, DebtorPost: about.DebtorPost,
		Judge: order.ByCreditorUnit, About: about.ID, Leaf: about.Leaf, ListVersion: about.ListVersion,
		Content: grounds, Status: order.Issued, IssuedAt: f.Now,
	}
	f.Orders = append(f.Orders, s)
	f.Act.Moves = append(f.Act.Moves, Moved{Order: s.ID, To: string(order.Issued)})
	f.startOrder(s, clock.Respond, f.limit(pack.SupervisionReply))
	f.tellUnit(s.Debtor, "notice.supervision", s.ID, about.ID)
	return nil
}

// unsupervise takes back the open letter about an order that was issued on the
// given grounds.
func (f *File) unsupervise(about *order.Order, grounds string) error {
	for _, o := range f.Orders {
		if o.Kind == order.Supervision && o.About == about.ID && o.Content == grounds && o.Status.Open() {
			return f.withdraw(o, "card_void")
		}
	}
	return nil
}

// AppealCard contests a card within the appeal window.
func (f *File) AppealCard(o *order.Order, colour order.Colour, reason string) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	c, err := o.Card(colour)
	if err != nil {
		return err
	}
	if _, err := f.AppealUntil(c); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	f.begin("appeal_card", o, map[string]any{"colour": string(colour)})
	c.State, c.Appeal, c.AppBy, c.AppAt = order.CardAppealed, reason, f.By.ID, f.Now
	f.tellUnit(f.reviewer(), "notice.card_appealed", o.ID, string(colour))
	return nil
}

// AppealUntil returns until when a card may be contested, or the fault why it
// may not: card.blue_is_a_notice, card.not_appealable, card.appeal_window_over.
func (f *File) AppealUntil(c *order.Card) (clock.Instant, error) {
	if c.Colour == order.Blue {
		return 0, fault.New(fault.Conflict, "card.blue_is_a_notice")
	}
	if c.State != order.CardActive && c.State != order.CardLifted || c.AppAt != 0 {
		return 0, fault.New(fault.Conflict, "card.not_appealable", c.State)
	}
	over := f.calendar().Due(f.limit(pack.CardAppeal), c.At.Time(), nil)
	if f.Now > clock.At(over.At) {
		return 0, fault.New(fault.Conflict, "card.appeal_window_over", over.At)
	}
	return clock.At(over.At), nil
}

// DecideCard decides an appeal. Upheld, every card of the order is void but
// kept; rejected, the card stands.
func (f *File) DecideCard(o *order.Order, colour order.Colour, uphold bool, note string) error {
	if err := access.Allow(f.By, access.DecideCard, f.Subject(o)); err != nil {
		return err
	}
	if f.By.Unit == o.Debtor {
		return fault.New(fault.Denied, "card.own_decision")
	}
	c, err := o.Card(colour)
	if err != nil {
		return err
	}
	if c.State != order.CardAppealed {
		return fault.New(fault.Conflict, "card.not_appealed", c.State)
	}
	if err := Words("note", note, true); err != nil {
		return err
	}
	f.begin("decide_card", o, map[string]any{"colour": string(colour)})
	c.DecBy, c.DecAt, c.Note, c.State = f.By.ID, f.Now, note, order.CardActive
	if !o.Status.Open() {
		c.State = order.CardLifted
	}
	if uphold {
		f.M.Reds -= o.Void()
		if err := f.unsupervise(o, "C5.3"); err != nil {
			return err
		}
	}
	f.tellUnit(o.Debtor, "notice.card_decided", o.ID, note)
	return nil
}

// LevelUp is the caller's way up (提级): at any time after what was told has
// passed, or at once when the matter was refused. No role and no pack can
// block it (INV-10).
func (f *File) LevelUp(reason string) error {
	if err := f.anyCaller(); err != nil {
		return err
	}
	if err := Words("reason", reason, false); err != nil {
		return err
	}
	if !f.M.Status.Open() {
		return fault.New(fault.Conflict, "level.matter_ended", string(f.M.Status))
	}
	if f.M.Level == org.City {
		return fault.New(fault.Conflict, "level.top")
	}
	due := f.M.Clocks.Last(clock.Promised)
	refused := f.M.Reopens > 0 || f.M.Appealed || f.M.Objections > 0 || f.M.Status == Deferred
	if due != nil && due.Due > f.Now && !refused {
		return fault.New(fault.Conflict, "level.not_due_yet", due.Due.Time())
	}
	f.begin("level_up", nil, map[string]any{"reason": reason})
	return f.levelUp("C5.6")
}

// levelUp lifts the coordination of the matter one level. A unit of the level
// below is released without blame; a department goes on owing.
func (f *File) levelUp(rule string) error {
	if f.M.Task != nil { // whoever assigned it keeps it
		f.tellUnit(f.M.Desk, "notice.top_level", f.M.ID)
		return nil
	}
	if f.M.Level == org.City {
		f.tellUnit(f.desk(org.City), "notice.top_level", f.M.ID)
		return nil
	}
	f.M.Clocks.Stop(clock.LevelUp, f.Now)
	f.M.Level = f.M.Level.Up()
	f.note("rule", rule)
	f.note("level", string(f.M.Level))
	f.M.Desk = f.desk(f.M.Level)
	for _, o := range f.solving() {
		u, ok := f.City.Org.Unit(o.Debtor)
		if !ok || o.Status == order.Responded || u.Level.Rank() >= f.M.Level.Rank() {
			continue
		}
		if u.Kind == org.StationedAgency || o.Leg != nil { // who was whistled for stays until the street lets go
			continue
		}
		if err := f.withdraw(o, "level_up"); err != nil {
			return err
		}
	}
	if f.M.Level == org.Town && f.on("tiers") {
		f.start(clock.LevelUp, f.limit(pack.TownTry))
	}
	f.tellUnit(f.M.Desk, "notice.levelled_up", f.M.ID)
	f.tellCaller("notice.level", string(f.M.Level))
	return nil
}

// RequestExclusion asks that the matter does not count, on a ground from the
// closed list.
func (f *File) RequestExclusion(ground, reason string) error {
	if err := access.Allow(f.By, access.RequestExclusion, f.Subject(nil)); err != nil {
		return err
	}
	if err := f.needs("exclusion"); err != nil {
		return err
	}
	if _, ok := f.City.ExclusionGround[ground]; !ok {
		return fault.Field("ground", "exclusion.ground_unknown", ground)
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if f.M.Excluded != nil && f.M.Excluded.State != "REFUSED" {
		return fault.New(fault.Conflict, "exclusion.asked_before")
	}
	f.begin("request_exclusion", nil, nil)
	f.M.Excluded = &Exclusion{Ground: ground, Reason: reason, By: f.By.ID, At: f.Now, State: "ASKED"}
	f.start(clock.Exclusion, f.limit(pack.Exclusion))
	return nil
}

// DecideExclusion is the assessor's decision; the assessor belongs to no unit
// that is scored.
func (f *File) DecideExclusion(grant bool, note string) error {
	if err := access.Allow(f.By, access.DecideExclusion, f.Subject(nil)); err != nil {
		return err
	}
	x := f.M.Excluded
	if x == nil || x.State != "ASKED" {
		return fault.New(fault.Conflict, "exclusion.none_asked")
	}
	if err := Words("note", note, true); err != nil {
		return err
	}
	if slices.ContainsFunc(f.Orders, func(o *order.Order) bool { return f.By.Unit == o.Debtor }) {
		return fault.New(fault.Denied, "exclusion.own_decision")
	}
	f.begin("decide_exclusion", nil, nil)
	x.DecBy, x.DecAt, x.Note, x.State = f.By.ID, f.Now, note, "REFUSED"
	if grant {
		x.State = "GRANTED"
	}
	f.M.Clocks.Stop(clock.Exclusion, f.Now)
	return nil
}
