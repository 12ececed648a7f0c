package steer_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func sent(t *testing.T, r webtest.Reply) string {
	t.Helper()
	to := r.Header.Get("HX-Redirect")
	if r.Status >= 400 || to == "" {
		t.Fatalf("%d %.400s", r.Status, r.Body)
	}
	return to
}

func refused(t *testing.T, r webtest.Reply, status int, what string) {
	t.Helper()
	if r.Status != status || !r.Has(what) {
		t.Fatalf("wanted %d %s: %d %.600s", status, what, r.Status, r.Body)
	}
}

// paper asks that a page can be printed.
func paper(t *testing.T, h *webtest.House, post, path string) {
	t.Helper()
	if r := h.Get(t, post, path+"/paper"); r.Status != 200 || !strings.HasPrefix(r.Body, "%PDF-") {
		t.Errorf("%s does not print: %d", path, r.Status)
	}
}

// pledge fills a row of the page of promises.
func pledge(f url.Values, i, year int, title string) {
	for member, value := range map[string]string{
		"title": title, "lead": "漯河市城市管理局", "budget": "12.5", "due": fmt.Sprintf("%d-11-30", year),
		"milestones": fmt.Sprintf("%d-06-30 完成招标\n%d-09-30 主体完成", year, year),
	} {
		f.Set(fmt.Sprintf("pledges.%d.%s", i, member), value)
	}
}

// A year's promises are published with money and milestones; what was not kept
// goes on by name and reason, or is given up.
func TestPromisesArePublishedAndNoneGoesInSilence(t *testing.T) {
	h := webtest.OpenPack(t, "luohe", may)
	d := desk.New(h.Engine)
	head := h.Post(t, "411100-ZH", org.Leader)
	if r := h.Get(t, head, "/programmes/promises/new"); r.Status != 200 || !r.Has("pledges.9.title") || r.Has("pledges.10.title") {
		t.Fatalf("the page: %d %.600s", r.Status, r.Body)
	}
	f := webtest.Form("year", "2024", "key", "a")
	for i := range 9 {
		pledge(f, i, 2024, fmt.Sprintf("实事第%d件", i+1))
	}
	refused(t, h.Send(t, head, "/programmes/promises", f), 422, `data-code="promise.count"`)
	pledge(f, 9, 2024, "实事第10件")
	f.Set("pledges.4.budget", "")
	refused(t, h.Send(t, head, "/programmes/promises", f), 422, `data-field="pledges.4.budget"`)
	f.Set("pledges.4.budget", "很多")
	refused(t, h.Send(t, head, "/programmes/promises", f), 422, `data-code="form.no_number"`)
	f.Set("pledges.4.budget", "3")
	f.Set("pledges.4.milestones", "某天 开工")
	refused(t, h.Send(t, head, "/programmes/promises", f), 422, `data-code="promise.milestone_wrong"`)
	pledge(f, 4, 2024, "实事第5件")
	if r := h.Send(t, h.Post(t, "411100-CG", org.Handler), "/programmes/promises", f); r.Status != 403 {
		t.Errorf("a bureau publishes promises: %d", r.Status)
	}
	page := sent(t, h.Send(t, head, "/programmes/promises", f))
	if again := sent(t, h.Send(t, head, "/programmes/promises", f)); again != page {
		t.Errorf("sent twice: %s and %s", page, again)
	}
	if r := h.Get(t, head, page); !r.Has("125万元") || !r.Has("完成招标") {
		t.Errorf("the list: %.1500s", r.Body)
	}

	h.Pass(240 * 24 * time.Hour) // a day in January
	list, err := d.Unkept(ctx, h.As(t, head).Actor, 2024, h.Now())
	if err != nil || len(list) != 10 {
		t.Fatalf("%d, %v", len(list), err)
	}
	g := webtest.Form("year", "2025", "key", "b")
	for i := range 10 {
		pledge(g, i, 2025, fmt.Sprintf("明年第%d件", i+1))
	}
	refused(t, h.Send(t, head, "/programmes/promises", g), 409, `data-code="promise.silent_rollover"`)
	if r := h.Get(t, head, "/programmes/promises/new?year=2025"); strings.Count(r.Body, `value="carry"`) != 10 {
		t.Errorf("what is left: %.600s", r.Body)
	}
	for i, x := range list {
		at := fmt.Sprintf("pledges.%d.", 10+i)
		g.Set(at+"title", x.Title)
		g.Set(at+"carried", x.Number.Number())
		g.Set(at+"lead", "漯河市城市管理局")
		g.Set(at+"word", "drop")
		g.Set(at+"reason", "上级已统一安排")
	}
	pledge(g, 12, 2025, list[2].Title)
	g.Set("pledges.12.word", "carry")
	g.Set("pledges.12.reason", "")
	refused(t, h.Send(t, head, "/programmes/promises", g), 422, `data-field="pledges.12.reason"`)
	g.Set("pledges.12.reason", "征地晚了")
	next := sent(t, h.Send(t, head, "/programmes/promises", g))
	if r := h.Get(t, head, next); !r.Has("征地晚了") || !r.Has("上级已统一安排") {
		t.Errorf("the next list: %.1500s", r.Body)
	}
}

// withFile sends a form that has a file.
func withFile(t *testing.T, h *webtest.House, post, to, file string, pairs ...string) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		p, err := w.CreateFormFile("file", "text.pdf")
		if err == nil {
			_, err = p.Write([]byte(file))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return h.Do(t, "POST", post, to, &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true"})
}

// A document is kept by its fingerprint; a new version leaves the old one, and
// what is in force depends on the day.
func TestDocumentsAndTheirVersions(t *testing.T) {
	h := webtest.OpenPack(t, "luohe", may)
	sup := h.Post(t, body, org.Supervisor)
	leaf := h.Engine.City().Duty.Leaves()[0].Code
	doc := []string{"code", "JF30", "title", "基层减负三十条", "number", "示例〔2024〕3号", "rules", leaf, "version", "2024", "from", "2024-03-01"}
	refused(t, withFile(t, h, sup, "/programmes/documents", "", doc...), 422, `data-code="document.file_missing"`)
	refused(t, withFile(t, h, sup, "/programmes/documents", "正文", "code", "X", "title", "x", "rules", "没有", "version", "1", "from", "2024-03-01"), 422, `data-code="document.rule_unknown"`)
	if r := withFile(t, h, h.Post(t, "411100-CG", org.Handler), "/programmes/documents", "正文", doc...); r.Status != 403 {
		t.Errorf("a bureau keeps documents: %d", r.Status)
	}
	sent(t, withFile(t, h, sup, "/programmes/documents", "正文", doc...))
	m := regexp.MustCompile(`action="/programmes/documents/([^"]+)/revise"`).FindStringSubmatch(h.Get(t, sup, "/programmes/documents").Body)
	if m == nil {
		t.Fatal("the document is not listed")
	}
	to := "/programmes/documents/" + m[1] + "/revise"
	refused(t, withFile(t, h, sup, to, "新正文", "version", "2024", "from", "2024-06-01"), 422, `data-code="document.same_version"`)
	refused(t, withFile(t, h, sup, to, "新正文", "version", "2023", "from", "2024-02-01"), 422, `data-code="document.version_order"`)
	sent(t, withFile(t, h, sup, to, "新正文", "version", "2024-修订", "from", "2024-06-01"))
	if r := h.Get(t, sup, "/programmes/documents?day=2024-05-01"); r.Has("2024-修订") {
		t.Error("a version is shown before it is in force")
	}
	if r := h.Get(t, sup, "/programmes/documents?day=2024-06-01"); !r.Has("2024-修订") {
		t.Errorf("the version in force: %.900s", r.Body)
	}
	if r := h.Get(t, sup, "/programmes/documents?day=x"); r.Status != 422 {
		t.Errorf("a day that is none: %d", r.Status)
	}
}

// What steering keeps can be entered at the page and printed for a meeting: a
// programme, an item of key work, a decision with what follows, a conflict.
func TestProgrammesDecisionsAndConflictsAreEnteredAndPrinted(t *testing.T) {
	h := webtest.OpenPack(t, "luohe", may)
	sup := h.Post(t, body, org.Supervisor)
	f := webtest.Form("code", "JF", "title", "减负专项")
	row(f, "measures", 1, "压减台账", "", "2024-06-30")
	f.Del("measures.1.key")
	refused(t, h.Send(t, sup, "/programmes/plans/new", f), 422, `data-field="measures.1.lead"`)
	f.Set("measures.1.lead", "漯河市民政局")
	plan := sent(t, h.Send(t, sup, "/programmes/plans/new", f))
	paper(t, h, sup, plan)

	refused(t, h.Send(t, sup, "/programmes/keys", webtest.Form("code", "N01", "group", "N", "title", "x")), 409, `data-code="key_work.code_taken"`)
	sent(t, h.Send(t, sup, "/programmes/keys", webtest.Form("code", "N77", "group", "N", "title", "夏季防汛")))
	if r := h.Get(t, sup, "/programmes/plans"); !r.Has("夏季防汛") {
		t.Errorf("the catalogue: %.600s", r.Body)
	}

	f = webtest.Form("as", "issue")
	row(f, "tasks", 0, "清理不规范标牌", "中共漯河市委组织部", "2024-05-25")
	batch := sent(t, h.Send(t, sup, "/programmes/batches", f))
	paper(t, h, sup, batch)

	f = webtest.Form("kind", "MAJOR", "title", "网格整合方案", "proposal", "按网格整合", "seats", "5")
	row(f, "measures", 0, "调整网格", "", "2024-06-30")
	f.Del("measures.0.key")
	refused(t, h.Send(t, sup, "/programmes/decisions", f), 422, `data-field="measures.0.lead"`)
	f.Set("measures.0.lead", "漯河市城市管理局")
	decision := sent(t, h.Send(t, sup, "/programmes/decisions", f))
	if r := h.Get(t, sup, decision); !r.Has("通过后要办") || !r.Has("调整网格") {
		t.Errorf("what follows: %.900s", r.Body)
	}
	meeting := sent(t, h.Send(t, sup, "/programmes/meetings", webtest.Form("kind", "ORGAN", "day", "2024-05-15", "agenda", "网格整合", "present", "3", "minutes", "逐一表态")))
	paper(t, h, sup, meeting)
	for _, seat := range []string{"主任", "副主任", "委员"} {
		sent(t, h.Send(t, sup, decision+"/opinion", webtest.Form("seat", seat, "stance", "AGREE")))
	}
	sent(t, h.Send(t, sup, decision+"/decide", webtest.Form("meeting", meeting[strings.LastIndex(meeting, "/")+1:])))
	if r := h.Get(t, sup, decision); !r.Has("决定事项") || !r.Has("/matters/") {
		t.Errorf("what was assigned: %.900s", r.Body)
	}
	paper(t, h, sup, decision)

	county := h.Post(t, "411103-XT", org.Supervisor)
	s, _ := h.Ordered(t, "SZ0101", "411103001", "桥下积水没人管")
	raise := webtest.Form("matter", s.M.ID.Number(), "parties", "411103-ZJ", "reason", "都说不归自己管")
	refused(t, h.Send(t, county, "/programmes/conflicts", raise), 422, `data-code="dispute.parties"`)
	raise.Set("parties", "411103-ZJ\n没有这个局")
	refused(t, h.Send(t, county, "/programmes/conflicts", raise), 422, `data-code="unit.unknown"`)
	raise.Set("parties", "411103-ZJ\n411103-SW")
	refused(t, h.Send(t, county, "/programmes/conflicts", webtest.Form("parties", "411103-ZJ\n411103-SW", "reason", "x")), 422, `data-code="text.missing"`)
	sent(t, h.Send(t, county, "/programmes/conflicts", raise))
	if r := h.Get(t, county, "/programmes/meetings"); !r.Has("都说不归自己管") {
		t.Errorf("the conflict: %.900s", r.Body)
	}
	refused(t, h.Send(t, sup, "/programmes/projects/load", webtest.Form()), 409, `data-code="project.no_statistics"`)
}
