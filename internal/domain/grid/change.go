// Package grid holds what belongs to the ground (网格): how grids are split and
// merged while matters are open, street segments with their chiefs, which posts
// a grid must have, professional grids over the base grids, and the rounds that
// attach to a segment. Everything is about places, units and posts; there is no
// list of persons, no track and no signing in. It knows no database.
package grid

import (
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// ChangeRegister is the register of the changes of grids.
const ChangeRegister register.Name = "GRID_CHANGE"

// The kinds of change. An institution's own grid (单位专属小网格) lies on top of
// the grid around it, which stays.
const (
	Split = "SPLIT"
	Merge = "MERGE"
	Own   = "EXCLUSIVE"
)

// The states of a change. It takes effect when its day begins, if another
// person has confirmed it by then; later it takes effect at once.
const (
	Planned   = "PLANNED"
	Confirmed = "CONFIRMED"
	Dropped   = "DROPPED"
)

// Change is one split or merge of grids. Old grids stay known: what happened in
// them keeps its address (INV-15).
type Change struct {
	ConfirmedBy string            `json:"confirmed_by,omitempty"`
	Day         int               `json:"day"`
	Grids       []string          `json:"grids"`
	Hand        string            `json:"hand,omitempty"` // tells whoever planned it from others, and names nobody
	Heirs       []string          `json:"heirs"`
	Kind        string            `json:"kind"`
	Name        string            `json:"name,omitempty"` // of an institution's own grid
	Open        int               `json:"open"`           // matters that were open in the grids when it was planned
	Parts       int               `json:"parts,omitempty"`
	Place       territory.Address `json:"place"` // of the community around them
	PlannedBy   string            `json:"planned_by"`
	Reason      string            `json:"reason"`
	Shapes      string            `json:"shapes,omitempty"` // GeoJSON of the new grids, WGS84; empty: parts of equal area
	Status      string            `json:"status"`
}

// Line implements register.Fact.
func (c Change) Line() register.Line {
	key := ""
	if c.Status == Planned && len(c.Grids) > 0 { // one plan for a grid at a time
		key = c.Grids[0]
	}
	return register.Line{Register: ChangeRegister, Place: c.Place, Key: key, Status: c.Status, From: c.Day}
}

// Begin returns when the change takes effect.
func (c *Change) Begin() time.Time { return calendar.Begin(c.Day) }

// Check asks that a plan is whole. Faults: change.kind_unknown,
// change.day_out_of_range, change.no_grids, text.missing and those of Apply.
func (c *Change) Check(now time.Time) error {
	c.Grids = slices.Compact(slices.Sorted(slices.Values(c.Grids)))
	switch {
	case c.Kind != Split && c.Kind != Merge && c.Kind != Own:
		return fault.Field("kind", "change.kind_unknown", c.Kind)
	case !calendar.IsDay(c.Day) || !calendar.Begin(c.Day).After(now):
		return fault.Field("day", "change.day_out_of_range")
	case len(c.Grids) == 0 || c.Kind != Merge && len(c.Grids) != 1:
		return fault.Field("grids", "change.no_grids")
	case c.Kind == Own && c.Shapes == "":
		return fault.Field("shapes", "change.shape_missing")
	}
	if c.Kind == Own {
		if err := matter.Words("name", c.Name, true); err != nil {
			return err
		}
	}
	return matter.Words("reason", c.Reason, true)
}

// Apply returns the tree after the change. Shapes, if given, must lie in the
// old grid without a hole and without an overlap. Faults: change.shapes_number,
// change.leaves_a_hole, change.overlaps, change.outside, change.taken and those
// of territory.Split and Merge.
func (c *Change) Apply(t *territory.Tree) (*territory.Tree, error) {
	switch c.Kind {
	case Merge:
		return territory.Merge(t, c.Begin(), c.Grids...)
	case Own:
		return c.carve(t)
	}
	next, err := territory.Split(t, c.Grids[0], c.Parts, c.Begin())
	if err != nil || c.Shapes == "" {
		return next, err
	}
	return c.draw(t, next)
}

// draw gives the heirs of a split the shapes of the plan, if they fit.
func (c *Change) draw(before, after *territory.Tree) (*territory.Tree, error) {
	next, err := c.lay(before, after)
	if err != nil {
		return nil, err
	}
	old, _ := after.Place(c.Grids[0])
	area := 0.0
	for _, heir := range old.Heirs {
		p, _ := next.Place(heir)
		area += p.AreaKM2
	}
	was, is := before.Fit(old.Parent), next.Fit(old.Parent)
	const least = 1e-6 // km²: a square metre
	whole := territory.AreaKM2(old.Shape)
	switch {
	case is.OverlapKM2 > was.OverlapKM2+least || area > whole*1.001:
		return nil, fault.Field("shapes", "change.overlaps", square(max(is.OverlapKM2-was.OverlapKM2, area-whole)))
	case is.HoleKM2 > was.HoleKM2+least || area < whole*0.999:
		return nil, fault.Field("shapes", "change.leaves_a_hole", square(max(is.HoleKM2-was.HoleKM2, whole-area)))
	}
	return next, nil
}

// square is an area in whole square metres.
func square(km2 float64) int64 { return int64(km2*1e6 + 0.5) }

// HeirsIn returns the grids that came of the change in a tree it was applied to.
func (c *Change) HeirsIn(t *territory.Tree) []string {
	p, ok := t.Place(c.Grids[0])
	switch {
	case !ok:
		return nil
	case c.Kind != Own:
		return slices.Clone(p.Heirs)
	}
	for _, q := range t.Children(p.Parent) {
		if q.Kind == territory.Exclusive && q.Name == c.Name && q.ValidFrom.Equal(c.Begin()) {
			return []string{q.Code}
		}
	}
	return nil
}

// Confirm is the word of a second person; hand is that of whoever confirms.
// Faults: change.not_planned, change.same_person.
func (c *Change) Confirm(by access.Actor, hand string) error {
	switch {
	case c.Status != Planned:
		return fault.New(fault.Conflict, "change.not_planned", c.Status)
	case by.ID == c.PlannedBy || hand != "" && hand == c.Hand:
		return fault.New(fault.Denied, "change.same_person")
	}
	c.Status, c.ConfirmedBy = Confirmed, by.ID
	return nil
}

// Drop takes a plan back before its day. Fault: change.not_planned.
func (c *Change) Drop(now time.Time) error {
	if c.Status == Dropped || c.Status == Confirmed && !now.Before(c.Begin()) {
		return fault.New(fault.Conflict, "change.not_planned", c.Status)
	}
	c.Status = Dropped
	return nil
}
