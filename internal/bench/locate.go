package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/app"
	"huying/internal/domain/territory"
)

// Locate is how many points a second one core finds the base grid of.
type Locate struct {
	PerS    float64 `json:"per_s"`
	Points  int64   `json:"points"`
	Grids   int     `json:"grids"`
	Seconds float64 `json:"seconds"`
}

// samplePoints is how many different points are asked about, again and again:
// more than a processor's caches hold the grids of.
const samplePoints = 1 << 16

// locate measures the index of the pack's grids on one goroutine.
func (m *measurement) locate() (*Locate, error) {
	m.Tell("locate")
	cfg, err := m.settings(m.Dir)
	if err != nil {
		return nil, err
	}
	city, err := app.LoadCity(cfg)
	if err != nil {
		return nil, err
	}
	points, err := pointsIn(city.Territory, city.Locator)
	if err != nil {
		return nil, err
	}
	out := &Locate{}
	for p := range city.Territory.All() {
		if p.Kind.Rank() == 0 {
			out.Grids++
		}
	}
	began := time.Now()
	for took := time.Duration(0); took < m.Run; took = time.Since(began) {
		for _, p := range points {
			if _, ok := city.Locator.Locate(p[0], p[1]); !ok {
				return nil, fmt.Errorf("bench: the point %v was found before and is not found now", p)
			}
		}
		out.Points += int64(len(points))
	}
	out.Seconds = time.Since(began).Seconds()
	out.PerS = float64(out.Points) / out.Seconds
	return out, nil
}

// pointsIn draws points that lie in some place of the city.
func pointsIn(tree *territory.Tree, l *territory.Locator) ([]orb.Point, error) {
	b, ok := tree.Bounds()
	if !ok {
		return nil, fmt.Errorf("bench: the city has no shapes")
	}
	r := rand.New(rand.NewPCG(1, 9))
	out := make([]orb.Point, 0, samplePoints)
	for tries := 0; len(out) < samplePoints; tries++ {
		p := orb.Point{b.Min[0] + r.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + r.Float64()*(b.Max[1]-b.Min[1])}
		if _, ok := l.Locate(p[0], p[1]); ok {
			out = append(out, p)
		}
		if tries > 100*samplePoints {
			return nil, fmt.Errorf("bench: hardly a point of the city's bounds lies in a place")
		}
	}
	return out, nil
}
