// Package burden is the desk of what is demanded of towns and villages: forms,
// meetings and checks within their lists and caps, work groups, apps and plates
// that somebody must first permit, check-up campaigns that come once, and the
// monthly account of who asked for how much. It counts what units ask of units.
package burden

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
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

// Blank is one field of a form.
type Blank struct {
	Code string `json:"code" minLength:"1" maxLength:"64" doc:"The same thing has the same code, whoever asks"`
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// Demand is a form, a meeting or a check to ask of towns or villages.
type Demand struct {
	Kind    string   `json:"kind" enum:"FORM,MEETING,CHECK"`
	Name    string   `json:"name" minLength:"1" maxLength:"200"`
	Item    string   `json:"item" minLength:"1" maxLength:"32" doc:"Item of the receivers' list it stands on, or of an admission"`
	Basis   string   `json:"basis" minLength:"1" maxLength:"500"`
	Minutes int      `json:"minutes" minimum:"1" maximum:"10560" doc:"Work it makes for one receiver"`
	Places  []string `json:"places" minItems:"1" maxItems:"200" doc:"Codes of towns, or of villages and communities"`
	Fields  []Blank  `json:"fields,omitempty" maxItems:"100" doc:"Of a form: what is asked. What a receiver told before is not asked again"`
}

// Demand asks something of towns or villages: each gets an order that cites an
// item of its list, and the burden ledger an entry. Fields that a receiver has
// told before are served from what is held. Faults: order.off_list,
// burden.cap_reached, place.unknown and those of burden.Demand and
// burden.Entry.
func (d *Desk) Demand(ctx context.Context, cmd engine.Command, in Demand) (ident.ID, error) {
	for _, x := range [...][2]string{{"name", in.Name}, {"basis", in.Basis}} {
		if err := matter.Words(x[0], x[1], x[0] == "name"); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "demand", func(b *engine.Bundle) (ident.ID, error) {
		x := burden.Demand{
			Basis: in.Basis, Day: b.Today(), Issuer: b.Actor().Unit, Item: in.Item, Kind: burden.Kind(in.Kind), Minutes: in.Minutes, Name: in.Name,
			Place: b.Actor().At,
		}
		for _, f := range in.Fields {
			x.Fields = append(x.Fields, burden.Blank(f))
		}
		if err := x.Check(); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "ask", &x)
		if err != nil {
			return 0, err
		}
		asking := asking{d: d, b: b, id: id, x: &x}
		for _, code := range in.Places {
			if err := asking.of(code); err != nil {
				return 0, err
			}
		}
		return id, engine.Change(b, "share", id, func(kept *burden.Demand) error {
			kept.Shares = x.Shares
			return nil
		})
	})
}

// asking is one demand under way.
type asking struct {
	d    *Desk
	b    *engine.Bundle
	id   ident.ID
	x    *burden.Demand
	seen []string
}

// of asks one town or village.
func (a *asking) of(code string) error {
	city := a.b.City()
	p, ok := city.Territory.Place(code)
	if !ok || p.Kind.Rank() < 1 || p.Kind.Rank() > 2 {
		return fault.Field("places", "place.unknown", code)
	}
	place := city.Territory.Address(code)
	if err := access.Allow(a.b.Actor(), access.DemandWork, access.Subject{Place: place}); err != nil {
		return err
	}
	unit, err := a.receiver(place, code)
	if err != nil {
		return err
	}
	if slices.Contains(a.seen, unit) {
		return fault.Field("places", "order.unit_twice", unit)
	}
	a.seen = append(a.seen, unit)
	served, fresh, err := a.fields(unit)
	if err != nil {
		return err
	}
	share := burden.Share{Unit: unit}
	for _, f := range served {
		share.Served = append(share.Served, f.Code)
	}
	if len(fresh) > 0 || len(a.x.Fields) == 0 {
		if share.Matter, err = a.order(unit, place, fresh); err != nil {
			return err
		}
	}
	if len(served) > 0 {
		e := a.entry(unit, place, burden.Avoided)
		if e.Minutes = burden.Saved(len(served)); share.Matter == 0 {
			e.Minutes = max(e.Minutes, a.x.Minutes)
		}
		if _, err := engine.Enter(a.b, "avoid", &e); err != nil {
			return err
		}
	}
	a.x.Shares = append(a.x.Shares, share)
	return nil
}

func (a *asking) entry(unit string, place territory.Address, status burden.Standing) burden.Entry {
	return burden.Entry{
		About: a.id, Basis: a.x.Basis, Day: a.b.Today(), Issuer: a.x.Issuer, Kind: a.x.Kind, Minutes: a.x.Minutes, Name: a.x.Name, Place: place,
		Status: status, Unit: unit,
	}
}

// order gives the order and enters the demand, if the month's cap allows it.
func (a *asking) order(unit string, place territory.Address, fresh []burden.Blank) (ident.ID, error) {
	e := a.entry(unit, place, burden.Asked)
	if err := e.Check(); err != nil {
		return 0, err
	}
	s, err := a.b.Assign(matter.Assigned{
		Kind: matter.Demanded, Title: a.x.Name, Text: blanks(fresh), Place: place, About: a.id,
		Orders: []matter.Assignment{{Debtor: unit, Leaf: a.x.Item, Basis: a.x.Basis, Content: blanks(fresh)}},
	}, nil)
	if err != nil {
		return 0, err
	}
	if err := a.capped(unit, place); err != nil {
		return 0, err
	}
	for _, f := range fresh {
		_, err := engine.Enter(a.b, "ask", &burden.Field{Asker: a.x.Issuer, Code: f.Code, Matter: s.M.ID, Name: f.Name, Place: place, Unit: unit})
		if err != nil {
			return 0, err
		}
	}
	_, err = engine.Enter(a.b, "ask", &e)
	return s.M.ID, err
}

// blanks writes what a form asks as lines.
func blanks(fields []burden.Blank) string {
	out := ""
	for _, f := range fields {
		out += f.Name + "\n"
	}
	return out
}

// capped refuses what one issuer would ask too often of one receiver in a month.
func (a *asking) capped(unit string, place territory.Address) error {
	name, ok := burden.Cap(a.x.Kind)
	if !ok {
		return nil
	}
	most := a.b.City().LimitsAt(place.Leaf()).Number(name)
	month := a.b.Today() / 100 * 100
	rows, err := engine.Find[burden.Entry](a.b.Query(), engine.Where{
		Unit: unit, Other: a.x.Issuer, Status: []string{string(burden.Asked)}, From: month + 1, To: month + 31,
	})
	if err != nil {
		return err
	}
	n := 0
	for _, r := range rows {
		if r.Fact.Kind == a.x.Kind {
			n++
		}
	}
	if n >= most {
		return fault.New(fault.Conflict, "burden.cap_reached", a.name(unit), n, most).In("places")
	}
	return nil
}

func (a *asking) name(unit string) string {
	if u, ok := a.b.City().Org.Unit(unit); ok {
		return u.Name
	}
	return unit
}

// fields divides the fields of a form into those a unit was asked before, by
// whomever, and those it was not.
func (a *asking) fields(unit string) (served, fresh []burden.Blank, err error) {
	for _, f := range a.x.Fields {
		held, err := a.d.field(a.b.Query(), unit, f.Code)
		if err != nil {
			return nil, nil, err
		}
		if held != nil {
			served = append(served, f)
		} else {
			fresh = append(fresh, f)
		}
	}
	return served, fresh, nil
}

func (d *Desk) field(q store.Querier, unit, code string) (*register.Record[burden.Field], error) {
	rows, err := engine.Find[burden.Field](q, engine.Where{Unit: unit, Key: burden.FieldKey(unit, code), Limit: 1})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// receiver is the unit of a place that the item of its list names, else its
// command centre or committee.
func (a *asking) receiver(place territory.Address, code string) (string, error) {
	city := a.b.City()
	kind, level := mandate.StreetTasks, org.Town
	if place.Community == code {
		kind, level = mandate.VillageCatalogue, org.Community
	}
	_, index, err := a.d.e.ListInForce(a.b.Query(), kind, place, a.b.Today())
	if err != nil {
		return "", err
	}
	for _, r := range rulesOf(city, index, a.x.Item) {
		if r.Level != level {
			continue
		}
		if unit, ok := city.Unit(r, place); ok {
			return unit, nil
		}
	}
	if unit, ok := city.Org.Centre(code); ok {
		return unit, nil
	}
	if unit, ok := city.Org.At(code, "JW"); ok {
		return unit, nil
	}
	return "", fault.Field("places", "place.unknown", code)
}

// rulesOf are the units that an item names, by the list in force or else the
// city's own.
func rulesOf(city *pack.City, index *mandate.Index, code string) []duty.UnitRule {
	var out []duty.UnitRule
	if index != nil {
		item, ok := index.Leaf(code)
		if !ok {
			return nil
		}
		for _, s := range append([]string{item.Lead}, item.Co...) {
			if r, err := duty.ParseUnitRule(s); err == nil { // it was checked when the list came in
				out = append(out, r)
			}
		}
		return out
	}
	if leaf, ok := city.Duty.Leaf(code); ok {
		out = append([]duty.UnitRule{leaf.Lead}, leaf.Co...)
	}
	return out
}

// Value is what a receiver tells of one field.
type Value struct {
	Code  string `json:"code" minLength:"1" maxLength:"64"`
	Value string `json:"value" minLength:"1" maxLength:"2000"`
}

// Fill is what a unit tells, once for everybody who asks.
type Fill struct {
	Values []Value `json:"values" minItems:"1" maxItems:"100"`
}

// Fill keeps what the actor's unit tells. Faults: form.field_unknown,
// text.missing.
func (d *Desk) Fill(ctx context.Context, cmd engine.Command, in Fill) (ident.ID, error) {
	for _, v := range in.Values {
		if err := matter.Words("values", v.Value, true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "fill", func(b *engine.Bundle) (id ident.ID, err error) {
		unit := b.Actor().Unit
		if err := access.Allow(b.Actor(), access.FillFields, access.Subject{Debtor: unit}); err != nil {
			return 0, err
		}
		for _, v := range in.Values {
			held, err := d.field(b.Query(), unit, v.Code)
			if err != nil {
				return 0, err
			}
			if held == nil {
				return 0, fault.Field("values", "form.field_unknown", v.Code)
			}
			id = held.ID
			if err := engine.Change(b, "fill", id, func(f *burden.Field) error {
				f.Value, f.Day = v.Value, b.Today()
				return nil
			}); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// Note is a demand that came past the system, written down by its receiver.
type Note struct {
	Kind    string `json:"kind" enum:"ORDER,FORM,MEETING,CHECK,GROUP,APP,SIGN"`
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Issuer  string `json:"issuer" maxLength:"64" doc:"Unit that asked"`
	Basis   string `json:"basis,omitempty" maxLength:"500" doc:"If it named one"`
	Minutes int    `json:"minutes" minimum:"1" maximum:"10560"`
}

// Note enters a demand on the actor's own unit. Faults: unit.unknown,
// burden.issuer_not_above and those of burden.Entry.Check.
func (d *Desk) Note(ctx context.Context, cmd engine.Command, in Note) (ident.ID, error) {
	if err := matter.Words("name", in.Name, true); err != nil {
		return 0, err
	}
	issuer, ok := d.e.City().Org.Unit(in.Issuer)
	if !ok {
		return 0, fault.Field("issuer", "unit.unknown", in.Issuer)
	}
	return d.e.Together(ctx, cmd, "note_burden", func(b *engine.Bundle) (ident.ID, error) {
		a := b.Actor()
		if err := access.Allow(a, access.NoteBurden, access.Subject{Debtor: a.Unit}); err != nil {
			return 0, err
		}
		own, ok := b.City().Org.Unit(a.Unit)
		if !ok || own.Level.Rank() > org.Town.Rank() || issuer.Level.Rank() <= own.Level.Rank() {
			return 0, fault.Field("issuer", "burden.issuer_not_above", issuer.Name)
		}
		e := burden.Entry{
			Basis: in.Basis, Day: b.Today(), Issuer: issuer.Code, Kind: burden.Kind(in.Kind), Minutes: in.Minutes, Name: in.Name,
			Place: b.City().Territory.Address(own.Territory), Status: burden.Noted, Unit: a.Unit,
		}
		if err := e.Check(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "note", &e)
	})
}
