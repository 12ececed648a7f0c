package story

import (
	"testing"

	"huying/internal/desk/whistle"
	"huying/internal/domain/call"
)

// BJ-25 民有所呼、我有所应: the caller hears of the whistle in plain words.
func TestBJ25TheCallerHearsOfTheWhistle(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.takes(form{Form: call.Form{Text: "路口被违建挡住", Place: wanshou, Name: "赵女士", Phone: "19900001234"}})
		s.blow(m, "ENFORCEMENT", wanshou+"-PCS", wanshou+"-ZFD")
		s.did(s.whistle.SecondAlarm(ctx, s.cmd(), m.id, whistle.Alarm{Why: "发现燃气隐患", Departments: []whistle.Called{{Unit: wanshou + "-XFS"}}}))
		s.did(s.whistle.Waive(ctx, s.cmd(), m.leg(wanshou+"-ZFD").ID, whistle.Reason{Reason: "已由公安处理"}))
		s.works(m, wanshou+"-PCS", wanshou+"-XFS")
		told, err := s.dispatch.Told(ctx, s.actor, m.id)
		s.must(err)
		var codes []string
		for _, x := range told {
			codes = append(codes, x.Code)
		}
		want := map[string]bool{"notice.whistle_blown": false, "notice.whistle_arrived": false, "notice.answered": false}
		for _, c := range codes {
			if _, ok := want[c]; ok {
				want[c] = true
			}
		}
		for c, ok := range want {
			if !ok {
				t.Errorf("the caller did not hear %s: %v", c, codes)
			}
		}
	})
}
