package wall

import (
	"cmp"
	"context"
	"slices"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/web/part"
)

// scene is everything the wall shows of a place at one instant.
type scene struct {
	kind     string
	place    *territory.Place
	at       time.Time // of the past; zero: now
	opens    bool      // single matters are named, for those who may open them
	standing map[string]int64
	open     int64
	marks    map[matter.MarkKind]int64
	loads    []numbers.Load   // of the places directly below
	towns    map[string]int64 // open matters by town
	rates    score.Three
	least    int64 // below this many nothing is ranked

	// Of the present alone.
	today  *numbers.Place
	owed   int64
	teams  []numbers.Team // the most late first
	below  map[string]crew
	causes []numbers.Cause
	acts   []numbers.Done
	alarms []numbers.Alarm
	blown  []numbers.Whistling
	empty  []empty // desks in the place that nobody watches now

	// Of the past alone.
	then []numbers.PastRow
}

// crew is what the units of a place below owe together.
type crew struct{ owed, late int64 }

// ratesOver is the span of the three rates, in days.
const ratesOver = 30

// The lengths of the lists.
const (
	mostActs, mostAlarms = 9, 8
	mostWhistles         = 4
	mostEmpty            = 2
	mostLate, mostThen   = 5, 13
)

// scene asks for everything there is now.
func (p *pages) scene(ctx context.Context, v *part.View, actor access.Actor, place *territory.Place) (*scene, error) {
	s := &scene{place: place, least: int64(v.City.LimitsAt(place.Code).Number(pack.RankLeast))}
	day, code := part.DayOf(v.Now), place.Code
	var err error
	ask := func(question func() error) {
		if err == nil {
			err = question()
		}
	}
	ask(func() (err error) {
		s.today, err = p.Numbers.Place(ctx, actor, code, numbers.Period{From: day, To: day})
		return err
	})
	ask(func() (err error) { s.loads, err = p.Numbers.Loads(ctx, actor, code); return err })
	ask(func() (err error) { s.towns, err = p.Numbers.Towns(ctx, actor, code); return err })
	ask(func() (err error) { s.teams, err = p.Numbers.Teams(ctx, actor, code); return err })
	ask(func() (err error) { s.marks, err = p.Numbers.Marked(ctx, actor, code); return err })
	ask(func() (err error) { s.causes, err = p.Numbers.Causes(ctx, actor, code); return err })
	ask(func() (err error) { s.acts, err = p.Numbers.Recent(ctx, actor, code, mostActs); return err })
	ask(func() (err error) { s.alarms, err = p.Numbers.Alarms(ctx, actor, code, v.Now, mostAlarms); return err })
	s.empty = emptyIn(v, code)
	if v.City.On("whistle", code) {
		ask(func() (err error) { s.blown, err = p.Numbers.Whistles(ctx, actor, code, mostWhistles); return err })
	}
	ask(func() (err error) {
		s.rates, _, err = p.Numbers.Rates(ctx, actor, code, numbers.Period{From: part.DayOf(v.Now.AddDate(0, 0, -ratesOver)), To: day})
		return err
	})
	if err != nil {
		return nil, err
	}
	s.standing, s.open = s.today.Standing, s.today.Open
	s.muster(v.City)
	return s, nil
}

// past asks how everything stood at an instant, from the ledger. The rates are
// those of the days before. Single matters are told to those alone who may open
// all of the place's, for what is drawn is drawn for many.
func (p *pages) past(ctx context.Context, v *part.View, actor access.Actor, place *territory.Place, at time.Time, opens bool) (*scene, error) {
	then, err := p.Numbers.At(ctx, actor, place.Code, at, v.Now)
	if err != nil {
		return nil, err
	}
	s := &scene{place: place, at: at, least: int64(v.City.LimitsAt(place.Code).Number(pack.RankLeast)), standing: then.Standing, open: then.Open, marks: then.Marks, towns: then.Towns, below: map[string]crew{}}
	tree := v.City.Territory
	for _, child := range tree.Children(place.Code) {
		l := numbers.Load{Code: child.Code}
		for town, n := range then.Towns {
			if tree.Within(town, child.Code) {
				l.Open += n
			}
		}
		s.loads = append(s.loads, l)
		s.below[l.Code] = crew{owed: l.Open} // the map names what was open
	}
	s.rates, _, err = p.Numbers.Rates(ctx, actor, place.Code, numbers.Period{From: part.DayOf(at.AddDate(0, 0, -ratesOver)), To: part.DayOf(at.AddDate(0, 0, -1))})
	if err != nil || !opens {
		return s, err
	}
	s.then, err = p.Numbers.MattersAt(ctx, actor, place.Code, at, 0, mostThen, v.Now)
	return s, err
}

// muster puts the teams in order, those with the most late orders first, and
// adds up those of each place below.
func (s *scene) muster(city *pack.City) {
	s.below = map[string]crew{}
	tree := city.Territory
	rank := s.place.Kind.Rank() - 1
	for _, t := range s.teams {
		s.owed += t.Owed
		u, ok := city.Org.Unit(t.Code)
		if !ok {
			continue
		}
		a := tree.Address(u.Territory)
		child := [...]string{a.Grid, a.Community, a.Town, a.District}[max(rank, 0)]
		c := s.below[child]
		c.owed, c.late = c.owed+t.Owed, c.late+t.Late
		s.below[child] = c
	}
	slices.SortStableFunc(s.teams, func(a, b numbers.Team) int { return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(b.Owed, a.Owed)) })
}

// busy are the teams that owe anything, the most late first.
func (s *scene) busy() []numbers.Team {
	var out []numbers.Team
	for _, t := range s.teams {
		if t.Owed > 0 && len(out) < mostTeams {
			out = append(out, t)
		}
	}
	return out
}

// late is how many orders are past their time.
func (s *scene) late() int64 { return s.marks[matter.MarkLate] }

// tardy is how late a place or a category is: so many of so many.
type tardy struct {
	Code string
	Late int64 // orders past their time
	Of   int64 // open matters
}

// share may be above one: a matter may have several orders.
func (t tardy) share() float64 { return float64(t.Late) / float64(max(t.Of, 1)) }

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
	all := make([]tardy, 0, len(s.loads))
	for _, l := range s.loads {
		all = append(all, tardy{l.Code, l.Late, l.Open})
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

// empty is a desk that nobody watches, and who takes meanwhile what cannot wait.
type empty struct{ unit, to string }

// emptyIn returns the desks of a place and of those right below it that shall be
// staffed at this hour and are not.
func emptyIn(v *part.View, code string) []empty {
	places := []string{code}
	for _, p := range v.City.Territory.Children(code) {
		places = append(places, p.Code)
	}
	var out []empty
	for _, place := range places {
		centre, ok := v.City.Org.Centre(place)
		if !ok || !v.City.Org.Wanted(centre, v.Now) {
			continue
		}
		if _, staffed := v.City.Org.OnDuty(centre, v.Now); !staffed {
			to, _ := v.City.Org.Duty(centre, v.Now)
			out = append(out, empty{centre, to})
		}
	}
	return out
}
