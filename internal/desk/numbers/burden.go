package numbers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/store"
)

// Load is what is open in a place directly below another.
type Load struct {
	Code  string
	Open  int64 // matters that somebody holds
	There int64 // open orders about matters there
	Late  int64 // of these, overdue
	Owed  int64 // open orders that the units of the place owe
	Past  int64 // of these, overdue
}

// Team is what a unit owes in a place: a unit, never a person.
type Team struct {
	Unit string
	Owed int64
	Late int64
}

// Sort is what is owed and late in a category.
type Sort struct {
	Category string
	Owed     int64
	Late     int64
}

// Burden is what is open in a place at one instant, looked at from several
// sides.
type Burden struct {
	Open  int64
	Owed  int64
	Late  int64
	Loads []Load           // of the places directly below, by code
	Parts map[string]int64 // open matters of every town, for a city; of the places below, for others
	Teams []Team           // the most late first, then the most owed
	Sorts []Sort           // likewise
	Cards map[string]int64 // that open orders carry, by colour
}

// Burden returns what is open in a place and what of it is late. Faults:
// place.unknown, access.denied.
func (d *Desk) Burden(ctx context.Context, actor access.Actor, code string, now time.Time) (*Burden, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	var c *carrier
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		c = d.carrier(code)
		if err := c.held(v, districts, town); err != nil {
			return err
		}
		return c.owed(v, districts, town, now)
	})
	if err != nil {
		return nil, err
	}
	return c.burden(), nil
}

// carrier adds up a Burden.
type carrier struct {
	tree  *territory.Tree
	units *org.Graph
	place string
	rank  int // of the places directly below
	out   Burden
	loads map[string]*Load
	teams map[string]*Team
	sorts map[string]*Sort
}

func (d *Desk) carrier(code string) *carrier {
	c := &carrier{
		tree: d.e.City().Territory, units: d.e.City().Org, place: code, out: Burden{Cards: map[string]int64{}, Parts: map[string]int64{}},
		loads: map[string]*Load{}, teams: map[string]*Team{}, sorts: map[string]*Sort{},
	}
	for _, p := range c.tree.Children(code) {
		c.loads[p.Code], c.rank = &Load{Code: p.Code}, p.Kind.Rank()
	}
	return c
}

// child is which of the places directly below an address lies in.
func (c *carrier) child(a territory.Address) *Load {
	switch c.rank {
	case territory.District.Rank():
		return c.loads[a.District]
	case territory.Town.Rank():
		return c.loads[a.Town]
	}
	return c.loads[a.Community]
}

// held adds the open matters: of districts and towns by the counters, of the
// parts of a town by its rows.
func (c *carrier) held(v *store.View, districts []string, town string) error {
	if town != "" {
		_, err := store.All(v, `SELECT community, COUNT(*) FROM matter WHERE district = ? AND town = ? AND holder <> '' GROUP BY community`,
			func(r store.Scanner) (struct{}, error) {
				var a territory.Address
				var n int64
				err := r.Scan(&a.Community, &n)
				c.open(a, n)
				return struct{}{}, err
			}, districts[0], town)
		return err
	}
	for _, district := range districts {
		counts, err := store.CounterSubjects(v, district, engine.Standing, 0, 0)
		if err != nil {
			return err
		}
		for _, n := range counts {
			if of, status, _ := strings.Cut(n.Subject, "/"); matter.Status(status).Open() {
				c.open(territory.Address{District: district, Town: of}, n.N)
			}
		}
	}
	return nil
}

func (c *carrier) open(a territory.Address, n int64) {
	c.out.Open += n
	if l := c.child(a); l != nil {
		l.Open += n
	}
	if leaf := a.Leaf(); leaf != "" {
		c.out.Parts[leaf] += n
	}
}

const selectOwed = `SELECT m.district, m.town, m.community, m.category, o.debtor, o.colour,
	COUNT(*), CAST(SUM(CASE WHEN o.due_at > 0 AND o.due_at < ? THEN 1 ELSE 0 END) AS BIGINT) FROM orders o
	JOIN matter m ON m.district = o.district AND m.id = o.matter WHERE o.open = 1`

// owed adds the open orders.
func (c *carrier) owed(v *store.View, districts []string, town string, now time.Time) error {
	where, args := "", []any{now.UnixMicro()}
	if len(districts) == 1 {
		where, args = ` AND o.district = ?`, append(args, districts[0])
	}
	if town != "" {
		where, args = where+` AND m.town = ?`, append(args, town)
	}
	_, err := store.All(v, selectOwed+where+` GROUP BY m.district, m.town, m.community, m.category, o.debtor, o.colour`, c.order, args...)
	return err
}

func (c *carrier) order(r store.Scanner) (struct{}, error) {
	var at territory.Address
	var category, debtor, colour string
	var n, late int64
	err := r.Scan(&at.District, &at.Town, &at.Community, &category, &debtor, &colour, &n, &late)
	c.out.Owed, c.out.Late = c.out.Owed+n, c.out.Late+late
	if l := c.child(at); l != nil {
		l.There, l.Late = l.There+n, l.Late+late
	}
	if u, ok := c.units.Unit(debtor); ok {
		if l := c.child(c.tree.Address(u.Territory)); l != nil {
			l.Owed, l.Past = l.Owed+n, l.Past+late
		}
	}
	if c.teams[debtor] == nil {
		c.teams[debtor] = &Team{Unit: debtor}
	}
	if c.sorts[category] == nil {
		c.sorts[category] = &Sort{Category: category}
	}
	t, s := c.teams[debtor], c.sorts[category]
	t.Owed, t.Late = t.Owed+n, t.Late+late
	s.Owed, s.Late = s.Owed+n, s.Late+late
	if colour != "" {
		c.out.Cards[colour] += n
	}
	return struct{}{}, err
}

func (c *carrier) burden() *Burden {
	for _, l := range c.loads {
		c.out.Loads = append(c.out.Loads, *l)
	}
	slices.SortFunc(c.out.Loads, func(a, b Load) int { return cmp.Compare(a.Code, b.Code) })
	for _, t := range c.teams {
		c.out.Teams = append(c.out.Teams, *t)
	}
	slices.SortFunc(c.out.Teams, func(a, b Team) int {
		return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(b.Owed, a.Owed), cmp.Compare(a.Unit, b.Unit))
	})
	for _, s := range c.sorts {
		c.out.Sorts = append(c.out.Sorts, *s)
	}
	slices.SortFunc(c.out.Sorts, func(a, b Sort) int {
		return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(b.Owed, a.Owed), cmp.Compare(a.Category, b.Category))
	})
	return &c.out
}
