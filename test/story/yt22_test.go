package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// YT-22 智能探头: a device whose place, purpose and right are not published does
// not run.
func TestYT22DevicesAreKnownToThePublic(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		d := s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{Code: "D1", Kind: "ENVIRONMENT", Place: s.place, Purpose: "监测水质"}))
		s.refused("device.not_published", func() { s.kept(s.ground.Activate(ctx, s.cmd(), d, ground.Empty{})) })
		d = s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{
			Code: "D2", Kind: "ENVIRONMENT", Place: s.place, Where: "河道东岸", Purpose: "监测水质", Basis: "水污染防治法", Keeps: 7, Published: true,
		}))
		s.kept(s.ground.Activate(ctx, s.cmd(), d, ground.Empty{}))
	})
}
