package burden

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Asked is one field of a demand at one receiver.
type Asked struct {
	burden.Blank
	Served bool                           // it was not asked again, since it was asked before
	Held   *register.Record[burden.Field] // nil: nobody was ever asked for it
}

// Received is a demand as one of its receivers has it.
type Received struct {
	register.Record[burden.Demand]
	Unit   string
	Fields []Asked
	Order  *order.Order // by which it is asked; nil: all of it was held already
}

// Open counts the fields that nobody has told yet.
func (x *Received) Open() (n int) {
	for _, f := range x.Fields {
		if f.Held == nil || f.Held.Fact.Day == 0 {
			n++
		}
	}
	return n
}

// Received returns a demand to a unit that received it: what is held of its
// fields is served, and only the rest is asked. Fault: record.not_found, also
// for whoever did not receive it.
func (d *Desk) Received(ctx context.Context, actor access.Actor, id ident.ID) (*Received, error) {
	var out *Received
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[burden.Demand](v, engine.Where{ID: id, Limit: 1})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotFound, "record.not_found")
		}
		at := slices.IndexFunc(rows[0].Fact.Shares, func(s burden.Share) bool { return s.Unit == actor.Unit })
		if at < 0 || access.Allow(actor, access.ReadBurden, access.Subject{Units: []string{actor.Unit}}) != nil {
			return fault.New(fault.NotFound, "record.not_found")
		}
		out, err = d.received(v, rows[0], rows[0].Fact.Shares[at])
		return err
	})
	return out, err
}

func (d *Desk) received(v *store.View, r register.Record[burden.Demand], share burden.Share) (*Received, error) {
	out := &Received{Record: r, Unit: share.Unit}
	for _, f := range r.Fact.Fields {
		held, err := d.field(v, share.Unit, f.Code)
		if err != nil {
			return nil, err
		}
		out.Fields = append(out.Fields, Asked{Blank: f, Served: slices.Contains(share.Served, f.Code), Held: held})
	}
	if share.Matter == 0 {
		return out, nil
	}
	all, err := d.e.States(v, []ident.ID{share.Matter})
	if err != nil {
		return nil, err
	}
	for _, o := range all[0].Orders {
		if o.Debtor == share.Unit {
			out.Order = o
		}
	}
	return out, nil
}
