package numbers

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

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
// next first, with what they are for and who must act. Faults: place.unknown,
// access.denied.
func (d *Desk) Alarms(ctx context.Context, actor access.Actor, code string, now time.Time, limit int) ([]Alarm, error) {
	if _, _, err := d.scope(actor, code); err != nil {
		return nil, err
	}
	where, args := inPlace(d.e.City().Territory.Address(code))
	var out []Alarm
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, `SELECT m.id, m.district, m.town, m.community, m.category, m.holder, m.next_at, m.doc FROM matter m
			WHERE m.next_at > 0 AND m.next_at >= ? AND `+where+` ORDER BY m.next_at LIMIT ?`, scanAlarm, slices.Concat([]any{now.UnixMicro()}, args, []any{limit})...)
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

// Cause is how much is late in a category.
type Cause struct {
	Category string
	Late     int64
}

// Causes returns what the late orders of a place are about, the most first. Late
// orders are few: they are read by the index of the marks. Faults:
// place.unknown, access.denied.
func (d *Desk) Causes(ctx context.Context, actor access.Actor, code string) ([]Cause, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	where, args := `1=1`, []any{string(matter.MarkLate)}
	switch {
	case town != "":
		where, args = `k.district = ? AND k.town = ?`, append(args, districts[0], town)
	case len(districts) == 1:
		where, args = `k.district = ?`, append(args, districts[0])
	}
	var out []Cause
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT m.category, COUNT(*) FROM mark k JOIN matter m ON m.district = k.district AND m.id = k.matter
			WHERE k.kind = ? AND `+where+` GROUP BY m.category ORDER BY COUNT(*) DESC, m.category`, func(r store.Scanner) (c Cause, err error) {
			err = r.Scan(&c.Category, &c.Late)
			return c, err
		}, args...)
		return err
	})
	return out, err
}

// Marked returns how many marks of each kind stand in a place. Faults:
// place.unknown, access.denied.
func (d *Desk) Marked(ctx context.Context, actor access.Actor, code string) (map[matter.MarkKind]int64, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	out := map[matter.MarkKind]int64{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		for _, district := range districts {
			for _, kind := range matter.MarkKinds {
				name, subject := engine.All(engine.MarkCounter(kind)), ""
				if town != "" {
					name, subject = engine.MarkCounter(kind), "town/"+town
				}
				n, err := store.CounterSum(v, district, name, subject, 0, 0)
				if err != nil {
					return err
				}
				out[kind] += n
			}
		}
		return nil
	})
	return out, err
}

// Towns returns the open matters of every town of a place. Faults:
// place.unknown, access.denied.
func (d *Desk) Towns(ctx context.Context, actor access.Actor, code string) (map[string]int64, error) {
	districts, _, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		for _, district := range districts {
			list, err := store.CounterSubjects(v, district, engine.Standing, 0, 0)
			if err != nil {
				return err
			}
			for _, c := range list {
				if town, status, _ := strings.Cut(c.Subject, "/"); matter.Status(status).Open() {
					out[town] += c.N
				}
			}
		}
		return nil
	})
	return out, err
}
