package powers

import (
	"slices"

	"huying/internal/desk/power"
	"huying/internal/domain/consult"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// liaisonView is what the page of liaison shows.
type liaisonView struct {
	links  []power.State[consult.Liaison]
	agenda []power.Item
	open   int                 // instructions that contradict each other and are not settled
	kind   consult.LiaisonKind // to assign
	town   string              // whose posts and communities are offered
}

func (p pages) liaison(r *frame.Request) error {
	v := liaisonView{kind: consult.LiaisonKind(r.Query("kind")), town: r.Query("town")}
	if !slices.Contains(consult.LiaisonKinds, v.kind) {
		v.kind = consult.LeaderLiaison
	}
	if all := towns(r); len(all) > 0 && !slices.ContainsFunc(all, func(o part.Option) bool { return o.Value == v.town }) {
		v.town = all[0].Value
	}
	var err error
	if v.links, err = p.Power.Liaisons(r.Ctx, r.Actor, part.DayOf(r.Now), 0, rows); err != nil {
		return err
	}
	if v.agenda, err = p.Power.Agenda(r.Ctx, r.Actor, r.Now); err != nil {
		return err
	}
	conflicts, err := p.Power.Conflicts(r.Ctx, r.Actor, 0, rows)
	if err != nil {
		return err
	}
	for _, c := range conflicts {
		if c.Fact.Status == consult.ConflictOpen {
			v.open++
		}
	}
	return r.Page(r.T("powers.tab.liaison"), "powers", liaisonPage(r, v))
}

func (p pages) link(r *frame.Request) error {
	in := power.Link{
		Kind: r.Text("kind"), Post: r.Text("post"), Place: r.Text("place"), Enterprise: r.Text("enterprise"), From: r.Civil("from"), To: r.Civil("to"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Power.Link(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/liaison")
}

func (p pages) raise(r *frame.Request) error {
	in := power.Raise{Title: r.Text("title"), Text: r.Text("text")}
	return p.onLiaison(r, func(no ident.ID) error {
		_, err := p.Power.Raise(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) unlink(r *frame.Request) error {
	return p.onLiaison(r, func(no ident.ID) error {
		_, err := p.Power.Unlink(r.Ctx, r.Command(), no, power.Unlink{})
		return err
	})
}

func (p pages) onLiaison(r *frame.Request, act func(ident.ID) error) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	return did(r, act(no), "/powers/liaison")
}

// liaisonPosts are the posts that may be a liaison of a kind: of a leader those
// that lead in the district and the city, of a community or an enterprise any of
// the town's own offices.
func liaisonPosts(r *frame.Request, v liaisonView) []part.Option {
	places := []string{v.town}
	if v.kind == consult.LeaderLiaison {
		places = slices.Compact([]string{r.Actor.At.District, r.City.Root})
	}
	out := []part.Option{{Value: "", Name: "–"}}
	for _, place := range places {
		for _, code := range r.City.Org.Serving(place) {
			for _, p := range r.City.Org.Posts(code) {
				leads := p.Role == org.Secretary || p.Role == org.Leader || p.Role == org.Handler
				if v.kind != consult.LeaderLiaison || leads {
					out = append(out, part.Option{Value: p.Code, Name: r.Post(p.Code)})
				}
			}
		}
	}
	return out
}

// liaisonPlaces are the places that may have a liaison of a kind: a street its
// leader, a community its commissioner, a town the liaison of an enterprise.
func liaisonPlaces(r *frame.Request, v liaisonView) []part.Option {
	switch v.kind {
	case consult.LeaderLiaison:
		return towns(r)
	case consult.Special:
		return []part.Option{{Value: v.town, Name: r.Place(v.town)}}
	}
	var out []part.Option
	for _, c := range r.City.Territory.Children(v.town) {
		out = append(out, part.Option{Value: c.Code, Name: r.Place(c.Code)})
	}
	return out
}
