package programme

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/fault"
)

// Version is one version of a document, from a day on.
type Version struct {
	From    int    `json:"from"`
	Hash    string `json:"hash"` // of the file
	Note    string `json:"note,omitempty"`
	Version string `json:"version"`
}

// Policy is a document of a body with its versions, and the rules that stand
// on it (YT-32).
type Policy struct {
	Body     string    `json:"body"`
	Code     string    `json:"code"`
	District string    `json:"district,omitempty"`
	Number   string    `json:"number,omitempty"`
	Rules    []string  `json:"rules,omitempty"`
	Title    string    `json:"title"`
	Town     string    `json:"town,omitempty"`
	Versions []Version `json:"versions"` // the oldest first
}

// Line is the record's line.
func (p Policy) Line() register.Line {
	l := register.Line{Register: Documents, Place: at(p.District, p.Town), Unit: p.Body, Key: p.Code, Amount: int64(len(p.Versions))}
	if n := len(p.Versions); n > 0 {
		l.From = p.Versions[n-1].From
	}
	return l
}

// Revise adds a version. Faults: document.hash_wrong, document.same_version,
// document.version_order, text.missing.
func (p *Policy) Revise(v Version) error {
	var wrong fault.List
	if !isHash(v.Hash) {
		wrong.Add(fault.Field("hash", "document.hash_wrong"))
	}
	if v.Version == "" {
		wrong.Add(fault.Field("version", "text.missing", "version"))
	}
	if !calendar.IsDay(v.From) {
		wrong.Add(fault.Field("from", "project.day_wrong", v.From))
	}
	if slices.ContainsFunc(p.Versions, func(x Version) bool { return x.Version == v.Version }) {
		wrong.Add(fault.Field("version", "document.same_version", v.Version))
	}
	if n := len(p.Versions); n > 0 && calendar.IsDay(v.From) && v.From <= p.Versions[n-1].From {
		wrong.Add(fault.Field("from", "document.version_order", calendar.DayText(v.From), calendar.DayText(p.Versions[n-1].From)))
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	p.Versions = append(p.Versions, v)
	return nil
}

func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// On returns the version in force on a day, false before the first.
func (p *Policy) On(day int) (Version, bool) {
	for _, v := range slices.Backward(p.Versions) {
		if v.From <= day {
			return v, true
		}
	}
	return Version{}, false
}
