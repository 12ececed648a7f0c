package story

import "testing"

// YT-04 六级网格链: a grid shows its six levels; one that is not there is a gap.
func TestYT04SixLevels(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		g := s.grids()[0].Code
		chain := []string{"PARTY_COMMITTEE", "PARTY_BRANCH", "BRANCH_SECRETARY", "PARTY_GROUP", "CENTRE_HOUSEHOLD", "MEMBER"}
		for _, post := range chain[:5] {
			s.fills(g, post, "丙"+post)
		}
		for i, post := range chain {
			want := 0
			if i == 5 {
				want = 1
			}
			if n := s.missing(g, post); n != want {
				t.Errorf("%d of %s are missing, want %d", n, post, want)
			}
		}
	})
}
