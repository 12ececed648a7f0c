package numbers

import (
	"context"
	"encoding/json"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/domain/whistle"
	"huying/internal/ident"
	"huying/internal/store"
)

// Whistling is one whistle that runs in a place, and how many of its legs have
// come how far: units and places, no words of anybody.
type Whistling struct {
	No    ident.ID // of the matter
	Kind  string
	By    string
	Place territory.Address
	Legs  map[whistle.Leg]int // by what a leg has come to, as whistle.Standing says
}

// Whistles returns the whistles that run in a place, the newest first. Faults:
// place.unknown, access.denied.
func (d *Desk) Whistles(ctx context.Context, actor access.Actor, code string, limit int) ([]Whistling, error) {
	if _, _, err := d.scope(actor, code); err != nil {
		return nil, err
	}
	where, args := inPlace(d.e.City().Territory.Address(code))
	var out []Whistling
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		ms, err := store.All(v, `SELECT m.id, m.district, m.town, m.community, m.doc FROM matter m
			WHERE m.id IN (SELECT o.matter FROM orders o WHERE o.kind = 'WHISTLE_LEG' AND o.open = 1) AND `+where+` ORDER BY m.id DESC LIMIT ?`,
			scanWhistling, slices.Concat(args, []any{limit})...)
		if err != nil {
			return err
		}
		for _, w := range ms {
			if w.Legs, err = legs(v, w); err != nil {
				return err
			}
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

func scanWhistling(r store.Scanner) (Whistling, error) {
	var w Whistling
	var doc string
	if err := r.Scan(&w.No, &w.Place.District, &w.Place.Town, &w.Place.Community, &doc); err != nil {
		return w, err
	}
	var m struct {
		Whistles []matter.Whistle `json:"whistles"`
	}
	err := json.Unmarshal([]byte(doc), &m)
	if n := len(m.Whistles); err == nil && n > 0 {
		w.Kind, w.By = string(m.Whistles[n-1].Kind), m.Whistles[n-1].By
	}
	return w, err
}

// legs counts the legs of the whistle that runs by what they have come to.
func legs(v *store.View, w Whistling) (map[whistle.Leg]int, error) {
	list, err := store.All(v, `SELECT o.doc FROM orders o WHERE o.district = ? AND o.matter = ? AND o.kind = 'WHISTLE_LEG' ORDER BY o.id`, func(r store.Scanner) (order.Order, error) {
		var o order.Order
		var doc string
		if err := r.Scan(&doc); err != nil {
			return o, err
		}
		return o, json.Unmarshal([]byte(doc), &o)
	}, w.Place.District, w.No)
	if err != nil {
		return nil, err
	}
	last := 0
	for i := range list {
		if list[i].Leg != nil {
			last = max(last, list[i].Leg.Whistle)
		}
	}
	out := map[whistle.Leg]int{}
	for i := range list {
		if list[i].Leg != nil && list[i].Leg.Whistle == last {
			out[whistle.Standing(&list[i])]++
		}
	}
	return out, nil
}
