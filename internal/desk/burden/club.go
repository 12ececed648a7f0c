package burden

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Club is a work group, an app or a plate that somebody wants of the
// grassroots.
type Club struct {
	Kind    string `json:"kind" enum:"GROUP,APP,SIGN"`
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Purpose string `json:"purpose,omitempty" maxLength:"500" doc:"Without one it is refused"`
	Place   string `json:"place,omitempty" maxLength:"64" doc:"Whom it concerns; empty: the place of the post"`
	Minutes int    `json:"minutes" minimum:"1" maximum:"10560" doc:"Work a month it makes for one unit"`
	Until   int    `json:"until,omitempty" minimum:"0" maximum:"21001231" doc:"Last civil day it is needed"`
}

// WantClub asks for a new group, app or plate; nobody joins it before it is
// permitted. Faults: place.unknown, record.key_taken and those of
// burden.Club.Check.
func (d *Desk) WantClub(ctx context.Context, cmd engine.Command, in Club) (ident.ID, error) {
	if err := matter.Words("name", in.Name, true); err != nil {
		return 0, err
	}
	if err := matter.Words("purpose", in.Purpose, false); err != nil {
		return 0, err
	}
	place := cmd.Actor.At
	if in.Place != "" {
		var err error
		if place, err = d.place(in.Place); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "want_group", func(b *engine.Bundle) (ident.ID, error) {
		c := burden.Club{Kind: burden.Kind(in.Kind), Name: in.Name, Hand: b.Hand(""), Minutes: in.Minutes, Owner: b.Actor().Unit, Place: place, Purpose: in.Purpose, Status: burden.Wanted, Until: in.Until}
		if err := access.Allow(b.Actor(), access.AskGroup, access.Subject{Place: place}); err != nil {
			return 0, err
		}
		if err := c.Check(b.Today()); err != nil {
			return 0, err
		}
		return engine.Enter(b, "want", &c)
	})
}

// Permit is a decision.
type Permit struct {
	Permit bool   `json:"permit"`
	Text   string `json:"text,omitempty" maxLength:"2000" doc:"Needed for a no"`
}

// DecideClub permits or declines a group, app or plate: the county body does,
// never its owner. What is permitted is a demand on each town or village it
// concerns, and stands in the burden ledger. Faults: group.own_request, mandate.not_county_body, those
// of burden.Club.Decide.
func (d *Desk) DecideClub(ctx context.Context, cmd engine.Command, id ident.ID, in Permit) (ident.ID, error) {
	if err := matter.Words("text", in.Text, false); err != nil {
		return 0, err
	}
	return d.club(ctx, cmd, "decide", id, func(b *engine.Bundle, c *burden.Club) error {
		a := b.Actor()
		if err := access.Allow(a, access.DecideGroup, access.Subject{Place: c.Place}); err != nil {
			return err
		}
		if c.Owner == a.Unit {
			return fault.New(fault.Denied, "group.own_request")
		}
		if u, ok := b.City().Org.Unit(a.Unit); a.Role != org.Organiser && (!ok || u.Kind != org.Government && u.Kind != org.PartyCommittee) {
			return fault.New(fault.Denied, "mandate.not_county_body", a.Unit)
		}
		if err := c.Decide(a.ID, b.Hand(c.Hand), in.Permit, in.Text, b.Today()); err != nil {
			return err
		}
		return imposed(b, id, c)
	})
}

// imposed enters what a group, app or plate asks of each unit below its owner
// that it concerns.
func imposed(b *engine.Bundle, id ident.ID, c *burden.Club) error {
	city := b.City()
	owner, ok := city.Org.Unit(c.Owner)
	if !ok || c.Status != burden.Permitted {
		return nil
	}
	for _, code := range concerned(city.Territory, c.Place, owner.Level) {
		unit, ok := city.Org.Centre(code)
		if !ok {
			unit, ok = city.Org.At(code, "JW")
		}
		if u, known := city.Org.Unit(unit); !ok || !known || owner.Level.Rank() <= u.Level.Rank() {
			continue // nothing is demanded from above
		}
		_, err := engine.Enter(b, "ask", &burden.Entry{
			About: id, Basis: c.Purpose, Day: b.Today(), Issuer: c.Owner, Kind: c.Kind, Minutes: c.Minutes, Name: c.Name,
			Place: city.Territory.Address(code), Status: burden.Asked, Unit: unit,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// concerned are the towns, or the villages and communities, that something in a
// place concerns which a unit of a level wants.
func concerned(t *territory.Tree, place territory.Address, owner org.Level) []string {
	var out []string
	below := func(code string) {
		for _, p := range t.Children(code) {
			out = append(out, p.Code)
		}
	}
	switch {
	case place.Community != "", place.Town != "" && owner != org.Town:
		return []string{place.Leaf()}
	case place.Town != "" || place.District != "":
		below(place.Leaf())
		return out
	}
	for p := range t.All() {
		if p.Kind.Rank() == 2 {
			out = append(out, p.Code)
		}
	}
	return out
}

// None is the input of a command that needs none.
type None struct{}

// UseClub says that a group, app or plate is in use today.
// Faults: group.not_running, access.denied.
func (d *Desk) UseClub(ctx context.Context, cmd engine.Command, id ident.ID, _ None) (ident.ID, error) {
	return d.club(ctx, cmd, "use", id, func(b *engine.Bundle, c *burden.Club) error {
		if c.Owner != b.Actor().Unit {
			return fault.New(fault.Denied, "access.denied", string(access.AskGroup))
		}
		if c.Status != burden.Permitted {
			return fault.New(fault.Conflict, "group.not_running", c.Name)
		}
		c.Last = b.Today()
		return nil
	})
}

// DissolveClub ends a group, app or plate: its owner, or whoever permits them;
// the clean-up counts it. Faults: group.not_running, access.denied.
func (d *Desk) DissolveClub(ctx context.Context, cmd engine.Command, id ident.ID, _ None) (ident.ID, error) {
	return d.club(ctx, cmd, "dissolve", id, func(b *engine.Bundle, c *burden.Club) error {
		if c.Owner != b.Actor().Unit {
			if err := access.Allow(b.Actor(), access.DecideGroup, access.Subject{Place: c.Place}); err != nil {
				return err
			}
		}
		if err := c.Dissolve(b.Today()); err != nil {
			return err
		}
		_, err := engine.Enter(b, "count", &burden.Cleanup{Count: 1, Day: b.Today(), Kind: c.Kind, Place: c.Place, Text: c.Name, Unit: c.Owner})
		return err
	})
}

func (d *Desk) club(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(b *engine.Bundle, c *burden.Club) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_group", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(c *burden.Club) error { return fn(b, c) })
	})
}

// Listed is a group with why it is proposed to be dissolved, if it is:
// NO_PURPOSE, EXPIRED, IDLE.
type Listed struct {
	register.Record[burden.Club]
	Idle burden.Idleness
}

// idleDays is after how many days without use a group is proposed to be
// dissolved.
const idleDays = 60

// Clubs lists groups, apps and plates with the proposals to dissolve them.
// Faults: page.size, place.unknown.
func (d *Desk) Clubs(ctx context.Context, actor access.Actor, f Filter) ([]Listed, error) {
	w, err := d.where(actor, f)
	if err != nil {
		return nil, err
	}
	today := d.e.Day(time.Time{})
	since := calendar.AddDays(today, -idleDays)
	var out []Listed
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[burden.Club](v, w)
		for _, r := range rows {
			out = append(out, Listed{r, r.Fact.Idle(today, since)})
		}
		return err
	})
	return out, err
}

// Cleanup is a number of groups, apps or plates done away with.
type Cleanup struct {
	Kind  string `json:"kind" enum:"GROUP,APP,SIGN"`
	Count int    `json:"count" minimum:"1" maximum:"1000000"`
	Text  string `json:"text" minLength:"1" maxLength:"500" doc:"What was done"`
	Place string `json:"place,omitempty" maxLength:"64" doc:"Where; empty: the place of the post"`
}

// CountCleanup enters what a place did away with. Faults: place.unknown and
// those of burden.Cleanup.Check.
func (d *Desk) CountCleanup(ctx context.Context, cmd engine.Command, in Cleanup) (ident.ID, error) {
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	place := cmd.Actor.At
	if in.Place != "" {
		var err error
		if place, err = d.place(in.Place); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "count_cleanup", func(b *engine.Bundle) (ident.ID, error) {
		c := burden.Cleanup{Count: in.Count, Day: b.Today(), Kind: burden.Kind(in.Kind), Place: place, Text: in.Text, Unit: b.Actor().Unit}
		if err := access.Allow(b.Actor(), access.CountCleanup, access.Subject{Place: place}); err != nil {
			return 0, err
		}
		if err := c.Check(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "count", &c)
	})
}

// Cleanups returns the totals of clean-ups in a place, by kind.
// Fault: place.unknown.
func (d *Desk) Cleanups(ctx context.Context, actor access.Actor, code string) (map[burden.Kind]int64, error) {
	place, err := d.place(code)
	if err != nil {
		return nil, err
	}
	out := map[burden.Kind]int64{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		for _, k := range burden.ClubKinds {
			total, _, err := engine.Sum[burden.Cleanup](v, engine.Where{
				Status: []string{string(k)}, District: place.District, Town: place.Town, May: &actor, Action: access.ReadBurden,
			})
			if err != nil {
				return err
			}
			out[k] = total
		}
		return nil
	})
	return out, err
}

// Campaign is a check-up of every village and community of a place.
type Campaign struct {
	Name      string   `json:"name" minLength:"1" maxLength:"200"`
	Place     string   `json:"place,omitempty" maxLength:"64" doc:"Empty: the place of the post"`
	From      int      `json:"from" minimum:"20000101" maximum:"21001231"`
	To        int      `json:"to" minimum:"20000101" maximum:"21001231"`
	Checklist []string `json:"checklist" minItems:"1" maxItems:"50"`
}

// Run begins a campaign. Faults: place.unknown and those of
// burden.Campaign.Check.
func (d *Desk) Run(ctx context.Context, cmd engine.Command, in Campaign) (ident.ID, error) {
	place := cmd.Actor.At
	if in.Place != "" {
		var err error
		if place, err = d.place(in.Place); err != nil {
			return 0, err
		}
	}
	for _, s := range append([]string{in.Name}, in.Checklist...) {
		if err := matter.Words("checklist", s, true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "run_campaign", func(b *engine.Bundle) (ident.ID, error) {
		c := burden.Campaign{Checklist: in.Checklist, From: in.From, Name: in.Name, Owner: b.Actor().Unit, Place: place, To: in.To}
		if err := access.Allow(b.Actor(), access.RunCampaign, access.Subject{Place: place}); err != nil {
			return 0, err
		}
		if err := c.Check(b.Today()); err != nil {
			return 0, err
		}
		return engine.Enter(b, "begin", &c)
	})
}

// Issue is something a visit found, and the unit that must mend it.
type Issue struct {
	Text string `json:"text" minLength:"1" maxLength:"500"`
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"Department that must mend it; empty: nobody yet"`
}

// Visit is the visit of a campaign to one village.
type Visit struct {
	Place  string  `json:"place" maxLength:"64" doc:"Code of the village or community"`
	Issues []Issue `json:"issues,omitempty" maxItems:"50"`
}

// Visit enters the one visit to a village; what it found becomes a measure of
// the unit that must mend it. A second visit of the same campaign is refused.
// Faults: campaign.visited_already, campaign.not_here, campaign.not_now,
// unit.unknown.
func (d *Desk) Visit(ctx context.Context, cmd engine.Command, id ident.ID, in Visit) (ident.ID, error) {
	for _, i := range in.Issues {
		if err := matter.Words("issues", i.Text, true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "visit", func(b *engine.Bundle) (ident.ID, error) {
		c, err := engine.Peek[burden.Campaign](b, id)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.RunCampaign, access.Subject{Place: c.Place}); err != nil {
			return 0, err
		}
		if today := b.Today(); today < c.From || today > c.To {
			return 0, fault.New(fault.Conflict, "campaign.not_now", c.From, c.To)
		}
		place := b.City().Territory.Address(in.Place)
		unit, ok := b.City().Org.At(in.Place, "JW")
		if !ok || place.Community != in.Place || !within(place, c.Place) {
			return 0, fault.Field("place", "campaign.not_here", in.Place)
		}
		before, err := engine.Find[burden.Visit](b.Query(), engine.Where{About: id, Key: burden.VisitKey(id, unit), Limit: 1})
		if err != nil {
			return 0, err
		}
		if len(before) > 0 {
			return 0, fault.New(fault.Conflict, "campaign.visited_already", before[0].Fact.Day).In("place")
		}
		v := burden.Visit{Campaign: id, Day: b.Today(), Place: place, Unit: unit, Visitor: b.Actor().Unit}
		for _, i := range in.Issues {
			v.Issues = append(v.Issues, i.Text)
		}
		no, err := engine.Enter(b, "visit", &v)
		if err != nil {
			return 0, err
		}
		return no, measures(b, no, place, in.Issues)
	})
}

// measures assigns what a visit found to those who must mend it.
func measures(b *engine.Bundle, visit ident.ID, place territory.Address, issues []Issue) error {
	for _, i := range issues {
		if i.Unit == "" {
			continue
		}
		if _, ok := b.City().Org.Unit(i.Unit); !ok {
			return fault.Field("issues", "unit.unknown", i.Unit)
		}
		_, err := b.Assign(matter.Assigned{
			Kind: matter.Measure, Title: i.Text, Place: place, About: visit, Orders: []matter.Assignment{{Debtor: i.Unit, Content: i.Text}},
		}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// within reports whether a village lies in a campaign's place.
func within(a, place territory.Address) bool {
	return (place.District == "" || place.District == a.District) && (place.Town == "" || place.Town == a.Town)
}

// Coverage is how far a campaign has come.
type Coverage struct {
	register.Record[burden.Campaign]
	Units   int // villages and communities of its place
	Visited int64
	Issues  int64
}

// Coverage returns a campaign with how many of its villages were visited:
// computed, never typed. Fault: record.not_found.
func (d *Desk) Coverage(ctx context.Context, actor access.Actor, id ident.ID) (*Coverage, error) {
	r, err := engine.Get[burden.Campaign](ctx, d.e, actor, access.ReadBurden, id)
	if err != nil {
		return nil, err
	}
	out := &Coverage{Record: *r}
	city := d.e.City()
	for p := range city.Territory.All() {
		if p.Kind.Rank() == 1 && within(city.Territory.Address(p.Code), r.Fact.Place) {
			out.Units++
		}
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out.Issues, out.Visited, err = engine.Sum[burden.Visit](v, engine.Where{About: id})
		return err
	})
	return out, err
}

// Campaigns lists campaigns, the newest first. Faults: page.size, place.unknown.
func (d *Desk) Campaigns(ctx context.Context, actor access.Actor, f Filter) (out []register.Record[burden.Campaign], err error) {
	w, err := d.where(actor, f)
	if err != nil {
		return nil, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[burden.Campaign](v, w)
		return err
	})
	return out, err
}
