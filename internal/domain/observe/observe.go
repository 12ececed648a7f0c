// Package observe holds the observers' channel (以下观上): what people at the
// base say of bodies above them, under a name that the observed unit can never
// learn. A record knows its observer only by a tag that nobody without the
// installation's key can read back, and that differs from one observation to
// the next.
package observe

import (
	"slices"

	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Topics are what an observation may be about.
var Topics = []string{"FORMS", "MEETINGS", "CHECKS", "PUSH_DOWN", "SLOW", "ATTITUDE", "OTHER"}

// LeastPattern is how many observations of a unit a pattern needs, so that
// none can be told by its number.
const LeastPattern = 5

// Note is one observation.
type Note struct {
	Day    int               `json:"day"`
	Keeper string            `json:"keeper"`           // unit that keeps the channel
	Matter ident.ID          `json:"matter"`           // by which the unit answers
	Place  territory.Address `json:"place"`            // of the observed unit
	Report ident.ID          `json:"report,omitempty"` // the matter of a report of retaliation
	Tag    string            `json:"tag"`
	Topic  string            `json:"topic"`
	Unit   string            `json:"unit"` // observed
}

// Line tells the columns of the register.
func (n Note) Line() register.Line {
	return register.Line{Register: "OBSERVATION", Place: n.Place, Unit: n.Keeper, Other: n.Unit, Status: n.Topic, From: n.Day, About: n.Matter}
}

// Check reports what is wrong with an observation of a unit. Faults:
// unit.unknown, observation.upper_only, observation.topic_unknown.
func Check(city *pack.City, unit, topic string) error {
	u, ok := city.Org.Unit(unit)
	if !ok {
		return fault.Field("unit", "unit.unknown", unit)
	}
	if u.Level.Rank() < org.District.Rank() {
		return fault.Field("unit", "observation.upper_only", u.Name)
	}
	if !slices.Contains(Topics, topic) {
		return fault.Field("topic", "observation.topic_unknown", topic)
	}
	return nil
}

// Keeper returns the unit that keeps the channel about an observed unit: the
// coordination body of its district, or the committee if there is none, else
// that of the city; never the observed unit, nor one it leads. Fault:
// observation.no_channel.
func Keeper(city *pack.City, observed string) (string, error) {
	u, _ := city.Org.Unit(observed)
	for _, place := range []string{city.Territory.Address(u.Territory).District, city.Root} {
		best := ""
		for _, code := range city.Org.Serving(place) {
			if code == observed || !keeps(city.Org, code) {
				continue
			}
			if parent, _ := city.Org.Parent(code); parent == observed {
				continue
			}
			if k, _ := city.Org.Unit(code); best == "" || k.Kind == org.CoordinationBody {
				best = code
			}
		}
		if best != "" {
			return best, nil
		}
	}
	return "", fault.New(fault.Conflict, "observation.no_channel")
}

func keeps(g *org.Graph, unit string) bool {
	return slices.ContainsFunc(g.Posts(unit), func(p *org.Post) bool { return p.Role == org.Keeper })
}

// Watchdog returns the discipline body that a report about an observed unit
// goes to: the district's, or the city's supervision office if that is the
// observed one. Fault: observation.no_watchdog.
func Watchdog(city *pack.City, observed, keeper string) (string, error) {
	u, _ := city.Org.Unit(observed)
	for _, x := range [...][2]string{{city.Territory.Address(u.Territory).District, "JW"}, {city.Root, "JW"}, {city.Root, "DC"}} {
		if code, ok := city.Org.At(x[0], x[1]); ok && code != observed && code != keeper {
			return code, nil
		}
	}
	return "", fault.New(fault.Conflict, "observation.no_watchdog")
}

// Pattern is how often a unit was observed with what, once there are enough.
type Pattern struct {
	Unit   string         `json:"unit"`
	N      int            `json:"n"`
	Topics map[string]int `json:"topics,omitempty"`
}

// Patterns counts notes by unit; a unit with too few is not shown at all.
func Patterns(notes []Note) []Pattern {
	by := map[string]*Pattern{}
	var order []string
	for _, n := range notes {
		p := by[n.Unit]
		if p == nil {
			p = &Pattern{Unit: n.Unit, Topics: map[string]int{}}
			by[n.Unit] = p
			order = append(order, n.Unit)
		}
		p.N++
		p.Topics[n.Topic]++
	}
	slices.Sort(order)
	var out []Pattern
	for _, unit := range order {
		if by[unit].N >= LeastPattern {
			out = append(out, *by[unit])
		}
	}
	return out
}
