package numbers

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/change"
	"huying/internal/engine/index"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Load is how much stands in one place now.
type Load struct {
	Code string
	Open int64 // matters that somebody holds
	Late int64 // orders that are owed and past their time
	Red  int64 // red cards that count
}

// Loads returns how much stands in each place within a place: the districts of
// the city, the towns of a district, the communities of a town. Open matters of
// communities are counted in the background, a moment late.
// Faults: place.unknown, access.denied.
func (d *Desk) Loads(ctx context.Context, actor access.Actor, code string) ([]Load, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	tree := d.e.City().Territory
	root, _ := tree.Place(code)
	var out []Load
	at := map[string]int{}
	for _, p := range tree.Children(code) {
		if p.Kind.Rank() > 0 {
			at[p.Code] = len(out)
			out = append(out, Load{Code: p.Code})
		}
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		for i := range out {
			out[i] = Load{Code: out[i].Code}
		}
		add := func(place string, cell func(*Load) *int64, n int64) {
			if i, ok := at[place]; ok {
				*cell(&out[i]) += n
			}
		}
		switch {
		case town != "":
			return communityLoads(v, districts[0], town, add)
		case root.Kind.Rank() == territory.District.Rank():
			return townLoads(v, districts[0], add)
		}
		for _, district := range districts {
			if err := townLoads(v, district, func(_ string, cell func(*Load) *int64, n int64) { add(district, cell, n) }); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

type addLoad func(place string, cell func(*Load) *int64, n int64)

func openOf(l *Load) *int64 { return &l.Open }
func lateOf(l *Load) *int64 { return &l.Late }
func redOf(l *Load) *int64  { return &l.Red }

// loadMarks are the marks that a load counts.
var loadMarks = map[matter.MarkKind]func(*Load) *int64{matter.MarkLate: lateOf, matter.MarkRed: redOf}

// townLoads adds the load of a district's towns.
func townLoads(v *store.View, district string, add addLoad) error {
	list, err := store.CounterSubjects(v, district, engine.Standing, 0, 0)
	if err != nil {
		return err
	}
	for _, c := range list {
		if town, status, _ := strings.Cut(c.Subject, "/"); matter.Status(status).Open() {
			add(town, openOf, c.N)
		}
	}
	for kind, cell := range loadMarks {
		list, err := store.CounterSubjects(v, district, engine.MarkCounter(kind), 0, 0)
		if err != nil {
			return err
		}
		for _, c := range list {
			if town, ok := strings.CutPrefix(c.Subject, "town/"); ok {
				add(town, cell, c.N)
			}
		}
	}
	return nil
}

// selectCommunities counts the marks of a town by community: few rows, by the
// index of the town's marks.
const selectCommunities = `SELECT k.kind, m.community, COUNT(*) FROM mark k JOIN matter m ON m.district = k.district AND m.id = k.matter
	WHERE k.district = ? AND k.town = ? AND k.kind IN (?, ?) GROUP BY k.kind, m.community`

func communityLoads(v *store.View, district, town string, add addLoad) error {
	open, err := store.CounterSubjects(v, district, index.OpenCounter(town), 0, 0)
	if err != nil {
		return err
	}
	for _, c := range open {
		add(c.Subject, openOf, c.N)
	}
	_, err = store.All(v, selectCommunities, func(r store.Scanner) (struct{}, error) {
		var kind, community string
		var n int64
		err := r.Scan(&kind, &community, &n)
		add(community, loadMarks[matter.MarkKind(kind)], n)
		return struct{}{}, err
	}, district, town, string(matter.MarkLate), string(matter.MarkRed))
	return err
}

// Team is how much one unit has to do now.
type Team struct {
	Code string
	Held int64 // matters it holds
	Owed int64 // orders it owes an answer
	Late int64 // of these, past their time
	Red  int64 // red cards that count
}

// Teams returns how much the units of a place have to do now, by code, those
// that have anything.
func (d *Desk) Teams(ctx context.Context, actor access.Actor, code string) ([]Team, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	teams := map[string]*Team{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		clear(teams)
		for _, district := range districts {
			if err := teamsOf(v, district, teams); err != nil {
				return err
			}
		}
		return nil
	})
	var out []Team
	for unit, t := range teams {
		if (t.Held != 0 || t.Owed != 0 || t.Red != 0) && (town == "" || d.serves(unit, town)) {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Team) int { return strings.Compare(a.Code, b.Code) })
	return out, err
}

func teamsOf(v *store.View, district string, into map[string]*Team) error {
	team := func(code string) *Team {
		if into[code] == nil {
			into[code] = &Team{Code: code}
		}
		return into[code]
	}
	now := sums{}
	if err := standingOf(v, district, now); err != nil {
		return err
	}
	for code, l := range now {
		t := team(code)
		t.Held += l.held
		for status, n := range l.owed {
			if order.Status(status).Owing() {
				t.Owed += n
			}
		}
	}
	for kind, cell := range map[matter.MarkKind]func(*Team) *int64{
		matter.MarkLate: func(t *Team) *int64 { return &t.Late }, matter.MarkRed: func(t *Team) *int64 { return &t.Red },
	} {
		list, err := store.CounterSubjects(v, district, engine.MarkCounter(kind), 0, 0)
		if err != nil {
			return err
		}
		for _, c := range list {
			if unit, ok := strings.CutPrefix(c.Subject, "unit/"); ok {
				*cell(team(unit)) += c.N
			}
		}
	}
	return nil
}

// Rates returns the three rates of a place's units together in a period, each
// with its n and interval, and the facts they follow from.
func (d *Desk) Rates(ctx context.Context, actor access.Actor, code string, p Period) (score.Three, score.Facts, error) {
	var total score.Facts
	units, err := d.Units(ctx, actor, code, p)
	if err != nil {
		return score.Three{}, total, err
	}
	for _, u := range units {
		f := u.Facts
		total.Judged += f.Judged
		total.Contacted += f.Contacted
		total.Reached += f.Reached
		total.Yes += f.Yes
		total.Partial += f.Partial
		total.Rated += f.Rated
		total.Satisfaction += f.Satisfaction
	}
	return score.Rates(total, score.Usual), total, nil
}

// Due is a matter one of whose clocks is about to fire.
type Due struct {
	No      ident.ID
	Place   territory.Address
	Status  string
	Urgency string
	Holder  string
	At      time.Time
}

// mostShown bounds what a wall shows of clocks and acts.
const mostShown = 100

// selectSoon is the statement of Soon: it reads the clocks in their order. The
// first condition repeats that of the index.
func selectSoon(where string) string {
	return `SELECT m.id, m.district, m.town, m.community, m.status, m.urgency, m.holder, m.next_at FROM matter m
		WHERE m.next_at > 0 AND m.next_at > ? AND m.next_at <= ? AND ` + where + ` ORDER BY m.next_at LIMIT ?`
}

// Soon returns the matters of a place whose clocks fire within a time from now,
// the next first.
func (d *Desk) Soon(ctx context.Context, actor access.Actor, code string, now time.Time, within time.Duration, limit int) ([]Due, error) {
	if _, _, err := d.scope(actor, code); err != nil {
		return nil, err
	}
	if limit < 1 || limit > mostShown {
		return nil, fault.Field("limit", "page.size", limit, mostShown)
	}
	where, args := inPlace(d.e.City().Territory.Address(code))
	var out []Due
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectSoon(where), func(r store.Scanner) (x Due, err error) {
			var id, at int64
			err = r.Scan(&id, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Status, &x.Urgency, &x.Holder, &at)
			x.No, x.At = ident.ID(id), time.UnixMicro(at).UTC()
			return x, err
		}, slices.Concat([]any{now.UnixMicro(), now.Add(within).UnixMicro()}, args, []any{limit})...)
		return err
	})
	return out, err
}

// inPlace is the condition of the matters of a place, as a filter that takes no
// index.
func inPlace(a territory.Address) (string, []any) {
	switch {
	case a.Town != "":
		return "(m.town = ? OR 1=0) AND (m.district = ? OR 1=0)", []any{a.Town, a.District}
	case a.District != "":
		return "(m.district = ? OR 1=0)", []any{a.District}
	}
	return "1=1", nil
}

// Done is one act, without who did it and for whom.
type Done struct {
	No       ident.ID
	Seq      int64 // of the entry
	Act      string
	Unit     string // on whose behalf
	At       time.Time
	Place    territory.Address
	Category string // of the matter now
	Urgency  string
}

// mostLooked bounds how far back the newest acts are looked for.
const mostLooked = 1000

// Recent returns the newest acts on matters of a place, the newest first: those
// of the last thousand of the city.
func (d *Desk) Recent(ctx context.Context, actor access.Actor, code string, limit int) ([]Done, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > mostShown {
		return nil, fault.Field("limit", "page.size", limit, mostShown)
	}
	var out []Done
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		look := limit
		if len(districts) == 1 {
			look = mostLooked
		}
		entries, err := change.Last(v, look)
		if err != nil {
			return err
		}
		known := map[ident.ID]Done{}
		for _, x := range entries {
			if len(out) == limit {
				break
			}
			if len(districts) == 1 && x.District != districts[0] {
				continue
			}
			a, ok := known[x.Matter]
			if !ok {
				a = Done{No: x.Matter, Place: territory.Address{District: x.District}}
				err := v.Row(`SELECT town, community, category, urgency FROM matter WHERE district = ? AND id = ?`, x.District, int64(x.Matter)).
					Scan(&a.Place.Town, &a.Place.Community, &a.Category, &a.Urgency)
				if err != nil {
					return err
				}
				known[x.Matter] = a
			}
			if town == "" || a.Place.Town == town {
				a.Seq, a.Act, a.Unit, a.At = x.Seq, x.Act, x.Unit, x.At
				out = append(out, a)
			}
		}
		return nil
	})
	return out, err
}
