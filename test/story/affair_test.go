package story

import (
	"slices"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
)

// affair is a matter in a story.
type affair struct {
	h  *world
	id ident.ID
}

func (m *affair) now() *engine.State { m.h.Helper(); return m.h.load(m.id) }

// is asserts where the matter stands.
func (m *affair) is(want matter.Status) {
	m.h.Helper()
	if got := m.now().M.Status; got != want {
		m.h.Fatalf("the matter is %s, want %s", got, want)
	}
}

// heldBy asserts who must act next.
func (m *affair) heldBy(unit string) {
	m.h.Helper()
	if got := m.now().M.Holder; got != unit {
		m.h.Fatalf("the matter is held by %s, want %s", got, unit)
	}
}

// order is the newest order by which a unit answers the matter.
func (m *affair) order(unit string) *order.Order {
	m.h.Helper()
	return m.find(unit, "order", func(o *order.Order) bool { return o.Solves() })
}

// letter is the newest supervision letter to a unit.
func (m *affair) letter(unit string) *order.Order {
	m.h.Helper()
	return m.find(unit, "supervision letter", func(o *order.Order) bool { return o.Kind == order.Supervision })
}

// check is the newest order to look again.
func (m *affair) check(unit string) *order.Order {
	m.h.Helper()
	return m.find(unit, "check", func(o *order.Order) bool { return o.Kind == order.AfterCheck })
}

func (m *affair) find(unit, what string, is func(*order.Order) bool) *order.Order {
	m.h.Helper()
	for _, o := range slices.Backward(m.now().Orders) {
		if o.Debtor == unit && is(o) {
			return o
		}
	}
	m.h.Fatalf("%s has no %s", unit, what)
	return nil
}

// letters counts the supervision letters to a unit.
func (m *affair) letters(unit string) int {
	n := 0
	for _, o := range m.now().Orders {
		if o.Kind == order.Supervision && o.Debtor == unit {
			n++
		}
	}
	return n
}

// told is the codes of what the caller was told, the oldest first.
func (m *affair) told() []string {
	m.h.Helper()
	var out []string
	for _, x := range m.messages() {
		out = append(out, x.Code)
	}
	return out
}

func (m *affair) messages() []dispatch.Message {
	m.h.Helper()
	list, err := m.h.dispatch.Told(ctx, m.caller().actor, m.id)
	m.h.must(err)
	return list
}

// hears asserts that the caller was told something.
func (m *affair) hears(codes ...string) {
	m.h.Helper()
	told := m.told()
	for _, code := range codes {
		if !slices.Contains(told, code) {
			m.h.Fatalf("the caller was told %v, not %s", told, code)
		}
	}
}

// acts is the acts in the matter's ledger, in order.
func (m *affair) acts() []string {
	m.h.Helper()
	var out []string
	for _, e := range m.entries() {
		out = append(out, e.Act)
	}
	return out
}

func (m *affair) entries() []*ledger.Entry {
	m.h.Helper()
	list, err := m.h.e.Entries(ctx, m.now())
	m.h.must(err)
	return list
}

// says reports whether the arguments of a fault or a notice name something.
func says(args []any, what string) bool {
	return slices.ContainsFunc(args, func(a any) bool { return a == what })
}

func reason(why string) intake.Reason { return intake.Reason{Reason: why} }

// formAt is a call about a point.
func formAt(lon, lat float64) call.Form {
	return call.Form{Text: "垃圾桶满了", Lon: &lon, Lat: &lat, Name: "陈女士", Phone: "19900001234"}
}

// somewhere returns a point in a place.
func (h *world) somewhere(place string) (lon, lat float64) {
	h.Helper()
	for lon = 113.0; lon < 114; lon += 0.002 {
		for lat = 22.5; lat < 24; lat += 0.002 {
			if a, ok := h.city.Locator.Locate(lon, lat); ok && (a.Town == place || a.District == place) {
				return lon, lat
			}
		}
	}
	h.Fatalf("no point lies in %s", place)
	return 0, 0
}

// card is the state of the newest card of a colour of a unit's order, "" if
// there is none.
func (m *affair) card(unit string, colour order.Colour) string {
	m.h.Helper()
	c, err := m.order(unit).Card(colour)
	if err != nil {
		return ""
	}
	return c.State
}
