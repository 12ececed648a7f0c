package steer

import (
	"strings"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/org"
	"huying/internal/domain/programme"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// mostMeasures is how many rows a plan's page has.
const mostMeasures = 4

func (p pages) themes(r *frame.Request) error {
	w, err := whereOf(r)
	if err != nil {
		return err
	}
	rows, err := p.Programme.Themes(r.Ctx, r.Actor, w)
	if err != nil {
		return err
	}
	hot, span, err := p.Programme.Hot(r.Ctx, r.Actor, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_themes"), "programmes", themesPage(r.View, rows, hot, span, dayIn(r.Now, 25), next("/programmes/themes", rows)))
}

func (p pages) theme(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Programme.Theme(r.Ctx, r.Actor, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(x.Fact.Title, "programmes", themePage(r.View, x))
}

func (p pages) startTheme(r *frame.Request) error {
	in := desk.NewTheme{Month: monthOf(r, "month"), Title: r.Text("title"), Categories: r.Texts("categories"), Lead: r.Text("lead"), Fall: r.Int("fall")}
	var at []int
	in.Measures, at = rowsOf(r, "measures", mostMeasures)
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Programme.StartTheme(r.Ctx, r.Command(), in)
	if err != nil {
		return inRows(err, "measures", at)
	}
	return r.Go("/programmes/themes/" + id.Number())
}

func (p pages) closeTheme(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Programme.CloseTheme(r.Ctx, r.Command(), no, struct{}{}); err != nil {
		return err
	}
	return r.Reload()
}

// curve is how often a theme was called about, before it began and since.
func curve(v *part.View, x *desk.ThemeView) part.Spec {
	before, after := part.Series{Name: v.T("steer.before"), Tone: "grey"}, part.Series{Name: v.T("steer.after"), Tone: "accent"}
	s := part.Spec{}
	for _, st := range x.Steps {
		s.Names = append(s.Names, part.Day(st.From)[5:])
		if st.After {
			before.Values, after.Values = append(before.Values, nil), append(after.Values, part.Value(st.Calls))
		} else {
			before.Values, after.Values = append(before.Values, part.Value(st.Calls)), append(after.Values, nil)
		}
	}
	s.Series, s.Stack = []part.Series{before, after}, true
	return s
}

// cityUnits are the names of the units that may lead a theme.
func cityUnits(v *part.View) []string {
	var out []string
	for _, code := range v.City.Org.Units() {
		u, ok := v.City.Org.Unit(code)
		if ok && (u.Level == org.City || u.Territory == v.City.Root) {
			out = append(out, v.Unit(code))
		}
	}
	return out
}

func categories(v *part.View, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = v.Category(c)
	}
	return strings.Join(out, v.T("steer.and"))
}

// fallen is by how many percent calls have fallen since a theme began; below 0
// they have risen.
func fallen(t *programme.Theme, now int64) int {
	if t.Before == 0 {
		return 0
	}
	return int(100 - now*100/t.Before)
}
