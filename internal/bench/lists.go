package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/store"
)

// Lists is how quickly the lists and figures of a large city are read, through
// the desks, beside nothing else.
type Lists struct {
	QueueP99Ms  float64  `json:"queue_p99_ms"`  // of a busy unit's queue, the worst page, in the largest city
	CountsP99Ms float64  `json:"counts_p99_ms"` // of the dashboard's figures of a place, the worst, in the largest city
	Matters     int      `json:"matters"`       // in the largest city
	Cut         string   `json:"cut,omitempty"` // why the city is smaller than asked
	Sizes       []Listed `json:"sizes"`
}

// Searched is how quickly the search box answers in the largest city.
type Searched struct {
	P99Ms float64           `json:"p99_ms"` // of the worst question
	Asked map[string]Spread `json:"asked"`
}

// searched picks what was asked of the search box.
func searched(l Listed) *Searched {
	out := &Searched{Asked: map[string]Spread{}}
	for name, x := range l.Reads {
		if what, ok := strings.CutPrefix(name, "search_"); ok {
			out.Asked[what] = x
			out.P99Ms = max(out.P99Ms, x.P99Ms)
		}
	}
	return out
}

// Listed is what was read of a city of one size.
type Listed struct {
	Matters int               `json:"matters"`
	Held    int64             `json:"held"` // matters in the queue of its busiest unit
	Reads   map[string]Spread `json:"reads"`
}

// roomPerMatter is what one matter with its orders takes on the disk, about,
// and the write-ahead log beside it.
const roomPerMatter = 8 << 10

// rows is a page as people read it.
const rows = 50

// deepPages is how far a deep page lies behind the first, in the largest pages.
const deepPages = 20

// lists grows a city step by step and reads it at each size.
func (m *measurement) lists(ctx context.Context) (*Lists, error) {
	c, err := m.city(ctx)
	if err != nil {
		return nil, err
	}
	out := &Lists{Cut: c.cut}
	for _, size := range []int{c.most / 10, c.most} {
		if err := m.grow(ctx, c, size); err != nil {
			return nil, err
		}
		listed, err := m.readAll(ctx, c)
		if err != nil {
			return nil, err
		}
		out.Sizes = append(out.Sizes, *listed)
	}
	last := out.Sizes[len(out.Sizes)-1]
	out.Matters = last.Matters
	out.QueueP99Ms = max(last.Reads["queue"].P99Ms, last.Reads["queue_deep"].P99Ms)
	out.CountsP99Ms = max(last.Reads["place_city"].P99Ms, last.Reads["place_town"].P99Ms)
	return out, nil
}

// fits returns how many matters there is room for, and why they are fewer than
// asked.
func (m *measurement) fits(dir string) (int, string) {
	need := uint64(m.Matters) * roomPerMatter
	free, err := m.Free(dir)
	if err != nil || m.Matters <= smallCity || free >= need {
		return m.Matters, ""
	}
	return smallCity, fmt.Sprintf("%d MB are free and %d needed", free>>20, need>>20)
}

// smallCity is what is measured where the disk is too small.
const smallCity = 200_000

// reading is one list as it is asked for.
type reading struct {
	name string
	ask  func(context.Context) (int, error) // returns how many rows came
}

// readAll asks each list many times.
func (m *measurement) readAll(ctx context.Context, c *city) (*Listed, error) {
	out := &Listed{Matters: c.size, Reads: map[string]Spread{}}
	list, held, err := c.readings(ctx)
	if err != nil {
		return nil, err
	}
	out.Held = held
	for i, r := range list {
		m.Tell("ask", i, len(list))
		var h histogram
		until := time.Now().Add(4 * m.Run) // a list that is far too slow shall not keep the rest waiting
		for n := 0; n < m.Calls && (n < 5 || time.Now().Before(until)); n++ {
			began := time.Now()
			got, err := r.ask(ctx)
			h.record(time.Since(began))
			if err == nil && got == 0 {
				err = errors.New("nothing came")
			}
			if err != nil {
				return nil, fmt.Errorf("bench: list %s: %w", r.name, err)
			}
		}
		out.Reads[r.name] = h.spread()
	}
	return out, nil
}

// readings returns the lists that are measured, and how many matters the
// busiest unit holds.
func (c *city) readings(ctx context.Context) ([]reading, int64, error) {
	who, err := c.readers()
	if err != nil {
		return nil, 0, err
	}
	in, out := intake.New(c.Engine), dispatch.New(c.Engine)
	next, id, err := deep(ctx, in, who.holder)
	if err != nil {
		return nil, 0, err
	}
	held := func(after time.Time, id ident.ID) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := in.Held(ctx, who.holder, c.holder, after, id, rows)
			return len(got), err
		}
	}
	matters := func(by access.Actor, f intake.Filter) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := in.Matters(ctx, by, f, 0, rows, c.until)
			return len(got), err
		}
	}
	list := []reading{
		{"queue", held(time.Time{}, 0)},
		{"queue_deep", held(next, id)},
		{"owed", func(ctx context.Context) (int, error) {
			got, err := out.Owed(ctx, who.debtor, c.debtor, "", time.Time{}, 0, rows)
			return len(got), err
		}},
		{"matters_town", matters(who.city, intake.Filter{Place: c.town})},
		{"matters_city", matters(who.city, intake.Filter{})},
		{"matters_district", matters(who.district, intake.Filter{})},
		{"matters_desk", matters(who.town, intake.Filter{})},
		{"matters_unit", matters(who.debtor, intake.Filter{})},
	}
	var n int64
	err = c.DB.Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COUNT(*) FROM matter WHERE holder <> '' AND holder = ?`, c.holder).Scan(&n)
	})
	return slices.Concat(list, c.figures(who), c.wall(who), c.questions(who)), n, err
}

// figures returns the readings of the numbers desk.
func (c *city) figures(who readers) []reading {
	num := numbers.New(c.Engine)
	month := numbers.Period{
		From: calendar.AddDays(calendar.DayOf(c.until), -seedDays), To: calendar.DayOf(c.until),
	}
	place := func(code string) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := num.Place(ctx, who.city, code, month)
			if err != nil {
				return 0, err
			}
			return int(got.Received), nil
		}
	}
	units := func(code string) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := num.Units(ctx, who.city, code, month)
			return len(got), err
		}
	}
	root := c.Engine.City().Root
	return []reading{
		{"place_city", place(root)}, {"place_town", place(c.town)}, {"units_town", units(c.town)}, {"units_city", units(root)},
	}
}

// readers are those who read the lists.
type readers struct {
	holder, debtor access.Actor // members of the busiest units
	// dispatchers
	town, district, city access.Actor
}

func (c *city) readers() (readers, error) {
	pack := c.Engine.City()
	member := func(unit string) access.Actor {
		return access.Actor{ID: "bench", Kind: access.Staff, Role: org.Handler, Unit: unit}
	}
	dispatcher := func(place string) (access.Actor, error) {
		centre, ok := pack.Org.Centre(place)
		if !ok {
			return access.Actor{}, fmt.Errorf("bench: %s has no command centre", place)
		}
		return registry.ActorOf(pack, centre, org.Dispatcher)
	}
	out := readers{holder: member(c.holder), debtor: member(c.debtor)}
	var err error
	if out.city, err = dispatcher(pack.Root); err != nil {
		return out, err
	}
	if out.town, err = dispatcher(c.town); err != nil {
		return out, err
	}
	out.district, err = dispatcher(pack.Territory.Address(c.town).District)
	return out, err
}

// deep walks a queue a good way, at most to its last page, and returns after
// which row that page begins.
func deep(ctx context.Context, in *intake.Desk, by access.Actor) (next time.Time, id ident.ID, err error) {
	for range deepPages {
		page, err := in.Held(ctx, by, by.Unit, next, id, intake.MostRows)
		if err != nil || len(page) < intake.MostRows {
			return next, id, err
		}
		last := page[len(page)-rows] // rows remain after it for certain
		next, id = last.Next, last.No
	}
	return next, id, nil
}
