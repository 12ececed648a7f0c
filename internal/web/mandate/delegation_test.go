package mandate_test

import (
	"bytes"
	"mime/multipart"
	"regexp"
	"strings"
	"testing"
	"time"

	"huying/internal/domain/org"
	"huying/internal/store/storetest"
	"huying/internal/web/webtest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// sent asks that an act was taken, and returns the page it led to.
func sent(t *testing.T, r webtest.Reply) string {
	t.Helper()
	to := r.Header.Get("HX-Redirect")
	if r.Status >= 400 || to == "" {
		t.Fatalf("%d %.400s", r.Status, r.Body)
	}
	return to
}

func refused(t *testing.T, r webtest.Reply, status int, code string) {
	t.Helper()
	if r.Status != status || code != "" && !r.Has(`data-code="`+code+`"`) {
		t.Fatalf("wanted %d %s: %d %.400s", status, code, r.Status, r.Body)
	}
}

// A power comes down with duty, money, people and gear that both sides signed;
// it is reviewed once a year, and runs out by a date.
func TestAPowerComesDownWithWhatItNeeds(t *testing.T) {
	h := webtest.Open(t)
	organiser, head := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-ZFB", org.Leader)
	bureau, team := h.Post(t, district+"-HB", org.Handler), h.Post(t, street+"-ZFD", org.Handler)
	team2 := h.Post(t, "440106002-ZFD", org.Handler)
	send := func(post, path string, pairs ...string) webtest.Reply {
		return h.Send(t, post, path, webtest.Form(pairs...))
	}

	what := []string{"power", "PENALTY", "item", "SZ0101", "name", "道路开挖处罚", "giver", district + "-HB", "taker", street + "-ZFD", "basis", "示例公告", "key", "k"}
	refused(t, send(bureau, "/delegations", what...), 403, "")
	page := sent(t, send(organiser, "/delegations", what...))
	if again := sent(t, send(organiser, "/delegations", what...)); again != page {
		t.Errorf("sent twice it made %s and %s", page, again)
	}
	refused(t, send(organiser, "/delegations", "power", "PENALTY", "item", "SZ0101", "name", "x", "giver", "没有这个局", "taker", street+"-ZFD", "basis", "x"), 422, "unit.unknown")

	list := []string{"name", "执法装备", "taker", street + "-ZFD", "pieces", "执法车 2\n记录仪 10\n\n2025年台账\n"}
	refused(t, send(bureau, "/handovers", "name", "x", "taker", street+"-ZFD"), 422, "handover.nothing_listed")
	refused(t, send(bureau, "/handovers", "name", "x", "taker", street+"-ZFD", "pieces", "执法车 0"), 422, "handover.count_wrong")
	refused(t, send(bureau, "/handovers", "name", "x", "taker", "NO", "pieces", "执法车 1"), 422, "unit.unknown")
	refused(t, send(bureau, "/handovers", "name", "x", "taker", "440103001-ZFD", "pieces", "执法车 1"), 422, "handover.other_district")
	refused(t, send(organiser, "/handovers", list...), 403, "")
	goods := sent(t, send(bureau, "/handovers", list...))
	if r := h.Get(t, team, "/duties"); !r.Has("执法装备") || !r.Has("待签字") {
		t.Errorf("the team is not told that it has to sign: %.600s", r.Body)
	}
	if r := h.Get(t, team, goods); !r.Has("2025年台账") || strings.Count(r.Body, `name="pieces"`) != 3 {
		t.Errorf("what the team signs: %.900s", r.Body)
	}
	if r := h.Get(t, organiser, goods); r.Status != 200 || r.Has(`name="pieces"`) {
		t.Errorf("whoever has no side could sign: %d", r.Status)
	}
	refused(t, send(team, goods+"/sign"), 422, "handover.nothing_chosen")
	refused(t, send(team, goods+"/sign", "pieces", "9"), 422, "handover.piece_unknown")
	refused(t, send(team2, goods+"/sign", "all", "true"), 403, "")
	sent(t, send(team, goods+"/sign", "pieces", "1"))
	sent(t, send(bureau, goods+"/sign", "all", "true"))
	if r := h.Get(t, bureau, goods); !r.Has("部分移交") || r.Has(`name="pieces"`) {
		t.Errorf("signed in part: %.600s", r.Body)
	}

	need := func(pairs ...string) { t.Helper(); sent(t, send(organiser, page+"/provide", pairs...)) }
	need("need", "DUTY", "document", "职责文本")
	need("need", "MONEY", "document", "预算科目", "amount", "200000.50")
	need("need", "PEOPLE", "document", "编制文件", "amount", "2")
	number := goods[strings.LastIndex(goods, "/")+1:]
	if r := h.Get(t, organiser, page); !r.Has("200000.5 元") || !r.Has(number) {
		t.Errorf("what is provided: %.900s", r.Body)
	}
	need("need", "ASSETS", "handover", number)
	refused(t, send(head, page+"/start", "from", "2026-03-31"), 409, "delegation.no_assets")
	sent(t, send(team, goods+"/sign", "all", "true"))
	refused(t, send(head, page+"/start", "from", "2026-03-31", "rev", "77"), 409, "record.changed_meanwhile")
	refused(t, send(bureau, page+"/start", "from", "2026-03-31"), 403, "")
	refused(t, send(head, page+"/year-review", "decision", "KEEP", "capacity", "x", "outcome", "x"), 409, "delegation.not_in_force")
	sent(t, send(head, page+"/start", "from", "2026-03-31"))

	refused(t, send(head, page+"/year-review", "decision", "MAYBE", "capacity", "x", "outcome", "x"), 422, "review.decision_unknown")
	refused(t, send(head, page+"/year-review", "decision", "ADJUST", "capacity", "x", "outcome", "x"), 422, "review.kind_unknown")
	refused(t, send(head, page+"/year-review", "decision", "KEEP", "kind", "ASSIST", "capacity", "x", "outcome", "x"), 422, "review.kind_unknown")
	refused(t, send(head, page+"/year-review", "decision", "KEEP", "capacity", "", "outcome", "x"), 422, "text.missing")
	refused(t, send(head, page+"/year-review", "decision", "KEEP", "capacity", "坏\u202e字", "outcome", "x"), 422, "text.control_character")
	refused(t, send(head, page+"/year-review", "decision", "KEEP", "capacity", "x", "outcome", "x", "rev", "77"), 409, "record.changed_meanwhile")
	refused(t, send(bureau, page+"/year-review", "decision", "KEEP", "capacity", "x", "outcome", "x"), 403, "")
	sent(t, send(head, page+"/year-review", "decision", "KEEP", "capacity", "两人够用", "outcome", "用得上", "cost", "1200"))
	refused(t, send(organiser, page+"/year-review", "decision", "TAKE_BACK", "capacity", "x", "outcome", "x"), 409, "")
	if r := h.Get(t, team, page); !r.Has("两人够用") || r.Has(`id="year"`) {
		t.Errorf("the review, to whoever does not review: %.900s", r.Body)
	}
	refused(t, send(head, page+"/end", "to", "2026-03-01", "text", "x"), 422, "delegation.to_before_from")
	refused(t, send(head, page+"/end", "to", "2026-12-31"), 422, "text.missing")
	sent(t, send(head, page+"/end", "to", "2026-12-31", "text", "改由区里统一办理"))
	if r := h.Get(t, head, page); !r.Has("2026-12-31") || r.Has(`id="end"`) {
		t.Errorf("the end: %.900s", r.Body)
	}

	// A year later the item comes down anew: the revision that was seen is of
	// the new delegation, though the old one is let go with it.
	h.Pass(300 * 24 * time.Hour)
	next := sent(t, send(organiser, "/delegations", append(what[:len(what)-1], "k2")...))
	for _, need := range []string{"DUTY", "MONEY", "PEOPLE", "ASSETS"} {
		sent(t, send(head, next+"/waive", "need", need, "text", "沿用原配套"))
	}
	refused(t, send(head, next+"/start", "from", "2027-02-01", "rev", "77"), 409, "record.changed_meanwhile")
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(h.Get(t, head, next).Body)
	if rev == nil {
		t.Fatal("the page of the new delegation tells no revision")
	}
	sent(t, send(head, next+"/start", "from", "2027-02-01", "rev", rev[1]))
	if r := h.Get(t, team, "/handovers"); !r.Has("移交完毕") || r.Has("待签字") {
		t.Errorf("the hand-overs: %.600s", r.Body)
	}
}

// Two versions of a list are compared with each other; a draft may be taken back.
func TestVersionsAreComparedAndWithdrawn(t *testing.T) {
	h := webtest.Open(t)
	organiser := h.Post(t, district+"-DW", org.Organiser)
	keep := func(key, rows string) string {
		t.Helper()
		return sent(t, uploadAs(t, h, organiser, key, rows))
	}
	first := keep("1", good)
	keep("2", good+"A4,A,占道堆物清理,基本履职,TOWN:CGB,,示例依据\n")
	third := keep("3", good+"A5,A,树木修剪,基本履职,TOWN:CGB,,示例依据\n")
	if r := h.Get(t, organiser, third); !r.Has("与第 2 版相差 2 项") {
		t.Errorf("with the version before: %.900s", r.Body)
	}
	if r := h.Get(t, organiser, third+"?against="+first[len("/duties/"):]); !r.Has("与第 1 版相差 1 项") || r.Has("占道堆物清理") {
		t.Errorf("with the first: %.900s", r.Body)
	}
	if r := h.Get(t, organiser, third+"?against=x"); r.Status != 422 {
		t.Errorf("with nothing: %d", r.Status)
	}
	refused(t, h.Send(t, h.Post(t, district+"-CG", org.Handler), third+"/withdraw", webtest.Form("text", "x")), 403, "")
	refused(t, h.Send(t, organiser, third+"/withdraw", webtest.Form()), 422, "text.missing")
	sent(t, h.Send(t, organiser, third+"/withdraw", webtest.Form("text", "数目不对")))
	refused(t, h.Send(t, organiser, third+"/withdraw", webtest.Form("text", "再撤")), 409, "list.step_out_of_order")
}

// uploadAs keeps a file of a list under a key of its own.
func uploadAs(t *testing.T, h *webtest.House, post, key, rows string) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"kind": "STREET_TASKS", "place": street, "name": "五山街道清单", "source": "示例文件", "key": key, "keep": "true"} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", "list.csv")
	if err == nil {
		_, err = f.Write([]byte(rows))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return h.Do(t, "POST", post, "/duties", &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true"})
}

// What a town may not punish goes to who may; offices are told and refuse
// nothing.
func TestCasesAreHandedOverAndOfficesAreTold(t *testing.T) {
	h := webtest.Open(t)
	team := h.Post(t, street+"-ZFD", org.Handler)
	if r := h.Get(t, team, "/transfers?item=SZ0101"); r.Status != 200 || !r.Has(`notice warn`) {
		t.Errorf("may the town punish this: %d %.900s", r.Status, r.Body)
	}
	refused(t, h.Send(t, team, "/transfers", webtest.Form("item", "SZ0101", "name", "擅自开挖道路")), 422, "text.missing")
	refused(t, h.Send(t, team, "/transfers", webtest.Form("item", "SZ0101", "name", "x", "text", "x", "to", "没有")), 422, "unit.unknown")
	refused(t, h.Send(t, team, "/transfers", webtest.Form("item", "SZ0101", "name", "x", "text", "x", "to", "440103-CG")), 422, "transfer.other_district")
	refused(t, h.Send(t, h.Post(t, district+"-ZFB", org.Leader), "/transfers", webtest.Form("item", "SZ0101", "name", "x", "text", "x")), 403, "")
	sent(t, h.Send(t, team, "/transfers", webtest.Form("item", "SZ0101", "name", "擅自开挖道路", "text", "30日在路口发现", "to", district+"-CG")))
	if r := h.Get(t, h.Post(t, district+"-CG", org.Handler), "/transfers"); !r.Has("擅自开挖道路") {
		t.Errorf("the department: %.600s", r.Body)
	}
	if r := h.Get(t, h.Post(t, district+"-DW", org.Organiser), "/duties/offices"); r.Status != 200 {
		t.Errorf("the offices: %d", r.Status)
	}
}

var (
	numbers = regexp.MustCompile(`href="/demands/([^"]+)"`)
	groups  = regexp.MustCompile(`action="/groups/([^"/]+)/decide"`)
)
