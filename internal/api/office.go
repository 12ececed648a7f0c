package api

import (
	"bytes"
	"mime"
	"strconv"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/score"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// NewToken is a token with its secret, which is told this once.
type NewToken struct {
	registry.Token
	Secret string `json:"secret" doc:"Only its hash is kept"`
}

func makeToken(r *request, in registry.NewToken) (*NewToken, error) {
	secret, t, err := r.s.registry.MakeToken(r.ctx, engine.Command{Actor: r.actor}, in)
	if err != nil {
		return nil, err
	}
	return &NewToken{*t, secret}, nil
}

// Tokens are all tokens, without their secrets.
type Tokens struct {
	Items []registry.Token `json:"items"`
}

func tokens(r *request, _ none) (*Tokens, error) {
	list, err := r.s.registry.Tokens(r.ctx, r.actor)
	if list == nil {
		list = []registry.Token{}
	}
	return &Tokens{list}, err
}

func revokeToken(r *request, _ none) (none, error) {
	err := r.s.registry.RevokeToken(r.ctx, engine.Command{Actor: r.actor}, r.http.PathValue("id"))
	if err == nil {
		r.s.bearers.forget()
	}
	return none{}, err
}

// Upload says where a file belongs.
type Upload struct {
	Place string `json:"place,omitempty" maxLength:"64" doc:"Where it was taken; empty: the place of the post"`
}

// keepEvidence keeps a file: the raw body, or the first file of a form.
func keepEvidence(r *request, in Upload) (*registry.Stored, error) {
	var buf bytes.Buffer
	if err := r.body(&buf, registry.MaxEvidence+1<<16); err != nil { // a form needs a little more than its file
		return nil, err
	}
	body := buf.Bytes()
	kind, params, err := mime.ParseMediaType(r.http.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		if body, err = firstFile(body, params["boundary"]); err != nil {
			return nil, err
		}
	}
	if in.Place == "" {
		in.Place = r.actor.At.Leaf()
	}
	return r.s.registry.KeepEvidence(r.ctx, engine.Command{Actor: r.actor}, in.Place, body)
}

func evidence(r *request, _ none) (file, error) {
	s, err := r.state()
	if err != nil {
		return file{}, err
	}
	stored, body, err := r.s.registry.Evidence(r.ctx, s, r.http.PathValue("hash"))
	if err != nil {
		return file{}, err
	}
	return file{media: stored.Media, body: body, download: stored.Hash[:12]}, nil
}

// Purpose says why personal data is read; it is kept in the access log.
type Purpose struct {
	Purpose string `json:"purpose" maxLength:"500" doc:"Kept in the access log"`
}

// ContactDetails is how the caller can be reached.
type ContactDetails struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Note  string `json:"note,omitempty"`
}

func contactDetails(r *request, in Purpose) (ContactDetails, error) {
	cmd, no, err := r.command()
	if err != nil {
		return ContactDetails{}, err
	}
	c, err := r.s.Engine.ReadContact(r.ctx, cmd, no, in.Purpose)
	return ContactDetails(c), err
}

// Reading is one line of the access log.
type Reading struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Purpose string    `json:"purpose"`
	Fields  string    `json:"fields"`
}

// Readings is the access log of a matter.
type Readings struct {
	Items []Reading `json:"items"`
}

func accessLog(r *request, _ none) (*Readings, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	list, err := r.s.Engine.AccessLog(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := &Readings{Items: make([]Reading, len(list))}
	for i, a := range list {
		out.Items[i] = Reading{At: at(clock.Instant(a.At)), Actor: a.Actor, Purpose: a.Purpose, Fields: a.Fields}
	}
	return out, nil
}

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
	list, err := r.s.registry.Explain(s)
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
	x, err := r.s.registry.ExplainLimit(in.Limit, in.Place, in.Start)
	if err != nil {
		return nil, err
	}
	out := dueView(x)
	return &out, nil
}

// Draw is the result of a sample draw.
type Draw struct {
	Week   string   `json:"week"`
	Closed int      `json:"closed" doc:"Matters closed in the week"`
	Drawn  []string `json:"drawn" doc:"Matters to be checked"`
}

func sample(r *request, in supervision.Sample) (*Draw, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	d, err := r.s.supervision.Sample(r.ctx, cmd, in)
	if err != nil {
		return nil, err
	}
	return &Draw{Week: d.Week, Closed: d.Closed, Drawn: numbered(d.Drawn)}, nil
}

// Span is a span of civil days.
type Span struct {
	From string `json:"from,omitempty" maxLength:"10" doc:"First day, as 2026-03-01; empty: 30 days back"`
	To   string `json:"to,omitempty" maxLength:"10" doc:"Last day; empty: today"`
}

func (s Span) period(now time.Time) (p numbers.Period, err error) {
	now = now.In(ident.Zone)
	if p.To, err = dayOf(s.To, "to", now); err != nil {
		return p, err
	}
	if p.From, err = dayOf(s.From, "from", now.AddDate(0, 0, -30)); err != nil {
		return p, err
	}
	if p.From > p.To {
		return p, fault.Field("from", "request.span_backwards", s.From, s.To)
	}
	return p, nil
}

func dayOf(s, field string, usual time.Time) (int, error) {
	if s != "" {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return 0, fault.Field(field, "request.date_malformed", short(s))
		}
		if y := t.Year(); y < 2000 || y > 2200 {
			return 0, fault.Field(field, "date.impossible", y)
		}
		usual = t
	}
	n, err := strconv.Atoi(usual.Format("20060102"))
	return n, err
}

// PlaceNumbers are the figures of a place.
type PlaceNumbers struct {
	Place    string           `json:"place"`
	Standing map[string]int64 `json:"standing" doc:"Matters by status, now"`
	Open     int64            `json:"open" doc:"Of these, those somebody holds"`
	Received int64            `json:"received"`
	Closed   int64            `json:"closed"`
	Merged   int64            `json:"merged"`
	Referred int64            `json:"referred"`
	Advised  int64            `json:"advised"`
}

func placeNumbers(r *request, in Span) (*PlaceNumbers, error) {
	p, err := in.period(r.now)
	if err != nil {
		return nil, err
	}
	x, err := r.s.numbers.Place(r.ctx, r.actor, r.http.PathValue("code"), p)
	if err != nil {
		return nil, err
	}
	return &PlaceNumbers{
		Place: x.Code, Standing: x.Standing, Open: x.Open, Received: x.Received, Closed: x.Closed, Merged: x.Merged, Referred: x.Referred, Advised: x.Advised,
	}, nil
}

// UnitSpan asks for the figures of the units of a place.
type UnitSpan struct {
	Span
	Place string `json:"place" maxLength:"64"`
}

// UnitNumbers are the figures of a unit; never of a person.
type UnitNumbers struct {
	Unit         string           `json:"unit"`
	Owed         map[string]int64 `json:"owed" doc:"Orders by status, now"`
	Held         int64            `json:"held"`
	Issued       int64            `json:"issued"`
	OnTime       int64            `json:"on_time"`
	Late         int64            `json:"late"`
	FirstFix     int64            `json:"first_fix"`
	Reopened     int64            `json:"reopened"`
	Blue         int64            `json:"blue"`
	Yellow       int64            `json:"yellow"`
	Red          int64            `json:"red"`
	Supervised   int64            `json:"supervised"`
	Response     *Rating          `json:"response,omitempty"`
	Resolution   *Rating          `json:"resolution,omitempty"`
	Satisfaction *Rating          `json:"satisfaction,omitempty"`
	Unreliable   bool             `json:"unreliable" doc:"Too many callers were not reached"`
	Composite    *float64         `json:"composite,omitempty"`
	Ranked       bool             `json:"ranked" doc:"Enough judged matters to be compared"`
}

// Rating is a share with how sure one can be of it.
type Rating struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low" doc:"Wilson 95 % interval"`
	High  float64 `json:"high"`
	N     int64   `json:"n"`
}

func rateView(x score.Rate) *Rating {
	if !x.Known {
		return nil
	}
	return &Rating{x.Value, x.Low, x.High, x.N}
}

// AllUnitNumbers are the figures of the units of a place, by code.
type AllUnitNumbers struct {
	Items []UnitNumbers `json:"items"`
}

func unitNumbers(r *request, in UnitSpan) (*AllUnitNumbers, error) {
	p, err := in.period(r.now)
	if err != nil {
		return nil, err
	}
	list, err := r.s.numbers.Units(r.ctx, r.actor, in.Place, p)
	if err != nil {
		return nil, err
	}
	out := &AllUnitNumbers{Items: make([]UnitNumbers, len(list))}
	for i, u := range list {
		out.Items[i] = UnitNumbers{
			Unit: u.Code, Owed: u.Owed, Held: u.Held, Issued: u.Issued, OnTime: u.OnTime, Late: u.Late, FirstFix: u.FirstFix, Reopened: u.Reopened,
			Blue: u.Blue, Yellow: u.Yellow, Red: u.Red, Supervised: u.Supervised, Response: rateView(u.Rates.Response),
			Resolution: rateView(u.Rates.Resolution), Satisfaction: rateView(u.Rates.Satisfaction), Unreliable: u.Rates.Unreliable, Ranked: u.Ranked,
		}
		if u.Rates.Complete {
			out.Items[i].Composite = &list[i].Rates.Composite
		}
	}
	return out, nil
}
