package api

import (
	"bytes"
	"time"

	"huying/internal/desk/exchange"
	"huying/internal/desk/mandate"
	"huying/internal/domain/access"
	lists "huying/internal/domain/mandate"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/ident"
)

func mandateDesk(s *server) *mandate.Desk { return s.Mandate }

func mandateRoutes() []Route {
	return []Route{
		{get, "/duty-lists", "list-duty-lists", staff, access.ReadMandates, "履职清单的各个版本", "Versions of duty lists", handle(dutyLists)},
		{post, "/duty-lists", "import-duty-list", staff, access.DraftList, "导入清单，成为新版本的草稿", "Import a list as the draft of a new version", handle(importList).upload().created()},
		{post, "/duty-lists/check", "check-duty-list", staff, access.DraftList, "检查清单文件，不保存", "Check a file of a list and keep nothing", handle(checkList).upload()},
		{get, "/duty-lists/{no}", "read-duty-list", staff, access.ReadMandates, "查看清单版本和征求的意见", "Read a version and what the towns said", handle(dutyList)},
		{get, "/duty-lists/{no}/items", "list-duty-items", staff, access.ReadMandates, "查看清单事项", "Read its items", handle(dutyItems)},
		{get, "/duty-lists/{no}/changes", "read-duty-changes", staff, access.ReadMandates, "和另一个版本比较", "Compare it with another version", handle(dutyChanges)},
		{post, "/duty-lists/{no}/review", "review-duty-list", staff, access.ReviewList, "合法性审核", "Review it legally", amend(mandateDesk, (*mandate.Desk).Review)},
		{post, "/duty-lists/{no}/consult", "consult-duty-list", staff, access.DraftList, "征求乡镇（街道）意见", "Ask the towns", amend(mandateDesk, (*mandate.Desk).Consult)},
		{post, "/duty-lists/{no}/approve", "approve-duty-list", staff, access.ApproveList, "批准", "Approve it", amend(mandateDesk, (*mandate.Desk).Approve)},
		{post, "/duty-lists/{no}/publish", "publish-duty-list", staff, access.DraftList, "发布，从某日起生效", "Publish it, in force from a day", amend(mandateDesk, (*mandate.Desk).Publish)},
		{post, "/duty-lists/{no}/withdraw", "withdraw-duty-list", staff, access.DraftList, "撤回", "Withdraw it", amend(mandateDesk, (*mandate.Desk).Withdraw)},
		{get, "/may-ask", "may-ask", staff, access.ReadMandates, "我能被要求做这件事吗", "May a town or village be asked for this", handle(mayAsk)},

		{get, "/delegations", "list-delegations", staff, access.ReadMandates, "赋权事项", "Delegated powers", handle(delegations)},
		{post, "/delegations", "propose-delegation", staff, access.ProposeDelegation, "提出赋权", "Propose a delegation", enter(mandateDesk, (*mandate.Desk).Propose)},
		{get, "/delegations/{no}", "read-delegation", staff, access.ReadMandates, "查看赋权和配套条件", "Read a delegation and what it lacks", handle(delegation)},
		{post, "/delegations/{no}/provide", "provide-delegation", staff, access.ProposeDelegation, "登记配套条件", "Say how a need is met", amend(mandateDesk, (*mandate.Desk).Provide)},
		{post, "/delegations/{no}/waive", "waive-need", staff, access.WaiveNeed, "签字豁免一项条件", "Waive a need over a signature", amend(mandateDesk, (*mandate.Desk).Waive)},
		{post, "/delegations/{no}/start", "start-delegation", staff, access.DecideDelegation, "启用，从某日起生效", "Put it in force from a day", amend(mandateDesk, (*mandate.Desk).Start)},
		{post, "/delegations/{no}/end", "end-delegation", staff, access.DecideDelegation, "结束赋权", "Let it run out", amend(mandateDesk, (*mandate.Desk).End)},
		{post, "/delegations/{no}/year-review", "review-delegation", staff, access.DecideDelegation, "年度评估：保留、调整、收回", "Review it: keep, adjust, take back", amend(mandateDesk, (*mandate.Desk).YearReview)},
		{get, "/handovers", "list-handovers", staff, access.ReadMandates, "移交清单", "Hand-overs", handle(handovers)},
		{post, "/handovers", "hand-over", staff, access.SignHandover, "列出移交的车辆、器材、经费", "List what is handed over", enter(mandateDesk, (*mandate.Desk).HandOver)},
		{get, "/handovers/{no}", "read-handover", staff, access.ReadMandates, "查看移交清单", "Read a hand-over", handle(handover)},
		{post, "/handovers/{no}/sign", "sign-handover", staff, access.SignHandover, "逐项签字", "Sign pieces of it", amend(mandateDesk, (*mandate.Desk).SignHandover)},

		{get, "/admissions", "list-admissions", staff, access.ReadMandates, "准入申请", "Admissions", handle(admissions)},
		{post, "/admissions", "request-admission", staff, access.RequestAdmission, "申请清单外事项准入", "Ask to admit what is on no list", enter(mandateDesk, (*mandate.Desk).Request)},
		{get, "/admissions/{no}", "read-admission", staff, access.ReadMandates, "查看准入申请和意见", "Read an admission and what the towns said", handle(admission)},
		{post, "/admissions/{no}/decide", "decide-admission", staff, access.DecideAdmission, "决定准入", "Decide an admission", amend(mandateDesk, (*mandate.Desk).Decide)},

		{get, "/office-findings", "list-office-findings", staff, access.ReadMandates, "机构数超出或不足的镇街", "Towns with too many or too few offices", handle(officeFindings)},
		{get, "/penalty-powers", "read-penalty-power", staff, access.TransferCase, "本镇街能不能处罚这一项", "Whether one's town may punish this itself", handle(powerItem)},
		{get, "/transfers", "list-transfers", staff, access.ReadMandates, "案件移送", "Cases handed over", handle(transfers)},
		{post, "/transfers", "transfer-case", staff, access.TransferCase, "移送有权部门", "Hand a case to who may punish it", enter(mandateDesk, (*mandate.Desk).Transfer)},
	}
}

// Choose narrows a list of registers.
type Choose struct {
	Paging
	Kind   string `json:"kind,omitempty" maxLength:"32" doc:"Kind of list"`
	Place  string `json:"place,omitempty" maxLength:"64"`
	Unit   string `json:"unit,omitempty" maxLength:"64"`
	Status string `json:"status,omitempty" maxLength:"32"`
}

func (c Choose) filter(list string) (mandate.Filter, error) {
	before, err := c.afterID(list)
	f := mandate.Filter{Kind: c.Kind, Place: c.Place, Unit: c.Unit, Before: before, Limit: c.size()}
	if c.Status != "" {
		f.Status = []string{c.Status}
	}
	return f, err
}

// Step is who did a step and what was said.
type Step struct {
	Unit string `json:"unit"`
	Post string `json:"post"`
	Day  int    `json:"day"`
	Text string `json:"text,omitempty"`
}

func step(s *lists.Signed) *Step {
	if s == nil {
		return nil
	}
	return &Step{s.Unit, s.Post, s.Day, s.Text}
}

// DutyList is one version of a list.
type DutyList struct {
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Place        string `json:"place,omitempty" doc:"Empty: the whole city"`
	Version      int    `json:"version"`
	Status       string `json:"status"`
	Source       string `json:"source"`
	Shape        string `json:"shape" doc:"Items of each level, such as 41/118/240"`
	Leaves       int    `json:"leaves"`
	Leads        int    `json:"leads"`
	From         int    `json:"from,omitempty" doc:"First civil day in force"`
	Drafted      *Step  `json:"drafted"`
	Returned     *Step  `json:"returned,omitempty"`
	Reviewed     *Step  `json:"reviewed,omitempty"`
	Approved     *Step  `json:"approved,omitempty"`
	Published    *Step  `json:"published,omitempty"`
	Consultation string `json:"consultation,omitempty" doc:"Number of the matter by which the towns are asked"`
}

func showList(l lists.List) DutyList {
	out := DutyList{
		Kind: string(l.Kind), Name: l.Name, Place: l.Place.Leaf(), Version: l.Version, Status: string(l.Status), Source: l.Source,
		Shape: l.Counts.String(), Leaves: l.Counts.Leaves, Leads: l.Counts.Leads, From: l.From, Drafted: step(&l.Drafted), Returned: step(l.Returned),
		Reviewed: step(l.Reviewed), Approved: step(l.Approved), Published: step(l.Published),
	}
	out.Consultation = numberOf(l.Consultation)
	return out
}

func numberOf(id ident.ID) string {
	if id == 0 {
		return ""
	}
	return id.Number()
}

func dutyLists(r *request, in Choose) (*Page[Kept[DutyList]], error) {
	f, err := in.filter("lists")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Mandate.Lists(r.ctx, r.actor, f)
	p := recordPage(r, "lists", rows, f.Limit, showList)
	return &p, err
}

// DutyListWhole is a version with what the towns said.
type DutyListWhole struct {
	Kept[DutyList]
	Opinions []mandate.Opinion `json:"opinions,omitempty"`
}

func dutyList(r *request, _ none) (*DutyListWhole, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	l, said, err := r.s.Mandate.List(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return &DutyListWhole{kept(showList)(*l), said}, nil
}

// ListFile is what the address of an upload says of the file.
type ListFile struct {
	Kind   string `json:"kind" enum:"STREET_TASKS,VILLAGE_CATALOGUE,ENFORCEMENT,JOINT_ENFORCEMENT,PENALTY_POWERS,SERVICE_ITEMS"`
	Place  string `json:"place,omitempty" maxLength:"64" doc:"Whose list it is; empty: the whole city"`
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	Source string `json:"source" minLength:"1" maxLength:"500" doc:"The document it follows"`
	Levels string `json:"levels,omitempty" maxLength:"40" doc:"How many items each level must have, such as 41/118/240"`
	Leads  int    `json:"leads,omitempty" minimum:"0" maximum:"10000" doc:"How many units must lead its leaves"`
	File   string `json:"file" minLength:"1" maxLength:"200" doc:"Name of the file; it tells CSV from XLSX"`
	Sheet  string `json:"sheet,omitempty" maxLength:"100" doc:"Sheet of a workbook; empty: the first"`
}

// mostListFile bounds a file of a list, in bytes.
const mostListFile = 16 << 20

// rows reads the body as a sheet.
func (in *ListFile) rows(r *request) (mandate.Import, error) {
	out := mandate.Import{Kind: in.Kind, Place: in.Place, Name: in.Name, Source: in.Source, Levels: in.Levels, Leads: in.Leads}
	var buf bytes.Buffer
	if err := r.body(&buf, mostListFile); err != nil {
		return out, err
	}
	table, err := exchange.ReadTable(&buf, in.File, in.Sheet, lists.MaxItems)
	for _, row := range table {
		out.Rows = append(out.Rows, lists.Row(row))
	}
	return out, err
}

func importList(r *request, in ListFile) (*Entered, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	list, err := in.rows(r)
	if err != nil {
		return nil, err
	}
	return r.entered(r.s.Mandate.Import(r.ctx, cmd, list))
}

// ListPreview is what a file of a list would change.
type ListPreview struct {
	Shape   string       `json:"shape"`
	Leaves  int          `json:"leaves"`
	Leads   int          `json:"leads"`
	Version int          `json:"version" doc:"It would become this version"`
	Against string       `json:"against,omitempty" doc:"Number of the version in force"`
	New     int          `json:"new"`
	Changed int          `json:"changed"`
	Gone    int          `json:"gone"`
	Changes []DutyChange `json:"changes" doc:"The first 200"`
}

func checkList(r *request, in ListFile) (*ListPreview, error) {
	list, err := in.rows(r)
	if err != nil {
		return nil, err
	}
	c, err := r.s.Mandate.Check(r.ctx, engine.Command{Actor: r.actor}, list)
	if err != nil {
		return nil, err
	}
	out := &ListPreview{Shape: c.Shape, Leaves: c.Counts.Leaves, Leads: c.Counts.Leads, Version: c.Version, Against: numberOf(c.Against)}
	for _, x := range c.Changes {
		switch {
		case x.Was == nil:
			out.New++
		case x.Is == nil:
			out.Gone++
		default:
			out.Changed++
		}
	}
	out.Changes = showChanges(c.Changes, 200)
	return out, nil
}

// DutyItem is one line of a list.
type DutyItem struct {
	Code    string   `json:"code"`
	Parent  string   `json:"parent,omitempty"`
	Path    []string `json:"path,omitempty"`
	Name    string   `json:"name"`
	Leaf    bool     `json:"leaf,omitempty" doc:"An order may cite it"`
	Kind    string   `json:"kind,omitempty" doc:"BASIC, ASSIST or TAKEN_BACK"`
	Lead    string   `json:"lead,omitempty"`
	Co      []string `json:"co,omitempty"`
	Basis   string   `json:"basis,omitempty"`
	Limit   string   `json:"limit,omitempty"`
	Closing string   `json:"closing,omitempty"`
	Covers  []string `json:"covers,omitempty" doc:"Categories of calls it answers for"`
	Since   int      `json:"since,omitempty" doc:"Civil day a power was taken over"`
}

func showItem(i *lists.Item) *DutyItem {
	if i == nil {
		return nil
	}
	return &DutyItem{
		Code: i.Code, Parent: i.Parent, Name: i.Name, Kind: string(i.Kind), Lead: i.Lead, Co: i.Co, Basis: i.Basis, Limit: i.Limit, Closing: i.Closing,
		Covers: i.Covers, Since: i.Since,
	}
}

// ItemQuery chooses items of a version.
type ItemQuery struct {
	Paging
	Q string `json:"q,omitempty" maxLength:"100" doc:"A code, or a part of a name"`
}

func dutyItems(r *request, in ItemQuery) (*Page[DutyItem], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	after := ""
	parts, err := in.after("items", 1)
	if err != nil {
		return nil, err
	}
	if parts != nil {
		after = parts[0]
	}
	rows, err := r.s.Mandate.Items(r.ctx, r.actor, no, in.Q, after, in.size())
	p := page(r, rows, in.size(), func(x mandate.Row) DutyItem {
		out := showItem(&x.Item)
		out.Path, out.Leaf = x.Path, x.Leaf
		return *out
	}, func(x mandate.Row) string { return cursor("items", x.Code) })
	return &p, err
}

// DutyChange is what one item became. Without was it is new, without is it is
// gone.
type DutyChange struct {
	Was *DutyItem `json:"was,omitempty"`
	Is  *DutyItem `json:"is,omitempty"`
}

func showChanges(list []lists.Change, most int) []DutyChange {
	out := []DutyChange{}
	for _, x := range list[:min(len(list), most)] {
		out = append(out, DutyChange{showItem(x.Was), showItem(x.Is)})
	}
	return out
}

// Against names the version to compare with.
type Against struct {
	Against string `json:"against" maxLength:"40"`
}

// DutyChanges is what differs between two versions.
type DutyChanges struct {
	Items []DutyChange `json:"items"`
}

func dutyChanges(r *request, in Against) (*DutyChanges, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	was, err := ident.ParseNumber(in.Against)
	if err != nil {
		return nil, err
	}
	list, err := r.s.Mandate.Diff(r.ctx, r.actor, was, no)
	return &DutyChanges{showChanges(list, len(list))}, err
}

// AskQuery asks whether a place may be asked for something.
type AskQuery struct {
	Place string `json:"place" maxLength:"64" doc:"Town, village or community"`
	Q     string `json:"q" minLength:"1" maxLength:"100" doc:"A code, or a part of a name"`
	Day   int    `json:"day,omitempty" minimum:"0" maximum:"21001231" doc:"Civil day; empty: today"`
}

func mayAsk(r *request, in AskQuery) (*mandate.Asked, error) {
	out, err := r.s.Mandate.MayAsk(r.ctx, r.actor, in.Place, in.Q, in.Day)
	if out != nil && out.Items == nil {
		out.Items = []mandate.Answer{}
	}
	return out, err
}

// Provided is how one need of a delegation is met.
type Provided struct {
	Need     string `json:"need"`
	Document string `json:"document,omitempty"`
	Amount   int64  `json:"amount,omitempty"`
	Handover string `json:"handover,omitempty"`
	Waived   bool   `json:"waived,omitempty"`
	By       *Step  `json:"by"`
}

// Delegation is a power that comes down.
type Delegation struct {
	Power  string     `json:"power"`
	Item   string     `json:"item"`
	Name   string     `json:"name"`
	Giver  string     `json:"giver"`
	Taker  string     `json:"taker"`
	Basis  string     `json:"basis"`
	Status string     `json:"status"`
	From   int        `json:"from,omitempty"`
	To     int        `json:"to,omitempty"`
	Needs  []Provided `json:"needs,omitempty"`
}

func showDelegation(d lists.Delegation) Delegation {
	out := Delegation{
		Power: string(d.Power), Item: d.Item, Name: d.Name, Giver: d.Giver, Taker: d.Taker, Basis: d.Basis, Status: string(d.Status), From: d.From, To: d.To,
	}
	for _, p := range d.Provisions {
		out.Needs = append(out.Needs, Provided{string(p.Need), p.Document, p.Amount, numberOf(p.Handover), p.Waived, step(&p.By)})
	}
	return out
}

func delegations(r *request, in Choose) (*Page[Kept[Delegation]], error) {
	f, err := in.filter("delegations")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Mandate.Delegations(r.ctx, r.actor, f)
	p := recordPage(r, "delegations", rows, f.Limit, showDelegation)
	return &p, err
}

// YearReview is the review of a delegation after a year.
type YearReview struct {
	Year     int    `json:"year"`
	Uses     int64  `json:"uses"`
	Capacity string `json:"capacity"`
	Outcome  string `json:"outcome"`
	Cost     int64  `json:"cost,omitempty"`
	Decision string `json:"decision"`
	Kind     string `json:"kind,omitempty" doc:"What an adjusted item is to the town from then on"`
	List     string `json:"list,omitempty" doc:"Draft of the list's next version"`
}

// DelegationWhole is a delegation as it stands today.
type DelegationWhole struct {
	Kept[Delegation]
	Lacks   []string     `json:"lacks,omitempty" doc:"Codes of what keeps it from being in force"`
	Uses    int64        `json:"uses" doc:"Matters in twelve months"`
	Idle    bool         `json:"idle,omitempty" doc:"In force for a year and not used: take it back?"`
	Reviews []YearReview `json:"reviews,omitempty"`
}

func delegation(r *request, _ none) (*DelegationWhole, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	d, err := r.s.Mandate.Delegation(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := &DelegationWhole{Kept: kept(showDelegation)(d.Record), Lacks: d.Lacks, Uses: d.Uses, Idle: d.Idle}
	for _, x := range d.Reviews {
		f := x.Fact
		out.Reviews = append(out.Reviews, YearReview{f.Year, f.Uses, f.Capacity, f.Outcome, f.Cost, string(f.Decision), string(f.Kind), numberOf(f.List)})
	}
	return out, nil
}

// HandoverPiece is one line of a hand-over.
type HandoverPiece struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Given *Step  `json:"given,omitempty"`
	Taken *Step  `json:"taken,omitempty"`
}

// Handover is what one unit hands to another.
type Handover struct {
	Name   string          `json:"name"`
	Giver  string          `json:"giver"`
	Taker  string          `json:"taker"`
	Status string          `json:"status"`
	Pieces []HandoverPiece `json:"pieces"`
}

func showHandover(h lists.Handover) Handover {
	out := Handover{Name: h.Name, Giver: h.Giver, Taker: h.Taker, Status: string(h.State()), Pieces: []HandoverPiece{}}
	for _, p := range h.Pieces {
		out.Pieces = append(out.Pieces, HandoverPiece{p.Name, p.Count, step(p.Given), step(p.Taken)})
	}
	return out
}

func handovers(r *request, in Choose) (*Page[Kept[Handover]], error) {
	f, err := in.filter("handovers")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Mandate.Handovers(r.ctx, r.actor, f)
	p := recordPage(r, "handovers", rows, f.Limit, showHandover)
	return &p, err
}

func handover(r *request, _ none) (*Kept[Handover], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	h, err := r.s.Mandate.Handover(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := kept(showHandover)(*h)
	return &out, nil
}

// Admission is a request to ask towns for what is on no list.
type Admission struct {
	Item         string   `json:"item"`
	Name         string   `json:"name"`
	Unit         string   `json:"unit" doc:"Who asks"`
	Towns        []string `json:"towns"`
	Reason       string   `json:"reason"`
	Basis        string   `json:"basis"`
	Money        int64    `json:"money,omitempty"`
	People       int      `json:"people,omitempty"`
	Minutes      int      `json:"minutes"`
	Until        int      `json:"until" doc:"Asked for"`
	Status       string   `json:"status"`
	From         int      `json:"from,omitempty"`
	To           int      `json:"to,omitempty"`
	Decided      *Step    `json:"decided,omitempty"`
	Consultation string   `json:"consultation,omitempty"`
}

func showAdmission(a lists.Admission) Admission {
	return Admission{
		Item: a.Item, Name: a.Name, Unit: a.Requested.Unit, Towns: a.Towns, Reason: a.Reason, Basis: a.Basis, Money: a.Money, People: a.People,
		Minutes: a.Minutes, Until: a.Until, Status: string(a.Status), From: a.From, To: a.To, Decided: step(a.Decided), Consultation: numberOf(a.Consultation),
	}
}

func admissions(r *request, in Choose) (*Page[Kept[Admission]], error) {
	f, err := in.filter("admissions")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Mandate.Admissions(r.ctx, r.actor, f)
	p := recordPage(r, "admissions", rows, f.Limit, showAdmission)
	return &p, err
}

// AdmissionWhole is an admission with what the towns said.
type AdmissionWhole struct {
	Kept[Admission]
	Opinions []mandate.Opinion `json:"opinions,omitempty"`
}

func admission(r *request, _ none) (*AdmissionWhole, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	a, said, err := r.s.Mandate.Admission(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return &AdmissionWhole{kept(showAdmission)(*a), said}, nil
}

// PowerQuery names a penalty power.
type PowerQuery struct {
	Item string `json:"item" minLength:"1" maxLength:"32"`
}

func powerItem(r *request, in PowerQuery) (*DutyItem, error) {
	row, err := r.s.Mandate.Power(r.ctx, r.actor, mandate.Violation{Item: in.Item})
	if err != nil {
		return nil, err
	}
	out := showItem(&row.Item)
	out.Path, out.Leaf = row.Path, row.Leaf
	return out, nil
}

// CaseTransfer is a violation handed to who may punish it.
type CaseTransfer struct {
	Item string `json:"item"`
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
	Text string `json:"text"`
	On   int    `json:"on"`
}

func transfers(r *request, in Choose) (*Page[Kept[CaseTransfer]], error) {
	f, err := in.filter("transfers")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Mandate.Transfers(r.ctx, r.actor, f)
	p := recordPage(r, "transfers", rows, f.Limit, func(t lists.Transfer) CaseTransfer {
		return CaseTransfer{t.Item, t.Name, t.From, t.To, t.Text, t.On}
	})
	return &p, err
}

// month is the month of an instant, such as 202603.
func month(t time.Time) int {
	t = t.In(ident.Zone)
	return t.Year()*100 + int(t.Month())
}

// facts shows the records that need no change to be shown.
func facts[F register.Fact, V any](rows []register.Record[F], show func(F) V) []Kept[V] {
	out := []Kept[V]{}
	for _, x := range rows {
		out = append(out, kept(show)(x))
	}
	return out
}

// OfficeFinding is a town or street whose offices are too many or too few.
type OfficeFinding struct {
	Place string `json:"place"`
	Code  string `json:"code" doc:"ORG_COUNT_OVER or ORG_COUNT_UNDER"`
	Count int    `json:"count"`
	Bound int    `json:"bound"`
}

// OfficeFindings are findings to look at: nothing is refused for them.
type OfficeFindings struct {
	Items []OfficeFinding `json:"items"`
}

func officeFindings(r *request, _ none) (*OfficeFindings, error) {
	out := &OfficeFindings{Items: []OfficeFinding{}}
	for _, f := range r.s.Engine.City().OfficeFindings() {
		out.Items = append(out.Items, OfficeFinding(f))
	}
	return out, nil
}
