package establishment_test

import (
	"testing"

	"huying/internal/domain/establishment"
	"huying/internal/domain/org"
	"huying/internal/fault"
)

const today = 20260310

func entry(n, day int) establishment.Entry {
	return establishment.Entry{
		Act: establishment.Move, Basis: "编办文", Day: day, Kind: establishment.Public, N: n, Signed: establishment.Signed{Post: "a"},
		Status: establishment.Proposed, To: "2-CGB", Unit: "1-CG",
	}
}

func book(entries ...establishment.Entry) *establishment.Book {
	return &establishment.Book{
		Unit:    &org.Unit{Code: "1-CG", Name: "城管局", Level: org.District, Suffix: "CG"},
		Rows:    []establishment.Row{{Level: org.District, Suffix: "CG", Kind: establishment.Public, Stock: establishment.Stock{Authorised: 5, Filled: 3}}},
		Entries: entries,
	}
}

// What a later day has been promised away is not free before it either.
func TestNoPostGoesTwice(t *testing.T) {
	later, back := entry(2, 20260401), entry(1, 20260501)
	later.Status, later.No = establishment.Approved, 1
	back.Status, back.Unit, back.To, back.No = establishment.Approved, "2-CGB", "1-CG", 1
	by := establishment.Signed{Day: today, Post: "b"}
	for _, c := range []struct {
		n, day int
		want   string
	}{
		{1, 20260310, "establishment.not_free"}, {1, 20260401, "establishment.not_free"}, {1, 20260501, ""}, {2, 20260501, "establishment.not_free"},
		{1, 20260309, "establishment.day_passed"},
	} {
		e := entry(c.n, c.day)
		if err := e.Approve(book(later, back), by); fault.Code(err) != c.want {
			t.Errorf("%d on %d: %v, want %q", c.n, c.day, err, c.want)
		} else if err == nil && (e.No != 2 || e.Status != establishment.Approved) {
			t.Errorf("approved as %+v", e)
		}
	}
	own := entry(1, 20260501)
	if err := own.Approve(book(), establishment.Signed{Day: today, Post: "a"}); fault.Code(err) != "establishment.same_person" {
		t.Errorf("by the same person: %v", err)
	}
	if s := book(later, back).On(establishment.Public, 20260415); s != (establishment.Stock{Authorised: 3, Filled: 3}) {
		t.Errorf("after the posts went: %+v", s)
	}
}

func TestAMalformedEntryIsRefused(t *testing.T) {
	e := establishment.Entry{Act: establishment.Move, Kind: "GOLD", To: "1-CG", Unit: "1-CG", Day: 20260301}
	codes := map[string]bool{}
	for _, f := range fault.All(e.Check(today)) {
		codes[f.Code] = true
	}
	for _, want := range []string{"establishment.kind_unknown", "establishment.n_out_of_range", "establishment.same_unit", "establishment.day_passed", "text.missing"} {
		if !codes[want] {
			t.Errorf("%s is not told: %v", want, codes)
		}
	}
	count := establishment.Entry{Act: establishment.Filled, Kind: establishment.Public, N: 6, Unit: "1-CG", Day: today}
	if err := count.Note(book()); fault.Code(err) != "establishment.more_than_authorised" {
		t.Errorf("six of five are filled: %v", err)
	}
	if count.N = 5; count.Note(book()) != nil || count.Status != establishment.Noted {
		t.Errorf("five of five: %+v", count)
	}
}
