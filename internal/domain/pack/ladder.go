package pack

import (
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/fault"
)

// Ladder is what follows when an order is late (C5). That a caller may
// escalate is not in it: nobody can switch that off (INV-10).
type Ladder struct {
	BluePermille   int            // share of the limit left when the unit is reminded
	RedAfter       calendar.Limit // least time from due to the red card
	RedPermille    int            // share of the limit from due to red, if that is more
	YellowsToRed   int            // yellow cards on one order that make a red one
	TakeoverReds   int            // red cards of a unit within TakeoverWithin that let the level above take over
	TakeoverWithin calendar.Limit
	NagEvery       calendar.Limit // reminders from then on
	rules          map[string]Rule
}

// ladderSpecs are the keys ladder.yaml may have. None of them is the caller's
// way up: that is a locked module.
var ladderSpecs = map[string]spec{
	"blue_permille":   {number: true, floor: true, most: 1000},
	"red_after":       {},
	"red_permille":    {number: true, most: 1000},
	"yellows_to_red":  {number: true, most: 10},
	"takeover_reds":   {number: true, most: 20},
	"takeover_within": {floor: true},
	"nag_every":       {},
}

// Clock returns the part of the ladder that clocks run by.
func (l Ladder) Clock() clock.Ladder {
	return clock.Ladder{BluePermille: l.BluePermille, RedAfter: l.RedAfter, RedPermille: l.RedPermille, NagEvery: l.NagEvery}
}

// Rules returns the ladder's values with their basis, sorted by name.
func (l Ladder) Rules() []Rule { return Limits{l.rules}.Rules() }

// ladder reads ladder.yaml over that of the layers before it.
func (l *layer) ladder(under Ladder) Ladder {
	rules := l.rulebook(ladderFile, ladderSpecs, under.rules)
	return Ladder{
		BluePermille:   rules["blue_permille"].Number,
		RedAfter:       rules["red_after"].Limit,
		RedPermille:    rules["red_permille"].Number,
		YellowsToRed:   rules["yellows_to_red"].Number,
		TakeoverReds:   rules["takeover_reds"].Number,
		TakeoverWithin: rules["takeover_within"].Limit,
		NagEvery:       rules["nag_every"].Limit,
		rules:          rules,
	}
}

// complete tells which keys no layer has set.
func (l *layer) complete(file string, known map[string]spec, rules map[string]Rule) {
	for name := range known {
		if _, ok := rules[name]; !ok {
			l.wrong(file, 0, fault.New(fault.Invalid, "pack.key_missing", name))
		}
	}
}
