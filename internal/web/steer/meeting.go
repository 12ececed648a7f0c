package steer

import (
	"strconv"
	"strings"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/programme"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// gathered is what the page of meetings shows.
type gathered struct {
	Meetings  []desk.Noted[programme.Meeting]
	Decisions []desk.Noted[programme.Decision]
	Conflicts []desk.Noted[programme.Conflict]
	Next      string
}

func (p pages) meetings(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	var x gathered
	if x.Meetings, err = p.Programme.Meetings(r.Ctx, r.Actor, w); err != nil {
		return err
	}
	x.Next, w.Before = next("/programmes/meetings", x.Meetings), 0
	if x.Decisions, err = p.Programme.Decisions(r.Ctx, r.Actor, w); err != nil {
		return err
	}
	if x.Conflicts, err = p.Programme.Conflicts(r.Ctx, r.Actor, w); err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_meetings"), "programmes", meetingsPage(r.View, x, dayIn(r.Now, 30)))
}

func (p pages) meeting(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Programme.Meeting(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	tasks, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.meeting_title", part.Day(x.Fact.Day)), "programmes", meetingPage(r.View, x, tasks))
}

func (p pages) keepMeeting(r *frame.Request) error {
	in := desk.NewMeeting{
		Kind: r.Text("kind"), Day: r.Text("day"), Agenda: r.Lines("agenda"), Members: codes(r, "members"), PartTime: codes(r, "part_time"),
		Present: r.Int("present"), Minutes: r.Text("minutes"),
	}
	var at []int
	in.Resolutions, at = rowsOf(r, "resolutions", mostMeasures)
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.KeepMeeting(r.Ctx, r.Command(), in)
	if err != nil {
		return inRows(err, "resolutions", at)
	}
	return r.Go("/programmes/meetings/" + id.Number())
}

// codes reads units, one a line, by code or by name.
func codes(r *frame.Request, field string) (out []string) {
	for _, line := range r.Lines(field) {
		if line = strings.Trim(line, " \t,，、"); line != "" {
			out = append(out, r.UnitCode(line))
		}
	}
	return out
}

func (p pages) decision(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Programme.Decision(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	tasks, err := p.Programme.Tasks(r.Ctx, no, r.Now)
	if err != nil {
		return err
	}
	held, err := p.Programme.Meetings(r.Ctx, r.Actor, desk.Where{Unit: x.Fact.Body, Status: string(programme.OrganMeeting), Limit: some})
	if err != nil {
		return err
	}
	return r.Page(x.Fact.Title, "programmes", decisionPage(r.View, x, tasks, held))
}

func (p pages) propose(r *frame.Request) error {
	in := desk.NewDecision{Kind: r.Text("kind"), Title: r.Text("title"), Proposal: r.Text("proposal"), Seats: r.Int("seats"), Amount: r.Fen("yuan")}
	var at []int
	in.Measures, at = rowsOf(r, "measures", mostMeasures)
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.Propose(r.Ctx, r.Command(), in)
	if err != nil {
		return inRows(err, "measures", at)
	}
	return r.Go("/programmes/decisions/" + id.Number())
}

func (p pages) opinion(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.NewOpinion{Seat: r.Text("seat"), Stance: r.Text("stance"), Text: r.Text("text")}
	if _, err := p.Programme.RecordOpinion(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	return r.Go("/programmes/decisions/" + no.Number())
}

func (p pages) decide(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Programme.Decide(r.Ctx, r.Command(), no, desk.Deciding{Meeting: r.Text("meeting")}); err != nil {
		return err
	}
	return r.Go("/programmes/decisions/" + no.Number())
}

func (p pages) settle(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.Settlement{Lead: r.Text("lead"), Co: codes(r, "co"), Word: r.Text("word")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.SettleConflict(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	return r.Go("/programmes/meetings")
}

// yuan writes an amount of fen.
func yuan(v *part.View, fen int64) string {
	if fen%1_000_000 == 0 && fen != 0 {
		return v.T("steer.ten_thousands", strconv.FormatInt(fen/1_000_000, 10))
	}
	return v.T("steer.yuan", strconv.FormatFloat(float64(fen)/100, 'f', -1, 64))
}

func stages(v *part.View) (out []part.Option) {
	for _, s := range programme.Stages {
		out = append(out, part.Option{Value: s, Name: v.Word("project.stage", s)})
	}
	return out
}

func offerKinds(v *part.View) (out []part.Option) {
	for _, k := range []programme.OfferKind{programme.Need, programme.Resource} {
		out = append(out, part.Option{Value: string(k), Name: v.Word("programme.offer_kind", string(k))})
	}
	return out
}

func offerOptions(v *part.View, list []desk.Noted[programme.Offer]) (out []part.Option) {
	for _, x := range list {
		out = append(out, part.Option{Value: x.ID.Number(), Name: x.Fact.Topic + " · " + v.Unit(x.Fact.Unit)})
	}
	return out
}

func meetingKinds(v *part.View) (out []part.Option) {
	for _, k := range programme.MeetingKinds {
		out = append(out, part.Option{Value: string(k), Name: v.Word("programme.meeting_kind", string(k))})
	}
	return out
}

func decisionKinds(v *part.View) (out []part.Option) {
	for _, k := range programme.DecisionKinds {
		out = append(out, part.Option{Value: string(k), Name: v.Word("programme.decision_kind", string(k))})
	}
	return out
}

func stances(v *part.View) (out []part.Option) {
	for _, s := range programme.Stances {
		out = append(out, part.Option{Value: s, Name: v.Word("opinion.stance", s)})
	}
	return out
}

func heldOptions(held []desk.Noted[programme.Meeting]) []part.Option {
	out := []part.Option{{}}
	for _, m := range held {
		out = append(out, part.Option{Value: m.ID.Number(), Name: part.Day(m.Fact.Day) + " " + m.Fact.Agenda[0]})
	}
	return out
}
