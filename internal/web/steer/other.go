package steer

import (
	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/programme"
	"huying/internal/web/frame"
)

func (p pages) projects(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	on := calendar.DayOf(r.Now)
	if t := r.Time("day"); !t.IsZero() {
		on = calendar.DayOf(t)
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	rows, err := p.Programme.Projects(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	sum, err := p.Programme.RollUp(r.Ctx, r.Actor, on)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_projects"), "programmes", projectsPage(r.View, rows, sum, next("/programmes/projects", rows)))
}

func (p pages) addProject(r *frame.Request) error {
	in := desk.NewProject{
		Title: r.Text("title"), Kind: r.Text("kind"), Owner: r.Text("owner"), Stage: r.Text("stage"), Day: r.Text("day"),
		Households: int64(r.Int("households")), People: int64(r.Int("people")),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.AddProject(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/projects")
}

func (p pages) moveProject(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Programme.MoveProject(r.Ctx, r.Command(), no, desk.Moved{Stage: r.Text("stage"), Day: r.Text("day")}); err != nil {
		return err
	}
	return r.Go("/programmes/projects")
}

// loadProjects keeps the figures about projects that the pack publishes.
func (p pages) loadProjects(r *frame.Request) error {
	if _, err := p.Programme.LoadStatistics(r.Ctx, r.Command(), struct{}{}); err != nil {
		return err
	}
	return r.Go("/programmes/projects")
}

func (p pages) offers(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.Offers(r.Ctx, r.Actor, w.Before, w.Limit)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_offers"), "programmes", offersPage(r.View, rows, next("/programmes/offers", rows)))
}

func (p pages) post(r *frame.Request) error {
	in := desk.NewOffer{Kind: r.Text("kind"), Topic: r.Text("topic"), Text: r.Text("text"), Consent: r.Bool("consent")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.PostOffer(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/offers")
}

func (p pages) consent(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Programme.ConsentOffer(r.Ctx, r.Command(), no, desk.Consent{Consent: r.Bool("consent")}); err != nil {
		return err
	}
	return r.Go("/programmes/offers")
}

func (p pages) match(r *frame.Request) error {
	in := desk.NewMatch{Need: r.Text("need"), Resource: r.Text("resource"), Title: r.Text("title")}
	if _, err := p.Programme.MatchOffers(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/projects")
}

// listed are the needs or the resources of a list that are not matched yet.
func listed(rows []desk.Noted[programme.Offer], kind programme.OfferKind) (out []desk.Noted[programme.Offer]) {
	for _, x := range rows {
		if x.Fact.Kind == kind && x.Fact.Status == programme.Offered && x.Fact.Visible() {
			out = append(out, x)
		}
	}
	return out
}
