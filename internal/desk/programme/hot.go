package programme

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// What was called about is counted by Tally, in the background, once a day is a
// few days old and its calls have their category: a call itself moves no
// counter for it. The days since then are counted in the matters.
const (
	callsAbout = "theme.calls"   // category, by day
	heardFrom  = "theme.streets" // "category/town", by the Monday of the week: 1 if anybody called
	tallied    = "theme.tallied" // by day: 1 and the calls that had come in when it was counted
)

// Tally keeps the days from its first to its last before today.
const (
	tallyFirst = 120
	tallyLast  = 3
)

// mostHot is how many problems are shown.
const mostHot = 30

// spanUntil is the first of so many days, of which a day is the last.
func spanUntil(day, span int) int { return calendar.AddDays(day, 1-span) }

// Hot returns what the city was called about most in the last span, over all
// its streets, the most first (B1-12), and how many days the span has.
// Duplicates count: merging two calls makes a problem no smaller.
func (d *Desk) Hot(ctx context.Context, actor access.Actor, now time.Time) (list []programme.Hot, span int, err error) {
	if err := access.Allow(actor, access.ReadProgrammes, access.Subject{Units: []string{actor.Unit}}); err != nil {
		return nil, 0, err
	}
	span = d.e.City().LimitsAt(actor.At.Leaf()).Number(pack.ThemeSpan)
	today := calendar.DayOf(now)
	var all map[string]*programme.Hot
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		all, err = hot(v, d.districts(actor), spanUntil(today, span), today)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	for _, h := range all {
		list = append(list, *h)
	}
	slices.SortFunc(list, func(a, b programme.Hot) int {
		return cmp.Or(cmp.Compare(b.Matters, a.Matters), cmp.Compare(a.Category, b.Category))
	})
	return list[:min(len(list), mostHot)], span, nil
}

// districts are those an actor has in sight.
func (d *Desk) districts(actor access.Actor) []string {
	if actor.Rank < org.City.Rank() {
		return []string{actor.At.District}
	}
	return d.allDistricts()
}

func (d *Desk) allDistricts() []string {
	tree := d.e.City().Territory
	var out []string
	for _, p := range tree.Children(d.e.City().Root) {
		if p.Kind == territory.District {
			out = append(out, p.Code)
		}
	}
	if len(out) == 0 {
		out = append(out, tree.Address(d.e.City().Root).District)
	}
	return out
}

// hot counts the calls of districts from a day to a day, both included, by
// category. Streets of days that are kept count by whole weeks.
func hot(q store.Querier, districts []string, from, to int) (map[string]*programme.Hot, error) {
	out, streets := map[string]*programme.Hot{}, map[string]bool{}
	call := func(category, town string, n int64) {
		h := out[category]
		if h == nil {
			h = &programme.Hot{Category: category}
			out[category] = h
		}
		if h.Matters += n; town != "" && !streets[category+"/"+town] {
			streets[category+"/"+town] = true
			h.Streets++
		}
	}
	for _, district := range districts {
		gaps, err := untallied(q, district, from, to)
		if err != nil {
			return nil, err
		}
		for _, g := range gaps {
			rows, err := callsOf(q, district, g.From, g.To)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				call(r.category, r.town, r.n)
			}
		}
		kept, err := store.CounterSubjects(q, district, callsAbout, from, to)
		if err != nil {
			return nil, err
		}
		for _, c := range kept {
			call(c.Subject, "", c.N)
		}
		week, _ := calendar.Week(from)
		heard, err := store.CounterSubjects(q, district, heardFrom, week, to)
		if err != nil {
			return nil, err
		}
		for _, c := range heard {
			if category, town, _ := strings.Cut(c.Subject, "/"); out[category] != nil {
				call(category, town, 0)
			}
		}
	}
	return out, nil
}

// gap is some days that nobody has tallied, both included.
type gap struct{ From, To int }

// untallied returns the days of a district that are not tallied, as stretches.
func untallied(q store.Querier, district string, from, to int) ([]gap, error) {
	kept, err := store.CounterDays(q, district, tallied, "", from, to)
	if err != nil {
		return nil, err
	}
	var out []gap
	for _, k := range append(kept, store.DayCount{Day: calendar.AddDays(to, 1)}) {
		if from < k.Day {
			out = append(out, gap{from, calendar.AddDays(k.Day, -1)})
		}
		from = calendar.AddDays(k.Day, 1)
	}
	return out, nil
}

// called is how often a town called about a category.
type called struct {
	category, town string
	n              int64
}

// callsOf counts the calls of some days, both included, in the matters.
func callsOf(q store.Querier, district string, from, to int) ([]called, error) {
	return store.All(q, `SELECT m.category, m.town, COUNT(*) FROM matter m
		WHERE m.district = ? AND m.id >= ? AND m.id < ? AND m.category <> '' AND m.kind <> 'TASK' GROUP BY m.category, m.town`,
		func(r store.Scanner) (c called, err error) {
			err = r.Scan(&c.category, &c.town, &c.n)
			return c, err
		}, district, int64(ident.First(calendar.Begin(from))), int64(ident.First(calendar.End(to))))
}

// callDays counts the calls about some categories by day, both days included.
func callDays(q store.Querier, districts, categories []string, from, to int) (map[int]int64, error) {
	out := map[int]int64{}
	for _, district := range districts {
		for _, c := range categories {
			days, err := store.CounterDays(q, district, callsAbout, c, from, to)
			if err != nil {
				return nil, err
			}
			for _, d := range days {
				out[d.Day] += d.N
			}
		}
		gaps, err := untallied(q, district, from, to)
		if err != nil {
			return nil, err
		}
		for _, g := range gaps {
			if err := callsSince(q, district, categories, g, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// callsSince adds the calls of days that are not tallied.
func callsSince(q store.Querier, district string, categories []string, g gap, out map[int]int64) error {
	args := []any{district, int64(ident.First(calendar.Begin(g.From))), int64(ident.First(calendar.End(g.To)))}
	for _, c := range categories {
		args = append(args, c)
	}
	ids, err := store.All(q, `SELECT m.id FROM matter m WHERE m.district = ? AND m.id >= ? AND m.id < ? AND m.kind <> 'TASK'
		AND m.category IN (`+store.Marks(len(categories))+`)`,
		func(r store.Scanner) (id int64, err error) {
			err = r.Scan(&id)
			return id, err
		}, args...)
	for _, id := range ids {
		out[calendar.DayOf(ident.ID(id).Time())]++
	}
	return err
}

// between sums the calls of some days, both included.
func between(days map[int]int64, from, to int) (sum int64) {
	for day, n := range days {
		if from <= day && day <= to {
			sum += n
		}
	}
	return sum
}

// Tally counts what was called about on the days that are a few days old. It is
// called again and again by a background clock, and does nothing for a day that
// is counted unless calls were entered for it since.
func (d *Desk) Tally(ctx context.Context, now time.Time) error {
	today := calendar.DayOf(now)
	first, last := calendar.AddDays(today, -tallyFirst), calendar.AddDays(today, -tallyLast)
	for _, district := range d.allDistricts() {
		var wanting []int
		err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
			wanting, err = wants(v, district, first, last)
			return err
		})
		if err != nil {
			return err
		}
		for _, day := range wanting {
			if err := d.tallyDay(ctx, now, district, day); err != nil {
				return err
			}
		}
	}
	return nil
}

// wants returns the days that are not counted, or not as they are now.
func wants(q store.Querier, district string, first, last int) ([]int, error) {
	came, err := store.CounterDays(q, district, engine.All(engine.Inflow), "", first, last)
	if err != nil {
		return nil, err
	}
	kept, err := store.CounterDays(q, district, tallied, "", first, last)
	if err != nil {
		return nil, err
	}
	is, was := byDay(came), byDay(kept)
	var out []int
	for day := first; day <= last; day = calendar.AddDays(day, 1) {
		if was[day] != is[day]+1 {
			out = append(out, day)
		}
	}
	return out, nil
}

func byDay(list []store.DayCount) map[int]int64 {
	out := map[int]int64{}
	for _, c := range list {
		out[c.Day] = c.N
	}
	return out
}

// tallyDay brings the counters of a day to what its matters say. All of it is
// read beside the writer, which gets the differences alone.
func (d *Desk) tallyDay(ctx context.Context, now time.Time, district string, day int) error {
	var moved map[store.CounterKey]int64
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		moved, err = tally(v, district, day)
		return err
	})
	if err != nil {
		return err
	}
	return d.e.Write(ctx, now, "tally", func(tx *store.Tx) error {
		for key, n := range moved {
			tx.Count(key, n)
		}
		return nil
	})
}

// tally returns by how much the counters of a day have to move.
func tally(v *store.View, district string, day int) (map[store.CounterKey]int64, error) {
	moved := map[store.CounterKey]int64{}
	set := func(name, subject string, day int, n int64) error {
		was, err := store.CounterSum(v, district, name, subject, day, day)
		if err == nil && was != n {
			moved[store.CounterKey{District: district, Name: name, Subject: subject, Day: day}] = n - was
		}
		return err
	}
	rows, err := callsOf(v, district, day, day)
	if err != nil {
		return nil, err
	}
	week, _ := calendar.Week(day)
	sums := map[string]int64{}
	for _, r := range rows {
		if sums[r.category] += r.n; r.town == "" {
			continue
		}
		if err := set(heardFrom, r.category+"/"+r.town, week, 1); err != nil {
			return nil, err
		}
	}
	before, err := store.CounterSubjects(v, district, callsAbout, day, day)
	if err != nil {
		return nil, err
	}
	for _, c := range before { // nobody calls about it any more
		if _, still := sums[c.Subject]; !still {
			sums[c.Subject] = 0
		}
	}
	for category, n := range sums {
		if err := set(callsAbout, category, day, n); err != nil {
			return nil, err
		}
	}
	came, err := store.CounterSum(v, district, engine.All(engine.Inflow), "", day, day)
	if err != nil {
		return nil, err
	}
	return moved, set(tallied, "", day, came+1)
}
