package steer

import (
	desk "huying/internal/desk/programme"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
	"huying/internal/web/story"
)

// begin starts a paper of a body.
func begin(v *part.View, title, note string) story.Paper {
	doc := story.NewPaper(v, title, title)
	doc.Title(title)
	doc.Note(note + " · " + v.Exact(v.Now))
	return doc
}

// printed writes tasks as they stand, with room to say so at a meeting.
func printed(v *part.View, doc story.Paper, list []desk.Task) {
	var rows [][]string
	for _, t := range list {
		word := v.Word("programme.outcome", string(t.Outcome))
		if t.Repeat {
			word += " · " + v.T("steer.repeat")
		}
		title := t.Title
		if t.Content != "" {
			title += "\n" + t.Content
		}
		rows = append(rows, []string{title, v.Unit(t.Unit), names(v, t.Co), part.Day(t.Due), word})
	}
	doc.Table([]string{v.T("steer.col_task"), v.T("steer.col_lead"), v.T("steer.col_co"), v.T("steer.col_due"), v.T("steer.col_stands")}, []float64{.36, .2, .18, .12, .14}, rows)
}

// sheetOf answers with a paper, named for its file.
func sheetOf(r *frame.Request, doc story.Paper, name string) error {
	body, err := doc.Bytes()
	if err != nil {
		return err
	}
	return r.Blob("application/pdf", name+".pdf", body)
}

// tasksFor are the tasks of the record that the path names.
func (p pages) tasksFor(r *frame.Request) (ident.ID, []desk.Task, error) {
	no, err := r.Number()
	if err != nil {
		return 0, nil, err
	}
	list, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	return no, list, err
}

// batchPaper is a week's batch as it is laid before a meeting.
func (p pages) batchPaper(r *frame.Request) error {
	no, list, err := p.tasksFor(r)
	if err != nil {
		return err
	}
	b, err := p.Programme.Batch(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	doc := begin(r.View, r.T("steer.batch_title", b.Fact.Week, b.Fact.Serial), r.Unit(b.Fact.Body)+" · "+part.Day(b.Fact.Issued))
	if b.Fact.Note != "" {
		doc.Text(b.Fact.Note)
	}
	printed(r.View, doc, list)
	return sheetOf(r, doc, b.Fact.Week)
}

// planPaper is a programme with how its measures stand.
func (p pages) planPaper(r *frame.Request) error {
	no, list, err := p.tasksFor(r)
	if err != nil {
		return err
	}
	x, err := p.Programme.Programme(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	doc := begin(r.View, x.Fact.Title, r.Unit(x.Fact.Body)+" · "+part.Day(x.Fact.From)+" – "+part.Day(x.Fact.To))
	printed(r.View, doc, list)
	return sheetOf(r, doc, x.Fact.Code)
}

// meetingPaper is the minutes of a meeting with what it resolved.
func (p pages) meetingPaper(r *frame.Request) error {
	no, list, err := p.tasksFor(r)
	if err != nil {
		return err
	}
	x, err := p.Programme.Meeting(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	v := r.View
	doc := begin(v, v.T("steer.meeting_title", part.Day(x.Fact.Day)), v.Word("programme.meeting_kind", string(x.Fact.Kind))+" · "+v.Unit(x.Fact.Body))
	doc.Head(v.T("steer.agenda_lines"))
	for i, a := range x.Fact.Agenda {
		doc.Text(itoa(i+1) + ". " + a)
	}
	if len(x.Fact.Members) > 0 {
		doc.Head(v.T("steer.members_of"))
		for _, m := range x.Fact.Members {
			doc.Text(v.Unit(m.Unit))
		}
	}
	doc.Head(v.T("steer.minutes"))
	doc.Text(x.Fact.Minutes)
	if len(list) > 0 {
		doc.Head(v.T("steer.resolutions"))
		printed(v, doc, list)
	}
	return sheetOf(r, doc, "meeting-"+part.Day(x.Fact.Day))
}

// decisionPaper is a major decision with the opinion of each seat.
func (p pages) decisionPaper(r *frame.Request) error {
	no, list, err := p.tasksFor(r)
	if err != nil {
		return err
	}
	x, err := p.Programme.Decision(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	v, d := r.View, &x.Fact
	doc := begin(v, d.Title, v.Word("programme.decision_kind", string(d.Kind))+" · "+v.Unit(d.Body)+" · "+v.Word("decision.status", d.Status))
	doc.Head(v.T("steer.proposal"))
	doc.Text(d.Proposal)
	if d.Amount > 0 {
		doc.Text(v.T("steer.sum", yuan(v, d.Amount)))
	}
	doc.Head(v.T("steer.votes", len(d.Opinions), d.Seats, desk.Quorum(v.City, d), d.Votes("AGREE")))
	var rows [][]string
	for _, o := range d.Opinions {
		rows = append(rows, []string{o.Seat, v.Word("opinion.stance", o.Stance), o.Text})
	}
	doc.Table([]string{v.T("steer.seat"), v.T("steer.stance"), v.T("steer.reason")}, []float64{.25, .15, .6}, rows)
	if len(list) > 0 {
		doc.Head(v.T("steer.follow_ups"))
		printed(v, doc, list)
	}
	return sheetOf(r, doc, "decision-"+no.Number())
}
