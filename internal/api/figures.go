package api

import (
	"strconv"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/domain/calendar"
	"huying/internal/domain/score"
	"huying/internal/fault"
	"huying/internal/ident"
)

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
	x, err := r.s.Numbers.Place(r.ctx, r.actor, r.http.PathValue("code"), p)
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
	False        int64            `json:"false_closures" doc:"Closed, and found undone by a sample check"`
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
	list, err := r.s.Numbers.Units(r.ctx, r.actor, in.Place, p)
	if err != nil {
		return nil, err
	}
	out := &AllUnitNumbers{Items: make([]UnitNumbers, len(list))}
	for i, u := range list {
		out.Items[i] = UnitNumbers{
			Unit: u.Code, Owed: u.Owed, Held: u.Held, Issued: u.Issued, OnTime: u.OnTime, Late: u.Late, FirstFix: u.FirstFix, Reopened: u.Reopened, False: u.FalseClosures,
			Blue: u.Blue, Yellow: u.Yellow, Red: u.Red, Supervised: u.Supervised, Response: rateView(u.Rates.Response),
			Resolution: rateView(u.Rates.Resolution), Satisfaction: rateView(u.Rates.Satisfaction), Unreliable: u.Rates.Unreliable, Ranked: u.Ranked,
		}
		if u.Rates.Complete {
			out.Items[i].Composite = &list[i].Rates.Composite
		}
	}
	return out, nil
}

// ElapsedSpan asks how long matters of a category took.
type ElapsedSpan struct {
	Span
	Place    string `json:"place" maxLength:"64"`
	Category string `json:"category,omitempty" maxLength:"32" doc:"A leaf, or a group with all below it; empty: all"`
}

// ElapsedNumbers are medians in minutes from the call on, over the matters
// closed in the span.
type ElapsedNumbers struct {
	Category string  `json:"category"`
	Matters  int     `json:"matters"`
	InTime   int     `json:"in_time" doc:"Of these, those whose leading order was done in time"`
	Issued   float64 `json:"issued_minutes"`
	Signed   float64 `json:"signed_minutes"`
	Arrived  float64 `json:"arrived_minutes,omitempty" doc:"Of those who were whistled for, as the street confirmed"`
	Arrivals int     `json:"arrivals,omitempty" doc:"How many these are"`
	Answered float64 `json:"answered_minutes"`
	Closed   float64 `json:"closed_minutes"`
	More     bool    `json:"more" doc:"There were more matters than are looked at"`
}

func elapsedNumbers(r *request, in ElapsedSpan) (*ElapsedNumbers, error) {
	p, err := in.period(r.now)
	if err != nil {
		return nil, err
	}
	from, to := calendar.Begin(p.From), calendar.End(p.To)
	x, err := r.s.Numbers.Elapsed(r.ctx, r.actor, in.Place, in.Category, from, to)
	if err != nil {
		return nil, err
	}
	return &ElapsedNumbers{
		Category: x.Category, Matters: x.Matters, InTime: x.InTime, Issued: x.Issued.Minutes(), Signed: x.Signed.Minutes(), Arrived: x.Arrived.Minutes(), Arrivals: x.Arrivals,
		Answered: x.Answered.Minutes(), Closed: x.Closed.Minutes(), More: x.More,
	}, nil
}
