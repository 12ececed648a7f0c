package territory

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"huying/internal/fault"
)

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func polygon(code, coordinates string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"adcode":%s},"geometry":{"type":"Polygon","coordinates":%s}}`, code, coordinates)
}

const square = `[[[113,23],[113.1,23],[113.1,23.1],[113,23.1],[113,23]]]`

func TestReadGeoJSONNotesEveryProblem(t *testing.T) {
	tree, err := New(town{districts: 8}.places())
	if err != nil {
		t.Fatal(err)
	}
	in := collection(
		polygon("990001", square),
		polygon(`"990002"`, `[[[113,23],[113,23.1],[113.1,23.1],[113.1,23]]]`), // Clockwise and open.
		polygon("990003", `[[[113,23],[113.1,23.1],[113.1,23],[113,23.2],[113,23]]]`),
		polygon("990004", `[[[113,23],[113.1,123],[113.1,23.1],[113,23]]]`),
		polygon("770000", square),
		polygon("990001", square),
		`{"properties":{"code":"990005"},"geometry":null}`,
		`{"properties":{"name":"无码"},"geometry":null}`,
		`{"id":990006,"geometry":{"type":"Point","coordinates":[113,23]}}`,
		`{"id":990006,"geometry":{"type":"Polygon","coordinates":[1]}}`,
		polygon("990006", `[[[113,23],[113.1,23],[113,23]]]`),
		polygon("990007", `[[[113,23],[113,23,5,6],[113.1],[113,23]]]`),
		`7`,
		polygon("990008", `[`+strings.TrimSuffix(strings.Repeat(`[[113,23],[113.1,23],[113.1,23.1],[113,23]],`, 30), ",")+`]`),
	)
	shapes, problems, err := ReadGeoJSON(strings.NewReader(in), WGS84, ReadOptions{Tree: tree, MaxVertices: 100})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]orb.MultiPolygon{
		"990001": Rectangle(113, 23, 113.1, 23.1),
		"990002": Rectangle(113, 23, 113.1, 23.1),
	}
	if diff := cmp.Diff(want, shapes); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s %v", p.Feature, p.Fault.Code, p.Dropped))
	}
	if diff := cmp.Diff([]string{
		"1 geojson.ring_open false",
		"2 geojson.crosses_itself true",
		"3 geojson.position_wrong true",
		"4 geojson.code_unknown true",
		"5 geojson.code_twice true",
		"6 geojson.geometry_missing true",
		"7 geojson.code_missing true",
		"8 geojson.geometry_kind true",
		"9 geojson.coordinates_unreadable true",
		"10 geojson.ring_flat false",
		"10 geojson.shape_empty true",
		"11 geojson.position_wrong true",
		"12 geojson.feature_unreadable true",
		"13 geojson.too_many_vertices true",
	}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadGeoJSONConverts(t *testing.T) {
	shapes, problems, err := ReadGeoJSON(strings.NewReader(collection(polygon("1", square))), GCJ02, ReadOptions{CodeKey: "adcode"})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, p := range shapes["1"][0][0] {
		lon, lat := FromWGS84(p[0], p[1], GCJ02)
		if d := Metres(lon, lat, math.Round(lon*10)/10, math.Round(lat*10)/10); d > 0.1 {
			t.Errorf("%v is %.2f m beside", p, d)
		}
	}
}

// TestReadGeoJSONJoinsParts reads two parts that share a border as one.
func TestReadGeoJSONJoinsParts(t *testing.T) {
	in := `{"id":"1","geometry":{"type":"MultiPolygon","coordinates":[` + square + `,[[[113.1,23],[113.2,23],[113.2,23.1],[113.1,23.1],[113.1,23]]]]}}`
	shapes, problems, err := ReadGeoJSON(strings.NewReader(collection(in)), WGS84, ReadOptions{})
	if err != nil || len(problems) > 0 || len(shapes["1"]) != 1 {
		t.Fatal(err, problems, shapes)
	}
}

func TestReadGeoJSONRefusesFiles(t *testing.T) {
	for in, code := range map[string]string{
		"":                                    "geojson.unreadable",
		strings.Repeat("[", 100_000):          "geojson.unreadable",
		`{"type":"Feature"}`:                  "geojson.not_collection",
		collection(strings.Repeat(" ", 2000)): "geojson.too_large",
		collection("1", "2", "3"):             "geojson.too_many_features",
	} {
		opts := ReadOptions{MaxFeatures: 2}
		if code == "geojson.too_large" {
			opts.MaxBytes = 1000
		}
		if _, _, err := ReadGeoJSON(strings.NewReader(in), WGS84, opts); fault.Code(err) != code {
			t.Errorf("%.40q: %v, want %s", in, err, code)
		}
	}
}

func TestWriteGeoJSONIsReadBack(t *testing.T) {
	tree := town{districts: 2, towns: 2, communities: 2, grids: 20}.city(t, 1)
	var b bytes.Buffer
	if err := WriteGeoJSON(&b, tree, GridS, "990002"); err != nil {
		t.Fatal(err)
	}
	shapes, problems, err := ReadGeoJSON(&b, WGS84, ReadOptions{Tree: tree})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	n := 0
	for p := range tree.All() {
		if p.Kind != GridS || !tree.Within(p.Code, "990002") {
			continue
		}
		n++
		if got, want := regionOf(shapes[p.Code]).area2(), regionOf(p.Shape).area2(); got != want {
			t.Errorf("%s: area %d, want %d", p.Code, got, want)
		}
	}
	if n != len(shapes) {
		t.Errorf("%d features, want %d", len(shapes), n)
	}
	if err := WriteGeoJSON(&b, tree, GridS, "?"); fault.Code(err) != "place.unknown" {
		t.Errorf("an unknown place: %v", err)
	}
}

func TestWriteGeoJSONText(t *testing.T) {
	tree, err := New([]Place{
		{Code: "1", Name: "甲区", Kind: District, Shape: Rectangle(113, 23, 113.123456789, 23.1), Synthetic: true},
		{Code: "1a", Name: "乙\"街道", Kind: Street, Parent: "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, k := range []Kind{District, Town} {
		if err := WriteGeoJSON(&b, tree, k, ""); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"1","name":"甲区","kind":"DISTRICT","synthetic":true},"geometry":{"type":"MultiPolygon","coordinates":[[[[113,23],[113.1234568,23],[113.1234568,23.1],[113,23.1],[113,23]]]]}}
]}
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"1a","name":"乙\"街道","kind":"STREET","parent":"1","synthetic":false},"geometry":null}
]}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// FuzzReadGeoJSON asks that no file breaks the reader, and that what it
// returns can be drawn upon and located in.
func FuzzReadGeoJSON(f *testing.F) {
	f.Add([]byte(collection(polygon("1", square))), uint8(GCJ02))
	f.Add([]byte(collection(polygon("1", `[[[113,23],[113.1,23.1],[113.1,23],[113,23.1]]]`))), uint8(WGS84))
	f.Add([]byte(collection(polygon("1", `[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]],[[0,0],[0,1],[1,0],[0,0]]]`))), uint8(BD09))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"id":"1","geometry":{"type":"MultiPolygon","coordinates":[[],[[]],[[[]]]]}}]}`), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, crs uint8) {
		shapes, _, err := ReadGeoJSON(bytes.NewReader(data), CRS(crs%4), ReadOptions{MaxBytes: 1 << 16, MaxVertices: 2000})
		if err != nil {
			return
		}
		for code, shape := range shapes {
			for _, p := range shape[0][0] {
				if !onGlobe(p[0], p[1]) {
					t.Fatalf("%q has a corner at %v", code, p)
				}
			}
			tree, err := New([]Place{
				{Code: "d", Kind: District, Shape: shape},
				{Code: "d1", Kind: Street, Parent: "d"}, {Code: "d2", Kind: Street, Parent: "d"}, {Code: "d3", Kind: Street, Parent: "d"},
			})
			if err != nil {
				t.Fatal(err)
			}
			drawn, err := Schematic(tree, 1)
			if fault.Code(err) == "shape.too_small" {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if l, err := NewLocator(drawn); err == nil {
				l.Locate(shape[0][0][0][0], shape[0][0][0][1])
			}
			if math.IsNaN(AreaKM2(shape)) {
				t.Fatalf("%q has no area", code)
			}
		}
	})
}
