package oversee

import (
	"fmt"
	"time"

	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// audit is the sample of a week in a district.
type audit struct {
	District string
	Week     string
	Checker  string
	Share    int // of a thousand
	May      bool
	Redo     bool                 // the reader may ask for a new draw
	Drawn    *supervision.Sampled // what has just been drawn
	Rows     []supervision.CheckRow
	Next     string
	False    []supervision.MarkRow
	Counts   map[matter.MarkKind]int64
}

// weeks are the last weeks that have ended, the newest first.
func weeks(now time.Time) []part.Option {
	var out []part.Option
	for i := 1; i <= 8; i++ {
		day := now.In(ident.Zone).AddDate(0, 0, -7*i)
		year, week := day.ISOWeek()
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		code := fmt.Sprintf("%04d-W%02d", year, week)
		out = append(out, part.Option{Value: code, Name: code + " · " + monday.Format("01-02") + " – " + monday.AddDate(0, 0, 6).Format("01-02")})
	}
	return out
}

// districts are where the reader may look.
func districts(v *part.View) []part.Option {
	var out []part.Option
	if d := v.Actor.At.District; d != "" && v.Actor.Rank < 4 {
		return append(out, part.Option{Value: d, Name: v.Place(d)})
	}
	for _, p := range v.City.Territory.Children(v.City.Root) {
		if p.Kind == territory.District {
			out = append(out, part.Option{Value: p.Code, Name: v.Place(p.Code)})
		}
	}
	return out
}

func (p pages) audit(r *frame.Request, district, week string, after ident.ID) (audit, error) {
	all := districts(r.View)
	if district == "" && len(all) > 0 {
		district = all[0].Value
	}
	if week == "" {
		week = weeks(r.Now)[0].Value
	}
	x := audit{District: district, Week: week, Checker: p.Supervision.Checker(district), Share: p.Supervision.Share(district)}
	x.May = access.Allow(r.Actor, access.SampleAudit, access.Subject{Place: r.City.Territory.Address(district)}) == nil
	x.Redo = access.Allow(r.Actor, access.RedoDraw, access.Subject{Place: r.City.Territory.Address(district)}) == nil
	found, err := p.Supervision.Checks(r.Ctx, r.Actor, district, week, after, one+1)
	if err != nil {
		return x, err
	}
	if len(found) > one {
		found = found[:one]
		x.Next = "/supervision/sample?district=" + district + "&week=" + week + "&after=" + found[one-1].Matter.Number()
	}
	x.Rows = found
	if x.Counts, err = p.Supervision.Count(r.Ctx, r.Actor); err != nil {
		return x, err
	}
	x.False, err = p.Supervision.Marks(r.Ctx, r.Actor, supervision.MarkFilter{Kinds: []matter.MarkKind{matter.MarkFalse}, Place: district}, supervision.MarkKey{}, few)
	return x, err
}

func (p pages) sample(r *frame.Request) error {
	var after ident.ID
	if no := r.Query("after"); no != "" {
		id, err := ident.ParseNumber(no)
		if err != nil {
			return err
		}
		after = id
	}
	x, err := p.audit(r, r.Query("district"), r.Query("week"), after)
	if err != nil {
		return err
	}
	if r.Partial() {
		if after != 0 {
			return r.Part(checks(r.View, x))
		}
		return r.Part(sampled(r.View, x))
	}
	return r.Page(r.T("oversee.tab_sample"), "supervision", samplePage(r.View, x))
}

// draw draws the sample of a week. The draw follows from the week and the
// matters alone, so that asking again changes nothing.
func (p pages) draw(r *frame.Request) error {
	in := supervision.Sample{District: r.Text("district"), Week: r.Text("week")}
	if err := r.Wrong(); err != nil {
		return err
	}
	in.Checker = p.Supervision.Checker(in.District)
	drawn, err := p.Supervision.Sample(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	x, err := p.audit(r, in.District, in.Week, 0)
	if err != nil {
		return err
	}
	x.Drawn = drawn
	r.Says("oversee.said_drawn", len(drawn.Drawn))
	return r.Part(sampled(r.View, x))
}
