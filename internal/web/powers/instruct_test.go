package powers_test

import (
	"regexp"
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// Two superiors of a bureau tell it opposite things about one matter: both
// stand side by side until somebody decides.
func TestTwoSuperiorsContradictEachOther(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	s, o := h.Ordered(t, "SZ0101", street, "占道施工没有围挡")
	bureau := o.Debtor
	government := h.Post(t, district+"-ZFB", org.Leader)
	above := ""
	for _, e := range h.Engine.City().Org.To(bureau, org.Leads) {
		if e.From != district+"-ZFB" {
			above = h.Post(t, e.From, org.Handler)
		}
	}
	instruct := func(post, course, text string) webtest.Reply {
		return h.Send(t, post, "/powers/instructions", webtest.Form("matter", s.M.ID.Number(), "unit", bureau, "course", course, "text", text))
	}
	refused(t, instruct(c.bureau, "HOLD", "先不要动"), "instruction.not_superior")
	refused(t, h.Send(t, government, "/powers/instructions", webtest.Form("matter", s.M.ID.Number(), "unit", street+"-CGB", "course", "HOLD", "text", "x")), "instruction.not_superior")
	refused(t, instruct(government, "PERHAPS", "x"), "instruction.course_unknown")
	refused(t, instruct(government, "PROCEED", ""), "text.missing")
	refused(t, h.Send(t, government, "/powers/instructions", webtest.Form("matter", "x", "unit", bureau, "course", "HOLD", "text", "x")), "number.malformed")
	if r := h.Send(t, h.Post(t, "440106001001-JW", org.GridWorker), "/powers/instructions", webtest.Form()); r.Status != 403 {
		t.Errorf("a grid worker instructs: %d", r.Status)
	}
	sent(t, instruct(government, "PROCEED", "三日内清理完毕"))
	if r := h.Get(t, h.Post(t, bureau, org.Handler), "/powers/instructions"); r.Has("三日内清理完毕") {
		t.Error("one instruction is no conflict")
	}
	sent(t, instruct(above, "HOLD", "等规划方案再动"))
	page := h.Get(t, h.Post(t, bureau, org.Handler), "/powers/instructions")
	if !page.Has("三日内清理完毕") || !page.Has("等规划方案再动") || page.Has(`id="settle-`) {
		t.Fatalf("the bureau sees both and decides nothing: %.900s", page.Body)
	}
	if r := h.Get(t, c.other, "/powers/instructions"); r.Has("三日内清理完毕") {
		t.Error("another district reads the conflict")
	}
	seen := h.Get(t, c.organiser, "/powers/instructions")
	m := regexp.MustCompile(`action="/powers/conflicts/([^"]+)"`).FindStringSubmatch(seen.Body)
	first := regexp.MustCompile(`name="stands" value="([^"]+)"`).FindStringSubmatch(seen.Body)
	if m == nil || first == nil {
		t.Fatalf("nobody can decide: %.900s", seen.Body)
	}
	if r := h.Get(t, c.organiser, "/powers/liaison"); !r.Has("1 处上级指令互相冲突") {
		t.Errorf("the page of liaison does not lead there: %.900s", r.Body)
	}
	path := "/powers/conflicts/" + m[1]
	refused(t, h.Send(t, c.organiser, path, webtest.Form("stands", first[1], "decision", "")), "text.missing")
	refused(t, h.Send(t, c.organiser, path, webtest.Form("stands", s.M.ID.Number(), "decision", "x")), "conflict.not_of_it")
	sent(t, h.Send(t, c.organiser, path, webtest.Form("stands", first[1], "decision", "按区里的办，同时报市里备案")))
	refused(t, h.Send(t, c.organiser, path, webtest.Form("stands", first[1], "decision", "再定一次")), "conflict.settled")
	if r := h.Get(t, h.Post(t, bureau, org.Handler), "/powers/instructions"); !r.Has("按区里的办") || !r.Has("按此执行") {
		t.Errorf("the decision: %.900s", r.Body)
	}
}

func TestEnterprisesArePutThroughAndPartnersAreEntered(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	call := []string{"enterprise", "示例纺织厂", "place", street, "text", "扩产缺用地指标", "name", "李经理", "phone", "020-00000000"}
	refused(t, h.Send(t, c.clerk, "/powers/enterprises", webtest.Form("enterprise", "示例纺织厂", "place", street, "text", "")), "text.missing")
	refused(t, h.Send(t, c.clerk, "/powers/enterprises", webtest.Form("enterprise", "示例纺织厂", "place", "9", "text", "x")), "place.unknown")
	sent(t, h.Send(t, c.organiser, "/powers/liaison", webtest.Form("kind", "ENTERPRISE", "post", district+"-SJ/HANDLER", "place", street, "enterprise", "示例纺织厂")))
	r := h.Send(t, c.clerk, "/powers/enterprises", webtest.Form(call...))
	to := r.Header.Get("HX-Redirect")
	if r.Status != 204 || !strings.HasPrefix(to, "/powers/enterprises?took=") {
		t.Fatalf("the call: %d %s %.400s", r.Status, to, r.Body)
	}
	if r := h.Get(t, c.clerk, to); !r.Has("已受理") || r.Has("020-00000000") {
		t.Errorf("what is said afterwards: %.900s", r.Body)
	}
	if r := h.Send(t, c.organiser, "/powers/enterprises", webtest.Form(call...)); r.Status != 403 {
		t.Errorf("an organisation desk takes a call: %d", r.Status)
	}

	refused(t, h.Send(t, c.clerk, "/powers/partners", webtest.Form("name", "示例物业", "offer", "")), "text.missing")
	if r := h.Send(t, c.committee, "/powers/partners", webtest.Form("name", "示例物业", "offer", "x")); r.Status != 403 {
		t.Errorf("a committee keeps partners: %d", r.Status)
	}
	sent(t, h.Send(t, c.clerk, "/powers/partners", webtest.Form("name", "示例物业", "offer", "周末开放会议室")))
	refused(t, h.Send(t, c.clerk, "/powers/partners", webtest.Form("name", "示例物业", "offer", "又一次")), "record.key_taken")
	if r := h.Get(t, c.clerk, "/powers/partners"); !r.Has("周末开放会议室") {
		t.Errorf("the partners: %.900s", r.Body)
	}
	if r := h.Get(t, c.other, "/powers/partners"); r.Has("周末开放会议室") {
		t.Error("another district reads them")
	}
}

// The process facts of a month are those of one's own unit, or of one that is in
// sight.
func TestProcessFactsOfAMonth(t *testing.T) {
	h := webtest.Open(t)
	c := posts(t, h)
	if r := h.Get(t, c.assessor, "/powers/entries?unit="+district+"-CG&month=2026-03"); r.Status != 200 || !r.Has("的过程数据") {
		t.Errorf("the assessor: %d", r.Status)
	}
	if r := h.Get(t, c.assessor, "/powers/entries?month=may"); r.Status != 422 {
		t.Errorf("a month that is none: %d", r.Status)
	}
	if r := h.Get(t, h.Post(t, district+"-CG", org.Handler), "/powers/entries?unit=440103-CG"); r.Status != 403 {
		t.Errorf("a unit of another district: %d", r.Status)
	}
}
