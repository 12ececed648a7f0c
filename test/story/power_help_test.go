package story

import (
	"testing"
	"time"

	"huying/internal/desk/account"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/fund"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/observe"
	"huying/internal/desk/power"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// hall is a world with the desks of powers, accountability, observers and
// funds, on the pack of any city.
type hall struct {
	*world
	power   *power.Desk
	account *account.Desk
	observe *observe.Desk
	fund    *fund.Desk
}

// in runs a story in a city, on both databases, and checks afterwards that
// nothing is out of order.
func in(t *testing.T, name string, story func(h *hall)) {
	t.Helper()
	city := cityOf(t, name)
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		w := &world{T: t, city: city, now: at(10, 9, 0)}
		var err error
		w.e, err = engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return w.now }})
		if err != nil {
			t.Fatal(err)
		}
		w.intake, w.dispatch, w.supervision = intake.New(w.e), dispatch.New(w.e), supervision.New(w.e)
		w.numbers, w.registry = numbers.New(w.e), registry.New(w.e)
		h := &hall{world: w, power: power.New(w.e), account: account.New(w.e), observe: observe.New(w.e), fund: fund.New(w.e)}
		story(h)
		h.sound()
	})
}

// done is a command on a register: it must succeed, unless the story waits for
// a fault.
func (h *hall) done(id ident.ID, err error) ident.ID {
	h.Helper()
	h.must(err)
	return id
}

// organiser is the organisation department of a place.
func (h *hall) organiser(unit string) *who { h.Helper(); return h.role(unit, org.Organiser) }

// secretary is the party secretary of a street.
func (h *hall) secretary(street string) *who { h.Helper(); return h.role(street+"-DGW", org.Secretary) }

// opines gives the opinion that the actor's unit owes in a matter.
func (h *hall) opines(w *who, no ident.ID, result, text string) {
	h.Helper()
	h.done(h.power.Answer(ctx, w.cmd(), no, power.Answer{Result: result, Text: text}))
}

// answersTask answers the task that the actor's unit owes.
func (h *hall) answersTask(w *who, no ident.ID, text string) {
	h.Helper()
	w.did(h.dispatch.Respond(ctx, w.cmd(), (&affair{h.world, no}).order(w.code()).ID, dispatch.Respond{Text: text}))
}

// is asserts where a matter stands.
func (h *hall) is(no ident.ID, want matter.Status) {
	h.Helper()
	if s := h.load(no); s.M.Status != want {
		h.Errorf("%v is %s, want %s", no, s.M.Status, want)
	}
}

// told reports whether a unit was told something.
func (h *hall) told(unit, code string) bool {
	h.Helper()
	var n int64
	h.must(h.e.DB().Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COUNT(*) FROM notice WHERE unit = ? AND code = ?`, unit, code).Scan(&n)
	}))
	return n > 0
}
