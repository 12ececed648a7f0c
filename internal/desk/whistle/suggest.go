package whistle

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/whistle"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Proposed is a department that may be called, and why.
type Proposed struct {
	Unit     string
	Why      whistle.Why
	On       bool // is called unless the desk says otherwise
	Platform bool // may be called for joint enforcement
	Team     string
	Metres   int // to its nearest team, where that is why
}

// Proposal is a whistle that the desk has only to blow.
type Proposal struct {
	State       *engine.State
	Kind        matter.WhistleKind
	Departments []Proposed
}

// reach is how far away a team is still called near, in metres.
const reach = 3000

// Propose proposes a whistle about a matter: the kind by its urgency, the
// departments by the duty list and the platform, and whose teams are near. It
// decides nothing. Faults: matter.not_found.
func (d *Desk) Propose(ctx context.Context, actor access.Actor, id ident.ID, now time.Time) (*Proposal, error) {
	s, err := d.e.Read(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	p := &Proposal{State: s, Kind: kindFor(s, actor)}
	if p.Kind == matter.CommunityWhistle {
		p.street(s)
		return p, nil
	}
	if err := d.byDuty(ctx, p, now); err != nil {
		return nil, err
	}
	p.byPlatform(s)
	if x, y, ok := s.M.Point(); ok {
		near, err := d.Near(x, y, "", reach)
		if err != nil {
			return nil, err
		}
		for _, o := range near {
			p.add(s, Proposed{Unit: o.Unit, Why: whistle.ByNear, Team: o.Name, Metres: o.Metres})
		}
	}
	p.street(s)
	p.check(s)
	return p, nil
}

func kindFor(s *engine.State, actor access.Actor) matter.WhistleKind {
	if u, ok := s.City.Org.Unit(actor.Unit); ok && u.Level == org.Community {
		return matter.CommunityWhistle
	}
	if s.M.Urgency == duty.Emergency {
		return matter.EmergencyWhistle
	}
	return matter.EnforcementWhistle
}

func (d *Desk) byDuty(ctx context.Context, p *Proposal, now time.Time) error {
	s := p.State
	leaf, ok := s.City.Duty.Leaf(s.M.Category)
	if !ok {
		return nil
	}
	lead, err := d.e.Lead(ctx, leaf, s.M.Place, now)
	if err != nil {
		return err
	}
	p.add(s, Proposed{Unit: lead, Why: whistle.ByLead})
	for _, co := range s.City.Co(leaf, s.M.Place) {
		p.add(s, Proposed{Unit: co, Why: whistle.ByCo})
	}
	return nil
}

func (p *Proposal) byPlatform(s *engine.State) {
	for _, kind := range [...]org.EdgeKind{org.ResidentAt, org.OnCallFor} {
		for _, core := range s.City.Org.Serving(s.M.Place.Town) {
			for _, e := range s.City.Org.To(core, kind) {
				p.add(s, Proposed{Unit: core, Why: whistle.ByPlatform})
				p.add(s, Proposed{Unit: e.From, Why: whistle.Why(kind)})
			}
		}
	}
}

// street adds the offices of the street and the agencies in it.
func (p *Proposal) street(s *engine.State) {
	for _, code := range s.City.Org.Serving(s.M.Place.Town) {
		u, _ := s.City.Org.Unit(code)
		switch u.Kind {
		case org.StationedAgency, org.EnforcementBody, org.BackOffice:
			p.add(s, Proposed{Unit: code, Why: whistle.ByStreet})
		}
	}
}

func (p *Proposal) add(s *engine.State, x Proposed) {
	u, ok := s.City.Org.Unit(x.Unit)
	if !ok || u.Level == org.Community || u.Kind == org.CommandCentre || slices.ContainsFunc(p.Departments, func(o Proposed) bool { return o.Unit == x.Unit }) {
		return
	}
	x.Platform = s.OnPlatform(x.Unit)
	p.Departments = append(p.Departments, x)
}

// check ticks whom the duty list names, as far as the kind permits; failing
// that, who sits on the platform.
func (p *Proposal) check(s *engine.State) {
	some := false
	tick := func(why ...whistle.Why) {
		for i := range p.Departments {
			x := &p.Departments[i]
			if slices.Contains(why, x.Why) && (x.Platform || p.Kind != matter.EnforcementWhistle) {
				x.On, some = true, true
			}
		}
	}
	if tick(whistle.ByLead, whistle.ByCo); !some {
		tick(whistle.ByPlatform)
	}
}
