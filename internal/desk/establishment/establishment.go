// Package establishment is the organisation desk's book of establishment (编制):
// posts move from unit to unit by a decision that another person approves, and
// are counted as filled. What may be is decided by domain/establishment; a
// decision on the same stock by two desks at once is taken one after the other.
package establishment

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/establishment"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// MostRows bounds a list.
const MostRows = 200

// Move is posts that are to go from a unit to another.
type Move struct {
	From  string `json:"from" maxLength:"64" doc:"Code of the unit that gives them"`
	To    string `json:"to" maxLength:"64" doc:"Code of the unit that gets them"`
	Kind  string `json:"kind" enum:"ADMIN,PUBLIC,ENFORCEMENT,DYNAMIC"`
	N     int    `json:"n" minimum:"1" maximum:"100000" doc:"How many posts"`
	Basis string `json:"basis" minLength:"1" maxLength:"500" doc:"Decision they move by"`
	Day   int    `json:"day" minimum:"20000101" maximum:"21001231" doc:"Civil day from which they are the other unit's"`
}

// Move enters a movement, to be approved by another person. Faults:
// unit.unknown, day.unknown and those of establishment.Entry.Check.
func (d *Desk) Move(ctx context.Context, cmd engine.Command, in Move) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "move_posts", func(b *engine.Bundle) (ident.ID, error) {
		giver, err := unit(b.City(), "from", in.From)
		if err != nil {
			return 0, err
		}
		taker, err := unit(b.City(), "to", in.To)
		if err != nil {
			return 0, err
		}
		e := establishment.Entry{
			Act: establishment.Move, Basis: in.Basis, Day: in.Day, Kind: establishment.Kind(in.Kind), N: in.N, Place: at(b.City(), giver),
			Signed: signed(b, "", ""), Status: establishment.Proposed, To: taker.Code, Unit: giver.Code,
		}
		for _, place := range [...]territory.Address{e.Place, at(b.City(), taker)} {
			if err := access.Allow(cmd.Actor, access.MoveEstablishment, access.Subject{Place: place}); err != nil {
				return 0, err
			}
		}
		if err := check(b, &e); err != nil {
			return 0, err
		}
		return engine.Enter(b, "propose", &e)
	})
}

// Decide is the word of a second person on a movement.
type Decide struct {
	Approve bool   `json:"approve"`
	Text    string `json:"text,omitempty" maxLength:"2000" doc:"Why not, if it is refused"`
}

// Decide approves or refuses a movement. Faults: record.not_found and those of
// establishment.Entry.Approve and Refuse.
func (d *Desk) Decide(ctx context.Context, cmd engine.Command, id ident.ID, in Decide) (ident.ID, error) {
	if err := matter.Words("text", in.Text, false); err != nil {
		return 0, err
	}
	return d.numbered(ctx, cmd, "decide_posts", func(b *engine.Bundle) (ident.ID, error) {
		act := "refuse"
		if in.Approve {
			act = "approve"
		}
		var e establishment.Entry
		if err := engine.Change(b, act, id, func(x *establishment.Entry) error {
			if err := decide(b, x, in); err != nil {
				return err
			}
			e = *x
			return nil
		}); err != nil {
			return 0, err
		}
		if !in.Approve {
			return id, b.Tell(id, e.Signed.Unit, "notice.posts_refused", e.N, in.Text)
		}
		for _, to := range [...]string{e.Unit, e.To} {
			if err := b.Tell(id, to, "notice.posts_moved", name(b.City(), e.Unit), name(b.City(), e.To), e.N, e.Day); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

func decide(b *engine.Bundle, e *establishment.Entry, in Decide) error {
	taker, err := unit(b.City(), "to", e.To)
	if err != nil {
		return err
	}
	for _, place := range [...]territory.Address{e.Place, at(b.City(), taker)} {
		if err := access.Allow(b.Actor(), access.DecideEstablishment, access.Subject{Place: place}); err != nil {
			return err
		}
	}
	if !in.Approve {
		return e.Refuse(signed(b, in.Text, e.Signed.Hand))
	}
	book, err := Book(b.Query(), b.City(), e.Unit)
	if err != nil {
		return err
	}
	return e.Approve(book, signed(b, in.Text, e.Signed.Hand))
}

// Count is how many posts of a unit are filled now.
type Count struct {
	Unit  string `json:"unit" maxLength:"64"`
	Kind  string `json:"kind" enum:"ADMIN,PUBLIC,ENFORCEMENT,DYNAMIC"`
	N     int    `json:"n" minimum:"0" maximum:"100000" doc:"How many posts are filled; never who fills them"`
	Basis string `json:"basis" minLength:"1" maxLength:"500" doc:"Count or return it is taken from"`
}

// Count notes how many posts are filled today. Faults: unit.unknown and those
// of establishment.Entry.Check and Note.
func (d *Desk) Count(ctx context.Context, cmd engine.Command, in Count) (ident.ID, error) {
	return d.numbered(ctx, cmd, "count_posts", func(b *engine.Bundle) (ident.ID, error) {
		u, err := unit(b.City(), "unit", in.Unit)
		if err != nil {
			return 0, err
		}
		e := establishment.Entry{
			Act: establishment.Filled, Basis: in.Basis, Day: b.Today(), Kind: establishment.Kind(in.Kind), N: in.N, Place: at(b.City(), u),
			Signed: signed(b, "", ""), Unit: u.Code,
		}
		if err := access.Allow(cmd.Actor, access.CountEstablishment, access.Subject{Place: e.Place, Debtor: u.Code}); err != nil {
			return 0, err
		}
		if err := check(b, &e); err != nil {
			return 0, err
		}
		book, err := Book(b.Query(), b.City(), u.Code)
		if err != nil {
			return 0, err
		}
		if err := e.Note(book); err != nil {
			return 0, err
		}
		return engine.Enter(b, "count", &e)
	})
}

func check(b *engine.Bundle, e *establishment.Entry) error {
	if err := matter.Words("basis", e.Basis, true); err != nil {
		return err
	}
	if !calendar.IsDay(e.Day) {
		return fault.Field("day", "day.unknown", e.Day)
	}
	return e.Check(b.Today())
}

// tries bounds how often a number is drawn anew when another process drew the
// same one meanwhile.
const tries = 5

func (d *Desk) numbered(ctx context.Context, cmd engine.Command, name string, fn func(b *engine.Bundle) (ident.ID, error)) (ident.ID, error) {
	for try := 1; ; try++ {
		id, err := d.e.Together(ctx, cmd, name, fn)
		if fault.Code(err) != "record.key_taken" || try == tries {
			return id, err
		}
	}
}

func unit(city *pack.City, field, code string) (*org.Unit, error) {
	u, ok := city.Org.Unit(code)
	if !ok {
		return nil, fault.Field(field, "unit.unknown", code)
	}
	return u, nil
}

func at(city *pack.City, u *org.Unit) territory.Address { return city.Territory.Address(u.Territory) }

func name(city *pack.City, code string) string {
	if u, ok := city.Org.Unit(code); ok {
		return u.Name
	}
	return code
}

func signed(b *engine.Bundle, text, like string) establishment.Signed {
	a := b.Actor()
	return establishment.Signed{Day: b.Today(), Hand: b.Hand(like), Post: a.ID, Text: text, Unit: a.Unit}
}
