package steer

import (
	"time"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/programme"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// week is the first page of a body: what is due, what is late, what is to be
// settled.
type week struct {
	From, To  int
	Due, Late []desk.Task
	Agenda    []desk.Noted[programme.Conflict]
	Number    *programme.Batch // that this week's batch would have, nil if it has one
}

// lateDays is how far back overdue tasks are looked for.
const lateDays = 365

func (p pages) home(r *frame.Request) error {
	var x week
	x.From, x.To = calendar.Week(calendar.DayOf(r.Now))
	if steers(r.View) {
		all, err := p.Programme.Due(r.Ctx, r.Actor, r.Actor.Unit, calendar.AddDays(x.From, -lateDays), x.To, r.Now)
		if err != nil {
			return err
		}
		for _, t := range all {
			switch {
			case t.Due >= x.From:
				x.Due = append(x.Due, t)
			case !t.Outcome.Done():
				x.Late = append(x.Late, t)
			}
		}
		if x.Agenda, err = p.Programme.Agenda(r.Ctx, r.Actor, r.Now); err != nil {
			return err
		}
		b, err := p.Programme.Preview(r.Ctx, r.Actor, calendar.DayOf(r.Now))
		switch fault.Code(err) {
		case "":
			x.Number = &b
		case "batch.week_issued":
		default:
			return err
		}
	}
	return r.Page(r.T("steer.title"), "programmes", homePage(r.View, x))
}

func (p pages) batches(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.Batches(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_batches"), "programmes", batchesPage(r.View, rows, next("/programmes/batches", rows)))
}

func (p pages) batch(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	b, err := p.Programme.Batch(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	tasks, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(b.Fact.Week, "programmes", batchPage(r.View, b, tasks))
}

// composed is a week's batch on its way.
type composed struct {
	Number programme.Batch
	Keys   []desk.Key
	Units  []string
	Due    string // suggested
}

// mostTasks is how many rows the page of a batch has.
const mostTasks = 10

func (p pages) compose(r *frame.Request) error {
	x := composed{Units: units(r.View), Due: dayIn(r.Now, 7)}
	var err error
	if x.Number, err = p.Programme.Preview(r.Ctx, r.Actor, calendar.DayOf(r.Now)); err != nil {
		return err
	}
	if x.Keys, err = p.Programme.Catalogue(r.Ctx, r.Actor, calendar.DayOf(r.Now)); err != nil {
		return err
	}
	return r.Page(r.T("steer.compose"), "programmes", composePage(r.View, x))
}

// issue hands the batch over, or rehearses it: a preview has the same faults,
// and changes nothing.
func (p pages) issue(r *frame.Request) error {
	in := desk.NewBatch{Note: r.Text("note")}
	var at []int
	in.Tasks, at = rowsOf(r, "tasks", mostTasks)
	if err := r.Wrong(); err != nil {
		return err
	}
	cmd := r.Command()
	cmd.Dry = r.Text("as") != "issue"
	if cmd.Dry {
		cmd.Key = ""
	}
	id, err := p.Programme.IssueBatch(r.Ctx, cmd, in)
	if err != nil {
		return inRows(err, "tasks", at)
	}
	if !cmd.Dry {
		return r.Go("/programmes/batches/" + id.Number())
	}
	b, err := p.Programme.Preview(r.Ctx, r.Actor, calendar.DayOf(r.Now))
	if err != nil {
		return err
	}
	return r.Part(preview(r.View, b, in))
}

// when is the end of a civil day, for clocks.
func when(day int) time.Time { return calendar.End(day) }
