package grid

import (
	"slices"
	"strings"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// SegmentRegister is the register of streets and lanes.
const SegmentRegister register.Name = "SEGMENT"

// The kinds of segment, and how their chiefs are called.
const (
	Street = "STREET" // 街, kept by a 街长
	Lane   = "LANE"   // 巷, kept by a 巷长
)

// Segment is one street or lane that a chief answers for (街巷长, BJ-08). It has
// exactly one chief; without one it is a gap.
type Segment struct {
	Chief  *Chief            `json:"chief,omitempty"`
	Code   string            `json:"code"`
	Duties []string          `json:"duties"` // as the notice board tells them
	From   int               `json:"from"`
	Kind   string            `json:"kind"`
	Metres int               `json:"metres,omitempty"`
	Name   string            `json:"name"`
	Place  territory.Address `json:"place"`
	To     int               `json:"to,omitempty"`
	Unit   string            `json:"unit"` // that sees to the segment: the street's
}

// Chief is the post that answers for a segment. The name is shown only if its
// holder agreed; the telephone is that of the duty, never a private one.
type Chief struct {
	Agreed bool   `json:"agreed,omitempty"`
	From   int    `json:"from"`
	Name   string `json:"name,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
}

// Line implements register.Fact.
func (s Segment) Line() register.Line {
	l := register.Line{Register: SegmentRegister, Place: s.Place, Unit: s.Unit, From: s.From, To: s.To, Status: "VACANT"}
	if s.Chief != nil {
		l.Status, l.Other = "HELD", s.Chief.Unit
	}
	if s.To == 0 {
		l.Key = s.Code
	}
	return l
}

// Check asks that a segment is whole. Faults: segment.kind_unknown,
// segment.code_missing, text.missing.
func (s *Segment) Check() error {
	switch {
	case s.Kind != Street && s.Kind != Lane:
		return fault.Field("kind", "segment.kind_unknown", s.Kind)
	case strings.TrimSpace(s.Code) == "" || len(s.Code) > 64:
		return fault.Field("code", "segment.code_missing")
	case s.Metres < 0 || s.Metres > 100000:
		return fault.Field("metres", "segment.length_out_of_range")
	}
	for _, d := range s.Duties {
		if err := matter.Words("duties", d, true); err != nil {
			return err
		}
	}
	return matter.Words("name", s.Name, true)
}

// Appoint makes a post the chief. A name without the holder's word is refused
// (B15). Faults: chief.name_without_consent, text.missing.
func (s *Segment) Appoint(c Chief) error {
	if c.Name != "" && !c.Agreed {
		return fault.Field("name", "chief.name_without_consent")
	}
	if err := matter.Words("title", c.Title, true); err != nil {
		return err
	}
	s.Chief = &c
	return nil
}

// Vacate leaves the segment without a chief: a gap from that day on.
func (s *Segment) Vacate() { s.Chief = nil }

// RoundRegister is the register of what rounds found.
const RoundRegister register.Name = "ROUND"

// Cadence is how often a segment is gone round (日巡、周查、月评、季点名, BJ-10).
type Cadence string

// The cadences.
const (
	Daily     Cadence = "DAILY"     // 日巡: by the chief's unit
	Weekly    Cadence = "WEEKLY"    // 周查: by another unit than the chief's
	Monthly   Cadence = "MONTHLY"   // 月评
	Quarterly Cadence = "QUARTERLY" // 季点名: made from facts, of segments and units
)

// Cadences lists every cadence.
var Cadences = []Cadence{Daily, Weekly, Monthly, Quarterly}

// Round is one round: what it found, or that it found nothing. It is about a
// segment and a day; there is no track, no signing in and no photograph that
// must be taken.
type Round struct {
	Cadence  Cadence           `json:"cadence"`
	Day      int               `json:"day"`
	Findings []ident.ID        `json:"findings,omitempty"` // matters it raised
	Note     string            `json:"note,omitempty"`
	Place    territory.Address `json:"place"`
	Segment  ident.ID          `json:"segment"`
	Unit     string            `json:"unit"`
}

// What a round came to.
const (
	RoundClear = "CLEAR"
	RoundFound = "FOUND"
)

// Line implements register.Fact.
func (r Round) Line() register.Line {
	status := RoundClear
	if len(r.Findings) > 0 {
		status = RoundFound
	}
	return register.Line{Register: RoundRegister, Place: r.Place, Unit: r.Unit, About: r.Segment, From: r.Day, To: r.Day, Status: status, Amount: int64(len(r.Findings))}
}

// CheckRound asks that a round may be recorded. Faults: round.cadence_unknown,
// round.day_out_of_range, round.weekly_by_another, text.too_long.
func CheckRound(s *Segment, r *Round, today int) error {
	switch {
	case !slices.Contains(Cadences[:3], r.Cadence):
		return fault.Field("cadence", "round.cadence_unknown", string(r.Cadence))
	case !calendar.IsDay(r.Day) || r.Day > today || r.Day < s.From || periodOf(r.Cadence, r.Day) != periodOf(r.Cadence, today) && calendar.DaysFrom(r.Day, today) > 7:
		return fault.Field("day", "round.day_out_of_range")
	case r.Cadence == Weekly && s.Chief != nil && s.Chief.Unit == r.Unit:
		return fault.New(fault.Denied, "round.weekly_by_another", "JUDGE_NOT_RESPONDER")
	}
	return matter.Words("note", r.Note, false)
}

// Period returns the first and the last day of the day, week, month or quarter
// that a day lies in.
func Period(c Cadence, day int) (first, last int) {
	switch c {
	case Weekly:
		return calendar.Week(day)
	case Monthly:
		month := calendar.MonthOf(day)
		return month*100 + 1, calendar.AddDays(calendar.AddMonths(month, 1)*100+1, -1)
	case Quarterly:
		return calendar.Quarter(calendar.QuarterOf(day))
	}
	return day, day
}

// periodOf names the period of a day by its first day.
func periodOf(c Cadence, day int) int {
	first, _ := Period(c, day)
	return first
}

// Missed returns the periods from a day to a day, both included, in which a
// segment had no round of a cadence. A period counts once it is over. The gap
// is the segment's, nobody's.
func Missed(c Cadence, s *Segment, rounds []Round, from, to int) []int {
	if from < s.From {
		from = s.From
	}
	done := map[int]bool{}
	for i := range rounds {
		if rounds[i].Cadence == c {
			done[periodOf(c, rounds[i].Day)] = true
		}
	}
	var out []int
	for first, last := Period(c, from); last <= to; first, last = Period(c, calendar.AddDays(last, 1)) {
		if !done[first] && (s.To == 0 || first <= s.To) {
			out = append(out, first)
		}
	}
	return out
}
