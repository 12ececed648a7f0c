package numbers

import (
	"slices"
	"time"

	desk "huying/internal/desk/numbers"
	"huying/internal/domain/calendar"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// summary is the figures of the place as a whole.
type summary struct {
	*desk.Place
	rates score.Three
	n     int64
}

func (p *pages) summary(r *frame.Request, a *asked) (*summary, error) {
	all, err := p.Numbers.Place(r.Ctx, r.Actor, a.place.Code, a.period())
	if err != nil {
		return nil, err
	}
	rates, facts, err := p.Numbers.Rates(r.Ctx, r.Actor, a.place.Code, a.period())
	return &summary{all, rates, facts.Judged}, err
}

func named(text, href string) cell          { return cell{text: text, parts: href} }
func number(n int64, href string) cell      { return cell{n: n, href: href} }
func rated(x score.Rate, href string) cell  { return cell{rate: x, href: href} }
func lasted(d time.Duration, any bool) cell { return cell{span: d, none: !any} }

// byUnit tells of every unit that was given anything or judged.
func (p *pages) byUnit(r *frame.Request, a *asked) (*table, error) {
	units, err := p.Numbers.Units(r.Ctx, r.Actor, a.place.Code, a.period())
	if err != nil {
		return nil, err
	}
	t := &table{title: r.T("numbers.chart_unit"), ranked: true, columns: []column{
		{r.T("numbers.unit"), word}, {r.T("numbers.issued"), count}, {r.T("numbers.on_time"), count}, {r.T("numbers.late"), count}, {r.T("numbers.first_fix"), count},
		{r.T("numbers.reopened"), count}, {r.T("numbers.false"), count}, {r.Word("order.colour", "BLUE"), count}, {r.Word("order.colour", "YELLOW"), count},
		{r.Word("order.colour", "RED"), count}, {r.T("numbers.judged"), count}, {r.T("numbers.response"), share}, {r.T("numbers.resolution"), share},
		{r.T("numbers.satisfaction"), share},
	}}
	for i := range units {
		u := &units[i]
		if u.Issued+u.OnTime+u.Late+u.Reopened+u.FalseClosures+u.Yellow+u.Red+u.Blue+u.Facts.Judged == 0 {
			continue
		}
		of := func(fact string) string { return a.behind(fact, "unit", u.Code) }
		t.rows = append(t.rows, row{key: u.Code, few: !u.Ranked, cells: []cell{
			named(r.Unit(u.Code), ""), number(u.Issued, of("issued")), number(u.OnTime, of("on_time")), number(u.Late, of("late")),
			number(u.FirstFix, of("first_fix")), number(u.Reopened, of("reopened")), number(u.FalseClosures, of("false")), number(u.Blue, of("blue")),
			number(u.Yellow, of("yellow")), number(u.Red, of("red")), number(u.Facts.Judged, of("judged")), rated(u.Rates.Response, of("judged")),
			rated(u.Rates.Resolution, of("judged")), rated(u.Rates.Satisfaction, of("judged")),
		}})
	}
	t.draw(12, []plot{{1, "grey"}, {2, "good"}, {3, "red"}}, true)
	return t, nil
}

// byPlace tells of the places directly below.
func (p *pages) byPlace(r *frame.Request, a *asked) (*table, error) {
	loads, err := p.Numbers.Loads(r.Ctx, r.Actor, a.place.Code)
	if err != nil {
		return nil, err
	}
	facts, err := p.factsBelow(r, a)
	if err != nil {
		return nil, err
	}
	flows := a.place.Kind.Rank() > territory.Town.Rank() // of communities nothing is counted by day
	t := &table{title: r.T("numbers.chart_place"), ranked: true, columns: []column{
		{r.T("numbers.place"), word}, {r.T("numbers.open_now"), count}, {r.T("numbers.late_now"), count}, {r.T("numbers.received"), count}, {r.T("numbers.closed"), count},
		{r.T("numbers.judged"), count}, {r.T("numbers.response"), share}, {r.T("numbers.resolution"), share}, {r.T("numbers.satisfaction"), share},
	}}
	for _, l := range loads {
		received, closed := cell{none: true}, cell{none: true}
		if flows {
			x, err := p.Numbers.Place(r.Ctx, r.Actor, l.Code, a.period())
			if err != nil {
				return nil, err
			}
			received, closed = number(x.Received, a.behind("received", "place", l.Code)), number(x.Closed, a.behind("closed", "place", l.Code))
		}
		f := facts[l.Code]
		rates := score.Rates(f, score.Usual)
		name := named(r.Place(l.Code), a.query("/numbers", "place", l.Code, "sort", ""))
		if !flows {
			name.parts = a.behind("", "place", l.Code)
		}
		judged := a.behind("judged", "place", l.Code)
		t.rows = append(t.rows, row{key: l.Code, few: f.Judged < a.least, cells: []cell{
			name, number(l.Open, "/numbers/matters?fact=open&place="+l.Code), number(l.Late, "/numbers/matters?fact=overdue&place="+l.Code), received, closed,
			number(f.Judged, judged), rated(rates.Response, judged), rated(rates.Resolution, judged), rated(rates.Satisfaction, judged),
		}})
	}
	plots := []plot{{3, "accent"}, {4, "good"}, {2, "red"}}
	if !flows {
		plots = []plot{{1, "accent"}, {2, "red"}}
	}
	t.draw(30, plots, false)
	return t, nil
}

// factsBelow are the facts of the units of each place directly below.
func (p *pages) factsBelow(r *frame.Request, a *asked) (map[string]score.Facts, error) {
	units, err := p.Numbers.Units(r.Ctx, r.Actor, a.place.Code, a.period())
	if err != nil {
		return nil, err
	}
	out := map[string]score.Facts{}
	tree := r.City.Territory
	for i := range units {
		u, ok := r.City.Org.Unit(units[i].Code)
		if !ok {
			continue
		}
		at := tree.Address(u.Territory)
		child := [...]string{at.Grid, at.Community, at.Town, at.District}[max(a.place.Kind.Rank()-1, 0)]
		f, x := out[child], units[i].Facts
		f.Judged, f.Contacted, f.Reached, f.Yes, f.Partial = f.Judged+x.Judged, f.Contacted+x.Contacted, f.Reached+x.Reached, f.Yes+x.Yes, f.Partial+x.Partial
		f.Rated, f.Satisfaction = f.Rated+x.Rated, f.Satisfaction+x.Satisfaction
		out[child] = f
	}
	return out, nil
}

// byCategory tells how long matters of each category took, by the medians.
func (p *pages) byCategory(r *frame.Request, a *asked) (*table, error) {
	t := &table{title: r.T("numbers.chart_category"), columns: []column{
		{r.T("numbers.category"), word}, {r.T("numbers.closed"), count}, {r.T("numbers.to_order"), span}, {r.T("numbers.to_sign"), span}, {r.T("numbers.to_arrive"), span}, {r.T("numbers.to_answer"), span},
		{r.T("numbers.to_close"), span}, {r.T("numbers.in_time"), share},
	}}
	for _, code := range r.City.Duty.Children(a.category) {
		x, err := p.Numbers.Elapsed(r.Ctx, r.Actor, a.place.Code, code, a.from, a.to.AddDate(0, 0, 1))
		if err != nil {
			return nil, err
		}
		if x.Matters == 0 {
			continue
		}
		name := named(category(r.View, code), "")
		if _, group := r.City.Duty.Group(code); group {
			name.parts = a.query("/numbers", "category", code, "sort", "")
		}
		n := int64(x.Matters)
		t.rows = append(t.rows, row{key: code, few: n < a.least, cells: []cell{
			name, number(n, a.behind("closed", "category", code)), lasted(x.Issued, true), lasted(x.Signed, true), lasted(x.Arrived, x.Arrivals > 0), lasted(x.Answered, true), lasted(x.Closed, true),
			rated(score.Share(float64(x.InTime), n), a.behind("closed", "category", code)),
		}})
	}
	t.ranked = true
	t.draw(30, []plot{{6, "accent"}}, false)
	return t, nil
}

// category is the name of a leaf or a group.
func category(v *part.View, code string) string {
	if g, ok := v.City.Duty.Group(code); ok {
		if v.English() && g.NameEN != "" {
			return g.NameEN
		}
		return g.Name
	}
	return v.Category(code)
}

// byTime tells of each day, week or month.
func (p *pages) byTime(r *frame.Request, a *asked) (*table, error) {
	days, err := p.Numbers.Days(r.Ctx, r.Actor, a.place.Code, a.period())
	if err != nil {
		return nil, err
	}
	orders := a.place.Kind.Rank() > territory.Town.Rank()
	t := &table{title: r.T("numbers.chart_time"), columns: []column{
		{r.T("numbers.time"), word}, {r.T("numbers.received"), count}, {r.T("numbers.closed"), count}, {r.T("numbers.on_time"), count}, {r.T("numbers.late"), count},
		{r.T("numbers.judged"), count},
	}}
	of := map[string]*desk.Day{}
	var starts []time.Time
	for at := begin(a.from, a.step); !at.After(a.to); at = next(at, a.step) {
		starts = append(starts, at)
		of[at.Format(time.DateOnly)] = &desk.Day{}
	}
	for _, d := range days {
		at := begin(calendar.Begin(d.Day), a.step)
		if x := of[at.Format(time.DateOnly)]; x != nil {
			x.Received, x.Closed, x.OnTime, x.Late, x.Judged = x.Received+d.Received, x.Closed+d.Closed, x.OnTime+d.OnTime, x.Late+d.Late, x.Judged+d.Judged
		}
	}
	for _, at := range starts {
		x := of[at.Format(time.DateOnly)]
		from, to := later(at, a.from), earlier(next(at, a.step).AddDate(0, 0, -1), a.to)
		of := func(fact string) string {
			return a.behind(fact, "from", from.Format(time.DateOnly), "to", to.Format(time.DateOnly))
		}
		cells := []cell{named(at.Format(stamp[a.step]), ""), number(x.Received, of("received")), number(x.Closed, of("closed")), number(x.OnTime, of("on_time")), number(x.Late, of("late")), number(x.Judged, of("judged"))}
		if !orders {
			cells[3], cells[4], cells[5] = cell{none: true}, cell{none: true}, cell{none: true}
		}
		t.rows = append(t.rows, row{key: at.Format(time.DateOnly), cells: cells})
	}
	plots := []plot{{1, "accent"}, {2, "good"}, {4, "red"}}
	if !orders {
		plots = plots[:2]
	}
	t.draw(len(t.rows), plots, false)
	for i := range t.chart.Series {
		t.chart.Series[i].Line = true
	}
	return t, nil
}

// stamp is how a day, week or month is named.
var stamp = map[string]string{"day": time.DateOnly, "week": time.DateOnly, "month": "2006-01"}

// begin is the first day of the day, week or month around t; weeks begin on
// Monday.
func begin(t time.Time, step string) time.Time {
	switch step {
	case "week":
		return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	case "month":
		return t.AddDate(0, 0, 1-t.Day())
	}
	return t
}

func next(t time.Time, step string) time.Time {
	switch step {
	case "week":
		return t.AddDate(0, 0, 7)
	case "month":
		return t.AddDate(0, 1, 0)
	}
	return t.AddDate(0, 0, 1)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// plot is a column that is charted, in a tone.
type plot struct {
	column int
	tone   string
}

// draw makes the chart of some columns: of the rows that have most of the
// first, for more could not be told apart.
func (t *table) draw(most int, plots []plot, across bool) {
	rows := slices.Clone(t.rows)
	if len(rows) > most {
		slices.SortStableFunc(rows, func(a, b row) int { return int(b.cells[plots[0].column].n - a.cells[plots[0].column].n) })
		rows = rows[:most]
	}
	spec := &part.Spec{Across: across}
	for _, p := range plots {
		spec.Series = append(spec.Series, part.Series{Name: t.columns[p.column].name, Tone: p.tone})
	}
	for _, r := range rows {
		spec.Names = append(spec.Names, r.cells[0].text)
		link := r.cells[plots[0].column].href
		if link == "" {
			link = r.cells[1].href
		}
		spec.Links = append(spec.Links, link)
		for i, p := range plots {
			c := r.cells[p.column]
			value := part.Value(c.n)
			if t.columns[p.column].kind == span {
				value = part.Value(hours(c.span))
			}
			if c.none {
				value = nil
			}
			spec.Series[i].Values = append(spec.Series[i].Values, value)
		}
	}
	t.chart = spec
}

// hours is a span as tables and charts reckon it, to a tenth.
func hours(d time.Duration) float64 { return float64(d.Round(6*time.Minute)) / float64(time.Hour) }
