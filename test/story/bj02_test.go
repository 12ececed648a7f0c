package story

import (
	"testing"
)

// BJ-02 综合执法哨: residents of the platform get it at once, who is on call gets
// a call-out; a unit that is not on the roster cannot be called for enforcement.
func TestBJ02EnforcementWhistle(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.raise("ENFORCEMENT", "夜市无照经营、私拉电线", []string{wanshou}, wanshou+"-PCS", haidian+"-LY")
		for _, u := range []string{wanshou + "-PCS", haidian + "-LY"} {
			if got := s.told(s.unit(u), m); len(got) != 1 || got[0] != "notice.whistle" {
				t.Errorf("%s was told %v", u, got)
			}
		}
		s.refused("whistle.not_on_platform", func() { s.raise("ENFORCEMENT", "x", []string{wanshou}, haidian+"-JY") })
		s.works(m, wanshou+"-PCS", haidian+"-LY")
	})
}
