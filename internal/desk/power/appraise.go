package power

import (
	"context"
	"slices"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/consult"
	"huying/internal/domain/register"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Rate is one unit's appraisal of another for a period.
type Rate struct {
	Kind   string         `json:"kind" enum:"DEPARTMENT,RESIDENT"`
	Of     string         `json:"of" maxLength:"64" doc:"Unit that is appraised"`
	Period string         `json:"period" maxLength:"8" doc:"2026-Q1 or 2026; of a resident unit the year"`
	Marks  []consult.Mark `json:"marks" maxItems:"10" doc:"1 to 10 for each of RESPONSE, QUALITY, COOPERATION, BURDEN"`
	Note   string         `json:"note,omitempty" maxLength:"2000"`
}

// Rate enters an appraisal. A street appraises only departments it had to do
// with in the period, only by a power in force, and none that leads it. Faults:
// power.not_held, appraisal.no_interaction, record.key_taken, and those of
// Rating.Check.
func (d *Desk) Rate(ctx context.Context, cmd engine.Command, in Rate) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "appraise", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(cmd.Actor, access.Appraise, own(cmd.Actor)); err != nil {
			return 0, err
		}
		r := consult.Rating{
			Kind: consult.RatingKind(in.Kind), Of: in.Of, Period: in.Period, Marks: in.Marks, Note: in.Note, Rater: cmd.Actor.Unit, Place: cmd.Actor.At,
		}
		var at territory.Address
		if of, ok := b.City().Org.Unit(r.Of); ok {
			at = b.City().Territory.Address(of.Territory)
		}
		if err := r.Check(b.City().Org, at); err != nil {
			return 0, err
		}
		if err := has(b.Query(), b.City(), r.Rater, r.Kind.Power(), r.Of, b.Today()); err != nil {
			return 0, err
		}
		if r.Kind == consult.OfDepartment {
			met, err := met(b.Query(), &r)
			if err != nil {
				return 0, err
			}
			if !met {
				return 0, fault.New(fault.Conflict, "appraisal.no_interaction", r.Of, r.Period).In("of")
			}
		}
		return engine.Enter(b, "appraise", &r)
	})
}

// met reports whether the department owed anything in the street's place in the
// period. Ids are in the order of time, so that they bound it.
func met(q store.Querier, r *consult.Rating) (bool, error) {
	from, to := consult.Days(r.Period)
	first, _ := ident.DayRange(calendar.Begin(from))
	_, last := ident.DayRange(calendar.Begin(to))
	_, found, err := store.One(q, `SELECT o.id FROM orders o JOIN matter m ON m.district = o.district AND m.id = o.matter
		WHERE o.district = ? AND m.town = ? AND o.debtor = ? AND o.id BETWEEN ? AND ? LIMIT 1`, func(r store.Scanner) (id int64, err error) {
		err = r.Scan(&id)
		return id, err
	}, r.Place.District, r.Place.Town, r.Of, int64(first), int64(last))
	return found, err
}

// Result is what a unit's raters made of it in a period.
type Result struct {
	Unit string
	score.Appraised
}

// Results tells each department's part of the score that streets gave it in a
// period: the trimmed mean of at least five raters, nothing with fewer. Who
// gave what is not told. A resident unit's evaluations are documents of known
// raters and are not suppressed. Fault: appraisal.period_malformed.
func (d *Desk) Results(ctx context.Context, actor access.Actor, kind, period string) ([]Result, error) {
	if err := access.Allow(actor, access.ReadAppraisal, access.Subject{}); err != nil {
		return nil, err
	}
	if from, _ := consult.Days(period); from == 0 {
		return nil, fault.Field("period", "appraisal.period_malformed", period)
	}
	points := map[string][]float64{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(points)
		w := engine.Where{Status: []string{period}, Oldest: true}
		if actor.Rank < 4 {
			w.District = actor.At.District
		}
		for {
			rows, err := engine.Find[consult.Rating](v, w)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				if r.Fact.Kind == consult.RatingKind(kind) {
					points[r.Fact.Of] = append(points[r.Fact.Of], r.Fact.Mean())
				}
			}
			w.After = rows[len(rows)-1].ID
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]Result, 0, len(points))
	for unit, all := range points {
		r := Result{Unit: unit, Appraised: score.Trimmed(all)}
		if kind == string(consult.OfResident) {
			r.Appraised = score.Mean(all)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Result) int { return strings.Compare(a.Unit, b.Unit) })
	return out, nil
}

// Ratings lists what the actor's own unit appraised, newest first.
func (d *Desk) Ratings(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]register.Record[consult.Rating], error) {
	if err := access.Allow(actor, access.Appraise, own(actor)); err != nil {
		return nil, err
	}
	return find[consult.Rating](ctx, d, engine.Where{Unit: actor.Unit, Before: before, Limit: limit})
}
