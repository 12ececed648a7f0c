package mandate

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
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Request asks that towns may be asked for something that is on no list.
type Request struct {
	Item    string   `json:"item" minLength:"1" maxLength:"32" doc:"What orders by it will cite"`
	Name    string   `json:"name" minLength:"1" maxLength:"200"`
	Towns   []string `json:"towns" minItems:"1" maxItems:"200" doc:"Codes of the towns, all of one district"`
	Reason  string   `json:"reason" minLength:"1" maxLength:"2000"`
	Basis   string   `json:"basis,omitempty" maxLength:"500" doc:"Law or decision; without one it is refused"`
	Money   int64    `json:"money,omitempty" minimum:"0" maximum:"1000000000000" doc:"Fen that come with it"`
	People  int      `json:"people,omitempty" minimum:"0" maximum:"10000" doc:"Posts that come with it"`
	Minutes int      `json:"minutes" minimum:"1" maximum:"43200" doc:"Work it makes for one town"`
	Until   int      `json:"until" minimum:"20000101" maximum:"21001231" doc:"Last civil day it is needed, at most a year on"`
}

// Request enters an admission and asks the towns for their opinion. Faults:
// those of mandate.Admission.Check, place.unknown, admission.towns_of_two_places,
// admission.taken_back, admission.listed_already.
func (d *Desk) Request(ctx context.Context, cmd engine.Command, in Request) (ident.ID, error) {
	city := d.e.City()
	for _, x := range [...][2]string{{"name", in.Name}, {"reason", in.Reason}, {"basis", in.Basis}} {
		if err := matter.Words(x[0], x[1], false); err != nil {
			return 0, err
		}
	}
	place, err := together(city, in.Towns)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "request_admission", func(b *engine.Bundle) (ident.ID, error) {
		a := mandate.Admission{
			Basis: in.Basis, Item: in.Item, Minutes: in.Minutes, Money: in.Money, Name: in.Name, People: in.People, Place: place,
			Reason: in.Reason, Requested: signed(b, "", ""), Status: mandate.Requested, Towns: in.Towns, Until: in.Until,
		}
		if err := allow(b, access.RequestAdmission, place); err != nil {
			return 0, err
		}
		if err := a.Check(b.Today()); err != nil {
			return 0, err
		}
		if err := d.admissible(b, in); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "request", &a)
		if err != nil {
			return 0, err
		}
		asked, err := ask(b, id, in.Name, in.Reason, place, voicesOf(city, in.Towns))
		if err != nil {
			return 0, err
		}
		for _, unit := range d.posts(place, access.DecideAdmission) {
			if u, ok := city.Org.Unit(unit); !ok || u.Kind == org.Department {
				continue
			}
			if err := b.Tell(id, unit, "notice.admission_requested", in.Name, len(in.Towns)); err != nil {
				return 0, err
			}
		}
		return id, engine.Change(b, "ask", id, func(a *mandate.Admission) error {
			a.Consultation = asked
			return nil
		})
	})
}

// together is the district that all of some towns lie in.
func together(city *pack.City, towns []string) (territory.Address, error) {
	var place territory.Address
	for _, code := range towns {
		a := city.Territory.Address(code)
		if a.Town != code || code == "" {
			return place, fault.Field("towns", "place.unknown", code)
		}
		if place.District != "" && place.District != a.District {
			return place, fault.Field("towns", "admission.towns_of_two_places")
		}
		place = territory.Address{District: a.District}
	}
	return place, nil
}

// admissible refuses what no admission can give: what was taken back from the
// towns, and what they owe already.
func (d *Desk) admissible(b *engine.Bundle, in Request) error {
	for _, town := range in.Towns {
		at := b.City().Territory.Address(town)
		_, index, err := d.e.ListInForce(b.Query(), mandate.StreetTasks, at, b.Today())
		if err != nil {
			return err
		}
		kind, listed := duty.Kind(""), false
		if index != nil {
			if i, ok := index.Leaf(in.Item); ok {
				kind, listed = i.Kind, true
			}
		} else if leaf, ok := b.City().Duty.Leaf(in.Item); ok {
			kind = leaf.Kind
			listed = leaf.Lead.Level == org.Town || slices.ContainsFunc(leaf.Co, func(r duty.UnitRule) bool { return r.Level == org.Town })
		}
		p, _ := b.City().Territory.Place(town)
		switch {
		case kind == duty.TakenBack:
			return fault.Field("item", "admission.taken_back", p.Name)
		case listed:
			return fault.Field("item", "admission.listed_already", p.Name)
		}
	}
	return nil
}

// Decision is what the county body decides on a request.
type Decision struct {
	Grant bool   `json:"grant"`
	Text  string `json:"text,omitempty" maxLength:"2000" doc:"Needed for a refusal, and against a town's word"`
	Until int    `json:"until,omitempty" minimum:"0" maximum:"21001231" doc:"Earlier end than asked for"`
}

// Decide grants or refuses an admission. A refusal stands in the burden ledger:
// what the towns were to be asked, and were spared. Faults: those of
// mandate.Admission.Decide, mandate.not_county_body.
func (d *Desk) Decide(ctx context.Context, cmd engine.Command, id ident.ID, in Decision) (ident.ID, error) {
	if err := matter.Words("text", in.Text, false); err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "decide_admission", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "decide", id, func(a *mandate.Admission) error {
			if err := allow(b, access.DecideAdmission, a.Place); err != nil {
				return err
			}
			if err := County(b.City(), b.Actor()); err != nil {
				return err
			}
			said, err := heard(b, a.Consultation)
			if err != nil {
				return err
			}
			if err := a.Decide(signed(b, in.Text, a.Requested.Hand), in.Grant, in.Until, said); err != nil {
				return err
			}
			if err := b.Tell(id, a.Requested.Unit, "notice.admission_decided", a.Name, string(a.Status)); err != nil {
				return err
			}
			return d.spared(b, id, a)
		})
	})
}

// spared writes down for each town what a refusal kept from it, or tells it what
// it may now be asked.
func (d *Desk) spared(b *engine.Bundle, id ident.ID, a *mandate.Admission) error {
	for _, town := range a.Towns {
		unit, ok := b.City().Org.Centre(town)
		if !ok {
			continue
		}
		if a.Status == mandate.Granted {
			if err := b.Tell(id, unit, "notice.admission_granted", a.Name, a.To); err != nil {
				return err
			}
			continue
		}
		_, err := engine.Enter(b, "refuse", &burden.Entry{
			About: id, Basis: a.Basis, Day: b.Today(), Issuer: a.Requested.Unit, Kind: burden.Order, Minutes: a.Minutes, Name: a.Name,
			Place: b.City().Territory.Address(town), Status: burden.Refused, Unit: unit,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
