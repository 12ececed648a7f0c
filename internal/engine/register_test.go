package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// pledge is a register of this test.
type pledge struct {
	About ident.ID          `json:"about,omitempty"`
	Fen   int64             `json:"fen,omitempty"`
	From  int               `json:"from,omitempty"`
	Name  string            `json:"name,omitempty"`
	Other string            `json:"other,omitempty"`
	Place territory.Address `json:"place"`
	To    int               `json:"to,omitempty"`
	Unit  string            `json:"unit,omitempty"`
}

func (p pledge) Line() register.Line {
	return register.Line{
		Register: "TEST_PLEDGE", Place: p.Place, Unit: p.Unit, Other: p.Other, Key: p.Name, From: p.From, To: p.To,
		About: p.About, Amount: p.Fen, Status: "GIVEN",
	}
}

func enter(t *testing.T, e *engine.Engine, cmd engine.Command, p pledge) ident.ID {
	t.Helper()
	id, err := e.Together(context.Background(), cmd, "pledge", func(b *engine.Bundle) (ident.ID, error) { return engine.Enter(b, "give", &p) })
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func find(t *testing.T, e *engine.Engine, w engine.Where) (names []string) {
	t.Helper()
	err := e.DB().Read(context.Background(), func(v *store.View) error {
		found, err := engine.Find[pledge](v, w)
		for _, r := range found {
			names = append(names, r.Fact.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestARecordIsKeptChangedListedAndVerified(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, desk := context.Background(), post(t, e, "440106001-ZH")
		place := e.City().Territory.Address("440106001001")
		cmd := engine.Command{Actor: desk, At: morning, Key: "k1"}
		one := enter(t, e, cmd, pledge{Name: "one", Unit: "440106-CG", Fen: 250, From: 20260301, Place: place})
		if again := enter(t, e, cmd, pledge{Name: "one", Unit: "440106-CG", Place: place}); again != one {
			t.Errorf("the same command made %v, then %v", one, again)
		}
		cmd.Key = ""
		enter(t, e, cmd, pledge{Name: "two", Unit: "440106001-ZH", Other: "440106-CG", Fen: 50, To: 20260228, Place: place})
		enter(t, e, cmd, pledge{Name: "city", Fen: 7})

		_, err := e.Together(ctx, cmd, "pledge", func(b *engine.Bundle) (ident.ID, error) {
			return engine.Enter(b, "give", &pledge{Name: "one", Place: place})
		})
		if fault.Code(err) != "record.key_taken" {
			t.Errorf("a second record of a key: %v", err)
		}
		cmd.Rev = 1
		for range 2 {
			_, err = e.Together(ctx, cmd, "more", func(b *engine.Bundle) (ident.ID, error) {
				return one, engine.Change(b, "more", one, func(p *pledge) error {
					p.Fen++
					return nil
				})
			})
		}
		if fault.Code(err) != "record.changed_meanwhile" {
			t.Errorf("a change of what changed meanwhile: %v", err)
		}

		stranger := post(t, e, "440103001-ZH")
		for _, x := range []struct {
			name string
			w    engine.Where
			want string
		}{
			{"all", engine.Where{}, "city two one"},
			{"a unit's", engine.Where{Unit: "440106-CG"}, "one"},
			{"issued by", engine.Where{Other: "440106-CG"}, "two"},
			{"on a day", engine.Where{On: 20260228}, "city two"},
			{"on the next", engine.Where{On: 20260301}, "city one"},
			{"oldest first, after the first", engine.Where{Oldest: true, After: one}, "two city"},
			{"in the desk's place", engine.Where{May: &desk, Action: access.ReadMatter}, "two one"},
			{"elsewhere", engine.Where{May: &stranger, Action: access.ReadMatter}, ""},
		} {
			if got := strings.Join(find(t, e, x.w), " "); got != x.want {
				t.Errorf("%s: %q, want %q", x.name, got, x.want)
			}
		}
		if r, err := engine.Get[pledge](ctx, e, desk, access.ReadMatter, one); err != nil || r.Fact.Fen != 251 || r.Rev != 2 {
			t.Errorf("read %+v, %v", r, err)
		}
		if _, err := engine.Get[pledge](ctx, e, stranger, access.ReadMatter, one); fault.Code(err) != "record.not_found" {
			t.Errorf("a stranger reads: %v", err)
		}
		if n, err := e.Seal(ctx, morning); err != nil || n != 3 {
			t.Errorf("sealed %d, %v", n, err)
		}
		verified(t, e)
		if v, err := e.Verify(ctx, nil); err != nil || v.Records != 3 || v.Leaves != 3 || v.Entries != 4 {
			t.Errorf("verified %+v, %v", v, err)
		}
	})
}

// Whatever is changed of a record behind the engine's back, Verify names it.
func TestTamperingWithRecordsIsFound(t *testing.T) {
	tables := []string{"record", "record_entry", "leaf"}
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e := on(t, db)
		desk := post(t, e, "440106001-ZH")
		place := e.City().Territory.Address("440106001001")
		a := enter(t, e, engine.Command{Actor: desk, At: morning}, pledge{Name: "a", Unit: "440106-CG", Fen: 250, Place: place})
		b := enter(t, e, engine.Command{Actor: desk, At: morning}, pledge{Name: "b", Place: place})
		if _, err := e.Seal(context.Background(), morning); err != nil {
			t.Fatal(err)
		}
		verified(t, e)
		each := func(formats ...string) {
			for _, f := range formats {
				for _, table := range tables {
					run(t, e, strings.ReplaceAll(f, "%s", table))
				}
			}
		}
		each("CREATE TABLE kept_%s AS SELECT * FROM %s")
		for _, x := range []struct{ name, sql, what string }{
			{"a byte of the body", `UPDATE record SET doc = REPLACE(doc, '250', '251') WHERE id = ?1`, "record"},
			{"an amount", `UPDATE record SET amount = amount + 1 WHERE id = ?1`, "column"},
			{"the register", `UPDATE record SET register = 'OTHER' WHERE id = ?1`, "column"},
			{"the line", `UPDATE record SET line = REPLACE(line, '250', '251') WHERE id = ?1`, "line"},
			{"a byte of an entry", `UPDATE record_entry SET payload = REPLACE(payload, '250', '251') WHERE matter = ?1`, "entry"},
			{"who acted", `UPDATE record_entry SET actor = 'SOMEBODY' WHERE matter = ?1`, "entry"},
			{"an entry is gone", `DELETE FROM record_entry WHERE matter = ?1`, "head"},
			{"a record is gone", `DELETE FROM record WHERE id = ?1`, "orphan"},
			{"it is kept from the log", `UPDATE record SET sealed = rev + 1 WHERE id = ?1`, "leaf"},
			{"a leaf", `UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE matter = ?2) WHERE matter = ?1`, "leaf"},
		} {
			tamper(t, e, x.sql, a, b)
			v, err := e.Verify(context.Background(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Breaks, func(found engine.Break) bool { return found.What == x.what && found.Matter == a }) {
				t.Errorf("%s: want a break of the %s, found %v", x.name, x.what, v.Breaks)
			}
			each("DELETE FROM %s", "INSERT INTO %s SELECT * FROM kept_%s")
		}
		verified(t, e)
	})
}

func run(t *testing.T, e *engine.Engine, query string) {
	t.Helper()
	err := e.Write(context.Background(), morning, "run", func(tx *store.Tx) error {
		_, err := tx.Exec(query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A task is assigned with its record in one command, judged by the unit that
// assigned it alone, and closed when every part is good.
func TestATaskIsAssignedAnsweredAndJudged(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, desk := context.Background(), post(t, e, "440106-ZH")
		place := e.City().Territory.Address("440106")
		var task *engine.State
		assign := func(list ...matter.Assignment) (ident.ID, error) {
			return e.Together(ctx, engine.Command{Actor: desk, At: morning}, "hand_over", func(b *engine.Bundle) (ident.ID, error) {
				id, err := engine.Enter(b, "give", &pledge{Place: place})
				if err != nil {
					return 0, err
				}
				task, err = b.Assign(matter.Assigned{Kind: matter.BatchTask, Title: "清理占道堆物", Text: "本周完成", Place: place, About: id, Orders: list}, nil)
				return id, err
			})
		}
		due := clock.At(morning.Add(72 * time.Hour))
		if _, err := assign(matter.Assignment{Debtor: "440106001-CGB", Due: due}); fault.Code(err) != "order.off_list" {
			t.Errorf("an item that is not on the street's list: %v", err)
		}
		if _, err := assign(matter.Assignment{Debtor: "440106-ZH", Due: due}); fault.Code(err) != "order.judge_is_debtor" {
			t.Errorf("a task to oneself: %v", err)
		}
		if _, err := assign(matter.Assignment{Debtor: "440106-CG", Due: clock.At(morning)}); fault.Code(err) != "task.due_out_of_range" {
			t.Errorf("a date that has passed: %v", err)
		}
		if n := len(find(t, e, engine.Where{})); n != 0 {
			t.Errorf("%d records are left of commands that were refused", n)
		}
		if _, err := assign(matter.Assignment{Debtor: "440106-CG", Due: due}, matter.Assignment{Debtor: "440106-ZJ", Due: due, Role: order.Co}); err != nil {
			t.Fatal(err)
		}
		act := func(unit string, fn func(f *matter.File) error) (*engine.State, error) {
			return e.Act(ctx, engine.Command{Actor: post(t, e, unit), At: morning.Add(time.Hour)}, "act", task.M.ID, fn)
		}
		for i, unit := range []string{"440106-CG", "440106-ZJ"} {
			if _, err := act(unit, func(f *matter.File) error { return f.Respond(f.Orders[i], matter.Response{Text: "已清理"}) }); err != nil {
				t.Fatal(err)
			}
		}
		judge := func(i int) func(f *matter.File) error {
			return func(f *matter.File) error { return f.JudgeOrder(f.Orders[i], true, "") }
		}
		if _, err := act("440100-ZH", judge(0)); fault.Code(err) != "access.denied" {
			t.Errorf("another desk judges the task: %v", err)
		}
		var s *engine.State
		for i := range 2 {
			var err error
			if s, err = act("440106-ZH", judge(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.DB().Read(ctx, func(v *store.View) error {
			served, err := e.Served(v, task.M.Task.About)
			if err == nil && (len(served) != 1 || served[0].M.ID != s.M.ID || served[0].Rev != s.Rev) {
				t.Errorf("the record is served by %v", served)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if s.M.Status != matter.Closed || s.M.Assessable() {
			t.Errorf("the task is %s, assessable %v", s.M.Status, s.M.Assessable())
		}
		verified(t, e)
	})
}

// An opinion that is not given in time counts as no objection, and the ledger
// says that the clock said so.
func TestAnOpinionIsGivenOrLapses(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, desk := context.Background(), post(t, e, "440106-ZH")
		ask := func() *engine.State {
			var s *engine.State
			_, err := e.Together(ctx, engine.Command{Actor: desk, At: morning}, "ask", func(b *engine.Bundle) (_ ident.ID, err error) {
				s, err = b.Assign(matter.Assigned{
					Kind: matter.Consultation, Title: "负责人调整", Place: e.City().Territory.Address("440106001"), Lapses: true,
					Orders: []matter.Assignment{{Debtor: "440106001-DGW", Due: clock.At(morning.Add(time.Hour))}},
				}, nil)
				return s.M.ID, err
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		answer := func(s *engine.State, result string) (*engine.State, error) {
			return e.Act(ctx, engine.Command{Actor: post(t, e, "440106001-DGW"), At: morning}, "act", s.M.ID, func(f *matter.File) error {
				return f.Respond(f.Orders[0], matter.Response{Text: "建议留任", Result: result})
			})
		}
		given, silent := ask(), ask()
		if _, err := answer(given, ""); fault.Code(err) != "opinion.result_unknown" {
			t.Errorf("an opinion that says neither yes nor no: %v", err)
		}
		if s, err := answer(given, matter.Disagreed); err != nil || s.M.Status != matter.Closed || s.Orders[0].Answer().Result != matter.Disagreed {
			t.Errorf("the opinion: %+v, %v", s, err)
		}
		s, n, err := e.FireState(ctx, silent.M.ID, morning.Add(2*time.Hour))
		if err != nil || n != 1 || s.M.Status != matter.Closed || s.Orders[0].Answer().Result != matter.LapsedReply || s.Orders[0].Answer().By != access.Clock {
			t.Errorf("silence: %d fired, %+v, %v", n, s, err)
		}
		if _, err := answer(silent, matter.Agreed); err == nil {
			t.Error("an opinion is given after it lapsed")
		}
		verified(t, e)
	})
}
