package numbers

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/fault"
	"huying/internal/store"
)

// Elapsed is how long matters of a category took, from the call on (GZ-02):
// medians over the matters that were closed in a period, by their leading
// order.
type Elapsed struct {
	Category string
	Matters  int
	Issued   time.Duration // call → order
	Signed   time.Duration // call → signature
	Arrived  time.Duration // call → there, as the street confirmed; of those who were whistled for
	Answered time.Duration // call → the answer that stands
	Closed   time.Duration // call → verdict
	Arrivals int           // whose leading order was a leg of a whistle
	InTime   int           // whose leading order was done in time
	More     bool          // there were more matters than are looked at
}

// mostElapsed bounds the matters one question looks at.
const mostElapsed = 20_000

// Elapsed returns the medians of a category, or of a group of categories, in a
// place. Faults: place.unknown, category.unknown, access.denied,
// request.span_backwards.
func (d *Desk) Elapsed(ctx context.Context, actor access.Actor, place, category string, from, to time.Time) (*Elapsed, error) {
	districts, town, err := d.scope(actor, place)
	if err != nil {
		return nil, err
	}
	if category != "" {
		_, leaf := d.e.City().Duty.Leaf(category)
		_, group := d.e.City().Duty.Group(category)
		if !leaf && !group {
			return nil, fault.Field("category", "category.unknown", category, d.e.City().Duty.Nearest(category))
		}
	}
	if !to.After(from) {
		return nil, fault.Field("to", "request.span_backwards")
	}
	var all []course
	for _, district := range districts {
		part, err := d.courses(ctx, district, town, category, from, to)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return medians(category, all), nil
}

// course is when what happened to one matter, in µs from the call.
type course struct {
	issued, signed, arrived, answered, closed int64
	inTime                                    bool
}

const selectCourses = `SELECT m.received_at, m.closed_at, o.doc FROM matter m
	JOIN orders o ON o.district = m.district AND o.matter = m.id AND o.role <> 'CO' AND o.kind IN ('DISPATCH', 'MEDIATION', 'WHISTLE_LEG') AND o.status = 'FULFILLED'
	WHERE m.district = ? AND m.closed_at > 0 AND m.closed_at >= ? AND m.closed_at < ? AND m.category LIKE ? AND (? = '' OR m.town = ?)
	ORDER BY m.closed_at LIMIT ?`

func (d *Desk) courses(ctx context.Context, district, town, category string, from, to time.Time) ([]course, error) {
	var out []course
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectCourses, scanCourse, district, from.UnixMicro(), to.UnixMicro(), category+"%", town, town, mostElapsed+1)
		return err
	})
	return out, err
}

func scanCourse(r store.Scanner) (course, error) {
	var c course
	var received, closed int64
	var doc string
	if err := r.Scan(&received, &closed, &doc); err != nil {
		return c, err
	}
	var o order.Order
	if err := json.Unmarshal([]byte(doc), &o); err != nil {
		return c, err
	}
	since := func(at clock.Instant) int64 { return int64(at) - received }
	c = course{issued: since(o.IssuedAt), signed: since(o.SignedAt), answered: since(o.RespondedAt), closed: closed - received, inTime: o.OnTime}
	if o.Leg != nil && o.Leg.Confirmed != 0 {
		c.arrived = since(o.Leg.Confirmed)
	}
	return c, nil
}

func medians(category string, all []course) *Elapsed {
	out := &Elapsed{Category: category, Matters: len(all), More: len(all) > mostElapsed}
	for _, c := range all {
		if c.inTime {
			out.InTime++
		}
	}
	of := func(step func(course) int64) []int64 {
		values := make([]int64, len(all))
		for i, c := range all {
			values[i] = step(c)
		}
		return values
	}
	there := slices.DeleteFunc(of(func(c course) int64 { return c.arrived }), func(n int64) bool { return n == 0 })
	out.Arrivals = len(there)
	out.Arrived = median(there)
	out.Issued = median(of(func(c course) int64 { return c.issued }))
	out.Signed = median(of(func(c course) int64 { return c.signed }))
	out.Answered = median(of(func(c course) int64 { return c.answered }))
	out.Closed = median(of(func(c course) int64 { return c.closed }))
	return out
}

func median(values []int64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	mid := len(values) / 2
	if len(values)%2 == 0 {
		return time.Duration(values[mid-1]+values[mid]) / 2 * time.Microsecond
	}
	return time.Duration(values[mid]) * time.Microsecond
}
