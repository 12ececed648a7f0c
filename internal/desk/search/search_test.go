package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/engine/index"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

// each runs fn with a desk over each database.
func each(t *testing.T, fn func(t *testing.T, d *Desk)) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, New(e))
	})
}

func (d *Desk) actor(t *testing.T, unit string, role org.Role) access.Actor {
	t.Helper()
	a, err := registry.ActorOf(d.e.City(), unit, role)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// call takes a call in, with a category that a rule may dispatch.
func (d *Desk) call(t *testing.T, text, place, category string, at time.Time) *engine.State {
	t.Helper()
	s, err := d.receive(t, text, place, category, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (d *Desk) receive(t *testing.T, text, place, category string, at time.Time) (*engine.State, error) {
	t.Helper()
	return d.e.Receive(context.Background(), engine.Command{Actor: d.actor(t, "440100-ZH", org.Dispatcher), At: at}, engine.Intake{
		Call: matter.Call{
			Source: "RESIDENT_WEB", SourceRef: "R" + fmt.Sprint(at.UnixMicro()), Kind: matter.Complaint, Text: text, Category: category,
			Place: d.e.City().Territory.Address(place), Caller: matter.Caller{Kind: "PERSON"},
		},
		Contact: &engine.Contact{Name: "欧阳晓", Phone: "19900001234", Note: "住在幸福里"},
	})
}

func (d *Desk) find(t *testing.T, by access.Actor, q string) *Found {
	t.Helper()
	f, err := d.Find(context.Background(), by, q, 0, 0, morning)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return f
}

func (d *Desk) step(t *testing.T, n int) {
	t.Helper()
	if _, err := index.Step(context.Background(), d.e.DB(), n); err != nil {
		t.Fatal(err)
	}
}

func numbers(hits []Hit) []ident.ID {
	var out []ident.ID
	for _, h := range hits {
		out = append(out, h.No)
	}
	return out
}

// all returns the numbers of every page.
func (d *Desk) all(t *testing.T, by access.Actor, q string, limit int) []ident.ID {
	t.Helper()
	var out []ident.ID
	before := ident.ID(0)
	for {
		f, err := d.Find(context.Background(), by, q, before, limit, morning)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, numbers(f.Matters)...)
		if f.More == 0 {
			return out
		}
		if before != 0 && f.More >= before {
			t.Fatalf("the page after %v ends at %v", before, f.More)
		}
		before = f.More
	}
}

var (
	vocabulary = []string{"夜间", "施工", "噪音", "扰民", "路灯", "不亮", "污水", "B栋", "3单元", "电梯", "困人", "油烟", "，", "。", "天河", "ＡＢＣ", "消防", "通道"}
	spots      = []string{"440106001001", "440106001", "440106002", "440106", "440105001", "440104001"}
	asked      = []string{"噪音", "噪", "音扰", "b", "B栋", "abc", "3单元", "夜间 噪音", "施工噪音", "天河", "电梯 油烟 污水", "没有这个词", "道"}
)

// What is found is what the actor may read and the text or the place says,
// newest first, wherever the index has come to.
func TestWhatIsFoundIsWhatFits(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		die := rand.New(rand.NewPCG(3, 4))
		leaves := d.e.City().Duty.Leaves()
		var states []*engine.State
		by := []access.Actor{
			d.actor(t, "440100-ZH", org.Dispatcher), d.actor(t, "440106-ZH", org.Dispatcher), d.actor(t, "440106001-ZH", org.Dispatcher),
			d.actor(t, "440106-CG", org.Handler), d.actor(t, "440105-CG", org.Handler), {Kind: access.Staff}, {Kind: access.Caller},
		}
		check := func() {
			t.Helper()
			for _, a := range by {
				for _, q := range asked {
					if got, want := d.all(t, a, q, 7), d.fitting(a, q, states); !slices.Equal(got, want) {
						t.Fatalf("%s %q: %d found, %d fit", a.ID, q, len(got), len(want))
					}
				}
			}
		}
		for i := range 90 {
			var text strings.Builder
			for range 1 + die.IntN(7) {
				text.WriteString(vocabulary[die.IntN(len(vocabulary))])
			}
			at := morning.Add(time.Duration(i) * time.Second)
			states = append(states, d.call(t, text.String(), spots[die.IntN(len(spots))], leaves[die.IntN(len(leaves))].Code, at))
			if i%3 == 2 {
				d.step(t, 1+die.IntN(6))
			}
			if i%30 == 29 {
				check()
			}
		}
		for range 5 {
			d.step(t, 60)
		}
		if n, err := index.Step(context.Background(), d.e.DB(), 60); n != 0 || err != nil {
			t.Fatalf("the index is not up to date: %d, %v", n, err)
		}
		check()
	})
}

// fitting is what Find shall find, looked for one by one.
func (d *Desk) fitting(a access.Actor, q string, states []*engine.State) []ident.ID {
	var out []ident.ID
	for _, s := range slices.Backward(states) {
		if access.Allow(a, access.ReadMatter, s.Subject(nil)) != nil {
			continue
		}
		fits := true
		for _, word := range strings.Fields(strings.ToLower(q)) {
			text := strings.ToLower(strings.ReplaceAll(s.Text, "ＡＢＣ", "abc"))
			if word == "b" { // a word begins here only where no letter stands before
				text = strings.ReplaceAll(text, "abc", "")
			}
			fits = fits && (strings.Contains(text, word) || word == "天河" && s.M.Place.District == "440106")
		}
		if fits {
			out = append(out, s.M.ID)
		}
	}
	return out
}

func TestACallOfASecondAgoIsFoundAndMarked(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		s := d.call(t, strings.Repeat("今天很好。", 30)+"楼下夜间噪音扰民", "440106001001", "", morning)
		by := d.actor(t, "440106001-ZH", org.Dispatcher)
		for range 2 { // before it is indexed, and after
			f := d.find(t, by, "噪音")
			if len(f.Matters) != 1 || f.Matters[0].No != s.M.ID || len(f.Matters[0].Marks) != 1 {
				t.Fatalf("%+v", f.Matters)
			}
			h := f.Matters[0]
			if at := h.Marks[0]; string([]rune(h.Text)[at.From:at.To]) != "噪音" {
				t.Errorf("%v of %q", at, h.Text)
			}
			d.step(t, 100)
		}
	})
}

// Nothing of the caller can be looked for (B15).
func TestNobodyFindsACaller(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		d.call(t, "路灯坏了", "440106001001", "", morning)
		for range 2 {
			for _, q := range []string{"欧阳晓", "欧阳", "19900001234", "1990000", "幸福里"} {
				f := d.find(t, d.actor(t, "440100-ZH", org.Dispatcher), q)
				if len(f.Matters)+len(f.Numbers) != 0 {
					t.Errorf("%s finds %+v", q, f)
				}
			}
			d.step(t, 100)
		}
	})
}

func TestNumbersAreFoundWholeAndInPart(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		leaf := ""
		for _, l := range d.e.City().Duty.Leaves() {
			if l.Instant {
				leaf = l.Code
			}
		}
		s := d.call(t, "井盖丢了", "440106001001", leaf, morning)
		d.call(t, "另一件", "440105001", "", morning.AddDate(0, 0, -40))
		no, by := s.M.ID.Number(), d.actor(t, "440106001-ZH", org.Dispatcher)
		if len(s.Orders) == 0 {
			t.Fatal("the rule gave no order")
		}
		for _, q := range []string{no, strings.ToLower(no), no[:8], no[:12], no[9:16], no[9:], s.M.SourceRef} {
			for _, a := range []access.Actor{by, d.actor(t, s.Orders[0].Debtor, org.Handler)} {
				if got := numbers(d.find(t, a, q).Numbers); !slices.Contains(got, s.M.ID) {
					t.Errorf("%s does not find %s: %v", q, no, got)
				}
			}
			if f := d.find(t, d.actor(t, "440105-ZH", org.Dispatcher), q); slices.Contains(numbers(f.Numbers), s.M.ID) {
				t.Errorf("%s is found by another district", q)
			}
		}
		found := d.find(t, by, s.Orders[0].ID.Number()).Numbers
		if len(found) != 1 || found[0].No != s.M.ID || found[0].Order != s.Orders[0].ID {
			t.Errorf("by the order's number: %+v", found)
		}
		if got := numbers(d.find(t, by, no[:6]).Numbers); !slices.Equal(got, []ident.ID{s.M.ID}) {
			t.Errorf("of a month: %v", got)
		}
	})
}

func TestPlacesAndUnitsAreFoundByNameCodeAndInitials(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		by := d.actor(t, "440106001-ZH", org.Dispatcher)
		for q, code := range map[string]string{"天河区": "440106", "天河": "440106", "440106": "440106", "thq": "440106"} {
			if f := d.find(t, by, q); len(f.Places) == 0 || f.Places[0].Code != code {
				t.Errorf("%s: %+v", q, f.Places)
			}
		}
		u, _ := d.e.City().Org.Unit("440106-CG")
		for _, q := range []string{u.Name, u.Code, strings.ToLower(u.Code)} {
			if f := d.find(t, by, q); len(f.Units) == 0 || f.Units[0].Code != u.Code {
				t.Errorf("%s: %+v", q, f.Units)
			}
		}
	})
}

func TestQuestionsThatAreNone(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		by := d.actor(t, "440106001-ZH", org.Dispatcher)
		for q, want := range map[string]string{
			"": "search.nothing_to_find", "，。": "search.nothing_to_find", "--": "search.nothing_to_find", strings.Repeat("噪", 101): "search.too_long",
			`"' OR 1=1 --`: "", "噪 AND NOT (音*": "", "a & !b | c:*": "", "\\'": "search.nothing_to_find", "NEAR(噪, 2)": "", "%_": "search.nothing_to_find",
		} {
			if _, err := d.Find(context.Background(), by, q, 0, 0, morning); fault.Code(err) != want {
				t.Errorf("%q: %v, want %s", q, err, want)
			}
		}
		if _, err := d.Find(context.Background(), by, "噪", 0, 201, morning); fault.Code(err) != "page.size" {
			t.Error(err)
		}
	})
}

// While many write at once and the index reads on, nothing is lost: once they
// are done and it has caught up, every call is found by the index alone.
func TestTheIndexLosesNothingWhileManyWrite(t *testing.T) {
	each(t, func(t *testing.T, d *Desk) {
		const writers, calls = 6, 15
		var done sync.WaitGroup
		errs := make([]error, writers)
		for w := range writers {
			done.Go(func() {
				for i := range calls {
					at := morning.Add(time.Duration(w*calls+i) * time.Millisecond)
					if _, err := d.receive(t, "独一无二的事情", spots[w%len(spots)], "", at); err != nil {
						errs[w] = err
					}
				}
			})
		}
		stop := make(chan struct{})
		go func() { done.Wait(); close(stop) }()
		for open := true; open; {
			select {
			case <-stop:
				open = false
			default:
			}
			d.step(t, 9)
		}
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		for n := 1; n != 0; {
			var err error
			if n, err = index.Step(context.Background(), d.e.DB(), 9); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.all(t, d.actor(t, "440100-ZH", org.Dispatcher), "独一无二", 50); len(got) != writers*calls {
			t.Errorf("%d found of %d", len(got), writers*calls)
		}
	})
}
