package calendar

import "time"

// Pause is a lawful stop of a clock, from From on and until To. A zero To means
// that the clock still stands; a To that is not after From means no pause.
// Pauses may overlap and come in any order; time is never paused twice.
type Pause struct {
	Reason string    `json:"reason"`
	Basis  string    `json:"basis,omitempty"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"`
}

// span returns the instants of p; a pause that still runs ends never.
func (p *Pause) span() (from, to micro) {
	if p.To.IsZero() {
		return at(p.From), never
	}
	return at(p.From), at(p.To)
}

// pausedAtEnd reports whether a pause runs up to the instant end, and until
// when it goes on.
func pausedAtEnd(pauses []Pause, end micro) (until micro, paused bool) {
	for i := range pauses {
		if from, to := pauses[i].span(); from < end && end <= to {
			until, paused = max(until, to), true
		}
	}
	return until, paused
}

// pausedUntil returns when the clock runs again that stands at the instant
// from, or from itself if it runs.
func pausedUntil(pauses []Pause, from micro) micro {
	for moved := true; moved; {
		moved = false
		for i := range pauses {
			if a, b := pauses[i].span(); a <= from && from < b {
				from, moved = b, true
			}
		}
	}
	return from
}

// nextPause returns when the first pause after the instant from begins, or
// never.
func nextPause(pauses []Pause, from micro) micro {
	next := never
	for i := range pauses {
		if a, b := pauses[i].span(); a > from && a < b {
			next = min(next, a)
		}
	}
	return next
}
