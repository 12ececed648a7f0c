package api

import (
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/ident"
)

// Due says why something is due when it is, day by day.
type Due struct {
	Order       string      `json:"order,omitempty" doc:"Order whose clock it is; none: the matter's"`
	Clock       string      `json:"clock,omitempty"`
	Limit       string      `json:"limit"`
	Basis       string      `json:"basis,omitempty" doc:"What the limit rests on"`
	Calendar    string      `json:"calendar,omitempty"`
	Start       time.Time   `json:"start"`
	Begin       time.Time   `json:"begin,omitzero" doc:"Where the count begins"`
	Rule        string      `json:"rule,omitempty"`
	Due         time.Time   `json:"due"`
	Extended    []time.Time `json:"extended,omitempty" doc:"Due after each extension"`
	Shifted     bool        `json:"shifted,omitempty"`
	Provisional bool        `json:"provisional,omitempty"`
	Held        bool        `json:"held,omitempty" doc:"A pause still holds the clock"`
	Agrees      bool        `json:"agrees" doc:"The time that is kept is the computed one"`
	Days        []Day       `json:"days"`
	Cut         bool        `json:"cut,omitempty"`
}

// Day is one day of an explanation.
type Day struct {
	Date    string  `json:"date"`
	Kind    string  `json:"kind"`
	Holiday string  `json:"holiday,omitempty"`
	Counted bool    `json:"counted"`
	Note    string  `json:"note"`
	Days    int     `json:"days,omitempty" doc:"Days counted so far"`
	Minutes float64 `json:"minutes,omitempty" doc:"Time counted so far"`
}

// Dues explains every clock of a matter.
type Dues struct {
	Items []Due `json:"items"`
}

func dueView(x calendar.Explanation) Due {
	out := Due{
		Limit: x.Limit.String(), Basis: x.Limit.Basis, Calendar: x.Calendar, Start: zoned(x.Start), Begin: zoned(x.Begin), Rule: string(x.Rule),
		Due: zoned(x.At), Shifted: x.Shifted, Provisional: x.Provisional, Held: x.Held, Agrees: true, Cut: x.Cut, Days: make([]Day, len(x.Rows)),
	}
	for i, d := range x.Rows {
		out.Days[i] = Day{
			Date: d.Date.In(ident.Zone).Format(time.DateOnly), Kind: string(d.Kind), Holiday: d.Name, Counted: d.Counted, Note: string(d.Note),
			Days: d.Days, Minutes: d.Spent.Minutes(),
		}
	}
	return out
}

func dues(r *request, _ none) (*Dues, error) {
	s, err := r.state()
	if err != nil {
		return nil, err
	}
	list, err := r.s.Registry.Explain(s)
	if err != nil {
		return nil, err
	}
	out := &Dues{Items: make([]Due, len(list))}
	for i, x := range list {
		d := dueView(x.Days)
		d.Order, d.Clock, d.Limit, d.Basis, d.Agrees = number(x.Order), string(x.Clock.Kind), x.Clock.Limit, x.Basis, x.Agrees
		d.Start, d.Due = at(x.Clock.Start), at(x.Clock.Due)
		for _, e := range x.Extended {
			d.Extended = append(d.Extended, zoned(e.At))
		}
		out.Items[i] = d
	}
	return out, nil
}

// LimitQuestion asks what a limit comes to.
type LimitQuestion struct {
	Limit string    `json:"limit" maxLength:"64" doc:"As in 4 WORK_HOUR, 15 CD shift, 5 WD close"`
	Place string    `json:"place,omitempty" maxLength:"64" doc:"Whose calendar; empty: the city's"`
	Start time.Time `json:"start,omitempty" doc:"Empty: now"`
}

func explainLimit(r *request, in LimitQuestion) (*Due, error) {
	if in.Start.IsZero() {
		in.Start = r.now
	}
	x, err := r.s.Registry.ExplainLimit(in.Limit, in.Place, in.Start)
	if err != nil {
		return nil, err
	}
	out := dueView(x)
	return &out, nil
}
