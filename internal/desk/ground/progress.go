package ground

import (
	"context"
	"slices"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/store"
)

// Progress is how far a town has come with a figure of its grids.
type Progress struct {
	Town  string
	Fresh grid.Coverage // grids whose newest figure is taken as fresh still
	Total int64         // of those figures
}

// Progress tells how far each town that actor reads has come with the figures of a
// class on a day, by code (LH-32): computed from what is kept, never reported.
// Where a community has no grids it counts itself. Fault: info.class_unknown.
func (d *Desk) Progress(ctx context.Context, actor access.Actor, class string, day int) ([]Progress, error) {
	if !slices.Contains(grid.InfoClasses, class) {
		return nil, fault.Field("class", "info.class_unknown", class)
	}
	tree := d.e.City().Territory
	var out []Progress
	var districts []any
	for p := range tree.All() {
		at := tree.Address(p.Code)
		if p.Kind.Rank() != 2 || access.Allow(actor, access.ReadGround, access.Subject{Place: at}) != nil {
			continue
		}
		out = append(out, Progress{Town: p.Code})
		if !slices.Contains(districts, any(at.District)) {
			districts = append(districts, at.District)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	slices.SortFunc(out, func(a, b Progress) int { return strings.Compare(a.Town, b.Town) })
	var fresh map[string]int64
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		fresh, err = freshFigures(v, districts, class, day)
		return err
	})
	for i := range out {
		for _, leaf := range leaves(tree, out[i].Town) {
			n, ok := fresh[leaf]
			if out[i].Fresh.All++; ok {
				out[i].Fresh.Covered++
				out[i].Total += n
			} else {
				out[i].Fresh.Gaps = append(out[i].Fresh.Gaps, leaf)
			}
		}
	}
	return out, err
}

// freshFigures returns the newest figure of each place, if it is fresh on a day.
func freshFigures(v *store.View, districts []any, class string, day int) (map[string]int64, error) {
	out := map[string]int64{}
	args := append([]any{string(grid.InfoRegister)}, districts...)
	_, err := store.All(v, `SELECT r.place, r.amount FROM record r JOIN (
			SELECT district, MAX(id) AS newest FROM record WHERE register = ? AND district IN (`+store.Marks(len(districts))+`) AND status = ? AND from_day <= ?
			GROUP BY district, place
		) n ON n.district = r.district AND n.newest = r.id WHERE r.to_day >= ?`,
		func(r store.Scanner) (struct{}, error) {
			var place string
			var n int64
			err := r.Scan(&place, &n)
			out[place] = n
			return struct{}{}, err
		}, append(args, class, day, day)...)
	return out, err
}

// leaves are the places of a town that are in use and have none below them.
func leaves(t *territory.Tree, code string) []string {
	var out []string
	for _, p := range t.Children(code) {
		if p.Retired() {
			continue
		}
		if below := leaves(t, p.Code); len(below) > 0 {
			out = append(out, below...)
		} else {
			out = append(out, p.Code)
		}
	}
	return out
}
