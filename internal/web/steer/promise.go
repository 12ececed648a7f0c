package steer

import (
	"strings"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

func (p pages) promises(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.PromiseLists(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_promises"), "programmes", promisesPage(r.View, rows, next("/programmes/promises", rows)))
}

func (p pages) promise(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Programme.PromiseList(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	tasks, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.promise_title", x.Fact.Year), "programmes", promisePage(r.View, x, tasks))
}

// promising is a year's list on its way: so many new promises, and what was not
// kept the year before.
type promising struct {
	Year, Count int
	Left        []desk.Task
}

func (p pages) promising(r *frame.Request) (promising, error) {
	x := promising{Year: r.Int("year"), Count: desk.PromiseCount(r.City, r.Actor.Unit)}
	if x.Year == 0 {
		x.Year = calendar.DayOf(r.Now) / 10000
	}
	if err := r.Wrong(); err != nil {
		return x, err
	}
	var err error
	x.Left, err = p.Programme.Unkept(r.Ctx, r.Actor, x.Year-1, r.Now)
	return x, err
}

func (p pages) composePromises(r *frame.Request) error {
	x, err := p.promising(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.publish"), "programmes", promisingPage(r.View, x))
}

// publish publishes a year's promises.
func (p pages) publish(r *frame.Request) error {
	x, err := p.promising(r)
	if err != nil {
		return err
	}
	in := desk.NewPromises{Year: x.Year}
	list, at := rowsOf(r, "pledges", x.Count+len(x.Left))
	kept := at[:0:0]
	for i, d := range list {
		g := desk.Pledge{Duty: d, Budget: r.Fen(cell("pledges", at[i], "budget")) * 10_000, Milestones: milestones(r.Text(cell("pledges", at[i], "milestones")))}
		if at[i] >= x.Count {
			g.Carried, g.Reason = r.Text(cell("pledges", at[i], "carried")), r.Text(cell("pledges", at[i], "reason"))
			switch word := r.Text(cell("pledges", at[i], "word")); word {
			case "carry":
			case "drop":
				in.Dropped = append(in.Dropped, desk.Dropped{Number: g.Carried, Reason: g.Reason})
				continue
			default: // nothing said of it: the command tells that it may not go in silence
				continue
			}
		}
		in.Pledges, kept = append(in.Pledges, g), append(kept, at[i])
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.Promise(r.Ctx, r.Command(), in)
	if err != nil {
		return inRows(err, "pledges", kept)
	}
	return r.Go("/programmes/promises/" + id.Number())
}

// milestones reads what shall be reached by when, one a line: a day, then what.
func milestones(s string) []desk.Milestone {
	var out []desk.Milestone
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		d, title, _ := strings.Cut(line, " ")
		out = append(out, desk.Milestone{Day: d, Title: strings.TrimSpace(title)})
	}
	return out
}

// raise takes up a conflict between units.
func (p pages) raise(r *frame.Request) error {
	in := desk.NewConflict{Matter: r.Text("matter"), Parties: codes(r, "parties"), Reason: r.Text("reason")}
	if in.Matter == "" {
		r.Fault(fault.Field("matter", "text.missing", "matter"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.RaiseConflict(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/meetings")
}
