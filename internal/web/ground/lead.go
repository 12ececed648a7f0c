package ground

import (
	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// mostUnsent is how many findings a page shows, each with its form.
const mostUnsent = 20

// leadView is what the ground of a town found and nobody was sent after yet, and
// the leads that a team was sent to.
type leadView struct {
	here
	unsent  []desk.Unsent
	further ident.ID // where the findings go on
	from    ident.ID
	leads   []desk.Led
	next    string
}

func (p pages) leadView(r *frame.Request) (*leadView, error) {
	h, err := p.here(r, "/leads")
	if err != nil {
		return nil, err
	}
	x := &leadView{here: h}
	if h.town == "" {
		return x, nil
	}
	before, err := r.Before()
	if err != nil {
		return nil, err
	}
	if after := r.Text("after"); after != "" {
		if x.from, err = ident.ParseNumber(after); err != nil {
			return nil, err
		}
	}
	if x.unsent, x.further, err = p.Ground.Findings(r.Ctx, r.Actor, h.town, x.from, mostUnsent, r.Now); err != nil {
		return nil, err
	}
	if x.leads, err = p.Ground.Leads(r.Ctx, r.Actor, h.town, before, some); err != nil {
		return nil, err
	}
	if n := len(x.leads); n > 0 {
		x.next = h.next(n, x.leads[n-1].ID)
	}
	return x, nil
}

func (p pages) leads(r *frame.Request) error {
	x, err := p.leadView(r)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(leadsBox(r.View, x))
	}
	return r.Page(r.T("ground.tab_leads"), "ground", leadsPage(r.View, x))
}

// sendTeam orders a team to look into what was found.
func (p pages) sendTeam(r *frame.Request) error {
	no, err := ident.ParseNumber(r.Text("matter"))
	if err != nil {
		return err
	}
	in := desk.NewLead{Unit: r.View.UnitCode(r.Text("unit")), Why: r.Text("why")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.SendTeam(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	r.Says("ground.said_sent", r.View.Unit(in.Unit))
	if !r.Could(access.ReadGround) {
		return r.Reload()
	}
	x, err := p.leadView(r)
	if err != nil {
		return err
	}
	return r.Part(leadsBox(r.View, x))
}

// waiting is a line for the first page of a desk: what the ground of its town found
// and nobody was sent after. It is nothing if there is none.
func (p pages) waiting(r *frame.Request) error {
	if !r.Partial() {
		return r.Go("/ground/leads")
	}
	h, err := p.here(r, "/leads")
	if err != nil {
		return err
	}
	var list []desk.Unsent
	var more ident.ID
	if h.town != "" {
		if list, more, err = p.Ground.Findings(r.Ctx, r.Actor, h.town, 0, mostUnsent, r.Now); err != nil {
			return err
		}
	}
	return r.Part(waitingBox(r.View, h, list, more != 0))
}

// lateOf counts the findings that somebody should have been sent after by now.
func lateOf(v *part.View, list []desk.Unsent) int {
	n := 0
	for i := range list {
		if list[i].Late(v.Now) {
			n++
		}
	}
	return n
}

// teams are the names of the units that may be sent at a place.
func teams(v *part.View, town string) []string {
	at := v.City.Territory.Address(town)
	return v.UnitNames(func(u *org.Unit) bool {
		a := v.City.Territory.Address(u.Territory)
		return (a.District == "" || a.District == at.District) && (a.Town == "" || a.Town == at.Town)
	})
}

// originKey is the word for where a finding came from.
func originKey(source string) part.Key {
	switch source {
	case "PATROL":
		return part.Key("ground.by_round")
	case "SENSOR":
		return part.Key("ground.by_device")
	}
	return part.Key("ground.by_grid")
}
