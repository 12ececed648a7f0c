package intake

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
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

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

// A queue with filters holds exactly the matters that fit, the nearest deadline
// first, page by page.
func TestAQueueIsWhatFitsByDeadline(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		d, desk := New(e), "440106001-ZH"
		by, err := registry.ActorOf(e.City(), desk, org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		var all []*engine.State
		for i := range 30 {
			s, err := e.Receive(context.Background(), engine.Command{Actor: by, At: morning.Add(time.Duration(i%7) * time.Hour)}, engine.Intake{Call: matter.Call{
				Source: []string{"RESIDENT_WEB", "MEDIA"}[i%2], SourceRef: fmt.Sprint(i), Kind: matter.Complaint, Text: []string{"噪音扰民", "路灯不亮", "施工噪音"}[i%3],
				Place: e.City().Territory.Address("440106001"), Caller: matter.Caller{Kind: "PERSON"},
			}})
			if err != nil {
				t.Fatal(err)
			}
			if i%4 == 0 {
				if s, err = e.Act(context.Background(), engine.Command{Actor: by, At: morning.Add(8 * time.Hour)}, "verify", s.M.ID,
					func(f *matter.File) error { return f.Verify(matter.Verification{}) }); err != nil {
					t.Fatal(err)
				}
			}
			all = append(all, s)
		}
		for name, tc := range map[string]struct {
			f    QueueFilter
			fits func(s *engine.State) bool
		}{
			"all":     {QueueFilter{}, func(*engine.State) bool { return true }},
			"status":  {QueueFilter{Status: "VERIFIED"}, func(s *engine.State) bool { return s.M.Status == matter.Verified }},
			"source":  {QueueFilter{Source: "MEDIA"}, func(s *engine.State) bool { return s.M.Source == "MEDIA" }},
			"urgency": {QueueFilter{Urgency: string(all[0].M.Urgency)}, func(s *engine.State) bool { return s.M.Urgency == all[0].M.Urgency }},
			"text":    {QueueFilter{Text: "噪音"}, func(s *engine.State) bool { return s.Text != "路灯不亮" }},
			"mine":    {QueueFilter{Post: all[0].M.HolderPost}, func(s *engine.State) bool { return s.M.HolderPost == all[0].M.HolderPost }},
			"colour":  {QueueFilter{Colour: "RED"}, func(*engine.State) bool { return false }},
		} {
			var want []ident.ID
			for _, s := range all {
				if s.M.Holder == desk && tc.fits(s) {
					want = append(want, s.M.ID)
				}
			}
			next := map[ident.ID]int64{}
			for _, s := range all {
				next[s.M.ID] = int64(s.M.Next)
			}
			slices.SortFunc(want, func(a, b ident.ID) int {
				if next[a] != next[b] {
					return int(next[a] - next[b])
				}
				return int(a - b)
			})
			if got := queued(t, d, by, desk, tc.f); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		for code, f := range map[string]QueueFilter{
			"status.unknown": {Status: "LOST"}, "inlet.unknown": {Source: "PIGEON"}, "urgency.unknown": {Urgency: "SOON"}, "colour.unknown": {Colour: "PINK"},
			"post.unknown": {Post: `%"`},
		} {
			if _, err := d.Queue(context.Background(), by, desk, f, time.Time{}, 0, 0); fault.Code(err) != code {
				t.Errorf("%+v: %v", f, err)
			}
		}
		other, err := registry.ActorOf(e.City(), "440105-ZH", org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		if got := queued(t, d, other, desk, QueueFilter{}); len(got) != 0 {
			t.Errorf("another district sees %v", got)
		}
	})
}

func queued(t *testing.T, d *Desk, by access.Actor, unit string, f QueueFilter) []ident.ID {
	t.Helper()
	var out []ident.ID
	next, after := time.Time{}, ident.ID(0)
	for {
		page, err := d.Queue(context.Background(), by, unit, f, next, after, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page {
			out = append(out, x.No)
			next, after = x.Next, x.No
		}
		if len(page) < 4 {
			return out
		}
	}
}
