package story

import (
	"testing"

	"huying/internal/domain/org"
)

// LH-11: Luohe takes the whistle over by configuration alone, Guangzhou has it
// switched off.
func TestLH11WhistleByConfiguration(t *testing.T) {
	town := ""
	for p := range cityOf(t, "luohe").Territory.All() {
		if p.Kind.Rank() == 2 && town == "" {
			town = p.Code
		}
	}
	blows(t, "luohe", town, morningOf(10), func(s *street) {
		var agency string
		for _, u := range s.city.Org.Serving(town) {
			if x, _ := s.city.Org.Unit(u); x.Kind == org.StationedAgency && agency == "" {
				agency = u
			}
		}
		m := s.raise("EMERGENCY", "化工品泄漏", []string{town}, agency)
		s.works(m, agency)
	})
	blows(t, "guangzhou", wushan, morningOf(10), func(s *street) {
		s.refused("whistle.off_here", func() { s.raise("EMERGENCY", "化工品泄漏", []string{wushan}, wushan+"-PCS") })
	})
}
