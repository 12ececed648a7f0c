package ground

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// NewDevice is a sensor or camera to register.
type NewDevice struct {
	Code      string `json:"code" maxLength:"64"`
	Kind      string `json:"kind" maxLength:"32" doc:"ENVIRONMENT, FLOOD, SCENE, FIRE, NOISE; nothing that knows persons"`
	Place     string `json:"place" maxLength:"64"`
	Where     string `json:"where,omitempty" maxLength:"500"`
	Purpose   string `json:"purpose,omitempty" maxLength:"500"`
	Basis     string `json:"basis,omitempty" maxLength:"500"`
	Keeps     int    `json:"keeps,omitempty" minimum:"0" maximum:"30" doc:"Days that records are kept, at most 30"`
	Published bool   `json:"published,omitempty" doc:"Its place is on the public notice"`
	Threshold int64  `json:"threshold,omitempty" minimum:"0" doc:"Of a reading: below it nothing is kept"`
}

// AddDevice registers a device; it does not run yet (YT-22). One that would look
// for persons is refused, whatever it is called. Faults: place.unknown,
// text.missing, record.key_taken, device.watches_persons and those of
// grid.Device.
func (d *Desk) AddDevice(ctx context.Context, cmd engine.Command, in NewDevice) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "add_device", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.PlanGround, in.Place)
		if err != nil {
			return 0, err
		}
		if err := matter.Words("code", in.Code, true); err != nil {
			return 0, err
		}
		x := &grid.Device{
			Basis: in.Basis, Code: in.Code, Kind: in.Kind, Keeps: in.Keeps, Owner: b.Actor().Unit, Place: place, Published: in.Published,
			Purpose: in.Purpose, Threshold: in.Threshold, Where: in.Where,
		}
		if err := x.Check(); err != nil {
			return 0, err
		}
		if err := forbidden(b.City(), in.Code, in.Purpose, in.Where); err != nil {
			return 0, err
		}
		return engine.Enter(b, "add", x)
	})
}

// forbidden refuses a device that is said to look for persons. Fault:
// device.forbidden.
func forbidden(city *pack.City, texts ...string) error {
	if ban, word, hit := city.Forbids(texts...); hit {
		return fault.New(fault.Invalid, "device.forbidden", word, ban.Name, ban.Instead).In("purpose")
	}
	return nil
}

// Activate lets a device run. Fault: device.not_published and those of the
// register.
func (d *Desk) Activate(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.device(ctx, cmd, "activate", id, (*grid.Device).Activate)
}

// Deactivate stops a device.
func (d *Desk) Deactivate(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.device(ctx, cmd, "deactivate", id, func(x *grid.Device) error {
		x.Active = false
		return nil
	})
}

func (d *Desk) device(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(*grid.Device) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_device", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(x *grid.Device) error {
			if err := access.Allow(b.Actor(), access.PlanGround, access.Subject{Place: x.Place}); err != nil {
				return err
			}
			return fn(x)
		})
	})
}

// NewAgreement is what a mediator wrote down.
type NewAgreement struct {
	Matter   string `json:"matter" maxLength:"32"`
	Mediator string `json:"mediator" maxLength:"64" doc:"Unit or group that mediated"`
	Terms    string `json:"terms" maxLength:"20000"`
}

// Agree keeps the terms that two sides shall confirm (LN-21), for a communal
// matter that is being mediated. Faults: matter.not_found,
// agreement.not_mediated, text.missing, record.key_taken.
func (d *Desk) Agree(ctx context.Context, cmd engine.Command, in NewAgreement) (ident.ID, error) {
	no, err := ident.ParseNumber(in.Matter)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "agree", func(b *engine.Bundle) (ident.ID, error) {
		s, err := b.Open(no)
		if err != nil {
			return 0, err
		}
		if access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)) != nil {
			return 0, fault.New(fault.NotFound, "matter.not_found")
		}
		mediates := false
		for _, o := range s.Orders {
			if o.Kind == "MEDIATION" && o.Status.Open() && o.Debtor == b.Actor().Unit {
				mediates = true
			}
		}
		if !mediates {
			return 0, fault.New(fault.Denied, "agreement.not_mediated")
		}
		for field, text := range map[string]string{"mediator": in.Mediator, "terms": in.Terms} {
			if err := matter.Words(field, text, true); err != nil {
				return 0, err
			}
		}
		return engine.Enter(b, "agree", &grid.Agreement{Day: b.Today(), Matter: no, Mediator: in.Mediator, Place: s.M.Place, Terms: in.Terms})
	})
}

// Word is what a side says of the terms.
type Word struct {
	Side    string `json:"side" enum:"A,B"`
	Agrees  bool   `json:"agrees"`
	Channel string `json:"channel,omitempty" maxLength:"32" doc:"LEGAL_SERVICE or STREET: what is offered to a side that refuses"`
}

// Say keeps the word of a side. Faults: those of grid.Agreement.
func (d *Desk) Say(ctx context.Context, cmd engine.Command, id ident.ID, in Word) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "say", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "say", id, func(a *grid.Agreement) error {
			s, err := b.Open(a.Matter)
			if err != nil {
				return err
			}
			if access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)) != nil {
				return fault.New(fault.NotFound, "record.not_found")
			}
			return a.Say(in.Side, in.Agrees, in.Channel)
		})
	})
}
