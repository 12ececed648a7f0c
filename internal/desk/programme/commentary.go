package programme

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Month names a month.
type Month struct {
	Month int `json:"month" doc:"Such as 202405"`
}

// OpenCommentary begins the review of a month (月讲评). Its figures are
// computed until it is closed. Faults: month.malformed, commentary.ahead,
// record.key_taken.
func (d *Desk) OpenCommentary(ctx context.Context, cmd engine.Command, in Month) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "open_commentary", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		first, _, err := programme.Month(in.Month)
		if err != nil {
			return 0, err
		}
		if first > b.Today() {
			return 0, fault.Field("month", "commentary.ahead", in.Month)
		}
		c := programme.Commentary{Body: u.Code, District: place.District, Month: in.Month, Status: programme.Drafted, Town: place.Town}
		return engine.Enter(b, "open", &c)
	})
}

// NewRemark is the reviewer's word about a unit.
type NewRemark struct {
	Unit string `json:"unit" maxLength:"64"`
	Text string `json:"text"`
}

// Remark keeps the reviewer's word about a unit that has tasks in the month.
// Faults: commentary.frozen, commentary.unit_has_none, text.missing.
func (d *Desk) Remark(ctx context.Context, cmd engine.Command, id ident.ID, in NewRemark) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "remark", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "remark", id, func(c *programme.Commentary) error {
			if err := own(b, c.Body); err != nil {
				return err
			}
			if err := matter.Words("text", in.Text, true); err != nil {
				return err
			}
			facts, err := d.facts(b.Query(), c, b.Now())
			if err != nil {
				return err
			}
			for _, f := range facts {
				if f.Unit == in.Unit {
					return c.Say(in.Unit, in.Text)
				}
			}
			return fault.Field("unit", "commentary.unit_has_none", in.Unit, c.Month)
		})
	})
}

// Closing ends a review; its actions become tasks of the next month.
type Closing struct {
	Actions []Duty `json:"actions,omitempty"`
}

// CloseCommentary freezes the figures of the month with the hash of what they
// are made from, and assigns what follows from them. Faults:
// commentary.frozen, commentary.month_runs, and those of the actions.
func (d *Desk) CloseCommentary(ctx context.Context, cmd engine.Command, id ident.ID, in Closing) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "close_commentary", func(b *engine.Bundle) (ident.ID, error) {
		actions := duties(b.City(), in.Actions)
		var place territory.Address
		err := engine.Change(b, "close", id, func(c *programme.Commentary) error {
			if err := own(b, c.Body); err != nil {
				return err
			}
			place = territory.Address{District: c.District, Town: c.Town}
			facts, err := d.facts(b.Query(), c, b.Now())
			if err != nil {
				return err
			}
			hash, err := InputsHash(d.e, facts)
			if err != nil {
				return err
			}
			if len(actions) > 0 {
				if err := programme.Check("actions", actions, b.Today(), known(b)); err != nil {
					return err
				}
				c.Actions = actions
			}
			return c.Freeze(facts, hash, int64(b.Now()), b.Today())
		})
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "actions", kind: matter.Measure, about: id, place: place}, actions)
	})
}

// InputsHash is the hash of the facts that figures are made from, by which
// anybody can tell that they are the same.
func InputsHash(e *engine.Engine, facts []programme.Fact) (string, error) {
	raw, err := json.Marshal(facts)
	if err != nil {
		return "", err
	}
	return e.TextHash(string(raw)), nil
}

// facts are the tasks of the body that were due in the month.
func (d *Desk) facts(q store.Querier, c *programme.Commentary, now clock.Instant) ([]programme.Fact, error) {
	first, last, err := programme.Month(c.Month)
	if err != nil {
		return nil, err
	}
	all, err := d.due(q, c.Body, first, last, now)
	if err != nil {
		return nil, err
	}
	var out []programme.Fact
	for _, t := range all {
		out = append(out, t.Fact)
	}
	return out, nil
}

// Review is a month as it is reviewed: while it is open as the facts are now,
// afterwards as they were frozen, with the adjustments beside them.
type Review struct {
	Noted[programme.Commentary]
	Facts       []programme.Fact
	Totals      []programme.Total
	Adjustments []programme.Adjustment // the oldest first
	Pending     []programme.Adjustment // what differs now and is not yet recorded
	Actions     []Task
}

// Commentary returns the review of a month.
func (d *Desk) Commentary(ctx context.Context, actor access.Actor, id ident.ID, now time.Time) (*Review, error) {
	rec, err := read[programme.Commentary](ctx, d, actor, id)
	if err != nil {
		return nil, err
	}
	out := &Review{Noted: *rec, Facts: rec.Fact.Facts, Totals: rec.Fact.Totals}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		served, err := d.e.Served(v, id)
		if err != nil {
			return err
		}
		out.Actions = tasksOf(served, clock.At(now))
		if rec.Fact.Status != programme.Frozen {
			out.Facts, err = d.facts(v, &rec.Fact, clock.At(now))
			out.Totals = programme.Totals(out.Facts)
			return err
		}
		out.Adjustments, out.Pending, err = d.differences(v, id, &rec.Fact, clock.At(now))
		return err
	})
	return out, err
}

// differences returns what was adjusted, and what differs besides.
func (d *Desk) differences(q store.Querier, id ident.ID, c *programme.Commentary, now clock.Instant) (known, found []programme.Adjustment, err error) {
	rows, err := engine.Find[programme.Adjustment](q, engine.Where{About: id, Oldest: true})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		known = append(known, r.Fact)
	}
	ids := make([]ident.ID, len(c.Facts))
	for i, f := range c.Facts {
		ids[i] = f.Matter
	}
	states, err := d.e.States(q, ids)
	if err != nil {
		return nil, nil, err
	}
	is := map[ident.ID]programme.Fact{}
	for _, s := range states {
		is[s.M.ID] = programme.FactOf(s.M, s.Orders, now)
	}
	return known, c.Differences(known, func(m ident.ID) (programme.Fact, bool) { f, ok := is[m]; return f, ok }), nil
}

// Adjust records what turned out differently since a month was frozen, beside
// its figures, and tells the units concerned. Fault:
// commentary.nothing_to_adjust, commentary.not_frozen.
func (d *Desk) Adjust(ctx context.Context, cmd engine.Command, id ident.ID, _ struct{}) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "adjust", func(b *engine.Bundle) (ident.ID, error) {
		c, err := engine.Peek[programme.Commentary](b, id)
		if err != nil {
			return 0, err
		}
		if err := own(b, c.Body); err != nil {
			return 0, err
		}
		if c.Status != programme.Frozen {
			return 0, fault.New(fault.Conflict, "commentary.not_frozen", c.Month)
		}
		_, found, err := d.differences(b.Query(), id, c, b.Now())
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, fault.New(fault.Conflict, "commentary.nothing_to_adjust", c.Month)
		}
		for _, a := range found {
			a.Commentary, a.Day, a.District, a.Town = id, b.Today(), c.District, c.Town
			made, err := engine.Enter(b, "record", &a)
			if err != nil {
				return 0, err
			}
			if err := b.Tell(made, a.Unit, "notice.adjusted", a.Month, a.Title); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// Commentaries lists the reviews the actor may read, the newest first.
func (d *Desk) Commentaries(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Commentary], error) {
	return list[programme.Commentary](ctx, d, actor, w)
}

// Draw asks for a sample check of a month's closed tasks (查).
type Draw struct {
	Month   int    `json:"month" doc:"In which the tasks were due, such as 202405"`
	Checker string `json:"checker" maxLength:"64" doc:"Unit that looks; it had no part in the tasks"`
	Share   int    `json:"share,omitempty" minimum:"0" maximum:"1000" doc:"Of a thousand; 0: as the city's rule says"`
}

// Drawn is what was drawn.
type Drawn struct {
	Closed int        // tasks of the month that are judged to be done
	Drawn  []ident.ID // matters to be checked
}

// DrawTasks draws a share of the month's closed tasks of the actor's body and
// orders a unit that had no part in them to look. The draw follows from the
// body, the month and the tasks alone: nobody can choose, and asking again
// draws the same.
func (d *Desk) DrawTasks(ctx context.Context, cmd engine.Command, in Draw) (*Drawn, error) {
	first, last, err := programme.Month(in.Month)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(cmd.Actor, access.ManageProgrammes, access.Subject{Units: []string{cmd.Actor.Unit}}); err != nil {
		return nil, err
	}
	var ids []ident.ID
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		ids = ids[:0]
		all, err := d.due(v, cmd.Actor.Unit, first, last, clock.At(cmd.At))
		for _, t := range all {
			if t.State.M.Status == matter.Closed && t.Outcome.Done() {
				ids = append(ids, t.Number)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	share := in.Share
	if share == 0 {
		share = d.e.City().LimitsAt(d.e.City().Root).Number(pack.SampleShare)
	}
	out := &Drawn{Closed: len(ids)}
	most := (len(ids)*share + 999) / 1000
	name := fmt.Sprintf("tasks/%s/%d", cmd.Actor.Unit, in.Month)
	for _, id := range d.e.Draw(name, ids) {
		if len(out.Drawn) == most {
			break
		}
		once := cmd // a task is drawn once, however often the draw is asked for
		once.Key = "sample/" + name + "/" + id.Number()
		_, err := d.e.Act(ctx, once, "order_check", id, func(f *matter.File) error { return f.OrderCheck(in.Checker) })
		switch fault.Code(err) {
		case "", "check.open_already":
			out.Drawn = append(out.Drawn, id)
		case "verdict.judge_is_responder", "check.not_closed": // the next in the order of the draw takes its place
		default:
			return nil, err
		}
	}
	return out, nil
}
