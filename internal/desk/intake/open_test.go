package intake

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// office is a desk over a database of its own, with calls at several places.
func office(t *testing.T, db *store.DB, now time.Time) (*Desk, []*engine.State) {
	t.Helper()
	e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	d := New(e)
	agent, err := registry.ActorOf(e.City(), "440100-RX", org.Agent)
	if err != nil {
		t.Fatal(err)
	}
	var out []*engine.State
	for i, form := range []call.Form{
		{Place: "440106001001", Text: "Road full of rubbish, 一地垃圾", Category: "SR0101"},
		{Place: "440106001002", Text: "路灯不亮", Category: "SZ0301"},
		{Place: "440106002", Text: "有人占道", Category: "ZD0101", Urgency: "UTILITY"},
		{Place: "440105001", Text: "一地垃圾", Category: "SR0101"},
		{Place: "440106001001", Text: "垃圾没人清", Category: "SR0101", Source: "WINDOW"},
	} {
		form.Kind, form.Anonymity = "COMPLAINT", "ANONYMOUS"
		if form.Source == "" {
			form.Source = "HOTLINE_12345"
		} else {
			form.Anonymity, form.Phone, form.Name = "OPEN", "13900000000", "x"
		}
		s, err := d.Receive(context.Background(), engine.Command{Actor: agent, At: now.Add(time.Duration(i) * time.Minute)}, form)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return d, out
}

func nos(rows []Row) []ident.ID {
	var out []ident.ID
	for _, r := range rows {
		out = append(out, r.No)
	}
	return out
}

func TestTheOpenMattersOfAJurisdiction(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		d, s := office(t, db, now)
		ids := func(i ...int) (out []ident.ID) {
			for _, n := range i {
				out = append(out, s[n].M.ID)
			}
			slices.SortFunc(out, func(a, b ident.ID) int {
				x, y := find(s, a), find(s, b)
				if x.M.Next != y.M.Next {
					return int(x.M.Next - y.M.Next)
				}
				return int(a - b)
			})
			return out
		}
		for _, c := range []struct {
			name string
			unit string
			role org.Role
			f    QueueFilter
			want []ident.ID
			left map[string]int64
		}{
			{"a town sees its own", "440106001-ZH", org.Dispatcher, QueueFilter{}, ids(0, 1, 4), map[string]int64{"RECEIVED": 3}},
			{"a community sees its own", "440106001001-JW", org.Dispatcher, QueueFilter{}, ids(0, 4), map[string]int64{"RECEIVED": 2}},
			{"the district sees its towns", "440106-ZH", org.Dispatcher, QueueFilter{}, ids(0, 1, 2, 4), map[string]int64{"RECEIVED": 4}},
			{"the hotline sees the city", "440100-RX", org.Agent, QueueFilter{}, ids(0, 1, 2, 3, 4), map[string]int64{"RECEIVED": 5}},
			{"another district", "440105-ZH", org.Dispatcher, QueueFilter{}, ids(3), map[string]int64{"RECEIVED": 1}},
			{"by state", "440106-ZH", org.Dispatcher, QueueFilter{Any: []string{"ORDERED", "REOPENED"}}, nil, nil},
			{"by state too", "440106-ZH", org.Dispatcher, QueueFilter{Any: []string{"RECEIVED", "REOPENED"}}, ids(0, 1, 2, 4), nil},
			{"by urgency", "440106-ZH", org.Dispatcher, QueueFilter{Urgency: "UTILITY"}, ids(1, 2), nil},
			{"by source", "440106-ZH", org.Dispatcher, QueueFilter{Source: "WINDOW"}, ids(4), nil},
			{"by text", "440106-ZH", org.Dispatcher, QueueFilter{Text: "RUBBISH 垃圾"}, ids(0), nil},
			{"a handler has no jurisdiction here", "440106-CG", org.Handler, QueueFilter{}, nil, nil},
		} {
			actor, err := registry.ActorOf(d.e.City(), c.unit, c.role)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Open(context.Background(), actor, c.f, time.Time{}, 0, 0)
			if err != nil || !slices.Equal(nos(got), c.want) {
				t.Errorf("%s: %v (%v), want %v", c.name, nos(got), err, c.want)
			}
			var paged []ident.ID
			var next time.Time
			var after ident.ID
			for range 10 {
				page, err := d.Open(context.Background(), actor, c.f, next, after, 1)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				paged, next, after = append(paged, page[0].No), page[0].Next, page[0].No
			}
			if !slices.Equal(paged, c.want) {
				t.Errorf("%s, page by page: %v, want %v", c.name, paged, c.want)
			}
			if c.left == nil {
				continue
			}
			left, err := d.Counts(context.Background(), actor, false)
			if err != nil || left["RECEIVED"] != c.left["RECEIVED"] {
				t.Errorf("%s: counts %v (%v), want %v", c.name, left, err, c.left)
			}
		}
		tasked(t, d, now)
		for unit, want := range map[string]int{"440106-ZH": 4, "440106001-ZH": 3, "440106001001-JW": 2} {
			actor, err := registry.ActorOf(d.e.City(), unit, org.Dispatcher)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := d.Open(context.Background(), actor, QueueFilter{}, time.Time{}, 0, 2)
			for next := rows; err == nil && len(next) == 2; rows = append(rows, next...) {
				next, err = d.Open(context.Background(), actor, QueueFilter{}, next[1].Next, next[1].No, 2)
			}
			if err != nil || len(rows) != want {
				t.Errorf("%s sees %d open matters beside a task, want %d (%v)", unit, len(rows), want, err)
			}
			if left, err := d.Counts(context.Background(), actor, false); err != nil || left["ORDERED"] != 0 || left["RECEIVED"] != int64(want) {
				t.Errorf("%s counts %v beside a task (%v)", unit, left, err)
			}
		}
		town, err := registry.ActorOf(d.e.City(), "440106001-ZH", org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		if held, err := d.Counts(context.Background(), town, true); err != nil || held["RECEIVED"] != 3 {
			t.Errorf("held: %v (%v)", held, err)
		}
	})
}

// tasked assigns a task that lies in a community.
func tasked(t *testing.T, d *Desk, now time.Time) {
	t.Helper()
	by, err := registry.ActorOf(d.e.City(), "440106001-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.e.Together(context.Background(), engine.Command{Actor: by, At: now}, "ask", func(b *engine.Bundle) (ident.ID, error) {
		s, err := b.Assign(matter.Assigned{
			Kind: matter.BatchTask, Title: "清理占道堆物", Place: d.e.City().Territory.Address("440106001001"),
			Orders: []matter.Assignment{{Debtor: "440106001-CGB"}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return s.M.ID, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func find(list []*engine.State, id ident.ID) *engine.State {
	for _, s := range list {
		if s.M.ID == id {
			return s
		}
	}
	return nil
}

func TestTheOpenMattersRefuseWhatTheCityDoesNotKnow(t *testing.T) {
	d, _ := office(t, storetest.SQLite(t, engine.Migrations()), time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
	actor, err := registry.ActorOf(d.e.City(), "440106-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	for code, f := range map[string]QueueFilter{
		"status.unknown": {Any: []string{"LOST"}}, "urgency.unknown": {Urgency: "HASTE"}, "inlet.unknown": {Source: "PIGEON"},
	} {
		if _, err := d.Open(context.Background(), actor, f, time.Time{}, 0, 0); err == nil || fault.All(err)[0].Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestTheOpenMattersReadTheirIndex(t *testing.T) {
	d, _ := office(t, storetest.SQLite(t, engine.Migrations()), time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
	for unit, want := range map[string]string{
		"440106-ZH": "matter_stands (district=? AND status=?)", "440106001-ZH": "matter_stands (district=? AND status=? AND town=? AND next_at>?)",
		"440106001001-JW": "matter_stands (district=? AND status=? AND town=? AND next_at>?)", "440100-ZH": "matter_stands (district=? AND status=?)",
	} {
		actor, err := registry.ActorOf(d.e.City(), unit, org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		n := nearest{scopes: d.jurisdiction(actor), states: []string{"RECEIVED", "VERIFIED"}, cond: "1=1"}
		steps := plan(t, d.e.DB(), n.query(), n.all(0, 0, 50)...)
		if got := strings.Count(steps, "COVERING INDEX "+want); got != len(n.scopes)*2 {
			t.Errorf("%s: %s", unit, steps)
		}
	}
}

func TestWordsOfDangerAskForANumber(t *testing.T) {
	d, _ := office(t, storetest.SQLite(t, engine.Migrations()), time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
	actor, err := registry.ActorOf(d.e.City(), "440100-RX", org.Agent)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"楼上着火了，冒浓烟": "119", "楼下有人打架": "110", "路边有老人晕倒": "120", "十字路口车祸": "122", "A man with a KNIFE": "110",
		"热水器打不着火": "", "楼道堆满杂物有火灾隐患": "", "路灯不亮": "",
	} {
		a, err := d.Suggest(context.Background(), actor, text, "440106001", nil, nil, time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(a.Emergencies) > 0 {
			got = a.Emergencies[0].Number
		}
		if got != want {
			t.Errorf("%s: %v, want %q", text, a.Emergencies, want)
		}
	}
}
