package numbers

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/internal/store"
)

// Stir is something that happened to a matter, without a word of the caller's.
type Stir struct {
	No       ident.ID
	At       time.Time
	Status   string // what the matter became by it
	Place    territory.Address
	Category string
	Unit     string // that holds it now; "" if nobody does
	Urgency  string
}

// Stirs returns the calls that came in and the matters that were closed last
// in a place, the newest first. Faults: place.unknown, access.denied.
func (d *Desk) Stirs(ctx context.Context, actor access.Actor, code string, limit int) ([]Stir, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	var out []Stir
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		where, args := d.inside(districts, town)
		came, err := store.All(v, selectStirs+where+` ORDER BY m.id DESC LIMIT ?`, scanCame, append(args, limit)...)
		if err != nil {
			return err
		}
		out = came
		for _, district := range districts {
			gone, err := store.All(v, selectStirs+`m.district = ? AND m.closed_at > 0 AND (? = '' OR m.town = ?) ORDER BY m.closed_at DESC LIMIT ?`,
				scanGone, district, town, town, limit)
			if err != nil {
				return err
			}
			out = append(out, gone...)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Stir) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.No, a.No), cmp.Compare(a.Status, b.Status))
	})
	return out[:min(limit, len(out))], err
}

const selectStirs = `SELECT m.id, m.district, m.town, m.community, m.category, m.urgency, m.holder, m.status, m.received_at, m.closed_at FROM matter m WHERE `

// inside is a place as a condition. The whole district is said so that SQLite
// keeps to the order of the ids, as intake's lists do.
func (d *Desk) inside(districts []string, town string) (string, []any) {
	switch {
	case town != "":
		return `m.district = ? AND m.town = ?`, []any{districts[0], town}
	case len(districts) == 1:
		return `(m.district = ? OR 1=0)`, []any{districts[0]}
	}
	return `1=1`, nil
}

func scanStir(r store.Scanner) (s Stir, received, closed int64, err error) {
	err = r.Scan(&s.No, &s.Place.District, &s.Place.Town, &s.Place.Community, &s.Category, &s.Urgency, &s.Unit, &s.Status, &received, &closed)
	return s, received, closed, err
}

func scanCame(r store.Scanner) (Stir, error) {
	s, received, _, err := scanStir(r)
	s.At, s.Status = time.UnixMicro(received), string(matter.Received)
	return s, err
}

func scanGone(r store.Scanner) (Stir, error) {
	s, _, closed, err := scanStir(r)
	s.At = time.UnixMicro(closed)
	return s, err
}

// Alarm is a clock that is about to fire.
type Alarm struct {
	No       ident.ID
	At       time.Time
	Kind     string // of the clock
	Place    territory.Address
	Category string
	Unit     string // that must act before it does
}

// Alarms returns the clocks of a place that fire next, one of each matter, the
// next first. Faults: place.unknown, access.denied.
func (d *Desk) Alarms(ctx context.Context, actor access.Actor, code string, now time.Time, limit int) ([]Alarm, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	where, args := "", []any{now.UnixMicro()}
	if len(districts) == 1 {
		where, args = ` AND m.district = ?`, append(args, districts[0])
	}
	if town != "" {
		where, args = where+` AND m.town = ?`, append(args, town)
	}
	var out []Alarm
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, `SELECT m.id, m.district, m.town, m.community, m.category, m.holder, m.next_at, m.doc FROM matter m
			WHERE m.next_at > 0 AND m.next_at >= ?`+where+` ORDER BY m.next_at LIMIT ?`, scanAlarm, append(args, limit)...)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].Kind == "" {
				if err := orderAlarm(v, &rows[i]); err != nil {
					return err
				}
			}
		}
		out = rows
		return nil
	})
	return out, err
}

func scanAlarm(r store.Scanner) (Alarm, error) {
	var a Alarm
	var next int64
	var doc string
	if err := r.Scan(&a.No, &a.Place.District, &a.Place.Town, &a.Place.Community, &a.Category, &a.Unit, &next, &doc); err != nil {
		return a, err
	}
	a.At = time.UnixMicro(next)
	var m struct {
		Clocks clock.Set `json:"clocks"`
	}
	err := json.Unmarshal([]byte(doc), &m)
	a.Kind = ringing(m.Clocks, next)
	return a, err
}

// orderAlarm finds the clock among those of the matter's orders.
func orderAlarm(v *store.View, a *Alarm) error {
	orders, err := store.All(v, `SELECT o.doc FROM orders o WHERE o.district = ? AND o.matter = ? AND o.open = 1 ORDER BY o.id`, func(r store.Scanner) (order.Order, error) {
		var o order.Order
		var doc string
		if err := r.Scan(&doc); err != nil {
			return o, err
		}
		return o, json.Unmarshal([]byte(doc), &o)
	}, a.Place.District, int64(a.No))
	for i := range orders {
		if kind := ringing(orders[i].Clocks, a.At.UnixMicro()); kind != "" {
			a.Kind, a.Unit = kind, orders[i].Debtor
		}
	}
	return err
}

// ringing is the kind of the clock that fires at an instant.
func ringing(set clock.Set, at int64) string {
	for i := range set {
		if int64(set[i].Next) == at && set[i].Running() {
			return string(set[i].Kind)
		}
	}
	return ""
}
