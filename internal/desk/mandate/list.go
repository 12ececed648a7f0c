package mandate

import (
	"context"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Import is a list as it stands in a sheet, with what its source says of its
// shape.
type Import struct {
	Kind   string        `json:"kind" enum:"STREET_TASKS,VILLAGE_CATALOGUE,ENFORCEMENT,JOINT_ENFORCEMENT,PENALTY_POWERS,SERVICE_ITEMS"`
	Place  string        `json:"place,omitempty" maxLength:"64" doc:"Whose list it is; empty: the whole city"`
	Name   string        `json:"name" minLength:"1" maxLength:"200"`
	Source string        `json:"source" minLength:"1" maxLength:"500" doc:"The document it follows"`
	Levels string        `json:"levels,omitempty" maxLength:"40" doc:"How many items each level must have, such as 41/118/240"`
	Leads  int           `json:"leads,omitempty" minimum:"0" maximum:"10000" doc:"How many units must lead its leaves"`
	Rows   []mandate.Row `json:"-"`
}

// Checked is a list that was read and not kept.
type Checked struct {
	Counts  mandate.Counts
	Shape   string
	Version int              // it would become
	Against ident.ID         // the version in force, zero for none
	Changes []mandate.Change // from that one
	Index   *mandate.Index
}

// Check reads a list and tells what it would change, without keeping anything.
// Faults: those of Import.
func (d *Desk) Check(ctx context.Context, cmd engine.Command, in Import) (*Checked, error) {
	place, index, err := d.open(cmd.Actor, in)
	if err != nil {
		return nil, err
	}
	out := &Checked{Counts: index.Counts(), Index: index}
	out.Shape = out.Counts.String()
	err = d.read(ctx, func(v *store.View) error {
		var was *mandate.Index
		if out.Version, err = d.next(v, mandate.Kind(in.Kind), place); err != nil {
			return err
		}
		if out.Against, was, err = d.e.ListInForce(v, mandate.Kind(in.Kind), place, d.e.Day(cmd.At)); err != nil {
			return err
		}
		if was == nil {
			was = mandate.NewIndex(nil)
		}
		out.Changes = mandate.Diff(was, index)
		return nil
	})
	return out, err
}

// open reads the sheet of a list that its actor may draft. Every mistake is told
// at once.
func (d *Desk) open(actor access.Actor, in Import) (territory.Address, *mandate.Index, error) {
	city := d.e.City()
	place, err := at(city, in.Place)
	if err != nil {
		return place, nil, err
	}
	if err := access.Allow(actor, access.DraftList, access.Subject{Place: place}); err != nil {
		return place, nil, err
	}
	for _, x := range [...][2]string{{"name", in.Name}, {"source", in.Source}} {
		if err := matter.Words(x[0], x[1], true); err != nil {
			return place, nil, err
		}
	}
	items, err := mandate.Read(mandate.Kind(in.Kind), in.Rows, mandate.Known{
		Unit: known(city, place), Category: func(code string) bool { _, ok := city.Duty.Leaf(code); return ok },
	})
	if err != nil {
		return place, nil, err
	}
	index := mandate.NewIndex(items)
	return place, index, mandate.Want{Levels: in.Levels, Leads: in.Leads}.Check(index.Counts())
}

// Import keeps a list as the draft of a new version. Nothing changes unless all
// of it is well. Faults: those of mandate.Read and mandate.Want.
func (d *Desk) Import(ctx context.Context, cmd engine.Command, in Import) (ident.ID, error) {
	place, index, err := d.open(cmd.Actor, in)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "import_list", func(b *engine.Bundle) (ident.ID, error) {
		return d.draft(b, mandate.List{Kind: mandate.Kind(in.Kind), Name: in.Name, Place: place, Source: in.Source}, index.Items())
	})
}

// draft enters a version with its items, and tells the legal reviewers.
func (d *Desk) draft(b *engine.Bundle, l mandate.List, items []mandate.Item) (ident.ID, error) {
	var err error
	if l.Version, err = d.next(b.Query(), l.Kind, l.Place); err != nil {
		return 0, err
	}
	l.Counts, l.Drafted, l.Status = mandate.NewIndex(items).Counts(), signed(b, "", ""), mandate.Draft
	parts := mandate.Cut(0, l.Place, items)
	l.Parts = len(parts)
	id, err := engine.Enter(b, "draft", &l)
	if err != nil {
		return 0, err
	}
	for i := range parts {
		parts[i].List = id
		if _, err := engine.Enter(b, "draft", &parts[i]); err != nil {
			return 0, err
		}
	}
	for _, unit := range d.posts(l.Place, access.ReviewList) {
		if err := b.Tell(id, unit, "notice.list_to_review", l.Name, l.Version); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// posts are the units at a place with a post that may do an action there.
func (d *Desk) posts(place territory.Address, action access.Action) []string {
	city := d.e.City()
	code := place.District
	if code == "" {
		code = city.Root
	}
	var out []string
	for _, unit := range city.Org.Serving(code) {
		for _, p := range city.Org.Posts(unit) {
			if p.Role.Administers() {
				continue
			}
			if len(access.Scopes(access.Actor{Kind: access.Staff, Role: p.Role}, action)) > 0 {
				out = append(out, unit)
				break
			}
		}
	}
	return out
}

// next is the number of a list's next version.
func (d *Desk) next(q store.Querier, kind mandate.Kind, place territory.Address) (int, error) {
	district := place.District
	if district == "" {
		district = d.e.City().Root
	}
	keys, err := store.All(q, `SELECT keyed FROM record WHERE register = ? AND district = ? AND place = ?`, func(r store.Scanner) (s string, err error) {
		err = r.Scan(&s)
		return s, err
	}, string(mandate.ListRegister), district, place.Leaf())
	n := 1
	for _, key := range keys {
		if _, version, ok := strings.Cut(key, mandate.ListKeys(kind, place)); ok {
			v := 0
			for _, c := range version {
				v = v*10 + int(c-'0')
			}
			n = max(n, v+1)
		}
	}
	return n, err
}

// step runs one act on a version in its place.
func (d *Desk) step(ctx context.Context, cmd engine.Command, name string, action access.Action, id ident.ID, fn func(b *engine.Bundle, l *mandate.List) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, name, func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, strings.TrimSuffix(name, "_list"), id, func(l *mandate.List) error {
			if err := allow(b, action, l.Place); err != nil {
				return err
			}
			return fn(b, l)
		})
	})
}

// Word is a yes or no with what is said to it.
type Word struct {
	Pass bool   `json:"pass"`
	Text string `json:"text,omitempty" maxLength:"2000" doc:"Needed for a no"`
}

// Review is the legal reviewer's word on a draft.
// Faults: list.step_out_of_order, list.own_work, list.same_person, text.missing.
func (d *Desk) Review(ctx context.Context, cmd engine.Command, id ident.ID, in Word) (ident.ID, error) {
	if err := matter.Words("text", in.Text, !in.Pass); err != nil {
		return 0, err
	}
	return d.step(ctx, cmd, "review_list", access.ReviewList, id, func(b *engine.Bundle, l *mandate.List) error {
		code := "notice.list_returned"
		if in.Pass {
			code = "notice.list_reviewed"
		}
		if err := b.Tell(id, l.Drafted.Unit, code, l.Name, l.Version); err != nil {
			return err
		}
		return l.Review(signed(b, in.Text, l.Hand()), in.Pass)
	})
}

// None is the input of a step that needs none.
type None struct{}

// Consult asks the towns of a version's place what they think.
// Faults: list.step_out_of_order, mandate.nobody_to_ask.
func (d *Desk) Consult(ctx context.Context, cmd engine.Command, id ident.ID, _ None) (ident.ID, error) {
	return d.step(ctx, cmd, "consult_list", access.DraftList, id, func(b *engine.Bundle, l *mandate.List) error {
		if l.Status != mandate.Reviewed {
			return l.Consult(0)
		}
		asked, err := ask(b, id, l.Name, l.Source, l.Place, voices(b.City(), l.Place))
		if err != nil {
			return err
		}
		return l.Consult(asked)
	})
}

// Reasons is what a decision says.
type Reasons struct {
	Text string `json:"text,omitempty" maxLength:"2000"`
}

// Approve takes a version over: by the county body, by another person than its
// author and its reviewer, and not while an opinion is open. Faults:
// list.step_out_of_order, list.own_work, list.same_person, list.opinions_open, list.reasons_missing,
// mandate.not_county_body.
func (d *Desk) Approve(ctx context.Context, cmd engine.Command, id ident.ID, in Reasons) (ident.ID, error) {
	if err := matter.Words("text", in.Text, false); err != nil {
		return 0, err
	}
	return d.step(ctx, cmd, "approve_list", access.ApproveList, id, func(b *engine.Bundle, l *mandate.List) error {
		if err := County(b.City(), b.Actor()); err != nil {
			return err
		}
		said, err := heard(b, l.Consultation)
		if err != nil {
			return err
		}
		return l.Approve(signed(b, in.Text, l.Hand()), said)
	})
}

// From is the civil day something begins.
type From struct {
	From int `json:"from" minimum:"20000101" maximum:"21001231" doc:"Civil day such as 20260701"`
}

// Publish puts an approved version in force from a day on, and ends the
// delegation that a review replaced by it. Orders that are open stay where they
// are. Faults: list.step_out_of_order, list.from_in_past,
// day.unknown.
func (d *Desk) Publish(ctx context.Context, cmd engine.Command, id ident.ID, in From) (ident.ID, error) {
	if !calendar.IsDay(in.From) {
		return 0, fault.Field("from", "day.unknown", in.From)
	}
	return d.step(ctx, cmd, "publish_list", access.DraftList, id, func(b *engine.Bundle, l *mandate.List) error {
		if err := l.Publish(signed(b, "", l.Hand()), in.From); err != nil {
			return err
		}
		for _, unit := range voices(b.City(), l.Place) {
			if err := b.Tell(id, unit, "notice.list_published", l.Name, l.Version, in.From); err != nil {
				return err
			}
		}
		if l.Ends == 0 {
			return nil
		}
		if _, err := engine.Seen[mandate.List](b, id); err != nil { // the revision that came is of the list
			return err
		}
		return engine.Change(b, "end", l.Ends, func(g *mandate.Delegation) error {
			g.Until(calendar.AddDays(in.From, -1))
			return nil
		})
	})
}

// Withdraw ends a version that is not published.
// Faults: list.step_out_of_order, text.missing.
func (d *Desk) Withdraw(ctx context.Context, cmd engine.Command, id ident.ID, in Reasons) (ident.ID, error) {
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	return d.step(ctx, cmd, "withdraw_list", access.DraftList, id, func(_ *engine.Bundle, l *mandate.List) error { return l.Withdraw() })
}

// Drafter returns the post that drafts the lists of a place.
// Faults: place.unknown, list.nobody_drafts.
func (d *Desk) Drafter(code string) (string, error) {
	place, err := at(d.e.City(), code)
	if err != nil {
		return "", err
	}
	for _, unit := range d.posts(place, access.DraftList) {
		for _, p := range d.e.City().Org.Posts(unit) {
			if len(access.Scopes(access.Actor{Kind: access.Staff, Role: p.Role}, access.DraftList)) > 0 {
				return p.Code, nil
			}
		}
	}
	return "", fault.Field("place", "list.nobody_drafts", code)
}
