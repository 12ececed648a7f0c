package roster

import (
	"context"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/roster"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// stamp tells one state of the registers from another.
type stamp struct{ n, newest, revs int64 }

const selectStamp = `SELECT COUNT(*), COALESCE(MAX(id), 0), CAST(COALESCE(SUM(rev), 0) AS BIGINT) FROM record WHERE register IN ('DUTY', 'PLATFORM')`

// Reload puts in force who is on duty by what is registered, if that changed
// since it was last read by this process.
func (d *Desk) Reload(ctx context.Context, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var is stamp
	var book *org.Book
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		book = nil
		if err := v.Row(selectStamp).Scan(&is.n, &is.newest, &is.revs); err != nil || is == d.seen {
			return err
		}
		var err error
		book, err = read(v, now)
		return err
	})
	if err != nil || book == nil {
		return err
	}
	d.e.Staff(book)
	d.seen = is
	return nil
}

// read makes a book of what is registered and not long past.
func read(q store.Querier, now time.Time) (*org.Book, error) {
	kept, platforms := map[string][]org.Kept{}, map[string][]org.Seat{}
	past := now.AddDate(0, 0, -2)
	err := each(q, oldest(now), func(p roster.Plan) {
		if k := p.Kept(); k.To.After(past) {
			kept[p.Unit] = append(kept[p.Unit], k)
		}
	})
	if err == nil {
		err = each(q, 0, func(p roster.Platform) { platforms[p.Place.Town] = p.Desk() })
	}
	return org.NewBook(kept, platforms), err
}

// oldest is the first day on which a plan can have begun that is not over.
func oldest(now time.Time) int {
	return calendar.AddDays(calendar.DayOf(now), -roster.MostDays-3)
}

// each calls fn with every record in force of a register that begins on a day or
// later, the oldest first.
func each[F register.Fact](q store.Querier, from int, fn func(F)) error {
	for after := ident.ID(0); ; {
		page, err := engine.Find[F](q, engine.Where{Status: []string{string(roster.InForce)}, From: from, Oldest: true, After: after, Limit: 500})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, x := range page {
			fn(x.Fact)
		}
		after = page[len(page)-1].ID
	}
}

// ahead is how long before it begins a gap is told.
const ahead = 12 * time.Hour

// Flag tells each unit, and the desk above it, of the gaps in its roster that
// begin within twelve hours, each once (YT-28). It is safe to call at any time.
func (d *Desk) Flag(ctx context.Context, now time.Time) error {
	var late []ident.ID
	graph := d.e.City().Org
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		late = nil
		for after := ident.ID(0); ; {
			page, err := engine.Find[roster.Plan](v, engine.Where{Status: []string{string(roster.InForce)}, From: oldest(now), Oldest: true, After: after, Limit: 500})
			if err != nil || len(page) == 0 {
				return err
			}
			for _, x := range page {
				if k := x.Fact.Kept(); k.From.Before(now.Add(ahead)) && k.To.After(now) && len(x.Fact.ToTell(graph, now, ahead)) > 0 {
					late = append(late, x.ID)
				}
			}
			after = page[len(page)-1].ID
		}
	})
	for _, id := range late {
		if err == nil {
			err = d.flag(ctx, id, now)
		}
	}
	return err
}

func (d *Desk) flag(ctx context.Context, id ident.ID, now time.Time) error {
	_, err := d.e.Together(ctx, engine.Command{Actor: engine.ClockActor(), At: now}, "flag_gaps", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "flag", id, func(p *roster.Plan) error {
			for _, gap := range p.ToTell(b.City().Org, now, ahead) {
				p.Flagged = append(p.Flagged, gap.From.UnixMicro())
				for _, unit := range []string{p.Unit, above(b.City(), p.Unit)} {
					if unit == "" {
						continue
					}
					if err := b.Tell(id, unit, "notice.duty_gap", name(b.City(), p.Unit), gap.From, gap.To); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	return err
}

// above is the command centre over a unit's place, or "" for the city's own.
func above(c *pack.City, unit string) string {
	u, ok := c.Org.Unit(unit)
	if !ok {
		return ""
	}
	a := c.Territory.Address(u.Territory)
	for _, place := range []string{a.Town, a.District, c.Root} {
		if centre, ok := c.Org.Centre(place); ok && centre != unit {
			return centre
		}
	}
	return ""
}

func name(c *pack.City, unit string) string {
	if u, ok := c.Org.Unit(unit); ok {
		return u.Name
	}
	return unit
}
