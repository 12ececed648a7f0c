package story

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// camera registers a device of the town that runs.
func (s *town) camera(code, kind, place string, threshold int64) ident.ID {
	s.Helper()
	id := s.kept(s.ground.AddDevice(ctx, s.cmd(), ground.NewDevice{
		Code: code, Kind: kind, Place: place, Where: "农贸市场北门", Purpose: "查看占道和烟火", Basis: "公共安全视频图像信息系统管理条例", Keeps: 30, Published: true,
		Threshold: threshold,
	}))
	return s.kept(s.ground.Activate(ctx, s.cmd(), id, ground.Empty{}))
}

// frame is a picture as a device sends it.
func (s *town) frame() string {
	s.Helper()
	var b bytes.Buffer
	s.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// LN-13 线上线下巡逻: a patrol goes where most is open for the size of the grid;
// what a camera saw counts by a person's word, and is deleted with its picture
// when nobody gave it for a day.
func TestLN13PatrolsGoWhereMostIsOpen(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g, other := s.grids()[0].Code, s.grids()[1].Code
		for range 4 {
			s.takes(form{Form: call.Form{Text: "夜间占道摆摊", Place: g, Name: "韦女士", Phone: "19900001234"}})
		}
		s.takes(form{Form: call.Form{Text: "路灯不亮", Place: other, Name: "韦女士", Phone: "19900001234"}})
		team := s.place + "-ZFD"
		plan := ground.NewPatrol{Town: s.place, Team: team, Day: 20260310, Title: "占道高发网格巡查"}
		most, threshold, err := s.ground.Densest(ctx, s.actor, s.place, 0)
		s.must(err)
		if len(most) != 1 || most[0].Grid != g || most[0].Open != 4 || most[0].Density < threshold {
			t.Fatalf("the densest grids: %+v over %d", most, threshold)
		}
		far := plan
		far.Threshold = 1 << 30
		s.refused("patrol.nothing_dense", func() { s.kept(s.ground.PlanPatrol(ctx, s.cmd(), far)) })
		late := plan
		late.Day = 20260309
		s.refused("patrol.day_out_of_range", func() { s.kept(s.ground.PlanPatrol(ctx, s.cmd(), late)) })
		id := s.kept(s.ground.PlanPatrol(ctx, s.cmd(), plan))
		s.refused("record.key_taken", func() { s.kept(s.ground.PlanPatrol(ctx, s.cmd(), plan)) })
		served := s.served(id)
		if len(served) != 1 || served[0].M.Task.Kind != matter.Patrolling || served[0].Orders[0].Debtor != team || served[0].Orders[0].Content != g {
			t.Fatalf("the plan is served by %+v", served)
		}

		eye := s.camera("C1", "SCENE", g, 0)
		before := len(s.matters())
		real := s.kept(s.ground.See(ctx, s.cmd(), eye, ground.NewScene{Kind: "BLOCKED", Picture: s.frame()}))
		lost := s.kept(s.ground.See(ctx, s.cmd(), eye, ground.NewScene{Kind: "CROWDING", Value: 40, Picture: s.frame()}))
		for _, kind := range []string{"FACE", "PLATE"} {
			s.refused("device.watches_persons", func() { s.kept(s.ground.See(ctx, s.cmd(), eye, ground.NewScene{Kind: kind})) })
		}
		if n := len(s.matters()); n != before {
			t.Fatalf("%d matters by machines alone", n-before)
		}
		s.kept(s.ground.ConfirmScene(ctx, s.cmd(), real, ground.Seen{Text: "市场北门占道，堵住消防通道"}))
		s.refused("scene.decided", func() { s.kept(s.ground.DismissScene(ctx, s.cmd(), real, ground.Empty{})) })
		s.must(s.ground.Sweep(ctx, s.now))
		if n := len(s.scenes()); n != 2 {
			t.Fatalf("%d scenes before a day is over", n)
		}
		s.until(at(11, 9, 0))
		s.must(s.ground.Sweep(ctx, s.now))
		left := s.scenes()
		if len(left) != 1 || left[real].Status != grid.SceneConfirmed || s.load(left[real].Matter).M.Source != "SENSOR" {
			t.Fatalf("the scenes that are left: %+v", left)
		}
		s.refused("scene.no_picture", func() { _, _, err := s.ground.Picture(ctx, s.actor, lost); s.must(err) })
		if body, media, err := s.ground.Picture(ctx, s.actor, real); err != nil || media != "image/png" || len(body) == 0 {
			t.Fatalf("the picture of what was confirmed: %s, %v", media, err)
		}
		s.refused("scene.decided", func() { s.kept(s.ground.ConfirmScene(ctx, s.cmd(), lost, ground.Seen{Text: "迟到的确认"})) })
	})
}

// scenes are those that the desk sees.
func (s *town) scenes() map[ident.ID]grid.Scene {
	s.Helper()
	rows, err := s.ground.Scenes(ctx, s.actor, s.place, 0, 50)
	s.must(err)
	out := map[ident.ID]grid.Scene{}
	for _, r := range rows {
		out[r.ID] = r.Fact
	}
	return out
}

// served are the matters that were assigned for a record.
func (s *town) served(about ident.ID) (out []*engine.State) {
	s.Helper()
	s.must(s.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = s.e.Served(v, about)
		return err
	}))
	return out
}

// led is the newest order of a matter.
func led(s *engine.State) *order.Order { return s.Orders[len(s.Orders)-1] }
