package numbers

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine/change"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// PastRow is a matter as it stood at an instant.
type PastRow struct {
	No       ident.ID
	Place    territory.Address
	Status   string
	Category string
	Urgency  string
	Unit     string // accountable
	Holder   string
	Received time.Time
	Next     time.Time
	Reds     int
}

// MostPastRows is the most matters of one page: each is replayed.
const MostPastRows = 100

// MattersAt lists the matters of a place as they stood at an instant, the newest
// first, from the one after the given number on, of those the actor may read.
// Faults: place.unknown, page.size, numbers.in_future.
func (d *Desk) MattersAt(ctx context.Context, actor access.Actor, place string, at time.Time, after ident.ID, limit int, now time.Time) ([]PastRow, error) {
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > MostPastRows {
		return nil, fault.Field("limit", "page.size", limit, MostPastRows)
	}
	if at.After(now) {
		return nil, fault.Field("at", "numbers.in_future", at)
	}
	if _, ok := d.e.City().Territory.Place(place); !ok {
		return nil, fault.Field("place", "place.unknown", place)
	}
	a, may := d.e.City().Territory.Address(place), access.List(actor, access.ReadMatter)
	query, args := selectThen(a, may.Where)
	before := int64(ident.First(at.Add(time.Second)))
	if after != 0 {
		before = min(before, int64(after))
	}
	var out []PastRow
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		type key struct {
			district string
			id       ident.ID
		}
		out = nil
		keys, err := store.All(v, query, func(r store.Scanner) (k key, err error) {
			var id int64
			err = r.Scan(&k.district, &id)
			k.id = ident.ID(id)
			return k, err
		}, append(append(append(args, may.Args...), before), limit)...)
		if err != nil {
			return err
		}
		for _, k := range keys {
			past, err := d.e.Past(v, k.district, k.id)
			if err != nil {
				return err
			}
			f, err := past.When(func(_ change.Position, us int64) bool { return us <= at.UnixMicro() })
			if err != nil {
				return err
			}
			row := PastRow{No: k.id} // received in the second of at, but after it: nothing is said of it
			if f != nil {
				row = PastRow{
					No: k.id, Place: f.M.Place, Status: string(f.M.Status), Category: f.M.Category, Urgency: string(f.M.Urgency), Unit: f.M.Unit,
					Holder: f.M.Holder, Received: f.M.ReceivedAt.Time(), Next: f.M.Next.Time(), Reds: f.M.Reds,
				}
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

// selectThen is the statement of the matters of a place before an id, newest
// first. As for every list of matters, a whole district is read in the order of
// the ids.
func selectThen(a territory.Address, may string) (string, []any) {
	where, args := "1=1", []any{}
	switch {
	case a.Community != "":
		where, args = "m.district = ? AND m.town = ? AND m.community = ?", []any{a.District, a.Town, a.Community}
	case a.Town != "":
		where, args = "m.district = ? AND m.town = ?", []any{a.District, a.Town}
	case a.District != "":
		where, args = "(m.district = ? OR 1=0)", []any{a.District}
	}
	return `SELECT m.district, m.id FROM matter m WHERE ` + where + ` AND ` + may + ` AND m.id < ? ORDER BY m.id DESC LIMIT ?`, args
}
