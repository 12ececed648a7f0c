package demo

import (
	"huying/internal/desk/numbers"
	"huying/internal/domain/score"
)

// Rates are the three rates of the whole city.
type Rates = score.Three

// facts sums what the rates are made of.
type facts struct{ score.Facts }

func (f *facts) add(u *numbers.Unit) {
	f.Judged += u.Facts.Judged
	f.Contacted += u.Facts.Contacted
	f.Reached += u.Facts.Reached
	f.Yes += u.Facts.Yes
	f.Partial += u.Facts.Partial
	f.Rated += u.Facts.Rated
	f.Satisfaction += u.Facts.Satisfaction
}

func (f *facts) rates() Rates { return score.Rates(f.Facts, score.Usual) }
