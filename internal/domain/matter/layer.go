package matter

import (
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
)

// Layer is a professional grid to whose unit the orders of its line of business
// go by rule (YT-21).
type Layer struct{ Name, Unit string }

// Layers finds the professional grid of a line of business over a place that
// orders go to by rule. It is asked for every proposal, so it reads nothing.
type Layers func(line string, at territory.Address) (Layer, bool)

// layer returns the professional grid that the matter lies in, if the desk may
// order its unit.
func (f *File) layer() (Layer, bool) {
	if f.Layers == nil || f.M.Category == "" || f.OrderKind() != order.Dispatch {
		return Layer{}, false
	}
	l, ok := f.Layers(f.City.LineOf(f.M.Category), f.M.Place)
	if !ok || l.Unit == f.M.Desk {
		return Layer{}, false
	}
	u, ok := f.City.Org.Unit(l.Unit)
	if !ok {
		return Layer{}, false
	}
	_, err := f.mayOrder(f.M.Desk, u, order.Dispatch)
	return l, err == nil
}

// aware lets those know who serve the base grid of a matter that goes to a
// professional grid: the base grid knows, one unit answers.
func (f *File) aware(debtor string) {
	if f.Layers == nil || f.M.Place.Community == "" {
		return
	}
	if l, ok := f.layer(); !ok || l.Unit != debtor {
		return
	}
	for _, unit := range f.City.Org.Serving(f.M.Place.Community) {
		if unit != debtor && unit != f.By.Unit {
			f.tellUnit(unit, "notice.in_grid", f.M.ID)
		}
	}
}
