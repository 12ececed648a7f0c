package programme

import (
	"cmp"
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewTheme is the problem of a month.
type NewTheme struct {
	Month      int      `json:"month" doc:"Such as 202603"`
	Title      string   `json:"title" maxLength:"200"`
	Categories []string `json:"categories" doc:"Categories of the duty list, no more than the city's rule says"`
	Lead       string   `json:"lead" maxLength:"64" doc:"Unit of the city that leads"`
	Fall       int      `json:"fall,omitempty" minimum:"0" maximum:"95" doc:"Percent by which calls shall fall; 0: as the city's rule says"`
	Measures   []Duty   `json:"measures"`
}

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
		rule := b.City().LimitsAt(place.Leaf()).Number
		t := programme.Theme{
			Body: u.Code, Categories: in.Categories, Fall: cmp.Or(in.Fall, rule(pack.ThemeFall)), Lead: unitNamed(b.City())(in.Lead), Measures: duties(b.City(), in.Measures),
			Month: in.Month, Span: rule(pack.ThemeSpan), Started: b.Today(), Status: programme.Running, Title: in.Title,
		}
		if err := checkTheme(b, &t, rule(pack.ThemeProblems)); err != nil {
			return 0, err
		}
		all, err := hot(b.Query(), d.districts(b.Actor()), spanUntil(b.Today(), t.Span), b.Today())
		if err != nil {
			return 0, err
		}
		if t.Before, t.Streets = together(all, t.Categories); t.Before == 0 || t.Streets < rule(pack.ThemeStreets) {
			return 0, fault.New(fault.Conflict, "theme.not_hot", t.Before, t.Streets, rule(pack.ThemeStreets), t.Span).In("categories")
		}
		id, err := engine.Enter(b, "start", &t)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "measures", kind: matter.Theme, about: id, place: place, basis: t.Title}, t.Measures)
	})
}

func checkTheme(b *engine.Bundle, t *programme.Theme, most int) error {
	var wrong fault.List
	wrong.Add(matter.Words("title", t.Title, true))
	if _, _, err := programme.Month(t.Month); err != nil {
		wrong.Add(err)
	}
	if n := len(t.Categories); n == 0 || n > most {
		wrong.Add(fault.Field("categories", "theme.categories", n, most))
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

// together are the calls about some categories, and the streets that the least
// widespread of them came from.
func together(all map[string]*programme.Hot, categories []string) (n int64, streets int) {
	for i, c := range categories {
		h := all[c]
		if h == nil {
			h = &programme.Hot{}
		}
		if n += h.Matters; i == 0 || h.Streets < streets {
			streets = h.Streets
		}
	}
	return n, streets
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
			from := spanUntil(b.Today(), t.Span)
			days, err := callDays(b.Query(), d.districts(b.Actor()), t.Categories, from, b.Today())
			if err != nil {
				return err
			}
			return t.Close(between(days, from, b.Today()), Progress(tasksOf(all, b.Now())), b.Today())
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
		today := calendar.DayOf(now)
		from := calendar.AddDays(t.Started, -stepDays*stepsBefore)
		days, err := callDays(v, d.districts(actor), t.Categories, min(from, spanUntil(today, t.Span)), today)
		if err != nil {
			return err
		}
		out.Now = between(days, spanUntil(today, t.Span), today)
		for i := 0; i < mostSteps && from <= today; i++ {
			to := calendar.AddDays(from, stepDays-1)
			out.Steps = append(out.Steps, Step{From: from, To: to, Calls: between(days, from, to), After: i >= stepsBefore})
			from = calendar.AddDays(to, 1)
		}
		return nil
	})
	return out, err
}
