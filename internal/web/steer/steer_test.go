package steer_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	desk "huying/internal/desk/programme"
	"huying/internal/desk/supervision"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

var ctx = context.Background()

// may is Wednesday 15 May 2024, of week 20.
var may = time.Date(2024, 5, 15, 9, 0, 0, 0, ident.Zone)

const (
	body    = "411100-XT"
	checker = "411100-DC"
)

// row is one row of a form that asks something of a unit.
func row(f url.Values, name string, i int, title, lead, due string) {
	for member, value := range map[string]string{"title": title, "lead": lead, "due": due} {
		f.Set(fmt.Sprintf("%s.%d.%s", name, i, member), value)
	}
	f.Set(fmt.Sprintf("%s.%d.key", name, i), "N01")
}

// done answers and judges every task of a record.
func done(t *testing.T, h *webtest.House, d *desk.Desk, record ident.ID) {
	t.Helper()
	tasks, err := d.Tasks(ctx, record, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	out, sup := dispatch.New(h.Engine), h.Post(t, body, org.Supervisor)
	for _, x := range tasks {
		for _, o := range x.State.Orders {
			if o.Kind != order.Task || !o.Status.Owing() {
				continue
			}
			if _, err := out.Respond(ctx, h.As(t, h.Post(t, o.Debtor, org.Handler)), o.ID, dispatch.Respond{Text: "已完成"}); err != nil {
				t.Fatal(err)
			}
			if _, err := out.JudgeOrder(ctx, h.As(t, sup), o.ID, dispatch.JudgeOrder{Done: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// drawn is the check that was ordered of one of the tasks of a record.
func drawn(t *testing.T, h *webtest.House, d *desk.Desk, record ident.ID) ident.ID {
	t.Helper()
	tasks, err := d.Tasks(ctx, record, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tasks {
		for _, o := range x.State.Orders {
			if o.Kind == order.AfterCheck {
				return o.ID
			}
		}
	}
	t.Fatal("nothing was drawn")
	return 0
}

// monthOf is the number of the month that is reviewed.
func monthOf(t *testing.T, h *webtest.House, d *desk.Desk) string {
	t.Helper()
	list, err := d.Commentaries(ctx, h.As(t, h.Post(t, body, org.Supervisor)).Actor, desk.Where{Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0].ID.Number()
}

func TestABatchIsPreviewedRefusedAndIssued(t *testing.T) {
	h := webtest.OpenPack(t, "luohe", may)
	sup := h.Post(t, body, org.Supervisor)
	if r := h.Get(t, sup, "/"); r.Status != 303 || r.Header.Get("Location") != "/programmes" {
		t.Errorf("the first page of a coordination body: %d %s", r.Status, r.Header.Get("Location"))
	}
	if r := h.Get(t, sup, "/programmes"); r.Status != 200 || !r.Has("2024-W20") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	f := webtest.Form("as", "preview", "key", "a")
	row(f, "tasks", 0, "清理不规范标牌", "中共漯河市委组织部", "2024-05-25")
	row(f, "tasks", 3, "清退违规借调人员", "", "2024-05-25") // two rows are left empty before it
	if r := h.Send(t, sup, "/programmes/batches", f); r.Status != 422 || !r.Has(`data-field="tasks.3.lead"`) || !r.Has("第 4 行没有牵头单位") {
		t.Errorf("a row without a lead: %d %s", r.Status, r.Body)
	}
	row(f, "tasks", 3, "清退违规借调人员", "漯河市人力资源和社会保障局", "2024-05-25")
	if r := h.Send(t, sup, "/programmes/batches", f); r.Status != 200 || !r.Has("共 2 项") {
		t.Errorf("the preview: %d %s", r.Status, r.Body)
	}
	if r := h.Get(t, sup, "/programmes/batches"); r.Status != 200 || r.Has("2024-W20</a>") {
		t.Error("a preview issued the batch")
	}
	f.Set("as", "issue")
	first := h.Send(t, sup, "/programmes/batches", f)
	again := h.Send(t, sup, "/programmes/batches", f) // pressed twice
	if to := first.Header.Get("HX-Location") + first.Header.Get("HX-Redirect"); first.Status >= 300 || again.Status >= 300 || !strings.Contains(to, "/programmes/batches/") {
		t.Fatalf("issued: %d %v, again %d %s", first.Status, first.Header, again.Status, again.Body)
	}
	f.Set("key", "b")
	if r := h.Send(t, sup, "/programmes/batches", f); r.Status != 409 || !r.Has("每周只有一批") {
		t.Errorf("a second batch: %d %s", r.Status, r.Body)
	}
	for _, c := range []struct {
		unit   string
		role   org.Role
		path   string
		status int
	}{
		{"411100-DC", org.Supervisor, "/programmes/batches", 200}, {"411100-CG", org.Handler, "/programmes", 200},
		{"411102001001-JW", org.GridWorker, "/programmes", 403}, {body, org.Supervisor, "/programmes/batches/20200101-0000000-0", 404},
	} {
		if r := h.Get(t, h.Post(t, c.unit, c.role), c.path); r.Status != c.status && !(c.status == 404 && r.Status == 422) {
			t.Errorf("%s reads %s: %d", c.unit, c.path, r.Status)
		}
	}
	for _, path := range []string{"/plans", "/months", "/themes", "/promises", "/projects", "/meetings", "/offers", "/batches/new"} {
		if r := h.Get(t, sup, "/programmes"+path); r.Status != 200 && path != "/batches/new" {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}

// The day of a coordination body, journey 6: a batch is composed by keyboard,
// done, reviewed, a check finds one undone, and the frozen month is adjusted.
func TestWeeklyBatchToAudit(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.OpenPack(t, "luohe", may)
	d := desk.New(h.Engine)
	sup := h.Post(t, body, org.Supervisor)
	browser := webtest.Browse(t)
	tab := browser.Tab(t, h.URL, 1366, 768).As(sup)
	tab.Open("/programmes").See("main", "本周到期").Accessible().Shot("steer-empty", false)
	tab.Open("/programmes/batches/new").See("#batch", "2024-W20")
	for i, x := range [][3]string{
		{"清理不规范标牌", "中共漯河市委组织部", "N01"}, {"清退违规借调人员", "漯河市人力资源和社会保障局", "N02"}, {"多格合一平台对接", "漯河市城市管理局", "N03"},
		{"源汇区网格整合", "源汇区城市管理局", "N03"}, {"源汇区标牌清理", "", "N01"},
	} {
		tab.Type(fmt.Sprintf(`[name="tasks.%d.title"]`, i), x[0]).Type(fmt.Sprintf(`[name="tasks.%d.lead"]`, i), x[1])
		tab.Run(fmt.Sprintf(`document.querySelector('[name="tasks.%d.key"]').value = %q`, i, x[2]))
	}
	tab.Click("#batch button.main").See("#batch .faults", "第 5 行没有牵头单位").Accessible().Shot("steer-compose-fault", false)
	tab.Type(`[name="tasks.4.lead"]`, "源汇区民政局").Click("#batch button.main").See("#preview", "共 5 项")
	for _, dark := range []bool{true, false} {
		tab.Look(dark).Accessible()
	}
	tab.Shot("steer-compose", true)
	tab.Click("#preview button").See("main", "办结 0 / 5").Accessible().Shot("steer-batch", false)

	list, err := d.Batches(ctx, h.As(t, sup).Actor, desk.Where{Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	done(t, h, d, list[0].ID)
	h.Pass(19 * 24 * time.Hour)
	tab.Open("/programmes/months").Set("#f-month", "2024-05").Click("#month button[type=submit]").See("#review", "还没有封存")
	tab.Type(`[id="r-411100-ZZ"] [name=text]`, "行动快，台账清楚").Click(`[id="r-411100-ZZ"] button`).See("#says", "评语已保存").Accessible().Shot("steer-month-open", false)
	tab.Run(`document.querySelector("#close").closest("details").open = true`)
	tab.Type(`[name="actions.0.title"]`, "标牌长效管理").Type(`[name="actions.0.lead"]`, "中共漯河市委组织部").Shot("steer-month-close", true)
	tab.Click("#close button[type=submit]").See("#says", "已封存").See("#review", "下月要办")

	tab.Run(`document.querySelector("#draw").closest("details").open = true`)
	tab.Run(`document.querySelector("#f-checker").value = "`+checker+`"`).Click("#draw button[type=submit]").See("#says", "抽中 1 项")
	found := drawn(t, h, d, list[0].ID)
	if _, err := supervision.New(h.Engine).Check(ctx, h.As(t, h.Post(t, checker, org.Handler)), found, supervision.Check{Note: "标牌还在，只盖了布"}); err != nil {
		t.Fatal(err)
	}
	tab.Run(`location.reload()`).See("#review", "封存以后结果有变").Accessible().Shot("steer-month-pending", false)
	tab.Click("#adjust button").See("#says", "已登记调整").See("#review", "虚假办结").Accessible().Shot("steer-month-adjusted", true)
	tab.Look(true).Accessible().Shot("steer-month-dark", false)
	for _, said := range tab.Console() { // the refused batch is told as an error of its answer, and nothing else is
		if !strings.Contains(said, "422 from /programmes/batches") {
			t.Error(said)
		}
	}
	if r := h.Get(t, sup, "/programmes/months/"+monthOf(t, h, d)+"/paper"); r.Status != 200 || !strings.HasPrefix(r.Body, "%PDF-") {
		t.Errorf("the meeting pack: %d", r.Status)
	}
	narrow := browser.Tab(t, h.URL, 390, 844).As(sup)
	wide := `document.documentElement.scrollWidth <= innerWidth`
	narrow.Open("/programmes").See("main", "本周到期").Wait(wide).Accessible().Shot("steer-narrow", false)
	narrow.Open("/programmes/batches/"+list[0].ID.Number()).Wait(wide).Shot("steer-narrow-batch", false).Quiet()
}

// TestTheRegistersAsTheyLook shows the other registers with something in them.
func TestTheRegistersAsTheyLook(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	d := desk.New(h.Engine)
	head := h.Post(t, "440100-ZH", org.Leader)
	cmd := func() engine.Command { return h.As(t, head) }
	must := func(id ident.ID, err error) ident.ID {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	due := h.Now().AddDate(0, 0, 20).Format(time.DateOnly)
	hot, _, err := d.Hot(ctx, cmd().Actor, h.Now())
	if err != nil || len(hot) < 3 {
		t.Fatalf("%v %v", hot, err)
	}
	theme := must(d.StartTheme(ctx, cmd(), desk.NewTheme{
		Month: 202603, Title: "道路保洁与坑洼治理", Categories: []string{hot[0].Category, hot[2].Category}, Lead: "440100-CG",
		Measures: []desk.Duty{{Title: "全市排查", Lead: "440100-CG", Co: []string{"440100-ZJ"}, Due: due, Deliverable: "台账"}, {Title: "养护标准修订", Lead: "440100-ZJ", Due: due}},
	}))
	must(d.AddProject(ctx, cmd(), desk.NewProject{Title: "五山路老旧小区微改造", Kind: "老旧小区微改造", Owner: "440106-ZJ", Stage: "EARLY", Day: "2026-01-15", Households: 420}))
	decision := must(d.Propose(ctx, cmd(), desk.NewDecision{Kind: "FUNDS", Title: "内涝点整治资金", Proposal: "从城建资金列支六百万元，用于三处内涝点。", Amount: 600_000_000, Seats: 9}))
	meeting := must(d.KeepMeeting(ctx, cmd(), desk.NewMeeting{
		Kind: "ORGAN", Day: h.Now().Format(time.DateOnly), Agenda: []string{"内涝点整治资金", "校门口停车"}, Members: []string{"440100-ZJ", "440100-JY"}, Present: 7,
		Minutes: "逐一发表意见后表决。", Resolutions: []desk.Duty{{Title: "校门口错时停车方案", Lead: "440100-JY", Due: due}},
	}))
	for i, seat := range []string{"主任", "副主任", "组织委员"} {
		must(d.RecordOpinion(ctx, cmd(), decision, desk.NewOpinion{Seat: seat, Stance: []string{"AGREE", "AGREE", "DISAGREE"}[i], Text: []string{"", "", "先做检测"}[i]}))
	}
	file := "措施,牵头单位,完成时限,成果\n简化流转,440100-ZS," + due + ",流程图\n压减台账,440100-PG," + due + ",清单\n"
	plan := must(d.ImportProgramme(ctx, cmd(), "JF", "基层减负三十条", []byte(file)))

	x := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(head)
	for name, path := range map[string]string{
		"themes": "/themes", "theme": "/themes/" + theme.Number(), "projects": "/projects", "meetings": "/meetings", "decision": "/decisions/" + decision.Number(),
		"meeting": "/meetings/" + meeting.Number(), "plans": "/plans", "plan": "/plans/" + plan.Number(), "offers": "/offers", "promises": "/promises",
	} {
		x.Open("/programmes"+path).See("main", "重点工作").Accessible().Shot("steer-"+name, false)
	}
	x.Look(true)
	for _, path := range []string{"/themes/" + theme.Number(), "/decisions/" + decision.Number(), "/projects"} {
		x.Open("/programmes" + path).Accessible()
	}
	x.Open("/programmes/decisions/" + decision.Number()).Run(`document.querySelector("#f-meeting").value = "` + meeting.Number() + `"`)
	x.Click("#decide button").See("#decide .faults", "把每一席的意见记全")
	x.Speaks("en").Open("/programmes/themes").See("main", "Called about most").Accessible().Shot("steer-themes-en", false)
}
