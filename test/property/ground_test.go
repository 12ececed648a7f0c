package property

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/call"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// grids are the live base grids of a tree.
func grids(tree *territory.Tree) (out []*territory.Place) {
	for p := range tree.All() {
		if p.Kind == territory.GridS && !p.Retired() {
			out = append(out, p)
		}
	}
	return out
}

// codes are the codes of the live base grids of a tree, sorted.
func codes(tree *territory.Tree) (out []string) {
	for _, g := range grids(tree) {
		out = append(out, g.Code)
	}
	slices.Sort(out)
	return out
}

// redrawn splits a grid or merges two of one home, at a time.
func redrawn(t *rapid.T, tree *territory.Tree, at time.Time) *territory.Tree {
	live := grids(tree)
	g := rapid.SampledFrom(live).Draw(t, "grid")
	i := slices.IndexFunc(live, func(p *territory.Place) bool { return p.Parent == g.Parent && p.Code != g.Code })
	var next *territory.Tree
	var err error
	if i >= 0 && rapid.Bool().Draw(t, "merge") {
		next, err = territory.Merge(tree, at, g.Code, live[i].Code)
	}
	if next == nil && (err == nil || fault.Code(err) == "grid.merge_apart") {
		next, err = territory.Split(tree, g.Code, rapid.IntRange(2, 3).Draw(t, "parts"), at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// at locates points in a tree and asks that each lies in one live grid, of the
// home it has always lain in.
func at(t *rapid.T, tree *territory.Tree, points [][2]float64, homes []string) (leaves []string) {
	l, err := territory.NewLocator(tree)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		a, ok := l.Locate(p[0], p[1])
		g, known := tree.Place(a.Grid)
		if !ok || !known || g.Retired() || homes != nil && a.Community != homes[i] {
			t.Fatalf("%v lies in %+v, known %v", p, a, known)
		}
		leaves = append(leaves, a.Grid)
	}
	return leaves
}

// INV-15: however often grids are split and merged, a point lies in one live
// grid of the same community; each day in the past is as it was; and a matter
// keeps the grid it was raised in.
func TestINV15HistoryKeepsItsGrid(t *testing.T) {
	story(t, "E2-14")
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		checks(t, map[store.Dialect]string{store.SQLite: "40", store.Postgres: "10"}[db.Dialect()])
		h := open(t, db)
		rapid.Check(t, func(rt *rapid.T) {
			p := h.stage(rt)
			tree := p.city.Territory
			b, _ := tree.Bounds()
			var points [][2]float64
			for range rapid.IntRange(1, 4).Draw(rt, "points") {
				x, y := rapid.Float64Range(0.01, 0.99).Draw(rt, "x"), rapid.Float64Range(0.01, 0.99).Draw(rt, "y")
				points = append(points, [2]float64{b.Min[0] + x*(b.Max[0]-b.Min[0]), b.Min[1] + y*(b.Max[1]-b.Min[1])})
			}
			leaves := at(rt, tree, points, nil)
			homes := make([]string, len(points))
			for i, g := range leaves {
				homes[i] = tree.Address(g).Community
			}
			raised := map[ident.ID]string{}
			days, then, live := []time.Time{h.now}, [][]string{leaves}, [][]string{codes(tree)}
			for range rapid.IntRange(1, 4).Draw(rt, "changes") {
				for i := range points {
					s, err := p.intake.Receive(ctx, engine.Command{Actor: p.posts[0], At: h.now}, call.Form{
						Source: "RESIDENT_WEB", Kind: "COMPLAINT", Text: "路边有情况", Phone: "19900001234", Lon: &points[i][0], Lat: &points[i][1],
					})
					p.must(err)
					if s.M.Place.Grid != then[len(then)-1][i] {
						rt.Fatalf("raised in %s, the point lies in %s", s.M.Place.Grid, then[len(then)-1][i])
					}
					raised[s.M.ID] = s.M.Place.Grid
				}
				h.now = h.now.Add(10 * 24 * time.Hour)
				tree = redrawn(rt, tree, h.now)
				next := *p.city
				next.Territory = tree
				locator, err := territory.NewLocator(tree)
				p.must(err)
				next.Locator = locator
				p.e.Use(&next)
				days, then, live = append(days, h.now), append(then, at(rt, tree, points, homes)), append(live, codes(tree))
			}
			for i, day := range days {
				past, err := tree.At(day)
				p.must(err)
				if got := at(rt, past, points, homes); !slices.Equal(got, then[i]) {
					rt.Fatalf("on %v the points lay in %v, now it is said in %v", day, then[i], got)
				}
				if got := codes(past); !slices.Equal(got, live[i]) {
					rt.Fatalf("on %v there were the grids %v, now it is said %v", day, live[i], got)
				}
			}
			for id, grid := range raised {
				s, err := p.e.Load(ctx, id)
				p.must(err)
				if _, known := tree.Place(grid); !known || s.M.Place.Grid != grid {
					rt.Fatalf("%v was raised in %s, now in %s, known %v", id, grid, s.M.Place.Grid, known)
				}
			}
		})
	})
}
