package ident_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/ident"
)

func holds(list []ident.Range, id ident.ID) bool {
	for _, r := range list {
		if r.From <= id && id <= r.To {
			return true
		}
	}
	return false
}

// Whatever part of a number somebody types, its matter is among those meant.
func TestAPartOfANumberMeansIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(946684800, 4102444800).Draw(t, "unix"), 0)
		id := ident.NewMaker(rapid.IntRange(0, ident.MaxNode).Draw(t, "node")).Next(at)
		no := id.Number()
		later := at.AddDate(0, 0, rapid.IntRange(0, 300).Draw(t, "later"))
		for _, part := range []string{no[:6], no[:8], no[:9], no[:12], no[:16], no, no[9:16], no[9:]} {
			if !holds(ident.Ranges(part, later, 366), id) {
				t.Fatalf("%q does not mean %s", part, no)
			}
		}
		if r := ident.Ranges(no[:16], later, 366); len(r) != 1 || r[0].From != r[0].To || r[0].From != id {
			t.Fatalf("%q means %v", no[:16], r)
		}
	})
}

func TestWhatIsNoPartOfANumber(t *testing.T) {
	for _, s := range []string{"", "20261", "噪音扰民", "202613", "199912", "hello", "污水外溢了吗", "20261122-0K3M9QA-77", "UUUUUUU"} {
		if r := ident.Ranges(s, time.Date(2026, 11, 22, 0, 0, 0, 0, ident.Zone), 366); len(r) != 0 {
			t.Errorf("%q means %d numbers", s, len(r))
		}
	}
}

func FuzzRanges(f *testing.F) {
	f.Add("20261122-0K3M9QA-7")
	f.Add("0K3M9QA")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range ident.Ranges(s, time.Date(2026, 11, 22, 0, 0, 0, 0, ident.Zone), 30) {
			if r.From > r.To || r.From < 0 {
				t.Fatalf("%q: %v", s, r)
			}
		}
	})
}
