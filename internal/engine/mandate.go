package engine

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/internal/store"
)

// mandates answers matter.Mandates from the registers on the day of a command.
type mandates struct{ w *work }

var _ matter.Mandates = mandates{}

// Listed asks the newest version in force of the unit's own town or village,
// else of its district, else of the city; and the powers that came down to it.
func (m mandates) Listed(u *org.Unit, leaf string) (out matter.Listing, err error) {
	at := m.w.city.Territory.Address(u.Territory)
	kind := mandate.StreetTasks
	if u.Level == org.Community {
		kind = mandate.VillageCatalogue
	}
	err = m.w.read(func(q store.Querier) error {
		out = matter.Listing{}
		list, index, err := m.w.e.ListInForce(q, kind, at, Today(m.w.now))
		if err != nil {
			return err
		}
		item := leaf
		if list != 0 {
			out.Known, out.Version = true, list.Number()
			if i, ok := index.Leaf(leaf); ok {
				item = i.Code
				out.On, out.Assist = i.Asks(u.Level, u.Suffix)
			}
		}
		return m.delegated(q, u, &out, leaf, item)
	})
	return out, err
}

// delegated lets what was delegated to a unit be asked of it, and what was taken
// back from its place not.
func (m mandates) delegated(q store.Querier, u *org.Unit, out *matter.Listing, items ...string) error {
	d, err := m.delegation(q, m.w.city.Territory.Address(u.Territory), items...)
	if err != nil || d == nil {
		return err
	}
	switch {
	case d.Status == mandate.TakenBack && d.From <= Today(m.w.now):
		out.Known, out.On = true, false
	case d.Leads(Today(m.w.now)) && d.Taker == u.Code:
		out.On, out.Assist = true, false
	}
	return nil
}

// Admitted asks the admissions of the unit's town.
func (m mandates) Admitted(u *org.Unit, leaf string) (id ident.ID, err error) {
	at := m.w.city.Territory.Address(u.Territory)
	if u.Level != org.Town {
		return 0, nil // a village is asked by its town, never by an admission
	}
	err = m.w.read(func(q store.Querier) error {
		id = 0
		today := Today(m.w.now)
		for _, district := range []string{at.District, m.w.city.Root} {
			found, err := Find[mandate.Admission](q, Where{District: district, Status: []string{string(mandate.Granted)}, On: today})
			if err != nil {
				return err
			}
			for _, r := range found {
				if r.Fact.Admits(leaf, at.Town, today) {
					id = r.ID
					return nil
				}
			}
		}
		return nil
	})
	return id, err
}

// Leads asks the delegations, then the list in force.
func (m mandates) Leads(leaf *duty.Leaf, at territory.Address) (unit string, err error) {
	if at.District == "" {
		return "", nil
	}
	err = m.w.read(func(q store.Querier) error {
		unit = ""
		list, index, err := m.w.e.ListInForce(q, mandate.StreetTasks, at, Today(m.w.now))
		if err != nil {
			return err
		}
		items := []string{leaf.Code}
		var lead string
		if list != 0 {
			if i, ok := index.Leaf(leaf.Code); ok {
				items, lead = append(items, i.Code), i.Lead
			}
		}
		d, err := m.delegation(q, at, items...)
		if err != nil {
			return err
		}
		switch today := Today(m.w.now); {
		case d != nil && d.Leads(today):
			unit = d.Taker
		case d != nil && d.Status == mandate.TakenBack && d.From <= today:
			unit = d.Giver
		case lead != "":
			rule, err := duty.ParseUnitRule(lead)
			if err != nil {
				return err
			}
			unit, _ = m.w.city.Unit(rule, at)
		}
		return nil
	})
	return unit, err
}

// Lead returns the unit that a leaf leads to at a place at a time, as an order
// given then would: by what came down or was taken back, by the list in force,
// else by the pack; "" if to none.
func (e *Engine) Lead(ctx context.Context, leaf *duty.Leaf, at territory.Address, now time.Time) (string, error) {
	w := e.work(Command{At: now})
	w.read = func(ask func(store.Querier) error) error {
		return e.db.Read(ctx, func(v *store.View) error { return ask(v) })
	}
	unit, err := mandates{w}.Leads(leaf, at)
	if err != nil {
		return "", err
	}
	if _, known := w.city.Org.Unit(unit); known {
		return unit, nil
	}
	unit, _ = w.city.Lead(leaf, at)
	return unit, nil
}

// delegation returns the one delegation that counts of any of some items to a
// town; nil if there is none.
func (m mandates) delegation(q store.Querier, at territory.Address, items ...string) (*mandate.Delegation, error) {
	if at.Town == "" {
		return nil, nil
	}
	for i, item := range items {
		if i > 0 && item == items[0] {
			continue
		}
		found, err := Find[mandate.Delegation](q, Where{District: at.District, Key: mandate.DelegationKey(at.Town, item), Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return &found[0].Fact, nil
		}
	}
	return nil, nil
}

// ListInForce returns the version of a list that is in force at a place on a
// civil day, with its items: the place's own, else its district's, else the
// city's. The number is zero if there is none.
func (e *Engine) ListInForce(q store.Querier, kind mandate.Kind, at territory.Address, day int) (ident.ID, *mandate.Index, error) {
	var best ident.ID
	rank, from := 0, 0
	type row struct {
		id    int64
		place string
		from  int
	}
	rows, err := store.All(q, `SELECT id, place, from_day, keyed FROM record WHERE register = ? AND district IN (?, ?) AND status = ? AND from_day <= ?`,
		func(r store.Scanner) (x row, err error) {
			var key string
			if err = r.Scan(&x.id, &x.place, &x.from, &key); err == nil && !strings.HasPrefix(key, string(kind)+"/") {
				x.id = 0
			}
			return x, err
		}, string(mandate.ListRegister), at.District, e.City().Root, string(mandate.Published), day)
	if err != nil {
		return 0, nil, fmt.Errorf("find the list in force: %w", err)
	}
	for _, x := range rows {
		n := 0
		switch x.place {
		case "":
			n = 1
		case at.District:
			n = 2
		case at.Town:
			n = 3
		case at.Community:
			n = 4
		}
		if x.id != 0 && n > 0 && (n > rank || n == rank && (x.from > from || x.from == from && ident.ID(x.id) > best)) {
			best, rank, from = ident.ID(x.id), n, x.from
		}
	}
	if best == 0 {
		return 0, nil, nil
	}
	index, err := e.ListItems(q, best)
	return best, index, err
}

// ListItems returns the items of a version. They never change, so they are kept
// in memory.
func (e *Engine) ListItems(q store.Querier, list ident.ID) (*mandate.Index, error) {
	if x := e.lists.get(list); x != nil {
		return x, nil
	}
	parts, err := Find[mandate.Part](q, Where{About: list, Oldest: true})
	if err != nil {
		return nil, err
	}
	var items []mandate.Item
	for _, p := range parts {
		items = append(items, p.Fact.Items...)
	}
	x := mandate.NewIndex(items)
	if len(parts) > 0 {
		e.lists.keep(list, x)
	}
	return x, nil
}

// mostLists bounds the lists kept in memory.
const mostLists = 256

// lists keeps the items of versions that were asked for.
type lists struct {
	mu   sync.Mutex
	held map[ident.ID]*mandate.Index
}

func (l *lists) get(id ident.ID) *mandate.Index {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held[id]
}

func (l *lists) keep(id ident.ID, x *mandate.Index) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) >= mostLists {
		for other := range l.held { // any: a city has fewer lists in use than this
			delete(l.held, other)
			break
		}
	}
	if l.held == nil {
		l.held = map[ident.ID]*mandate.Index{}
	}
	l.held[id] = x
}
