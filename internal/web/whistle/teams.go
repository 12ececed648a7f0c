package whistle

import (
	"cmp"
	"slices"
	"strconv"

	"huying/internal/desk/whistle"
	notices "huying/internal/domain/whistle"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// offer is the teams around a matter, the nearest first.
type offer struct {
	s          *engine.State
	metres     int
	capability string
	teams      []notices.Offer
	can        []string // capabilities to choose from
}

// reaches are how far the offer looks.
var reaches = []int{1000, 3000, 5000, 10000, 50000}

const usualReach = 3000

// teams offers the teams that stand near a matter, by the bases they were
// assigned (GZ-33).
func (p pages) teams(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x := &offer{metres: usualReach, capability: r.Query("capability")}
	if n, err := strconv.Atoi(r.Query("metres")); err == nil && slices.Contains(reaches, n) {
		x.metres = n
	}
	if x.s, err = p.Engine.Read(r.Ctx, r.Actor, no); err != nil {
		return err
	}
	x.teams, err = p.Whistle.NearMatter(r.Ctx, r.Actor, no, x.capability, x.metres)
	if err != nil && fault.Code(err) != "near.no_point" { // the page says what to do without a point
		return err
	}
	for _, b := range r.City.Bases {
		if !slices.Contains(x.can, b.Capability) {
			x.can = append(x.can, b.Capability)
		}
	}
	slices.SortFunc(x.can, cmp.Compare[string])
	return r.Page(r.T("whistle.teams"), "desk", teamsPage(r.View, x))
}

// send sends the teams that were ticked, all at once.
func (p pages) send(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := whistle.Send{Teams: r.Texts("team"), Content: r.Text("content")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Whistle.Send(r.Ctx, r.Command(), ident.ID(no), in); err != nil {
		return err
	}
	r.Says("whistle.said_sent", len(in.Teams))
	return r.Go("/matters/" + no.Number())
}

func reachOptions(v *part.View) []part.Option {
	out := make([]part.Option, len(reaches))
	for i, n := range reaches {
		out[i] = part.Option{Value: strconv.Itoa(n), Name: v.T("whistle.within", n/1000)}
	}
	return out
}

func canOptions(v *part.View, x *offer) []part.Option {
	out := []part.Option{{Value: "", Name: v.T("whistle.any_skill")}}
	for _, c := range x.can {
		out = append(out, part.Option{Value: c, Name: c})
	}
	return out
}

// teamName is what a base is called in the reader's language.
func teamName(v *part.View, o notices.Offer) string {
	if v.English() {
		return o.NameEN
	}
	return o.Name
}
