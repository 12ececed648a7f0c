package ground

import (
	"slices"
	"strconv"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// gridList is the grids of a town, by community.
type gridList struct {
	here
	around []community
	known  bool // the reader may see what each lacks
}

// community is the grids of one community with what they lack.
type community struct {
	place   *territory.Place
	grids   []*territory.Place
	lacks   map[string][]grid.Vacancy
	without map[string]bool // a branch
}

func (p pages) grids(r *frame.Request) error {
	h, err := p.here(r, "/grids")
	if err != nil {
		return err
	}
	x := &gridList{here: h}
	root := h.town
	if root == "" && len(h.towns) == 0 {
		root = r.Actor.At.Leaf()
	}
	if root == "" {
		return r.Page(r.T("ground.tab_grids"), "ground", gridsPage(r.View, x))
	}
	lacking, without := map[string][]grid.Vacancy{}, map[string]bool{}
	if h.town != "" {
		g, err := p.Ground.GapsOf(r.Ctx, r.Actor, h.town, part.DayOf(r.Now))
		if err != nil {
			return err
		}
		for _, v := range g.Vacancies {
			lacking[v.Place] = append(lacking[v.Place], v)
		}
		for _, code := range g.Branches.Gaps {
			without[code] = true
		}
		x.known = true
	}
	for _, g := range below(r.View, root, 0) {
		home := r.City.Territory.Address(g.Code).Community
		if n := len(x.around); n == 0 || x.around[n-1].place.Code != home {
			place, ok := r.City.Territory.Place(home)
			if !ok {
				continue
			}
			x.around = append(x.around, community{place: place, lacks: lacking, without: without})
		}
		last := &x.around[len(x.around)-1]
		last.grids = append(last.grids, g)
	}
	return r.Page(r.T("ground.tab_grids"), "ground", gridsPage(r.View, x))
}

// missing is how many posts the grids of a community lack.
func (c community) missing() int {
	n := 0
	for _, g := range c.grids {
		for _, v := range c.lacks[g.Code] {
			n += v.Missing
		}
	}
	return n
}

// teamView is who serves a grid.
type teamView struct {
	*desk.Team
	board   []grid.OnBoard // tasks of the grid
	fills   bool
	plans   bool
	patrols bool
}

func (p pages) team(r *frame.Request) error {
	x, err := p.teamView(r, r.Path("place"))
	if err != nil {
		return err
	}
	return r.Page(r.Place(x.Place.Code), "ground", teamPage(r.View, x))
}

func (p pages) teamView(r *frame.Request, code string) (*teamView, error) {
	place, ok := r.City.Territory.Place(code)
	if !ok || !mayAt(r.View, access.ReadGround, code) || place.Kind.Rank() > 2 {
		return nil, fault.New(fault.NotFound, "place.not_yours", code)
	}
	t, err := p.Ground.Team(r.Ctx, r.Actor, code, part.DayOf(r.Now))
	if err != nil {
		return nil, err
	}
	x := &teamView{Team: t, fills: mayAt(r.View, access.FillGround, code)}
	if place.Kind.Rank() == 0 && !place.Retired() {
		x.plans, x.patrols = mayAt(r.View, access.PlanGround, code), mayAt(r.View, access.Patrol, code)
		x.board, err = p.Ground.ChoreBoard(r.Ctx, r.Actor, code, part.DayOf(r.Now))
	}
	return x, err
}

// seat is one post of a grid: what is asked, who holds it, what is missing.
type seat struct {
	post    string
	norm    *pack.Norm // nil: no norm asks for it here
	held    []register.Record[grid.Station]
	missing int
}

// seats are the posts of a place, those that its norms ask for first.
func (x *teamView) seats(v *part.View) []seat {
	var out []seat
	for i := range v.City.Norms {
		if n := &v.City.Norms[i]; n.Kind == x.Place.Kind && (n.When == "" || x.tied(n.When)) {
			out = append(out, seat{post: n.Post, norm: n})
		}
	}
	for _, s := range x.Stations {
		i := slices.IndexFunc(out, func(o seat) bool { return o.post == s.Fact.Post })
		if i < 0 {
			i, out = len(out), append(out, seat{post: s.Fact.Post})
		}
		out[i].held = append(out[i].held, s)
	}
	for i := range out {
		for _, m := range x.Vacancies {
			if m.Post == out[i].post {
				out[i].missing = m.Missing
			}
		}
	}
	return out
}

func (x *teamView) tied(kind string) bool {
	return slices.ContainsFunc(x.Ties, func(t register.Record[grid.Tie]) bool { return t.Fact.Kind == kind })
}

// postOptions are the posts that may be filled here.
func (x *teamView) postOptions(v *part.View) []part.Option {
	var out []part.Option
	for _, s := range x.seats(v) {
		name := postName(v, s.post)
		if s.missing > 0 {
			name = v.T("ground.post_lacks", name, s.missing)
		}
		out = append(out, part.Option{Value: s.post, Name: name})
	}
	return out
}

func words(v *part.View, group string, codes []string) []part.Option {
	out := make([]part.Option, len(codes))
	for i, c := range codes {
		out[i] = part.Option{Value: c, Name: v.Word(group, c)}
	}
	return out
}

func (p pages) station(r *frame.Request) error {
	in := desk.NewStation{Grid: r.Text("grid"), Post: r.Text("post"), Holder: r.Text("holder")}
	return p.served(r, part.Key("ground.said_filled"), in.Grid, func() (ident.ID, error) { return p.Ground.Station(r.Ctx, r.Command(), in) })
}

func (p pages) tie(r *frame.Request) error {
	in := desk.NewTie{Grid: r.Text("grid"), Kind: r.Text("kind"), Org: r.Text("org"), Name: r.Text("name"), Phone: r.Text("phone")}
	return p.served(r, part.Key("ground.said_tied"), in.Grid, func() (ident.ID, error) { return p.Ground.Tie(r.Ctx, r.Command(), in) })
}

func (p pages) leave(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	return p.served(r, part.Key("ground.said_left"), r.Text("grid"), func() (ident.ID, error) { return p.Ground.Leave(r.Ctx, r.Command(), no, desk.Empty{}) })
}

func (p pages) untie(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	return p.served(r, part.Key("ground.said_untied"), r.Text("grid"), func() (ident.ID, error) { return p.Ground.Untie(r.Ctx, r.Command(), no, desk.Empty{}) })
}

// served does something about who serves a grid and shows it as it stands then.
func (p pages) served(r *frame.Request, says part.Key, code string, fn func() (ident.ID, error)) error {
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := fn(); err != nil {
		return err
	}
	r.Says(string(says))
	x, err := p.teamView(r, code)
	if err != nil {
		return err
	}
	return r.Part(teamBox(r.View, x))
}

func itoa(n int) string { return strconv.Itoa(n) }
