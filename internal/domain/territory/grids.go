package territory

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"huying/internal/fault"
)

// perCommunity is how many grids a community can have: their numbers have
// three digits.
const perCommunity = 999

// Grids invents exactly total small grids for the communities and villages of
// t within a place: each gets at least one, the rest go by residents (or households, where
// residents are not known of all; or equally). The seed decides who gets a
// remainder. A grid's code is its community's, "G" and three digits, so the
// communities must have no grids yet. It refuses a total that does not fit.
func Grids(t *Tree, within string, total int, seed uint64) ([]Place, error) {
	var homes []*Place
	for p := range t.All() {
		if p.Kind.Rank() == 1 && t.Within(p.Code, within) {
			homes = append(homes, p)
		}
	}
	if total < len(homes) || total > perCommunity*len(homes) {
		return nil, fault.Field("grids", "grid.total_out_of_range", total, len(homes), perCommunity*len(homes))
	}
	out := make([]Place, 0, total)
	for i, n := range apportion(homes, total, seed) {
		for g := range n {
			p := newGrid(homes[i], g+1)
			p.Households = part(homes[i].Households, g, n)
			p.Residents = part(homes[i].Residents, g, n)
			out = append(out, p)
		}
	}
	return out, nil
}

// newGrid is the empty grid of a number in its community.
func newGrid(home *Place, number int) Place {
	p := Place{
		Code:      fmt.Sprintf("%sG%03d", home.Code, number),
		Name:      fmt.Sprintf("%s第%d网格", home.Name, number),
		Kind:      GridS,
		Parent:    home.Code,
		Synthetic: true,
	}
	if home.NameEN != "" {
		p.NameEN = fmt.Sprintf("%s Grid %d", home.NameEN, number)
	}
	return p
}

// part is the i-th of n nearly equal parts of whole; they add up to it.
func part(whole, i, n int) int { return whole*(i+1)/n - whole*i/n }

// apportion shares total among homes by the largest remainder, one to everybody
// first and none above perCommunity.
func apportion(homes []*Place, total int, seed uint64) []int {
	ws := homeWeights(homes)
	out := make([]int, len(homes))
	for i := range out {
		out[i] = 1
	}
	for left := total - len(homes); left > 0; {
		left -= share(homes, ws, out, left, seed)
	}
	return out
}

// share gives out up to left grids among the homes that are not full and
// returns how many it gave, which is at least one.
func share(homes []*Place, ws []float64, out []int, left int, seed uint64) int {
	var open []int
	var sum float64
	for i := range homes {
		if out[i] < perCommunity {
			open = append(open, i)
			sum += ws[i]
		}
	}
	given := 0
	rest := make([]float64, len(homes))
	for _, i := range open {
		exact := float64(left) * ws[i] / sum
		n := min(int(exact), perCommunity-out[i], left-given)
		rest[i] = exact - float64(int(exact))
		out[i] += n
		given += n
	}
	slices.SortStableFunc(open, func(i, j int) int {
		return cmp.Or(cmp.Compare(rest[j], rest[i]), cmp.Compare(lot(seed, homes[i].Code), lot(seed, homes[j].Code)))
	})
	for _, i := range open {
		if given < left && out[i] < perCommunity {
			out[i]++
			given++
		}
	}
	return given
}

// homeWeights are the residents, if all homes have some, or the households, or
// the same for all.
func homeWeights(homes []*Place) []float64 {
	for _, of := range [...]func(*Place) int{
		func(p *Place) int { return p.Residents },
		func(p *Place) int { return p.Households },
		func(*Place) int { return 1 },
	} {
		out := make([]float64, len(homes))
		for i, p := range homes {
			out[i] = float64(of(p))
		}
		if !slices.Contains(out, 0) {
			return out
		}
	}
	return nil
}

// lot is a number drawn for a code.
func lot(seed uint64, code string) uint64 {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	h.Write([]byte(code))
	return h.Sum64()
}
