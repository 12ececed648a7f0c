package programme

import (
	"cmp"
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/programme"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// leastStreets is in how many streets and towns a problem is called about
// before it is one of the city and not of a street.
const leastStreets = 2

// mostHot is how many problems are shown.
const mostHot = 30

// Hot returns what the city was called about most in the last span, over all
// its streets, the most first (B1-12). Duplicates count: merging two calls
// makes a problem no smaller.
func (d *Desk) Hot(ctx context.Context, actor access.Actor, now time.Time) ([]programme.Hot, error) {
	if err := access.Allow(actor, access.ReadProgrammes, access.Subject{Units: []string{actor.Unit}}); err != nil {
		return nil, err
	}
	var all []programme.Hot
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		all, err = d.counted(v, actor, now.AddDate(0, 0, -programme.Span), now)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b programme.Hot) int {
		return cmp.Or(cmp.Compare(b.Matters, a.Matters), cmp.Compare(a.Category, b.Category))
	})
	return all[:min(len(all), mostHot)], nil
}

// counted counts the calls of a span by category in the districts that the
// actor has in sight.
func (d *Desk) counted(q store.Querier, actor access.Actor, from, to time.Time) ([]programme.Hot, error) {
	by := map[string]*programme.Hot{}
	for _, district := range d.districts(actor) {
		rows, err := store.All(q, `SELECT m.category, COUNT(*), COUNT(DISTINCT NULLIF(m.town, '')) FROM matter m
			WHERE m.district = ? AND m.id >= ? AND m.id < ? AND m.category <> '' AND m.kind <> 'TASK' GROUP BY m.category`,
			func(r store.Scanner) (h programme.Hot, err error) {
				err = r.Scan(&h.Category, &h.Matters, &h.Streets)
				return h, err
			}, district, int64(ident.First(from)), int64(ident.First(to)))
		if err != nil {
			return nil, err
		}
		for _, h := range rows {
			if known := by[h.Category]; known != nil {
				known.Matters, known.Streets = known.Matters+h.Matters, known.Streets+h.Streets
				continue
			}
			by[h.Category] = &h
		}
	}
	out := make([]programme.Hot, 0, len(by))
	for _, h := range by {
		out = append(out, *h)
	}
	return out, nil
}

// districts are those an actor has in sight.
func (d *Desk) districts(actor access.Actor) []string {
	if actor.Rank < org.City.Rank() {
		return []string{actor.At.District}
	}
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

// NewTheme is the problem of a month.
type NewTheme struct {
	Month      int      `json:"month" doc:"Such as 202603"`
	Title      string   `json:"title" maxLength:"200"`
	Categories []string `json:"categories" doc:"One to three categories of the duty list"`
	Lead       string   `json:"lead" maxLength:"64" doc:"Unit of the city that leads"`
	Fall       int      `json:"fall,omitempty" minimum:"0" maximum:"95" doc:"Percent by which calls shall fall; 30 if not said"`
	Measures   []Duty   `json:"measures"`
}

// usualFall is the fall that a theme asks for, in percent.
const usualFall = 30

// StartTheme takes up the problem of a month (每月一题): called about in several
// streets, led by one unit of the city, with a plan. How often it was called
// about until now is kept. Faults: theme.categories, theme.lead_not_city,
// theme.not_hot, record.key_taken, and those of the measures.
func (d *Desk) StartTheme(ctx context.Context, cmd engine.Command, in NewTheme) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "start_theme", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		t := programme.Theme{
			Body: u.Code, Categories: in.Categories, Fall: cmp.Or(in.Fall, usualFall), Lead: unitNamed(b.City())(in.Lead), Measures: duties(b.City(), in.Measures), Month: in.Month,
			Started: b.Today(), Status: programme.Running, Title: in.Title,
		}
		if err := checkTheme(b, &t); err != nil {
			return 0, err
		}
		now := b.Now().Time()
		if t.Before, t.Streets, err = d.recurrence(b.Query(), b.Actor(), t.Categories, now.AddDate(0, 0, -programme.Span), now); err != nil {
			return 0, err
		}
		if t.Before == 0 || t.Streets < leastStreets {
			return 0, fault.New(fault.Conflict, "theme.not_hot", t.Before, t.Streets, leastStreets).In("categories")
		}
		id, err := engine.Enter(b, "start", &t)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "measures", kind: matter.Theme, about: id, place: place, basis: t.Title}, t.Measures)
	})
}

func checkTheme(b *engine.Bundle, t *programme.Theme) error {
	var wrong fault.List
	wrong.Add(matter.Words("title", t.Title, true))
	if _, _, err := programme.Month(t.Month); err != nil {
		wrong.Add(err)
	}
	if n := len(t.Categories); n == 0 || n > programme.MostProblems {
		wrong.Add(fault.Field("categories", "theme.categories", n, programme.MostProblems))
	}
	for _, c := range t.Categories {
		if _, ok := b.City().Duty.Leaf(c); !ok {
			wrong.Add(fault.Field("categories", "category.unknown", c, b.City().Duty.Nearest(c)))
		}
	}
	switch u, ok := b.City().Org.Unit(t.Lead); {
	case !ok:
		wrong.Add(fault.Field("lead", "unit.unknown", t.Lead))
	case u.Level != org.City && u.Territory != b.City().Root:
		wrong.Add(fault.Field("lead", "theme.lead_not_city", u.Name))
	}
	wrong.Add(programme.Check("measures", t.Measures, b.Today(), known(b)))
	return wrong.Err()
}

// recurrence counts the calls about some categories in a span, and the streets
// that the least widespread of them came from.
func (d *Desk) recurrence(q store.Querier, actor access.Actor, categories []string, from, to time.Time) (n int64, streets int, err error) {
	all, err := d.counted(q, actor, from, to)
	for i, c := range categories {
		at := slices.IndexFunc(all, func(h programme.Hot) bool { return h.Category == c })
		here := 0
		if at >= 0 {
			n, here = n+all[at].Matters, all[at].Streets
		}
		if i == 0 || here < streets {
			streets = here
		}
	}
	return n, streets, err
}

// CloseTheme closes a theme by its data alone: every measure is done, a span
// has passed, and calls have fallen as far as was asked. Faults:
// theme.too_early, theme.measures_open, theme.not_fallen.
func (d *Desk) CloseTheme(ctx context.Context, cmd engine.Command, id ident.ID, _ struct{}) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "close_theme", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "close", id, func(t *programme.Theme) error {
			if err := own(b, t.Body); err != nil {
				return err
			}
			all, err := d.e.Served(b.Query(), id)
			if err != nil {
				return err
			}
			now := b.Now().Time()
			after, _, err := d.recurrence(b.Query(), b.Actor(), t.Categories, now.AddDate(0, 0, -programme.Span), now)
			if err != nil {
				return err
			}
			return t.Close(after, Progress(tasksOf(all, b.Now())), b.Today())
		})
	})
}

// Themes lists the themes the actor may read, the newest first.
func (d *Desk) Themes(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Theme], error) {
	return list[programme.Theme](ctx, d, actor, w)
}

// Step is how often a theme was called about in ten days.
type Step struct {
	From, To int // civil days, both included
	Calls    int64
	After    bool // the theme had begun
}

// ThemeView is a theme with its measures, and recurrence before and after.
type ThemeView struct {
	Noted[programme.Theme]
	Tasks []Task
	Steps []Step
	Now   int64 // calls of the last span
}

// stepDays and stepsBefore shape the chart of a theme.
const (
	stepDays    = 10
	stepsBefore = 3
	mostSteps   = 18
)

// Theme returns a theme with how it goes.
func (d *Desk) Theme(ctx context.Context, actor access.Actor, id ident.ID, now time.Time) (*ThemeView, error) {
	rec, err := read[programme.Theme](ctx, d, actor, id)
	if err != nil {
		return nil, err
	}
	out := &ThemeView{Noted: *rec}
	t := &rec.Fact
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		all, err := d.e.Served(v, id)
		if err != nil {
			return err
		}
		out.Tasks, out.Steps = tasksOf(all, clock.At(now)), nil
		if out.Now, _, err = d.recurrence(v, actor, t.Categories, now.AddDate(0, 0, -programme.Span), now); err != nil {
			return err
		}
		from := calendar.Begin(t.Started).AddDate(0, 0, -stepDays*stepsBefore)
		for i := 0; i < mostSteps && from.Before(now); i++ {
			to := from.AddDate(0, 0, stepDays)
			n, _, err := d.recurrence(v, actor, t.Categories, from, to)
			if err != nil {
				return err
			}
			out.Steps = append(out.Steps, Step{From: calendar.DayOf(from), To: calendar.DayOf(to.AddDate(0, 0, -1)), Calls: n, After: i >= stepsBefore})
			from = to
		}
		return nil
	})
	return out, err
}
