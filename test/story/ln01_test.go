package story

import (
	"testing"

	"huying/internal/desk/power"
	"huying/internal/domain/call"
	"huying/internal/domain/consult"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

const liunan = "450204"

// streets are the eight streets of Liunan.
func streets() []string {
	var out []string
	for _, n := range []string{"001", "002", "003", "004", "005", "006", "007", "008"} {
		out = append(out, liunan+n)
	}
	return out
}

func marks(points int) []consult.Mark {
	var out []consult.Mark
	for _, a := range consult.Aspects {
		out = append(out, consult.Mark{Aspect: a, Points: points})
	}
	return out
}

// rates is the word of a street's secretary on a department.
func (h *hall) rates(street, department string, points int) ident.ID {
	h.Helper()
	return h.done(h.power.Rate(ctx, h.secretary(street).cmd(), power.Rate{Kind: "DEPARTMENT", Of: department, Period: "2026-Q1", Marks: marks(points)}))
}

// deals lets a department owe something in a street.
func (h *hall) deals(street, department string) *affair {
	h.Helper()
	m := h.resident("覃女士").calls("路面坑洼", "", street)
	desk := h.desk(street)
	desk.verifies(m)
	desk.triages(m, "大事", "属部门职责")
	desk.orders(m, department)
	return m
}

// LN-01 8项职能、6项职权: what a street may do stands in a register with dates. A
// street whose power to appraise departments was taken back is refused.
func TestLN01APowerTakenBackIsGone(t *testing.T) {
	in(t, "liunan", func(h *hall) {
		street, bureau := liunan+"001", liunan+"-CG"
		held, err := h.power.Powers(ctx, h.secretary(street).actor, street+"-DGW", 20260310)
		h.must(err)
		functions, powers := 0, map[string]bool{}
		for _, p := range held {
			if p.Code == "" {
				functions++
			}
			powers[string(p.Code)] = true
		}
		if functions == 0 || !powers["APPRAISE_DEPT"] || !powers["CONSULT_APPOINT"] {
			t.Errorf("the street holds %+v", held)
		}
		organiser := h.organiser(liunan + "-DW")
		revoke := power.Grant{Holder: street + "-DGW", Code: "APPRAISE_DEPT", Basis: "区委办〔2026〕3号", Revoke: true, To: 20260331}
		h.refused("access.denied", func() { h.done(h.power.Grant(ctx, h.secretary(street).cmd(), revoke)) })
		h.refused("power.code_unknown", func() {
			h.done(h.power.Grant(ctx, organiser.cmd(), power.Grant{Holder: street + "-DGW", Code: "FINE_PEOPLE", Basis: "x"}))
		})
		h.done(h.power.Grant(ctx, organiser.cmd(), revoke))
		h.deals(street, bureau)
		h.refused("power.not_held", func() { h.rates(street, bureau, 3) })
		h.deals(liunan+"002", bureau)
		h.rates(liunan+"002", bureau, 3) // another street still has it

		// The revocation ends, and with a grant over one department alone …
		h.until(at(31, 23, 0))
		h.refused("power.not_held", func() { h.rates(street, bureau, 3) })
		h.until(at(31, 24, 30))
		h.rates(street, bureau, 3)
	})
}

// LN-01 吹哨权: a street whose power to blow was taken back may not, by its desk or
// by its committee; the street beside it may, and so may the district. When it
// is given back, it blows.
func TestLN01AStreetWithoutThePowerMayNotBlow(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		register, organiser := power.New(s.e), s.role("110108-DW", org.Organiser)
		m := s.takes(form{Form: call.Form{Text: "餐馆占道经营还私接燃气", Place: wanshou, Name: "王女士", Phone: "19900001234"}})
		grant := power.Grant{Holder: wanshou + "-ZH", Code: "WHISTLE", Basis: "区委办〔2026〕7号", Revoke: true}
		s.made(register.Grant(ctx, organiser.cmd(), grant))
		for _, by := range []*who{s.who, s.role(wanshou+"-DGW", org.Secretary)} {
			s.refused("whistle.power_taken", func() { s.blowAs(by, m, "ENFORCEMENT", wanshou+"-PCS") })
		}
		if n := len(m.now().M.Whistles); n != 0 {
			t.Errorf("%d whistles were blown", n)
		}
		grant.Revoke = false
		s.made(register.Grant(ctx, organiser.cmd(), grant))
		s.blow(m, "ENFORCEMENT", wanshou+"-PCS")
		if n := len(m.now().M.Whistles); n != 1 {
			t.Errorf("%d whistles were blown", n)
		}
	})
}
