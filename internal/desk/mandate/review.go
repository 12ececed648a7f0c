package mandate

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// YearReview is what was found of a power after a year.
type YearReview struct {
	Decision string `json:"decision" enum:"KEEP,ADJUST,TAKE_BACK"`
	Capacity string `json:"capacity" minLength:"1" maxLength:"2000" doc:"Whether the town can bear it"`
	Outcome  string `json:"outcome" minLength:"1" maxLength:"2000"`
	Cost     int64  `json:"cost,omitempty" minimum:"0" maximum:"1000000000000" doc:"Fen a year"`
	Kind     string `json:"kind,omitempty" enum:"BASIC,ASSIST" doc:"For ADJUST: what the item is to the town from the next version on; it leads, or it helps"`
}

// YearReview decides on a power once a year: keep, adjust, or take back. What is
// taken back may not be asked of the town from today on; what is adjusted changes
// with the next version of the town's list. Either way that version is drafted.
// Faults: mandate.not_county_body, delegation.not_in_force, record.key_taken,
// review.nothing_adjusted and those of mandate.Review.Check.
func (d *Desk) YearReview(ctx context.Context, cmd engine.Command, id ident.ID, in YearReview) (ident.ID, error) {
	for _, x := range [...][2]string{{"capacity", in.Capacity}, {"outcome", in.Outcome}} {
		if err := matter.Words(x[0], x[1], true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "review_delegation", func(b *engine.Bundle) (ident.ID, error) {
		if err := County(b.City(), b.Actor()); err != nil {
			return 0, err
		}
		g, err := engine.Seen[mandate.Delegation](b, id)
		if err != nil {
			return 0, err
		}
		if err := allow(b, access.DecideDelegation, g.Place); err != nil {
			return 0, err
		}
		if g.Status != mandate.InForce {
			return 0, fault.New(fault.Conflict, "delegation.not_in_force", g.Name)
		}
		r := mandate.Review{
			Capacity: in.Capacity, Cost: in.Cost, Decided: signed(b, "", ""), Decision: mandate.Decision(in.Decision), Delegation: id, Giver: g.Giver,
			Kind: duty.Kind(in.Kind), Outcome: in.Outcome, Place: g.Place, Taker: g.Taker, Year: b.Today() / 10000,
		}
		if err := r.Check(); err != nil {
			return 0, err
		}
		if r.Uses, err = d.uses(b.Query(), g, b.Today()); err != nil {
			return 0, err
		}
		if r.Decision == mandate.TakeBack {
			if err := engine.Change(b, "take_back", id, func(g *mandate.Delegation) error { return g.TakeBack(b.Today()) }); err != nil {
				return 0, err
			}
		}
		if r.List, err = d.redraft(b, &r, g.Item); err != nil {
			return 0, err
		}
		no, err := engine.Enter(b, "decide", &r)
		if err != nil {
			return 0, err
		}
		return no, b.Tell(no, g.Taker, "notice.delegation_reviewed", g.Name, in.Decision)
	})
}

// redraft drafts the next version of a town's list as a review wants an item;
// zero if nothing changes, or the town has no list of its own with it.
// Fault: review.nothing_adjusted.
func (d *Desk) redraft(b *engine.Bundle, r *mandate.Review, item string) (ident.ID, error) {
	if r.Decision == mandate.Keep {
		return 0, nil
	}
	id, index, err := d.e.ListInForce(b.Query(), mandate.StreetTasks, r.Place, b.Today())
	if err != nil || id == 0 {
		return 0, err
	}
	found, ok := index.Leaf(item)
	if !ok {
		return 0, nil
	}
	was, err := engine.Peek[mandate.List](b, id)
	if err != nil {
		return 0, err
	}
	items := slices.Clone(index.Items())
	for i := range items {
		if items[i].Code != found.Code || r.Rewrite(&items[i], rule(d.e, r.Giver), rule(d.e, r.Taker)) {
			continue
		}
		if r.Decision == mandate.Adjust {
			return 0, fault.Field("kind", "review.nothing_adjusted", found.Name)
		}
		return 0, nil // it is taken back on the list already
	}
	next := mandate.List{Kind: was.Kind, Name: was.Name, Place: was.Place, Source: was.Source}
	if r.Kind == duty.Assist {
		next.Ends = r.Delegation
	}
	return d.draft(b, next, items)
}

// rule names a unit as a list does.
func rule(e *engine.Engine, unit string) string {
	u, ok := e.City().Org.Unit(unit)
	if !ok {
		return ""
	}
	return duty.UnitRule{Level: u.Level, Suffix: u.Suffix}.String()
}

// uses counts the matters of an item that a taker was ordered in the twelve
// months before a day.
func (d *Desk) uses(q store.Querier, g *mandate.Delegation, day int) (n int64, err error) {
	items := []any{g.Item}
	_, index, err := d.e.ListInForce(q, mandate.StreetTasks, g.Place, day)
	if err != nil {
		return 0, err
	}
	if index != nil {
		if i, ok := index.Leaf(g.Item); ok {
			for _, c := range i.Covers {
				items = append(items, c)
			}
		}
	}
	first, _ := ident.DayRange(calendar.Begin(day - 10000))
	args := append([]any{g.Place.District, g.Taker, int64(first)}, items...)
	err = q.Row(`SELECT COUNT(DISTINCT o.matter) FROM orders o JOIN matter m ON m.district = o.district AND m.id = o.matter
		WHERE o.district = ? AND o.debtor = ? AND o.id >= ? AND m.category IN (`+store.Marks(len(items))+`)`, args...).Scan(&n)
	return n, err
}
