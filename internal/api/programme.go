package api

import (
	"bytes"
	"time"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/programme"
	"huying/internal/ident"
)

func steeringDesk(s *server) *desk.Desk { return s.Programme }

// steeringRoutes are the routes of key work, batches, programmes,
// commentaries, meetings, decisions, projects, promises, themes and conflicts.
func steeringRoutes() []Route {
	return append([]Route{
		{get, "/key-work", "list-key-work", staff, access.ReadProgrammes, "重点工作目录", "The catalogue of key work", handle(keyWork)},
		{post, "/key-work", "add-key-work", staff, access.ManageProgrammes, "增加一项重点工作", "Add an item of key work", enter(steeringDesk, (*desk.Desk).AddKeyWork)},
		{get, "/batches", "list-batches", staff, access.ReadProgrammes, "列出交办批次", "List weekly batches", handle(batches)},
		{post, "/batches", "issue-batch", staff, access.ManageProgrammes, "下达一周交办", "Hand over a week's batch", enter(steeringDesk, (*desk.Desk).IssueBatch)},
		{get, "/batches/{no}", "read-batch", staff, access.ReadProgrammes, "查看一批交办和办理情况", "A batch and how its tasks stand", handle(batchOf)},
		{get, "/programmes", "list-programmes", staff, access.ReadProgrammes, "列出专项方案", "List programmes", handle(programmes)},
		{post, "/programmes", "start-programme", staff, access.ManageProgrammes, "建立专项方案并分解措施", "Start a programme with its measures", enter(steeringDesk, (*desk.Desk).StartProgramme)},
		{post, "/programmes/import", "import-programme", staff, access.ManageProgrammes, "从表格导入措施", "Import a programme's measures from a file", handle(importProgramme).upload().created()},
		{get, "/programmes/{no}", "read-programme", staff, access.ReadProgrammes, "查看专项方案和进度", "A programme and its progress", handle(programmeOf)},
		{get, "/documents", "list-documents", staff, access.ReadProgrammes, "规则所依据的文件和版本", "Documents that rules stand on", handle(documents)},
		{post, "/documents", "keep-document", staff, access.ManageProgrammes, "登记文件", "Keep a document", enter(steeringDesk, (*desk.Desk).KeepDocument)},
		{post, "/documents/{no}/revise", "revise-document", staff, access.ManageProgrammes, "登记文件新版本", "Add a version of a document", amend(steeringDesk, (*desk.Desk).ReviseDocument)},
		{get, "/tasks/due", "list-due-tasks", staff, access.ReadProgrammes, "一段时间内到期的任务", "Tasks due in some days", handle(dueTasks)},
		{post, "/tasks/draw", "draw-tasks", staff, access.SampleAudit, "抽查已办结任务", "Draw done tasks for a check", handle(drawTasks)},
		{get, "/commentaries", "list-commentaries", staff, access.ReadProgrammes, "列出月讲评", "List monthly commentaries", handle(commentaries)},
		{post, "/commentaries", "open-commentary", staff, access.ManageProgrammes, "开始月讲评", "Begin a monthly commentary", enter(steeringDesk, (*desk.Desk).OpenCommentary)},
		{get, "/commentaries/{no}", "read-commentary", staff, access.ReadProgrammes, "查看月讲评", "A monthly commentary", handle(commentaryOf)},
		{post, "/commentaries/{no}/remark", "remark", staff, access.ManageProgrammes, "写单位评语", "Write the remark about a unit", amend(steeringDesk, (*desk.Desk).Remark)},
		{post, "/commentaries/{no}/close", "close-commentary", staff, access.ManageProgrammes, "封存月讲评", "Freeze a monthly commentary", amend(steeringDesk, (*desk.Desk).CloseCommentary)},
		{post, "/commentaries/{no}/adjust", "adjust-commentary", staff, access.ManageProgrammes, "登记封存后的调整", "Record what differs since it was frozen", amend(steeringDesk, (*desk.Desk).Adjust)},
	}, meetingRoutes()...)
}

func meetingRoutes() []Route {
	return []Route{
		{get, "/meetings", "list-meetings", staff, access.ReadProgrammes, "列出会议", "List meetings", handle(meetings)},
		{post, "/meetings", "keep-meeting", staff, access.ManageProgrammes, "登记会议和决议事项", "Keep a meeting with its resolutions", enter(steeringDesk, (*desk.Desk).KeepMeeting)},
		{get, "/meetings/{no}", "read-meeting", staff, access.ReadProgrammes, "查看会议", "A meeting", handle(meetingOf)},
		{get, "/offers", "list-offers", staff, access.ReadProgrammes, "需求清单和资源清单", "Needs and resources of the area", handle(offers)},
		{post, "/offers", "post-offer", staff, access.PostOffer, "登记需求或资源", "Post a need or a resource", enter(steeringDesk, (*desk.Desk).PostOffer)},
		{post, "/offers/{no}/consent", "consent-offer", staff, access.PostOffer, "同意或收回对外提供资源", "Give or take back consent to a resource", amend(steeringDesk, (*desk.Desk).ConsentOffer)},
		{post, "/offers/match", "match-offers", staff, access.ManageProgrammes, "需求与资源对接成项目", "Match a need and a resource", enter(steeringDesk, (*desk.Desk).MatchOffers)},
		{get, "/decisions", "list-decisions", staff, access.ReadProgrammes, "列出重大事项决策", "List major decisions", handle(decisions)},
		{post, "/decisions", "propose", staff, access.ManageProgrammes, "提出重大事项", "Propose a major decision", enter(steeringDesk, (*desk.Desk).Propose)},
		{get, "/decisions/{no}", "read-decision", staff, access.ReadProgrammes, "查看重大事项决策", "A major decision", handle(decisionOf)},
		{post, "/decisions/{no}/opinion", "record-opinion", staff, access.ManageProgrammes, "记录一席意见", "Record the opinion of a seat", amend(steeringDesk, (*desk.Desk).RecordOpinion)},
		{post, "/decisions/{no}/decide", "decide", staff, access.ManageProgrammes, "按表决作出决定", "Decide by the recorded votes", amend(steeringDesk, (*desk.Desk).Decide)},
		{get, "/projects", "list-projects", staff, access.ReadProgrammes, "列出项目", "List projects", handle(projects)},
		{post, "/projects", "add-project", staff, access.ManageProgrammes, "登记项目", "Keep a project", enter(steeringDesk, (*desk.Desk).AddProject)},
		{post, "/projects/load", "load-projects", staff, access.ManageProgrammes, "载入公布的项目统计数", "Load the published figures about projects", enter(steeringDesk, (*desk.Desk).LoadStatistics)},
		{post, "/projects/{no}/move", "move-project", staff, access.ManageProgrammes, "变更项目阶段", "Put a project into its next stage", amend(steeringDesk, (*desk.Desk).MoveProject)},
		{get, "/projects/rollup", "read-project-rollup", staff, access.ReadProgrammes, "某日的项目汇总", "How projects stood on a day", handle(rollup)},
		{get, "/promises", "list-promises", staff, access.ReadProgrammes, "列出年度实事", "List the years' promises", handle(promises)},
		{post, "/promises", "publish-promises", staff, access.ManageProgrammes, "公布年度实事", "Publish a year's promises", enter(steeringDesk, (*desk.Desk).Promise)},
		{get, "/promises/{no}", "read-promises", staff, access.ReadProgrammes, "查看年度实事", "A year's promises", handle(promiseList)},
		{get, "/themes/hot", "list-hot", staff, access.ReadProgrammes, "高频共性问题", "What is called about most", handle(hot)},
		{get, "/themes", "list-themes", staff, access.ReadProgrammes, "列出每月一题", "List the themes of the months", handle(themes)},
		{post, "/themes", "start-theme", staff, access.ManageProgrammes, "启动每月一题", "Take up the theme of a month", enter(steeringDesk, (*desk.Desk).StartTheme)},
		{get, "/themes/{no}", "read-theme", staff, access.ReadProgrammes, "查看主题和前后数据", "A theme and its figures", handle(themeOf)},
		{post, "/themes/{no}/close", "close-theme", staff, access.ManageProgrammes, "按数据销账", "Close a theme by its data", amend(steeringDesk, (*desk.Desk).CloseTheme)},
		{get, "/disputes", "list-disputes", staff, access.ReadProgrammes, "列出部门争议", "List conflicts between units", handle(disputes)},
		{get, "/disputes/agenda", "list-agenda", staff, access.ReadProgrammes, "本机构待裁决的争议", "What the own body has to settle", handle(disputeAgenda)},
		{post, "/disputes", "raise-dispute", staff, access.ManageProgrammes, "受理部门争议", "Take up a conflict", enter(steeringDesk, (*desk.Desk).RaiseConflict)},
		{post, "/disputes/{no}/settle", "settle-dispute", staff, access.SettleDispute, "裁决部门争议", "Settle a conflict", amend(steeringDesk, (*desk.Desk).SettleConflict)},
	}
}

// Records asks for records of a unit.
type Records struct {
	Paging
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"Whose records; empty: all in sight"`
}

func (in Records) where(list string) (desk.Where, error) {
	before, err := in.afterID(list)
	return desk.Where{Unit: in.Unit, Before: before, Limit: in.size()}, err
}

// civil writes a civil day as 2026-01-31; "" is none.
func civil(day int) string { return calendar.DayText(day) }

// Asked is one thing that was asked, as it was issued.
type Asked struct {
	Title       string   `json:"title"`
	Lead        string   `json:"lead"`
	Co          []string `json:"co"`
	Due         string   `json:"due"`
	Deliverable string   `json:"deliverable,omitempty"`
	Key         string   `json:"key,omitempty"`
	Leaf        string   `json:"leaf,omitempty"`
}

func askedViews(list []programme.Duty) []Asked {
	out := make([]Asked, len(list))
	for i, d := range list {
		out[i] = Asked{Title: d.Title, Lead: d.Lead, Co: listOr(d.Co), Due: civil(d.Due), Deliverable: d.Deliverable, Key: d.Key, Leaf: d.Leaf}
	}
	return out
}

func listOr(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// SteeredTask is a task as it stands, computed from its orders.
type SteeredTask struct {
	No        string     `json:"no" doc:"Number of the matter"`
	Order     string     `json:"order,omitempty" doc:"Number of the order that leads"`
	Title     string     `json:"title"`
	Unit      string     `json:"unit"`
	Co        []string   `json:"co"`
	Due       string     `json:"due"`
	Outcome   string     `json:"outcome" enum:"OPEN,OVERDUE,WELL,DONE,LATE,FALSE,WITHDRAWN"`
	Repeat    bool       `json:"repeat" doc:"It came back: rework, reopening or a false closure"`
	Reminders int        `json:"reminders"`
	Letters   int        `json:"letters"`
	Steps     []TaskStep `json:"steps" doc:"交、督、评、考、查"`
}

// TaskStep is one of the five steps.
type TaskStep struct {
	Step string    `json:"step" enum:"ISSUE,SUPERVISE,EVALUATE,SCORE,CHECK"`
	Done bool      `json:"done"`
	At   time.Time `json:"at,omitzero"`
	Note string    `json:"note,omitempty"`
}

func taskViews(list []desk.Task, scored map[ident.ID]clock.Instant) []SteeredTask {
	out := make([]SteeredTask, len(list))
	for i, t := range list {
		out[i] = SteeredTask{
			No: t.Number.Number(), Title: t.Title, Unit: t.Unit, Co: listOr(t.Co), Due: civil(t.Due), Outcome: string(t.Outcome), Repeat: t.Repeat,
			Reminders: t.Reminders, Letters: t.Letters,
		}
		if t.Order != nil {
			out[i].Order = t.Order.ID.Number()
		}
		for _, s := range programme.Steps(t.State.Orders, scored[t.Number]) {
			out[i].Steps = append(out[i].Steps, TaskStep{Step: s.Step, Done: s.Done, At: at(s.At), Note: s.Note})
		}
	}
	return out
}

// KeyItem is an item of the catalogue of key work.
type KeyItem struct {
	Code   string `json:"code"`
	Group  string `json:"group"`
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Basis  string `json:"basis,omitempty"`
	Added  bool   `json:"added" doc:"Beyond what the pack lists"`
}

// KeyItems is the catalogue.
type KeyItems struct {
	Items []KeyItem `json:"items"`
}

func keyWork(r *request, _ none) (*KeyItems, error) {
	list, err := r.s.Programme.Catalogue(r.ctx, r.actor, calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	out := &KeyItems{Items: make([]KeyItem, len(list))}
	for i, k := range list {
		out.Items[i] = KeyItem(k)
	}
	return out, nil
}

// Batch is a week's batch as it was issued.
type Batch struct {
	Body   string  `json:"body"`
	Week   string  `json:"week"`
	Serial int     `json:"serial" doc:"In the body's year, without gaps"`
	Issued string  `json:"issued"`
	Note   string  `json:"note,omitempty"`
	Tasks  []Asked `json:"tasks"`
}

func batchView(b programme.Batch) Batch {
	return Batch{Body: b.Body, Week: b.Week, Serial: b.Serial, Issued: civil(b.Issued), Note: b.Note, Tasks: askedViews(b.Tasks)}
}

func batches(r *request, in Records) (Page[Kept[Batch]], error) {
	w, err := in.where("batches")
	if err != nil {
		return Page[Kept[Batch]]{}, err
	}
	rows, err := r.s.Programme.Batches(r.ctx, r.actor, w)
	return recordPage(r, "batches", rows, w.Limit, batchView), err
}

// Stood is a record with its tasks as they stand.
type Stood[V any] struct {
	Kept[V]
	Done  int           `json:"done"`
	All   int           `json:"all"`
	Tasks []SteeredTask `json:"tasks"`
}

// stood reads the tasks of a record beside it.
func stood[V any](r *request, k Kept[V], id ident.ID) (*Stood[V], error) {
	tasks, err := r.s.Programme.Tasks(r.ctx, id, r.now)
	if err != nil {
		return nil, err
	}
	p := desk.Progress(tasks)
	return &Stood[V]{Kept: k, Done: p.Done, All: p.All, Tasks: taskViews(tasks, nil)}, nil
}

func batchOf(r *request, _ none) (*Stood[Batch], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Batch(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return stood(r, kept(batchView)(*x), no)
}

// Plan is a programme with its measures.
type Plan struct {
	Body     string  `json:"body"`
	Code     string  `json:"code"`
	Title    string  `json:"title"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Measures []Asked `json:"measures"`
}

func planView(p programme.Programme) Plan {
	return Plan{Body: p.Body, Code: p.Code, Title: p.Title, From: civil(p.From), To: civil(p.To), Measures: askedViews(p.Measures)}
}

func programmes(r *request, in Records) (Page[Kept[Plan]], error) {
	w, err := in.where("programmes")
	if err != nil {
		return Page[Kept[Plan]]{}, err
	}
	rows, err := r.s.Programme.Programmes(r.ctx, r.actor, w)
	return recordPage(r, "programmes", rows, w.Limit, planView), err
}

func programmeOf(r *request, _ none) (*Stood[Plan], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Programme(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return stood(r, kept(planView)(*x), no)
}

// ImportPlan names the programme whose measures are in the body.
type ImportPlan struct {
	Code  string `json:"code" maxLength:"40"`
	Title string `json:"title" maxLength:"200"`
}

// importProgramme takes the file as the body: CSV or XLSX.
func importProgramme(r *request, in ImportPlan) (*Entered, error) {
	var buf bytes.Buffer
	if err := r.body(&buf, desk.MostFile); err != nil {
		return nil, err
	}
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	return r.entered(r.s.Programme.ImportProgramme(r.ctx, cmd, in.Code, in.Title, buf.Bytes()))
}

// DueDays asks for tasks due in some days.
type DueDays struct {
	Span
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"Body that assigned them; empty: one's own"`
}

// SteeredTasks is a list of tasks.
type SteeredTasks struct {
	Items []SteeredTask `json:"items"`
}

func dueTasks(r *request, in DueDays) (*SteeredTasks, error) {
	p, err := in.period(r.now)
	if err != nil {
		return nil, err
	}
	if in.Unit == "" {
		in.Unit = r.actor.Unit
	}
	list, err := r.s.Programme.Due(r.ctx, r.actor, in.Unit, p.From, p.To, r.now)
	if err != nil {
		return nil, err
	}
	return &SteeredTasks{taskViews(list, nil)}, nil
}

// DrawnTasks is what was drawn for a check.
type DrawnTasks struct {
	Closed int      `json:"closed" doc:"Tasks of the month that are judged to be done"`
	Drawn  []string `json:"drawn" doc:"Matters to be checked"`
}

func drawTasks(r *request, in desk.Draw) (*DrawnTasks, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	d, err := r.s.Programme.DrawTasks(r.ctx, cmd, in)
	if err != nil {
		return nil, err
	}
	return &DrawnTasks{Closed: d.Closed, Drawn: numbered(d.Drawn)}, nil
}

// ReviewedTask is how a task stood in the month.
type ReviewedTask struct {
	No        string `json:"no"`
	Title     string `json:"title"`
	Unit      string `json:"unit"`
	Due       string `json:"due"`
	Outcome   string `json:"outcome"`
	Repeat    bool   `json:"repeat"`
	Reminders int    `json:"reminders"`
	Letters   int    `json:"letters"`
}

// UnitTotal is a unit's month.
type UnitTotal struct {
	Unit      string `json:"unit"`
	Due       int    `json:"due"`
	Done      int    `json:"done"`
	Well      int    `json:"well"`
	Late      int    `json:"late"`
	Overdue   int    `json:"overdue"`
	False     int    `json:"false_closures"`
	Repeat    int    `json:"repeat"`
	Reminders int    `json:"reminders"`
	Remark    string `json:"remark,omitempty" doc:"Of the reviewer, about the unit"`
}

// Adjusted is what turned out differently after the month was frozen.
type Adjusted struct {
	No    string `json:"no"`
	Title string `json:"title"`
	Unit  string `json:"unit"`
	From  string `json:"from"`
	To    string `json:"to"`
	Day   string `json:"day,omitempty"`
}

// Review is a monthly commentary.
type Review struct {
	Number      string         `json:"number"`
	Rev         int64          `json:"rev"`
	Body        string         `json:"body"`
	Month       string         `json:"month"`
	Status      string         `json:"status" enum:"OPEN,FROZEN"`
	ClosedAt    time.Time      `json:"closed_at,omitzero"`
	Hash        string         `json:"hash,omitempty" doc:"Of the facts the frozen figures are made of"`
	Tasks       []ReviewedTask `json:"tasks"`
	Units       []UnitTotal    `json:"units"`
	Adjustments []Adjusted     `json:"adjustments" doc:"Recorded beside the frozen figures"`
	Pending     []Adjusted     `json:"pending" doc:"Differs now, and is not recorded yet"`
	Actions     []SteeredTask  `json:"actions" doc:"What followed"`
}

func commentaryOf(r *request, _ none) (*Review, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Commentary(r.ctx, r.actor, no, r.now)
	if err != nil {
		return nil, err
	}
	f := &x.Fact
	out := &Review{
		Number: no.Number(), Rev: x.Rev, Body: f.Body, Month: calendar.MonthText(f.Month), Status: f.Status, ClosedAt: at(clock.Instant(f.Closed)), Hash: f.Hash,
		Tasks: make([]ReviewedTask, len(x.Facts)), Units: make([]UnitTotal, len(x.Totals)), Adjustments: adjustedViews(x.Adjustments),
		Pending: adjustedViews(x.Pending), Actions: taskViews(x.Actions, nil),
	}
	for i, t := range x.Facts {
		out.Tasks[i] = ReviewedTask{t.Matter.Number(), t.Title, t.Unit, civil(t.Due), string(t.Outcome), t.Repeat, t.Reminders, t.Letters}
	}
	for i, t := range x.Totals {
		out.Units[i] = UnitTotal{t.Unit, t.Due, t.Done, t.Well, t.Late, t.Overdue, t.False, t.Repeat, t.Reminders, remarkOf(f.Remarks, t.Unit)}
	}
	return out, nil
}

func remarkOf(list []programme.Remark, unit string) string {
	for _, r := range list {
		if r.Unit == unit {
			return r.Text
		}
	}
	return ""
}

func adjustedViews(list []programme.Adjustment) []Adjusted {
	out := make([]Adjusted, len(list))
	for i, a := range list {
		out[i] = Adjusted{a.Matter.Number(), a.Title, a.Unit, string(a.From), string(a.To), civil(a.Day)}
	}
	return out
}

// Reviewed is a commentary in a list.
type Reviewed struct {
	Body   string `json:"body"`
	Month  string `json:"month"`
	Status string `json:"status" enum:"OPEN,FROZEN"`
	Hash   string `json:"hash,omitempty"`
}

func commentaries(r *request, in Records) (Page[Kept[Reviewed]], error) {
	w, err := in.where("commentaries")
	if err != nil {
		return Page[Kept[Reviewed]]{}, err
	}
	rows, err := r.s.Programme.Commentaries(r.ctx, r.actor, w)
	show := func(c programme.Commentary) Reviewed {
		return Reviewed{c.Body, calendar.MonthText(c.Month), c.Status, c.Hash}
	}
	return recordPage(r, "commentaries", rows, w.Limit, show), err
}
