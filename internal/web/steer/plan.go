package steer

import (
	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/programme"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// planned is a programme in a list, with how far it is.
type planned struct {
	desk.Noted[programme.Programme]
	Progress programme.Progress
}

func (p pages) plans(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.Programmes(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	list := make([]planned, len(rows))
	for i, x := range rows {
		tasks, err := p.Programme.Tasks(r.Ctx, x.ID, r.Now)
		if err != nil {
			return err
		}
		list[i] = planned{x, desk.Progress(tasks)}
	}
	keys, err := p.Programme.Catalogue(r.Ctx, r.Actor, calendar.DayOf(r.Now))
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_plans"), "programmes", plansPage(r.View, list, keys, dayIn(r.Now, 30), next("/programmes/plans", rows)))
}

func (p pages) plan(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Programme.Programme(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	tasks, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(x.Fact.Title, "programmes", planPage(r.View, x, tasks))
}

// startPlan starts a programme whose measures stand in the rows of the page.
func (p pages) startPlan(r *frame.Request) error {
	in := desk.NewProgramme{Code: r.Text("code"), Title: r.Text("title")}
	var at []int
	in.Measures, at = rowsOf(r, "measures", mostTasks)
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.StartProgramme(r.Ctx, r.Command(), in)
	if err != nil {
		return inRows(err, "measures", at)
	}
	return r.Go("/programmes/plans/" + id.Number())
}

// addKey adds an item to the catalogue of key work.
func (p pages) addKey(r *frame.Request) error {
	in := desk.NewKeyWork{Code: r.Text("code"), Group: r.Text("group"), Title: r.Text("title"), Basis: r.Text("basis")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.AddKeyWork(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/plans")
}

func (p pages) importPlan(r *frame.Request) error {
	files := r.Files("file", desk.MostFile)
	if err := r.Wrong(); err != nil {
		return err
	}
	if len(files) == 0 {
		return fault.Field("file", "measures.file_empty")
	}
	id, err := p.Programme.ImportProgramme(r.Ctx, r.Command(), r.Text("code"), r.Text("title"), files[0].Body)
	if err != nil {
		return err
	}
	return r.Go("/programmes/plans/" + id.Number())
}
