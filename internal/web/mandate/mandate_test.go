package mandate_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	desk "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

const (
	district = "440106"
	street   = "440106001"
)

const good = "编码,上级编码,事项名称,类别,牵头单位,配合单位,依据\nA,,市容,,,,\nA1,A,暴露垃圾清理,基本履职,TOWN:CGB,,示例依据\nA2,A,建筑垃圾清理,配合履职,DISTRICT:CG,TOWN:CGB,示例依据\nA3,A,违法建设处罚,上级收回,DISTRICT:CG,,示例依据\n"

// upload sends a file of a list as a form does.
func upload(t *testing.T, h *webtest.House, post, body string, keep bool) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fields := map[string]string{"kind": "STREET_TASKS", "place": street, "name": "五山街道清单", "source": "示例文件", "key": t.Name()}
	if keep {
		fields["keep"] = "true"
	}
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", "list.csv")
	if err == nil {
		_, err = f.Write([]byte(body))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return h.Do(t, "POST", post, "/duties", &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true"})
}

func TestAListIsLookedAtKeptAndApproved(t *testing.T) {
	h := webtest.Open(t)
	organiser, lawyer, head := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-SF", org.LegalReviewer), h.Post(t, district+"-ZFB", org.Leader)
	if r := h.Get(t, organiser, "/"); r.Header.Get("Location") != "/duties" {
		t.Errorf("the organisation desk begins at %s", r.Header.Get("Location"))
	}
	if r := upload(t, h, organiser, good, false); r.Status != 200 || !r.Has("1/3") || !r.Has("违法建设处罚") {
		t.Fatalf("the preview: %d %s", r.Status, r.Body)
	}
	if r := upload(t, h, organiser, good+"A3,A,又一次,基本履职,TOWN:CGB,,\n", true); r.Status != 422 || !r.Has("list_row.duplicate") {
		t.Fatalf("a list with a mistake: %d %s", r.Status, r.Body)
	}
	if r := upload(t, h, h.Post(t, district+"-CG", org.Handler), good, true); r.Status != 403 {
		t.Fatalf("a bureau imports: %d", r.Status)
	}
	if r := h.Get(t, organiser, "/duties"); r.Has("五山街道清单") {
		t.Fatal("a refused list was kept")
	}
	kept := upload(t, h, organiser, good, true)
	page := kept.Header.Get("HX-Redirect")
	if again := upload(t, h, organiser, good, true); again.Header.Get("HX-Redirect") != page {
		t.Errorf("sent twice: %s and %s", page, again.Header.Get("HX-Redirect"))
	}
	if r := h.Get(t, lawyer, "/duties"); !r.Has("待审核") || !r.Has("五山街道清单") {
		t.Fatalf("the legal reviewer is not told: %s", r.Body)
	}
	act := func(post, step string, pairs ...string) webtest.Reply {
		return h.Send(t, post, page+"/"+step, webtest.Form(pairs...))
	}
	if r := act(organiser, "review", "pass", "true"); r.Status != 403 {
		t.Errorf("the author reviews: %d", r.Status)
	}
	if r := act(head, "approve"); r.Status != 409 {
		t.Errorf("approved out of order: %d", r.Status)
	}
	if r := act(lawyer, "review", "pass", "true"); r.Status >= 400 {
		t.Fatalf("the review: %d %s", r.Status, r.Body)
	}
	act(organiser, "consult")
	if r := act(head, "approve"); r.Status != 409 || !r.Has("list.opinions_open") {
		t.Fatalf("approved while opinions are open: %d %s", r.Status, r.Body)
	}
	secretary := h.Post(t, street+"-DGW", org.Secretary)
	r := h.Get(t, secretary, page)
	_, rest, _ := strings.Cut(r.Body, `action="/opinions/`)
	no, _, _ := strings.Cut(rest, `"`)
	if no == "" {
		t.Fatalf("the street is not asked: %s", r.Body)
	}
	if r := h.Send(t, h.Post(t, "440106002-DGW", org.Secretary), "/opinions/"+no, webtest.Form("result", "AGREE", "text", "同意")); r.Status != 404 && r.Status != 403 {
		t.Errorf("another street answers: %d", r.Status)
	}
	if r := h.Send(t, secretary, "/opinions/"+no, webtest.Form("result", "AGREE", "text", "同意", "back", page)); r.Status >= 400 {
		t.Fatalf("the opinion: %d %s", r.Status, r.Body)
	}
	if r := h.Get(t, head, "/duties"); !r.Has("待批准") {
		t.Error("the head is not told")
	}
	if r := h.Get(t, head, "/orders"); !r.Has("清单和编制") {
		t.Error("the head's first page does not say that a list waits")
	}
	act(head, "approve")
	if r := act(organiser, "publish", "from", "2026-02-30"); r.Status != 422 {
		t.Errorf("a day that is none: %d", r.Status)
	}
	if r := act(organiser, "publish", "from", "2026-03-31"); r.Status >= 400 {
		t.Fatalf("published: %d %s", r.Status, r.Body)
	}
	for q, want := range map[string]string{"暴露垃圾清理": "可以要求", "建筑垃圾": "可以要求配合", "A3": "不能要求", "统计报表": "不在您的清单上"} {
		if r := h.Get(t, secretary, "/duties/ask?q="+q); !r.Has(want) {
			t.Errorf("%s: no %s", q, want)
		}
	}
	if r := h.Get(t, secretary, page+"/items?q=A2"); !r.Has("建筑垃圾清理") || r.Has("暴露垃圾清理") {
		t.Errorf("the items: %s", r.Body)
	}
}

// Journey 5 in a browser: a bureau wants a form of two streets; it is off their
// list; the admission is refused; the burden page shows it.
func TestJourney5OffListPushDown(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	bureau := h.Post(t, district+"-SJ", org.Handler)
	browser := webtest.Browse(t)
	tab := browser.Tab(t, h.URL, 1366, 768).As(bureau)
	tab.Open("/burden/demand").See("h1", "下发").Accessible().Shot("duties-demand", false)
	tab.Type("#f-name", "门店安全情况统计表").Type("#f-item", "TJ0101").Type("#f-basis", "市场监管通知").Type("#f-minutes", "90").Type("#f-fields", "SHOPS 门店数")
	tab.Click(`input[name=places][value="440106001"]`).Click(`input[name=places][value="440106002"]`).Click("#demand button.main")
	tab.See("#demand .faults", "不在").Shot("duties-off-list", false)

	tab.Open("/admissions").See("h1", "准入").Type("#f-item", "TJ0101").Type("#f-name", "门店安全情况统计")
	tab.Click(`input[name=towns][value="440106001"]`).Click(`input[name=towns][value="440106002"]`)
	tab.Type("#f-reason", "节前专项摸底").Type("#f-basis", "市场监管通知").Type("#f-people", "1").Type("#f-minutes", "90").Set("#f-until", "2026-04-30")
	tab.Click("#request button.main").See(".head", "待决定").Accessible().Shot("duties-admission", false)
	var path string
	tab.Value(`location.pathname`, &path)

	for i, town := range []string{"440106001", "440106002"} {
		secretary := browser.Tab(t, h.URL, 1366, 768).As(h.Post(t, town+"-DGW", org.Secretary))
		secretary.Open("/duties").See("#waits", "待回复意见").Open(path)
		word := []string{"DISAGREE", "AGREE"}[i]
		secretary.Click(`#opinion input[value="`+word+`"]`).Type("#f-text", "与日常台账重复，可从系统取数。")
		if i == 0 {
			secretary.Accessible().Shot("duties-opinion", false)
		}
		secretary.Click("#opinion button.main").See("main", []string{"1 / 2", "2 / 2"}[i]).Quiet()
	}
	organiser := browser.Tab(t, h.URL, 1366, 768).As(h.Post(t, district+"-DW", org.Organiser))
	organiser.Open("/").See("#waits", "待决定")
	for _, dark := range []bool{false, true} {
		organiser.Look(dark).Accessible()
	}
	organiser.Look(false).Shot("duties-waits", false)
	organiser.Open(path).Click(`#decide input[value="false"]`).Type("#decide #f-text", "从现有数据取用，不再要求街道填报。")
	organiser.Shot("duties-decide", false).Click("#decide button.main").See(".head", "不予准入")
	organiser.Open("/burden").See("#issuers", "市场监督管理局").See("#entries", "已拦下")
	for _, dark := range []bool{false, true} {
		organiser.Look(dark).Accessible()
	}
	organiser.Look(false).Shot("burden-report", false).Quiet()

	town := browser.Tab(t, h.URL, 390, 844).As(h.Post(t, "440106001-DGW", org.Secretary))
	town.Open("/duties/ask?q=TJ0101").See("#answers", "不在您的清单上").Accessible().Shot("duties-ask-narrow", false)
	town.Open("/burden").See("#entries", "门店安全情况统计").Accessible().Shot("burden-narrow", false).Quiet()

	refused, err := desk.New(h.Engine).Admissions(t.Context(), h.As(t, bureau).Actor, desk.Filter{})
	if err != nil || len(refused) != 1 || refused[0].Fact.Status != mandate.Refused {
		t.Errorf("the admission: %+v, %v", refused, err)
	}
}
