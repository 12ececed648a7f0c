package ground

import (
	"slices"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// entryView is the form of the six things that are entered in a grid (六个在网格).
type entryView struct {
	place *territory.Place
	kinds []part.Option
}

func (p pages) entry(r *frame.Request) error {
	place, ok := r.City.Territory.Place(r.Path("place"))
	if !ok || place.Kind.Rank() != 0 || place.Retired() || !mayAt(r.View, access.Patrol, place.Code) {
		return fault.New(fault.NotFound, "place.not_yours", r.Path("place"))
	}
	return r.Page(r.T("ground.enter_in", r.Place(place.Code)), "ground", entryPage(r.View, &entryView{place, kinds(r.View)}))
}

func (p pages) enter(r *frame.Request) error {
	in := desk.NewEntry{
		Verb: r.Text("verb"), Grid: r.Path("place"), Text: r.Text("text"), Where: r.Text("where"), Category: kind(r.View, r.Text("category")),
		Class: r.Text("class"), Count: r.Int("count"), Due: r.Civil("due"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Ground.EnterGrid(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	e, err := p.Ground.Entry(r.Ctx, r.Actor, id)
	if err != nil {
		return err
	}
	return r.Part(enteredBox(r.View, &e.Fact))
}

func verbs(v *part.View) []part.Option {
	out := make([]part.Option, len(grid.Verbs))
	for i, x := range grid.Verbs {
		out[i] = part.Option{Value: string(x), Name: v.Word("grid.verb", string(x))}
	}
	return out
}

// chore keeps that a task of a grid was done, with what it found.
func (p pages) chore(r *frame.Request) error {
	in := desk.NewChore{Grid: r.Text("grid"), Code: r.Text("code"), Note: r.Text("note")}
	if text := r.Text("found"); text != "" {
		in.Findings = []desk.Finding{{Text: text}}
	}
	return p.served(r, part.Key("ground.said_chore"), in.Grid, func() (ident.ID, error) {
		id, err := p.Ground.DoChore(r.Ctx, r.Command(), in)
		var out fault.List
		for _, f := range fault.All(err) {
			if f.Field == "findings.0.text" {
				f = f.In("found")
			}
			out.Add(f)
		}
		return id, out.Err()
	})
}

func choreName(v *part.View, c pack.Chore) string {
	if v.English() && c.NameEN != "" {
		return c.NameEN
	}
	return c.Name
}

// seen are the scenes of a town that wait for a person.
func (p pages) seen(r *frame.Request, town string) ([]sceneView, error) {
	list, err := p.Ground.Scenes(r.Ctx, r.Actor, town, 0, some)
	if err != nil {
		return nil, err
	}
	var out []sceneView
	for _, s := range list {
		if s.Fact.Status == grid.SceneSeen {
			out = append(out, sceneView{s, p.Ground.SceneDue(&s.Fact), mayIn(r.View, access.Patrol, s.Fact.Place, s.Fact.Unit)})
		}
	}
	slices.Reverse(out) // the one that is deleted first comes first
	return out, nil
}

func (p pages) confirmScene(r *frame.Request) error {
	in := desk.Seen{Text: r.Text("text"), Where: r.Text("where"), Hazard: r.Bool("hazard")}
	return p.sceneDone(r, part.Key("ground.said_scene_true"), func(no ident.ID) (ident.ID, error) { return p.Ground.ConfirmScene(r.Ctx, r.Command(), no, in) })
}

func (p pages) dismissScene(r *frame.Request) error {
	return p.sceneDone(r, part.Key("ground.said_scene_false"), func(no ident.ID) (ident.ID, error) {
		return p.Ground.DismissScene(r.Ctx, r.Command(), no, desk.Empty{})
	})
}

func (p pages) sceneDone(r *frame.Request, says part.Key, fn func(ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := fn(no); err != nil {
		return err
	}
	r.Says(string(says))
	return p.devicePart(r)
}

func (p pages) picture(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	body, media, err := p.Ground.Picture(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Blob(media, "", body)
}
