package territory

import (
	"cmp"
	"math"
	"slices"
)

const (
	// scanLines is how many lines a city is scanned along: one each forty
	// metres or less, which measures areas to about a part in a thousand.
	scanLines = 4096
	// narrow is the width in metres under which a gap between two places is a
	// fault of drawing, even if it is open to the outside.
	narrow = 200
	// listed is the smallest hole or overlap worth a line, in square
	// kilometres. It is a hundred square metres.
	listed = 1e-4
)

// scan measures holes and overlaps of siblings along lines of equal latitude.
type scan struct {
	codes    []string
	edges    [][]rise
	south    float64
	step     float64
	gaps     []gap
	open     []gap // the free stretches of the line before
	group    []int // union-find over gaps; group[0] is the outside
	overlaps map[[2]int]float64
}

// gap is a stretch of a line that no place covers, between two places.
type gap struct {
	id          int // 0 is the outside
	from, to    float64
	left, right int
	km2         float64
	lat         float64
	narrow      bool
}

func newScan(places []*Place) *scan {
	s := &scan{overlaps: make(map[[2]int]float64), gaps: make([]gap, 1), group: make([]int, 1)}
	south, north := math.Inf(1), math.Inf(-1)
	for _, p := range places {
		var edges []rise
		for _, polygon := range p.Shape {
			for _, ring := range polygon {
				edges = appendRises(edges, ring)
			}
		}
		if len(edges) == 0 {
			continue
		}
		b := p.Shape.Bound()
		south, north = min(south, b.Min[1]), max(north, b.Max[1])
		s.codes, s.edges = append(s.codes, p.Code), append(s.edges, edges)
	}
	if len(s.codes) > 0 {
		s.south, s.step = south, (north-south)/scanLines
	}
	return s
}

// border is where a line enters or leaves a place.
type border struct {
	x     float64
	place int
}

func (s *scan) run() {
	lines := make([][]border, scanLines)
	for i, edges := range s.edges {
		for _, e := range edges {
			first := int(math.Ceil((e.south-s.south)/s.step - 0.5))
			for n := max(first, 0); n < scanLines; n++ {
				y := s.lat(n)
				if y >= e.north {
					break
				}
				if y >= e.south {
					lines[n] = append(lines[n], border{e.x + (y-e.south)*e.slope, i})
				}
			}
		}
	}
	s.open = []gap{{from: math.Inf(-1), to: math.Inf(1)}}
	for n, line := range lines {
		s.line(s.lat(n), line)
	}
	s.connect([]gap{{from: math.Inf(-1), to: math.Inf(1)}})
}

func (s *scan) lat(n int) float64 { return s.south + (float64(n)+0.5)*s.step }

// line sweeps one line from west to east.
func (s *scan) line(lat float64, borders []border) {
	slices.SortFunc(borders, func(a, b border) int { return cmp.Or(cmp.Compare(a.x, b.x), a.place-b.place) })
	km2PerDegree := s.step * math.Cos(lat*math.Pi/180) * kmPerDegree * kmPerDegree
	var inside []int
	free := []gap{{from: math.Inf(-1), to: math.Inf(1)}}
	for i, b := range borders {
		if i > 0 {
			s.overlap(inside, (b.x-borders[i-1].x)*km2PerDegree)
		}
		switch {
		case len(inside) == 0 && i == 0:
			free[0].to = b.x
		case len(inside) == 0 && b.x > borders[i-1].x:
			g := gap{from: borders[i-1].x, to: b.x, left: borders[i-1].place, right: b.place, lat: lat, km2: (b.x - borders[i-1].x) * km2PerDegree}
			free = append(free, s.add(g))
		}
		if j := slices.Index(inside, b.place); j >= 0 {
			inside = slices.Delete(inside, j, j+1)
		} else {
			inside = append(inside, b.place)
		}
	}
	if len(borders) > 0 {
		free = append(free, gap{from: borders[len(borders)-1].x, to: math.Inf(1)})
	}
	s.connect(free)
}

func (s *scan) overlap(inside []int, km2 float64) {
	for i, a := range inside {
		for _, b := range inside[i+1:] {
			s.overlaps[[2]int{min(a, b), max(a, b)}] += km2
		}
	}
}

func (s *scan) add(g gap) gap {
	g.id = len(s.gaps)
	g.narrow = g.left != g.right && Metres(g.from, g.lat, g.to, g.lat) < narrow
	s.gaps = append(s.gaps, g)
	s.group = append(s.group, g.id)
	return g
}

// connect joins the free stretches of a line with those they touch in the line
// before. Both are sorted and apart. Narrow ones join nothing, so that a hole
// is a hole even if a crack leads out of it.
func (s *scan) connect(free []gap) {
	i, j := 0, 0
	for i < len(s.open) && j < len(free) {
		a, b := s.open[i], free[j]
		if a.from < b.to && b.from < a.to && !a.narrow && !b.narrow {
			s.join(a.id, b.id)
		}
		if a.to < b.to {
			i++
		} else {
			j++
		}
	}
	s.open = free
}

func (s *scan) find(i int) int {
	for s.group[i] != i {
		s.group[i] = s.group[s.group[i]]
		i = s.group[i]
	}
	return i
}

// join keeps the lower number, so that the outside stays 0.
func (s *scan) join(a, b int) {
	a, b = s.find(a), s.find(b)
	s.group[max(a, b)] = min(a, b)
}

// report adds what the scan found to r.
func (s *scan) report(r *Report) {
	type key struct{ group, left, right int }
	holes := make(map[key]*Hole)
	var order []key
	for _, g := range s.gaps[1:] {
		k := key{group: s.find(g.id)}
		switch {
		case g.narrow:
			k = key{left: min(g.left, g.right), right: max(g.left, g.right)}
		case k.group == 0:
			continue // open country
		}
		h := holes[k]
		if h == nil {
			h = &Hole{Lon: round7((g.from + g.to) / 2), Lat: round7(g.lat)}
			holes[k], order = h, append(order, k)
		}
		h.AreaKM2 += g.km2
		r.HoleKM2 += g.km2
		h.Between = append(h.Between, s.codes[g.left], s.codes[g.right])
	}
	for _, k := range order {
		if h := holes[k]; h.AreaKM2 >= listed {
			slices.Sort(h.Between)
			h.Between = slices.Compact(h.Between)
			r.Holes = append(r.Holes, *h)
		}
	}
	s.reportOverlaps(r)
}

func (s *scan) reportOverlaps(r *Report) {
	for a := range s.codes {
		for b := a + 1; b < len(s.codes); b++ {
			km2 := s.overlaps[[2]int{a, b}]
			r.OverlapKM2 += km2
			if km2 >= listed {
				r.Overlaps = append(r.Overlaps, Overlap{A: s.codes[a], B: s.codes[b], AreaKM2: km2})
			}
		}
	}
}

// kmPerDegree is the length of a degree of latitude on the sphere.
const kmPerDegree = earthRadius * math.Pi / 180 / 1000

func descending(a, b float64) int { return cmp.Compare(b, a) }
