package ground

import (
	desk "huying/internal/desk/ground"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// patrolView is the plans of patrols of a town and the grids that one would go to.
type patrolView struct {
	*shelf[grid.Patrol]
	dense     []grid.Dense
	threshold int
	asked     int // by the reader, 0: the town's own
	plans     bool
}

func (p pages) patrolView(r *frame.Request) (*patrolView, error) {
	s, err := shelfOf(p, r, "/patrols", func(town string, from ident.ID) ([]register.Record[grid.Patrol], error) {
		return p.Ground.Patrols(r.Ctx, r.Actor, town, from, some)
	})
	if err != nil {
		return nil, err
	}
	x := &patrolView{shelf: s, plans: plans(r.View, s.town)}
	if r.Text("threshold") != "" {
		x.asked = r.Int("threshold")
	}
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	if s.town != "" {
		x.dense, x.threshold, err = p.Ground.Densest(r.Ctx, r.Actor, s.town, max(x.asked, 0))
	}
	return x, err
}

func (p pages) patrols(r *frame.Request) error {
	x, err := p.patrolView(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.tab_patrols"), "ground", patrolsPage(r.View, x))
}

func (p pages) planPatrol(r *frame.Request) error {
	in := desk.NewPatrol{
		Town: r.Text("town"), Team: r.View.UnitCode(r.Text("team")), Day: r.Civil("day"), Title: r.Text("title"),
	}
	if r.Text("threshold") != "" {
		in.Threshold = r.Int("threshold")
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.PlanPatrol(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_patrol")
	x, err := p.patrolView(r)
	if err != nil {
		return err
	}
	return r.Part(patrolsBox(r.View, x))
}
