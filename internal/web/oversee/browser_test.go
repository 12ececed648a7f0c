package oversee_test

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// The day of a supervisor: an appeal decided, a letter issued and its reply
// judged, a sample drawn. The district's desk decides a conference.
func TestTheDayOfASupervisor(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	handler := h.Post(t, unit, org.Handler)
	out := dispatch.New(h.Engine)
	s1, o1 := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑，半米宽，昨天有人骑车摔倒")
	s2, o2 := h.Ordered(t, "SZ0101", place, "学校后门人行道边的坑越来越大，接孩子很危险")
	s3, o3 := h.Ordered(t, "SZ0101", place, "小区门口的路面破了，一下雨就积水")
	if _, err := out.Object(ctx, h.As(t, handler), o3.ID, dispatch.Object{Reason: "小区红线内道路由物业养护，不属于市政道路"}); err != nil {
		t.Fatal(err)
	}

	// The district's desk confers about the objection, and decides.
	desk := webtest.Browse(t)
	tab := desk.Tab(t, h.URL, 1366, 768).As(h.Post(t, district, org.Dispatcher))
	tab.Open("/supervision?tab=objections").See("#list", "物业养护").Accessible().Shot("oversee-objections", false)
	tab.Click(`a[href*="`+o3.ID.Number()+`"]`).See("#pane", "审核异议").Accessible().Shot("oversee-objection", false)
	tab.Run(`document.querySelector("#convene").closest("details").open = true`)
	tab.Set("#convene-parties", "天河区住房和城乡建设局\n棠下街道城市管理办公室").Type("#convene-reason", "道路权属不清，需现场认定")
	tab.Click("#convene button[type=submit]").See("#pane", "作出会商决定")
	tab.Type("#conference-minutes", "4月1日现场会商：经查规划红线，该段为市政道路，由区住房和城乡建设局主办，街道城市管理办公室协助围蔽。")
	tab.Type("#conference-lead", "天河区住房和城乡建设局").Accessible().Shot("oversee-conference", true)
	tab.Click("#conference button.main").See("#pane", "有约束力").Shot("oversee-minutes", false).Quiet()
	if lead := h.State(t, s3.M.ID).Lead(); lead == nil || !lead.Bound || lead.Debtor != unit {
		t.Errorf("the decision binds nobody: %+v", lead)
	}
	if _, err := out.Object(ctx, h.As(t, handler), o3.ID, dispatch.Object{Reason: "还是不归我们"}); err == nil {
		t.Error("who is bound objected again")
	}

	// Nine days later two orders have passed their time; one card is appealed.
	h.Pass(9 * 24 * time.Hour)
	late(t, h, s1)
	late(t, h, s2)
	if _, err := supervision.New(h.Engine).AppealCard(ctx, h.As(t, handler), o1.ID, supervision.AppealCard{Colour: "YELLOW", Reason: "3月31日已补平，登记时写错了编号"}); err != nil {
		t.Fatal(err)
	}
	sup := desk.Tab(t, h.URL, 1366, 768).As(h.Post(t, watch, org.Supervisor))
	sup.Open("/supervision").See("#list", "登记时写错了编号").See("#list", "黄牌")
	for _, dark := range []bool{true, false} {
		sup.Look(dark).Accessible()
		if dark {
			sup.Shot("oversee-cards-dark", false)
		}
	}
	sup.Shot("oversee-cards", false)
	sup.Click(`a[href*="`+o1.ID.Number()+`"]`).See("#pane", "裁决黄牌申诉").Accessible().Shot("oversee-appeal", false)
	sup.Click("#card-yes").Type("#card-note", "核对照片时间，确已按时补平").Click("#card button.main").See("#pane", "已作废").Shot("oversee-lifted", false)
	if c := h.State(t, s1.M.ID).Orders[0].Cards; c[len(c)-1].State != order.CardVoid {
		t.Errorf("%+v", c)
	}

	// A letter about the other, its reply, and the word on it.
	sup.Click(`a[href*="`+o2.ID.Number()+`"]`).See("#pane", o2.ID.Number()).See("#pane", "发督办件")
	sup.Run(`document.querySelector("#letter").closest("details").open = true`)
	sup.Type("#letter-grounds", "超期两天未回复，坑边无围蔽，请当天围蔽并书面说明原因").Click("#letter button.grave").See("#says", "督办件已发出")
	var letter *order.Order
	for _, o := range h.State(t, s2.M.ID).Orders {
		if o.Kind == order.Supervision {
			letter = o
		}
	}
	if letter == nil || letter.Debtor != unit {
		t.Fatalf("no letter: %+v", letter)
	}
	if _, err := out.Respond(ctx, h.As(t, handler), letter.ID, answer("已围蔽，材料今天到，明天补平。原因：沥青供应中断。")); err != nil {
		t.Fatal(err)
	}
	sup.Open("/supervision?tab=letters").See("#list", "沥青供应中断").Accessible().Shot("oversee-letters", false)
	sup.Click(`a[href*="`+letter.ID.Number()+`"]`).See("#pane", "评判督办回复").Click("#reply-yes").Click("#reply button.main").See("#pane", "已办结").Shot("oversee-letter-done", false)

	// Last week's sample.
	sup.Open("/supervision/sample?week=2026-W13").See("#sample", "抽查规则").Click("#draw button").See("#sample", "抽中").See("#sample", "待核查").Accessible().Shot("oversee-sample", false)
	sup.Look(true).Accessible()
	month := "/supervision/process?unit=" + unit + "&month=2026-04"
	sup.Open(month).See(".table", "黄牌").Accessible().Look(false).Accessible().Shot("oversee-process", false).Quiet()
	// The assessor looks at what is asked not to count.
	ask := supervision.RequestExclusion{Ground: "FORCE_MAJEURE", Reason: "台风红色预警期间无法施工"}
	if _, err := supervision.New(h.Engine).RequestExclusion(ctx, h.As(t, handler), s2.M.ID, ask); err != nil {
		t.Fatal(err)
	}
	assessor := desk.Tab(t, h.URL, 1366, 768).As(h.Post(t, "440106-PG", org.Assessor))
	assessor.Open("/supervision?tab=exclusions").Click(`.queue a[href*="`+s2.M.ID.Number()+`"]`).See("#pane", "不可抗力")
	assessor.Run(`document.querySelector("#bulk details").open = true`).Accessible().Shot("oversee-exclusions", false).Quiet()
	narrow := desk.Tab(t, h.URL, 390, 844).As(h.Post(t, watch, org.Supervisor))
	wide := `document.documentElement.scrollWidth <= innerWidth`
	narrow.Open("/supervision").See("#list", "亮牌").Wait(wide).Accessible().Shot("oversee-narrow", false)
	narrow.Open("/supervision/orders/"+o2.ID.Number()).See("#pane", "催办").Wait(wide).Accessible().Shot("oversee-narrow-order", true)
	narrow.Open("/supervision/sample?week=2026-W13").Wait(wide).Shot("oversee-narrow-sample", false)
	narrow.Open(month).See(".table", "黄牌").Wait(wide).Accessible().Shot("oversee-narrow-process", false).Quiet()
}
