package numbers

import (
	"maps"
	"strings"
	"sync"

	"huying/internal/domain/score"
	"huying/internal/engine"
	"huying/internal/store"
)

// cell is where a counter of units stands in a Unit or its facts.
type cell struct {
	name string
	in   func(u *Unit, f *score.Facts) *int64
}

// cells are the counters by unit and day.
var cells = [...]cell{
	{engine.Orders, func(u *Unit, _ *score.Facts) *int64 { return &u.Issued }},
	{engine.OnTime, func(u *Unit, _ *score.Facts) *int64 { return &u.OnTime }},
	{engine.TooLate, func(u *Unit, _ *score.Facts) *int64 { return &u.Late }},
	{engine.FirstFix, func(u *Unit, _ *score.Facts) *int64 { return &u.FirstFix }},
	{engine.Reopenings, func(u *Unit, _ *score.Facts) *int64 { return &u.Reopened }},
	{engine.Falsely, func(u *Unit, _ *score.Facts) *int64 { return &u.FalseClosures }},
	{engine.CardBlue, func(u *Unit, _ *score.Facts) *int64 { return &u.Blue }},
	{engine.CardYellow, func(u *Unit, _ *score.Facts) *int64 { return &u.Yellow }},
	{engine.CardRed, func(u *Unit, _ *score.Facts) *int64 { return &u.Red }},
	{engine.Letters, func(u *Unit, _ *score.Facts) *int64 { return &u.Supervised }},
	{engine.Judged, func(_ *Unit, f *score.Facts) *int64 { return &f.Judged }},
	{engine.Contacted, func(_ *Unit, f *score.Facts) *int64 { return &f.Contacted }},
	{engine.Reached, func(_ *Unit, f *score.Facts) *int64 { return &f.Reached }},
	{engine.Solved, func(_ *Unit, f *score.Facts) *int64 { return &f.Yes }},
	{engine.PartSolve, func(_ *Unit, f *score.Facts) *int64 { return &f.Partial }},
	{engine.Rated, func(_ *Unit, f *score.Facts) *int64 { return &f.Rated }},
	{engine.RateSum, func(_ *Unit, f *score.Facts) *int64 { return &f.Satisfaction }},
}

// firstFact is the first of the cells that are facts of the rates.
const firstFact = 10

var cellOf = func() map[string]int {
	out := map[string]int{}
	for i, c := range cells {
		out[c.name] = i
	}
	return out
}()

// line is the figures of one unit.
type line struct {
	n    [len(cells)]int64
	seen [len(cells)]bool
	held int64
	owed map[string]int64
}

// sums are the figures of units by code.
type sums map[string]*line

func (s sums) of(unit string) *line {
	l := s[unit]
	if l == nil {
		l = &line{}
		s[unit] = l
	}
	return l
}

// add adds figures of days that are over.
func (s sums) add(other sums) {
	for unit, l := range other {
		to := s.of(unit)
		for i, n := range l.n {
			to.n[i] += n
			to.seen[i] = to.seen[i] || l.seen[i]
		}
	}
}

func (s sums) figures() (map[string]*Unit, map[string]*score.Facts) {
	units, facts := make(map[string]*Unit, len(s)), make(map[string]*score.Facts, len(s))
	for code, l := range s {
		u, f, rated := &Unit{Code: code, Held: l.held, Owed: map[string]int64{}}, &score.Facts{}, false
		for i, n := range l.n {
			*cells[i].in(u, f) += n
			rated = rated || i >= firstFact && l.seen[i]
		}
		maps.Copy(u.Owed, l.owed)
		units[code] = u
		if rated {
			facts[code] = f
		}
	}
	return units, facts
}

// past keeps the sums of days that are over, so that a question reads only the
// rows of today. They hold until somebody counts something on such a day,
// which the engine notes.
type past struct {
	mu   sync.Mutex
	kept map[pastKey]sums
}

type pastKey struct {
	district    string
	from, until int   // days, until not included
	touched     int64 // how often days that were over were counted on
}

// mostPast bounds the memory: a district's units for some months, each.
const mostPast = 256

func (p *past) get(k pastKey) (sums, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.kept[k]
	return s, ok
}

func (p *past) keep(k pastKey, s sums) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil || len(p.kept) >= mostPast {
		p.kept = map[pastKey]sums{}
	}
	p.kept[k] = s
}

// unitsOf adds the figures of a district's units.
func (d *Desk) unitsOf(v *store.View, district string, p Period, into sums) error {
	today := d.e.OpenDay()
	touched, err := store.CounterSum(v, district, engine.PastTouched, "", 0, 0)
	if err != nil {
		return err
	}
	from := p.From
	if today > p.From { // no day is over that is not before today
		until := min(today, p.To+1)
		key := pastKey{district, p.From, until, touched}
		over, known := d.past.get(key)
		if !known {
			over = sums{}
			if err := days(v, district, p.From, until-1, over); err != nil {
				return err
			}
			d.past.keep(key, over)
		}
		into.add(over)
		from = until
	}
	if from <= p.To {
		if err := days(v, district, from, p.To, into); err != nil {
			return err
		}
	}
	return standingOf(v, district, into)
}

var selectDays = `SELECT name, subject, CAST(SUM(n) AS BIGINT) FROM counter WHERE district = ? AND day BETWEEN ? AND ? AND name IN (` +
	store.Marks(len(cells)) + `) GROUP BY name, subject`

// days adds the counters of a span of days.
func days(v *store.View, district string, from, to int, into sums) error {
	args := []any{district, from, to}
	for _, c := range cells {
		args = append(args, c.name)
	}
	_, err := store.All(v, selectDays, func(r store.Scanner) (struct{}, error) {
		var name, unit string
		var n int64
		err := r.Scan(&name, &unit, &n)
		l, i := into.of(unit), cellOf[name]
		l.n[i] += n
		l.seen[i] = true
		return struct{}{}, err
	}, args...)
	return err
}

// standingOf adds what units hold and owe now.
func standingOf(v *store.View, district string, into sums) error {
	for _, name := range [...]string{engine.Held, engine.Owed} {
		list, err := store.CounterSubjects(v, district, name, 0, 0)
		if err != nil {
			return err
		}
		for _, c := range list {
			code, status, _ := strings.Cut(c.Subject, "/")
			l := into.of(code)
			if name == engine.Held {
				l.held += c.N
			} else if c.N != 0 {
				if l.owed == nil {
					l.owed = map[string]int64{}
				}
				l.owed[status] += c.N
			}
		}
	}
	return nil
}
