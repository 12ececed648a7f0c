package grid

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// ChoreRegister is the register of what was done in grids.
const ChoreRegister register.Name = "CHORE"

// Chore is a task of a grid that was done (全要素网格任务, YT-36): what it found, or
// that it found nothing. It is of the grid, of nobody.
type Chore struct {
	Code     string            `json:"code"` // of the pack's chores
	Day      int               `json:"day"`
	Findings []ident.ID        `json:"findings,omitempty"`
	Grid     string            `json:"grid"`
	Note     string            `json:"note,omitempty"`
	Place    territory.Address `json:"place"`
	Unit     string            `json:"unit"`
}

// Line implements register.Fact.
func (c Chore) Line() register.Line {
	return register.Line{Register: ChoreRegister, Place: c.Place, Unit: c.Unit, Status: c.Code, From: c.Day, To: c.Day, Amount: int64(len(c.Findings))}
}

// CheckChore asks that a task may be said to be done. Faults:
// chore.code_unknown, chore.day_out_of_range, text.too_long.
func CheckChore(known []pack.Chore, c *Chore, today int) error {
	switch {
	case !slices.ContainsFunc(known, func(k pack.Chore) bool { return k.Code == c.Code }):
		return fault.Field("code", "chore.code_unknown", c.Code)
	case !calendar.IsDay(c.Day) || c.Day > today || calendar.DaysFrom(c.Day, today) > 7:
		return fault.Field("day", "chore.day_out_of_range")
	}
	return matter.Words("note", c.Note, false)
}

// The states of a task on the board of a grid.
const (
	ChoreDone = "DONE" // in the period that runs
	ChoreDue  = "DUE"
	ChoreLate = "LATE" // neither in the period that runs nor in the one before
)

// OnBoard is one task on the board of a grid.
type OnBoard struct {
	Chore    pack.Chore
	Last     int // the last day it was done, 0: never within the days looked at
	Due      int // the last day of the period that runs
	State    string
	Findings []ident.ID // of the days looked at
}

// Board returns the tasks of a grid on a day, in the order of the pack, by what
// was done in it.
func Board(known []pack.Chore, done []Chore, today int) []OnBoard {
	out := make([]OnBoard, 0, len(known))
	for _, k := range known {
		c := Cadence(k.Cadence)
		first, last := Period(c, today)
		b := OnBoard{Chore: k, Due: last, State: ChoreLate}
		for i := range done {
			if done[i].Code == k.Code && done[i].Day <= today {
				b.Last = max(b.Last, done[i].Day)
				b.Findings = append(b.Findings, done[i].Findings...)
			}
		}
		switch {
		case b.Last >= first:
			b.State = ChoreDone
		case b.Last >= periodOf(c, calendar.AddDays(first, -1)):
			b.State = ChoreDue
		}
		out = append(out, b)
	}
	return out
}
