// Package demo replays weeks of calls through the real commands, at their own
// times, so that a city can be looked at that has lived: nothing in the
// database is made by other means than the desks and clocks that a real day
// uses. The same seed and end give the same city. It decides nothing; it only
// plays the people.
package demo

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
)

// spoken is one call of a corpus, in the words of whoever called.
type spoken struct {
	Key       string `json:"key"`
	Text      string `json:"text"`
	Place     string `json:"place"`
	Where     string `json:"where"`
	Inlet     string `json:"inlet"`
	Kind      string `json:"kind"`
	Category  string `json:"category"`
	Anonymity string `json:"anonymity"`
	Caller    struct {
		Name  string `json:"name"`
		Phone string `json:"phone"`
	} `json:"caller"`
	Hour     int    `json:"hour"`
	Weight   int    `json:"weight"`
	Flow     string `json:"flow"`
	DupOf    string `json:"dup_of"`
	DelayMin int    `json:"delay_min"`
}

// corpus is what may be said in a city.
type corpus struct {
	calls []spoken            // originals
	again map[string][]spoken // the same problem told by others, by the original's key
	total int                 // of weights
}

// read loads a pack's own corpus, or makes one of its duty list if it has none.
func read(packs fs.FS, city *pack.City) (*corpus, error) {
	f, err := packs.Open(city.ID + "/demo/calls.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		return made(city), nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	c := &corpus{again: map[string][]spoken{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s spoken
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("read the demo's calls: %w", err)
		}
		c.add(s)
	}
	return c, lines.Err()
}

func (c *corpus) add(s spoken) {
	if s.DupOf != "" {
		c.again[s.DupOf] = append(c.again[s.DupOf], s)
		return
	}
	c.calls = append(c.calls, s)
	c.total += max(s.Weight, 1)
}

// flowsOfNowhere are the courses that calls of a made corpus take, in turn.
var flowsOfNowhere = []string{"plain", "plain", "plain", "plain", "slow", "plain", "shoddy", "plain", "wrong_duty", "plain", "dead", "unsatisfied", "extend", "plain"}

// made is a corpus for a pack without one: what each leaf of the duty list is
// about, at every town.
func made(city *pack.City) *corpus {
	c := &corpus{again: map[string][]spoken{}}
	var towns []*territory.Place
	for p := range city.Territory.All() {
		if p.Kind.Rank() == territory.Town.Rank() {
			towns = append(towns, p)
		}
	}
	n := 0
	for _, town := range towns {
		for _, leaf := range city.Duty.Leaves() {
			if leaf.Class == duty.Private {
				continue
			}
			n++
			s := spoken{
				Key: fmt.Sprintf("g%05d", n), Text: town.Name + ": " + leaf.Name, Place: town.Code, Inlet: "HOTLINE_12345",
				Kind: "COMPLAINT", Category: leaf.Code, Hour: 8 + n%12, Weight: 1, Flow: flowsOfNowhere[n%len(flowsOfNowhere)],
			}
			if leaf.Class == duty.Communal {
				s.Flow = "communal"
			}
			s.Caller.Name, s.Caller.Phone = "Caller "+s.Key, "19900000000"
			c.add(s)
		}
	}
	return c
}

// pick draws a call by weight.
func (c *corpus) pick(r *rand.Rand) spoken {
	at := r.IntN(c.total)
	for _, s := range c.calls {
		if at -= max(s.Weight, 1); at < 0 {
			return s
		}
	}
	return c.calls[len(c.calls)-1]
}

// part returns the part of the city a call is about; a call that names no such
// place is heard in the first.
func (s spoken) part(city *pack.City, lanes map[string]*lane) string {
	a := city.Territory.Address(strings.TrimSpace(s.Place))
	for _, code := range []string{a.District, a.Community} {
		if lanes[code] != nil {
			return code
		}
	}
	return slices.Min(slices.Collect(maps.Keys(lanes)))
}
