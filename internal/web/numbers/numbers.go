// Package numbers is the page of figures: by unit, place, category and time, as
// charts, tables and files, each figure with the matters behind it. It counts
// units and places, never persons, and compares nothing that is too little.
package numbers

import (
	"net/url"
	"strconv"
	"time"

	desk "huying/internal/desk/numbers"
	"huying/internal/domain/access"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are what the pages ask.
type Desks struct {
	Numbers *desk.Desk
}

type pages struct{ Desks }

// Routes are the pages of figures.
func Routes(d Desks) []frame.Route {
	p := &pages{d}
	return []frame.Route{
		frame.Show("/numbers", "numbers", frame.Staff, access.ReadNumbers, "数据", "Figures", p.page),
		frame.Show("/numbers/export", "numbers-export", frame.Staff, access.ReadNumbers, "导出数据", "Figures as a file", p.export),
		frame.Show("/numbers/matters", "numbers-matters", frame.Staff, access.ReadMatter, "数字背后的诉求", "The matters behind a figure", p.matters),
	}
}

// asked is which figures are meant.
type asked struct {
	place    *territory.Place
	from, to time.Time // midnight of the first and the last day
	by       string    // unit, place, category or time
	category string    // group whose parts are told, "" for the top
	step     string    // of time: day, week or month
	sort     int       // column
	up       bool      // the smallest first
	least    int64     // below this many nothing is ranked
}

func (a *asked) period() desk.Period {
	return desk.Period{From: part.DayOf(a.from), To: part.DayOf(a.to)}
}

// mostDays bounds a span.
const mostDays = 5 * 366

// read reads which figures are meant: without a place the reader's own,
// without days the last thirty.
func (p *pages) read(r *frame.Request) (*asked, error) {
	a := &asked{by: r.Text("by"), step: r.Text("step"), category: r.Text("category"), sort: r.Int("sort"), up: r.Bool("up")}
	if a.by == "" {
		a.by = "unit"
	}
	if a.step == "" {
		a.step = "day"
	}
	if a.by == "unit" && r.Text("sort") == "" {
		a.sort = 1 // those given most first
	}
	oneOf(r, "by", a.by, "unit", "place", "category", "time")
	oneOf(r, "step", a.step, "day", "week", "month")
	y, m, d := r.Now.In(ident.Zone).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, ident.Zone)
	if a.from, a.to = r.Time("from"), r.Time("to"); a.to.IsZero() {
		a.to = today
	}
	if a.from.IsZero() {
		a.from = a.to.AddDate(0, 0, -30)
	}
	if a.from.After(a.to) || a.to.Sub(a.from) > mostDays*24*time.Hour {
		r.Fault(fault.Field("to", "numbers.span", mostDays/366))
	}
	if _, ok := r.City.Duty.Group(a.category); !ok && a.category != "" {
		r.Fault(fault.Field("category", "category.unknown", a.category, r.City.Duty.Nearest(a.category)))
	}
	a.place = place(r)
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	a.least = int64(r.City.LimitsAt(a.place.Code).Number(pack.RankLeast))
	return a, nil
}

func oneOf(r *frame.Request, field, value string, values ...string) {
	for _, v := range values {
		if v == value {
			return
		}
	}
	r.Fault(fault.Field(field, "form.no_choice", value))
}

// place is the place of the form, or the reader's own.
func place(r *frame.Request) *territory.Place {
	code := r.Text("place")
	if code == "" {
		code = r.City.Root
		if r.Actor.Rank < territory.City.Rank() {
			code = r.Actor.At.Leaf()
		}
	}
	at, ok := r.City.Territory.Place(code)
	if !ok {
		r.Fault(fault.Field("place", "place.unknown", code))
	}
	return at
}

// query is the address of the same figures, with changes: a name and its new
// value, in turn.
func (a *asked) query(path string, changes ...string) string {
	q := url.Values{"place": {a.place.Code}, "from": {a.from.Format(time.DateOnly)}, "to": {a.to.Format(time.DateOnly)}, "by": {a.by}}
	if a.category != "" {
		q.Set("category", a.category)
	}
	if a.step != "day" {
		q.Set("step", a.step)
	}
	if a.sort != 0 {
		q.Set("sort", strconv.Itoa(a.sort))
	}
	if a.up {
		q.Set("up", "true")
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if q.Set(changes[i], changes[i+1]); changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return path + "?" + q.Encode()
}

// behind is the address of the matters behind a figure of the span.
func (a *asked) behind(fact string, more ...string) string {
	q := url.Values{"fact": {fact}, "place": {a.place.Code}, "from": {a.from.Format(time.DateOnly)}, "to": {a.to.Format(time.DateOnly)}}
	for i := 0; i+1 < len(more); i += 2 {
		if q.Set(more[i], more[i+1]); more[i+1] == "" {
			q.Del(more[i])
		}
	}
	return "/numbers/matters?" + q.Encode()
}

func (p *pages) page(r *frame.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	sum, err := p.summary(r, a)
	if err != nil {
		return err
	}
	t, err := p.table(r, a)
	if err != nil {
		return err
	}
	return r.Page(r.T("numbers.title", r.Place(a.place.Code)), "numbers", whole(r.View, a, sum, t))
}

func (p *pages) table(r *frame.Request, a *asked) (*table, error) {
	t, err := map[string]func(*frame.Request, *asked) (*table, error){
		"unit": p.byUnit, "place": p.byPlace, "category": p.byCategory, "time": p.byTime,
	}[a.by](r, a)
	if err != nil {
		return nil, err
	}
	t.sort(a.sort, a.up)
	return t, nil
}
