package story

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/domain/order"
)

// lamp is a street light whose order is due on Wednesday the 11th at 12:00.
func lamp(h *world) (m *affair, unit string) {
	h.Helper()
	desk := h.desk(wushan)
	m = h.resident("陈女士").calls("小区门口路灯不亮", "路灯不亮", community)
	h.until(at(10, 12, 0))
	desk.sends(m)
	unit = m.now().Orders[0].Debtor
	h.unit(unit).signs(m)
	return m, unit
}

// YT-29 红黄牌: blue is a notice, yellow at the due time, red one working day
// later with a letter; an appeal that is upheld voids the cards but keeps them.
func TestYT29CardsFollowTheClock(t *testing.T) {
	tell(t, func(h *world) {
		m, unit := lamp(h)
		if due := m.order(unit).Due().Time(); !due.Equal(at(11, 12, 0)) {
			t.Fatalf("due %v", due)
		}
		h.until(at(11, 11, 59))
		if m.card(unit, order.Blue) != order.CardActive || m.card(unit, order.Yellow) != "" {
			t.Error("before the due time there is a blue notice and no more")
		}
		h.until(at(11, 12, 1))
		if m.card(unit, order.Yellow) != order.CardActive {
			t.Error("no yellow card")
		}
		if m.letters(unit) != 0 {
			t.Error("a letter without a red card")
		}
		h.until(at(13, 0, 1)) // one working day later
		if m.card(unit, order.Red) != order.CardActive || m.letters(unit) != 1 {
			t.Errorf("red card %q, %d letters", m.card(unit, order.Red), m.letters(unit))
		}
		f := h.figures(unit)
		if f.Yellow != 1 || f.Red != 1 || f.Supervised != 1 {
			t.Errorf("the figures: %+v", f)
		}

		// The unit appeals: the clock should have stood still.
		h.unit(unit).appealsCard(m, order.Red, "台风预警期间计时有误")
		h.refused("access.denied", func() { h.unit(unit).decidesCard(m, unit, order.Red, true, "自己说了算") })
		h.desk(tianhe).decidesCard(m, unit, order.Red, true, "预警期间应当暂停计时")
		for _, c := range []order.Colour{order.Yellow, order.Red} {
			if got := m.card(unit, c); got != order.CardVoid {
				t.Errorf("the %s card is %s", c, got)
			}
		}
		if f := h.figures(unit); f.Yellow != 0 || f.Red != 0 {
			t.Errorf("void cards still count: %+v", f)
		}
	})
}

// YT-30 催办督办: three reminders change no figure, one letter does.
func TestYT30RemindersCostNothing(t *testing.T) {
	tell(t, func(h *world) {
		m, unit := lamp(h)
		desk := h.desk(wushan)
		before := h.figures(unit)
		for range 3 {
			h.pass(10 * time.Minute)
			desk.reminds(m, unit)
		}
		if m.order(unit).Reminders != 3 {
			t.Errorf("%d reminders", m.order(unit).Reminders)
		}
		if d := cmp.Diff(before, h.figures(unit)); d != "" {
			t.Errorf("reminders changed the figures: %s", d)
		}
		desk.supervises(m, unit, "催办三次未见进展")
		l := m.letter(unit)
		if l.ID.Number() == "" || l.Due() == 0 {
			t.Errorf("the letter has no number or no time: %+v", l)
		}
		if after := h.figures(unit); after.Supervised != before.Supervised+1 {
			t.Errorf("the letter is not counted: %+v", after)
		}
	})
}
