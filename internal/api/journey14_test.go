package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/api"
	"huying/internal/desk/ground"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

// shapesOf writes the shapes of places as a plan of a change carries them.
func shapesOf(t *testing.T, shapes map[string]orb.MultiPolygon) string {
	t.Helper()
	features := []call{}
	for code, shape := range shapes {
		features = append(features, call{
			"type": "Feature", "properties": call{"code": code}, "geometry": call{"type": "MultiPolygon", "coordinates": shape},
		})
	}
	out, err := json.Marshal(call{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// inside is a point that lies in a grid, by the locator of the structure in
// force.
func (x *town) inside(t *testing.T, code string) orb.Point {
	t.Helper()
	p, _ := x.City().Territory.Place(code)
	b := p.Shape.Bound()
	const n = 40
	for i := range n {
		for j := range n {
			lon := b.Min[0] + (b.Max[0]-b.Min[0])*(float64(i)+0.5)/n
			lat := b.Min[1] + (b.Max[1]-b.Min[1])*(float64(j)+0.5)/n
			if a, ok := x.City().Locator.Locate(lon, lat); ok && a.Grid == code {
				return orb.Point{lon, lat}
			}
		}
	}
	t.Fatalf("no point lies in %s", code)
	return orb.Point{}
}

// dawn puts in force the changes of grids that are due, as every process does
// when their day begins.
func (x *town) dawn(t *testing.T) {
	t.Helper()
	due, err := ground.Due(context.Background(), x.DB(), x.Now())
	if err != nil {
		t.Fatal(err)
	}
	city, err := ground.Changed(x.City(), due, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	x.Use(city)
}

// split is journey 14 while it runs.
type split struct {
	*town
	*testing.T
	place, community, old string
	desk, boss            string // tokens
	heirs                 []string
	calls                 []api.Matter
}

// Journey 14, a grid is split on 1 July while 30 matters are open, on the pack of
// Liunan: shapes with a hole or an overlap are refused, another person confirms,
// from the day on new calls lie in the new grids, and the old ones keep theirs
// until they are closed. Nothing is lost and nothing is counted twice (INV-15).
func TestJourney14AGridIsSplitWhileThirtyMattersAreOpen(t *testing.T) {
	city, err := pack.Load(packs.FS, "liunan")
	if err != nil {
		t.Fatal(err)
	}
	x := &town{log: &bytes.Buffer{}}
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		x.now = morning
		s := &split{town: x.on(t, many(), city, db), T: t, place: "450204001"}
		s.community = s.City().Territory.Children(s.place)[0].Code
		s.old = s.City().Territory.Children(s.community)[0].Code
		s.desk, s.boss = s.token(t, s.place+"-ZH", org.Dispatcher), s.token(t, s.place+"-ZH", org.Leader)
		s.until(t, time.Date(2026, 6, 29, 9, 0, 0, 0, ident.Zone))
		s.thirty()
		plan := s.planned()
		s.until(t, time.Date(2026, 6, 30, 23, 59, 0, 0, ident.Zone))
		s.dawn(t)
		if leaf := s.takes("到期前一分钟的来电", s.inside(t, s.old)).Place.Grid; leaf != s.old {
			t.Fatalf("a call before the day lies in %s", leaf)
		}
		before := s.counts()
		s.until(t, time.Date(2026, 7, 1, 0, 0, 0, 0, ident.Zone))
		s.dawn(t)
		if after := s.counts(); after != before || after != 31 {
			t.Fatalf("%d matters are open before, %d after", before, after)
		}
		s.newOnesLieInNewGrids()
		s.oldOnesKeepTheirs()
		s.theyClose()
		var wrong api.Problem
		s.do(t, "POST", "/api/v1/grid-changes/"+plan+"/drop", s.desk, call{}).into(t, 409, &wrong)
		if wrong.Code != "change.not_planned" {
			t.Fatalf("%+v", wrong)
		}
		if _, err := s.Seal(context.Background(), s.Now()); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Verify(context.Background(), nil); err != nil || len(v.Breaks) > 0 {
			t.Fatalf("%+v, %v", v, err)
		}
	}, store.Options{Now: x.Now})
}

// takes files a call at a point.
func (s *split) takes(text string, at orb.Point) (m api.Matter) {
	s.Helper()
	s.do(s.T, "POST", "/api/v1/calls", s.desk, call{
		"source": "HOTLINE_12345", "source_ref": fmt.Sprintf("j14-%d", len(s.calls)), "kind": "COMPLAINT", "text": text, "lon": at[0], "lat": at[1],
		"caller": call{"name": "韦女士", "phone": "19900001234"},
	}).into(s.T, 201, &m)
	s.calls = append(s.calls, m)
	return m
}

func (s *split) thirty() {
	s.Helper()
	at := s.inside(s.T, s.old)
	for i := range 30 {
		if m := s.takes(fmt.Sprintf("楼道灯不亮，第%d栋", i+1), at); m.Place.Grid != s.old {
			s.Fatalf("a call lies in %+v", m.Place)
		}
	}
}

// planned tries bad plans, then plans, previews and has it confirmed.
func (s *split) planned() string {
	s.Helper()
	tree := s.City().Territory
	two, err := territory.Split(tree, s.old, 2, s.Now())
	if err != nil {
		s.Fatal(err)
	}
	three, err := territory.Split(tree, s.old, 3, s.Now())
	if err != nil {
		s.Fatal(err)
	}
	retired, _ := two.Place(s.old)
	s.heirs = retired.Heirs
	shape := func(t *territory.Tree, i int) orb.MultiPolygon { p, _ := t.Place(s.heirs[i]); return p.Shape }
	whole, _ := tree.Place(s.old)
	halves := shapesOf(s.T, map[string]orb.MultiPolygon{s.heirs[0]: shape(two, 0), s.heirs[1]: shape(two, 1)})
	in := call{"kind": "SPLIT", "grids": []string{s.old}, "parts": 2, "day": 20260701, "reason": "户数太多，一名网格员走不完"}
	var wrong api.Problem
	for _, x := range []struct {
		field, code string
		value       any
	}{
		{"shapes", "change.leaves_a_hole", shapesOf(s.T, map[string]orb.MultiPolygon{s.heirs[0]: shape(three, 0), s.heirs[1]: shape(three, 1)})},
		{"shapes", "change.overlaps", shapesOf(s.T, map[string]orb.MultiPolygon{s.heirs[0]: whole.Shape, s.heirs[1]: shape(two, 1)})},
		{"shapes", "change.shapes_number", shapesOf(s.T, map[string]orb.MultiPolygon{s.heirs[0]: whole.Shape})},
		{"day", "change.day_out_of_range", 20260629},
	} {
		bad := call{"shapes": halves}
		for k, v := range in {
			bad[k] = v
		}
		bad[x.field] = x.value
		for _, path := range []string{"/api/v1/grid-changes/preview", "/api/v1/grid-changes"} {
			s.do(s.T, "POST", path, s.desk, bad).into(s.T, 422, &wrong)
			if wrong.Code != x.code {
				s.Fatalf("%s: %+v, want %s", path, wrong, x.code)
			}
		}
	}
	in["shapes"] = halves
	var seen api.ChangePreview
	s.do(s.T, "POST", "/api/v1/grid-changes/preview", s.desk, in).into(s.T, 200, &seen)
	if seen.Change.Open != 30 || len(seen.Matters) != 30 || len(seen.After) != 2 || !slices.Equal(seen.Change.Heirs, s.heirs) {
		s.Fatalf("the preview: %+v", seen.Change)
	}
	var made, again api.Entered
	s.do(s.T, "POST", "/api/v1/grid-changes", s.desk, in, set{"Idempotency-Key": "plan"}).into(s.T, 201, &made)
	s.do(s.T, "POST", "/api/v1/grid-changes", s.desk, in, set{"Idempotency-Key": "plan"}).into(s.T, 201, &again)
	if again != made {
		s.Fatalf("the same plan made %v, then %v", made, again)
	}
	s.do(s.T, "POST", "/api/v1/grid-changes", s.boss, in).into(s.T, 409, &wrong)
	if wrong.Code != "change.planned_already" {
		s.Fatalf("%+v", wrong)
	}
	self := "/api/v1/grid-changes/" + made.Number
	s.do(s.T, "POST", self+"/confirm", s.desk, call{}).into(s.T, 403, &wrong)
	if wrong.Code != "change.same_person" {
		s.Fatalf("%+v", wrong)
	}
	s.do(s.T, "POST", self+"/confirm", s.boss, call{}).into(s.T, 200, nil)
	return made.Number
}

// counts is how many matters of the street are open, as its figures say and as
// its list gives them.
func (s *split) counts() int {
	s.Helper()
	var n api.PlaceNumbers
	s.do(s.T, "GET", "/api/v1/numbers/place/"+s.place+"?from=2026-01-01&to=2026-12-31", s.desk, nil).into(s.T, 200, &n)
	if int(n.Received) != len(s.calls) {
		s.Fatalf("%d calls came in, %d were made", n.Received, len(s.calls))
	}
	return int(n.Open)
}

func (s *split) newOnesLieInNewGrids() {
	s.Helper()
	var m api.Matter
	s.do(s.T, "POST", "/api/v1/calls", s.desk, call{
		"source": "HOTLINE_12345", "kind": "COMPLAINT", "text": "按旧网格编码报来的来电", "place": s.old, "caller": call{"name": "韦女士", "phone": "19900001234"},
	}).into(s.T, 201, &m)
	if s.calls = append(s.calls, m); m.Place.Grid != "" || m.Place.Community != s.community {
		s.Fatalf("a new call by the code of the old grid lies in %+v", m.Place)
	}
	for _, heir := range s.heirs {
		if m := s.takes("新网格的来电", s.inside(s.T, heir)); m.Place.Grid != heir || m.Place.Community != s.community {
			s.Fatalf("a new call lies in %+v, not in %s", m.Place, heir)
		}
	}
}

func (s *split) oldOnesKeepTheirs() {
	s.Helper()
	for _, was := range s.calls[:30] {
		var m api.Matter
		s.do(s.T, "GET", "/api/v1/matters/"+was.No, s.desk, nil).into(s.T, 200, &m)
		if m.Place != was.Place || m.Status != was.Status {
			s.Fatalf("%s: %+v %s, was %+v %s", m.No, m.Place, m.Status, was.Place, was.Status)
		}
	}
}

// theyClose answers and judges the thirty in the ordinary way.
func (s *split) theyClose() {
	s.Helper()
	leaf, _ := s.City().Duty.Leaf(lampCode(s.town))
	var records []call
	for _, k := range leaf.Evidence {
		records = append(records, call{"kind": k, "hash": strings.Repeat("ab", 32)})
	}
	unit := ""
	for _, was := range s.calls[:30] {
		self := "/api/v1/matters/" + was.No
		var m api.Matter
		s.do(s.T, "POST", self+"/verify", s.desk, call{}).into(s.T, 200, nil)
		s.do(s.T, "POST", self+"/triage", s.desk, call{"class": "大事", "category": leaf.Code, "reason": "部门职责"}).into(s.T, 200, nil)
		s.do(s.T, "POST", self+"/issue", s.desk, nil).into(s.T, 200, &m)
		if unit == "" {
			unit = s.token(s.T, m.Orders[0].Debtor, org.Handler)
		}
		s.do(s.T, "POST", "/api/v1/orders/"+m.Orders[0].No+"/respond", unit, call{"text": "灯已修好", "evidence": records}).into(s.T, 200, nil)
		s.do(s.T, "POST", "/api/v1/track/"+was.No+"/judge", "", call{"resolved": "YES", "satisfaction": 5}, set{"Track-Code": was.TrackCode}).into(s.T, 200, nil)
		s.do(s.T, "GET", self, s.desk, nil).into(s.T, 200, &m)
		if m.Status != "CLOSED" || m.Place != was.Place {
			s.Fatalf("%s is %s in %+v", m.No, m.Status, m.Place)
		}
	}
	if n := s.counts(); n != len(s.calls)-30 {
		s.Fatalf("%d are open after thirty were closed", n)
	}
}
