package calendar

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"huying/internal/fault"
)

// Unit is what a limit is counted in.
type Unit string

// The units. Date is for a limit whose day is named by a notice: its amount is
// not used, and it is due at 24:00 of the day it is started with.
const (
	Min        Unit = "MIN"         // real minutes, day and night
	Hour       Unit = "HOUR"        // real hours, day and night
	UrgentHour Unit = "URGENT_HOUR" // 紧急工作时: the same, by the name of GB/T 30428.8
	WorkHour   Unit = "WORK_HOUR"   // 工作时: hours within office hours
	WD         Unit = "WD"          // 工作日: working days
	CD         Unit = "CD"          // 自然日: calendar days
	Date       Unit = "DATE"        // a day named by a notice
)

// MaxAmount is the greatest amount of a limit, in any unit.
const MaxAmount = 10_000

// Limit is how long something may take. The zero Limit is no limit.
type Limit struct {
	Amount          int    `json:"amount,omitempty" yaml:"amount,omitempty"`
	Unit            Unit   `json:"unit,omitempty" yaml:"unit,omitempty"`
	ShiftLastDay    bool   `json:"shift,omitempty" yaml:"shift,omitempty"` // CD: a last day of rest moves to the next working day (民法典 art. 203)
	CloseOfBusiness bool   `json:"close,omitempty" yaml:"close,omitempty"` // WD, CD: due when the office closes instead of at 24:00 (ibid.)
	Basis           string `json:"basis,omitempty" yaml:"basis,omitempty"` // the rule or article the limit stands on
}

// ParseLimit reads the text form of a limit: amount, unit and flags, as in
// "4 WORK_HOUR", "15 CD shift", "5 WD close" or "DATE", in either case.
// Faults: limit.malformed, and those of Check.
func ParseLimit(s string) (Limit, error) {
	var words [5]string
	n := 0
	for word := range strings.FieldsSeq(s) {
		if n == len(words) {
			return Limit{}, fault.Field("limit", "limit.malformed", short(s))
		}
		words[n] = word
		n++
	}
	if n == 0 {
		return Limit{}, fault.Field("limit", "limit.malformed", short(s))
	}
	var l Limit
	rest := words[1:n]
	if l.Unit = Unit(strings.ToUpper(words[0])); l.Unit != Date {
		amount, err := strconv.Atoi(words[0])
		if err != nil || n < 2 {
			return Limit{}, fault.Field("limit", "limit.malformed", short(s))
		}
		l.Amount, l.Unit, rest = amount, Unit(strings.ToUpper(words[1])), words[2:n]
	}
	for _, flag := range rest {
		switch {
		case strings.EqualFold(flag, "shift") && !l.ShiftLastDay:
			l.ShiftLastDay = true
		case strings.EqualFold(flag, "close") && !l.CloseOfBusiness:
			l.CloseOfBusiness = true
		default:
			return Limit{}, fault.Field("limit", "limit.malformed", short(s))
		}
	}
	if err := l.Check(); err != nil {
		return Limit{}, err
	}
	return l, nil
}

// IsZero reports whether l is no limit at all.
func (l Limit) IsZero() bool { return l.Amount == 0 && l.Unit != Date }

// String returns the text form, without the basis; no limit is "".
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	b := make([]byte, 0, 24)
	if l.Unit != Date {
		b = append(strconv.AppendInt(b, int64(l.Amount), 10), ' ')
	}
	b = append(b, l.Unit...)
	if l.ShiftLastDay {
		b = append(b, " shift"...)
	}
	if l.CloseOfBusiness {
		b = append(b, " close"...)
	}
	return string(b)
}

// Check returns a fault if l is no limit that can be counted. The zero Limit
// passes.
// Faults: limit.unit_unknown, limit.amount_out_of_range, limit.flag_unfit.
func (l Limit) Check() error {
	if l.Amount == 0 && l.Unit == "" {
		return nil
	}
	switch l.Unit {
	case Min, Hour, UrgentHour, WorkHour, WD, CD:
		if l.Amount < 1 || l.Amount > MaxAmount {
			return fault.Field("limit", "limit.amount_out_of_range", l.Amount, MaxAmount)
		}
	case Date:
	default:
		return fault.Field("limit", "limit.unit_unknown", short(string(l.Unit)))
	}
	if l.ShiftLastDay && l.Unit != CD {
		return fault.Field("limit", "limit.flag_unfit", "shift", string(l.Unit))
	}
	if l.CloseOfBusiness && l.Unit != CD && l.Unit != WD {
		return fault.Field("limit", "limit.flag_unfit", "close", string(l.Unit))
	}
	return nil
}

// length returns the amount of a limit in real or office time.
func (l Limit) length() micro {
	if l.Unit == Min {
		return micro(l.Amount) * minute
	}
	return micro(l.Amount) * hour
}

// plain is a Limit that reads itself field by field.
type plain Limit

// UnmarshalJSON reads either the text form or an object of the fields. A field
// that a limit does not have is a fault, so that a misspelt flag is not lost.
// Faults: limit.malformed, and those of Check.
func (l *Limit) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		return l.set(text)
	}
	var p plain
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return fault.Field("limit", "limit.malformed", short(string(b))).Because(err)
	}
	*l = Limit(p)
	return l.Check()
}

// UnmarshalYAML reads either the text form or a mapping of the fields.
// Faults: limit.malformed, and those of Check.
func (l *Limit) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if unmarshal(&text) == nil {
		return l.set(text)
	}
	var p plain
	if err := unmarshal(&p); err != nil {
		return fault.Field("limit", "limit.malformed", "").Because(err)
	}
	*l = Limit(p)
	return l.Check()
}

// set reads the text form; no text is no limit.
func (l *Limit) set(text string) (err error) {
	if text == "" {
		*l = Limit{}
		return nil
	}
	*l, err = ParseLimit(text)
	return err
}
