package story

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/exchange"
	"huying/internal/desk/intake"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
)

// Journey 1, the truck of illegal fuel: finding → three orders → 58 minutes →
// verdict → what the city's numbers and its map then show.
func TestJourney1TheTruckOfIllegalFuel(t *testing.T) {
	story(t, "GZ-02", "GZ-09")
	tell(t, func(h *world) {
		m := truck(h)
		m.is(matter.Closed)
		for _, unit := range []string{shiji + "-YJB", "440113-GA", "440113-SJ"} {
			if f := h.figures(unit); f.Issued != 1 || f.OnTime != 1 || f.FirstFix != 1 || f.Late != 0 || f.Yellow != 0 {
				t.Errorf("%s: %+v", unit, f)
			}
		}
		lead := h.figures(shiji + "-YJB").Rates
		if lead.Response.N != 1 || lead.Resolution.Value != 1 || lead.Satisfaction.Value != 1 {
			t.Errorf("the three rates of the lead: %+v", lead)
		}
		for _, place := range []string{shiji, "440113", city} {
			if p := h.place(place); p.Received != 1 || p.Closed != 1 || p.Open != 0 {
				t.Errorf("%s: received %d, closed %d, open %d", place, p.Received, p.Closed, p.Open)
			}
		}
		rows, err := h.intake.Matters(ctx, h.desk(city).actor, intake.Filter{Place: shiji, Category: "YP"}, 0, 0, h.now)
		h.must(err)
		if len(rows) != 1 || rows[0].Closed.Sub(rows[0].Received) != 58*time.Minute {
			t.Errorf("the list: %+v", rows)
		}
	})
}

// Journey 3, the shoddy fix: order → photo → rejected → rework → too late →
// yellow → a letter → and all of it falls in the department's figures.
func TestJourney3TheShoddyFix(t *testing.T) {
	tell(t, func(h *world) {
		desk, bureau := h.desk(wushan), h.unit(tianhe+"-ZJ")
		m := h.resident("陈女士").calls("路面坑洼, 老人摔倒两次", "路面坑洼破损", community)
		desk.sends(m, bureau.code())
		bureau.signs(m)
		h.pass(5 * 24 * time.Hour)
		bureau.answers(m, "已修补")
		desk.rejects(m, bureau.code(), "只撒了沙, 坑还在")
		h.pass(3 * 24 * time.Hour) // the seventh day ends
		if m.card(bureau.code(), order.Yellow) != order.CardActive {
			t.Error("no yellow card")
		}
		desk.supervises(m, bureau.code(), "返工逾期")
		h.pass(time.Hour)
		bureau.replies(m, "沥青今日到货")
		bureau.answers(m, "已铣刨重铺")
		m.caller().judges(m, matter.Yes, 4)
		m.is(matter.Closed)

		o := m.order(bureau.code())
		if o.OnTime || o.FirstFix || o.Reworks != 1 || o.Colour() != "" {
			t.Errorf("on time %v, first fix %v, %d reworks, card %q", o.OnTime, o.FirstFix, o.Reworks, o.Colour())
		}
		if !m.now().M.Late {
			t.Error("the matter is not late")
		}
		f := h.figures(bureau.code())
		if f.Late != 1 || f.OnTime != 0 || f.FirstFix != 0 || f.Yellow != 1 || f.Supervised != 1 {
			t.Errorf("the department's figures: %+v", f)
		}
	})
}

// Journey 4, shirking: a department objects twice → conference → bound → a
// third refusal is impossible → it lets the time pass → red.
func TestJourney4Shirking(t *testing.T) {
	story(t, "YT-31", "B1-07")
	tell(t, func(h *world) {
		m, first, _ := shirk(h)
		h.desk(tianhe).confers(m, "会商定由交通办理", first)
		h.refused("objection.bound", func() { h.unit(first).objects(m, "第三次") })
		h.refused("access.denied", func() { h.unit(first).withdraws(m, first, "自行退单") })
		h.pass(10 * 24 * time.Hour)
		if m.card(first, order.Red) != order.CardActive || m.letters(first) != 1 {
			t.Errorf("red card %q, %d letters", m.card(first, order.Red), m.letters(first))
		}
		h.unit(first).shows(m, "已疏通排水口")
		m.caller().judges(m, matter.Yes, 3)
		m.is(matter.Closed)
		if got := m.card(first, order.Red); got != order.CardLifted {
			t.Errorf("the red card is %s after the work was done", got)
		}
	})
}

// Journey 12, the red team on privacy: what must not work does not work, and
// what may be read is written down.
func TestJourney12ThePrivacyRedTeam(t *testing.T) {
	tell(t, func(h *world) {
		desk, team := h.desk(wushan), h.unit(wushan+"-PCS")
		m := h.takes(form{Category: "盗窃与巡逻加密", By: h.hotline(), Form: call.Form{
			Source: "HOTLINE_12345", Kind: "REPORT", Text: "夜里有人在楼道撬锁, 打我电话19900007788", Place: community, Name: "陈小姐", Phone: "19900007788",
		}})
		desk.verifies(m)
		desk.triages(m, "大事", "治安")
		desk.orders(m, team.code())

		// The courier reports things; calls, callers and homes are not theirs.
		courier := h.role(community+"-JW", org.Reporter)
		h.refused("matter.not_found", func() { courier.reads(m) })
		h.refused("matter.not_found", func() { courier.readsContact(m, "送件") })
		// Nor does the administrator read a call, or find one in a list.
		admin := h.role(city+"-ZS", org.SystemAdmin)
		h.refused("matter.not_found", func() { admin.reads(m) })
		h.refused("matter.not_found", func() { admin.readsContact(m, "排查故障") })
		for _, w := range []*who{courier, admin} {
			rows, err := h.intake.Matters(ctx, w.actor, intake.Filter{}, 0, 0, h.now)
			h.must(err)
			if len(rows) != 0 {
				t.Errorf("%s lists %d matters", w.actor.ID, len(rows))
			}
		}
		// A bulk export is refused to them, and names no caller to anybody.
		for _, w := range []*who{courier, admin} {
			h.refused("access.denied", func() { w.exports() })
		}
		if file := desk.exports(); !strings.Contains(file, m.id.Number()) || strings.Contains(file, "19900007788") || strings.Contains(file, "陈小姐") {
			t.Errorf("the export: %s", file)
		}
		// A report is hidden from whoever handles it, and from every other desk.
		h.refused("caller.hidden", func() { team.readsContact(m, "核实情况") })
		h.refused("matter.not_found", func() { h.desk(yuancun).readsContact(m, "好奇") })
		h.refused("text.missing", func() { desk.readsContact(m, " ") })

		// The desk may, for a purpose; the caller and the auditor see that it did.
		if c := desk.readsContact(m, "核对案发地点"); c.Phone != "19900007788" || c.Name != "陈小姐" {
			t.Errorf("the contact is %+v", c)
		}
		for _, w := range []*who{m.caller(), h.role(city+"-SJJ", org.Auditor)} {
			log, err := h.e.AccessLog(ctx, w.actor, m.id)
			h.must(err)
			if len(log) != 1 || log[0].Actor != desk.actor.ID || log[0].Purpose != "核对案发地点" {
				t.Errorf("%s sees the log %+v", w.actor.ID, log)
			}
		}
		h.refused("access.denied", func() {
			_, err := h.e.AccessLog(ctx, desk.actor, m.id)
			h.must(err)
		})

		// Nobody can look for a person: no list has a field for one.
		for _, of := range []any{intake.Filter{}, intake.Row{}} {
			for f := range fieldsOf(of) {
				for _, word := range []string{"Name", "Phone", "Caller", "Person", "Contact"} {
					if strings.Contains(f, word) {
						t.Errorf("%T has a field %s", of, f)
					}
				}
			}
		}

		// What the ledger and the notices hold names no person either.
		for _, e := range m.entries() {
			if strings.Contains(string(e.Payload), "陈小姐") || strings.Contains(string(e.Payload), "19900007788") {
				t.Errorf("entry %d holds the caller", e.Seq)
			}
		}
		// One changed byte is found.
		h.tampers(`UPDATE ledger SET actor = 'NOBODY' WHERE matter = ? AND seq = 2`, int64(m.id))
	})
}

// A watch list of petitioners is no category a pack can have.
func TestJourney12NoPackListsPetitioners(t *testing.T) {
	_, err := pack.Load(changed(t, "guangzhou/categories.csv", watchList), "guangzhou")
	if !faulty(err, "pack.forbidden_category") {
		t.Errorf("got %v", err)
	}
}

// exports writes everything the actor may read as a table.
func (w *who) exports() string {
	w.h.Helper()
	var out strings.Builder
	_, err := exchange.Export(ctx, w.h.e, w.actor, exchange.Filter{}, exchange.CSV, &out)
	w.h.must(err)
	return out.String()
}

func fieldsOf(v any) map[string]bool {
	out := map[string]bool{}
	rt := reflect.TypeOf(v)
	for i := range rt.NumField() {
		out[rt.Field(i).Name] = true
	}
	return out
}
