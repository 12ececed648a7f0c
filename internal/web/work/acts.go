package work

import (
	"slices"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// act runs one command on a matter and goes on: to the next of the queue once
// the matter has left the tab, else to the matter as it is now.
func (w *pages) act(r *frame.Request, says part.Key, run func(no ident.ID) (*engine.State, error)) error {
	l := lookOf(r)
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	was, err := w.Intake.State(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	now, err := run(no)
	if err != nil {
		return err
	}
	r.Says(string(says), no.Number())
	return w.goOn(r, l, was, now)
}

// goOn shows what is in hand after an act.
func (w *pages) goOn(r *frame.Request, l look, was, now *engine.State) error {
	next := now.M.ID
	if !l.tab.has(string(now.M.Status)) || l.mine(r) && now.M.Holder != r.Actor.Unit {
		var err error
		if next, err = w.next(r, l, was); err != nil {
			return err
		}
	}
	q, err := w.queue(r, l, next)
	if err != nil {
		return err
	}
	if next == 0 && len(q.items) > 0 {
		next, q.items[0].Here = q.items[0].No, true
	}
	var h *hand
	path := "/desk" + l.query()
	if next != 0 {
		if h, err = w.hand(r, l, next, ""); err != nil {
			return err
		}
		path = "/desk/" + next.Number() + l.query()
	}
	if !r.Partial() {
		return r.Go(path)
	}
	r.W.Header().Set("HX-Push-Url", path)
	return r.Parts(inHand(r.View, h), queueBox(r.View, q, true))
}

// next is the matter that comes after one in the queue, zero for the first.
func (w *pages) next(r *frame.Request, l look, was *engine.State) (ident.ID, error) {
	if l.tab.id == "decide" || l.tab.id == "all" {
		return 0, nil
	}
	rows, err := w.rows(r, l, was.M.Next.Time(), was.M.ID, 1)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].No, nil
}

// take does what was suggested, all of it at once.
func (w *pages) take(r *frame.Request) error {
	in := dispatch.Take{Category: r.Text("category"), Urgency: r.Text("urgency"), Reason: r.Text("reason")}
	if other := r.Text("other"); other != "" {
		in.Category = w.leafNamed(r, other)
	}
	return w.act(r, part.Key("work.taken"), func(no ident.ID) (*engine.State, error) { return w.Dispatch.Take(r.Ctx, r.Command(), no, in) })
}

func (w *pages) verify(r *frame.Request) error {
	in := intake.Verify{Category: r.Text("category"), Urgency: r.Text("urgency"), Note: r.Text("note")}
	if other := r.Text("other"); other != "" {
		in.Category = w.leafNamed(r, other)
	}
	return w.act(r, part.Key("work.verified"), func(no ident.ID) (*engine.State, error) { return w.Intake.Verify(r.Ctx, r.Command(), no, in) })
}

// order gives orders by hand. A call that has not come so far is taken there.
func (w *pages) order(r *frame.Request) error {
	given := []dispatch.Given{{
		Debtor: w.unitNamed(r, "debtor", r.Text("debtor")), Limit: r.Text("limit"), Content: r.Text("content"), Basis: r.Text("basis"),
	}}
	for _, typed := range r.Texts("co") {
		given = append(given, dispatch.Given{Debtor: w.unitNamed(r, "co", typed), Role: "CO", Limit: given[0].Limit, Content: given[0].Content})
	}
	if len(given) > 1 {
		given[0].Role = "LEAD"
	}
	if r.Text("add") != "" { // beside an order that leads already
		for i := range given {
			given[i].Role = "CO"
		}
	}
	category, reason := r.Text("category"), r.Text("reason")
	return w.act(r, part.Key("work.ordered"), func(no ident.ID) (*engine.State, error) {
		s, err := w.Intake.State(r.Ctx, r.Actor, no)
		if err != nil {
			return nil, err
		}
		if slices.Contains(before, s.M.Status) {
			return w.Dispatch.Take(r.Ctx, r.Command(), no, dispatch.Take{Category: category, Reason: reason, Orders: given})
		}
		return w.Dispatch.Issue(r.Ctx, r.Command(), no, dispatch.Issue{Orders: given})
	})
}

func (w *pages) merge(r *frame.Request) error {
	in := intake.Merge{Into: r.Text("into"), Reason: r.Text("reason")}
	return w.act(r, part.Key("work.merged"), func(no ident.ID) (*engine.State, error) { return w.Intake.Merge(r.Ctx, r.Command(), no, in) })
}

func (w *pages) advise(r *frame.Request) error {
	in := intake.Advise{Answer: r.Text("answer")}
	return w.act(r, part.Key("work.advised"), func(no ident.ID) (*engine.State, error) { return w.Intake.Advise(r.Ctx, r.Command(), no, in) })
}

func (w *pages) refer(r *frame.Request) error {
	in := intake.Refer{Channel: r.Text("channel"), Note: r.Text("note")}
	return w.act(r, part.Key("work.referred"), func(no ident.ID) (*engine.State, error) { return w.Intake.Refer(r.Ctx, r.Command(), no, in) })
}

// orderOf reads which order of the matter an act is about.
func orderOf(r *frame.Request) ident.ID {
	id, err := ident.ParseNumber(r.Text("order"))
	if err != nil {
		r.Fault(err)
	}
	return id
}

func (w *pages) objection(r *frame.Request) error {
	id := orderOf(r)
	in := dispatch.DecideObjection{Uphold: r.Bool("uphold"), To: w.unitNamed(r, "to", r.Text("to")), Note: r.Text("note")}
	return w.act(r, part.Key("work.decided"), func(ident.ID) (*engine.State, error) { return w.Dispatch.DecideObjection(r.Ctx, r.Command(), id, in) })
}

func (w *pages) extension(r *frame.Request) error {
	id := orderOf(r)
	in := dispatch.Decide{Grant: r.Bool("grant"), Note: r.Text("note")}
	return w.act(r, part.Key("work.decided"), func(ident.ID) (*engine.State, error) { return w.Dispatch.DecideExtension(r.Ctx, r.Command(), id, in) })
}

func (w *pages) verdict(r *frame.Request) error {
	in := supervision.Judge{
		Resolved: r.Text("resolved"), Satisfaction: r.Int("satisfaction"), Contacted: r.Bool("contacted"), Comment: r.Text("comment"), ByPhone: true,
	}
	return w.act(r, part.Key("work.judged"), func(no ident.ID) (*engine.State, error) { return w.Supervision.Judge(r.Ctx, r.Command(), no, in) })
}

func (w *pages) contact(r *frame.Request) error {
	in := dispatch.Contact{Channel: r.Text("channel"), Reached: r.Bool("reached")}
	return w.act(r, part.Key("work.tried"), func(no ident.ID) (*engine.State, error) { return w.Dispatch.Contact(r.Ctx, r.Command(), no, in) })
}
