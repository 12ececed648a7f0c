// Package story tells, mechanism by mechanism, what the system does for a
// caller, a desk and a department: each test is one story of the seed
// documents, on the real Guangzhou pack, through the desks, on both databases,
// with a clock that only the story moves. It knows no face: the same commands
// stand behind the pages and the interface.
package story

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/mandate"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// The places most stories happen in: Wushan street and its neighbour Yuancun,
// both in Tianhe, and a community of Wushan.
const (
	city      = "440100"
	tianhe    = "440106"
	wushan    = "440106001"
	yuancun   = "440106002"
	community = "440106001001"
)

// at is an instant of March 2026; the 10th is a Tuesday, and no holiday is near.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, ident.Zone)
}

// world is one installation on which a story happens.
type world struct {
	*testing.T
	e    *engine.Engine
	city *pack.City
	now  time.Time

	intake      *intake.Desk
	dispatch    *dispatch.Desk
	supervision *supervision.Desk
	numbers     *numbers.Desk
	registry    *registry.Desk
	mandate     *mandate.Desk
	burden      *burden.Desk

	trying bool  // inside refused: a fault is what the story waits for
	fault  error // the first fault inside refused
	calls  int

	tampered bool // the story changed the database behind the engine's back
}

// tell runs a story on both databases, beginning on Tuesday 10 March 2026 at
// 09:00, and checks afterwards that nothing is out of order.
func tell(t *testing.T, story func(h *world)) {
	t.Helper()
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		h := newWorld(t, db, ledger.Intl)
		story(h)
		h.sound()
	})
}

func newWorld(t *testing.T, db *store.DB, suiteName string) *world {
	t.Helper()
	c := enginetest.Guangzhou(t)
	h := &world{T: t, city: c, now: at(10, 9, 0)}
	var err error
	h.e, err = engine.New(db, c, engine.Options{
		Keys: enginetest.Keys(t, suiteName), Now: func() time.Time { return h.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	h.intake, h.dispatch, h.supervision = intake.New(h.e), dispatch.New(h.e), supervision.New(h.e)
	h.numbers, h.registry = numbers.New(h.e), registry.New(h.e)
	h.mandate, h.burden = mandate.New(h.e), burden.New(h.e)
	return h
}

// must ends the story on a fault, unless the story waits for one.
func (h *world) must(err error) {
	h.Helper()
	switch {
	case err == nil:
	case h.trying:
		if h.fault == nil {
			h.fault = err
		}
	default:
		h.Fatalf("%s: %v", h.now.In(ident.Zone).Format("1月2日 15:04"), err)
	}
}

// refused asserts that what act does is refused with the fault of that code,
// and returns the fault.
func (h *world) refused(code string, act func()) *fault.Error {
	h.Helper()
	h.trying, h.fault = true, nil
	act()
	h.trying = false
	if h.fault == nil {
		h.Fatalf("nothing was refused; want %s", code)
	}
	if got := fault.Code(h.fault); got != code {
		h.Fatalf("refused with %v; want %s", h.fault, code)
	}
	return fault.All(h.fault)[0]
}

// until lets time run to an instant: every clock that becomes due on the way
// fires at its own time, in order.
func (h *world) until(t time.Time) {
	h.Helper()
	if t.Before(h.now) {
		h.Fatalf("the story is already at %v", h.now)
	}
	ctx := context.Background()
	for range 10000 {
		next, err := h.e.NextWake(ctx)
		h.must(err)
		if next == 0 || next.Time().After(t) {
			h.now = t
			return
		}
		if next.Time().After(h.now) {
			h.now = next.Time()
		}
		due, err := h.e.Ripe(ctx, h.now, 100)
		h.must(err)
		for _, x := range due {
			n, err := h.e.Fire(ctx, x.ID, h.now)
			h.must(err)
			if n == 0 {
				h.Fatalf("%v is ripe but does not fire", x.ID)
			}
		}
	}
	h.Fatal("the clocks never come to rest")
}

// pass lets time run for a while.
func (h *world) pass(d time.Duration) {
	h.Helper()
	h.until(h.now.Add(d))
}

// sound checks what must hold after every story: the ledger proves the state,
// and every open matter has one holder, every open order one debtor.
func (h *world) sound() {
	h.Helper()
	ctx := context.Background()
	_, err := h.e.Seal(ctx, h.now)
	h.must(err)
	v, err := h.e.Verify(ctx, nil)
	h.must(err)
	if h.tampered != (len(v.Breaks) > 0) {
		h.Errorf("tampered with: %v; the ledger names %v", h.tampered, v.Breaks)
	}
	for _, id := range h.matters() {
		h.held(h.load(id))
	}
}

func (h *world) matters() []ident.ID {
	h.Helper()
	var out []ident.ID
	h.must(h.e.DB().Read(context.Background(), func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT id FROM matter ORDER BY id`, func(r store.Scanner) (ident.ID, error) {
			var id int64
			err := r.Scan(&id)
			return ident.ID(id), err
		})
		return err
	}))
	return out
}

// held asserts INV-01 for one matter: while it is open, one unit and one post
// hold it, and there is a next deadline.
func (h *world) held(s *engine.State) {
	h.Helper()
	if s.M.Status.Open() {
		if _, ok := h.city.Org.Unit(s.M.Holder); !ok {
			h.Errorf("%v is %s and held by %q", s.M.ID, s.M.Status, s.M.Holder)
		}
		if p, ok := h.city.Org.Post(s.M.HolderPost); !ok || p.Unit != s.M.Holder {
			h.Errorf("%v is held by %q, post %q", s.M.ID, s.M.Holder, s.M.HolderPost)
		}
		if s.M.Next == 0 {
			h.Errorf("%v is %s and waits for no deadline", s.M.ID, s.M.Status)
		}
	} else if s.M.Holder != "" {
		h.Errorf("%v is %s and still held by %s", s.M.ID, s.M.Status, s.M.Holder)
	}
	for _, o := range s.Orders {
		if _, ok := h.city.Org.Unit(o.Debtor); !ok {
			h.Errorf("order %v of %v is owed by %q", o.ID, s.M.ID, o.Debtor)
		}
	}
}

func (h *world) load(id ident.ID) *engine.State {
	h.Helper()
	s, err := h.e.Load(context.Background(), id)
	if err != nil {
		h.Fatal(err)
	}
	return s
}

// leaf returns the code of a category by its Chinese name.
func (h *world) leaf(name string) string {
	h.Helper()
	if name == "" {
		return ""
	}
	for _, l := range h.city.Duty.Leaves() {
		if l.Name == name {
			return l.Code
		}
	}
	h.Fatalf("the duty list has no category %s", name)
	return ""
}

// form is a call as somebody fills it in, with the category by its name.
type form struct {
	call.Form
	Category string
	By       *who // who takes the call; nil: the caller, on the residents' page
}

// takes files a call and returns its matter.
func (h *world) takes(f form) *affair {
	h.Helper()
	h.calls++
	in := f.Form
	in.Category = h.leaf(f.Category)
	if in.Source == "" {
		in.Source = "RESIDENT_WEB"
	}
	if in.Kind == "" {
		in.Kind = "COMPLAINT"
	}
	if in.SourceRef == "" {
		in.SourceRef = fmt.Sprintf("story-%d", h.calls)
	}
	if in.Place == "" {
		in.Place = wushan
	}
	by := f.By
	if by == nil {
		by = h.page()
	}
	s, err := h.intake.Receive(context.Background(), by.cmd(), in)
	h.must(err)
	if err != nil {
		return nil
	}
	h.held(s)
	return &affair{h, s.M.ID}
}

// figures returns what the numbers desk says of a unit this year.
func (h *world) figures(unit string) numbers.Unit {
	h.Helper()
	u, ok := h.city.Org.Unit(unit)
	if !ok {
		h.Fatalf("no unit %s", unit)
	}
	all, err := h.numbers.Units(context.Background(), h.desk(city).actor, h.city.Territory.Address(u.Territory).District, numbers.Period{From: 20260101, To: 20261231})
	h.must(err)
	for _, x := range all {
		if x.Code == unit {
			return x
		}
	}
	return numbers.Unit{Code: unit, Owed: map[string]int64{}}
}

// place returns what the numbers desk says of a place this year.
func (h *world) place(code string) *numbers.Place {
	h.Helper()
	p, err := h.numbers.Place(context.Background(), h.desk(city).actor, code, numbers.Period{From: 20260101, To: 20261231})
	h.must(err)
	return p
}

// queue is the number of matters a unit holds now, as its own desk counts them.
func (h *world) queue(units ...string) int {
	h.Helper()
	n := 0
	for _, unit := range units {
		rows, err := h.intake.Held(context.Background(), h.desk(city).actor, unit, time.Time{}, 0, intake.MostRows)
		h.must(err)
		n += len(rows)
		if f := h.figures(unit); f.Held != int64(len(rows)) {
			h.Errorf("%s holds %d matters, its counter says %d", unit, len(rows), f.Held)
		}
	}
	return n
}

// inbox is the codes of what a unit was told about a matter, the oldest first.
func (h *world) inbox(unit string, m *affair) []string {
	h.Helper()
	list, err := h.dispatch.Inbox(context.Background(), h.desk(city).actor, unit, dispatch.Message{}, dispatch.MostRows)
	h.must(err)
	var out []string
	for _, x := range slices.Backward(list) {
		if x.Matter == m.id {
			out = append(out, x.Code)
		}
	}
	return out
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// role returns whoever holds the first post of a role in a unit.
func (h *world) role(unit string, role org.Role) *who {
	h.Helper()
	a, err := registry.ActorOf(h.city, unit, role)
	if err != nil {
		h.Fatal(err)
	}
	return &who{h: h, actor: a}
}

// claim is the form of an id that a story may tell of.
var claim = regexp.MustCompile(`^((GZ|LN|YT|BJ|LH|INV|E2|B\d+)-\d\d|B\d+)$`)

// story says which mechanisms a test tells of besides that of its name: what
// docs/MECHANISMS.md finds there. Ids are written out at the call.
func story(t *testing.T, ids ...string) {
	t.Helper()
	if len(ids) == 0 {
		t.Error("a story of nothing")
	}
	for _, id := range ids {
		if !claim.MatchString(id) {
			t.Errorf("%q is no id of a mechanism", id)
		}
	}
}
