// Package observe is the desk of the observers' channel (以下观上): somebody at
// the base says what a body above them does, and that body must answer. Who
// spoke is nowhere: the channel itself acts, the name lies sealed, and the
// observer finds what they said again by a tag that only this installation can
// make. The keeper judges the answer.
package observe

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/observe"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// MostRows bounds a list.
const MostRows = 200

// Observe is what an observer saw of a body above.
type Observe struct {
	Unit  string `json:"unit" maxLength:"64" doc:"The observed unit, of a district or the city"`
	Topic string `json:"topic" enum:"FORMS,MEETINGS,CHECKS,PUSH_DOWN,SLOW,ATTITUDE,OTHER"`
	Text  string `json:"text" doc:"What was seen; name no person, and nothing that tells who you are"`
}

// channel is the command as the channel itself gives it, on behalf of the
// keeper: the ledger, the keys of commands and the notices know no observer.
func (d *Desk) channel(cmd engine.Command, keeper string) engine.Command {
	out := cmd
	out.Actor = access.Actor{ID: access.Channel, Kind: access.System, Unit: keeper}
	if cmd.Key != "" {
		out.Key = d.e.Veil("key/" + cmd.Actor.ID + "/" + cmd.Key)
	}
	return out
}

// tag finds an observer's own observation again; it differs from one matter to
// the next, so that two observations tell nothing of each other.
func (d *Desk) tag(post string, no ident.ID) string {
	return d.e.Veil("observer/" + post + "/" + no.Number())
}

// Observe files an observation. Its number is the record's. Faults: those of
// observe.Check and Keeper, text.missing.
func (d *Desk) Observe(ctx context.Context, cmd engine.Command, in Observe) (ident.ID, error) {
	if err := access.Allow(cmd.Actor, access.Observe, access.Subject{}); err != nil {
		return 0, err
	}
	city := d.e.City()
	if err := observe.Check(city, in.Unit, in.Topic); err != nil {
		return 0, err
	}
	if u, _ := city.Org.Unit(in.Unit); u.Territory != city.Root && u.Territory != cmd.Actor.At.District && u.Territory != cmd.Actor.At.Town {
		return 0, fault.Field("unit", "observation.upper_only", u.Name) // of another place: none that is above
	}
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	keeper, err := observe.Keeper(city, in.Unit)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, d.channel(cmd, keeper), "observe", func(b *engine.Bundle) (ident.ID, error) {
		s, err := d.assign(b, in.Unit, keeper, in.Topic, in.Text, cmd.Actor.ID)
		if err != nil {
			return 0, err
		}
		return engine.Enter(b, "observe", &observe.Note{
			Day: b.Today(), Keeper: keeper, Matter: s.M.ID, Place: s.M.Place, Tag: d.tag(cmd.Actor.ID, s.M.ID), Topic: in.Topic, Unit: in.Unit,
		})
	})
}

// assign makes the task, at the place of the unit that answers and not of the
// observer, whose post lies sealed.
func (d *Desk) assign(b *engine.Bundle, unit, keeper, title, text, post string) (*engine.State, error) {
	u, _ := b.City().Org.Unit(unit)
	return b.Assign(matter.Assigned{
		Kind: matter.Observation, Title: title, Text: text, Place: b.City().Territory.Address(u.Territory), By: keeper,
		Caller: matter.Caller{Anonymity: matter.Anonymous, Kind: "STAFF"},
		Orders: []matter.Assignment{{Debtor: unit, Content: text, Limit: b.City().LimitsAt(u.Territory).Time(pack.ObservationReply)}},
	}, &engine.Contact{Name: post})
}

// Retaliation reports that somebody is made to suffer for an observation.
type Retaliation struct {
	Text string `json:"text"`
}

// Retaliation is a report (举报) to the discipline body, as sealed as the
// observation itself; the observed unit is told nothing. Faults:
// record.not_found, text.missing, observation.no_watchdog,
// observation.reported.
func (d *Desk) Retaliation(ctx context.Context, cmd engine.Command, id ident.ID, in Retaliation) (ident.ID, error) {
	if err := access.Allow(cmd.Actor, access.Observe, access.Subject{}); err != nil {
		return 0, err
	}
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	mine, err := d.one(ctx, cmd.Actor, id)
	if err != nil {
		return 0, err
	}
	n := mine.Fact
	return d.e.Together(ctx, d.channel(cmd, n.Keeper), "report_retaliation", func(b *engine.Bundle) (ident.ID, error) {
		to, err := observe.Watchdog(b.City(), n.Unit, n.Keeper)
		if err != nil {
			return 0, err
		}
		s, err := d.assign(b, to, n.Keeper, "RETALIATION", in.Text, cmd.Actor.ID)
		if err != nil {
			return 0, err
		}
		return id, engine.Change(b, "report", id, func(n *observe.Note) error {
			if n.Report != 0 {
				return fault.New(fault.Conflict, "observation.reported")
			}
			n.Report = s.M.ID
			return nil
		})
	})
}

// Seen is an observation with the order that answers it.
type Seen struct {
	register.Record[observe.Note]
	Text  string
	Order *order.Order
}

// one returns an observation of the actor's own. What is somebody else's does
// not exist: record.not_found.
func (d *Desk) one(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[observe.Note], error) {
	var out *register.Record[observe.Note]
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[observe.Note](v, engine.Where{ID: id, Limit: 1})
		if len(rows) == 1 && rows[0].Fact.Tag == d.tag(actor.ID, rows[0].Fact.Matter) {
			out = &rows[0]
		}
		return err
	})
	if err == nil && out == nil {
		err = fault.New(fault.NotFound, "record.not_found")
	}
	return out, err
}

// Mine lists the actor's own observations, newest first, and what was answered.
func (d *Desk) Mine(ctx context.Context, actor access.Actor) ([]Seen, error) {
	if err := access.Allow(actor, access.Observe, access.Subject{}); err != nil {
		return nil, err
	}
	return d.list(ctx, engine.Where{}, func(n *observe.Note) bool { return n.Tag == d.tag(actor.ID, n.Matter) })
}

// Kept lists the observations of the keeper's channel, newest first.
func (d *Desk) Kept(ctx context.Context, actor access.Actor) ([]Seen, error) {
	if err := access.Allow(actor, access.KeepChannel, access.Subject{Desk: actor.Unit}); err != nil {
		return nil, err
	}
	return d.list(ctx, engine.Where{Unit: actor.Unit}, func(*observe.Note) bool { return true })
}

// Against lists what was observed of the actor's own unit, newest first: what
// it must answer, and not who said it.
func (d *Desk) Against(ctx context.Context, actor access.Actor) ([]Seen, error) {
	if err := access.Allow(actor, access.AnswerOrder, access.Subject{Debtor: actor.Unit}); err != nil {
		return nil, err
	}
	out, err := d.list(ctx, engine.Where{Other: actor.Unit}, func(*observe.Note) bool { return true })
	for i := range out {
		out[i].Fact.Tag, out[i].Fact.Report = "", 0
	}
	return out, err
}

func (d *Desk) list(ctx context.Context, w engine.Where, is func(*observe.Note) bool) ([]Seen, error) {
	var out []Seen
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for len(out) < MostRows {
			rows, err := engine.Find[observe.Note](v, w)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				if is(&r.Fact) {
					out = append(out, Seen{Record: r})
				}
			}
			w.Before = rows[len(rows)-1].ID
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		s, err := d.e.Load(ctx, out[i].Fact.Matter)
		if err != nil {
			return nil, err
		}
		out[i].Text = s.Text
		if len(s.Orders) > 0 {
			out[i].Order = s.Orders[0]
		}
	}
	return out, nil
}

// Patterns tells what each unit was observed with, for units with enough
// observations that none can be told by its number.
func (d *Desk) Patterns(ctx context.Context, actor access.Actor) ([]observe.Pattern, error) {
	if err := access.Allow(actor, access.KeepChannel, access.Subject{Desk: actor.Unit}); err != nil {
		return nil, err
	}
	var notes []observe.Note
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		notes = nil
		w := engine.Where{Unit: actor.Unit}
		for {
			rows, err := engine.Find[observe.Note](v, w)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				notes = append(notes, r.Fact)
			}
			w.Before = rows[len(rows)-1].ID
		}
	})
	return observe.Patterns(notes), err
}
