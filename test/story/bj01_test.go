package story

import (
	"slices"
	"testing"

	"huying/internal/desk/whistle"
	"huying/internal/domain/call"
)

// BJ-01 三声哨: who must, may and may not blow.
func TestBJ01ThreeWhistles(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.takes(form{Form: call.Form{Text: "餐馆占道经营还私接燃气", Place: wanshou, Name: "王女士", Phone: "19900001234"}})
		s.refused("whistle.kind_unknown", func() { s.blow(m, "PARTY", wanshou+"-PCS") })
		s.refused("whistle.nobody_called", func() { s.blow(m, "ENFORCEMENT") })
		s.refused("text.missing", func() {
			s.did(s.whistle.Blow(ctx, s.cmd(), m.id, whistle.Blow{Kind: "ENFORCEMENT", Departments: []whistle.Called{{Unit: wanshou + "-PCS"}}}))
		})
		s.refused("whistle.community_only", func() { s.blow(m, "COMMUNITY", wanshou+"-PCS") })
		s.refused("order.one_lead", func() {
			s.did(s.whistle.Blow(ctx, s.cmd(), m.id, whistle.Blow{Kind: "ENFORCEMENT", Why: "x", Departments: []whistle.Called{
				{Unit: wanshou + "-PCS", Role: "LEAD"}, {Unit: wanshou + "-SJS", Role: "LEAD"},
			}}))
		})
		s.refused("matter.not_found", func() { s.blowAs(s.desk("110108002"), m, "ENFORCEMENT", "110108002-PCS") })

		s.blow(m, "ENFORCEMENT", wanshou+"-PCS", wanshou+"-SJS")
		if st := m.now(); len(st.M.Whistles) != 1 || st.M.Whistles[0].No != wanshou+"-ZH-2026-0001" || st.M.Unit != wanshou+"-PCS" {
			t.Errorf("%+v led by %s", st.M.Whistles, st.M.Unit)
		}
		s.refused("whistle.department_may_not", func() { s.blowAs(s.unit(wanshou+"-PCS"), m, "ENFORCEMENT", wanshou+"-XFS") })
		s.refused("whistle.open_already", func() { s.blow(m, "ENFORCEMENT", wanshou+"-XFS") })
		s.works(m, wanshou+"-PCS", wanshou+"-SJS")
		if st := m.now(); st.M.Whistles[0].Ended == 0 || st.M.Status != "AWAITING_VERDICT" {
			t.Errorf("%s, %+v", st.M.Status, st.M.Whistles)
		}
	})
}

// BJ-01: an emergency about which nobody blows is told of once the desk's time
// is over.
func TestBJ01AnEmergencyWithoutAWhistle(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		urgent := func(text string) *affair {
			return s.takes(form{Form: call.Form{Text: text, Place: wanshou, Urgency: "EMERGENCY", Name: "王女士", Phone: "19900001234"}})
		}
		late, blown := urgent("围墙要倒"), urgent("电线冒火")
		s.blow(blown, "EMERGENCY", wanshou+"-XFS")
		s.until(morningOf(11))
		if got := s.told(s.who, late); !slices.Contains(got, "notice.whistle_due") {
			t.Errorf("the desk was told %v", got)
		}
		if got := s.told(s.who, blown); slices.Contains(got, "notice.whistle_due") {
			t.Errorf("a whistle was blown, and the desk was told %v", got)
		}
	})
}
