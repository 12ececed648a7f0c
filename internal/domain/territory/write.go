package territory

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// properties are what a written feature says of its place.
type properties struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Kind      Kind   `json:"kind"`
	Parent    string `json:"parent,omitempty"`
	Synthetic bool   `json:"synthetic"`
}

// WriteGeoJSON writes the live places of one level within a place (or all, if
// within is "") as a GeoJSON FeatureCollection in WGS84 with seven decimals, in
// code order. A level is a kind's rank: towns come with streets. A place without
// a shape has a null geometry, as RFC 7946 section 3.2 provides.
func WriteGeoJSON(w io.Writer, t *Tree, level Kind, within string) error {
	if within == "" {
		within = t.Root().Code
	}
	if _, ok := t.Place(within); !ok {
		return fault.New(fault.NotFound, "place.unknown", within)
	}
	b := bufio.NewWriter(w)
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	lead := "\n"
	for p := range t.All() {
		if p.Kind.Rank() != level.Rank() || !t.Within(p.Code, within) {
			continue
		}
		line, err := appendFeature([]byte(lead), p)
		if err != nil {
			return err
		}
		b.Write(line)
		lead = ",\n"
	}
	b.WriteString("\n]}\n")
	return b.Flush() // the writer keeps its first error
}

func appendFeature(b []byte, p *Place) ([]byte, error) {
	props, err := json.Marshal(properties{p.Code, p.Name, p.Kind, p.Parent, p.Synthetic})
	if err != nil {
		return nil, err
	}
	b = append(b, `{"type":"Feature","properties":`...)
	b = append(b, props...)
	b = append(b, `,"geometry":`...)
	if len(p.Shape) == 0 {
		return append(b, "null}"...), nil
	}
	b = append(b, `{"type":"MultiPolygon","coordinates":`...)
	b = list(b, p.Shape, func(b []byte, polygon orb.Polygon) []byte {
		return list(b, polygon, func(b []byte, ring orb.Ring) []byte {
			return list(b, ring, appendPosition)
		})
	})
	return append(b, "}}"...), nil
}

// list appends a JSON array.
func list[T any](b []byte, items []T, item func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, it := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, it)
	}
	return append(b, ']')
}

func appendPosition(b []byte, p orb.Point) []byte {
	b = strconv.AppendFloat(append(b, '['), round7(p[0]), 'f', -1, 64)
	b = strconv.AppendFloat(append(b, ','), round7(p[1]), 'f', -1, 64)
	return append(b, ']')
}
