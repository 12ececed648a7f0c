package ground

import (
	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// mostTold is how many gaps of a kind stand on the first page.
const mostTold = 14

// lacks is what a town lacks today, ready to be shown.
type lacks struct {
	*desk.Gaps
	town    string
	missing int // posts
	posts   []lack
	norms   bool // the city asks for posts at all
	unsent  []desk.Unsent
	more    bool // of them than these
}

// waiting is how many findings wait, with a sign if there are more.
func (x *lacks) waiting() string {
	return atLeast(len(x.unsent), x.more)
}

func atLeast(n int, more bool) string {
	if more {
		return itoa(n) + "+"
	}
	return itoa(n)
}

// lack is one grid with the posts it lacks.
type lack struct {
	place string
	posts []grid.Vacancy
}

// home is what the reader's town lacks today; for a district, its towns side by
// side; for whoever has only a segment or a grid, the segments.
func (p pages) home(r *frame.Request) error {
	h, err := p.here(r, "")
	if err != nil {
		return err
	}
	switch {
	case h.town != "":
		x, err := p.lacks(r, h.town)
		if err != nil {
			return err
		}
		if r.Partial() {
			return r.Part(gapsBox(r.View, h, x))
		}
		return r.Page(r.T("ground.title"), "ground", gapsPage(r.View, h, x))
	case len(h.towns) == 0:
		return r.Go("/ground/segments")
	}
	var all []*lacks
	if len(h.towns) <= mostCompared {
		for _, town := range h.towns {
			x, err := p.lacks(r, town)
			if err != nil {
				return err
			}
			all = append(all, x)
		}
	}
	return r.Page(r.T("ground.title"), "ground", townsPage(r.View, h, all))
}

// lacks puts the gaps of a town in order.
func (p pages) lacks(r *frame.Request, town string) (*lacks, error) {
	g, err := p.Ground.GapsOf(r.Ctx, r.Actor, town, part.DayOf(r.Now))
	if err != nil {
		return nil, err
	}
	x := &lacks{Gaps: g, town: town, norms: len(r.City.Norms) > 0}
	more := ident.ID(0)
	if x.unsent, more, err = p.Ground.Findings(r.Ctx, r.Actor, town, 0, mostTold, r.Now); err != nil {
		return nil, err
	}
	x.more = more != 0
	for _, v := range g.Vacancies {
		x.missing += v.Missing
		if n := len(x.posts); n == 0 || x.posts[n-1].place != v.Place {
			x.posts = append(x.posts, lack{place: v.Place})
		}
		last := &x.posts[len(x.posts)-1]
		last.posts = append(last.posts, v)
	}
	return x, nil
}

// postName is how the norms call a post.
func postName(v *part.View, post string) string {
	for _, n := range v.City.Norms {
		if n.Post == post {
			if v.English() {
				return n.NameEN
			}
			return n.Name
		}
	}
	return post
}

// rollCall is the quarter's list of segments and units (季点名).
func (p pages) rollCall(r *frame.Request) error {
	h, err := p.here(r, "/rollcall")
	if err != nil {
		return err
	}
	x := quarterOf(r)
	if h.town != "" {
		if x.list, err = p.Ground.RollCall(r.Ctx, r.Actor, h.town, x.to); err != nil {
			return err
		}
	}
	return r.Page(r.T("ground.tab_rollcall"), "ground", rollCallPage(r.View, h, x))
}

// quarterOf is the quarter that is asked for, up to today; this one if none is.
func quarterOf(r *frame.Request) *called {
	all := quarters(r)
	asked := all[0]
	for _, q := range all {
		if q.Value == r.Query("quarter") {
			asked = q
		}
	}
	return &called{from: asked.first, to: min(asked.last, part.DayOf(r.Now)), quarters: all}
}

// called is a quarter's roll call.
type called struct {
	from, to int
	quarters []quarter
	list     []desk.Called
}

// quarter is one to choose, with its days.
type quarter struct {
	part.Option
	first, last int
}

// quarters are this one and the three before.
func quarters(r *frame.Request) []quarter {
	var out []quarter
	for day := part.DayOf(r.Now); len(out) < 4; {
		year, q := calendar.QuarterOf(day)
		first, last := calendar.Quarter(year, q)
		out = append(out, quarter{part.Option{Value: part.Day(first), Name: r.T("ground.quarter", year, q)}, first, last})
		day = calendar.AddDays(first, -1)
	}
	return out
}

// board is the public notice of a town's chiefs and contact posts, as anybody may
// read it.
func (p pages) board(r *frame.Request) error {
	h, err := p.here(r, "/board")
	if err != nil {
		return err
	}
	var list []grid.Segment
	var houses []grid.Building
	if h.town != "" {
		if list, err = p.Ground.Board(r.Ctx, h.town); err != nil {
			return err
		}
		if houses, err = p.Ground.Contacts(r.Ctx, h.town); err != nil {
			return err
		}
	}
	return r.Page(r.T("ground.tab_board"), "ground", boardPage(r.View, h, list, houses))
}

// plans reports whether the reader may change the ground of a town.
func plans(v *part.View, town string) bool { return town != "" && mayAt(v, access.PlanGround, town) }
