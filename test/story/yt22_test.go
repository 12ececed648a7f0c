package story

import (
	"testing"
	"time"

	"huying/internal/desk/ground"
	"huying/internal/domain/matter"
	"huying/internal/ident"
)

// YT-22 智能探头: a device whose place, purpose and right are not published does
// not run, one that would know persons is not registered at all; a reading over
// its threshold waits for a person, and its picture goes after thirty days.
func TestYT22DevicesAreKnownToThePublic(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		d := s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{Code: "D1", Kind: "ENVIRONMENT", Place: s.place, Purpose: "监测水质"}))
		s.refused("device.not_published", func() { s.kept(s.ground.Activate(ctx, s.cmd(), d, ground.Empty{})) })
		d = s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{
			Code: "D2", Kind: "ENVIRONMENT", Place: s.place, Where: "河道东岸", Purpose: "监测水质", Basis: "水污染防治法", Keeps: 7, Published: true,
		}))
		s.kept(s.ground.Activate(ctx, s.cmd(), d, ground.Empty{}))

		add := func(in ground.NewDevice) func() {
			in.Code, in.Place = "D3", s.place
			return func() { s.kept(s.ground.AddDevice(ctx, s.cmd(), in)) }
		}
		for _, kind := range []string{"FACE", "PLATE", "GAIT"} {
			s.refused("device.watches_persons", add(ground.NewDevice{Kind: kind}))
		}
		s.refused("device.kind_unknown", add(ground.NewDevice{Kind: "DRONE"}))
		s.refused("device.forbidden", add(ground.NewDevice{Kind: "SCENE", Purpose: "人脸比对"}))
		s.refused("device.forbidden", add(ground.NewDevice{Kind: "SCENE", Purpose: "重点人员轨迹"}))
		s.refused("device.forbidden", func() { // nor by what is said of it later
			s.kept(s.ground.Describe(ctx, s.cmd(), d, ground.Description{Where: "河道东岸", Purpose: "人脸比对", Basis: "水污染防治法", Keeps: 7, Published: true}))
		})
		d = s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{Code: "D4", Kind: "SCENE", Place: s.place, Where: "桥头", Purpose: "看积水", Basis: "防洪法", Keeps: 31, Published: true}))
		s.refused("device.not_published", func() { s.kept(s.ground.Activate(ctx, s.cmd(), d, ground.Empty{})) })

		gauge := s.camera("D5", "FLOOD", s.place, 80)
		see := func(in ground.NewScene) ident.ID { return s.kept(s.ground.See(ctx, s.cmd(), gauge, in)) }
		s.refused("scene.below_threshold", func() { see(ground.NewScene{Kind: "WATER", Value: 79}) })
		s.refused("scene.kind_unknown", func() { see(ground.NewScene{Kind: "SUNSET", Value: 90}) })
		s.refused("scene.time_out_of_range", func() { see(ground.NewScene{Kind: "WATER", Value: 90, At: s.now.Add(time.Minute)}) })
		s.refused("scene.picture_refused", func() { see(ground.NewScene{Kind: "WATER", Value: 90, Picture: "aGVsbG8="}) })
		risen := see(ground.NewScene{Kind: "WATER", Value: 95, Picture: s.frame()})
		if n := len(s.matters()); n != 0 {
			t.Fatalf("%d matters of a reading alone", n)
		}
		s.refused("text.missing", func() { s.kept(s.ground.ConfirmScene(ctx, s.cmd(), risen, ground.Seen{Hazard: true})) })
		s.kept(s.ground.ConfirmScene(ctx, s.cmd(), risen, ground.Seen{Text: "河水漫上桥头", Hazard: true}))
		if m := s.load(s.scenes()[risen].Matter); m.M.Kind != matter.Hazard || m.M.Source != "SENSOR" {
			t.Errorf("%+v", m.M)
		}
		picture := func() error { _, _, err := s.ground.Picture(ctx, s.actor, risen); return err }
		s.until(at(10, 9, 0).AddDate(0, 0, 30))
		s.must(s.ground.Sweep(ctx, s.now))
		s.must(picture())
		s.until(at(10, 9, 0).AddDate(0, 0, 31))
		s.must(s.ground.Sweep(ctx, s.now))
		s.must(s.ground.Sweep(ctx, s.now))
		s.refused("scene.no_picture", func() { s.must(picture()) })
		if x := s.scenes()[risen]; x.Picture != "" || x.Matter == 0 {
			t.Errorf("after thirty days: %+v", x)
		}
		s.kept(s.ground.Deactivate(ctx, s.cmd(), gauge, ground.Empty{}))
		s.refused("scene.device_off", func() { see(ground.NewScene{Kind: "WATER", Value: 95}) })
	})
}
