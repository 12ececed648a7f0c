package steer

import (
	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/programme"
	"huying/internal/web/frame"
	"huying/internal/web/part"
	"huying/internal/web/story"
)

func (p pages) months(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.Commentaries(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_months"), "programmes", monthsPage(r.View, rows, next("/programmes/months", rows)))
}

func (p pages) openMonth(r *frame.Request) error {
	in := desk.Month{Month: monthOf(r, "month")}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.OpenCommentary(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	return r.Go("/programmes/months/" + id.Number())
}

// mostActions is how many rows the page has for what follows.
const mostActions = 4

func (p pages) month(r *frame.Request) error {
	x, err := p.reviewed(r)
	if err != nil {
		return err
	}
	return r.Page(calendar.MonthText(x.Fact.Month), "programmes", monthPage(r.View, x, dayIn(r.Now, 25)))
}

func (p pages) reviewed(r *frame.Request) (*desk.Review, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	return p.Programme.Commentary(r.Ctx, r.Actor, no, r.Now)
}

// again answers a command on a month with the month as it is afterwards.
func (p pages) again(r *frame.Request) error {
	x, err := p.reviewed(r)
	if err != nil {
		return err
	}
	return r.Part(review(r.View, x, dayIn(r.Now, 25)))
}

func (p pages) remark(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.NewRemark{Unit: r.Text("unit"), Text: r.Text("text")}
	if _, err := p.Programme.Remark(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	r.Says("steer.said_remark")
	return p.again(r)
}

func (p pages) closeMonth(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	list, at := rowsOf(r, "actions", mostActions)
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.CloseCommentary(r.Ctx, r.Command(), no, desk.Closing{Actions: list}); err != nil {
		return inRows(err, "actions", at)
	}
	r.Says("steer.said_frozen")
	return p.again(r)
}

func (p pages) adjust(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Programme.Adjust(r.Ctx, r.Command(), no, struct{}{}); err != nil {
		return err
	}
	r.Says("steer.said_adjusted")
	return p.again(r)
}

func (p pages) draw(r *frame.Request) error {
	x, err := p.reviewed(r)
	if err != nil {
		return err
	}
	in := desk.Draw{Month: x.Fact.Month, Checker: r.Text("checker"), Share: r.Int("share") * 10}
	if err := r.Wrong(); err != nil {
		return err
	}
	drawn, err := p.Programme.DrawTasks(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	r.Says("steer.said_drawn", drawn.Closed, len(drawn.Drawn))
	return p.again(r)
}

// remarkOn is the reviewer's word about a unit, "" if there is none.
func remarkOn(x *desk.Review, unit string) string {
	for _, m := range x.Fact.Remarks {
		if m.Unit == unit {
			return m.Text
		}
	}
	return ""
}

// mine reports whether the reader's unit reviews the month.
func mine(v *part.View, x *desk.Review) bool { return steers(v) && x.Fact.Body == v.Actor.Unit }

// paper is the month as a meeting pack.
func (p pages) paper(r *frame.Request) error {
	x, err := p.reviewed(r)
	if err != nil {
		return err
	}
	return sheetOf(r, meetingPack(r.View, x), calendar.MonthText(x.Fact.Month))
}

func meetingPack(v *part.View, x *desk.Review) story.Paper {
	title := v.T("steer.month_title", v.Unit(x.Fact.Body), calendar.MonthText(x.Fact.Month))
	doc := begin(v, title, v.Word("commentary.status", x.Fact.Status))
	doc.Head(v.T("steer.by_unit"))
	var rows [][]string
	for _, t := range x.Totals {
		rows = append(rows, []string{
			v.Unit(t.Unit), itoa(t.Due), itoa(t.Done), itoa(t.Well), itoa(t.Late), itoa(t.Overdue), itoa(t.False), itoa(t.Repeat), remarkOn(x, t.Unit),
		})
	}
	doc.Table([]string{
		v.T("steer.col_unit"), v.T("steer.n_due"), v.T("steer.n_done"), v.T("steer.n_well"), v.T("steer.n_late"), v.T("steer.n_overdue"), v.T("steer.n_false"),
		v.T("steer.n_repeat"), v.T("steer.col_remark"),
	}, []float64{.24, .07, .07, .07, .07, .07, .07, .07, .27}, rows)
	doc.Head(v.T("steer.all_tasks"))
	rows = nil
	for _, f := range x.Facts {
		word := v.Word("programme.outcome", string(f.Outcome))
		if f.Repeat {
			word += " · " + v.T("steer.repeat")
		}
		rows = append(rows, []string{f.Title, v.Unit(f.Unit), part.Day(f.Due), word})
	}
	doc.Table([]string{v.T("steer.col_task"), v.T("steer.col_unit"), v.T("steer.col_due"), v.T("steer.col_stands")}, []float64{.4, .28, .14, .18}, rows)
	adjusted(v, doc, v.T("steer.adjustments"), x.Adjustments)
	adjusted(v, doc, v.T("steer.pending"), x.Pending)
	if len(x.Actions) > 0 {
		doc.Head(v.T("steer.actions"))
		for _, t := range x.Actions {
			doc.Text(t.Title + " · " + v.Unit(t.Unit) + " · " + part.Day(t.Due))
		}
	}
	if x.Fact.Hash != "" {
		doc.Head(v.T("steer.frozen_by"))
		doc.Note(x.Fact.Hash)
	}
	return doc
}

func adjusted(v *part.View, doc story.Paper, head string, list []programme.Adjustment) {
	if len(list) == 0 {
		return
	}
	doc.Head(head)
	for _, a := range list {
		doc.Text(v.T("steer.adjusted", a.Title, v.Unit(a.Unit), v.Word("programme.outcome", string(a.From)), v.Word("programme.outcome", string(a.To))) + " " + part.Day(a.Day))
	}
}
