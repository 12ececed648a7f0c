package property

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	desk "huying/internal/desk/establishment"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/establishment"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// civil is the civil day of the house some days on.
func civil(at time.Time, days int) int {
	return calendar.AddDays(calendar.DayOf(at), days)
}

// INV-05: whoever moves posts between any units, on whatever days, and however
// many are said to be filled: of each kind there are as many as the pack brought
// in, on every day, and no unit has fewer than are filled. A movement that
// nobody else approved moves nothing.
func TestINV05EstablishmentIsConserved(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		checks(t, map[store.Dialect]string{store.SQLite: "60", store.Postgres: "12"}[db.Dialect()])
		h := open(t, db)
		rapid.Check(t, func(rt *rapid.T) { h.stage(rt).movesPosts() })
		for _, act := range []string{"propose posts", "approve posts", "refuse posts", "count posts"} {
			if h.done[act] == 0 && db.Dialect() == store.SQLite { // the other sees fewer cities
				t.Errorf("in no city did anybody %s: %v", act, h.done)
			}
		}
	})
}

func (p *play) movesPosts() {
	// The house has played other cities, whose units had the same codes.
	p.must(p.e.DB().Write(ctx, "new_book", func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM record WHERE register = ?`, string(establishment.Register))
		return err
	}))
	book := desk.New(p.e)
	type holding struct {
		unit string
		kind establishment.Kind
	}
	var holdings []holding
	opening := map[establishment.Kind]int{}
	for _, code := range p.units {
		has, err := book.On(ctx, p.posts[0], code, civil(p.now, 0))
		p.must(err)
		for kind, s := range has {
			opening[kind] += s.Authorised
			if s.Authorised > 0 {
				holdings = append(holdings, holding{code, kind})
			}
		}
	}
	slices.SortFunc(holdings, func(a, b holding) int { return strings.Compare(a.unit+string(a.kind), b.unit+string(b.kind)) })
	if len(holdings) == 0 {
		return
	}
	var proposed []ident.ID
	for range rapid.IntRange(4, 20).Draw(p.T, "acts") {
		p.now = p.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(p.T, "hours")) * time.Hour)
		act := rapid.IntRange(0, 3).Draw(p.T, "act")
		by := p.keeper(org.Organiser)
		if act > 1 {
			by = p.keeper(org.Organiser, org.Leader)
		}
		if rapid.IntRange(0, 3).Draw(p.T, "anybody") == 0 {
			by = rapid.SampledFrom(p.posts).Draw(p.T, "by")
		}
		cmd, of, n := engine.Command{Actor: by, At: p.now}, rapid.SampledFrom(holdings).Draw(p.T, "giver"), rapid.IntRange(0, 4).Draw(p.T, "n")
		switch act {
		case 0:
			_, err := book.Count(ctx, cmd, desk.Count{Unit: of.unit, Kind: string(of.kind), N: n, Basis: "月报"})
			p.posted("count posts", err)
		case 1:
			id, err := book.Move(ctx, cmd, desk.Move{From: of.unit, To: p.unit(), Kind: string(of.kind), N: n, Basis: "编办文", Day: civil(p.now, rapid.IntRange(-1, 6).Draw(p.T, "days"))})
			if p.posted("propose posts", err) {
				proposed = append(proposed, id)
			}
		default:
			if len(proposed) == 0 {
				continue
			}
			in := desk.Decide{Approve: rapid.IntRange(0, 5).Draw(p.T, "yes") > 0, Text: "研究决定"}
			_, err := book.Decide(ctx, cmd, rapid.SampledFrom(proposed).Draw(p.T, "which"), in)
			p.posted(map[bool]string{true: "approve posts", false: "refuse posts"}[in.Approve], err)
		}
		p.conserved(book, opening)
	}
}

// keeper is a post of some roles, mostly of the city, which may move everywhere.
func (p *play) keeper(roles ...org.Role) access.Actor {
	var all []access.Actor
	for _, a := range p.posts {
		if slices.Contains(roles, a.Role) {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b access.Actor) int { return b.Rank - a.Rank })
	most := rapid.SampledFrom([]int{2, 2, 2, len(all)}).Draw(p.T, "of")
	return rapid.SampledFrom(all[:min(most, len(all))]).Draw(p.T, "keeper")
}

// posted counts an act that was done; one that was not must have been refused in
// words.
func (p *play) posted(act string, err error) bool {
	if err == nil {
		p.done[act]++
		return true
	}
	if fault.Of(err) == fault.Internal {
		p.Fatalf("%s: %v", act, err)
	}
	return false
}

// conserved asks that the posts of each kind are as many as in the beginning,
// yesterday, today and on every day that is decided, and all units have what is
// filled.
func (p *play) conserved(book *desk.Desk, opening map[establishment.Kind]int) {
	for _, days := range []int{-1, 0, 1, 3, 6, 9} {
		sum := map[establishment.Kind]int{}
		for _, code := range p.units {
			has, err := book.On(ctx, p.posts[0], code, civil(p.now, days))
			p.must(err)
			for kind, s := range has {
				sum[kind] += s.Authorised
				if s.Authorised < 0 || s.Filled < 0 || days >= 0 && s.Free() < 0 {
					p.Fatalf("%s has %+v %s after %d days", code, s, kind, days)
				}
			}
		}
		for _, kind := range establishment.Kinds {
			if sum[kind] != opening[kind] {
				p.Fatalf("%d posts of %s became %d after %d days", opening[kind], kind, sum[kind], days)
			}
		}
	}
}
