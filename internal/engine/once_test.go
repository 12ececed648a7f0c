package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// together runs n functions at once and returns their errors.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func aCall(text string) engine.Intake {
	return engine.Intake{Call: matter.Call{
		Source: "HOTLINE_12345", Kind: matter.Complaint, Text: text, Caller: matter.Caller{Kind: "PERSON"},
	}, Contact: &engine.Contact{Name: "陈女士", Phone: "19900001234"}}
}

// The same call, sent by sixteen at once, is one matter: by the source's own
// reference, and by the key of the request.
func TestTheSameCallIsOneMatter(t *testing.T) {
	for name, same := range map[string]func(in *engine.Intake, cmd *engine.Command){
		"reference": func(in *engine.Intake, _ *engine.Command) { in.SourceRef = "GZ-1" },
		"key":       func(_ *engine.Intake, cmd *engine.Command) { cmd.Key = "k-1" },
		"both":      func(in *engine.Intake, cmd *engine.Command) { in.SourceRef, cmd.Key = "GZ-1", "k-1" },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *engine.Engine) {
				var mu sync.Mutex
				ids := map[ident.ID]int{}
				first := 0
				for _, err := range together(16, func(int) error {
					in, cmd := aCall("路灯坏了"), engine.Command{Actor: post(t, e, "440106001-ZH"), At: morning}
					in.Place = e.City().Territory.Address("440106001001")
					same(&in, &cmd)
					s, err := e.Receive(context.Background(), cmd, in)
					if err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					ids[s.M.ID]++
					if !s.Replayed {
						first++
					}
					return nil
				}) {
					if err != nil {
						t.Error(err)
					}
				}
				if n := rows(t, e, "matter"); n != 1 || len(ids) != 1 || first != 1 {
					t.Errorf("%d matters, %d numbers given, %d of them new", n, len(ids), first)
				}
				if n := rows(t, e, "vault"); n != 1 {
					t.Errorf("%d contacts kept", n)
				}
				verified(t, e)
				counted(t, e)
			})
		})
	}
}

// The same reference with another text is a mistake of the source, and the
// same key for another command a mistake of the client: both are told.
func TestAKeyOrReferenceMeansOneThing(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, desk := context.Background(), post(t, e, "440106001-ZH")
		in := aCall("路灯坏了")
		in.SourceRef, in.Place = "GZ-1", e.City().Territory.Address("440106001001")
		s, err := e.Receive(ctx, engine.Command{Actor: desk, At: morning}, in)
		if err != nil {
			t.Fatal(err)
		}
		other := in
		other.Text = "井盖坏了"
		if _, err := e.Receive(ctx, engine.Command{Actor: desk, At: morning}, other); fault.Code(err) != "call.reference_reused" {
			t.Errorf("got %v", err)
		}
		cmd := engine.Command{Actor: desk, At: morning, Key: "k"}
		verify := func(f *matter.File) error { return f.Verify(matter.Verification{}) }
		if _, err := e.Act(ctx, cmd, "verify", s.M.ID, verify); err != nil {
			t.Fatal(err)
		}
		again, err := e.Act(ctx, cmd, "verify", s.M.ID, verify)
		if err != nil || !again.Replayed || again.Rev != 2 {
			t.Errorf("again: %+v, %v", again, err)
		}
		if _, err := e.Act(ctx, cmd, "advise", s.M.ID, func(f *matter.File) error { return f.Advise("答复") }); fault.Code(err) != "request.key_reused" {
			t.Errorf("got %v", err)
		}
	})
}

// Of two who saw the same revision, one acts; the other is told.
func TestOneRevisionIsActedOnOnce(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, desk := context.Background(), post(t, e, "440106001-ZH")
		id := fouracts(t, e, "路灯坏了")
		done, told := 0, 0
		for _, err := range together(8, func(i int) error {
			s, err := e.Load(ctx, id)
			if err != nil {
				return err
			}
			o := s.Orders[0].ID
			_, err = e.ActOrder(ctx, engine.Command{Actor: desk, At: morning.Add(time.Hour), Rev: 4}, "remind", o, func(f *matter.File, o *order.Order) error {
				return f.Remind(o, fmt.Sprint(i))
			})
			return err
		}) {
			switch fault.Code(err) {
			case "":
				done++
			case "matter.changed_meanwhile":
				told++
			default:
				t.Error(err)
			}
		}
		if done != 1 || told != 7 {
			t.Errorf("%d acted, %d were told", done, told)
		}
	})
}

// Sixty-four people act on one matter at once: whatever gets through, the
// invariants hold, and the ledger and the counters know all of it.
func TestManyActOnOneMatter(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, cast := context.Background(), castOf(t, e)
		id := fouracts(t, e, "路灯坏了")
		names := sortedActs()
		for _, err := range together(64, func(i int) error {
			die := rand.New(rand.NewPCG(7, uint64(i)))
			for n := range 5 {
				name, d := names[die.IntN(len(names))], dice{die.IntN(1000)}
				a := acts[name]
				if a.do == nil {
					continue
				}
				actor := cast[die.IntN(len(cast))]
				if i%2 == 0 {
					actor = post(t, e, []string{"440106001-ZH", "440106-CG", "440106-ZH"}[i%3])
				}
				at := morning.Add(time.Duration(n) * time.Hour)
				_, err := e.Act(ctx, engine.Command{Actor: actor, At: at}, name, id, func(f *matter.File) error { return a.do(f, d) })
				var f *fault.Error
				if err != nil && (!errors.As(err, &f) || f.Kind == fault.Internal) {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			_, err := e.Fire(ctx, id, morning.Add(6*time.Hour))
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		s, err := e.Load(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range wrongs(s) {
			t.Error(wrong)
		}
		if n := rows(t, e, "ledger"); n != s.Rev {
			t.Errorf("%d entries, revision %d", n, s.Rev)
		}
		verified(t, e)
		counted(t, e)
	})
}

// Two processes over one database see each other's acts at once, and neither
// undoes what the other did.
func TestTwoProcessesShareOneDatabase(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		both := []*engine.Engine{on(t, db), onNode(t, db, 1)}
		id, bureau := fouracts(t, both[0], "路灯坏了"), post(t, both[0], "440106-CG")
		desk := post(t, both[0], "440106001-ZH")
		for i := range 10 {
			e, other := both[i%2], both[1-i%2]
			at := morning.Add(time.Duration(i+1) * time.Minute)
			s, err := e.Act(ctx, engine.Command{Actor: desk, At: at}, "remind", id, func(f *matter.File) error { return f.Remind(f.Orders[0], "") })
			if err != nil {
				t.Fatal(err)
			}
			seen, err := other.Load(ctx, id)
			if err != nil || seen.Rev != s.Rev || seen.Head != s.Head || seen.Orders[0].Reminders != i+1 {
				t.Fatalf("after act %d the other process sees revision %d, %v", i, seen.Rev, err)
			}
		}
		for _, err := range together(16, func(i int) error {
			_, err := both[i%2].Act(ctx, engine.Command{Actor: desk, At: morning.Add(time.Hour)}, "remind", id, func(f *matter.File) error { return f.Remind(f.Orders[0], "") })
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		s, err := both[1].Act(ctx, engine.Command{Actor: bureau, At: morning.Add(2 * time.Hour)}, "sign", id, func(f *matter.File) error { return f.Sign(f.Orders[0]) })
		if err != nil || s.Orders[0].Reminders != 26 {
			t.Fatalf("%d reminders, %v", s.Orders[0].Reminders, err)
		}
		for i := range 20 { // numbers made by both are never the same
			fouracts(t, both[i%2], fmt.Sprint("别的事", i))
		}
		verified(t, both[0])
		counted(t, both[1])
	})
}

// The receipt of a call is proved by itself, with the installation's public
// key and nothing else, in either suite; one changed byte and it proves nothing.
func TestAReceiptNeedsNoDatabase(t *testing.T) {
	for _, suite := range []string{ledger.Intl, ledger.SM} {
		t.Run(suite, func(t *testing.T) {
			storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
				e := onSuite(t, db, suite)
				id := fouracts(t, e, "路灯坏了")
				for i := range 5 {
					fouracts(t, e, fmt.Sprint("别的事", i))
				}
				receipt, err := e.Receipt(context.Background(), id)
				if err != nil {
					t.Fatal(err)
				}
				keys := []ledger.PublicKey{e.PublicKey()}
				if _, err := ledger.VerifyReceipt(receipt, keys); err != nil {
					t.Fatal(err)
				}
				if !bytes.Contains(receipt, []byte(`"receive"`)) {
					t.Errorf("the receipt does not show the call: %s", receipt)
				}
				forged := bytes.Replace(receipt, []byte(`"receive"`), []byte(`"receivE"`), 1)
				if _, err := ledger.VerifyReceipt(forged, keys); err == nil {
					t.Error("a forged receipt is good")
				}
				verified(t, e)
			})
		})
	}
}

func onNode(t *testing.T, db *store.DB, node int) *engine.Engine {
	t.Helper()
	city := enginetest.Guangzhou(t)
	e, err := engine.New(db, city, engine.Options{Node: node, Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func onSuite(t *testing.T, db *store.DB, name string) *engine.Engine {
	t.Helper()
	city := enginetest.Guangzhou(t)
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, name), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Nowhere in the database's files is a caller's name or number in clear, and
// opening a contact leaves a line of who did and why.
func TestContactsAreSealed(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	path := filepath.Join(dir, "sealed.db")
	db := storetest.Open(t, path)
	if err := store.Migrate(ctx, db, engine.Migrations()); err != nil {
		t.Fatal(err)
	}
	e, in := on(t, db), aCall("路灯坏了")
	in.Place = e.City().Territory.Address("440106001001")
	in.Contact.Note = "晚上八点以后打"
	desk := post(t, e, "440106001-ZH")
	s, err := e.Receive(ctx, engine.Command{Actor: desk, At: morning}, in)
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.ReadContact(ctx, engine.Command{Actor: desk, At: morning}, s.M.ID, "回访")
	if err != nil || c != *in.Contact {
		t.Fatalf("opened %+v, %v", c, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range files {
		seen += lookIn(t, filepath.Join(dir, f.Name()), in.Contact)
	}
	if seen == 0 {
		t.Error("the text of the call is in no file: nothing was looked at")
	}
	if n := rows(t, e, "access_log"); n != 1 {
		t.Errorf("%d lines in the access log", n)
	}
}

// lookIn looks for a contact in a file, and reports whether the call's own
// text is there.
func lookIn(t *testing.T, path string, c *engine.Contact) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{c.Name, c.Phone, c.Note} {
		if bytes.Contains(body, []byte(secret)) {
			t.Errorf("%s holds %q in clear", filepath.Base(path), secret)
		}
	}
	return bytes.Count(body, []byte("路灯坏了"))
}

func rows(t *testing.T, e *engine.Engine, table string) int64 {
	t.Helper()
	var n int64
	err := e.DB().Read(context.Background(), func(v *store.View) error {
		return v.Row(`SELECT COUNT(*) FROM ` + table).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
