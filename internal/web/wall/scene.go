package wall

import (
	"cmp"
	"context"
	"slices"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/domain/access"
	"huying/internal/domain/pack"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/web/part"
)

// scene is everything the wall shows of a place at one instant.
type scene struct {
	place  *territory.Place
	at     time.Time // of the past; zero: now
	kind   string
	opens  bool // single matters are named, for those who may open them
	today  *numbers.Place
	burden *numbers.Burden
	rates  score.Three
	stirs  []numbers.Stir
	alarms []numbers.Alarm
	least  int64 // below this many nothing is ranked
}

// ratesOver is the span of the three rates, in days.
const ratesOver = 30

// The lengths of the lists.
const (
	mostStirs, mostAlarms = 9, 7
	mostLate              = 5
)

// scene asks for everything. The figures of the day are those up to the
// instant.
func (p *pages) scene(ctx context.Context, v *part.View, actor access.Actor, place *territory.Place, at time.Time) (*scene, error) {
	s := &scene{place: place, at: at, least: int64(v.City.LimitsAt(place.Code).Number(pack.RankLeast))}
	now := v.Now
	day := dayOf(now)
	var err error
	if s.today, err = p.Numbers.Place(ctx, actor, place.Code, numbers.Period{From: day, To: day}); err != nil {
		return nil, err
	}
	if s.burden, err = p.Numbers.Burden(ctx, actor, place.Code, now); err != nil {
		return nil, err
	}
	units, err := p.Numbers.Units(ctx, actor, place.Code, numbers.Period{From: dayOf(now.AddDate(0, 0, -ratesOver)), To: day})
	if err != nil {
		return nil, err
	}
	s.rates = rates(units)
	if s.stirs, err = p.Numbers.Stirs(ctx, actor, place.Code, mostStirs); err != nil {
		return nil, err
	}
	s.alarms, err = p.Numbers.Alarms(ctx, actor, place.Code, now, mostAlarms)
	return s, err
}

// rates are those of all units of a place together.
func rates(units []numbers.Unit) score.Three {
	var f score.Facts
	for i := range units {
		u := units[i].Facts
		f.Judged, f.Contacted, f.Reached, f.Yes = f.Judged+u.Judged, f.Contacted+u.Contacted, f.Reached+u.Reached, f.Yes+u.Yes
		f.Partial, f.Rated, f.Satisfaction = f.Partial+u.Partial, f.Rated+u.Rated, f.Satisfaction+u.Satisfaction
	}
	return score.Rates(f, score.Usual)
}

// tardy is how late a place or a category is: so many of so many.
type tardy struct {
	Code string
	Late int64
	Of   int64
}

func (t tardy) share() float64 { return float64(t.Late) / float64(t.Of) }

// ranked are the latest first, by share, of those with enough to compare; few
// are the others that have anything late, told by number and not compared.
func ranked(all []tardy, least int64) (first []tardy, few []tardy) {
	for _, t := range all {
		switch {
		case t.Late == 0:
		case t.Of >= least:
			first = append(first, t)
		default:
			few = append(few, t)
		}
	}
	slices.SortStableFunc(first, func(a, b tardy) int { return cmp.Or(cmp.Compare(b.share(), a.share()), cmp.Compare(b.Late, a.Late)) })
	slices.SortStableFunc(few, func(a, b tardy) int { return cmp.Compare(a.Code, b.Code) })
	return first[:min(len(first), mostLate)], few
}

func (s *scene) latePlaces() ([]tardy, []tardy) {
	all := make([]tardy, 0, len(s.burden.Loads))
	for _, l := range s.burden.Loads {
		all = append(all, tardy{l.Code, l.Late, l.There})
	}
	return ranked(all, s.least)
}

func (s *scene) lateSorts() ([]tardy, []tardy) {
	all := make([]tardy, 0, len(s.burden.Sorts))
	for _, l := range s.burden.Sorts {
		all = append(all, tardy{l.Category, l.Late, l.Owed})
	}
	return ranked(all, s.least)
}

// sum adds up those that are too few to compare.
func sum(few []tardy) (late, of int64) {
	for _, t := range few {
		late, of = late+t.Late, of+t.Of
	}
	return late, of
}
