// Package roster is the page of who is on duty: the desks of a place at every
// level with who is called first and next, the hours that nobody fills, and the
// enforcement platform of a town with its posts on call. It names units and
// posts, never persons.
package roster

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	desk "huying/internal/desk/roster"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/roster"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are what the page asks.
type Desks struct{ Roster *desk.Desk }

type pages struct{ Desks }

// Routes returns the page and its acts.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	do := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do(path, id, frame.Staff, access.KeepRoster, zh, en, serve)
	}
	return []frame.Route{
		frame.Show("/rosters", "rosters", frame.Staff, access.ReadRoster, "值守看板", "Who is on duty", p.board),
		do("/rosters/duty", "roster.register", "登记值班表", "Register who watches", p.register),
		do("/rosters/duty/{no}/fill", "roster.fill", "补排空班", "Fill a gap", p.fill),
		do("/rosters/duty/{no}/withdraw", "roster.withdraw", "撤回值班表", "Take a plan back", p.withdraw),
		do("/rosters/platform", "roster.draft", "起草平台名册", "Draft a platform", p.draft),
		do("/rosters/platform/{no}", "roster.redraft", "修改平台名册", "Change a platform's draft", p.redraft),
		do("/rosters/platform/{no}/publish", "roster.publish", "发布平台名册", "Publish a platform", p.publish),
		do("/rosters/platform/{no}/try", "roster.try", "登记联络测试", "Keep a trial", p.try),
	}
}

// view is the page as one reader sees it.
type view struct {
	*desk.Board
	place  string
	mine   string // unit whose duty the reader registers
	posts  []*org.Post
	up     []string // places above, from the city down
	keeps  bool     // may keep what is in this place
	drafts *draft
}

// draft is a platform that is not published yet.
type draft struct {
	no    ident.ID
	rev   int64
	it    roster.Platform
	lacks []roster.Lack
}

func (p pages) board(r *frame.Request) error {
	x, err := p.read(r)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(boardBox(r.View, x))
	}
	return r.Page(r.T("roster.title"), "rosters", boardPage(r.View, x))
}

func (p pages) read(r *frame.Request) (*view, error) {
	place := r.Query("place")
	if place == "" {
		place = r.Text("place")
	}
	if place == "" {
		if u, ok := r.City.Org.Unit(r.Actor.Unit); ok {
			place = u.Territory
		}
	}
	b, err := p.Roster.Board(r.Ctx, r.Actor, place, r.Now)
	if err != nil {
		return nil, err
	}
	x := &view{Board: b, place: place, mine: r.Actor.Unit, posts: r.City.Org.Posts(r.Actor.Unit)}
	for _, above := range slices.Backward(r.City.Territory.Ancestors(place)) {
		x.up = append(x.up, above.Code)
	}
	x.keeps = access.Allow(r.Actor, access.KeepRoster, access.Subject{Place: b.Place}) == nil
	if b.Place.Town == "" || !x.keeps {
		return x, nil
	}
	list, err := p.Roster.Platforms(r.Ctx, r.Actor, desk.Filter{Town: b.Place.Town, Status: string(roster.Draft)}, 0, 1)
	if err == nil && len(list) > 0 {
		d := list[0]
		x.drafts = &draft{d.ID, d.Rev, d.Fact, p.Roster.Lacks(&d.Fact)}
	}
	return x, err
}

// done says what was done and shows the board as it is then.
func (p pages) done(r *frame.Request, says part.Key, err error) error {
	if err != nil {
		return err
	}
	r.Says(string(says))
	if !r.Partial() {
		return r.Go("/rosters?place=" + r.Text("place"))
	}
	x, err := p.read(r)
	if err != nil {
		return err
	}
	return r.Part(boardBox(r.View, x))
}

// rows is how many watches a day has at most on the form.
const rows = 3

// register reads a pattern of a day and lays it over the days of the plan.
func (p pages) register(r *frame.Request) error {
	from, to := r.Time("from"), r.Time("to")
	in := desk.NewDuty{From: r.Civil("from"), To: r.Civil("to")}
	for d := from; !d.After(to) && len(in.Shifts) < roster.MostShifts && !d.IsZero(); d = d.AddDate(0, 0, 1) {
		for i := range rows {
			n := strconv.Itoa(i)
			if post := r.Text("post." + n); post != "" {
				in.Shifts = append(in.Shifts, desk.Shift{Day: part.DayOf(d), From: r.Text("begin." + n), To: r.Text("end." + n), Post: post})
			}
		}
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Roster.Register(r.Ctx, r.Command(), in)
	return p.done(r, part.Key("roster.said_registered"), err)
}

// fill puts a post into a gap; the rest of the plan stays.
func (p pages) fill(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	from, to, post := r.Time("from"), r.Time("to"), r.Text("post")
	if err := r.Wrong(); err != nil {
		return err
	}
	if post == "" {
		return fault.Field("post", "text.missing", "post")
	}
	plan, err := p.Roster.Plan(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	in := desk.Shifts{}
	for _, s := range plan.Fact.Shifts {
		in.Shifts = append(in.Shifts, desk.Shift{Day: s.Day, From: hour(s.From), To: hour(s.To), Post: s.Post})
	}
	for begin := from; begin.Before(to); {
		end, until := calendar.End(part.DayOf(begin)), "24:00"
		if to.Before(end) {
			end, until = to, to.In(ident.Zone).Format("15:04")
		}
		in.Shifts = append(in.Shifts, desk.Shift{Day: part.DayOf(begin), From: begin.In(ident.Zone).Format("15:04"), To: until, Post: post})
		begin = end
		if end.Sub(from) > roster.MostDays*24*time.Hour {
			break
		}
	}
	cmd := r.Command()
	cmd.Rev = plan.Rev
	_, err = p.Roster.Change(r.Ctx, cmd, no, in)
	return p.done(r, part.Key("roster.said_filled"), err)
}

func hour(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (p pages) withdraw(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	_, err = p.Roster.Withdraw(r.Ctx, r.Command(), no, desk.Empty{})
	return p.done(r, part.Key("roster.said_withdrawn"), err)
}

// seats reads the posts of a platform from the form.
func seats(r *frame.Request) []desk.Seat {
	var out []desk.Seat
	for i := range r.Int("seats") {
		if i >= roster.MostSeats {
			break
		}
		n := strconv.Itoa(i)
		s := desk.Seat{
			Unit: r.Text("unit." + n), OnCall: r.Bool("on_call." + n), Post: r.Text("post." + n), Title: r.Text("title." + n), Phone: r.Text("phone." + n),
		}
		if s.Post != "" {
			out = append(out, s)
		}
	}
	return out
}

func (p pages) draft(r *frame.Request) error {
	in := desk.NewPlatform{Town: r.Text("place"), Core: r.Text("core"), Seats: seats(r)}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Roster.Draft(r.Ctx, r.Command(), in)
	return p.done(r, part.Key("roster.said_drafted"), err)
}

func (p pages) redraft(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.Seats{Core: r.Text("core"), Seats: seats(r)}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err = p.Roster.Redraft(r.Ctx, r.Command(), no, in)
	return p.done(r, part.Key("roster.said_drafted"), err)
}

func (p pages) publish(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	_, err = p.Roster.Publish(r.Ctx, r.Command(), no, desk.Empty{})
	return p.done(r, part.Key("roster.said_published"), err)
}

func (p pages) try(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.Tried{Unit: r.Text("unit"), Reached: r.Bool("reached")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err = p.Roster.Try(r.Ctx, r.Command(), no, in)
	return p.done(r, part.Key("roster.said_tried"), err)
}

// seatRow is one department on the form of a platform.
type seatRow struct {
	n     string
	seat  roster.Seat
	posts []*org.Post
}

// seatRows are the departments of a town's platform, with what is filled in
// already: of the draft, else of the platform in force.
func seatRows(v *part.View, x *view) []seatRow {
	var known []roster.Seat
	switch {
	case x.drafts != nil:
		known = x.drafts.it.Seats
	case x.Platform != nil:
		known = x.Platform.Fact.Seats
	}
	var out []seatRow
	add := func(s roster.Seat) {
		out = append(out, seatRow{strconv.Itoa(len(out)), s, v.City.Org.Posts(s.Unit)})
	}
	for _, w := range x.Wanted {
		some := false
		for _, s := range known {
			if s.Unit == w.Unit {
				add(s)
				some = true
			}
		}
		if !some {
			add(roster.Seat{Unit: w.Unit, OnCall: w.OnCall})
		}
	}
	return out
}

// core is the main body of a town's platform by the structure of the city.
func core(x *view) string {
	switch {
	case x.drafts != nil:
		return x.drafts.it.Core
	case x.Platform != nil:
		return x.Platform.Fact.Core
	case len(x.Wanted) > 0:
		return x.Wanted[0].Core
	}
	return ""
}

// mayFill reports whether the reader may put posts into the gaps of a desk.
func mayFill(v *part.View, s desk.Standing) bool {
	at := v.City.Territory.Address(s.Unit.Territory)
	return s.Plan != nil && access.Allow(v.Actor, access.KeepRoster, access.Subject{Place: at, Units: []string{s.Unit.Code}}) == nil
}

// options are the posts of a unit to choose from.
func options(v *part.View, posts []*org.Post, none string) []part.Option {
	out := []part.Option{{Value: "", Name: none}}
	for _, p := range posts {
		out = append(out, part.Option{Value: p.Code, Name: v.PostTitle(p)})
	}
	return out
}

func stamp(t time.Time) string { return t.In(ident.Zone).Format("2006-01-02T15:04") }
