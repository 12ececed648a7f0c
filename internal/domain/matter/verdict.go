package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The kinds of judge of a matter.
const (
	JudgeCaller  = "CALLER"
	JudgeStreet  = "STREET"
	JudgeChecker = "CHECKER"
	JudgeSample  = "SAMPLE_AUDIT"
)

// Judgement is a verdict to be given. Voter is the caller's own matter when a
// merged caller speaks; zero means the matter's own caller. ByPhone says that
// a member of staff writes down what the caller said at callback.
type Judgement struct {
	Voter        ident.ID
	ByPhone      bool
	Contacted    bool
	Resolved     Resolved
	Satisfaction int
	Comment      string
	CommentHash  string
}

// Judge records a verdict on the answered matter. The caller judges first; a
// street or a checker judges only for a caller who cannot be asked. When every
// caller has spoken, or somebody judged in their place, the majority decides,
// and a tie counts as the worse.
func (f *File) Judge(j Judgement) error {
	kind, err := f.judgeKind(j)
	if err != nil {
		return err
	}
	if err := f.checkJudgement(&j); err != nil {
		return err
	}
	f.begin("judge", nil, nil)
	f.M.Verdicts = append(f.M.Verdicts, Verdict{
		Judge: kind, Voter: j.Voter, By: f.By.ID, Contacted: j.Contacted, Resolved: j.Resolved,
		Satisfaction: j.Satisfaction, CommentHash: j.CommentHash, At: f.Now, Round: f.M.Reopens,
	})
	if kind == JudgeCaller && f.M.ContactedAt == 0 && j.Contacted {
		f.M.ContactedAt = f.Now
		f.M.Clocks.Stop(clock.Contact, f.Now)
	}
	f.say("COMMENT", j.Comment, j.CommentHash)
	if kind == JudgeCaller && len(f.round()) < f.voters() {
		return nil
	}
	return f.decide()
}

func (f *File) say(kind, text, hash string) {
	if text != "" {
		f.Said = append(f.Said, Statement{Kind: kind, Text: text, Hash: hash})
	}
}

// judgeKind finds out in what capacity the actor judges, and refuses whoever
// answered (INV-02).
func (f *File) judgeKind(j Judgement) (string, error) {
	speaker := j.Voter // whose word it is
	if speaker == 0 {
		speaker = f.M.ID
	}
	own := f.By.Kind == access.Staff && f.By.ID == f.M.Caller.Post && f.M.Caller.Post != "" && speaker == f.M.ID
	if f.By.Kind == access.Caller {
		if f.By.Matter != int64(speaker) {
			return "", fault.New(fault.NotFound, "matter.not_found")
		}
	} else if !own {
		if err := access.Allow(f.By, access.JudgeMatter, f.Subject(nil)); err != nil {
			return "", err
		}
	}
	if f.M.Task != nil {
		return "", fault.New(fault.Conflict, "task.judged_by_order")
	}
	if f.M.Status != Awaiting {
		return "", fault.New(fault.Conflict, "verdict.not_answered_yet", string(f.M.Status))
	}
	for _, o := range f.Orders {
		if o.Solves() && o.Status != order.Withdrawn && o.Status != order.Reassigned {
			if err := f.independent(o); err != nil {
				return "", err
			}
		}
	}
	switch {
	case f.By.Kind == access.Caller, own, j.ByPhone:
		return JudgeCaller, nil
	case f.voters() > 0 && f.daysTried() < f.number(pack.CallbackTries):
		return "", fault.New(fault.Conflict, "verdict.ask_caller_first", f.daysTried())
	case f.By.Role == org.GridJudge:
		return JudgeChecker, nil
	}
	return JudgeStreet, nil
}

func (f *File) checkJudgement(j *Judgement) error {
	switch j.Resolved {
	case Yes, Partial, No:
	default:
		return fault.Field("resolved", "verdict.unknown", string(j.Resolved), "YES, PARTIAL, NO")
	}
	if j.Satisfaction < 0 || j.Satisfaction > 5 {
		return fault.Field("satisfaction", "verdict.satisfaction_range", j.Satisfaction)
	}
	if j.Voter == f.M.ID {
		j.Voter = 0
	}
	if j.Voter != 0 && !slices.Contains(f.M.Voters, j.Voter) {
		return fault.Field("voter", "verdict.not_a_caller", j.Voter.Number())
	}
	for _, v := range f.round() {
		if v.Judge == JudgeCaller && v.Voter == j.Voter {
			return fault.New(fault.Conflict, "verdict.given_before")
		}
	}
	return Words("comment", j.Comment, false)
}

// asked returns since when the caller is asked for a verdict on the answers
// that stand.
func (f *File) asked() clock.Instant {
	if c := f.M.Clocks.Last(clock.Callback); c != nil {
		return c.Start
	}
	return 0
}

// round returns the verdicts on the answers that stand, by those who still are
// its callers.
func (f *File) round() []Verdict {
	var out []Verdict
	for _, v := range f.M.Verdicts {
		if v.Round == f.M.Reopens && v.At >= f.asked() && (v.Voter == 0 || slices.Contains(f.M.Voters, v.Voter)) {
			out = append(out, v)
		}
	}
	return out
}

// voters counts the callers who can be asked.
func (f *File) voters() int {
	n := len(f.M.Voters)
	if f.AsksCaller() {
		n++
	}
	return n
}

// AsksCaller reports whether the matter's own caller is asked for the verdict:
// a member of staff whose unit answered is not, since nobody judges what the
// own unit did.
func (f *File) AsksCaller() bool { return f.M.Caller.Reachable() && !f.answers(f.M.Caller.Post) }

// daysTried counts the different days on which the caller was tried in vain
// since the answer, by somebody other than the units that answered.
func (f *File) daysTried() int {
	days := map[string]bool{}
	for _, t := range f.M.Tries {
		if !t.Reached && t.At >= f.asked() && !f.answers(t.By) {
			days[t.At.Time().In(ident.Zone).Format("2006-01-02")] = true
		}
	}
	return len(days)
}

// answers reports whether a post belongs to a unit that answers the matter.
func (f *File) answers(post string) bool {
	p, ok := f.City.Org.Post(post)
	return ok && slices.ContainsFunc(f.Orders, func(o *order.Order) bool { return o.Solves() && o.Debtor == p.Unit })
}

// decide closes or reopens the matter by the majority of this round.
func (f *File) decide() error {
	votes := f.round()
	yes := 0
	for _, v := range votes {
		if v.Resolved == Yes {
			yes++
		}
	}
	if yes*2 > len(votes) {
		return f.close()
	}
	return f.reopen("notice.unsolved")
}

// close ends the matter with its orders: what was answered is fulfilled, and a
// letter that nobody replied to has nothing left to ask.
func (f *File) close() error {
	for _, o := range f.Orders {
		if o.Status != order.Responded {
			continue
		}
		if err := f.fulfil(o); err != nil {
			return err
		}
	}
	if err := f.withdrawAll("matter_closed"); err != nil {
		return err
	}
	f.settleLate()
	if err := f.move(Closed); err != nil {
		return err
	}
	f.tellResult("notice.closed", f.M.ID)
	return nil
}

// settleLate says whether the answer that stands came after what the caller
// was told, or after what the law allows.
func (f *File) settleLate() {
	last := clock.Instant(0)
	for _, o := range f.Orders {
		if o.Solves() && o.Role != order.Co && o.Status == order.Fulfilled && o.RespondedAt > last {
			last = o.RespondedAt
		}
	}
	if c := f.M.Clocks.Last(clock.Promised); c != nil && last > c.Due {
		f.M.Late = true
	}
	if c := f.M.Clocks.Last(clock.Statutory); c != nil && last > c.Due {
		f.M.LateLaw = true
	}
}

// markLate says that a matter whose answer was rejected is late once its
// times have passed.
func (f *File) markLate() {
	if c := f.M.Clocks.Last(clock.Promised); c != nil && c.Due <= f.Now {
		f.M.Late = true
	}
	if c := f.M.Clocks.Last(clock.Statutory); c != nil && c.Due <= f.Now {
		f.M.LateLaw = true
	}
}

// reopen gives the work back to the unit that leads, or to the desk if no
// order can go on; too many reopenings lift the matter one level.
func (f *File) reopen(code string) error {
	if err := f.move(Reopened); err != nil {
		return err
	}
	f.M.Reopens++
	if err := f.revive(); err != nil {
		return err
	}
	if err := f.uncheck(); err != nil {
		return err
	}
	f.tellCaller(code, f.M.ID)
	if lead := f.answeredLead(); lead != nil {
		if err := f.rework(lead, "reopened"); err != nil {
			return err
		}
	} else {
		f.start(clock.Dispatch, f.limit(pack.Dispatch))
	}
	if f.M.Reopens > f.number(pack.ReworkCount) {
		return f.levelUp("C5.4")
	}
	return nil
}

// uncheck takes back checks of a closing that does not stand any more.
func (f *File) uncheck() error {
	for _, o := range f.Orders {
		if o.Kind == order.AfterCheck && o.Status.Open() {
			if err := f.withdraw(o, "reopened"); err != nil {
				return err
			}
		}
	}
	return nil
}

// answeredLead returns the newest leading order that was answered.
func (f *File) answeredLead() *order.Order {
	for _, o := range slices.Backward(f.Orders) {
		if o.Solves() && o.Role != order.Co && (o.Status == order.Responded || o.Status == order.Fulfilled) {
			return o
		}
	}
	return nil
}

// Reopen brings a closed matter back: by its caller within the window, or by a
// desk that learned that the work was not done.
func (f *File) Reopen(reason string) error {
	if err := f.mayReopen(); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if err := f.leave(Reopened, Closed); err != nil {
		return err
	}
	window := f.calendar().Due(f.limit(pack.Reopen), f.M.ClosedAt.Time(), nil)
	if f.By.Kind == access.Caller && f.Now > clock.At(window.At) {
		return fault.New(fault.Conflict, "matter.reopen_window_over")
	}
	f.begin("reopen", nil, map[string]any{"reason": reason})
	return f.reopen("notice.reopened")
}

func (f *File) mayReopen() error {
	if f.By.Kind == access.Caller {
		return f.anyCaller()
	}
	return access.Allow(f.By, access.ReopenMatter, f.Subject(nil))
}

// OrderCheck orders a unit that had no part in the matter to look whether it
// was truly solved (查).
func (f *File) OrderCheck(checker string) error {
	if err := access.Allow(f.By, access.SampleAudit, f.Subject(nil)); err != nil {
		return err
	}
	if f.M.Status != Closed {
		return fault.New(fault.Conflict, "check.not_closed", string(f.M.Status))
	}
	u, err := f.unit(checker, "checker")
	if err != nil {
		return err
	}
	if u.Code == f.M.Desk {
		return fault.New(fault.Denied, "order.judge_is_debtor", u.Code).In("checker")
	}
	for _, o := range f.Orders {
		if o.Debtor == checker && o.Kind != order.AfterCheck {
			return fault.New(fault.Denied, "verdict.judge_is_responder", "JUDGE_NOT_RESPONDER")
		}
		if o.Kind == order.AfterCheck && o.Status.Open() {
			return fault.New(fault.Conflict, "check.open_already", o.ID.Number())
		}
	}
	f.begin("order_check", nil, nil)
	o := &order.Order{
		ID: f.NewID(), Kind: order.AfterCheck, Role: order.Sole, Creditor: f.M.Desk, Debtor: u.Code,
		Judge: order.BySample, Status: order.Issued, IssuedAt: f.Now,
	}
	if p, _ := f.City.Org.OnDuty(u.Code, f.Now.Time()); p != nil {
		o.DebtorPost = p.Code
	}
	f.Orders = append(f.Orders, o)
	f.Act.Moves = append(f.Act.Moves, Moved{Order: o.ID, To: string(order.Issued)})
	f.startOrder(o, clock.Respond, f.limit(pack.Respond))
	f.tellUnit(u.Code, "notice.check", o.ID, f.M.ID)
	return nil
}

// assessors are the units of the matter's district whose posts assess.
func (f *File) assessors() []string {
	var out []string
	for _, unit := range f.City.Org.Serving(f.M.Place.District) {
		if slices.ContainsFunc(f.City.Org.Posts(unit), func(p *org.Post) bool { return p.Role == org.Assessor }) {
			out = append(out, unit)
		}
	}
	return out
}

// Check records what a sample check found. Undone work reopens the matter and
// counts as a false closure.
func (f *File) Check(o *order.Order, pass bool, note string) error {
	if err := access.Allow(f.By, access.AnswerOrder, f.Subject(o)); err != nil {
		return err
	}
	if o.Kind != order.AfterCheck {
		return fault.New(fault.Conflict, "check.not_a_check")
	}
	if err := Words("note", note, !pass); err != nil {
		return err
	}
	for _, x := range f.Orders {
		if x.Solves() && x.Debtor == o.Debtor {
			return fault.New(fault.Denied, "verdict.judge_is_responder", "JUDGE_NOT_RESPONDER")
		}
	}
	f.begin("check", o, nil)
	result := "PASS"
	if !pass {
		result = "FAIL"
	}
	o.Answers = append(o.Answers, order.Answer{At: f.Now, By: f.By.ID, Text: note, Result: result})
	o.RespondedAt = f.Now
	if err := f.moveOrder(o, order.Responded); err != nil {
		return err
	}
	if err := f.fulfil(o); err != nil {
		return err
	}
	if pass || f.M.Status != Closed {
		return nil
	}
	f.M.False = true
	for _, unit := range f.assessors() {
		f.tellUnit(unit, "notice.check_failed", f.M.ID)
	}
	f.M.Verdicts = append(f.M.Verdicts, Verdict{Judge: JudgeSample, By: f.By.ID, Resolved: No, At: f.Now, Round: f.M.Reopens})
	return f.reopen("notice.false_closure")
}
