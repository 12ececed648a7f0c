package powers_test

import (
	"regexp"
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/store/storetest"
	"huying/internal/web/webtest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const (
	street   = "440106001"
	district = "440106"
	agency   = street + "-SJS/HANDLER"
)

// cast is who comes to these pages.
type cast struct{ bureau, committee, organiser, other, assessor, watch, clerk, head, observer, keeper string }

func posts(t *testing.T, h *webtest.House) cast {
	t.Helper()
	return cast{
		bureau: h.Post(t, district+"-SJ", org.Handler), committee: h.Post(t, street+"-DGW", org.Secretary), organiser: h.Post(t, district+"-DW", org.Organiser),
		other: h.Post(t, "440103001-DGW", org.Secretary), assessor: h.Post(t, district+"-PG", org.Assessor), watch: h.Post(t, district+"-JW", org.Supervisor),
		clerk: h.Post(t, street+"-ZH", org.Handler), head: h.Post(t, street+"-ZH", org.Leader), observer: h.Post(t, street+"-DGW", org.Observer),
		keeper: h.Post(t, district+"-DW", org.Keeper),
	}
}

var numbers = regexp.MustCompile(`/powers/[a-z]+/(\d{8}-[0-9A-Z]+-[0-9A-Z])`)

// made is the number in the address that an act led to.
func made(t *testing.T, r webtest.Reply) string {
	t.Helper()
	m := numbers.FindStringSubmatch(r.Header.Get("HX-Redirect"))
	if m == nil {
		t.Fatalf("%d %s %.300s", r.Status, r.Header.Get("HX-Redirect"), r.Body)
	}
	return m[1]
}

func sent(t *testing.T, r webtest.Reply) {
	t.Helper()
	if r.Status != 204 {
		t.Fatalf("%d %.400s", r.Status, r.Body)
	}
}

func refused(t *testing.T, r webtest.Reply, code string) {
	t.Helper()
	if r.Status < 400 || !r.Has(`data-code="`+code+`"`) {
		t.Fatalf("wanted %s: %d %.400s", code, r.Status, r.Body)
	}
}

func TestAGateIsProposedAskedAndFinished(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	form := webtest.Form("kind", "APPOINTMENT", "title", "调整所负责人", "post", agency, "key", "k1")
	gate := made(t, h.Send(t, c.bureau, "/powers/gates", form))
	if again := made(t, h.Send(t, c.bureau, "/powers/gates", form)); again != gate {
		t.Errorf("sent twice it made %s and %s", gate, again)
	}
	path := "/powers/gates/" + gate
	refused(t, h.Send(t, c.bureau, path+"/finish", webtest.Form()), "gate.consult_pending")
	if r := h.Get(t, c.other, path); r.Status != 404 {
		t.Errorf("another street reads the proposal: %d", r.Status)
	}
	inbox := h.Get(t, c.committee, "/powers/inbox")
	m := regexp.MustCompile(`action="/powers/inbox/([^"]+)"`).FindStringSubmatch(inbox.Body)
	if m == nil || !inbox.Has("调整所负责人") || !inbox.Has("到期不答复视为无异议") {
		t.Fatalf("the inbox: %.600s", inbox.Body)
	}
	refused(t, h.Send(t, c.committee, "/powers/inbox/"+m[1], webtest.Form("result", "PERHAPS", "text", "x")), "opinion.result_unknown")
	refused(t, h.Send(t, c.committee, "/powers/inbox/"+m[1], webtest.Form("result", "DISAGREE", "text", "坏\u202e字")), "text.control_character")
	refused(t, h.Send(t, c.other, "/powers/inbox/"+m[1], webtest.Form("result", "AGREE", "text", "x")), "matter.not_found")
	sent(t, h.Send(t, c.committee, "/powers/inbox/"+m[1], webtest.Form("result", "DISAGREE", "text", "建议留任")))
	refused(t, h.Send(t, c.bureau, path+"/finish", webtest.Form()), "gate.reasons_needed")
	refused(t, h.Send(t, c.bureau, path+"/finish", webtest.Form("reasons", strings.Repeat("长", 20001))), "text.too_long")
	refused(t, h.Send(t, c.bureau, path+"/finish", webtest.Form("reasons", "x", "rev", "77")), "record.changed_meanwhile")
	sent(t, h.Send(t, c.bureau, path+"/finish", webtest.Form("reasons", "任期已满")))
	if r := h.Get(t, c.organiser, "/powers/exceptions"); !r.Has("任期已满") || !r.Has("建议留任") {
		t.Errorf("the exceptions: %.400s", r.Body)
	}
	refused(t, h.Send(t, c.bureau, path+"/drop", webtest.Form("reason", "x")), "gate.decided")

	doc := made(t, h.Send(t, c.bureau, "/powers/gates", webtest.Form("kind", "APPRAISAL_DOCUMENT", "title", "年度考核", "post", agency, "year", "2025")))
	if r := h.Get(t, c.committee, "/powers/gates/"+doc); !r.Has(`id="sign"`) {
		t.Errorf("the street cannot sign: %.400s", r.Body)
	}
	sent(t, h.Send(t, c.committee, "/powers/gates/"+doc+"/sign", webtest.Form("grade", "EXCELLENT", "text", "表现突出")))
	if r := h.Get(t, c.bureau, "/powers/gates/"+doc); !r.Has("优秀") || r.Has(`id="sign"`) {
		t.Errorf("the parent sees no document, or could sign: %.400s", r.Body)
	}
	plan := made(t, h.Send(t, c.bureau, "/powers/gates", webtest.Form("kind", "PLANNING", "title", "片区规划", "places", street)))
	refused(t, h.Send(t, c.bureau, "/powers/gates/"+plan+"/finish", webtest.Form()), "gate.not_asked")
	sent(t, h.Send(t, c.bureau, "/powers/gates/"+plan+"/ask", webtest.Form("unit", street+"-DGW")))
	sent(t, h.Send(t, c.bureau, "/powers/gates/"+plan+"/drop", webtest.Form("reason", "暂缓")))
}

func TestPowersRecommendationsAndLiaison(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	refused(t, h.Send(t, c.committee, "/powers/recommendations", webtest.Form("kind", "REWARD", "title", "嘉奖", "text", "值守", "post", agency)), "power.not_held")
	grant := webtest.Form("holder", street+"-DGW", "act", "grant", "code", "RECOMMEND_PERSONNEL", "basis", "区委办〔2026〕1号", "from", "2026-03-01", "to", "2026-12-31")
	sent(t, h.Send(t, c.organiser, "/powers/register", grant))
	if r := h.Get(t, c.committee, "/powers/register"); !r.Has("区委办〔2026〕1号") || !r.Has("2026-12-31") {
		t.Errorf("the register: %.400s", r.Body)
	}
	if r := h.Get(t, c.committee, "/powers/register?unit=NO"); r.Status != 404 {
		t.Errorf("no such unit: %d", r.Status)
	}
	sent(t, h.Send(t, c.committee, "/powers/recommendations", webtest.Form("kind", "REWARD", "title", "建议嘉奖", "text", "值守", "post", agency)))
	if r := h.Get(t, c.bureau, "/powers/recommendations"); !r.Has("建议嘉奖") {
		t.Errorf("the receiver sees nothing: %.400s", r.Body)
	}
	sent(t, h.Send(t, c.organiser, "/powers/liaison", webtest.Form("kind", "LEADER", "post", district+"-DW/HANDLER", "place", street)))
	page := h.Get(t, c.clerk, "/powers/liaison")
	m := regexp.MustCompile(`action="/powers/liaison/([^"]+)/raise"`).FindStringSubmatch(page.Body)
	if m == nil {
		t.Fatalf("nothing can be raised: %.600s", page.Body)
	}
	sent(t, h.Send(t, c.clerk, "/powers/liaison/"+m[1]+"/raise", webtest.Form("title", "道口改造")))
	if r := h.Get(t, c.organiser, "/powers/liaison"); !r.Has("道口改造") {
		t.Errorf("the item is not shown: %.400s", r.Body)
	}
	sent(t, h.Send(t, c.organiser, "/powers/liaison/"+m[1]+"/end", webtest.Form()))
	if r := h.Get(t, c.organiser, "/powers"); r.Status != 303 {
		t.Errorf("the first page: %d", r.Status)
	}
}

func TestEntriesForcesAndFunds(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	s, o := h.Ordered(t, "SZ0101", street, "路面塌了一个坑")
	entry := webtest.Form("unit", o.Debtor, "rule", "N1", "facts", o.ID.Number(), "text", "逾期未办")
	sent(t, h.Send(t, c.assessor, "/powers/entries", entry))
	page := h.Get(t, c.watch, "/powers/entries")
	if !page.Has("逾期未办") || page.Has("/settle\"") {
		t.Errorf("it can be decided before the unit could object: %.400s", page.Body)
	}
	if r := h.Get(t, h.Post(t, o.Debtor, org.Handler), "/powers/entries"); !r.Has("逾期未办") {
		t.Errorf("the unit does not see it: %.400s", r.Body)
	}

	force := made(t, h.Send(t, c.organiser, "/powers/forces", webtest.Form("name", "突击队", "purpose", "保供", "place", district, "members", district+"-KG/HANDLER",
		"to", "2026-04-30", "indicator", "日产量", "baseline", "100000", "target", "2000000")))
	refused(t, h.Send(t, c.organiser, "/powers/forces/"+force+"/charge", webtest.Form("unit", district+"-KG", "title", "x", "due", "某天")), "time.malformed")
	sent(t, h.Send(t, c.organiser, "/powers/forces/"+force+"/charge", webtest.Form("unit", district+"-KG", "title", "协调布料", "text", "每日上报到货量", "due", "2026-04-10")))
	sent(t, h.Send(t, c.organiser, "/powers/forces/"+force+"/measure", webtest.Form("actual", "500000")))
	refused(t, h.Send(t, c.organiser, "/powers/forces/"+force+"/close", webtest.Form("report", "x")), "force.still_running")
	if r := h.Get(t, c.organiser, "/powers/forces/"+force); !r.Has("协调布料") || !r.Has("500 000") {
		t.Errorf("the force: %.400s", r.Body)
	}

	fund := made(t, h.Send(t, c.organiser, "/powers/funds", webtest.Form("holder", street+"-ZH", "name", "2026年经费", "source", "BUDGET", "year", "2026", "granted", "3000000")))
	path := "/powers/funds/" + fund
	refused(t, h.Send(t, c.clerk, path+"/pay", webtest.Form("way", "out", "amount", "120.5", "purpose", "路灯", "payee", "照明公司")), "fund.payment_without_decision")
	refused(t, h.Send(t, c.clerk, path+"/pay", webtest.Form("way", "out", "amount", "一百", "purpose", "路灯", "payee", "照明公司", "decision", "会议")), "form.no_number")
	sent(t, h.Send(t, c.clerk, path+"/pay", webtest.Form("way", "out", "amount", "120.5", "purpose", "路灯", "payee", "照明公司", "decision", "3月30日办公会", "matter", s.M.ID.Number())))
	m := regexp.MustCompile(`action="/powers/lines/([^"]+)/approve"`).FindStringSubmatch(h.Get(t, c.head, path).Body)
	if m == nil {
		t.Fatal("the head cannot approve")
	}
	if r := h.Get(t, c.clerk, path); r.Has("/approve\"") {
		t.Error("whoever proposed it could approve it")
	}
	sent(t, h.Send(t, c.head, "/powers/lines/"+m[1]+"/approve", webtest.Form("fund", fund)))
	if r := h.Get(t, c.head, path); !r.Has("2 999 879.50") || !r.Has("−120.50") {
		t.Errorf("the ledger: %.900s", r.Body)
	}
	sent(t, h.Send(t, c.head, "/powers/lines/"+m[1]+"/publish", webtest.Form("fund", fund)))
	sent(t, h.Send(t, c.clerk, "/powers/lines/"+m[1]+"/reverse", webtest.Form("fund", fund, "reason", "重复")))
	if r := h.Get(t, c.other, path); r.Status != 404 {
		t.Errorf("another district reads the fund: %d", r.Status)
	}
	if r := h.Get(t, c.clerk, "/powers/funds"); !r.Has("2026年经费") {
		t.Errorf("the funds: %.300s", r.Body)
	}
}

func TestTheChannelNamesNobody(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	observed := h.Post(t, district+"-CG", org.Handler)
	sent(t, h.Send(t, c.observer, "/channel", webtest.Form("unit", district+"-CG", "topic", "FORMS", "text", "一周三张表", "key", "k")))
	mine := h.Get(t, c.observer, "/channel")
	m := regexp.MustCompile(`action="/channel/([^"]+)/retaliation"`).FindStringSubmatch(mine.Body)
	if m == nil || !mine.Has("一周三张表") {
		t.Fatalf("the observer: %.400s", mine.Body)
	}
	seen := h.Get(t, observed, "/powers/observed")
	if !seen.Has("一周三张表") || seen.Has("观察员岗") || seen.Has(street) {
		t.Errorf("the observed unit: %.600s", seen.Body)
	}
	if r := h.Get(t, c.keeper, "/channel"); !r.Has("一周三张表") || r.Has(c.observer) {
		t.Errorf("the keeper: %.600s", r.Body)
	}
	refused(t, h.Send(t, h.Post(t, "440106002-DGW", org.Observer), "/channel/"+m[1]+"/retaliation", webtest.Form("text", "x")), "record.not_found")
	sent(t, h.Send(t, c.observer, "/channel/"+m[1]+"/retaliation", webtest.Form("text", "被要求写检查")))
	refused(t, h.Send(t, c.observer, "/channel", webtest.Form("unit", street+"-CGB", "topic", "FORMS", "text", "x")), "observation.upper_only")
	if r := h.Get(t, observed, "/channel"); r.Status != 303 {
		t.Errorf("whoever has no part in the channel: %d", r.Status)
	}
}

// A commissioner and the liaison of an enterprise sit in a town's office and are
// assigned at the page; the commissioner, and no other post, raises an item for
// its community.
func TestACommissionerIsAssignedAtThePage(t *testing.T) {
	h := webtest.OpenPack(t, "beijing", webtest.Now)
	const street = "110101001"
	organiser := h.Post(t, "110101-DW", org.Organiser)
	commissioner, other := h.Post(t, street+"-SQB", org.Supervisor), h.Post(t, street+"-SQB", org.Handler)
	community := h.Engine.City().Territory.Children(street)[0].Code
	if r := h.Get(t, organiser, "/powers/liaison?kind=COMMISSIONER&town="+street); !r.Has(`value="`+street+`-SQB/SUPERVISOR"`) || !r.Has(`value="`+community+`"`) {
		t.Fatalf("the page offers no commissioner: %d", r.Status)
	}
	if r := h.Get(t, organiser, "/powers/liaison?kind=ENTERPRISE&town="+street); !r.Has(`name="enterprise"`) || !r.Has(`value="`+street+`"`) {
		t.Errorf("the page offers no liaison of an enterprise: %d", r.Status)
	}
	if r := h.Get(t, organiser, "/powers/liaison?kind=WITCH&town=999"); r.Status != 200 || !r.Has(`name="kind" value="LEADER"`) {
		t.Errorf("a kind that there is none of: %d", r.Status)
	}
	sent(t, h.Send(t, organiser, "/powers/liaison", webtest.Form("kind", "COMMISSIONER", "post", street+"-SQB/SUPERVISOR", "place", community)))
	raise := regexp.MustCompile(`action="(/powers/liaison/[^"]+/raise)"`)
	m := raise.FindStringSubmatch(h.Get(t, commissioner, "/powers/liaison").Body)
	if m == nil {
		t.Fatal("the commissioner cannot raise")
	}
	if raise.MatchString(h.Get(t, other, "/powers/liaison").Body) {
		t.Error("another post of the office is offered what it would be refused")
	}
	if r := h.Send(t, other, m[1], webtest.Form("title", "不是专员")); r.Status != 404 {
		t.Errorf("another post raises: %d", r.Status)
	}
	sent(t, h.Send(t, commissioner, m[1], webtest.Form("title", "充电桩选址")))
	if r := h.Get(t, commissioner, "/powers/liaison"); !r.Has("充电桩选址") {
		t.Error("the item is not shown")
	}
	if webtest.BrowserOff() {
		return
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(organiser)
	tab.Open("/powers/liaison?kind=COMMISSIONER&town="+street).See("#assign", "社区建设办公室").Accessible().Shot("powers-commissioner", false)
	tab.Size(390, 844).Open("/powers/liaison").Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Shot("powers-tabs-narrow", false)
	tab.Click(".tabmenu summary").Wait(`document.querySelector(".tabmenu details").open`).Accessible().Shot("powers-tabs-narrow-open", false)
	tab.Look(true).Shot("powers-tabs-narrow-dark", false).Quiet()
}
