package establishment

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/establishment"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Held is what a unit has on a day, kind by kind.
type Held struct {
	Unit string
	Has  map[establishment.Kind]establishment.Stock
}

// read asks whether an actor may read the book, and reads it.
func (d *Desk) read(ctx context.Context, actor access.Actor, day int, fn func(v *store.View) error) error {
	if err := access.Allow(actor, access.ReadEstablishment, access.Subject{}); err != nil {
		return err
	}
	if !calendar.IsDay(day) {
		return fault.Field("day", "day.unknown", day)
	}
	return d.e.DB().Read(ctx, fn)
}

// On returns what a unit has on a day, kind by kind. Anybody of staff may ask.
// Faults: unit.unknown, day.unknown.
func (d *Desk) On(ctx context.Context, actor access.Actor, code string, day int) (out map[establishment.Kind]establishment.Stock, err error) {
	err = d.read(ctx, actor, day, func(v *store.View) error {
		book, err := Book(v, d.e.City(), code)
		if err == nil {
			out = book.All(day)
		}
		return err
	})
	return out, err
}

// At returns what the units of a place have on a day: those that serve the place
// itself and have posts or had some. Faults: place.unknown, day.unknown.
func (d *Desk) At(ctx context.Context, actor access.Actor, place string, day int) (out []Held, err error) {
	city := d.e.City()
	if _, ok := city.Territory.Place(place); !ok {
		return nil, fault.Field("place", "place.unknown", place)
	}
	err = d.read(ctx, actor, day, func(v *store.View) error {
		out = nil
		for _, code := range city.Org.Serving(place) {
			book, err := Book(v, city, code)
			if err != nil {
				return err
			}
			if has := book.All(day); len(has) > 0 {
				out = append(out, Held{code, has})
			}
		}
		return nil
	})
	return out, err
}

// Filter chooses lines of the book. Zero members choose nothing.
type Filter struct {
	Unit   string // gives the posts, or counts them
	To     string // gets the posts
	Place  string // code of the district or town whose units give or count
	Status []string
	Before ident.ID
	Limit  int
}

// Entries lists lines of the book, the newest first. Faults: status.unknown,
// page.size, place.unknown.
func (d *Desk) Entries(ctx context.Context, actor access.Actor, f Filter) (out []register.Record[establishment.Entry], err error) {
	if f.Limit < 1 || f.Limit > MostRows {
		return nil, fault.Field("limit", "page.size", f.Limit, MostRows)
	}
	w := engine.Where{Unit: f.Unit, Other: f.To, Status: f.Status, Before: f.Before, Limit: f.Limit, May: &actor, Action: access.ReadEstablishment}
	for _, s := range f.Status {
		if !slices.Contains(establishment.States, establishment.Status(s)) {
			return nil, fault.Field("status", "status.unknown", s)
		}
	}
	if city := d.e.City(); f.Place != "" && f.Place != city.Root {
		if _, ok := city.Territory.Place(f.Place); !ok {
			return nil, fault.Field("place", "place.unknown", f.Place)
		}
		at := city.Territory.Address(f.Place)
		w.District, w.Town = at.District, at.Town
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[establishment.Entry](v, w)
		return err
	})
	return out, err
}

// Entry returns one line of the book. Fault: record.not_found.
func (d *Desk) Entry(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[establishment.Entry], error) {
	return engine.Get[establishment.Entry](ctx, d.e, actor, access.ReadEstablishment, id)
}

// Book reads all that counts about a unit.
func Book(q store.Querier, city *pack.City, code string) (*establishment.Book, error) {
	u, err := unit(city, "unit", code)
	if err != nil {
		return nil, err
	}
	book := &establishment.Book{Unit: u, Rows: city.Establishment}
	for _, w := range [...]engine.Where{
		{Unit: code, Status: []string{string(establishment.Approved), string(establishment.Noted)}},
		{Other: code, Status: []string{string(establishment.Approved)}},
	} {
		for w.Oldest, w.Limit = true, MostRows; ; {
			page, err := engine.Find[establishment.Entry](q, w)
			if err != nil {
				return nil, err
			}
			for _, r := range page {
				book.Entries, w.After = append(book.Entries, r.Fact), r.ID
			}
			if len(page) < MostRows {
				break
			}
		}
	}
	return book, nil
}
