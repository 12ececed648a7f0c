package steer

import (
	desk "huying/internal/desk/programme"
	"huying/internal/domain/clock"
	"huying/internal/domain/org"
	"huying/internal/domain/programme"
	"huying/internal/web/part"
)

// stepsOf are the five steps of a task.
func stepsOf(t desk.Task, frozen int64) []programme.Step {
	return programme.Steps(t.State.Orders, clock.Instant(frozen))
}

func stepTone(s programme.Step) string {
	if s.Note == "FAIL" {
		return "red"
	}
	return "good"
}

// tone is the colour an outcome is seen in; the word says it too.
func tone(o programme.Outcome) string {
	switch o {
	case programme.Well, programme.InTime:
		return "good"
	case programme.DoneLate:
		return "yellow"
	case programme.Overdue, programme.Undone:
		return "red"
	case programme.Open:
		return "wait"
	}
	return ""
}

func keyName(v *part.View, k desk.Key) string {
	if v.English() {
		return k.Code + " " + k.NameEN
	}
	return k.Code + " " + k.Name
}

// checkers are the units that supervise at the reader's place, and have no part
// in what its body assigns.
func checkers(v *part.View) []part.Option {
	place := v.City.Root
	if v.Actor.Rank < org.City.Rank() {
		place = v.Actor.At.Leaf()
	}
	var out []part.Option
	for _, code := range v.City.Org.Serving(place) {
		if code == v.Actor.Unit {
			continue
		}
		for _, p := range v.City.Org.Posts(code) {
			if p.Role == org.Supervisor || p.Role == org.Assessor {
				out = append(out, part.Option{Value: code, Name: v.Unit(code)})
				break
			}
		}
	}
	return out
}
