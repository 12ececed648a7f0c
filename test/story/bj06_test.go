package story

import (
	"testing"

	"huying/internal/desk/roster"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// whole is the roster of a platform that lacks nothing: the enforcement team as
// its core, one post of each resident department, a named post of each that is
// on call.
func (s *street) whole() roster.NewPlatform {
	s.Helper()
	in := roster.NewPlatform{Core: s.place + "-ZFD"}
	for _, w := range s.city.Org.PlatformWanted(s.place) {
		seat := roster.Seat{Unit: w.Unit, Post: s.city.Org.DefaultPost(w.Unit).Code, OnCall: w.OnCall}
		if w.OnCall {
			seat.Title, seat.Phone = "联络岗", "010-12345678"
		}
		in.Seats = append(in.Seats, seat)
	}
	return in
}

func (s *street) drafts(in roster.NewPlatform) ident.ID {
	s.Helper()
	id, err := s.roster.Draft(ctx, s.cmd(), in)
	s.must(err)
	return id
}

func (s *street) publishes(id ident.ID) {
	s.Helper()
	_, err := s.roster.Publish(ctx, s.cmd(), id, roster.Empty{})
	s.must(err)
}

// without takes the seats of a unit out.
func without(in roster.NewPlatform, unit string) roster.NewPlatform {
	var kept []roster.Seat
	for _, x := range in.Seats {
		if x.Unit != unit {
			kept = append(kept, x)
		}
	}
	in.Seats = kept
	return in
}

// BJ-06 1+5+N 平台: each resident department has one or two posts, each that is on
// call names one; a roster with a gap is not published, and tells every gap.
func TestBJ06ThePlatformHasNoGaps(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		fire, parks := wanshou+"-XFS", haidian+"-LY"
		in := without(s.whole(), fire)
		for i := range in.Seats {
			if in.Seats[i].Unit == parks {
				in.Seats[i].Title = ""
			}
		}
		id := s.drafts(in)
		s.refused("platform.no_resident", func() { s.publishes(id) })
		s.refused("access.denied", func() {
			_, err := s.roster.Publish(ctx, s.desk("110108002").cmd(), id, roster.Empty{})
			s.must(err)
		})
		_, err := s.roster.Publish(ctx, s.cmd(), id, roster.Empty{})
		if codes := codesOf(err); len(codes) != 2 || codes[1] != "platform.no_named_post" {
			t.Errorf("the gaps are %v", codes)
		}
		crowded := s.whole()
		crowded.Seats = append(crowded.Seats, roster.Seat{Unit: fire}, roster.Seat{Unit: fire})
		s.refused("platform.too_many_residents", func() { s.publishes(s.drafts(crowded)) })
		s.refused("platform.core_unknown", func() { s.drafts(roster.NewPlatform{Core: "110108002-ZFD"}) })
		s.refused("platform.post_of_others", func() {
			s.drafts(roster.NewPlatform{Core: wanshou + "-ZFD", Seats: []roster.Seat{{Unit: fire, Post: wanshou + "-PCS/HANDLER"}}})
		})

		whole := s.whole()
		_, err = s.roster.Redraft(ctx, s.cmd(), id, roster.Seats{Seats: whole.Seats})
		s.must(err)
		s.publishes(id)
		s.refused("platform.published_already", func() { s.publishes(id) })
		if seats := s.e.City().Org.Platform(wanshou); len(seats) != len(whole.Seats)+1 {
			t.Errorf("%d seats are in force, want the core and %d", len(seats), len(whole.Seats))
		}
		// From now on the roster says who may be called for enforcement.
		s.refused("whistle.not_on_platform", func() { s.raise("ENFORCEMENT", "占道", []string{wanshou}, haidian+"-JY") })

		// The weekly trial of the posts on call.
		try := func(unit string, reached bool) {
			_, err := s.roster.Try(ctx, s.cmd(), id, roster.Tried{Unit: unit, Reached: reached, Note: "周测"})
			s.must(err)
		}
		s.refused("platform.not_on_call", func() { try(fire, true) })
		try(parks, false)
		if got := s.box(parks); got[len(got)-1] != "notice.post_not_reached" {
			t.Errorf("the department was told %v", got)
		}
		s.now = at(17, 9, 0)
		try(parks, true)
		_, tried, err := s.roster.Platform(ctx, s.actor, id)
		s.must(err)
		if x := tried[parks]; len(tried) != 1 || !x.Reached || x.Day != 20260317 {
			t.Errorf("the trials: %+v", tried)
		}
		// A new roster takes the place of the one before.
		next := s.drafts(whole)
		s.publishes(next)
		s.refused("platform.not_published", func() { try(parks, true) })
		b, err := s.roster.Board(ctx, s.actor, wanshou, s.now)
		s.must(err)
		if b.Platform == nil || b.Platform.ID != next || len(b.Lacks) != 0 || len(b.Trials) != 0 {
			t.Errorf("the board: %+v", b)
		}
		if _, _, err := s.roster.Platform(ctx, s.role(wanshou+"-PCS", org.Handler).actor, id); fault.Code(err) != "record.not_found" {
			t.Errorf("a department reads the street's roster: %v", err)
		}
	})
}

func codesOf(err error) []string {
	var out []string
	for _, x := range fault.All(err) {
		out = append(out, x.Code)
	}
	return out
}
