package programme

import (
	"strconv"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The states of a commentary.
const (
	Drafted = "OPEN"
	Frozen  = "FROZEN"
)

// Remark is the reviewer's word about a unit.
type Remark struct {
	Text string `json:"text"`
	Unit string `json:"unit"`
}

// Commentary is the review of a month (月讲评, LH-03), made from facts. While
// it is open its figures are computed; closing keeps them with the hash of
// what they were made from, and nothing changes them afterwards.
type Commentary struct {
	Actions  []Duty   `json:"actions,omitempty"`
	Body     string   `json:"body"`
	Closed   int64    `json:"closed,omitempty"` // instant
	District string   `json:"district,omitempty"`
	Facts    []Fact   `json:"facts,omitempty"`
	Hash     string   `json:"hash,omitempty"` // of the facts as they are written here
	Month    int      `json:"month"`
	Remarks  []Remark `json:"remarks,omitempty"`
	Status   string   `json:"status"`
	Totals   []Total  `json:"totals,omitempty"`
	Town     string   `json:"town,omitempty"`
}

// Line is the record's line.
func (c Commentary) Line() register.Line {
	first, last, err := Month(c.Month)
	if err != nil {
		return register.Line{Register: Commentaries}
	}
	return register.Line{
		Register: Commentaries, Place: at(c.District, c.Town), Unit: c.Body, Key: c.Body + "/" + strconv.Itoa(c.Month), Status: c.Status,
		From: first, To: last, Amount: int64(len(c.Facts)),
	}
}

// Say keeps the remark about a unit, in place of an earlier one.
// Fault: commentary.frozen.
func (c *Commentary) Say(unit, text string) error {
	if c.Status == Frozen {
		return fault.New(fault.Conflict, "commentary.frozen", c.Month)
	}
	for i := range c.Remarks {
		if c.Remarks[i].Unit == unit {
			c.Remarks[i].Text = text
			return nil
		}
	}
	c.Remarks = append(c.Remarks, Remark{Text: text, Unit: unit})
	return nil
}

// Freeze keeps the figures. Faults: commentary.frozen, commentary.month_runs.
func (c *Commentary) Freeze(facts []Fact, hash string, at int64, today int) error {
	_, last, err := Month(c.Month)
	switch {
	case err != nil:
		return err
	case c.Status == Frozen:
		return fault.New(fault.Conflict, "commentary.frozen", c.Month)
	case today <= last:
		return fault.New(fault.Conflict, "commentary.month_runs", calendar.DayText(last))
	}
	c.Facts, c.Totals, c.Hash, c.Closed, c.Status = facts, Totals(facts), hash, at, Frozen
	return nil
}

// Adjustment is what turned out differently after a month was frozen. It
// stands beside the month's figures and changes none of them.
type Adjustment struct {
	Commentary ident.ID `json:"commentary"`
	Day        int      `json:"day"`
	District   string   `json:"district,omitempty"`
	From       Outcome  `json:"from"`
	Matter     ident.ID `json:"matter"`
	Month      int      `json:"month"`
	Title      string   `json:"title"`
	To         Outcome  `json:"to"`
	Town       string   `json:"town,omitempty"`
	Unit       string   `json:"unit"`
}

// Line is the record's line.
func (a Adjustment) Line() register.Line {
	return register.Line{Register: Adjustments, Place: at(a.District, a.Town), Unit: a.Unit, Status: string(a.To), From: a.Day, About: a.Commentary}
}

// Differences returns what of a frozen month stands otherwise now, beyond what
// was adjusted before. now returns the fact of a task, false if there is none.
func (c *Commentary) Differences(known []Adjustment, now func(ident.ID) (Fact, bool)) []Adjustment {
	last := map[ident.ID]Outcome{}
	for _, a := range known { // the oldest first
		last[a.Matter] = a.To
	}
	var out []Adjustment
	for _, f := range c.Facts {
		is, ok := now(f.Matter)
		was := f.Outcome
		if adjusted, yes := last[f.Matter]; yes {
			was = adjusted
		}
		if !ok || is.Outcome == was || !corrects(was, is.Outcome) {
			continue
		}
		out = append(out, Adjustment{From: was, Matter: f.Matter, Month: c.Month, Title: f.Title, To: is.Outcome, Unit: f.Unit})
	}
	return out
}

// corrects reports whether a later state says that the month's figure was
// wrong. Work that goes on after the month, such as an overdue task that is
// done later, is next month's fact and corrects nothing.
func corrects(was, is Outcome) bool {
	return was.Done() != is.Done() && (was.Done() || was == Undone) || is == Withdrawn
}
