package api

import (
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/consult"
	"huying/internal/domain/order"
	rules "huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/ident"
)

func powerDesk(s *server) *power.Desk { return power.New(s.Engine) }

func powerRoutes() []Route {
	return []Route{
		{get, "/powers", "list-powers", staff, access.ReadPower, "单位的职能和职权", "Functions and powers of a unit", handle(powers)},
		{post, "/powers", "grant-power", staff, access.GrantPower, "赋予或收回职权", "Give or take back a power", enter(powerDesk, (*power.Desk).Grant)},
		{get, "/powers/register", "list-power-records", staff, access.ReadPower, "职权台账", "Records by which powers were given and taken back", handle(powerRecords)},
		{get, "/opinions", "list-opinions", staff, access.AnswerOrder, "本单位待答复的征求意见", "Opinions that one's unit owes", handle(opinionsOwed)},
		{post, "/opinions/{no}", "give-opinion", staff, access.AnswerOrder, "答复征求意见", "Give the opinion asked for in a matter", amend(powerDesk, (*power.Desk).Answer)},
		{get, "/gates", "list-gates", staff, access.ReadGate, "须征求意见的事项", "Proposals that need an opinion", handle(gates)},
		{post, "/gates", "propose-gate", staff, access.ProposeGate, "提出须征求意见的事项", "Propose what needs an opinion", enter(powerDesk, (*power.Desk).Propose)},
		{get, "/gates/{no}", "read-gate", staff, access.ReadGate, "一件征求意见事项", "A proposal with its opinions", handle(gateOf)},
		{post, "/gates/{no}/ask", "ask-gate", staff, access.ProposeGate, "增加征求意见的单位", "Ask further units", amend(powerDesk, (*power.Desk).Ask)},
		{post, "/gates/{no}/finish", "finish-gate", staff, access.ProposeGate, "使事项生效", "Let it take effect", amend(powerDesk, (*power.Desk).Finish)},
		{post, "/gates/{no}/drop", "drop-gate", staff, access.ProposeGate, "放弃事项", "Give it up", amend(powerDesk, (*power.Desk).Drop)},
		{post, "/gates/{no}/sign", "sign-opinion", staff, access.GiveOpinion, "签署年度考核意见", "Sign the yearly opinion", amend(powerDesk, (*power.Desk).GiveOpinion)},
		{get, "/exceptions", "list-exceptions", staff, access.ReadExceptions, "未采纳意见和逾期未答复建议", "Opinions not followed and recommendations not answered", handle(exceptions)},
		{get, "/recommendations", "list-recommendations", staff, access.ReadGate, "建议和答复", "Recommendations and their answers", handle(recommendations)},
		{post, "/recommendations", "recommend", staff, access.Recommend, "提出建议", "Recommend", enter(powerDesk, (*power.Desk).Recommend)},
		{post, "/instructions", "instruct", staff, access.Instruct, "下达指令", "Give an instruction on a matter", enter(powerDesk, (*power.Desk).Instruct)},
		{get, "/matters/{no}/instructions", "list-instructions", staff, access.ReadLiaison, "一件事上各上级的指令", "What superiors said about a matter", handle(instructions)},
		{get, "/conflicts", "list-conflicts", staff, access.ReadLiaison, "相互冲突的指令", "Instructions that contradict each other", handle(conflicts)},
		{post, "/conflicts/{no}/settle", "settle-conflict", staff, access.SettleConflict, "决定执行哪条指令", "Decide which is followed", amend(powerDesk, (*power.Desk).Settle)},
		{get, "/liaisons", "list-liaisons", staff, access.ReadLiaison, "联系岗位和事项", "Liaison and items raised", handle(liaisons)},
		{post, "/liaisons", "link-liaison", staff, access.AssignLiaison, "安排联系岗位", "Assign a liaison", enter(powerDesk, (*power.Desk).Link)},
		{post, "/liaisons/{no}/end", "end-liaison", staff, access.AssignLiaison, "结束联系", "End a liaison", amend(powerDesk, (*power.Desk).Unlink)},
		{post, "/liaisons/{no}/raise", "raise-item", staff, access.RaiseItem, "提出重要事项", "Raise an item", amend(powerDesk, (*power.Desk).Raise)},
		{get, "/agenda", "read-agenda", staff, access.ReadLiaison, "下次联席会议题", "Agenda of the next joint meeting", handle(agenda)},
		{post, "/enterprise-calls", "take-enterprise-call", staff, access.RaiseCall, "受理企业呼叫", "Take an enterprise's call", enter(powerDesk, (*power.Desk).EnterpriseCall)},
		{post, "/appraisals", "appraise-unit", staff, access.Appraise, "评价部门或驻区单位", "Appraise a department or resident unit", enter(powerDesk, (*power.Desk).Rate)},
		{get, "/appraisals", "list-own-appraisals", staff, access.Appraise, "本单位的评价", "What one's own unit appraised", handle(ownAppraisals)},
		{get, "/appraisals/results", "read-appraisals", staff, access.ReadAppraisal, "评价结果", "Results of a period", handle(appraisals)},
	}
}

// List is a list that is never long enough to be paged.
type List[T any] struct {
	Items []T `json:"items"`
}

func listed[Row, T any](rows []Row, show func(Row) T) List[T] {
	out := List[T]{Items: make([]T, len(rows))}
	for i, row := range rows {
		out.Items[i] = show(row)
	}
	return out
}

// UnitAsked asks about one unit; empty is the actor's own.
type UnitAsked struct {
	Unit string `json:"unit,omitempty" maxLength:"64"`
}

func (in UnitAsked) unit(r *request) string {
	if in.Unit == "" {
		return r.actor.Unit
	}
	return in.Unit
}

// Power is a function or power as a unit holds it today.
type Power struct {
	Code   string `json:"code,omitempty" doc:"Empty: a function, which permits nothing"`
	Name   string `json:"name,omitempty"`
	Object string `json:"object,omitempty" doc:"Unit it is over; empty: every one"`
	Basis  string `json:"basis"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Status string `json:"status" doc:"GRANTED or REVOKED"`
	Pack   bool   `json:"pack" doc:"It stands in the city's pack; otherwise on the register"`
}

func powers(r *request, in UnitAsked) (List[Power], error) {
	list, err := powerDesk(r.s).Powers(r.ctx, r.actor, in.unit(r), r.s.Engine.Day(r.now))
	if err != nil {
		return List[Power]{}, err
	}
	out := List[Power]{Items: make([]Power, len(list))}
	for i, p := range list {
		out.Items[i] = Power{string(p.Code), p.Name, p.Object, p.Basis, p.From, p.To, p.Status, p.Pack}
	}
	return out, nil
}

// PowerFilter narrows the records of powers.
type PowerFilter struct {
	Paging
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"That holds or held it"`
}

// PowerRecord is one record by which a power was given or taken back.
type PowerRecord struct {
	Holder string `json:"holder"`
	Code   string `json:"code"`
	Object string `json:"object,omitempty"`
	Basis  string `json:"basis"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Status string `json:"status" doc:"GRANTED or REVOKED"`
}

func powerRecords(r *request, in PowerFilter) (*Page[Kept[PowerRecord]], error) {
	return records(r, in.Paging, "powers", func(before ident.ID, n int) ([]register.Record[rules.Power], error) {
		return powerDesk(r.s).Register(r.ctx, r.actor, in.Unit, before, n)
	}, func(p rules.Power) PowerRecord {
		return PowerRecord{p.Holder, string(p.Code), p.Object, p.Basis, p.From, p.To, p.Status}
	})
}

// Opinion is one opinion or answer that is owed or was given.
type Opinion struct {
	Matter string    `json:"matter,omitempty" doc:"Matter by which it is asked"`
	Order  string    `json:"order"`
	Kind   string    `json:"kind,omitempty"`
	Title  string    `json:"title,omitempty"`
	Text   string    `json:"text,omitempty" doc:"What is asked"`
	Unit   string    `json:"unit" doc:"Who owes it"`
	By     string    `json:"by" doc:"Who asks"`
	DueAt  time.Time `json:"due_at,omitzero"`
	Lapses bool      `json:"lapses,omitempty" doc:"No answer in time counts as no objection"`
	Status string    `json:"status"`
	Result string    `json:"result,omitempty" doc:"AGREE, DISAGREE, CONDITIONS, or LAPSED"`
	Answer string    `json:"answer,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

func opinion(o *order.Order) Opinion {
	out := Opinion{Order: o.ID.Number(), Unit: o.Debtor, By: o.Creditor, Status: string(o.Status), Lapses: o.Clocks.Last(clock.Lapse) != nil}
	if due := o.Due(); due != 0 {
		out.DueAt = at(due)
	}
	if a := o.Answer(); a != nil {
		out.Result, out.Answer, out.At = a.Result, a.Text, at(a.At)
	}
	return out
}

func opinionsOwed(r *request, _ none) (List[Opinion], error) {
	list, err := powerDesk(r.s).Inbox(r.ctx, r.actor, power.MostRows)
	return listed(list, func(a power.Asked) Opinion {
		out := opinion(a.Order)
		out.Matter, out.Kind, out.Title, out.Text = a.Matter.Number(), string(a.Kind), a.Title, a.Text
		return out
	}), err
}

// Gate is a proposal that needs opinions, with those given.
type Gate struct {
	Number   string         `json:"number"`
	Rev      int64          `json:"rev"`
	Kind     string         `json:"kind"`
	Title    string         `json:"title"`
	Text     string         `json:"text,omitempty"`
	Proposer string         `json:"proposer"`
	Post     string         `json:"post,omitempty"`
	Places   []string       `json:"places,omitempty"`
	Year     int            `json:"year,omitempty"`
	Status   string         `json:"status" doc:"PROPOSED, EFFECTIVE, EFFECTIVE_AGAINST, DROPPED"`
	Reasons  string         `json:"reasons,omitempty"`
	Adopted  bool           `json:"adopted,omitempty"`
	Day      int            `json:"day,omitempty" doc:"It took effect"`
	Opinions []Opinion      `json:"opinions"`
	Document *SignedOpinion `json:"document,omitempty"`
}

func (g Gate) revision() int64 { return g.Rev }

// SignedOpinion is a street's opinion on a yearly appraisal, as signed.
type SignedOpinion struct {
	Grade  string `json:"grade"`
	Text   string `json:"text"`
	Unit   string `json:"unit"`
	Signer string `json:"signer" doc:"Post"`
	Year   int    `json:"year"`
}

func shownGate(s power.State[consult.Gate]) Gate {
	g := s.Fact
	return Gate{
		Number: s.ID.Number(), Rev: s.Rev, Kind: string(g.Kind), Title: g.Title, Text: g.Text, Proposer: g.Proposer, Post: g.Post, Places: g.Places, Year: g.Year,
		Status: g.Status, Reasons: g.Reasons, Adopted: g.Adopted, Day: g.Day, Opinions: listed(s.Orders, opinion).Items,
	}
}

// GateFilter narrows the list of proposals.
type GateFilter struct {
	Paging
	Status string `json:"status,omitempty" maxLength:"32"`
}

func gates(r *request, in GateFilter) (Page[Gate], error) {
	before, err := in.afterID("gates")
	if err != nil {
		return Page[Gate]{}, err
	}
	var status []string
	if in.Status != "" {
		status = []string{in.Status}
	}
	rows, err := powerDesk(r.s).Gates(r.ctx, r.actor, status, before, in.size())
	if err != nil {
		return Page[Gate]{}, err
	}
	return page(r, rows, in.size(), shownGate, stateKey[consult.Gate]("gates")), nil
}

func stateKey[F register.Fact](list string) func(power.State[F]) string {
	return func(s power.State[F]) string { return cursor(list, s.ID.Number()) }
}

func gateOf(r *request, _ none) (Gate, error) {
	no, err := r.number()
	if err != nil {
		return Gate{}, err
	}
	s, doc, err := powerDesk(r.s).Gate(r.ctx, r.actor, no)
	if err != nil {
		return Gate{}, err
	}
	out := shownGate(*s)
	if doc != nil {
		out.Document = &SignedOpinion{string(doc.Grade), doc.Text, doc.Unit, doc.Signer, doc.Year}
	}
	return out, nil
}

// Recommendation is a recommendation or suggestion with its answer.
type Recommendation struct {
	Number   string    `json:"number"`
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Unit     string    `json:"unit"`
	Receiver string    `json:"receiver"`
	Post     string    `json:"post,omitempty"`
	Matter   string    `json:"matter" doc:"By which it is answered"`
	Answers  []Opinion `json:"answers"`
}

func recommendation(s power.State[consult.Recommendation]) Recommendation {
	x := s.Fact
	return Recommendation{
		Number: s.ID.Number(), Kind: string(x.Kind), Title: x.Title, Text: x.Text, Unit: x.Unit, Receiver: x.Receiver, Post: x.Post, Matter: number(x.Matter),
		Answers: listed(s.Orders, opinion).Items,
	}
}

func recommendations(r *request, in Paging) (Page[Recommendation], error) {
	before, err := in.afterID("recommendations")
	if err != nil {
		return Page[Recommendation]{}, err
	}
	rows, err := powerDesk(r.s).Recommendations(r.ctx, r.actor, before, in.size())
	if err != nil {
		return Page[Recommendation]{}, err
	}
	return page(r, rows, in.size(), recommendation, stateKey[consult.Recommendation]("recommendations")), nil
}

// Exceptions are what the organisation department looks at.
type Exceptions struct {
	Against    []Gate           `json:"against" doc:"Took effect against an opinion"`
	Unanswered []Recommendation `json:"unanswered" doc:"Not answered in time"`
}

func exceptions(r *request, _ none) (Exceptions, error) {
	x, err := powerDesk(r.s).Exceptions(r.ctx, r.actor, r.now)
	if err != nil {
		return Exceptions{}, err
	}
	return Exceptions{listed(x.Gates, shownGate).Items, listed(x.Unanswered, recommendation).Items}, nil
}

// Instruction is what a superior told a unit about a matter.
type Instruction struct {
	Number string `json:"number"`
	Issuer string `json:"issuer"`
	Unit   string `json:"unit" doc:"That was told"`
	Course string `json:"course"`
	Text   string `json:"text"`
	Task   string `json:"task" doc:"Matter by which it was given"`
}

func instructions(r *request, _ none) (List[Instruction], error) {
	no, err := r.number()
	if err != nil {
		return List[Instruction]{}, err
	}
	list, err := powerDesk(r.s).Instructions(r.ctx, r.actor, no)
	return listed(list, func(x register.Record[consult.Instruction]) Instruction {
		i := x.Fact
		return Instruction{x.ID.Number(), i.Issuer, i.Unit, string(i.Course), i.Text, number(i.Task)}
	}), err
}

// Conflict is two instructions that contradict each other.
type Conflict struct {
	Number   string   `json:"number"`
	Rev      int64    `json:"rev"`
	Matter   string   `json:"matter"`
	Unit     string   `json:"unit"`
	Issuers  []string `json:"issuers"`
	First    string   `json:"first" doc:"Number of the earlier instruction"`
	Second   string   `json:"second"`
	Status   string   `json:"status" doc:"CONFLICT or SETTLED"`
	Stands   string   `json:"stands,omitempty" doc:"The instruction that is followed"`
	Decision string   `json:"decision,omitempty"`
}

func conflicts(r *request, in Paging) (Page[Conflict], error) {
	before, err := in.afterID("conflicts")
	if err != nil {
		return Page[Conflict]{}, err
	}
	rows, err := powerDesk(r.s).Conflicts(r.ctx, r.actor, before, in.size())
	if err != nil {
		return Page[Conflict]{}, err
	}
	show := func(x register.Record[consult.Clash]) Conflict {
		c := x.Fact
		return Conflict{x.ID.Number(), x.Rev, number(c.Matter), c.Unit, c.Issuers, number(c.First), number(c.Second), c.Status, number(c.Stands), c.Decision}
	}
	return page(r, rows, in.size(), show, func(x register.Record[consult.Clash]) string { return cursor("conflicts", x.ID.Number()) }), nil
}

// Liaison is a post assigned to a street, community or enterprise.
type Liaison struct {
	Number     string   `json:"number"`
	Rev        int64    `json:"rev"`
	Kind       string   `json:"kind"`
	Post       string   `json:"post"`
	Unit       string   `json:"unit" doc:"Whose liaison it is"`
	Enterprise string   `json:"enterprise,omitempty"`
	From       int      `json:"from"`
	To         int      `json:"to,omitempty"`
	Items      []string `json:"items" doc:"Matters raised to it"`
}

func liaison(id ident.ID, rev int64, l consult.Liaison, items []ident.ID) Liaison {
	return Liaison{number(id), rev, string(l.Kind), l.Post, l.Unit, l.Enterprise, l.From, l.To, numbered(items)}
}

func liaisons(r *request, in Paging) (Page[Liaison], error) {
	before, err := in.afterID("liaisons")
	if err != nil {
		return Page[Liaison]{}, err
	}
	rows, err := powerDesk(r.s).Liaisons(r.ctx, r.actor, 0, before, in.size())
	if err != nil {
		return Page[Liaison]{}, err
	}
	show := func(s power.State[consult.Liaison]) Liaison { return liaison(s.ID, s.Rev, s.Fact, s.Matter) }
	return page(r, rows, in.size(), show, stateKey[consult.Liaison]("liaisons")), nil
}

// AgendaItem is an item that nobody answered in time.
type AgendaItem struct {
	Matter  string  `json:"matter"`
	Liaison Liaison `json:"liaison"`
	Order   Opinion `json:"order"`
	Title   string  `json:"title"`
}

func agenda(r *request, _ none) (List[AgendaItem], error) {
	list, err := powerDesk(r.s).Agenda(r.ctx, r.actor, r.now)
	return listed(list, func(x power.Item) AgendaItem {
		return AgendaItem{x.Matter.Number(), liaison(0, 0, x.Liaison, nil), opinion(x.Order), x.Order.Content}
	}), err
}

// OwnAppraisal is what one's own unit said of another.
type OwnAppraisal struct {
	Kind   string         `json:"kind"`
	Of     string         `json:"of"`
	Period string         `json:"period"`
	Marks  []consult.Mark `json:"marks"`
	Mean   float64        `json:"mean"`
	Note   string         `json:"note,omitempty"`
}

func ownAppraisals(r *request, in Paging) (*Page[Kept[OwnAppraisal]], error) {
	return records(r, in, "appraisals", func(before ident.ID, n int) ([]register.Record[consult.Rating], error) {
		return powerDesk(r.s).Ratings(r.ctx, r.actor, before, n)
	}, func(x consult.Rating) OwnAppraisal {
		return OwnAppraisal{string(x.Kind), x.Of, x.Period, x.Marks, x.Mean(), x.Note}
	})
}

// AppraisalPeriod asks for the results of a period.
type AppraisalPeriod struct {
	Kind   string `json:"kind,omitempty" enum:"DEPARTMENT,RESIDENT"`
	Period string `json:"period" maxLength:"8" doc:"2026-Q1, or 2026"`
}

// Appraisal is what raters made of a unit: nothing with fewer than five.
type Appraisal struct {
	Unit  string  `json:"unit"`
	N     int     `json:"n" doc:"Raters"`
	Known bool    `json:"known" doc:"There were enough raters to say anything"`
	Mean  float64 `json:"mean,omitempty" doc:"Trimmed mean, 1 to 10"`
	Part  float64 `json:"part,omitempty" doc:"Part of the unit's score, 0 to 100"`
}

func appraisals(r *request, in AppraisalPeriod) (List[Appraisal], error) {
	if in.Kind == "" {
		in.Kind = string(consult.OfDepartment)
	}
	list, err := powerDesk(r.s).Results(r.ctx, r.actor, in.Kind, in.Period)
	return listed(list, func(x power.Result) Appraisal { return Appraisal{x.Unit, x.N, x.Known, x.Mean, x.Part} }), err
}
