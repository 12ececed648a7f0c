package ground

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewStation is a post of a grid to fill.
type NewStation struct {
	Grid   string `json:"grid" maxLength:"64"`
	Post   string `json:"post" maxLength:"64" doc:"One of the norms"`
	Holder string `json:"holder" maxLength:"64" doc:"A pseudonym, never a name or number of a person"`
}

// Station fills a post of a grid (LN-18, LN-19, YT-23). Faults: place.unknown,
// record.key_taken and those of grid.CheckStation.
func (d *Desk) Station(ctx context.Context, cmd engine.Command, in NewStation) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "station", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.FillGround, in.Grid)
		if err != nil {
			return 0, err
		}
		s := grid.Station{From: b.Today(), Grid: in.Grid, Holder: in.Holder, Place: place, Post: in.Post, Unit: b.Actor().Unit}
		held, err := inForce[grid.Station](b.Query(), place, b.Today())
		if err != nil {
			return 0, err
		}
		if err := grid.CheckStation(b.City().Norms, held, s); err != nil {
			return 0, err
		}
		return engine.Enter(b, "station", &s)
	})
}

// inForce returns the records of a register in a town, or in a district if the
// place is one, that are in force on a day.
func inForce[F register.Fact](q store.Querier, place territory.Address, day int) ([]F, error) {
	var out []F
	err := every(q, engine.Where{District: place.District, Town: place.Town, On: day}, func(r register.Record[F]) { out = append(out, r.Fact) })
	return out, err
}

// every calls fn with all records chosen, however many, the oldest first.
func every[F register.Fact](q store.Querier, w engine.Where, fn func(register.Record[F])) error {
	for w.Oldest = true; ; {
		page, err := engine.Find[F](q, w)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			fn(r)
		}
		w.After = page[len(page)-1].ID
	}
}

// Leave ends a post; from the next day on the grid shows a vacancy, and the desk
// of its town is told of it now (LN-18).
func (d *Desk) Leave(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "leave", func(b *engine.Bundle) (ident.ID, error) {
		err := ended(b, "leave", access.FillGround, id, func(s *grid.Station) (*int, territory.Address) { return &s.To, s.Place })
		if err != nil {
			return 0, err
		}
		s, err := engine.Peek[grid.Station](b, id)
		if err != nil {
			return 0, err
		}
		desk, ok := b.City().Org.Centre(s.Place.Town)
		if !ok {
			return id, nil
		}
		name := s.Grid
		if p, ok := b.City().Territory.Place(s.Grid); ok {
			name = p.Name
		}
		post := s.Post
		for _, n := range b.City().Norms {
			if n.Post == s.Post {
				post = n.Name
			}
		}
		return id, b.Tell(id, desk, "notice.station_vacant", name, post)
	})
}

// end lets a record end today. Fault: ground.ended.
func end[F register.Fact](ctx context.Context, d *Desk, cmd engine.Command, act string, need access.Action, id ident.ID, of func(*F) (*int, territory.Address)) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act, func(b *engine.Bundle) (ident.ID, error) { return id, ended(b, act, need, id, of) })
}

func ended[F register.Fact](b *engine.Bundle, act string, need access.Action, id ident.ID, of func(*F) (*int, territory.Address)) error {
	return engine.Change(b, act, id, func(f *F) error {
		to, place := of(f)
		if err := access.Allow(b.Actor(), need, access.Subject{Place: place}); err != nil {
			return err
		}
		if *to != 0 {
			return fault.New(fault.Conflict, "ground.ended")
		}
		*to = b.Today()
		return nil
	})
}

// NewTie links a grid with an organisation that belongs to it.
type NewTie struct {
	Grid string `json:"grid" maxLength:"64"`
	Kind string `json:"kind" enum:"BRANCH,GROUP,CONTACT,VOLUNTEERS,PROPERTY,OWNER"`
	Org  string `json:"org" maxLength:"64" doc:"Code or number of the organisation"`
	Name string `json:"name" maxLength:"100"`
	// Phone is the contact of an institution's own grid.
	Phone string `json:"phone,omitempty" maxLength:"32" doc:"Of the duty, never a private one"`
}

// Tie links a grid with an organisation (GZ-10, LN-17, LN-21). Faults:
// place.unknown, tie.kind_unknown, text.missing, record.key_taken.
func (d *Desk) Tie(ctx context.Context, cmd engine.Command, in NewTie) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "tie", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.FillGround, in.Grid)
		if err != nil {
			return 0, err
		}
		if !slices.Contains(grid.TieKinds, in.Kind) {
			return 0, fault.Field("kind", "tie.kind_unknown", in.Kind)
		}
		for field, text := range map[string]string{"org": in.Org, "name": in.Name} {
			if err := matter.Words(field, text, true); err != nil {
				return 0, err
			}
		}
		return engine.Enter(b, "tie", &grid.Tie{From: b.Today(), Grid: in.Grid, Kind: in.Kind, Name: in.Name, Org: in.Org, Phone: in.Phone, Place: place})
	})
}

// Untie ends a link; the gap has its date.
func (d *Desk) Untie(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return end(ctx, d, cmd, "untie", access.FillGround, id, func(t *grid.Tie) (*int, territory.Address) { return &t.To, t.Place })
}

// NewLayer is a professional grid over base grids.
type NewLayer struct {
	Code   string   `json:"code" maxLength:"64"`
	Name   string   `json:"name" maxLength:"100"`
	Line   string   `json:"line" maxLength:"32" doc:"Line of business, such as ENVIRONMENT"`
	Unit   string   `json:"unit" maxLength:"64" doc:"The one that is accountable"`
	Place  string   `json:"place" maxLength:"64" doc:"Town or district it lies in"`
	Covers []string `json:"covers" minItems:"1" maxItems:"500" doc:"Codes of grids, communities or towns"`
	Rule   bool     `json:"rule,omitempty" doc:"Orders of its line of business go to its unit by rule"`
	Shape  string   `json:"shape,omitempty" maxLength:"1" doc:"Refused: a layer has no geometry of its own"`
}

// AddLayer registers a professional grid (YT-21). It covers base grids and has
// no map of its own; where the module of the one grid is on (LH-32), it may only
// be made by the command centre. Faults: layer.one_grid, layer.no_geometry,
// layer.line_unknown, layer.elsewhere, place.unknown, unit.unknown, record.key_taken.
func (d *Desk) AddLayer(ctx context.Context, cmd engine.Command, in NewLayer) (ident.ID, error) {
	return d.laid(ctx, cmd)(d.e.Together(ctx, cmd, "add_layer", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.PlanGround, in.Place)
		if err != nil {
			return 0, err
		}
		l := &grid.Layer{Business: in.Line, Code: in.Code, Covers: in.Covers, From: b.Today(), Name: in.Name, Place: place, Rule: in.Rule, Unit: in.Unit}
		if u, ok := b.City().Org.Unit(b.Actor().Unit); ok && u.Kind != org.CommandCentre && b.City().On("single_grid", place.Leaf()) {
			return 0, fault.New(fault.Denied, "layer.one_grid", u.Name)
		}
		switch _, known := b.City().Org.Unit(in.Unit); {
		case !known:
			return 0, fault.Field("unit", "unit.unknown", in.Unit)
		case in.Shape != "":
			return 0, fault.Field("shape", "layer.no_geometry")
		case in.Rule && !slices.ContainsFunc(b.City().Lines, func(x pack.Line) bool { return x.Code == in.Line }):
			return 0, fault.Field("line", "layer.line_unknown", in.Line)
		}
		for field, text := range map[string]string{"code": in.Code, "name": in.Name, "line": in.Line} {
			if err := matter.Words(field, text, true); err != nil {
				return 0, err
			}
		}
		for i, code := range in.Covers {
			if !b.City().Territory.Within(code, in.Place) {
				return 0, within(fault.Field("", "layer.elsewhere", code, in.Place), "covers", i)
			}
		}
		return engine.Enter(b, "add", l)
	}))
}

// EndLayer ends a professional grid.
func (d *Desk) EndLayer(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.laid(ctx, cmd)(end(ctx, d, cmd, "end_layer", access.PlanGround, id, func(l *grid.Layer) (*int, territory.Address) { return &l.To, l.Place }))
}

// laid puts the layers in force as a command left them.
func (d *Desk) laid(ctx context.Context, cmd engine.Command) func(ident.ID, error) (ident.ID, error) {
	return func(id ident.ID, err error) (ident.ID, error) {
		if err != nil || cmd.Dry {
			return id, err
		}
		return id, d.layDown(ctx, d.e.Day(cmd.At))
	}
}

// Reload puts the professional grids in force that orders go to by rule, as they
// are registered by whatever process.
func (d *Desk) Reload(ctx context.Context, now time.Time) error {
	return d.layDown(ctx, calendar.DayOf(now))
}

func (d *Desk) layDown(ctx context.Context, day int) error {
	var layers []grid.Layer
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		layers = nil
		return every(v, engine.Where{On: day}, func(r register.Record[grid.Layer]) { layers = append(layers, r.Fact) })
	})
	if err == nil {
		d.e.Lay(grid.Ruled(layers))
	}
	return err
}

// Team is who serves a place: what its norms ask, who holds it, what is missing
// and what belongs to it. Chain is the place and those around it up to the town,
// each with its posts (LN-18).
type Team struct {
	Place     *territory.Place
	Chain     []grid.Tier
	Stations  []register.Record[grid.Station]
	Ties      []register.Record[grid.Tie]
	Layers    []grid.Layer
	Vacancies []grid.Vacancy
}

// Team returns who serves a grid or community. Faults: place.unknown,
// access.denied.
func (d *Desk) Team(ctx context.Context, actor access.Actor, code string, day int) (*Team, error) {
	city := d.e.City()
	p, ok := city.Territory.Place(code)
	if !ok {
		return nil, fault.New(fault.NotFound, "place.unknown", code)
	}
	place := city.Territory.Address(code)
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return nil, err
	}
	out := &Team{Place: p}
	around := chain(city.Territory, p)
	var held []grid.Station
	var ties []grid.Tie
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		if held, err = inForce[grid.Station](v, territory.Address{District: place.District, Town: place.Town}, day); err != nil {
			return err
		}
		if ties, err = inForce[grid.Tie](v, territory.Address{District: place.District, Town: place.Town}, day); err != nil {
			return err
		}
		if out.Stations, err = engine.Find[grid.Station](v, engine.Where{Place: code, District: place.District, On: day, Oldest: true}); err != nil {
			return err
		}
		if out.Ties, err = engine.Find[grid.Tie](v, engine.Where{Place: code, District: place.District, On: day, Oldest: true}); err != nil {
			return err
		}
		layers, err := inForce[grid.Layer](v, territory.Address{District: place.District}, day)
		out.Layers = grid.Over(place, layers)
		return err
	})
	out.Vacancies = grid.Vacancies(city.Norms, []*territory.Place{p}, has(facts(out.Ties)), facts(out.Stations))
	out.Chain = grid.Chain(city.Norms, around, has(ties), held)
	return out, err
}

// chain returns a place and those around it up to its town, the smallest first.
func chain(t *territory.Tree, p *territory.Place) []*territory.Place {
	out := []*territory.Place{p}
	for _, a := range t.Ancestors(p.Code) {
		if a.Kind.Rank() <= 2 {
			out = append(out, a)
		}
	}
	return out
}

func facts[F register.Fact](rows []register.Record[F]) []F {
	out := make([]F, len(rows))
	for i, r := range rows {
		out[i] = r.Fact
	}
	return out
}

// has tells the attributes of places from their ties.
func has(ties []grid.Tie) func(code, attribute string) bool {
	known := map[[2]string]bool{}
	for _, t := range ties {
		known[[2]string{t.Grid, t.Kind}] = true
	}
	return func(code, attribute string) bool { return known[[2]string{code, attribute}] }
}

// Gaps is what a town lacks on a day, computed and never typed in.
type Gaps struct {
	Vacancies []grid.Vacancy
	Branches  grid.Coverage // grids with a branch (GZ-10)
	Buildings grid.Coverage // buildings with a contact post (GZ-10)
	// Contactless are the buildings that are not covered.
	Contactless []register.Record[grid.Building]
	Segments    int // in force
	Chiefless   []register.Record[grid.Segment]
	Quiet       []register.Record[grid.Segment] // have a chief and had no daily round on the day
}

// GapsOf returns what a town lacks. Faults: place.unknown, access.denied.
func (d *Desk) GapsOf(ctx context.Context, actor access.Actor, town string, day int) (*Gaps, error) {
	city := d.e.City()
	place := city.Territory.Address(town)
	if place.Town == "" {
		return nil, fault.New(fault.NotFound, "place.unknown", town)
	}
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return nil, err
	}
	out := &Gaps{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		stations, err := inForce[grid.Station](v, place, day)
		if err != nil {
			return err
		}
		ties, err := inForce[grid.Tie](v, place, day)
		if err != nil {
			return err
		}
		grids := below(city.Territory, town)
		p, _ := city.Territory.Place(town)
		out.Vacancies = grid.Vacancies(city.Norms, append(under(city.Territory, town), p), has(ties), stations)
		out.Branches = grid.Covers("BRANCH", grids, ties)
		all, without, err := contactless(v, place, day)
		if err != nil {
			return err
		}
		out.Contactless, out.Buildings = without, covered(all, without)
		rounds, err := inForce[grid.Round](v, place, day)
		if err != nil {
			return err
		}
		walked := map[ident.ID]bool{}
		for _, r := range rounds {
			walked[r.Segment] = walked[r.Segment] || r.Cadence == grid.Daily
		}
		out.Segments, out.Chiefless, out.Quiet = 0, nil, nil
		return every(v, engine.Where{District: place.District, Town: place.Town}, func(s register.Record[grid.Segment]) {
			switch {
			case s.Fact.To != 0:
				return
			case s.Fact.Chief == nil:
				out.Chiefless = append(out.Chiefless, s)
			case !walked[s.ID]:
				out.Quiet = append(out.Quiet, s)
			}
			out.Segments++
		})
	})
	return out, err
}

// below returns the grids of a town, in code order.
func below(t *territory.Tree, town string) []*territory.Place {
	return slices.DeleteFunc(under(t, town), func(p *territory.Place) bool { return p.Kind.Rank() != 0 })
}

// under returns the places under a place, in code order.
func under(t *territory.Tree, code string) []*territory.Place {
	var out []*territory.Place
	for _, p := range t.Children(code) {
		out = append(append(out, p), under(t, p.Code)...)
	}
	return out
}
