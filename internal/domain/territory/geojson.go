package territory

import (
	"encoding/json"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// ReadOptions bounds what ReadGeoJSON accepts. A zero number means its default.
type ReadOptions struct {
	Tree        *Tree  // codes it does not know are a problem; nil takes every code
	CodeKey     string // the property that holds the code; "" tries adcode, code, id and the feature's id
	MaxBytes    int64  // default 64 MiB
	MaxFeatures int    // default 50,000
	MaxVertices int    // of one feature; default 50,000
}

// Problem is what is wrong with one feature of a file.
type Problem struct {
	Feature int          // its index, from 0
	Code    string       // its place, if it could be read
	Dropped bool         // whether the feature was left out for it
	Fault   *fault.Error // what and, in its arguments, where
}

// ReadGeoJSON reads a FeatureCollection of Polygon and MultiPolygon features
// and returns the shape of each code, in WGS84 on the 1e-7 degree lattice, outer
// rings counter-clockwise. What can be mended is mended and noted; a feature
// that cannot is dropped and noted. Only a file that is no FeatureCollection,
// or too large, is an error. The input may be hostile.
func ReadGeoJSON(r io.Reader, from CRS, opts ReadOptions) (map[string]orb.MultiPolygon, []Problem, error) {
	opts = opts.withDefaults()
	file, err := decodeFile(r, opts)
	if err != nil {
		return nil, nil, err
	}
	in := &reader{opts: opts, from: from, shapes: make(map[string]orb.MultiPolygon)}
	for i, raw := range file {
		in.at, in.code = i, ""
		in.feature(raw)
	}
	return in.shapes, in.problems, nil
}

func (o ReadOptions) withDefaults() ReadOptions {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.MaxFeatures <= 0 {
		o.MaxFeatures = 50_000
	}
	if o.MaxVertices <= 0 {
		o.MaxVertices = 50_000
	}
	return o
}

func decodeFile(r io.Reader, opts ReadOptions) ([]json.RawMessage, error) {
	data, err := io.ReadAll(io.LimitReader(r, opts.MaxBytes+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "geojson.unreadable").Because(err)
	}
	if int64(len(data)) > opts.MaxBytes {
		return nil, fault.New(fault.TooLarge, "geojson.too_large", opts.MaxBytes>>20)
	}
	var file struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fault.New(fault.Invalid, "geojson.unreadable").Because(err)
	}
	if file.Type != "FeatureCollection" {
		return nil, fault.New(fault.Invalid, "geojson.not_collection")
	}
	if len(file.Features) > opts.MaxFeatures {
		return nil, fault.New(fault.TooLarge, "geojson.too_many_features", len(file.Features), opts.MaxFeatures)
	}
	return file.Features, nil
}

// reader is the work on one file.
type reader struct {
	opts     ReadOptions
	from     CRS
	shapes   map[string]orb.MultiPolygon
	problems []Problem
	at       int
	code     string
}

func (in *reader) note(f *fault.Error) {
	in.problems = append(in.problems, Problem{Feature: in.at, Code: in.code, Fault: f})
}

func (in *reader) drop(f *fault.Error) {
	in.problems = append(in.problems, Problem{Feature: in.at, Code: in.code, Fault: f, Dropped: true})
}

type feature struct {
	ID         json.RawMessage            `json:"id"`
	Properties map[string]json.RawMessage `json:"properties"`
	Geometry   *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

func (in *reader) feature(raw json.RawMessage) {
	var f feature
	if err := json.Unmarshal(raw, &f); err != nil {
		in.drop(fault.New(fault.Invalid, "geojson.feature_unreadable").Because(err))
		return
	}
	in.code = in.codeOf(f)
	if bad := in.checkCode(); bad != nil {
		in.drop(bad)
		return
	}
	if f.Geometry == nil {
		in.drop(fault.New(fault.Invalid, "geojson.geometry_missing"))
		return
	}
	coordinates, bad := coordinatesOf(f.Geometry.Type, f.Geometry.Coordinates)
	if bad != nil {
		in.drop(bad)
		return
	}
	if shape := in.shape(coordinates); shape != nil {
		in.shapes[in.code] = shape
	}
}

func (in *reader) checkCode() *fault.Error {
	if in.code == "" {
		return fault.New(fault.Invalid, "geojson.code_missing")
	}
	if in.opts.Tree != nil {
		if _, ok := in.opts.Tree.Place(in.code); !ok {
			return fault.New(fault.Invalid, "geojson.code_unknown", in.code)
		}
	}
	if _, twice := in.shapes[in.code]; twice {
		return fault.New(fault.Invalid, "geojson.code_twice", in.code)
	}
	return nil
}

// codeOf reads a code that may be written as text or as a number.
func (in *reader) codeOf(f feature) string {
	if in.opts.CodeKey != "" {
		return scalar(f.Properties[in.opts.CodeKey])
	}
	for _, raw := range [...]json.RawMessage{f.Properties["adcode"], f.Properties["code"], f.Properties["id"], f.ID} {
		if s := scalar(raw); s != "" {
			return s
		}
	}
	return ""
}

func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return ""
	}
	if _, err := strconv.ParseUint(n.String(), 10, 64); err != nil {
		return ""
	}
	return n.String()
}

// positions are the coordinates of a MultiPolygon; a position may carry a
// height, which is ignored.
type positions [][][][]float64

func coordinatesOf(kind string, raw json.RawMessage) (positions, *fault.Error) {
	var out positions
	var err error
	switch kind {
	case "MultiPolygon":
		err = json.Unmarshal(raw, &out)
	case "Polygon":
		var one [][][]float64
		err = json.Unmarshal(raw, &one)
		out = positions{one}
	default:
		return nil, fault.New(fault.Invalid, "geojson.geometry_kind", kind)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "geojson.coordinates_unreadable").Because(err)
	}
	return out, nil
}
