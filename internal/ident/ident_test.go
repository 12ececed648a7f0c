package ident_test

import (
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/fault"
	"huying/internal/ident"
)

func TestIDsGrowAndNeverRepeat(t *testing.T) {
	m := ident.NewMaker(3)
	at := time.Date(2026, 11, 22, 23, 59, 59, 0, ident.Zone)
	var last ident.ID
	for range 40000 { // more than two seconds' worth, across midnight
		id := m.Next(at)
		if id <= last {
			t.Fatalf("%d follows %d", id, last)
		}
		last = id
	}
}

func TestIDsAreUniqueUnderConcurrency(t *testing.T) {
	m := ident.NewMaker(0)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, ident.Zone)
	var mu sync.Mutex
	seen := map[ident.ID]bool{}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 2000 {
				id := m.Next(at.Add(time.Duration(g%2) * -time.Hour))
				mu.Lock()
				if seen[id] {
					t.Errorf("%v twice", id)
				}
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestARestartedMakerSkipsWhatIsTaken(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, ident.Zone)
	a := ident.NewMaker(0)
	taken := map[ident.ID]bool{}
	var newest ident.ID
	for range 10 {
		newest = a.Next(at)
		taken[newest] = true
	}
	b := ident.NewMaker(0)
	b.Skip(newest)
	if id := b.Next(at); taken[id] {
		t.Fatalf("%v made again", id)
	}
}

func TestNumberReadsBackHoweverItIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ident.NewMaker(rapid.IntRange(0, ident.MaxNode).Draw(t, "node"))
		id := m.Next(time.Unix(rapid.Int64Range(946684800, 4102444800).Draw(t, "unix"), 0))
		no := id.Number()
		got, err := ident.ParseNumber(" " + no[:8] + no[9:] + " ")
		if err != nil || got != id {
			t.Fatalf("%s → %v, %v", no, got, err)
		}
		i := rapid.IntRange(9, 15).Draw(t, "at")
		wrong := []byte(no)
		wrong[i] = rapid.SampledFrom([]byte("0123456789ABCDEFGHJKMNPQRSTVWXYZ")).Draw(t, "char")
		if string(wrong) == no {
			return
		}
		if got, err := ident.ParseNumber(string(wrong)); err == nil && got != id {
			t.Fatalf("one wrong character in %s was taken for %v", wrong, got)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	f.Add("20261122-0K3M9QA-7")
	f.Add("２０２６1122 0K3M9QA 7")
	f.Add("99991231-ZZZZZZZ-Z")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ident.ParseNumber(s)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if back, err := ident.ParseNumber(id.Number()); err != nil || back != id {
			t.Fatalf("%q reads as %v, which reads back as %v, %v", s, id, back, err)
		}
	})
}
