package roster_test

import (
	"testing"

	"huying/internal/desk/registry"
	desk "huying/internal/desk/roster"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/web/webtest"
)

const (
	street = "110108001"
	town   = street + "-ZH"
)

// today and the day after are those of the played city.
var (
	today    = webtest.Now.Format("2006-01-02")
	tomorrow = webtest.Now.AddDate(0, 0, 1).Format("2006-01-02")
)

func actor(t *testing.T, h *webtest.House) access.Actor {
	t.Helper()
	a, err := registry.ActorOf(h.Engine.City(), town, org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The routes: who may, who may not, and what is refused changes nothing.
func TestRostersByTheirPages(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	clerk, other := h.Post(t, town, org.Dispatcher), h.Post(t, "110108002-ZH", org.Dispatcher)
	if r := h.Get(t, clerk, "/rosters"); r.Status != 200 || !r.Has("现在谁值守") || !r.Has("编制名册") {
		t.Fatalf("the board: %d", r.Status)
	}
	if r := h.Get(t, other, "/rosters?place="+street); r.Status != 403 {
		t.Errorf("another street reads the roster: %d", r.Status)
	}
	if r := h.Get(t, clerk, "/rosters?place=999"); r.Status < 400 {
		t.Errorf("a place that is none: %d", r.Status)
	}
	form := webtest.Form("from", today, "to", tomorrow, "begin.0", "08:00", "end.0", "20:00", "post.0", town+"/DISPATCHER", "place", street, "key", "r1")
	if r := h.Send(t, clerk, "/rosters/duty", webtest.Form("from", tomorrow, "to", today, "begin.0", "08:00", "end.0", "20:00", "post.0", town+"/DISPATCHER", "key", "r0")); !r.Has("起止日期") {
		t.Errorf("a plan that ends before it begins: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, clerk, "/rosters/duty", webtest.Form("from", today, "to", today, "begin.0", "8点", "end.0", "20:00", "post.0", town+"/DISPATCHER", "key", "r2")); !r.Has("看不懂") {
		t.Errorf("hours that cannot be read: %d", r.Status)
	}
	for range 2 { // a double click registers once
		if r := h.Send(t, clerk, "/rosters/duty", form); r.Status >= 400 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	plans, err := desk.New(h.Engine).Duties(t.Context(), actor(t, h), desk.Filter{Unit: town}, 0, 10)
	if err != nil || len(plans) != 1 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	no := plans[0].ID.Number()
	if r := h.Get(t, clerk, "/rosters"); !r.Has("空班") || !r.Has("/rosters/duty/"+no+"/fill") {
		t.Error("the board does not show the gap")
	}
	gap := webtest.Form("from", today+"T20:00", "to", tomorrow+"T08:00", "post", town+"/HEAD", "place", street, "key", "r3")
	if r := h.Send(t, other, "/rosters/duty/"+no+"/fill", gap); r.Status != 404 && r.Status != 403 {
		t.Errorf("another street fills the gap: %d", r.Status)
	}
	if r := h.Send(t, clerk, "/rosters/duty/"+no+"/fill", gap); r.Status >= 400 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, clerk, "/rosters/duty/"+no+"/withdraw", webtest.Form("rev", "1", "place", street, "key", "r4")); !r.Has("别人") && r.Status != 409 {
		t.Errorf("withdrawn by a page that is out of date: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, clerk, "/rosters/platform", webtest.Form("place", street, "core", street+"-ZFD", "seats", "1", "unit.0", street+"-PCS", "post.0", street+"-PCS/HANDLER", "key", "r5")); r.Status >= 400 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	drafts, err := desk.New(h.Engine).Platforms(t.Context(), actor(t, h), desk.Filter{Town: street}, 0, 10)
	if err != nil || len(drafts) != 1 {
		t.Fatalf("%d drafts, %v", len(drafts), err)
	}
	if r := h.Send(t, clerk, "/rosters/platform/"+drafts[0].ID.Number()+"/publish", webtest.Form("place", street, "key", "r6")); !r.Has("没有人常驻") {
		t.Errorf("a platform with gaps is published: %d", r.Status)
	}
}

// A street clerk staffs the desk for the night and publishes the platform.
func TestAClerkStaffsTheDesk(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	b := webtest.Browse(t)
	wide := `document.documentElement.scrollWidth <= innerWidth`
	clerk := b.Tab(t, h.URL, 1366, 768).As(h.Post(t, town, org.Dispatcher))
	clerk.Open("/rosters").See("#rosters", "现在谁值守")
	clerk.Run(`document.querySelector("#register [name=from]").value = "` + today + `"`)
	clerk.Run(`document.querySelector("#register [name=to]").value = "` + tomorrow + `"`)
	clerk.Run(`document.querySelector("#register [name='post.0']").value = "` + town + `/DISPATCHER"`)
	clerk.Click("#register button.main").See("#rosters", "空班")
	for _, dark := range []bool{false, true} {
		clerk.Look(dark).Accessible().Shot(map[bool]string{false: "roster-gaps", true: "roster-gaps-dark"}[dark], false)
	}
	clerk.Look(false).Run(`document.querySelector(".gap select").value = "`+town+`/HEAD"`).Click(".gap button").See("#says", "补排")
	clerk.Run(`document.querySelectorAll("#draft select").forEach(s => { s.selectedIndex = 1 })`)
	clerk.Run(`document.querySelectorAll("#draft [name^='title.']").forEach(s => { s.value = "联络岗" })`)
	clerk.Run(`document.querySelectorAll("#draft [name^='phone.']").forEach(s => { s.value = "010-12345678" })`)
	clerk.Click("#draft button").See("#says", "草稿").Click("#publish button").See("#says", "发布")
	clerk.Click("#try-5 button[value=false]").See("#says", "测试结果").Accessible().Shot("roster-platform", true)
	clerk.Size(390, 844).Open("/rosters").Wait(wide).Accessible().Shot("roster-narrow", true)
	clerk.Look(true).Shot("roster-narrow-dark", true)
	clerk.Quiet()
}

// The wall shows a desk that nobody watches, and who takes what cannot wait.
func TestTheWallShowsWhoIsMissing(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	in := desk.NewDuty{From: 20260331, To: 20260331, Shifts: []desk.Shift{{Day: 20260331, From: "12:00", To: "24:00", Post: town + "/DISPATCHER"}}}
	if _, err := desk.New(h.Engine).Register(t.Context(), engine.Command{Actor: actor(t, h), At: webtest.Now}, in); err != nil {
		t.Fatal(err)
	}
	leader := h.Post(t, town, org.Leader)
	if r := h.Get(t, leader, "/wall/"+street); r.Status != 200 || !r.Has("无人值守") || !r.Has("紧急的转海淀区") {
		t.Errorf("the wall: %d", r.Status)
	}
	if webtest.BrowserOff() {
		return
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1920, 1080).As(leader)
	tab.Open("/wall/"+street).See("body", "无人值守").Shot("roster-wall", false).Quiet()
}
