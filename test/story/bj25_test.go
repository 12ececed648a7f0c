package story

import (
	"strings"
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/text"
)

// reads aloud what the caller was told, in both languages.
func (m *affair) words(l text.Lang) string {
	m.h.Helper()
	var out []string
	for _, x := range m.messages() {
		out = append(out, l.Notice(x.Code, x.Args))
	}
	return strings.Join(out, "\n")
}

// BJ-25 民有所呼、我有所应: the caller sees the chain, from the call over the
// street and the departments to the result, in plain words.
func TestBJ25TheCallerSeesTheChain(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		bureau, helper := tianhe+"-ZJ", tianhe+"-SW"
		m := h.resident("陈女士").calls("高架底下一直积水", "", community)
		desk.verifies(m)
		desk.triages(m, "大事", "需要部门共同处置")
		desk.orders(m, bureau, helper)
		h.pass(time.Hour)
		h.unit(helper).shows(m, "已疏通管道")
		h.unit(bureau).shows(m, "已修复路面")
		m.caller().judges(m, matter.Yes, 5)

		m.hears("notice.received", "notice.triaged", "notice.ordered", "notice.answered", "notice.closed")
		lead, _ := h.city.Org.Unit(bureau)
		chinese, english := m.words(text.Chinese), m.words(text.English)
		for _, want := range []string{"需要部门共同处置", lead.Name, m.id.Number(), "结案"} {
			if !strings.Contains(chinese, want) {
				t.Errorf("the caller does not read %q in:\n%s", want, chinese)
			}
		}
		for _, told := range []string{chinese, english} {
			if strings.Contains(told, "notice.") || strings.Contains(told, "_") || strings.Contains(told, "{") {
				t.Errorf("these are no plain words:\n%s", told)
			}
		}
		// The chain itself: who owes what, and what each has done.
		s, err := h.intake.State(ctx, m.caller().actor, m.id)
		h.must(err)
		if len(s.Orders) != 2 || s.Orders[0].Answer() == nil || s.Orders[1].Answer() == nil {
			t.Errorf("the caller sees %d orders", len(s.Orders))
		}
	})
}
