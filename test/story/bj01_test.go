package story

import (
	"slices"
	"testing"
	"time"

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
		if got := s.told(s.who, late); !slices.Contains(got, "notice.whistle_missing") {
			t.Errorf("the desk was told %v", got)
		}
		if got := s.told(s.who, blown); slices.Contains(got, "notice.whistle_missing") {
			t.Errorf("a whistle was blown, and the desk was told %v", got)
		}
	})
}

// BJ-01: an emergency has to be whistled for at once; the desk hears of it when
// nobody did. Who may not blow asks the street.
func TestBJ01NobodyBlewAndWhoMayNotAsks(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.takes(form{Form: call.Form{Text: "路面塌陷一处，往外冒水", Place: wanshou, Urgency: "EMERGENCY", Name: "王女士", Phone: "19900001234"}})
		s.pass(9 * time.Minute)
		if got := s.told(s.who, m); slices.Contains(got, "notice.whistle_missing") {
			t.Errorf("told too early: %v", got)
		}
		s.pass(2 * time.Minute)
		for _, w := range []*who{s.who, s.desk(haidian)} {
			if got := s.told(w, m); !slices.Contains(got, "notice.whistle_missing") {
				t.Errorf("%s was told %v", w.code(), got)
			}
		}
		quick := s.raise("EMERGENCY", "燃气泄漏", []string{wanshou}, wanshou+"-XFS")
		s.pass(20 * time.Minute)
		if got := s.told(s.who, quick); slices.Contains(got, "notice.whistle_missing") {
			t.Errorf("told of an emergency with a whistle: %v", got)
		}

		police := s.unit(wanshou + "-PCS")
		s.verifies(m)
		s.triages(m, "大事", "抢险")
		s.orders(m, police.code())
		s.refused("text.missing", func() { police.did(s.whistle.Ask(ctx, police.cmd(), m.id, whistle.Reason{})) })
		police.did(s.whistle.Ask(ctx, police.cmd(), m.id, whistle.Reason{Reason: "地下有供水和燃气两条管线"}))
		if got := s.told(s.who, m); got[len(got)-1] != "notice.whistle_asked" {
			t.Errorf("the street was told %v", got)
		}
	})
}
