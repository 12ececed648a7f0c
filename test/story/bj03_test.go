package story

import (
	"testing"

	"huying/internal/desk/whistle"
)

// BJ-03 一事一通知: each matter has its own numbered notice; the numbers have no
// gap, not even where one was refused; a key work needs a date.
func TestBJ03OneNoticeAMatter(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		s.refused("whistle.bulk_notice", func() { s.raise("ENFORCEMENT", "两处违建", []string{wanshou, "110108002"}, wanshou+"-PCS") })
		s.refused("whistle.date_missing", func() { s.raise("KEY_WORK", "背街小巷整治", []string{wanshou}, haidian+"-CG") })
		for i, text := range []string{"甲巷违建", "乙巷违建"} {
			m := s.raise("ENFORCEMENT", text, []string{wanshou}, wanshou+"-PCS")
			if no := m.now().M.Whistles[0].No; no != []string{wanshou + "-ZH-2026-0001", wanshou + "-ZH-2026-0002"}[i] {
				t.Errorf("notice %d has the number %s", i, no)
			}
			s.works(m, wanshou+"-PCS")
		}
		s.now = at(12, 9, 0)
		st, err := s.whistle.Raise(ctx, s.cmd(), whistle.Raise{
			Blow: whistle.Blow{Kind: "KEY_WORK", Why: "拆除违建须部门配合", Departments: []whistle.Called{{Unit: haidian + "-CG", Due: at(16, 10, 0)}}},
			Text: "丙巷违建", Places: []string{wanshou},
		})
		s.did(st, err)
		if due := st.Orders[0].Due().Time(); !due.Equal(at(16, 10, 0)) {
			t.Errorf("due %v", due)
		}
		s.works(&affair{s.world, st.M.ID}, haidian+"-CG")
	})
}
