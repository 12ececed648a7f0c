// Package programme says what steering is made of: key work, weekly batches,
// programmes with measures, monthly commentaries, meetings, decisions,
// projects, promises and themes. All are dated facts; whatever a unit owes for
// one of them is an order of a task, and stands in the order. It judges units
// and work, never persons, and knows no database and no time of its own.
package programme

import (
	"strconv"
	"strings"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/fault"
)

// The registers.
const (
	Catalogue    register.Name = "CATALOGUE"
	Batches      register.Name = "BATCH"
	Programmes   register.Name = "PROGRAMME"
	Commentaries register.Name = "COMMENTARY"
	Adjustments  register.Name = "ADJUSTMENT"
	Meetings     register.Name = "MEETING"
	Offers       register.Name = "OFFER"
	Decisions    register.Name = "DECISION"
	Projects     register.Name = "PROJECT"
	Promises     register.Name = "PROMISE"
	Themes       register.Name = "THEME"
	Conflicts    register.Name = "CONFLICT"
	Documents    register.Name = "DOCUMENT"
)

// Steering lists the registers whose tasks are reviewed in the month's
// commentary.
var Steering = []register.Name{Batches, Programmes, Commentaries, Meetings, Decisions, Promises, Themes}

// MostDuties bounds what one command assigns.
const MostDuties = 200

// Duty is one thing that a batch, a programme, a meeting or a decision asks
// for: of exactly one lead unit, by a day.
type Duty struct {
	Co          []string `json:"co,omitempty"`
	Deliverable string   `json:"deliverable,omitempty"`
	Due         int      `json:"due"`
	Key         string   `json:"key,omitempty"` // of the catalogue of key work
	Lead        string   `json:"lead"`
	Leaf        string   `json:"leaf,omitempty"` // item of the duty list, where a town or village is asked
	Line        int      `json:"line,omitempty"` // of the file it was imported from
	Title       string   `json:"title"`
}

// Check returns everything that is wrong with the duties of one command, each
// fault with its line and field, so that nothing happens unless all is well.
// name is the member of the input that holds them.
func Check(name string, list []Duty, today int, known func(unit string) bool) error {
	var wrong fault.List
	if len(list) == 0 || len(list) > MostDuties {
		wrong.Add(fault.Field(name, "duty.count", len(list), MostDuties))
	}
	for i := range list {
		list[i].check(name+"."+strconv.Itoa(i)+".", i+1, today, known, &wrong)
	}
	return wrong.Err()
}

func (d *Duty) check(field string, line, today int, known func(string) bool, wrong *fault.List) {
	if d.Line != 0 {
		line = d.Line
	}
	if strings.TrimSpace(d.Title) == "" {
		wrong.Add(fault.Field(field+"title", "duty.title_missing", line))
	}
	switch {
	case d.Lead == "":
		wrong.Add(fault.Field(field+"lead", "duty.lead_missing", line))
	case !known(d.Lead):
		wrong.Add(fault.Field(field+"lead", "duty.unit_unknown", line, d.Lead))
	}
	seen := map[string]bool{d.Lead: true}
	for _, unit := range d.Co {
		if !known(unit) {
			wrong.Add(fault.Field(field+"co", "duty.unit_unknown", line, unit))
		}
		if seen[unit] {
			wrong.Add(fault.Field(field+"co", "duty.unit_twice", line, unit))
		}
		seen[unit] = true
	}
	switch {
	case d.Due == 0:
		wrong.Add(fault.Field(field+"due", "duty.date_missing", line))
	case !calendar.IsDay(d.Due):
		wrong.Add(fault.Field(field+"due", "duty.date_wrong", line, d.Due))
	case d.Due < today:
		wrong.Add(fault.Field(field+"due", "duty.date_passed", line, calendar.DayText(d.Due)))
	}
	wrong.Add(matter.Words(field+"title", d.Title, false))
	wrong.Add(matter.Words(field+"deliverable", d.Deliverable, false))
}

// Body reports whether a unit of a kind may set work for other units in
// batches, programmes and themes: a coordination body, a party committee, or a
// command centre. A department asks by orders of its own and never steers.
func Body(k org.Kind) bool {
	return k == org.CoordinationBody || k == org.PartyCommittee || k == org.CommandCentre
}

// Programme is a plan with measures, each with one lead and one date (LH-05).
// How far it is, is read from the orders of its measures.
type Programme struct {
	Body     string `json:"body"`
	Code     string `json:"code"`
	District string `json:"district,omitempty"`
	From     int    `json:"from"`
	Measures []Duty `json:"measures"`
	Title    string `json:"title"`
	To       int    `json:"to"`
	Town     string `json:"town,omitempty"`
}

// Line is the record's line.
func (p Programme) Line() register.Line {
	return register.Line{
		Register: Programmes, Place: at(p.District, p.Town), Unit: p.Body, Key: p.Code, From: p.From, To: p.To, Amount: int64(len(p.Measures)),
	}
}

// KeyWork is one item of the catalogue of key work ("4+10+N", LH-01) that was
// added to what the pack lists.
type KeyWork struct {
	Basis string `json:"basis,omitempty"`
	Body  string `json:"body"`
	Code  string `json:"code"`
	From  int    `json:"from"`
	Group string `json:"group"`
	Title string `json:"title"`
	To    int    `json:"to,omitempty"`
}

// Line is the record's line.
func (k KeyWork) Line() register.Line {
	return register.Line{Register: Catalogue, Unit: k.Body, Key: k.Code, From: k.From, To: k.To}
}

// Progress is how much of something is done.
type Progress struct{ Done, All int }

// Of counts how many outcomes are done.
func Of(all []Outcome) Progress {
	p := Progress{All: len(all)}
	for _, o := range all {
		if o.Done() {
			p.Done++
		}
	}
	return p
}

// Month returns the first and the last day of a month such as 202601.
// Fault: month.malformed.
func Month(m int) (first, last int, err error) {
	first, last, ok := calendar.Month(m)
	if !ok {
		return 0, 0, fault.Field("month", "month.malformed", m)
	}
	return first, last, nil
}
