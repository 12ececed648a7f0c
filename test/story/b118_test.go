package story

import (
	"huying/internal/desk/numbers"
	"testing"
	"time"

	"huying/internal/desk/whistle"
	"huying/internal/domain/call"
	"huying/internal/domain/order"
)

// B1-18: departments are there within thirty minutes, nobody leaves before the
// work is done, each whistle leaves a trace and is appraised by both sides; and
// how often one is blown is shown, never a target.
func TestB118ThirtyMinutesAndNobodyLeaves(t *testing.T) {
	blows(t, "beijing", wanshou, at(10, 10, 0), func(s *street) {
		police, fire := s.unit(wanshou+"-PCS"), s.unit(wanshou+"-XFS")
		m := s.raise("EMERGENCY", "燃气泄漏", []string{wanshou}, police.code(), fire.code())
		if due := m.leg(fire.code()).Due().Time(); !due.Equal(at(10, 10, 30)) {
			t.Errorf("to be there by %v", due)
		}
		s.confirms(m, police.code())
		s.answers(police, m, "已疏散")
		s.refused("access.denied", func() {
			police.did(s.whistle.Release(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Reason{Reason: "我们先走"}))
		})
		s.refused("leg.is_waived", func() { s.withdraws(m, fire.code(), "不用来了") })
		s.pass(40 * time.Minute)
		s.confirms(m, fire.code())
		if l := m.leg(fire.code()); !l.Leg.Late || l.Colour() != order.Yellow {
			t.Errorf("late %v, %q", l.Leg.Late, l.Colour())
		}
		s.takes(form{Form: call.Form{Text: "井盖松动", Place: wanshou, Name: "王女士", Phone: "19900001234"}})
		s.releases(m, police.code(), "处置得当")
		s.answers(fire, m, "已关阀")
		s.releases(m, fire.code(), "到得晚，处置到位")
		entries := m.entries()
		seen := map[string]bool{}
		for _, e := range entries {
			seen[e.Act] = true
		}
		for _, act := range []string{"blow", "confirm_arrival", "respond", "judge_order"} {
			if !seen[act] {
				t.Errorf("the ledger has no %s", act)
			}
		}
		hl, err := s.whistle.Health(ctx, s.actor, s.code(), 20260101, 20261231)
		s.must(err)
		if hl.Whistles != 1 || hl.Legs != 2 || hl.OnTime != 1 || hl.Blown != 1 || hl.Matters != 2 {
			t.Errorf("%+v", hl)
		}
	})
}

// No pack can make a target of the number of whistles.
func TestB118NoPackCountsWhistles(t *testing.T) {
	c := cityOf(t, "beijing")
	for _, i := range c.Indicators {
		for _, word := range []string{"吹哨数", "吹哨率", "吹哨次数"} {
			if i.Name == word {
				t.Errorf("an indicator is %s", word)
			}
		}
	}
	banned := false
	for _, b := range c.Forbidden {
		banned = banned || b.Code == "whistle_count"
	}
	if !banned {
		t.Error("a pack may count whistles")
	}
}

// B1-19: what the street cannot solve alone, joint enforcement, and emergencies
// may be whistled for; what one unit can do is an order.
func TestB119WhatMayBeWhistledFor(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		s.refused("text.missing", func() {
			_, err := s.whistle.Raise(ctx, s.cmd(), whistle.Raise{Text: "井盖松动", Places: []string{wanshou}, Blow: whistle.Blow{
				Kind: "ENFORCEMENT", Departments: []whistle.Called{{Unit: wanshou + "-PCS"}},
			}})
			s.must(err)
		})
		for kind, units := range map[string][]string{
			"ENFORCEMENT": {wanshou + "-ZFD", wanshou + "-SJS"}, "EMERGENCY": {haidian + "-SW", haidian + "-YJ"},
		} {
			m := s.raise(kind, "需要多部门到场", []string{wanshou}, units...)
			s.works(m, units...)
		}
	})
}

// B1-20: the street commands what is stationed in it; who does not come gets a
// card and a letter, which the department answers; the department says of the
// whistle how it was, and that is no score of the street.
func TestB120TheStreetCommandsAndIsNotScoredByDepartments(t *testing.T) {
	blows(t, "beijing", wanshou, at(10, 10, 0), func(s *street) {
		police := s.unit(wanshou + "-PCS")
		m := s.raise("EMERGENCY", "多车连撞", []string{wanshou}, police.code())
		s.refused("order.unit_elsewhere", func() { s.raise("EMERGENCY", "x", []string{wanshou}, "110108002-PCS") })
		s.pass(9 * 24 * time.Hour)
		if l := m.leg(police.code()); l.Colour() != order.Red || m.letters(police.code()) != 1 {
			t.Errorf("%q, %d letters", l.Colour(), m.letters(police.code()))
		}
		s.works(m, police.code())
		police.did(s.whistle.Appraise(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Note: "不需要公安"}))
		all, err := s.numbers.Units(ctx, s.desk(haidian).actor, haidian, numbers.Period{From: 20260101, To: 20261231})
		s.must(err)
		for _, f := range all {
			if f.Code == s.code() && (f.Issued != 0 || f.Late != 0 || f.Yellow != 0) {
				t.Errorf("the street's figures: %+v", f)
			}
		}
	})
}
