package hint

import (
	"cmp"
	"slices"
	"time"

	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// Call is what is compared of a call. Lon and Lat are degrees; both 0 means
// that the place is not known. Category is empty while nobody has set it.
type Call struct {
	ID       ident.ID
	Text     string
	Lon, Lat float64
	Category string
	At       time.Time
}

// placed reports whether the place of the call is known.
func (c Call) placed() bool { return c.Lon != 0 || c.Lat != 0 }

// Rule says when two calls may be about the same thing.
type Rule struct {
	Within time.Duration // the most time between them
	Near   float64       // metres within which the same category is enough
	Alike  float64       // similarity from which the text is enough …
	Far    float64       // … unless they are known to be more than so many metres apart
}

// Usual is the rule where a pack sets none: 24 hours, 30 metres, and texts
// alike by 0.6 within 500 metres.
func Usual() Rule { return Rule{Within: 24 * time.Hour, Near: 30, Alike: 0.6, Far: 500} }

// Reason is why a call is suggested as a duplicate.
type Reason string

// The reasons.
const (
	SameCategory Reason = "SAME_CATEGORY"
	NearBy       Reason = "NEAR_BY"
	SimilarText  Reason = "SIMILAR_TEXT"
)

// Duplicate is one call that the candidate may repeat. Score lies between 0
// and 1. Metres is the distance, or -1 if either place is not known. Reasons
// holds all that is true of the pair, in the order of the constants.
type Duplicate struct {
	ID      ident.ID
	Score   float64
	Metres  float64
	Reasons []Reason
}

// Unknown is the distance between calls of which one has no known place.
const Unknown = -1

// Duplicates returns those of the others that the candidate may repeat by the
// rule, the most likely first and ties by id (GZ-03: several inlets, one
// matter). A desk decides whether they are merged.
func Duplicates(candidate Call, others []Call, rule Rule) []Duplicate {
	said := pairs(candidate.Text)
	var out []Duplicate
	for _, o := range others {
		if o.ID == candidate.ID || candidate.At.Sub(o.At).Abs() > rule.Within {
			continue
		}
		if d, ok := compare(candidate, o, said, rule); ok {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// compare judges one pair. The two grounds, same category close by and similar
// text, are independent witnesses: the score is the chance that not both err.
func compare(a, b Call, said []uint64, rule Rule) (Duplicate, bool) {
	d := Duplicate{ID: b.ID, Metres: Unknown}
	if a.placed() && b.placed() {
		d.Metres = territory.Metres(a.Lon, a.Lat, b.Lon, b.Lat)
	}
	text := cosine(said, pairs(b.Text))
	same := a.Category != "" && a.Category == b.Category
	near := d.Metres != Unknown && d.Metres <= rule.Near
	alike := text >= rule.Alike && text > 0 && (d.Metres == Unknown || d.Metres <= rule.Far)
	place := 0.0
	if same && near {
		place = 0.6
		if rule.Near > 0 {
			place += 0.2 * (1 - d.Metres/rule.Near)
		}
	}
	d.Score = min(1-(1-place)*(1-text), 1)
	for _, r := range []struct {
		is   bool
		name Reason
	}{{same, SameCategory}, {near, NearBy}, {alike, SimilarText}} {
		if r.is {
			d.Reasons = append(d.Reasons, r.name)
		}
	}
	return d, same && near || alike
}
