package mandate

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/mandate"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter chooses lists, delegations or admissions. Zero members choose nothing.
type Filter struct {
	Kind   string // of lists
	Place  string // code of a district or town
	Unit   string // taker, or requester
	Status []string
	About  ident.ID
	Before ident.ID
	Limit  int
}

// where makes a question of a filter.
func (d *Desk) where(f Filter) (engine.Where, error) {
	limit, err := page(f.Limit)
	if err != nil {
		return engine.Where{}, err
	}
	place, err := at(d.e.City(), f.Place)
	w := engine.Where{Unit: f.Unit, Status: f.Status, About: f.About, Before: f.Before, Limit: limit, District: place.District, Town: place.Town}
	return w, err
}

// find lists records of a register to an actor who may read them.
func find[F register.Fact](ctx context.Context, d *Desk, actor access.Actor, f Filter) (out []register.Record[F], err error) {
	if err := reading(actor); err != nil {
		return nil, err
	}
	w, err := d.where(f)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, func(v *store.View) error {
		out, err = engine.Find[F](v, w)
		return err
	})
	return out, err
}

// Lists lists versions, the newest first. Faults: page.size, place.unknown.
func (d *Desk) Lists(ctx context.Context, actor access.Actor, f Filter) ([]register.Record[mandate.List], error) {
	if f.Kind == "" {
		return find[mandate.List](ctx, d, actor, f)
	}
	if !slices.Contains(mandate.Kinds, mandate.Kind(f.Kind)) {
		return nil, fault.Field("kind", "list.kind_unknown", f.Kind)
	}
	limit, err := page(f.Limit)
	if err != nil {
		return nil, err
	}
	var out []register.Record[mandate.List]
	for f.Limit = MostRows; len(out) < limit; {
		rows, err := find[mandate.List](ctx, d, actor, f)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Fact.Kind == mandate.Kind(f.Kind) && len(out) < limit {
				out = append(out, r)
			}
			f.Before = r.ID
		}
		if len(rows) < MostRows {
			break
		}
	}
	return out, nil
}

// List returns one version with what the towns said.
// Fault: record.not_found.
func (d *Desk) List(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[mandate.List], []Opinion, error) {
	r, err := engine.Get[mandate.List](ctx, d.e, actor, access.ReadMandates, id)
	if err != nil {
		return nil, nil, err
	}
	said, err := d.said(ctx, r.Fact.Consultation)
	return r, said, err
}

// Row is an item with the names of its groups.
type Row struct {
	mandate.Item
	Path []string
	Leaf bool
}

// Items lists the items of a version after a code, in the order of the list;
// those with words in their code or name if any are asked for.
// Faults: record.not_found, page.size.
func (d *Desk) Items(ctx context.Context, actor access.Actor, id ident.ID, words, after string, limit int) ([]Row, error) {
	limit, err := page(limit)
	if err != nil {
		return nil, err
	}
	index, err := d.index(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	items := index.Items()
	if after != "" {
		i := slices.IndexFunc(items, func(x mandate.Item) bool { return x.Code == after })
		items = items[i+1:]
	}
	var out []Row
	for _, x := range items {
		if len(out) == limit {
			break
		}
		if words == "" || hits(&x, words) {
			out = append(out, Row{x, index.Path(x.Code), index.IsLeaf(x.Code)})
		}
	}
	return out, nil
}

func hits(x *mandate.Item, words string) bool {
	return strings.EqualFold(x.Code, words) || strings.Contains(strings.ToLower(x.Name), strings.ToLower(words))
}

func (d *Desk) index(ctx context.Context, actor access.Actor, id ident.ID) (index *mandate.Index, err error) {
	if _, err := engine.Get[mandate.List](ctx, d.e, actor, access.ReadMandates, id); err != nil {
		return nil, err
	}
	err = d.read(ctx, func(v *store.View) error {
		index, err = d.e.ListItems(v, id)
		return err
	})
	return index, err
}

// Diff tells what differs from one version to another.
// Fault: record.not_found.
func (d *Desk) Diff(ctx context.Context, actor access.Actor, was, is ident.ID) ([]mandate.Change, error) {
	a, err := d.index(ctx, actor, was)
	if err != nil {
		return nil, err
	}
	b, err := d.index(ctx, actor, is)
	if err != nil {
		return nil, err
	}
	return mandate.Diff(a, b), nil
}

// Before returns the version of the same list before one; zero if it is the
// first.
func (d *Desk) Before(ctx context.Context, actor access.Actor, l *register.Record[mandate.List]) (ident.ID, error) {
	rows, err := d.Lists(ctx, actor, Filter{Kind: string(l.Fact.Kind), Place: l.Fact.Place.Leaf(), Before: l.ID, Limit: MostRows})
	for _, r := range rows {
		if r.Fact.Place == l.Fact.Place && r.Fact.Status != mandate.Withdrawn {
			return r.ID, nil
		}
	}
	return 0, err
}

// Delegations lists delegations, the newest first. Faults: page.size,
// place.unknown.
func (d *Desk) Delegations(ctx context.Context, actor access.Actor, f Filter) ([]register.Record[mandate.Delegation], error) {
	return find[mandate.Delegation](ctx, d, actor, f)
}

// Standing is a delegation with what it lacks and how it is used.
type Standing struct {
	register.Record[mandate.Delegation]
	Lacks   []string // codes of the faults that keep it from being in force
	Uses    int64    // matters in twelve months
	Idle    bool     // in force for a year and not used once
	Reviews []register.Record[mandate.Review]
}

// Delegation returns one delegation as it stands on a day.
// Fault: record.not_found.
func (d *Desk) Delegation(ctx context.Context, actor access.Actor, id ident.ID) (*Standing, error) {
	r, err := engine.Get[mandate.Delegation](ctx, d.e, actor, access.ReadMandates, id)
	if err != nil {
		return nil, err
	}
	out := &Standing{Record: *r}
	today := d.e.Day(time.Time{})
	err = d.read(ctx, func(v *store.View) error {
		done, err := handed(v, &r.Fact)
		if err != nil {
			return err
		}
		if wrong := r.Fact.Ready(done); wrong != nil && r.Fact.Status == mandate.Proposed {
			for _, f := range fault.All(wrong) {
				out.Lacks = append(out.Lacks, f.Code)
			}
		}
		if out.Uses, err = d.uses(v, &r.Fact, today); err != nil {
			return err
		}
		out.Idle = r.Fact.Status == mandate.InForce && mandate.Idle(out.Uses, r.Fact.From, today)
		out.Reviews, err = engine.Find[mandate.Review](v, engine.Where{About: id})
		return err
	})
	return out, err
}

// Handovers lists hand-overs, the newest first. Faults: page.size,
// place.unknown.
func (d *Desk) Handovers(ctx context.Context, actor access.Actor, f Filter) ([]register.Record[mandate.Handover], error) {
	return find[mandate.Handover](ctx, d, actor, f)
}

// Handover returns one hand-over. Fault: record.not_found.
func (d *Desk) Handover(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[mandate.Handover], error) {
	return engine.Get[mandate.Handover](ctx, d.e, actor, access.ReadMandates, id)
}

// Admissions lists admissions, the newest first. Faults: page.size,
// place.unknown.
func (d *Desk) Admissions(ctx context.Context, actor access.Actor, f Filter) ([]register.Record[mandate.Admission], error) {
	return find[mandate.Admission](ctx, d, actor, f)
}

// Admission returns one admission with what the towns said.
// Fault: record.not_found.
func (d *Desk) Admission(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[mandate.Admission], []Opinion, error) {
	r, err := engine.Get[mandate.Admission](ctx, d.e, actor, access.ReadMandates, id)
	if err != nil {
		return nil, nil, err
	}
	said, err := d.said(ctx, r.Fact.Consultation)
	return r, said, err
}
