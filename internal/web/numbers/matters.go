package numbers

import (
	"net/url"
	"time"

	desk "huying/internal/desk/numbers"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// onePage is how many matters a page shows.
const onePage = 50

// facts are the words of what a figure counts.
var facts = map[string]part.Key{
	"": part.Key("numbers.fact_all"), "received": part.Key("numbers.received"), "open": part.Key("numbers.open_now"), "closed": part.Key("numbers.closed"),
	"judged": part.Key("numbers.judged"), "reopened": part.Key("numbers.reopened"), "false": part.Key("numbers.false"), "owed": part.Key("numbers.fact_owed"),
	"overdue": part.Key("numbers.late_now"), "issued": part.Key("numbers.issued"), "on_time": part.Key("numbers.on_time"), "late": part.Key("numbers.late"),
	"first_fix": part.Key("numbers.first_fix"), "supervised": part.Key("numbers.fact_supervised"), "blue": part.Key("numbers.fact_blue"),
	"yellow": part.Key("numbers.fact_yellow"), "red": part.Key("numbers.fact_red"),
}

// matters lists what stands behind a figure.
func (p *pages) matters(r *frame.Request) error {
	q := desk.Question{
		Fact: r.Text("fact"), Place: r.Text("place"), Category: r.Text("category"), Status: r.Text("status"), Unit: r.Text("unit"),
		From: r.Time("from"), To: r.Time("to"),
	}
	if !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	if !q.To.IsZero() && !q.From.Before(q.To) {
		r.Fault(fault.Field("to", "request.span_backwards"))
	}
	var after ident.ID
	if s := r.Text("after"); s != "" {
		no, err := ident.ParseNumber(s)
		if err != nil {
			r.Fault(err)
		}
		after = no
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	rows, more, err := p.Numbers.Behind(r.Ctx, r.Actor, q, after, onePage, r.Now)
	if err != nil {
		return err
	}
	next := ""
	if more != 0 {
		values := url.Values{}
		for name, all := range r.HTTP.URL.Query() {
			if name != "after" {
				values[name] = all
			}
		}
		values.Set("after", more.Number())
		next = "/numbers/matters?" + values.Encode()
	}
	items := make([]part.Item, 0, len(rows))
	for _, x := range rows {
		items = append(items, part.Item{
			No: x.No, Href: "/matters/" + x.No.Number(), Text: x.Text, Place: x.Place, Category: x.Category, Group: "matter.status", Status: x.Status,
			Urgency: x.Urgency, Unit: x.Holder, Due: x.Next,
		})
	}
	if r.Partial() {
		return r.Part(listed(r.View, items, next))
	}
	return r.Page(r.T("numbers.behind"), "numbers", behind(r.View, meant(r.View, q), items, next))
}

// meant says in words which matters are listed.
func meant(v *part.View, q desk.Question) []string {
	var out []string
	add := func(code, word string) {
		if code != "" {
			out = append(out, word)
		}
	}
	add(q.Place, v.Place(q.Place))
	add("fact", v.T(string(facts[q.Fact])))
	add(q.Unit, v.Unit(q.Unit))
	add(q.Category, category(v, q.Category))
	add(q.Status, v.Word("matter.status", q.Status))
	if !q.From.IsZero() || !q.To.IsZero() {
		out = append(out, v.T("numbers.from_to", date(q.From), date(q.To.AddDate(0, 0, -1))))
	}
	return out
}

func date(t time.Time) string {
	if t.Year() < 1000 {
		return "…"
	}
	return t.Format(time.DateOnly)
}
