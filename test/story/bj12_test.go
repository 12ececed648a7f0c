package story

import (
	"testing"
	"time"

	"huying/internal/desk/power"
)

// BJ-12 统筹协调和督办权, the power itself: a street from which it was taken writes
// no letter to a department about a composite matter, and writes it again when
// it has it back.
func TestBJ12WithoutThePowerNoLetterIsWritten(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		lead, late, good := wushan+"-ZFD", tianhe+"-HB", tianhe+"-ZJ"
		m := h.resident("陈女士").calls("工地半夜打桩", "夜间施工噪声", community)
		desk := h.desk(wushan)
		desk.sends(m, lead, late, good)
		h.pass(30 * time.Hour)
		grant := func(revoke bool) {
			h.done(h.power.Grant(ctx, h.organiser(tianhe+"-DW").cmd(), power.Grant{
				Holder: wushan + "-ZH", Code: "SUPERVISE_COMPOSITE", Basis: "区委办〔2026〕9号", Revoke: revoke,
			}))
		}
		grant(true)
		h.refused("power.not_held", func() { desk.supervises(m, late, "逾期未答复") })
		h.desk(tianhe).supervises(m, good, "逾期未答复") // a district supervises by its place
		grant(false)
		desk.supervises(m, late, "逾期未答复")
		if l := m.letter(late); l.Creditor != desk.code() {
			t.Errorf("the letter: %+v", l)
		}
	})
}
