package story

import (
	"slices"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/programme"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	steering "huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

var steeringPacks sync.Map // name → func() (*pack.City, error)

// steer runs a story of steering on both databases, on a pack of its own and
// from a time of its own.
func steer(t *testing.T, name string, from time.Time, story func(h *steered)) {
	t.Helper()
	load, _ := steeringPacks.LoadOrStore(name, sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, name) }))
	c, err := load.(func() (*pack.City, error))()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		h := &world{T: t, city: c, now: from}
		var err error
		if h.e, err = engine.New(db, c, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return h.now }}); err != nil {
			t.Fatal(err)
		}
		h.intake, h.dispatch, h.supervision = intake.New(h.e), dispatch.New(h.e), supervision.New(h.e)
		h.numbers, h.registry = numbers.New(h.e), registry.New(h.e)
		story(&steered{h, programme.New(h.e)})
		h.sound()
	})
}

// steered is a world with the desk of steering.
type steered struct {
	*world
	programme *programme.Desk
}

// did notes what a command of the desk gave.
func (h *steered) did(id ident.ID, err error) ident.ID {
	h.Helper()
	h.must(err)
	return id
}

func (h *steered) day(days int) string {
	return h.now.In(ident.Zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// body is the supervisor of a coordination body.
func (h *steered) body(place string) *who { h.Helper(); return h.role(place+"-XT", org.Supervisor) }

// tasks are the tasks of a record, in the order they were assigned.
func (h *steered) tasks(record ident.ID) []programme.Task {
	h.Helper()
	all, err := h.programme.Tasks(ctx, record, h.now)
	h.must(err)
	return all
}

// fulfils answers every order of a task by its units, and has the body that
// assigned it judge them.
func (h *steered) fulfils(x programme.Task, text string) {
	h.Helper()
	m := &affair{h.world, x.Number}
	judge := h.chair(x.Order.Creditor)
	for _, o := range x.State.Orders {
		if o.Kind != order.Task || !o.Status.Owing() {
			continue
		}
		h.unit(o.Debtor).does(m, o, text)
		judge.did(h.dispatch.JudgeOrder(ctx, judge.cmd(), o.ID, dispatch.JudgeOrder{Done: true}))
	}
}

// chair is whoever speaks for a body.
func (h *steered) chair(unit string) *who {
	h.Helper()
	for _, p := range h.city.Org.Posts(unit) {
		switch p.Role {
		case org.Supervisor, org.Secretary, org.Leader:
			return h.role(unit, p.Role)
		}
	}
	h.Fatalf("nobody speaks for %s", unit)
	return nil
}

// does answers one order.
func (w *who) does(m *affair, o *order.Order, text string) {
	w.h.Helper()
	w.did(w.h.dispatch.Respond(ctx, w.cmd(), o.ID, dispatch.Respond{Text: text}))
}

// is asserts how a task stands.
func (h *steered) is(record ident.ID, n int, want steering.Outcome) programme.Task {
	h.Helper()
	x := h.tasks(record)[n]
	if x.Outcome != want {
		h.Fatalf("task %d stands %s (%s), want %s", n, x.Outcome, x.State.M.Status, want)
	}
	return x
}

const (
	luohe   = "411100"
	yuanhui = "411102" // a district of Luohe
	laojie  = "411102001"
	luohe4  = luohe + "-XT"
)

// may is Wednesday 15 May 2024, of week 20.
var may = time.Date(2024, 5, 15, 9, 0, 0, 0, ident.Zone)

// five are the tasks of a week.
func five(h *steered) []programme.Duty {
	due := h.day(10)
	return []programme.Duty{
		{Title: "清理不规范标牌", Lead: luohe + "-ZZ", Due: due, Deliverable: "清理台账", Key: "N01"},
		{Title: "清退违规借调人员", Lead: luohe + "-RS", Co: []string{luohe + "-ZZ"}, Due: due, Deliverable: "名册核对表", Key: "N02"},
		{Title: "多格合一平台对接", Lead: luohe + "-CG", Due: due, Deliverable: "对接清单", Key: "N03"},
		{Title: "源汇区网格整合", Lead: yuanhui + "-CG", Due: due, Deliverable: "网格划分图", Key: "N03"},
		{Title: "源汇区标牌清理", Lead: yuanhui + "-MZ", Due: due, Deliverable: "清理台账", Key: "N01"},
	}
}

// told is the codes of what a unit was told about a matter or record, the
// oldest first.
func (h *steered) told(unit string, about ident.ID) []string {
	h.Helper()
	list, err := h.dispatch.Inbox(ctx, h.unit(unit).actor, unit, dispatch.Message{}, dispatch.MostRows)
	h.must(err)
	var out []string
	for _, x := range slices.Backward(list) {
		if x.Matter == about {
			out = append(out, x.Code)
		}
	}
	return out
}

// callAt is a call about a place.
func callAt(place, text string) call.Form { return call.Form{Text: text, Place: place} }
