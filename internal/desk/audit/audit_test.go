package audit

import (
	"context"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

func auditor(rank int, district string) access.Actor {
	return access.Actor{ID: "audit", Kind: access.Staff, Role: org.Auditor, Rank: rank, At: territory.Address{District: district}}
}

// calls takes one call in each of two districts, and reads a contact.
func calls(t *testing.T, db *store.DB) (*Desk, []ident.ID) {
	t.Helper()
	ctx := context.Background()
	e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	var out []ident.ID
	for i, place := range []string{"440106001", "440105001"} {
		by, err := registry.ActorOf(e.City(), place[:6]+"-ZH", org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		s, err := intake.New(e).Receive(ctx, engine.Command{Actor: by}, call.Form{
			Source: "HOTLINE_12345", SourceRef: place, Kind: "COMPLAINT", Text: "路灯不亮已经三天", Place: place, Name: "某某", Phone: "13800000000",
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s.M.ID)
		if i == 0 {
			if _, err := e.ReadContact(ctx, engine.Command{Actor: access.Actor{ID: by.ID, Kind: access.Staff, Role: org.Dispatcher, Unit: s.M.Desk, At: by.At, Rank: by.Rank}}, s.M.ID, "回访核实地点"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := e.Seal(ctx, morning); err != nil {
		t.Fatal(err)
	}
	return New(e), out
}

func TestWhatAnAuditorFinds(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		d, made := calls(t, db)
		ctx := context.Background()
		city := auditor(4, "")
		for name, tc := range map[string]struct {
			by   access.Actor
			f    Filter
			want []ident.ID // whose entries, in order; entries of one matter count once
		}{
			"everything, by district":    {city, Filter{}, []ident.ID{made[1], made[0]}},
			"one district":               {city, Filter{District: "440106"}, []ident.ID{made[0]}},
			"a district's own auditor":   {auditor(3, "440105"), Filter{}, []ident.ID{made[1]}},
			"one matter":                 {city, Filter{No: made[0]}, []ident.ID{made[0]}},
			"an act":                     {city, Filter{Act: "receive"}, []ident.ID{made[1], made[0]}},
			"an act nobody did":          {city, Filter{Act: "merge"}, nil},
			"a unit":                     {city, Filter{Unit: "440106-ZH"}, []ident.ID{made[0]}},
			"before it happened":         {city, Filter{To: morning.Add(-time.Hour)}, nil},
			"a matter of somebody else":  {auditor(3, "440105"), Filter{No: made[0]}, nil},
			"the day on which it was so": {city, Filter{From: morning.Add(-time.Hour), To: morning.Add(time.Hour)}, []ident.ID{made[1], made[0]}},
		} {
			rows, next, err := d.Entries(ctx, tc.by, tc.f, Key{}, 50)
			if err != nil || next != (Key{}) {
				t.Fatalf("%s: %v %v", name, next, err)
			}
			var got []ident.ID
			for _, x := range rows {
				if len(got) == 0 || got[len(got)-1] != x.Matter {
					got = append(got, x.Matter)
				}
				if len(x.Hash) != 32 || x.At.IsZero() || x.Actor == "" {
					t.Errorf("%s: %+v", name, x)
				}
			}
			if len(got) != len(tc.want) {
				t.Fatalf("%s: %v, want %v", name, got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("%s: %v, want %v", name, got, tc.want)
				}
			}
		}
	})
}

func TestASearchGoesOnWhereItStopped(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		d, _ := calls(t, db)
		all, _, err := d.Entries(context.Background(), auditor(4, ""), Filter{}, Key{}, 200)
		if err != nil || len(all) < 2 {
			t.Fatal(all, err)
		}
		var got []Entry
		for key, n := (Key{}), 0; ; n++ {
			rows, next, err := d.Entries(context.Background(), auditor(4, ""), Filter{}, key, 1)
			if err != nil || n > len(all) {
				t.Fatal(n, err)
			}
			got = append(got, rows...)
			if key = next; key == (Key{}) {
				break
			}
		}
		if len(got) != len(all) {
			t.Errorf("%d entries one by one, %d at once", len(got), len(all))
		}
	})
}

func TestWhoReadAContact(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		d, made := calls(t, db)
		rows, err := d.Readings(context.Background(), auditor(4, ""), "", Reading{}, 50)
		if err != nil || len(rows) != 1 || rows[0].Matter != made[0] || rows[0].Purpose != "回访核实地点" {
			t.Fatal(rows, err)
		}
		if rest, err := d.Readings(context.Background(), auditor(4, ""), "", rows[0], 50); err != nil || len(rest) != 0 {
			t.Error(rest, err)
		}
		if none, err := d.Readings(context.Background(), auditor(3, "440105"), "", Reading{}, 50); err != nil || len(none) != 0 {
			t.Error(none, err)
		}
		points, err := d.Checkpoints(context.Background(), auditor(4, ""), 0, 50)
		if err != nil || len(points) != 1 || points[0].Size != 2 || !strings.Contains(points[0].Note, "huying.test/log") {
			t.Error(points, err)
		}
	})
}

func TestNobodyElseAudits(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	d, _ := calls(t, db)
	ctx := context.Background()
	for _, by := range []access.Actor{{}, {Kind: access.Staff, Role: org.SystemAdmin, Rank: 4}, {Kind: access.Staff, Role: org.Dispatcher, Rank: 4}} {
		_, _, err := d.Entries(ctx, by, Filter{}, Key{}, 1)
		_, readings := d.Readings(ctx, by, "", Reading{}, 1)
		_, points := d.Checkpoints(ctx, by, 0, 1)
		for _, err := range []error{err, readings, points} {
			if fault.Code(err) != "access.denied" {
				t.Errorf("%+v: %v", by, err)
			}
		}
	}
	if _, _, err := d.Entries(ctx, auditor(3, "440105"), Filter{District: "440106"}, Key{}, 1); fault.Code(err) != "place.unknown" {
		t.Error(err)
	}
}

func TestASearchReadsTheKeyInOrder(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	var steps []string
	err := db.Read(context.Background(), func(v *store.View) (err error) {
		steps, err = store.All(v, "EXPLAIN QUERY PLAN "+selectStretch, func(r store.Scanner) (s string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &s)
			return s, err
		}, "440106", 1, 1, 10)
		return err
	})
	if plan := strings.Join(steps, "\n"); err != nil || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
		t.Error(plan, err)
	}
}
