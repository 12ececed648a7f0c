package whistle_test

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/web/webtest"
)

const (
	street = "110108001"
	police = street + "-PCS"
	fire   = street + "-XFS"
)

// called lets somebody call about something urgent in the street.
func called(t *testing.T, h *webtest.House, text string) *engine.State {
	t.Helper()
	s, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Urgency: "EMERGENCY", Text: text, Place: street, Where: "万寿路口", Name: "陈女士", Phone: "13800138000",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func leg(t *testing.T, h *webtest.House, s *engine.State, unit string) *order.Order {
	t.Helper()
	for _, o := range h.State(t, s.M.ID).Orders {
		if o.Leg != nil && o.Debtor == unit {
			return o
		}
	}
	t.Fatalf("%s has no leg", unit)
	return nil
}

// The routes: who may, who may not, and what is refused changes nothing.
func TestAWhistleByItsPages(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	desk, other := h.Post(t, street+"-ZH", org.Dispatcher), h.Post(t, "110108002-ZH", org.Dispatcher)
	s := called(t, h, "供水主管爆裂，路面塌陷")
	no := s.M.ID.Number()
	if r := h.Get(t, desk, "/desk/"+no); r.Status != 200 || !r.Has(`/whistles/new/`+no) {
		t.Fatalf("the desk offers no whistle: %d", r.Status)
	}
	if r := h.Get(t, desk, "/whistles/new/"+no); r.Status != 200 || !r.Has(police) {
		t.Fatalf("the composer: %d", r.Status)
	}
	if r := h.Get(t, other, "/whistles/new/"+no); r.Status != 404 {
		t.Errorf("another street opens the composer: %d", r.Status)
	}
	form := webtest.Form("kind", "EMERGENCY", "why", "要几个部门一起到现场", "department", police, "department", fire, "lead", fire, "key", "k1")
	if r := h.Send(t, desk, "/whistles/new/"+no, webtest.Form("kind", "EMERGENCY", "why", "x", "key", "k0")); r.Status != 422 && r.Status != 400 {
		t.Errorf("nobody was called: %d", r.Status)
	}
	for range 2 { // a double click blows once
		if r := h.Send(t, desk, "/whistles/new/"+no, form); r.Status >= 400 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	if st := h.State(t, s.M.ID); len(st.M.Whistles) != 1 || st.M.Unit != fire {
		t.Fatalf("%+v led by %s", st.M.Whistles, st.M.Unit)
	}
	p := leg(t, h, s, police).ID.Number()
	if r := h.Get(t, desk, "/whistles"); !r.Has("/whistles/legs/"+p+"/confirm") || !r.Has(street+"-ZH-2026-0001") {
		t.Error("the board does not show the whistle")
	}
	if r := h.Get(t, other, "/whistles?unit="+street+"-ZH"); r.Has(no) {
		t.Error("another street sees the board")
	}
	handler := h.Post(t, police, org.Handler)
	if r := h.Send(t, handler, "/whistles/legs/"+p+"/confirm", webtest.Form("key", "k2")); r.Status != 403 {
		t.Errorf("a department confirms its own arrival: %d", r.Status)
	}
	if r := h.Send(t, handler, "/orders/"+p+"/arrive", webtest.Form("key", "k3")); r.Status != 200 {
		t.Errorf("arrive: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, desk, "/whistles/legs/"+p+"/waive", webtest.Form("reason", "", "key", "k4")); r.Status == 200 && !r.Has("fault") {
		t.Error("waived without a reason")
	}
	if r := h.Send(t, desk, "/whistles/legs/"+p+"/confirm", webtest.Form("key", "k5")); r.Status != 200 {
		t.Errorf("confirm: %d %s", r.Status, r.Body)
	}
	if r := h.Get(t, desk, "/matters/"+no); !r.Has(street+"-ZH-2026-0001") || !r.Has("吹哨") {
		t.Error("the matter's page does not tell of the whistle")
	}
	if r := h.Get(t, h.Post(t, street+"-ZH", org.Leader), "/wall/"+street); r.Status != 200 || !r.Has("应急处置哨") {
		t.Errorf("the wall does not show the whistle: %d", r.Status)
	}

	// Both are let go: the board says first whose part may be appraised, until it is.
	q := leg(t, h, s, fire).ID.Number()
	for key, leg := range map[string]string{"k6": p, "k7": q} {
		if r := h.Send(t, desk, "/whistles/legs/"+leg+"/waive", webtest.Form("reason", "险情已解除", "key", key)); r.Status != 200 {
			t.Errorf("waive: %d %s", r.Status, r.Body)
		}
	}
	if r := h.Get(t, desk, "/whistles"); !r.Has(`id="unrated"`) || !r.Has(`href="#stars-`+p+`"`) || !r.Has(`href="#stars-`+q+`"`) {
		t.Error("the board does not say whose part may be appraised")
	}
	if r := h.Send(t, desk, "/whistles/legs/"+p+"/appraise", webtest.Form("stars", "4", "key", "k8")); r.Status != 200 || r.Has(`href="#stars-`+p+`"`) || !r.Has(`href="#stars-`+q+`"`) {
		t.Errorf("appraised, it stands there still: %d", r.Status)
	}
	if r := h.Get(t, desk, "/whistles/health"); r.Status != 200 && r.Status != 403 {
		t.Errorf("health: %d", r.Status)
	}
}

// Journey 2 by its pages: a dispatcher and a department in two tabs.
func TestAWhistleInTwoTabs(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	s := called(t, h, "供水主管爆裂，路面塌陷，夜间车流大")
	b := webtest.Browse(t)
	desk := b.Tab(t, h.URL, 1366, 768).As(h.Post(t, street+"-ZH", org.Dispatcher))
	desk.Open("/desk/"+s.M.ID.Number()).See(".side", "吹哨叫部门").Shot("whistle-desk", false)
	desk.Keys('w').Wait(`location.pathname.startsWith("/whistles/new/")`).See("#blow", "派出所")
	for _, dark := range []bool{false, true} {
		desk.Look(dark).Accessible()
	}
	desk.Look(false).Shot("whistle-compose", false)
	desk.Run(`document.querySelectorAll("[name=department]").forEach(x => { x.checked = ["` + police + `", "` + fire + `"].includes(x.value) })`)
	desk.Run(`document.querySelector("#blow button.main").focus()`).Keys('\r').See("#board", street+"-ZH-2026-0001")

	unit := b.Tab(t, h.URL, 390, 844).As(h.Post(t, police, org.Handler))
	no := leg(t, h, s, police).ID.Number()
	wide := `document.documentElement.scrollWidth <= innerWidth`
	unit.Open("/orders/"+no).See("#state", "应急处置哨").Wait(wide).Accessible().Shot("whistle-leg-narrow", true)
	unit.Click("#sign button").See("#state", "正在来").Click("#arrive button").See("#state", "待确认")
	desk.Open("/whistles").See("#board", "待确认")
	for _, dark := range []bool{false, true} {
		desk.Look(dark).Accessible().Shot(map[bool]string{false: "whistle-board", true: "whistle-board-dark"}[dark], false)
	}
	desk.Look(false).Click("#confirm-"+no+" button").See("#leg-"+no, "已到场")
	unit.Open("/orders/"+no).Type("#f-text", "已封闭道路，疏导车辆").Click("#respond button.main").See("#state", "已回复")
	desk.Open("/whistles").See("#leg-"+no, "已封闭道路").Click("#leg-" + no + " summary")
	desk.Type("#release-why-"+no, "处置得当").Click("#release-"+no+" button").See("#leg-"+no, "已放行")
	unit.Open("/orders/"+no).See("#pane", "评价这次吹哨").Accessible().Shot("whistle-appraise-narrow", true)
	unit.Click("#appraise button").See("#says", "评价已记下")
	desk.Size(390, 844).Open("/whistles").Wait(wide).Accessible().Shot("whistle-board-narrow", true)
	desk.Look(true).Shot("whistle-board-narrow-dark", true)
	desk.Size(1366, 768).Look(false).Open("/matters/"+s.M.ID.Number()).See("main", "放行").Shot("whistle-story", true).Quiet()
	unit.Quiet()
}

// A street that found something itself calls departments on one form: without
// anybody's call, in one command.
func TestAStreetRaisesAndBlows(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	desk, handler := h.Post(t, street+"-ZH", org.Dispatcher), h.Post(t, police, org.Handler)
	if r := h.Get(t, desk, "/whistles"); !r.Has(`href="/whistles/raise"`) {
		t.Error("the board does not lead to the form")
	}
	if r := h.Get(t, handler, "/whistles"); r.Has(`href="/whistles/raise"`) {
		t.Error("a department is offered what it may not do")
	}
	if r := h.Send(t, handler, "/whistles/raise", webtest.Form("kind", "EMERGENCY", "text", "x", "why", "x", "place", street, "department", fire, "key", "p0")); r.Status != 403 {
		t.Errorf("a department blows: %d", r.Status)
	}
	if r := h.Send(t, desk, "/whistles/raise", webtest.Form("kind", "EMERGENCY", "text", "", "why", "x", "place", street, "department", fire, "key", "p1")); r.Status != 422 {
		t.Errorf("nothing happened, and the whistle is blown: %d", r.Status)
	}
	two := webtest.Form("kind", "EMERGENCY", "text", "两处违建", "why", "x", "place", street, "place", street+"001", "department", fire, "key", "p2")
	if r := h.Send(t, desk, "/whistles/raise", two); !r.Has("一事一通知") {
		t.Errorf("one notice about two places: %d", r.Status)
	}
	form := webtest.Form("kind", "EMERGENCY", "text", "供水主管爆裂", "where", "万寿路口", "why", "街道没有停水权限", "place", street, "department", fire, "department", police, "key", "p3")
	for range 2 {
		if r := h.Send(t, desk, "/whistles/raise", form); r.Status >= 400 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	if r := h.Get(t, desk, "/whistles"); !r.Has(street+"-ZH-2026-0001") || r.Has(street+"-ZH-2026-0002") || !r.Has("万寿路口") {
		t.Error("the board does not show the one whistle")
	}
	if !webtest.BrowserOff() {
		tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(desk)
		tab.Open("/whistles/raise").See("#raise", "发生了什么")
		for _, dark := range []bool{false, true} {
			tab.Look(dark).Accessible().Shot(map[bool]string{false: "whistle-raise", true: "whistle-raise-dark"}[dark], false)
		}
		tab.Look(false).Open("/whistles/health").See("#health", "来呼中吹哨的比例").Accessible().Shot("whistle-health", false)
		tab.Size(390, 844).Open("/whistles/raise").Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Shot("whistle-raise-narrow", true).Quiet()
	}
}

// Teams near an event are offered by their bases and sent at once; what, how and
// how well is asked of each, the third of who sent it.
func TestTeamsAreSentByTheirPage(t *testing.T) {
	h := webtest.Open(t)
	const wushan = "440106001"
	lon, lat := 0.0, 0.0
	for _, b := range h.Engine.City().Bases {
		if b.Unit == wushan+"-ZFD" {
			lon, lat = b.Lon, b.Lat
		}
	}
	s, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Urgency: "EMERGENCY", Text: "出租屋冒烟", Place: wushan, Lon: &lon, Lat: &lat, CRS: "WGS84", Name: "陈女士", Phone: "13800138000",
	})
	if err != nil {
		t.Fatal(err)
	}
	no := s.M.ID.Number()
	desk, other := h.Post(t, wushan+"-ZH", org.Dispatcher), h.Post(t, "440106002-ZH", org.Dispatcher)
	if r := h.Get(t, desk, "/desk/"+no); !r.Has("/teams/" + no) {
		t.Error("the desk offers no teams")
	}
	if r := h.Get(t, other, "/teams/"+no); r.Status != 404 {
		t.Errorf("another street sees the offer: %d", r.Status)
	}
	if r := h.Get(t, desk, "/teams/"+no+"?metres=50000"); r.Status != 200 || !r.Has(wushan+"-ZFD/执法") {
		t.Fatalf("the offer: %d", r.Status)
	}
	if r := h.Send(t, desk, "/teams/"+no, webtest.Form("key", "t0")); !r.Has("至少选择一支") {
		t.Errorf("nobody was sent: %d", r.Status)
	}
	if !webtest.BrowserOff() {
		tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(desk)
		tab.Open("/teams/"+no+"?metres=5000").See("#send", "一键调度")
		for _, dark := range []bool{false, true} {
			tab.Look(dark).Accessible().Shot(map[bool]string{false: "teams", true: "teams-dark"}[dark], false)
		}
		tab.Look(false).Size(390, 844).Open("/teams/"+no).Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Shot("teams-narrow", true).Quiet()
	}
	form := webtest.Form("team", wushan+"-YJB/应急救援", "team", wushan+"-PCS/治安", "content", "疏散", "key", "t1")
	for range 2 {
		if r := h.Send(t, desk, "/teams/"+no, form); r.Status >= 400 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	st := h.State(t, s.M.ID)
	if len(st.Orders) != 2 || st.Orders[0].Team == "" {
		t.Fatalf("%d teams were sent", len(st.Orders))
	}
	unit := st.Orders[1].Debtor
	path, handler := "/orders/"+st.Orders[1].ID.Number(), h.Post(t, unit, org.Handler)
	if r := h.Get(t, handler, path); !r.Has("怎么干的") {
		t.Error("the second question is not asked")
	}
	if r := h.Send(t, handler, path+"/respond", webtest.Form("text", "疏散十人", "key", "t2")); r.Status != 422 {
		t.Errorf("answered without saying how: %d", r.Status)
	}
	if r := h.Send(t, handler, path+"/respond", webtest.Form("text", "疏散十人", "how", "逐层敲门", "key", "t3")); r.Status != 200 || !r.Has("逐层敲门") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, desk, "/matters/"+no); !r.Has("逐层敲门") {
		t.Error("the story does not tell how")
	}
}

// Who may not blow asks the street to; the street may say when somebody came.
func TestADepartmentAsksAndTheStreetSaysWhen(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	s := called(t, h, "地下管线漏水")
	no := s.M.ID.Number()
	desk := h.Post(t, street+"-ZH", org.Dispatcher)
	d := dispatch.New(h.Engine)
	cmd := h.As(t, desk)
	if _, err := h.Engine.On(t.Context(), cmd, "give", s.M.ID, func(f *matter.File, do engine.Do) error {
		if err := do(func() error { return f.Verify(matter.Verification{}) }); err != nil {
			return err
		}
		return do(func() error { return f.Triage(duty.Public, "", "抢修") })
	}); err != nil {
		t.Fatal(err)
	}
	st, err := d.Issue(t.Context(), cmd, s.M.ID, dispatch.Issue{Orders: []dispatch.Given{{Debtor: police}}})
	if err != nil {
		t.Fatal(err)
	}
	order := st.Orders[0].ID.Number()
	handler := h.Post(t, police, org.Handler)
	if r := h.Get(t, handler, "/orders/"+order); !r.Has("请街道吹哨") {
		t.Error("the department cannot ask")
	}
	if r := h.Send(t, handler, "/orders/"+order+"/ask-whistle", webtest.Form("reason", "", "key", "a0")); r.Status != 422 {
		t.Errorf("asked without a reason: %d", r.Status)
	}
	if r := h.Send(t, handler, "/orders/"+order+"/ask-whistle", webtest.Form("reason", "要水务同时到场", "key", "a1")); r.Status != 200 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	form := webtest.Form("kind", "EMERGENCY", "why", "要几个部门一起到现场", "department", fire, "key", "a2")
	if r := h.Send(t, desk, "/whistles/new/"+no, form); r.Status >= 400 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	h.Pass(20 * time.Minute)
	p := leg(t, h, s, fire).ID.Number()
	at := webtest.Now.Add(10 * time.Minute)
	if r := h.Send(t, desk, "/whistles/legs/"+p+"/confirm", webtest.Form("at", webtest.Now.Add(-time.Hour).Format("2006-01-02T15:04"), "key", "a3")); !r.Has("到场时间") {
		t.Errorf("there before it was called: %d", r.Status)
	}
	if r := h.Send(t, desk, "/whistles/legs/"+p+"/confirm", webtest.Form("at", at.Format("2006-01-02T15:04"), "key", "a4")); r.Status != 200 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if got := leg(t, h, s, fire).Leg.Confirmed.Time(); !got.Equal(at) {
		t.Errorf("there at %v", got)
	}
}
