package ground_test

import (
	"fmt"
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/org"
	"huying/internal/fault"
)

// A line that was drawn on the map is a plan of two grids, and the plan can be
// read as it stands by those of its town alone.
func TestAPlanIsDrawnAndReadAsItStands(t *testing.T) {
	each(t, func(s *street) {
		p, _ := s.e.City().Territory.Place(s.grid)
		b := p.Shape.Bound()
		at := func(x, y float64) string {
			return fmt.Sprintf("%.6f，%.6f", b.Min[0]+(b.Max[0]-b.Min[0])*x, b.Min[1]+(b.Max[1]-b.Min[1])*y)
		}
		in := ground.NewChange{Kind: "SPLIT", Grids: []string{s.grid}, Day: 20260701, Reason: "户数太多", Line: []string{at(.4, -.1), at(.5, 1.1)}}
		id := s.made(s.d.PlanChange(ctx, s.by(s.desk, "p"), in))
		x, err := s.d.Change(ctx, s.desk, id)
		if err != nil || x.Unfit != nil || len(x.Before) != 1 || len(x.After) != 2 || x.Record.Fact.Shapes == "" {
			t.Fatalf("%+v, %v", x, err)
		}
		stranger := s.post(other+"-ZH", org.Dispatcher)
		if _, err := s.d.Change(ctx, stranger, id); fault.Code(err) != "record.not_found" {
			t.Error(err)
		}
		if _, err := s.d.Sketch(ctx, stranger, in, morning); fault.Code(err) != "access.denied" {
			t.Error(err)
		}
		for want, line := range map[string][]string{
			"line.point_malformed": {"东", "西"}, "grid.line_too_short": {at(.4, 0)}, "grid.line_misses": {at(2, 0), at(2, 1)}, "grid.line_crosses_itself": {at(0, .5), at(1, .5), at(.2, .5)},
		} {
			bad := in
			bad.Line = line
			if _, err := s.d.PreviewChange(ctx, s.desk, bad, morning); fault.Code(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
	})
}

// Lists show a town its own and nobody else's.
func TestShelvesAreOfATown(t *testing.T) {
	each(t, func(s *street) {
		s.made(s.d.AddLayer(ctx, s.by(s.desk, "l"), ground.NewLayer{Code: "ENV", Name: "环保网格", Line: "ENVIRONMENT", Unit: town + "-ZH", Place: town, Covers: []string{s.grid}}))
		s.made(s.d.AddDevice(ctx, s.by(s.desk, "d"), ground.NewDevice{Code: "F1", Kind: "FLOOD", Place: town}))
		for unit, want := range map[string]int{town + "-ZH": 1, other + "-ZH": 0} {
			who := s.post(unit, org.Dispatcher)
			layers, err := s.d.Layers(ctx, who, "", 0, 10)
			devices, wrong := s.d.Devices(ctx, who, "", 0, 10)
			agreed, bad := s.d.Agreements(ctx, who, town, 0, 10)
			if err != nil || wrong != nil || bad != nil || len(layers) != want || len(devices) != want || len(agreed) != 0 {
				t.Errorf("%s: %v %v %v %v %v", unit, layers, devices, err, wrong, bad)
			}
		}
	})
}

// A device that runs stops when what is said of it would not let it run.
func TestADeviceIsDescribed(t *testing.T) {
	each(t, func(s *street) {
		id := s.made(s.d.AddDevice(ctx, s.by(s.desk, "d"), ground.NewDevice{Code: "F1", Kind: "FLOOD", Place: town}))
		if _, err := s.d.Activate(ctx, s.by(s.desk, "a"), id, ground.Empty{}); fault.Code(err) != "device.not_published" {
			t.Fatal(err)
		}
		whole := ground.Description{Where: "下沉路口", Purpose: "积水预警", Basis: "防汛条例", Keeps: 30, Published: true}
		if _, err := s.d.Describe(ctx, s.by(s.post(other+"-ZH", org.Dispatcher), "x"), id, whole); fault.Code(err) != "access.denied" {
			t.Error(err)
		}
		s.made(s.d.Describe(ctx, s.by(s.desk, "e"), id, whole))
		s.made(s.d.Activate(ctx, s.by(s.desk, "b"), id, ground.Empty{}))
		s.made(s.d.Describe(ctx, s.by(s.desk, "f"), id, whole))
		if list, err := s.d.Devices(ctx, s.desk, town, 0, 10); err != nil || !list[0].Fact.Active {
			t.Errorf("%+v, %v", list, err)
		}
		whole.Published = false
		s.made(s.d.Describe(ctx, s.by(s.desk, "g"), id, whole))
		if list, err := s.d.Devices(ctx, s.desk, town, 0, 10); err != nil || list[0].Fact.Active || list[0].Fact.Line().Status != "OFF" {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := s.d.Describe(ctx, s.by(s.desk, "h"), id, ground.Description{Where: string(make([]byte, 30000))}); err == nil {
			t.Error("a description of thirty thousand control characters was taken")
		}
	})
}

// Two findings that nobody has sorted yet are not one that came back.
func TestWhatIsNotSortedIsNoKind(t *testing.T) {
	each(t, func(s *street) {
		lane := s.made(s.d.AddSegment(ctx, s.by(s.desk, "s"), ground.NewSegment{Code: "L1", Name: "柳工一巷", Kind: "LANE", Place: town}))
		find := func(key, category string) {
			s.made(s.d.Record(ctx, s.by(s.desk, key), lane, ground.NewRound{Cadence: "DAILY", Findings: []ground.Finding{{Text: "门口堆放旧沙发", Category: category}}}))
		}
		repeated := func() int {
			list, err := s.d.RollCall(ctx, s.desk, town, 20260310)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			return list[0].Repeated
		}
		find("a", "")
		find("b", "")
		if n := repeated(); n != 0 {
			t.Errorf("%d kinds came back", n)
		}
		find("c", "SR0401")
		find("d", "SR0401")
		if n := repeated(); n != 1 {
			t.Errorf("%d kinds came back", n)
		}
	})
}
