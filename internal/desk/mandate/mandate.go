// Package mandate is the desk of duty lists, delegated powers and admissions:
// what a town or village may be asked for, by whose decision and since when. The
// guard itself stands in domain/matter, where orders are made; this desk keeps
// the registers that the guard reads.
package mandate

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// MostRows is the most rows of one page.
const MostRows = 200

// signed is the actor's name under a step. like is the hand under an earlier
// step of the same record, "" under the first.
func signed(b *engine.Bundle, text, like string) mandate.Signed {
	a := b.Actor()
	return mandate.Signed{Day: b.Today(), Hand: b.Hand(like), Post: a.ID, Text: text, Unit: a.Unit}
}

// at finds a place by its code; "" and the root are the whole city.
func at(city *pack.City, code string) (territory.Address, error) {
	if code == "" || code == city.Root {
		return territory.Address{}, nil
	}
	p, ok := city.Territory.Place(code)
	if !ok || p.Kind.Rank() < 1 {
		return territory.Address{}, fault.Field("place", "place.unknown", code)
	}
	return city.Territory.Address(code), nil
}

// County asks that a decision is taken by a body that stands over departments
// and towns alike: the organisation desk, or the head of a government or party
// committee. The head of a department is the one who asks.
func County(city *pack.City, a access.Actor) error {
	if a.Role == org.Organiser {
		return nil
	}
	if u, ok := city.Org.Unit(a.Unit); ok && (u.Kind == org.Government || u.Kind == org.PartyCommittee) {
		return nil
	}
	return fault.New(fault.Denied, "mandate.not_county_body", a.Unit)
}

// voices are the units that speak for the places below one: the party committees
// of its towns, or of its districts, or of the town itself.
func voices(city *pack.City, place territory.Address) []string {
	return voicesOf(city, below(city, place))
}

// voicesOf are the units that speak for some places.
func voicesOf(city *pack.City, places []string) []string {
	var out []string
	for _, code := range places {
		for _, suffix := range [...]string{"DGW", "DW", "ZH"} {
			if unit, ok := city.Org.At(code, suffix); ok {
				out = append(out, unit)
				break
			}
		}
	}
	return out
}

// below are the places right below a district or the city; of a town, itself.
func below(city *pack.City, place territory.Address) []string {
	if place.Town != "" {
		return []string{place.Town}
	}
	code := place.District
	if code == "" {
		code = city.Root
	}
	var out []string
	for _, p := range city.Territory.Children(code) {
		out = append(out, p.Code)
	}
	return out
}

// ask asks units for their opinion on a record; silence is no objection.
func ask(b *engine.Bundle, about ident.ID, title, text string, place territory.Address, units []string) (ident.ID, error) {
	if len(units) == 0 {
		return 0, fault.Field("place", "mandate.nobody_to_ask")
	}
	leaf := place.Leaf()
	if leaf == "" {
		leaf = b.City().Root
	}
	limit := b.City().LimitsAt(leaf).For(pack.Consultation, duty.Normal)
	asked := matter.Assigned{Kind: matter.Consultation, Title: title, Text: text, Place: place, About: about, Lapses: true}
	for _, u := range units {
		asked.Orders = append(asked.Orders, matter.Assignment{Debtor: u, Limit: limit})
	}
	s, err := b.Assign(asked, nil)
	if err != nil {
		return 0, err
	}
	return s.M.ID, nil
}

// opinions reads what came of a consultation from its orders.
func opinions(orders []*order.Order) (out mandate.Opinions) {
	for _, o := range orders {
		if o.Kind != order.Opinion {
			continue
		}
		switch answer := o.Answer(); {
		case o.Status.Open():
			out.Open = append(out.Open, o.Debtor)
		case answer != nil && answer.Result == matter.Disagreed:
			out.Against = append(out.Against, o.Debtor)
		}
	}
	return out
}

// heard reads the opinions of a matter in the command's transaction.
func heard(b *engine.Bundle, id ident.ID) (mandate.Opinions, error) {
	if id == 0 {
		return mandate.Opinions{}, nil
	}
	s, err := b.Open(id)
	if err != nil {
		return mandate.Opinions{}, err
	}
	return opinions(s.Orders), nil
}

// Opinion is what one unit said of what it was asked.
type Opinion struct {
	Unit   string `json:"unit"`
	Result string `json:"result,omitempty" doc:"AGREE, DISAGREE, CONDITIONS, LAPSED; empty: not yet"`
	Text   string `json:"text,omitempty"`
	Order  string `json:"order"`
}

// said reads the opinions of a matter for a page; none if there is no matter.
func (d *Desk) said(ctx context.Context, id ident.ID) ([]Opinion, error) {
	if id == 0 {
		return nil, nil
	}
	s, err := d.e.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []Opinion
	for _, o := range s.Orders {
		if o.Kind != order.Opinion {
			continue
		}
		x := Opinion{Unit: o.Debtor, Order: o.ID.Number()}
		if a := o.Answer(); a != nil && !o.Status.Open() {
			x.Result, x.Text = a.Result, a.Text
		}
		out = append(out, x)
	}
	return out, nil
}

// allow asks the permission for a place.
func allow(b *engine.Bundle, action access.Action, place territory.Address) error {
	return access.Allow(b.Actor(), action, access.Subject{Place: place, Units: []string{b.Actor().Unit}})
}

// reading asks whether an actor may read the registers of this desk at all.
func reading(actor access.Actor) error {
	return access.Allow(actor, access.ReadMandates, access.Subject{})
}

// number reads a number in a field of a form.
func number(field, s string) (ident.ID, error) {
	id, err := ident.ParseNumber(s)
	if err != nil {
		return 0, fault.Field(field, "record.not_found")
	}
	return id, nil
}

// in reports whether a district's records may hold for a place: its own, or the
// city's.
func in(root string, place territory.Address) []string {
	if place.District == "" || place.District == root {
		return []string{root}
	}
	return []string{place.District, root}
}

func (d *Desk) read(ctx context.Context, fn func(v *store.View) error) error {
	return d.e.DB().Read(ctx, fn)
}

// page bounds the rows asked for. Fault: page.size.
func page(limit int) (int, error) {
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > MostRows {
		return 0, fault.Field("limit", "page.size", limit, MostRows)
	}
	return limit, nil
}

// known reports whether a city has a unit of a rule at a place or below it.
func known(city *pack.City, place territory.Address) func(duty.UnitRule) bool {
	units := city.Org.Units()
	seen := map[duty.UnitRule]bool{}
	return func(rule duty.UnitRule) bool {
		is, asked := seen[rule]
		if !asked {
			is = slices.ContainsFunc(units, func(code string) bool {
				u, _ := city.Org.Unit(code)
				return u.Level == rule.Level && u.Suffix == rule.Suffix && related(city.Territory.Address(u.Territory), place)
			})
			seen[rule] = is
		}
		return is
	}
}

// related reports whether one of two places lies in the other.
func related(a, b territory.Address) bool {
	same := func(x, y string) bool { return x == "" || y == "" || x == y }
	return same(a.District, b.District) && same(a.Town, b.Town) && same(a.Community, b.Community)
}
