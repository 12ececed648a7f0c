package mandate

import (
	"huying/internal/desk/burden"
	"huying/internal/desk/establishment"
	desk "huying/internal/desk/mandate"
	"huying/internal/domain/access"
	load "huying/internal/domain/burden"
	book "huying/internal/domain/establishment"
	"huying/internal/domain/mandate"
	"huying/internal/domain/register"
	"huying/internal/web/frame"
)

// task is one thing that waits for the reader.
type task struct {
	what  string
	name  string
	href  string
	order bool // it is owed by an order as well, which stands among the orders
}

// waits is what the reader owes today: opinions of its unit, reviews, approvals,
// signatures and decisions of its post.
func (p *pages) waits(r *frame.Request) ([]task, error) {
	var out []task
	for _, of := range [...]func(*frame.Request) ([]task, error){p.listsWait, p.handoversWait, p.admissionsWait, p.postsWait, p.powersWait, p.groupsWait} {
		more, err := of(r)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func (p *pages) listsWait(r *frame.Request) (out []task, err error) {
	lists, err := p.Mandate.Lists(r.Ctx, r.Actor, desk.Filter{Status: []string{string(mandate.Draft), string(mandate.Reviewed), string(mandate.Consulted), string(mandate.Approved)}})
	for i := range lists {
		t, err := p.ofList(r, &lists[i])
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, *t)
		}
	}
	return out, err
}

func (p *pages) handoversWait(r *frame.Request) (out []task, err error) {
	if !r.Could(access.SignHandover) {
		return nil, nil
	}
	handed, err := p.Mandate.Handovers(r.Ctx, r.Actor, desk.Filter{Status: []string{string(mandate.Listed), string(mandate.Partial)}})
	for i := range handed {
		if h := &handed[i]; unsigned(r, &h.Fact) > 0 {
			out = append(out, task{what: r.T("duties.owes_signature"), name: h.Fact.Name, href: "/handovers/" + h.ID.Number()})
		}
	}
	return out, err
}

func (p *pages) admissionsWait(r *frame.Request) (out []task, err error) {
	asked, err := p.Mandate.Admissions(r.Ctx, r.Actor, desk.Filter{Status: []string{string(mandate.Requested)}})
	for i := range asked {
		a := &asked[i]
		_, said, err := p.Mandate.Admission(r.Ctx, r.Actor, a.ID)
		if err != nil {
			return nil, err
		}
		t := task{name: a.Fact.Name, href: "/admissions/" + a.ID.Number()}
		switch {
		case owes(r, said):
			t.what, t.order = r.T("duties.owes_opinion"), true
		case may(r, access.DecideAdmission, a.Fact.Place) && decides(r) && open(said) == 0 && a.Fact.Requested.Unit != r.Actor.Unit:
			t.what = r.T("duties.owes_decision")
		default:
			continue
		}
		out = append(out, t)
	}
	return out, err
}

// postsWait are the movements of posts that another person proposed and the
// reader may decide.
func (p *pages) postsWait(r *frame.Request) (out []task, err error) {
	if !r.Could(access.DecideEstablishment) {
		return nil, nil
	}
	list, err := p.Posts.Entries(r.Ctx, r.Actor, establishment.Filter{Status: []string{string(book.Proposed)}, Limit: establishment.MostRows})
	for i := range list {
		if e := &list[i]; mayDecide(r, &e.Fact) {
			out = append(out, task{what: r.T("posts.owes_decision"), name: movement(r, &e.Fact), href: "/establishment/" + e.ID.Number()})
		}
	}
	return out, err
}

// groupsWait are the groups, apps and plates that another unit wants and the
// reader may permit.
func (p *pages) groupsWait(r *frame.Request) (out []task, err error) {
	if !r.Could(access.DecideGroup) || !decides(r) {
		return nil, nil
	}
	list, err := p.Burden.Clubs(r.Ctx, r.Actor, burden.Filter{Status: string(load.Wanted)})
	for i := range list {
		if c := &list[i].Fact; may(r, access.DecideGroup, c.Place) && c.Owner != r.Actor.Unit {
			out = append(out, task{what: r.T("burden.owes_permit"), name: c.Name, href: "/groups"})
		}
	}
	return out, err
}

// Waiting is how many things wait for the reader on these pages besides orders:
// the page of orders says so, which is the first page of who leads a unit.
func (d Desks) Waiting(r *frame.Request) (n int, err error) {
	if !r.Could(access.ReadMandates) {
		return 0, nil
	}
	all, err := (&pages{d}).waits(r)
	for _, t := range all {
		if !t.order {
			n++
		}
	}
	return n, err
}

// powersWait are the delegations that the reader may put in force.
func (p *pages) powersWait(r *frame.Request) (out []task, err error) {
	if !r.Could(access.DecideDelegation) || !decides(r) {
		return nil, nil
	}
	list, err := p.Mandate.Delegations(r.Ctx, r.Actor, desk.Filter{Status: []string{string(mandate.Proposed)}})
	for i := range list {
		if d := &list[i]; may(r, access.DecideDelegation, d.Fact.Place) {
			out = append(out, task{what: r.T("duties.owes_start"), name: d.Fact.Name, href: "/delegations/" + d.ID.Number()})
		}
	}
	return out, err
}

func (p *pages) ofList(r *frame.Request, l *register.Record[mandate.List]) (*task, error) {
	t := &task{name: l.Fact.Name, href: "/duties/" + l.ID.Number()}
	switch l.Fact.Status {
	case mandate.Draft:
		if may(r, access.ReviewList, l.Fact.Place) {
			t.what = r.T("duties.owes_review")
			return t, nil
		}
	case mandate.Reviewed, mandate.Approved:
		if may(r, access.DraftList, l.Fact.Place) {
			t.what = r.T("duties.owes_next_step")
			return t, nil
		}
	case mandate.Consulted:
		_, said, err := p.Mandate.List(r.Ctx, r.Actor, l.ID)
		if err != nil {
			return nil, err
		}
		if owes(r, said) {
			t.what, t.order = r.T("duties.owes_opinion"), true
			return t, nil
		}
		if may(r, access.ApproveList, l.Fact.Place) && decides(r) && open(said) == 0 && l.Fact.Drafted.Post != r.Actor.ID {
			t.what = r.T("duties.owes_approval")
			return t, nil
		}
	}
	return nil, nil
}

// decides reports whether the reader's unit is one that decides for a county.
func decides(r *frame.Request) bool { return desk.County(r.City, r.Actor) == nil }

// owes reports whether the reader's unit has still to speak.
func owes(r *frame.Request, said []desk.Opinion) bool { return mine(r, said) != nil }

// mine is the opinion that the reader's unit owes, nil if none.
func mine(r *frame.Request, said []desk.Opinion) *desk.Opinion {
	for i := range said {
		if said[i].Unit == r.Actor.Unit && said[i].Result == "" {
			return &said[i]
		}
	}
	return nil
}

func open(said []desk.Opinion) (n int) {
	for _, o := range said {
		if o.Result == "" {
			n++
		}
	}
	return n
}
