package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// tampering is one change behind the engine's back. The statements may name
// the two matters as ?1 and ?2.
type tampering struct {
	name  string
	sql   []string
	what  string // of the break that names it
	first bool   // the break names the first matter
}

var tamperings = []tampering{
	{"a byte of a state", []string{`UPDATE matter SET doc = REPLACE(doc, '"RESIDENT_WEB"', '"RESIDENT_WEc"') WHERE id = ?1`}, "state", true},
	{"a byte of an order", []string{`UPDATE orders SET doc = REPLACE(doc, '440106-CG', '440106-CX') WHERE matter = ?1`}, "order", true},
	{"a byte of an entry", []string{`UPDATE ledger SET payload = REPLACE(payload, 'RESIDENT_WEB', 'RESIDENT_WEc') WHERE matter = ?1 AND seq = 1`}, "entry", true},
	{"who acted", []string{`UPDATE ledger SET actor = 'SOMEBODY' WHERE matter = ?1 AND seq = 2`}, "entry", true},
	{"for whom", []string{`UPDATE ledger SET unit = '440106-ZJ' WHERE matter = ?1 AND seq = 2`}, "entry", true},
	{"when", []string{`UPDATE ledger SET at = at - 1 WHERE matter = ?1 AND seq = 3`}, "entry", true},
	{"what", []string{`UPDATE ledger SET act = 'remind' WHERE matter = ?1 AND seq = 3`}, "entry", true},
	{"a status column", []string{`UPDATE matter SET status = 'CLOSED' WHERE id = ?1`}, "column", true},
	{"a deadline column", []string{`UPDATE matter SET next_at = next_at + 1 WHERE id = ?1`}, "column", true},
	{"a due column", []string{`UPDATE orders SET due_at = due_at + 1 WHERE matter = ?1`}, "column of order", true},
	{"an entry is gone", []string{`DELETE FROM ledger WHERE matter = ?1 AND seq = 2`}, "entry", true},
	{"the newest entry is gone", []string{`DELETE FROM ledger WHERE matter = ?1 AND seq = 4`}, "head", true},
	{"the newest entry is gone, and the head with it", []string{
		`UPDATE matter SET rev = 3, sealed = 3, head = (SELECT hash FROM ledger WHERE matter = ?1 AND seq = 3) WHERE id = ?1`,
		`DELETE FROM ledger WHERE matter = ?1 AND seq = 4`,
	}, "leaf", true},
	{"a matter is gone", []string{`DELETE FROM matter WHERE id = ?1`}, "orphan", true},
	{"a matter is gone with its ledger", []string{`DELETE FROM matter WHERE id = ?1`, `DELETE FROM ledger WHERE matter = ?1`}, "leaf", true},
	{"an order is gone", []string{`DELETE FROM orders WHERE matter = ?1`}, "order", true},
	{"two texts are swapped", []string{
		`UPDATE matter SET text = CASE id WHEN ?1 THEN (SELECT text FROM matter WHERE id = ?2) ELSE (SELECT text FROM matter WHERE id = ?1) END WHERE id IN (?1, ?2)`,
	}, "text", true},
	{"a leaf", []string{`UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE matter = ?2) WHERE matter = ?1`}, "leaf", true},
	{"a leaf is gone", []string{`DELETE FROM leaf WHERE matter = ?2`}, "checkpoint", false},
	{"a hash of the tree", []string{`UPDATE tree_hash SET hash = (SELECT hash FROM leaf WHERE matter = ?2) WHERE idx = 0`}, "tree", false},
	{"the newest checkpoint is gone", []string{`DELETE FROM checkpoint WHERE size = (SELECT MAX(size) FROM checkpoint)`}, "checkpoint", false},
	{"a matter is kept from the log", []string{`UPDATE matter SET sealed = rev + 1 WHERE id = ?1`}, "leaf", true},
	{"words that nobody said", []string{
		`INSERT INTO statement (district, matter, seq, n, kind, body, hash) VALUES ('440106', ?1, 4, 0, 'COMMENT', '很满意', 'ab')`,
	}, "statement", true},
	{"a checkpoint", []string{`UPDATE checkpoint SET note = REPLACE(note, 'huying', 'huyinG')`}, "checkpoint", false},
}

// Whatever is changed behind the engine's back, Verify names it.
func TestTamperingIsFound(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e := on(t, db)
		statements(t, e, "CREATE TABLE saved_%s AS SELECT * FROM %[1]s WHERE 1 = 0")
		for _, x := range tamperings {
			t.Run(x.name, func(t *testing.T) {
				a, b := fouracts(t, e, "第一件事"), fouracts(t, e, "第二件事")
				verified(t, e)
				statements(t, e, "INSERT INTO saved_%s SELECT * FROM %[1]s")
				defer statements(t, e, "DELETE FROM %s", "INSERT INTO %s SELECT * FROM saved_%[1]s", "DELETE FROM saved_%s")
				for _, q := range x.sql {
					tamper(t, e, q, a, b)
				}
				v, err := e.Verify(context.Background(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if x.first {
					alone(t, e, a)
				}
				for _, found := range v.Breaks {
					if strings.HasPrefix(found.What, x.what) && (!x.first || found.Matter == a) {
						return
					}
				}
				t.Errorf("want a break of the %s of %v, found %v", x.what, a, v.Breaks)
			})
		}
		verified(t, e)
	})
}

// alone asks that the verification of one matter sees that something is wrong
// with it, or that it is gone.
func alone(t *testing.T, e *engine.Engine, id ident.ID) {
	t.Helper()
	p, err := e.VerifyMatter(context.Background(), id)
	if fault.Code(err) == "matter.not_found" {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Breaks) == 0 || p.Breaks[0].Matter != id {
		t.Errorf("the verification of %v alone finds %v", id, p.Breaks)
	}
}

// The words of a verdict are bound by the ledger; erased, they are no break.
func TestTheCallersWordsAreBound(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, id, words := context.Background(), fouracts(t, e, "路灯坏了"), "修得不错"
		caller, err := e.Caller(id, e.TrackCode(id))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			by access.Actor
			do func(f *matter.File) error
		}{
			{post(t, e, "440106-CG"), func(f *matter.File) error { return f.Respond(f.Orders[0], matter.Response{Text: "已修"}) }},
			{caller, func(f *matter.File) error {
				return f.Judge(matter.Judgement{Resolved: matter.Yes, Comment: words, CommentHash: e.TextHash(words)})
			}},
		} {
			if _, err := e.Act(ctx, engine.Command{Actor: x.by, At: morning.Add(time.Hour)}, "act", id, x.do); err != nil {
				t.Fatal(err)
			}
		}
		verified(t, e)
		tamper(t, e, `UPDATE statement SET body = '' WHERE matter = ?1`, id, 0)
		verified(t, e)
		tamper(t, e, `UPDATE statement SET body = '很差' WHERE matter = ?1`, id, 0)
		v, err := e.Verify(ctx, nil)
		if err != nil || len(v.Breaks) != 1 || v.Breaks[0].What != "statement" || v.Breaks[0].Matter != id {
			t.Errorf("found %v, %v", v.Breaks, err)
		}
	})
}

// statements runs statements once for each table that proves or is proved.
func statements(t *testing.T, e *engine.Engine, formats ...string) {
	t.Helper()
	err := e.Write(context.Background(), morning, "statements", func(tx *store.Tx) error {
		for _, format := range formats {
			for _, table := range []string{"matter", "orders", "ledger", "leaf", "checkpoint", "tree_hash", "statement"} {
				if _, err := tx.Exec(fmt.Sprintf(format, table)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fouracts makes a matter with four entries and an order, sealed.
func fouracts(t *testing.T, e *engine.Engine, text string) ident.ID {
	t.Helper()
	return fouractsAt(t, e, text, morning)
}

func fouractsAt(t *testing.T, e *engine.Engine, text string, at time.Time) ident.ID {
	t.Helper()
	ctx, desk := context.Background(), post(t, e, "440106001-ZH")
	s, err := e.Receive(ctx, engine.Command{Actor: desk, At: at}, engine.Intake{Call: matter.Call{
		Source: "RESIDENT_WEB", Kind: matter.Complaint, Text: text, Place: e.City().Territory.Address("440106001001"),
		Caller: matter.Caller{Kind: "PERSON"},
	}})
	for i, fn := range []func(f *matter.File) error{
		func(f *matter.File) error { return f.Verify(matter.Verification{}) },
		func(f *matter.File) error { return f.Triage(duty.Public, "", "城区职责") },
		func(f *matter.File) error { return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: "440106-CG"}}) },
	} {
		if err != nil {
			t.Fatal(err)
		}
		s, err = e.Act(ctx, engine.Command{Actor: desk, At: at.Add(time.Duration(i+1) * time.Minute)}, "act", s.M.ID, fn)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.M.ID
}

// tamper runs a statement whose ?1 and ?2 are the numbers of two matters, and
// asks that it changed something.
func tamper(t *testing.T, e *engine.Engine, query string, a, b ident.ID) {
	t.Helper()
	query = strings.NewReplacer("?1", fmt.Sprint(int64(a)), "?2", fmt.Sprint(int64(b))).Replace(query)
	err := e.Write(context.Background(), morning, "tamper", func(tx *store.Tx) error {
		n, err := tx.Exec(query)
		if n == 0 && err == nil {
			t.Errorf("nothing was changed by %s", query)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
