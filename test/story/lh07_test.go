package story

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/observe"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

const (
	oldTown  = "411102001"
	observed = yuanhui + "-CG"
	channel  = yuanhui + "-XT"
)

// dayOf is the civil day of an instant.
func dayOf(at time.Time) string { return at.In(ident.Zone).Format(time.DateOnly) }

func (h *hall) observes(w *who, unit, topic, text string) ident.ID {
	h.Helper()
	cmd := w.cmd()
	cmd.Key = fmt.Sprintf("key-%d", h.calls)
	h.calls++
	return h.done(h.observe.Observe(ctx, cmd, observe.Observe{Unit: unit, Topic: topic, Text: text}))
}

// LH-07 以下观上: an observer tells what a bureau does; the bureau sees the words
// and never who said them, must answer in ten working days, and the keeper
// judges the answer.
func TestLH07TheObservedUnitAnswersAndNeverLearnsWho(t *testing.T) {
	in(t, "luohe", func(h *hall) {
		observer, keeper, bureau := h.role(oldTown+"-DGW", org.Observer), h.role(channel, org.Keeper), h.unit(observed)
		h.refused("access.denied", func() { h.observes(bureau, observed, "FORMS", "x") })
		h.refused("observation.upper_only", func() { h.observes(observer, oldTown+"-CGB", "FORMS", "x") })
		h.refused("text.missing", func() { h.observes(observer, observed, "FORMS", "") })
		id := h.observes(observer, observed, "FORMS", "同一张排查表一周要了三遍")

		seen, err := h.observe.Against(ctx, bureau.actor)
		h.must(err)
		if len(seen) != 1 || seen[0].Text != "同一张排查表一周要了三遍" || seen[0].Order.Due() == 0 || seen[0].Fact.Tag != "" {
			t.Fatalf("the bureau sees %+v", seen)
		}
		no := seen[0].Fact.Matter
		h.redTeam(observer, bureau, no)
		// Ten working days to answer, to the end of the last: the 10th of March is a
		// Tuesday.
		if due := dayOf(seen[0].Order.Due().Time().Add(-time.Second)); due != "2026-03-24" {
			t.Errorf("the answer is due on %s", due)
		}
		// The burden of the bureau is seen in the month of its district, and by no
		// street's own account, which would point at who spoke.
		for place, want := range map[string]int64{yuanhui: 1, oldTown: 0} {
			month, err := burden.New(h.e).Report(ctx, h.role(yuanhui+"-DW", org.Organiser).actor, place, 202603)
			h.must(err)
			if month.Sum.Observed != want {
				t.Errorf("%s: observed %d times", place, month.Sum.Observed)
			}
		}

		h.answersTask(bureau, no, "已停发重复表格, 改用已有数据")
		keeper.accepts(&affair{h.world, no}, observed)
		h.is(no, matter.Closed)
		mine, err := h.observe.Mine(ctx, observer.actor)
		h.must(err)
		if len(mine) != 1 || mine[0].ID != id || mine[0].Order.Answer().Text != "已停发重复表格, 改用已有数据" {
			t.Errorf("the observer sees %+v", mine)
		}
		colleague := h.role("411102002-DGW", org.Observer)
		if other, err := h.observe.Mine(ctx, colleague.actor); err != nil || len(other) != 0 {
			t.Errorf("another observer sees %+v, %v", other, err)
		}

		// A report of retaliation goes to the discipline body, as sealed; the
		// bureau is told nothing.
		report := func(w *who) func() {
			return func() {
				h.done(h.observe.Retaliation(ctx, w.cmd(), id, observe.Retaliation{Text: "被要求写检查"}))
			}
		}
		h.refused("record.not_found", report(colleague))
		report(observer)()
		h.refused("observation.reported", report(observer))
		kept, err := h.observe.Kept(ctx, keeper.actor)
		h.must(err)
		if s := h.load(kept[0].Fact.Report); s.Orders[0].Debtor != yuanhui+"-JW" {
			t.Errorf("the report went to %s", s.Orders[0].Debtor)
		}
		if seen, err := h.observe.Against(ctx, bureau.actor); err != nil || seen[0].Fact.Report != 0 {
			t.Errorf("the bureau learns of the report: %+v, %v", seen, err)
		}
		h.redTeam(observer, bureau, kept[0].Fact.Report)

		// A pattern shows only with five observations.
		patterns := func() int {
			p, err := h.observe.Patterns(ctx, keeper.actor)
			h.must(err)
			return len(p)
		}
		for i := range 3 {
			h.observes(colleague, observed, "FORMS", fmt.Sprintf("第%d张表", i))
		}
		if patterns() != 0 {
			t.Error("four observations make a pattern")
		}
		h.observes(observer, observed, "MEETINGS", "一天三个视频会")
		if patterns() != 1 {
			t.Error("five observations make no pattern")
		}
		h.refused("access.denied", func() { _, err := h.observe.Patterns(ctx, bureau.actor); h.must(err) })
	})
}

// redTeam looks for the observer in every table, in the ledger, and in every
// answer that the observed unit and whoever leads it can get.
func (h *hall) redTeam(observer, bureau *who, no ident.ID) {
	h.Helper()
	for _, table := range h.tables() {
		for _, needle := range []string{observer.actor.ID, observer.code(), "OBSERVER"} {
			if n := h.rowsWith(table, needle); n != 0 {
				h.Errorf("%d rows of %s tell of %s", n, table, needle)
			}
		}
	}
	for _, w := range []*who{bureau, h.role(observed, org.Leader), h.desk(yuanhui), h.role(channel, org.Keeper)} {
		if _, err := h.e.ReadContact(ctx, w.cmd(), no, "想知道是谁"); err == nil {
			h.Errorf("%s reads who it was", w.actor.ID)
		}
		s, err := h.e.Read(ctx, w.actor, no)
		if err != nil {
			continue
		}
		entries, err := h.e.Entries(ctx, s)
		h.must(err)
		all := fmt.Sprintf("%+v %+v %s", *s.M, s.Orders, s.Text)
		for _, e := range entries {
			all += fmt.Sprintf(" %s %s %s %s", e.Actor, e.OnBehalf, e.Act, e.Payload)
		}
		inbox, err := h.dispatch.Inbox(ctx, w.actor, w.code(), dispatch.Message{}, dispatch.MostRows)
		h.must(err)
		all += fmt.Sprintf(" %+v", inbox)
		if strings.Contains(all, observer.actor.ID) || strings.Contains(all, observer.code()) {
			h.Errorf("%s is told who observed: %s", w.actor.ID, all)
		}
	}
	// Nobody of the observed unit opens the name, whoever agrees.
	spy := bureau.actor
	spy.Role = org.Supervisor
	if _, err := h.e.Unseal(ctx, engine.Command{Actor: spy, At: h.now}, no, "x"); err == nil && h.load(no).Orders[0].Debtor == observed {
		h.Error("the observed unit unseals the observer")
	}
	if err := access.Allow(access.Actor{ID: access.Channel, Kind: access.System}, access.ReadMatter, access.Subject{}); err == nil {
		h.Error("the channel reads matters")
	}
}

// tables lists every table of the database.
func (h *hall) tables() []string {
	h.Helper()
	query := `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name`
	if h.e.DB().Dialect() == store.SQLite {
		query = `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	}
	var out []string
	h.must(h.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, query, func(r store.Scanner) (s string, err error) {
			err = r.Scan(&s)
			return s, err
		})
		return err
	}))
	if len(out) < 15 {
		h.Fatalf("only %d tables are looked through", len(out))
	}
	return out
}

// rowsWith counts the rows of a table that hold a text in any column.
func (h *hall) rowsWith(table, needle string) int {
	h.Helper()
	query := `SELECT COUNT(*) FROM ` + table + ` AS x WHERE POSITION(? IN CAST(to_jsonb(x) AS TEXT)) > 0`
	if h.e.DB().Dialect() == store.SQLite {
		var columns []string
		h.must(h.e.DB().Read(ctx, func(v *store.View) (err error) {
			columns, err = store.All(v, `SELECT name FROM pragma_table_info(?)`, func(r store.Scanner) (s string, err error) {
				err = r.Scan(&s)
				return s, err
			}, table)
			return err
		}))
		for i, c := range columns {
			columns[i] = "COALESCE(CAST(" + c + " AS TEXT), '')"
		}
		query = `SELECT COUNT(*) FROM ` + table + ` WHERE INSTR(` + strings.Join(columns, " || ' ' || ") + `, ?) > 0`
	}
	var n int64
	h.must(h.e.DB().Read(ctx, func(v *store.View) error { return v.Row(query, needle).Scan(&n) }))
	return int(n)
}
