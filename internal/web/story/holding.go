package story

import (
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/web/part"
)

// waits is what the holder of a matter in a state has to do, in words.
var waits = map[matter.Status]part.Key{
	matter.Received: part.Key("story.waits_verify"), matter.Verified: part.Key("story.waits_triage"), matter.Triaged: part.Key("story.waits_order"),
	matter.Ordered: part.Key("story.waits_answer"), matter.Awaiting: part.Key("story.waits_verdict"), matter.Reopened: part.Key("story.waits_again"),
	matter.Deferred: part.Key("story.waits_review"),
}

// Holding says in one sentence who holds a matter, what they have to do and how
// much time is left: "天河区城管局承办，剩3小时".
func Holding(v *part.View, s *engine.State) string {
	m := s.M
	switch m.Status {
	case matter.Closed:
		return v.T("story.is_closed", v.When(m.ClosedAt.Time()))
	case matter.Merged:
		return v.T("story.is_merged", m.MergedInto.Number())
	case matter.Referred:
		return v.T("story.is_referred", v.Choice(v.City.Channels, m.Channel))
	case matter.Advised:
		return v.T("story.is_advised")
	}
	key := waits[m.Status]
	if lead := s.Lead(); lead != nil && m.Status == matter.Ordered {
		switch lead.Status {
		case order.Issued:
			key = part.Key("story.waits_sign")
		case order.Objected:
			key = part.Key("story.waits_objection")
		}
	}
	who := v.Unit(m.Holder)
	if m.Holder == "" {
		who = v.T("story.nobody")
	}
	out := v.T(string(key), who)
	if _, due := pressing(s); !due.IsZero() {
		return v.T("story.with_time", out, v.Left(due))
	}
	if m.Clocks.Running(clock.Resume) != nil {
		return v.T("story.with_time", out, v.T("clock.paused"))
	}
	return out
}

// holderClocks is, for each state, the clock that measures its holder.
var holderClocks = map[matter.Status][]clock.Kind{
	matter.Received: {clock.Verify}, matter.Verified: {clock.Appeal, clock.Triage}, matter.Triaged: {clock.Conference, clock.Dispatch},
	matter.Awaiting: {clock.Callback}, matter.Reopened: {clock.Dispatch}, matter.Deferred: {clock.Review},
}

// pressing is the clock that measures whoever holds the matter: since when and
// until when; zero times if none runs.
func pressing(s *engine.State) (from, due time.Time) {
	if lead := s.Lead(); lead != nil && (s.M.Status == matter.Ordered || s.M.Status == matter.Reopened) {
		for _, k := range [...]clock.Kind{clock.Objection, clock.Respond} {
			if c := lead.Clocks.Running(k); c != nil && !c.Paused() {
				return c.Start.Time(), c.Due.Time()
			}
		}
	}
	for _, k := range holderClocks[s.M.Status] {
		if c := s.M.Clocks.Running(k); c != nil && !c.Paused() {
			return c.Start.Time(), c.Due.Time()
		}
	}
	return time.Time{}, time.Time{}
}
