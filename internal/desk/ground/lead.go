package ground

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewLead sends a team after what the ground found.
type NewLead struct {
	Unit string `json:"unit" maxLength:"64" doc:"The team, such as the enforcement team of the street"`
	Why  string `json:"why" maxLength:"2000" doc:"What it shall look into"`
}

// SendTeam makes a lead of a finding and orders a team, in one command: the lead
// keeps where it came from and how long it took (LN-15). A matter that no round,
// scene, task or entry of a grid made is no finding. Faults: matter.not_found,
// lead.no_origin, record.key_taken, unit.unknown and those of orders.
func (d *Desk) SendTeam(ctx context.Context, cmd engine.Command, no ident.ID, in NewLead) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "send_team", func(b *engine.Bundle) (ident.ID, error) {
		s, err := readable(b, no)
		if err != nil {
			return 0, err
		}
		from, err := originOf(b.Query(), s, b.Today())
		if err != nil {
			return 0, err
		}
		l := &grid.Lead{Day: b.Today(), Matter: no, Origin: from.id, Place: s.M.Place, Unit: in.Unit}
		if err := grid.CheckLead(l, in.Why); err != nil {
			return 0, err
		}
		if _, ok := b.City().Org.Unit(in.Unit); !ok {
			return 0, fault.Field("unit", "unit.unknown", in.Unit)
		}
		if err := send(b, s, in.Unit, in.Why); err != nil {
			return 0, err
		}
		l.Order = s.Orders[len(s.Orders)-1].ID
		l.Minutes = int(b.Now().Time().Sub(from.found).Minutes())
		l.Late = b.Now().Time().After(leadBy(b.City(), s.M.Place, from.found))
		return engine.Enter(b, "send", l)
	})
}

// leadBy is when somebody must have been sent after what was found at a place.
func leadBy(city *pack.City, place territory.Address, found time.Time) time.Time {
	at := place.Leaf()
	return city.Calendar(at).Due(city.LimitsAt(at).Time(pack.Lead), found, nil).At
}

// origin is the record that a matter was found by, and when it was found.
type origin struct {
	id    ident.ID // zero: it was no finding
	found time.Time
}

// originOf returns the origin of one matter.
func originOf(q store.Querier, s *engine.State, today int) (origin, error) {
	out, err := origins(q, []*engine.State{s}, today)
	return out[s.M.ID], err
}

// origins returns the origins of matters of one town.
func origins(q store.Querier, list []*engine.State, today int) (map[ident.ID]origin, error) {
	out := map[ident.ID]origin{}
	left := map[ident.ID]time.Time{} // that no scene and no entry made
	for _, s := range list {
		key := engine.Where{District: s.M.Place.District, Key: grid.OfMatter(s.M.ID)}
		scenes, err := engine.Find[grid.Scene](q, key)
		if err != nil {
			return nil, err
		}
		entries, err := engine.Find[grid.Entry](q, key)
		switch {
		case err != nil:
			return nil, err
		case len(scenes) > 0:
			out[s.M.ID] = origin{scenes[0].ID, time.UnixMicro(scenes[0].Fact.At)}
		case len(entries) > 0:
			out[s.M.ID] = origin{entries[0].ID, s.M.ReceivedAt.Time()}
		default:
			left[s.M.ID] = s.M.ReceivedAt.Time()
		}
	}
	return out, walked(q, list, left, today, out)
}

// walked adds the rounds and tasks of grids that found what is left.
func walked(q store.Querier, list []*engine.State, left map[ident.ID]time.Time, today int, out map[ident.ID]origin) error {
	if len(left) == 0 {
		return nil
	}
	first := today
	for _, s := range list {
		if _, ok := left[s.M.ID]; ok {
			first = min(first, engine.Today(s.M.ReceivedAt))
		}
	}
	place := list[0].M.Place
	w := engine.Where{District: place.District, Town: place.Town, From: calendar.AddDays(first, -mostLate), To: today}
	note := func(record ident.ID, findings []ident.ID) {
		for _, no := range findings {
			if at, ok := left[no]; ok {
				out[no] = origin{record, at}
			}
		}
	}
	if err := every(q, w, func(r register.Record[grid.Round]) { note(r.ID, r.Fact.Findings) }); err != nil {
		return err
	}
	return every(q, w, func(r register.Record[grid.Chore]) { note(r.ID, r.Fact.Findings) })
}

// mostLate is how many days after its day a round or a task may be recorded: that of
// a month until the month is over.
const mostLate = 31

// Unsent is what the ground found and nobody was ordered to look into yet.
type Unsent struct {
	*engine.State
	Origin ident.ID // the round, scene, task or entry
	Found  time.Time
	Due    time.Time // when somebody must have been sent
}

// Late reports whether somebody should have been sent by now.
func (u *Unsent) Late(now time.Time) bool { return now.After(u.Due) }

// Findings lists what the ground of a town found and nobody was sent after, the
// oldest first, from the matter after one on (LN-15), and tells where the list
// goes on: zero at its end. Faults: place.unknown, access.denied.
func (d *Desk) Findings(ctx context.Context, actor access.Actor, town string, after ident.ID, limit int, now time.Time) (out []Unsent, next ident.ID, err error) {
	city := d.e.City()
	place := city.Territory.Address(town)
	if place.Town == "" {
		return nil, 0, fault.New(fault.NotFound, "place.unknown", town)
	}
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return nil, 0, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		var list []*engine.State
		var err error
		out = nil
		list, next, err = d.unsent(v, actor, place, after, limit)
		if err != nil {
			return err
		}
		from, err := origins(v, list, calendar.DayOf(now))
		for _, s := range list {
			if o := from[s.M.ID]; o.id != 0 {
				out = append(out, Unsent{s, o.id, o.found, leadBy(city, s.M.Place, o.found)})
			}
		}
		return err
	})
	return out, next, err
}

// unsent returns the matters of a town that came from the ground, have no order
// yet and that actor may read. Only what waits for its desk is looked at.
func (d *Desk) unsent(v *store.View, actor access.Actor, place territory.Address, after ident.ID, limit int) (list []*engine.State, next ident.ID, err error) {
	ids, err := store.All(v, `SELECT id FROM matter WHERE district = ? AND status IN ('RECEIVED', 'VERIFIED', 'TRIAGED') AND town = ? AND holder <> ''
		AND source IN ('PATROL', 'SENSOR', 'GRID_APP') AND id > ? ORDER BY id LIMIT ?`,
		func(r store.Scanner) (ident.ID, error) {
			var id int64
			err := r.Scan(&id)
			return ident.ID(id), err
		}, place.District, place.Town, int64(after), limit)
	if err != nil {
		return nil, 0, err
	}
	if len(ids) == limit {
		next = ids[limit-1]
	}
	list, err = d.e.States(v, ids)
	return slices.DeleteFunc(list, func(s *engine.State) bool {
		s.By = actor
		return len(s.Orders) > 0 || access.Allow(actor, access.ReadMatter, s.Subject(nil)) != nil
	}), next, err
}

// Led is a lead with what became of it.
type Led struct {
	register.Record[grid.Lead]
	Order *order.Order // the team's
}

// Leads lists the leads of a town, the newest first, each with the action that
// followed. Faults: access.denied, place.unknown.
func (d *Desk) Leads(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]Led, error) {
	var out []Led
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[grid.Lead](v, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
		if err != nil {
			return err
		}
		ids := make([]ident.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.Fact.Matter
		}
		states, err := d.e.States(v, ids)
		if err != nil {
			return err
		}
		out = make([]Led, len(rows))
		for i, r := range rows {
			out[i].Record = r
			if out[i].Order, err = states[i].Order(r.Fact.Order); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
