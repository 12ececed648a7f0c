package matter

import (
	"slices"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// Sign accepts an order.
func (f *File) Sign(o *order.Order) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Status != order.Issued {
		return fault.New(fault.Conflict, "order.move_refused", string(o.Status), string(order.Accepted))
	}
	f.begin("sign", o, nil)
	return f.sign(o, order.Accepted)
}

// Work tells that work has begun.
func (f *File) Work(o *order.Order) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Leg != nil && o.Leg.Confirmed == 0 {
		return fault.New(fault.Conflict, "leg.not_arrived")
	}
	f.begin("work", o, nil)
	return f.sign(o, order.InProgress)
}

func (f *File) sign(o *order.Order, to order.Status) error {
	if err := f.moveOrder(o, to); err != nil {
		return err
	}
	if o.SignedAt == 0 {
		o.SignedAt = f.Now
		if o.Leg != nil {
			f.tellUnit(o.Creditor, "notice.leg_acked", o.ID, f.unitName(o.Debtor))
		}
	}
	o.Clocks.Stop(clock.Sign, f.Now)
	return nil
}

// Contact records one attempt to reach the caller, by the debtor or the desk.
// Whether the caller was reached is taken from the relay, not typed by hand,
// where the inlet has a relay.
func (f *File) Contact(channel string, reached bool) error {
	o := f.mine()
	if access.Allow(f.By, access.AnswerOrder, f.Subject(o)) != nil {
		if err := access.Allow(f.By, access.VerifyMatter, f.Subject(o)); err != nil {
			return err
		}
	}
	if strings.TrimSpace(channel) == "" || len(channel) > 64 {
		return fault.Field("channel", "contact.channel_missing")
	}
	f.begin("contact", nil, nil)
	f.M.Tries = append(f.M.Tries, Try{At: f.Now, By: f.By.ID, Channel: channel, Reached: reached})
	if reached && f.M.ContactedAt == 0 {
		f.M.ContactedAt = f.Now
		f.M.Clocks.Stop(clock.Contact, f.Now)
	}
	return nil
}

// Response is what the debtor says it did.
type Response struct {
	How      string // how it was done; needed of a team that was sent
	Text     string
	Result   string // of an opinion: AGREE, DISAGREE or CONDITIONS
	Evidence []order.Evidence
}

// Respond answers an order. The evidence the duty asks for must be there; the
// debtor never closes anything by it.
func (f *File) Respond(o *order.Order, r Response) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Kind == order.AfterCheck {
		return fault.New(fault.Conflict, "order.needs_check_result")
	}
	if err := Words("text", r.Text, true); err != nil {
		return err
	}
	if err := Words("how", r.How, o.Asked()); err != nil {
		return err
	}
	if o.Leg != nil && o.Leg.Confirmed == 0 {
		return fault.New(fault.Conflict, "leg.not_arrived")
	}
	if err := f.enough(o, r.Evidence); err != nil {
		return err
	}
	if err := checkResult(o, r.Result); err != nil {
		return err
	}
	f.begin("respond", o, nil)
	if err := o.Clocks.Release(f.Now, f.calendar(), f.ladder()); err != nil {
		return err // an answer during a pause is measured with the pause
	}
	if err := f.sign(o, order.Responded); err != nil {
		return err
	}
	o.Answers = append(o.Answers, order.Answer{At: f.Now, By: f.By.ID, Text: r.Text, How: r.How, Result: r.Result, Evidence: r.Evidence})
	o.RespondedAt = f.Now
	o.Clocks.Stop(clock.Respond, f.Now)
	o.Clocks.Stop(clock.Lapse, f.Now)
	if e := o.Extension; e != nil && e.State == "ASKED" {
		e.State = "LAPSED"
		o.Clocks.Stop(clock.Extension, f.Now)
	}
	f.tellUnit(o.Creditor, "notice.responded", o.ID)
	if lead := f.Lead(); lead != nil && o.Role == order.Co && lead.Debtor != o.Creditor {
		f.tellUnit(lead.Debtor, "notice.responded", o.ID) // co-units report their part to the first unit (B1-07)
	}
	if o.Kind == order.Opinion {
		return f.opine(o)
	}
	if !o.Solves() || o.Kind == order.Task || o.Leg != nil || o.Asked() {
		f.startOrder(o, clock.Judge, f.limit(pack.Judge))
	}
	return nil
}

// checkResult asks that an opinion says yes or no, and nothing else does.
func checkResult(o *order.Order, result string) error {
	known := result == Agreed || result == Disagreed || result == Conditional
	if known != (o.Kind == order.Opinion) && (known || o.Kind == order.Opinion) {
		return fault.Field("result", "opinion.result_unknown", result)
	}
	return nil
}

// MaxEvidence is the most records one answer may carry.
const MaxEvidence = 50

// enough checks the records of an answer and that none the leaf requires is
// missing. Fault: evidence.missing names every kind that is.
func (f *File) enough(o *order.Order, have []order.Evidence) error {
	if len(have) > MaxEvidence {
		return fault.Field("evidence", "evidence.too_many", len(have), MaxEvidence)
	}
	for _, e := range have {
		if len(e.Hash) != 64 || strings.Trim(e.Hash, "0123456789abcdef") != "" {
			return fault.Field("evidence", "evidence.hash_malformed", e.Name)
		}
	}
	if o.Kind != order.Dispatch {
		return nil
	}
	leaf := f.leaf()
	if leaf == nil {
		return nil
	}
	var missing []string
	for _, kind := range leaf.Evidence {
		if !slices.ContainsFunc(have, func(e order.Evidence) bool { return e.Kind == kind }) {
			missing = append(missing, kind)
		}
	}
	if len(missing) > 0 {
		return fault.Field("evidence", "evidence.missing", strings.Join(missing, ", "))
	}
	return nil
}

// JudgeOrder is the creditor's word on an answer (LN-10). A rejected answer
// goes back with the time that is left, or with the rework limit if none is.
func (f *File) JudgeOrder(o *order.Order, done bool, reason string) error {
	if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
		return err
	}
	if err := f.creditor(o); err != nil {
		return err
	}
	if err := f.independent(o); err != nil {
		return err
	}
	if err := Words("reason", reason, !done || o.Leg != nil || o.Asked()); err != nil { // how well it was done, the street says (GZ-33)
		return err
	}
	if o.Status != order.Responded {
		return fault.New(fault.Conflict, "order.not_answered", string(o.Status))
	}
	f.begin("judge_order", o, nil)
	if a := o.Answer(); a != nil {
		a.Judge, a.JudgedAt, a.Reason, a.Verdict = f.By.ID, f.Now, reason, "DONE"
		if !done {
			a.Verdict = "NOT_DONE"
		}
	}
	if done {
		if err := f.fulfil(o); err != nil {
			return err
		}
		return f.finishTask()
	}
	if f.M.Status == Awaiting && o.Solves() {
		if err := f.move(Ordered); err != nil {
			return err
		}
		f.markLate()
	}
	return f.rework(o, reason)
}

// creditor asks that a task is chaired by the unit that assigned it, and a leg
// of a whistle by the one that blew it: a desk does not decide for another what
// was asked at its place.
func (f *File) creditor(o *order.Order) error {
	if (f.M.Task != nil || o.Leg != nil) && f.By.Unit != o.Creditor {
		return fault.New(fault.Denied, "access.denied", string(access.ChairOrder))
	}
	return nil
}

// independent holds INV-02: the judge is neither the unit nor the post that
// answered, nor the same person in a second post.
func (f *File) independent(o *order.Order) error {
	if f.By.Unit != "" && f.By.Unit == o.Debtor {
		return fault.New(fault.Denied, "verdict.judge_is_responder", "JUDGE_NOT_RESPONDER")
	}
	me := f.person(f.By.ID)
	for _, a := range o.Answers {
		if a.By == f.By.ID || me != "" && f.person(a.By) == me {
			return fault.New(fault.Denied, "verdict.judge_is_responder", "JUDGE_NOT_RESPONDER")
		}
	}
	return nil
}

// person returns who holds a post, as a pseudonym, or "" if that is not known.
func (f *File) person(post string) string {
	if p, ok := f.City.Org.Post(post); ok {
		return p.Holder
	}
	return ""
}

func (f *File) fulfil(o *order.Order) error {
	if err := f.moveOrder(o, order.Fulfilled); err != nil {
		return err
	}
	o.OnTime = o.RespondedAt <= f.firstDue(o) && (o.Leg == nil || !o.Leg.Late)
	o.Late = !o.OnTime
	o.FirstFix = o.Reworks == 0
	o.Lift()
	return nil
}

// firstDue is the time an answer is measured by: that of the order's first
// limit with the extensions granted, never that of a rework.
func (f *File) firstDue(o *order.Order) clock.Instant {
	for i := range o.Clocks {
		if k := o.Clocks[i].Kind; k == clock.Respond || k == clock.Lapse {
			return o.Clocks[i].Due
		}
	}
	return 0
}

func (f *File) rework(o *order.Order, reason string) error {
	if err := f.moveOrder(o, order.Rework); err != nil {
		return err
	}
	o.Reworks++
	o.OnTime, o.FirstFix, o.Late, o.RespondedAt = false, false, false, 0
	left, err := o.Clocks.Continue(clock.Respond, f.Now, f.calendar(), f.ladder())
	if err != nil {
		return err
	}
	if !left {
		f.startOrder(o, clock.Respond, f.limit(pack.Rework))
	}
	o.Clocks.Stop(clock.Judge, f.Now)
	f.tellUnit(o.Debtor, "notice.rework", o.ID, reason)
	return nil
}

// AskExtension asks for more time before the order is due.
func (f *File) AskExtension(o *order.Order, limitText, reason string) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Extension != nil && o.Extension.State == "ASKED" {
		return fault.New(fault.Conflict, "extension.asked_before")
	}
	limit, err := f.extensionLimit(o, limitText, f.Now)
	if err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	f.begin("ask_extension", o, nil)
	o.Extension = &order.Extension{At: f.Now, By: f.By.ID, Limit: limit.String(), Reason: reason, State: "ASKED"}
	f.startOrder(o, clock.Extension, f.limit(pack.ExtensionReview))
	f.tellUnit(o.Creditor, "notice.extension_asked", o.ID, limit.String())
	return nil
}

// DecideExtension grants or refuses more time; the caller is told that the date
// moved. It is decided by what was so when the unit asked: whoever asked in
// time is not too late because the decision came after the due time, and what
// the ladder counted meanwhile is void if the new time has not passed.
func (f *File) DecideExtension(o *order.Order, grant bool, note string) error {
	if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
		return err
	}
	if f.By.Unit == o.Debtor {
		return fault.New(fault.Denied, "extension.own_request")
	}
	if err := f.creditor(o); err != nil {
		return err
	}
	if o.Extension == nil || o.Extension.State != "ASKED" || !o.Status.Open() {
		return fault.New(fault.Conflict, "extension.none_asked")
	}
	if err := Words("note", note, !grant); err != nil {
		return err
	}
	f.begin("decide_extension", o, nil)
	e := o.Extension
	e.DecBy, e.DecAt, e.Note, e.State = f.By.ID, f.Now, note, "REFUSED"
	o.Clocks.Stop(clock.Extension, f.Now)
	if !grant {
		f.tellUnit(o.Debtor, "notice.extension_refused", o.ID, note)
		return nil
	}
	limit, err := f.extensionLimit(o, e.Limit, e.At)
	if err != nil {
		return err
	}
	e.State = "GRANTED"
	o.Extensions++
	c := o.Clocks.Running(clock.Respond)
	if err := c.Extend(limit, f.Now, f.calendar(), f.ladder()); err != nil {
		return err
	}
	if o.Overdue && c.Due > f.Now {
		o.Overdue = false
		f.M.Reds -= o.Void()
		if err := f.unsupervise(o, "C5.3"); err != nil {
			return err
		}
	}
	f.tellUnit(o.Debtor, "notice.extended", o.ID)
	f.tellCaller("notice.date_moved", e.Reason)
	return nil
}
