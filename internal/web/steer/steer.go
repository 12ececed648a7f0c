// Package steer is the pages of steering: what is due this week, weekly
// batches, programmes, monthly commentaries, themes, promises, projects,
// decisions, meetings, and the needs and resources of an area. It shows units
// and work, never persons, and puts units in no order of merit.
package steer

import (
	"strconv"
	"strings"
	"time"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/programme"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are what the pages ask.
type Desks struct {
	Programme *desk.Desk
}

type pages struct{ Desks }

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	show := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Show("/programmes"+path, "programmes"+id, frame.Staff, access.ReadProgrammes, zh, en, serve)
	}
	do := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do("/programmes"+path, "programmes"+id, frame.Staff, access.ManageProgrammes, zh, en, serve)
	}
	return []frame.Route{
		show("", "", "看本周到期的任务和待裁决的争议", "See what is due this week and what is to be settled", p.home),
		show("/batches", ".batches", "看各周交办", "See the weekly batches", p.batches),
		show("/batches/new", ".compose", "拟一周交办", "Compose a week's batch", p.compose),
		show("/batches/{no}", ".batch", "看一批交办", "See a batch", p.batch),
		show("/batches/{no}/paper", ".batch_paper", "打印一批交办", "Print a batch", p.batchPaper),
		do("/batches", ".issue", "预览或下达一周交办", "Preview or issue a week's batch", p.issue),
		show("/plans", ".plans", "看专项方案", "See the programmes", p.plans),
		show("/plans/{no}", ".plan", "看一个专项方案", "See a programme", p.plan),
		show("/plans/{no}/paper", ".plan_paper", "打印专项方案", "Print a programme", p.planPaper),
		do("/plans/new", ".plan_start", "逐项建立专项方案", "Start a programme row by row", p.startPlan),
		do("/keys", ".key", "增加一项重点工作", "Add an item of key work", p.addKey),
		show("/documents", ".documents", "看规则所依据的文件", "See the documents that rules stand on", p.documents),
		do("/documents", ".document", "登记文件", "Keep a document", p.keepDocument),
		do("/documents/{no}/revise", ".revise", "登记文件新版本", "Add a version of a document", p.revise),
		do("/plans", ".import", "从表格导入专项方案", "Import a programme from a file", p.importPlan),
		show("/months", ".months", "看各月讲评", "See the monthly commentaries", p.months),
		show("/months/{no}", ".month", "看一个月的讲评", "See a month's commentary", p.month),
		show("/months/{no}/paper", ".paper", "打印讲评材料", "Print a month's commentary", p.paper),
		do("/months", ".open", "开始一个月的讲评", "Begin a month's commentary", p.openMonth),
		do("/months/{no}/remark", ".remark", "写单位评语", "Write the remark about a unit", p.remark),
		do("/months/{no}/close", ".close", "封存讲评", "Freeze a commentary", p.closeMonth),
		do("/months/{no}/adjust", ".adjust", "登记调整", "Record adjustments", p.adjust),
		frame.Do("/programmes/months/{no}/draw", "programmes.draw", frame.Staff, access.SampleAudit, "抽查已办结任务", "Draw done tasks for a check", p.draw),
		show("/themes", ".themes", "看每月一题和高频问题", "See the themes and what is called about most", p.themes),
		show("/themes/{no}", ".theme", "看一个主题的前后数据", "See a theme before and after", p.theme),
		do("/themes", ".start", "启动每月一题", "Take up the theme of a month", p.startTheme),
		do("/themes/{no}/close", ".closetheme", "按数据销账", "Close a theme by its data", p.closeTheme),
		show("/promises", ".promises", "看年度实事", "See the years' promises", p.promises),
		show("/promises/new", ".promising", "拟一年的实事", "Compose a year's promises", p.composePromises),
		do("/promises", ".publish", "公布一年的实事", "Publish a year's promises", p.publish),
		show("/promises/{no}", ".promise", "看一年的实事", "See a year's promises", p.promise),
		show("/projects", ".projects", "看项目和汇总", "See projects and how they stand", p.projects),
		do("/projects", ".project", "登记项目", "Keep a project", p.addProject),
		do("/projects/load", ".load", "载入公布的统计数", "Load the published figures", p.loadProjects),
		do("/projects/{no}/move", ".move", "变更项目阶段", "Put a project into its next stage", p.moveProject),
		show("/meetings", ".meetings", "看会议、重大事项和争议", "See meetings, decisions and conflicts", p.meetings),
		show("/meetings/{no}", ".meeting", "看一次会议", "See a meeting", p.meeting),
		show("/meetings/{no}/paper", ".meeting_paper", "打印会议材料", "Print a meeting", p.meetingPaper),
		show("/decisions/{no}/paper", ".decision_paper", "打印重大事项", "Print a major decision", p.decisionPaper),
		do("/conflicts", ".raise", "受理部门争议", "Take up a conflict", p.raise),
		do("/meetings", ".keep", "登记会议和决议", "Keep a meeting", p.keepMeeting),
		show("/decisions/{no}", ".decision", "看一项重大事项", "See a major decision", p.decision),
		do("/decisions", ".propose", "提出重大事项", "Propose a major decision", p.propose),
		do("/decisions/{no}/opinion", ".opinion", "记录一席意见", "Record the opinion of a seat", p.opinion),
		do("/decisions/{no}/decide", ".decide", "按表决作出决定", "Decide by the votes", p.decide),
		frame.Do("/programmes/conflicts/{no}", "programmes.settle", frame.Staff, access.SettleDispute, "裁决部门争议", "Settle a conflict", p.settle),
		frame.Show("/programmes/offers", "programmes.offers", frame.Staff, access.ReadProgrammes, "看需求清单和资源清单", "See needs and resources", p.offers),
		frame.Do("/programmes/offers", "programmes.post", frame.Staff, access.PostOffer, "登记需求或资源", "Post a need or a resource", p.post),
		frame.Do("/programmes/offers/{no}/consent", "programmes.consent", frame.Staff, access.PostOffer, "同意或收回资源", "Give or take back consent", p.consent),
		do("/offers/match", ".match", "需求与资源对接", "Match a need and a resource", p.match),
	}
}

// some is how many records a page shows.
const some = 50

func whereOf(r *frame.Request) (desk.Where, error) {
	before, err := r.Before()
	return desk.Where{Before: before, Limit: some}, err
}

// next is where a list goes on.
func next[F register.Fact](path string, rows []desk.Noted[F]) string {
	if len(rows) < some {
		return ""
	}
	return path + "?before=" + rows[len(rows)-1].ID.Number()
}

// rowsOf reads the rows of a form that ask something of units, with the row
// each stands in; empty rows are passed over.
func rowsOf(r *frame.Request, name string, most int) (list []desk.Duty, at []int) {
	for i := range most {
		cell := func(member string) string { return r.Text(name + "." + strconv.Itoa(i) + "." + member) }
		d := desk.Duty{Title: cell("title"), Lead: cell("lead"), Due: cell("due"), Deliverable: cell("deliverable"), Key: cell("key"), Leaf: cell("leaf")}
		for _, co := range strings.FieldsFunc(cell("co"), func(c rune) bool { return strings.ContainsRune(";；、,，", c) }) {
			d.Co = append(d.Co, strings.TrimSpace(co))
		}
		if d.Title+d.Lead+d.Deliverable+d.Leaf == "" && len(d.Co) == 0 {
			continue
		}
		list, at = append(list, d), append(at, i)
	}
	return list, at
}

// inRows tells the faults of rows with the rows they stand in on the page.
func inRows(err error, name string, at []int) error {
	if err == nil {
		return nil
	}
	var out fault.List
	for _, f := range fault.All(err) {
		rest, ok := strings.CutPrefix(f.Field, name+".")
		n, member, _ := strings.Cut(rest, ".")
		i, bad := strconv.Atoi(n)
		if !ok || bad != nil || i >= len(at) {
			out.Add(f)
			continue
		}
		x := *f
		x.Field = name + "." + strconv.Itoa(at[i]) + "." + member
		if line, is := first(f.Args).(int); is && line == i+1 {
			x.Args = append([]any{at[i] + 1}, f.Args[1:]...)
		}
		out.Add(&x)
	}
	return out.Err()
}

func first(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

// tabs are the registers of steering.
func tabs(v *part.View, here string) []part.Tab {
	var out []part.Tab
	for _, t := range []struct {
		path string
		name part.Key
	}{
		{"", part.Key("steer.tab_week")}, {"/batches", part.Key("steer.tab_batches")}, {"/plans", part.Key("steer.tab_plans")}, {"/months", part.Key("steer.tab_months")},
		{"/themes", part.Key("steer.tab_themes")}, {"/promises", part.Key("steer.tab_promises")}, {"/projects", part.Key("steer.tab_projects")},
		{"/meetings", part.Key("steer.tab_meetings")}, {"/documents", part.Key("steer.tab_documents")}, {"/offers", part.Key("steer.tab_offers")},
	} {
		out = append(out, part.Tab{Name: v.T(string(t.name)), Href: "/programmes" + t.path, Here: t.path == here, Count: -1})
	}
	return out
}

// steers reports whether the reader's unit sets work for others.
func steers(v *part.View) bool {
	u, ok := v.City.Org.Unit(v.Actor.Unit)
	return ok && v.Could(access.ManageProgrammes) && programme.Body(u.Kind)
}

// units are the names of the units the reader's body may ask: those above the
// towns, and those of its own place.
func units(v *part.View) []string {
	own := v.Actor.At
	var out []string
	for _, code := range v.City.Org.Units() {
		u, ok := v.City.Org.Unit(code)
		if !ok || u.Code == v.Actor.Unit {
			continue
		}
		a := v.City.Territory.Address(u.Territory)
		near := a.Town == "" && (v.Actor.Rank == org.City.Rank() || a.District == own.District || u.Level == org.City)
		if near || own.Town != "" && a.Town == own.Town {
			out = append(out, v.Unit(code))
		}
	}
	return out
}

func dayIn(now time.Time, days int) string {
	return now.In(ident.Zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// monthOf reads a month as a browser writes it, 2024-05.
func monthOf(r *frame.Request, field string) int {
	t, err := time.Parse("2006-01", r.Text(field))
	if err != nil {
		r.Fault(fault.Field(field, "month.malformed", r.Text(field)))
		return 0
	}
	return t.Year()*100 + int(t.Month())
}

func thisMonth(now time.Time) string { return now.In(ident.Zone).Format("2006-01") }

func itoa(n int) string { return strconv.Itoa(n) }
