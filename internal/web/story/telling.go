package story

import (
	"strings"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/web/part"
)

// tale is one act as it is being put into words.
type tale struct {
	v    *part.View
	s    *engine.State
	ev   *engine.Event
	what string
	said string
	tone string
}

// Timeline tells every act of a story in plain words: who as which post, what,
// when, and what was said.
func Timeline(v *part.View, st *Story) []part.Event {
	out := make([]part.Event, 0, len(st.Events))
	for i := range st.Events {
		t := &tale{v: v, s: st.State, ev: &st.Events[i]}
		out = append(out, t.tell())
	}
	return out
}

// Happened says one act in one line, without what was said.
func Happened(v *part.View, s *engine.State, ev *engine.Event) string {
	t := &tale{v: v, s: s, ev: ev}
	return t.tell().What
}

func (t *tale) tell() part.Event {
	t.what = t.v.Word("act", t.ev.Act)
	if f := tales[t.ev.Act]; f != nil {
		f(t)
	}
	if t.said == "" {
		t.said = t.fact("reason")
	}
	if words := strings.Join(t.ev.Words, "\n"); words != "" {
		t.said = words
	}
	return part.Event{At: t.ev.At, What: t.what, By: t.v.Post(t.ev.Actor), Said: t.said, Tone: t.tone}
}

// say puts the act into the words of a key.
func (t *tale) say(key part.Key, args ...any) { t.what = t.v.T(string(key), args...) }

func (t *tale) fact(name string) string {
	s, _ := t.ev.Facts[name].(string)
	return s
}

// debtor names the unit of the order that the act was about.
func (t *tale) debtor() string {
	if t.ev.O == nil {
		return ""
	}
	return t.v.Unit(t.ev.O.Debtor)
}

// ordered names the units that got an order by the act, with their roles.
func (t *tale) ordered() string {
	var names []string
	for _, m := range t.ev.Moves {
		if m.Order == 0 || m.From != "" {
			continue
		}
		if o, err := t.s.Order(m.Order); err == nil {
			names = append(names, t.v.T("story.unit_as", t.v.Unit(o.Debtor), t.v.Word("order.role", string(o.Role))))
		}
	}
	return strings.Join(names, t.v.Word("format", "list"))
}

// made is the order made by the act, nil if there is none.
func (t *tale) made() *order.Order {
	for _, m := range t.ev.Moves {
		if m.Order != 0 && m.From == "" {
			if o, err := t.s.Order(m.Order); err == nil {
				return o
			}
		}
	}
	return nil
}

func last[T any](list []T) (x T, ok bool) {
	if len(list) == 0 {
		return x, false
	}
	return list[len(list)-1], true
}

// tales are the acts that say more than their name.
var tales = map[string]func(*tale){
	"receive": func(t *tale) {
		t.say(part.Key("story.t_receive"), t.v.Inlet(t.ev.M.Source))
		t.tone = "wait"
	},
	"verify": func(t *tale) {
		t.say(part.Key("story.t_verify"), t.v.Category(t.ev.M.Category))
		t.said = t.ev.M.Note
	},
	"advise": func(t *tale) { t.said, t.tone = t.ev.M.Note, "good" },
	"refer": func(t *tale) {
		t.say(part.Key("story.t_refer"), t.v.Choice(t.v.City.Channels, t.ev.M.Channel))
		t.said = t.ev.M.Note
	},
	"triage": func(t *tale) {
		t.say(part.Key("story.t_triage"), string(t.ev.M.Class))
		t.said = t.ev.M.ClassReason
	},
	"merge":            func(t *tale) { t.say(part.Key("story.t_merge"), t.fact("into")) },
	"unmerge":          func(t *tale) { t.say(part.Key("story.t_unmerge"), t.fact("from")) },
	"absorb":           func(t *tale) { t.say(part.Key("story.t_absorb"), t.fact("matter")) },
	"release":          func(t *tale) { t.say(part.Key("story.t_release"), t.fact("matter")) },
	"split":            func(t *tale) { t.say(part.Key("story.t_split"), t.fact("part")) },
	"issue":            func(t *tale) { t.say(part.Key("story.t_issue"), t.ordered()); t.tone = "wait" },
	"dispatch_by_rule": func(t *tale) { t.say(part.Key("story.t_rule"), t.ordered()); t.tone = "wait" },
	"blow":             tellWhistle,
	"second_alarm":     func(t *tale) { t.say(part.Key("story.t_alarm"), t.ordered()); t.said = t.fact("why") },
	"arrive":           func(t *tale) { t.say(part.Key("story.t_arrive"), t.debtor()); t.tone = "wait" },
	"confirm_arrival": func(t *tale) {
		t.say(part.Key("story.t_confirm"), t.debtor())
		t.tone = "good"
	},
	"waive":          func(t *tale) { t.say(part.Key("story.t_waive"), t.debtor()) },
	"appraise":       func(t *tale) { t.say(part.Key("story.t_appraise"), t.debtor()) },
	"review_whistle": func(t *tale) { t.say(part.Key("story.t_review"), t.fact("no")) },
	"withdraw": func(t *tale) {
		t.say(part.Key("story.t_withdraw"), t.debtor())
		t.said = t.ev.O.EndReason
	},
	"give_up":           func(t *tale) { t.said = t.fact("reason") },
	"respond":           tellAnswer,
	"judge_order":       tellOrderVerdict,
	"judge":             tellVerdict,
	"object":            tellObjection,
	"decide_objection":  tellObjectionDecided,
	"ask_extension":     tellExtension,
	"decide_extension":  tellExtension,
	"convene":           tellMeeting,
	"decide_conference": tellMeeting,
	"pause":             tellPause,
	"defer":             tellDeferral,
	"request_exclusion": tellExclusion,
	"decide_exclusion":  tellExclusion,
	"appeal_card":       tellCard,
	"decide_card":       tellCard,
	"supervise":         tellLetter,
	"order_check":       tellLetter,
	"check":             tellCheck,
	"contact":           tellTry,
	"clock":             tellClock,
	"level_up":          func(t *tale) { t.say(part.Key("story.t_level"), string(t.ev.M.Level)); t.tone = "bad" },
	"reopen":            func(t *tale) { t.tone = "bad" },
	"appeal":            func(t *tale) { t.tone = "bad" },
	"remind":            func(t *tale) { t.say(part.Key("story.t_remind"), t.debtor()) },
	"sign":              func(t *tale) { t.say(part.Key("story.t_sign"), t.debtor()) },
	"work":              func(t *tale) { t.say(part.Key("story.t_work"), t.debtor()) },
}

func tellWhistle(t *tale) {
	t.say(part.Key("story.t_blow"), t.v.Word("matter.whistle_kind", t.fact("whistle")), t.fact("no"), t.ordered())
	t.said, t.tone = t.fact("why"), "wait"
}

func tellAnswer(t *tale) {
	a := t.ev.O.Answer()
	t.say(part.Key("story.t_respond"), t.debtor(), len(a.Evidence))
	t.said, t.tone = a.Text, "wait"
}

func tellOrderVerdict(t *tale) {
	a := t.ev.O.Answer()
	t.say(part.Key("story.t_judge_order"), t.debtor(), a.Verdict)
	t.said, t.tone = a.Reason, toneOf(a.Verdict == "DONE")
}

func tellVerdict(t *tale) {
	x, ok := last(t.ev.M.Verdicts)
	if !ok {
		return
	}
	rated := ""
	if x.Satisfaction > 0 {
		rated = satisfaction(t.v, x.Satisfaction)
	}
	t.say(part.Key("story.t_judge"), x.Judge, string(x.Resolved), rated)
	t.tone = toneOf(x.Resolved == matter.Yes)
}

func toneOf(good bool) string {
	if good {
		return "good"
	}
	return "bad"
}

func tellObjection(t *tale) {
	x := t.ev.O.Objection
	names := ""
	if x.Names != "" {
		names = t.v.Unit(x.Names)
	}
	t.say(part.Key("story.t_object"), t.debtor(), names)
	t.said, t.tone = joined(x.Reason, x.Basis), "bad"
}

func tellObjectionDecided(t *tale) {
	t.say(part.Key("story.t_objection"), t.debtor(), t.ev.O.Objection.State, t.ordered())
	t.said = t.ev.O.Objection.Note
}

func tellExtension(t *tale) {
	x := t.ev.O.Extension
	if t.ev.Act == "ask_extension" {
		t.say(part.Key("story.t_ask_extension"), t.debtor(), x.Limit)
		t.said = x.Reason
		return
	}
	t.say(part.Key("story.t_extension"), t.debtor(), x.State)
	t.said = x.Note
}

func tellMeeting(t *tale) {
	m := t.ev.M.Conference
	if t.ev.Act == "convene" {
		t.say(part.Key("story.t_convene"), units(t.v, m.Parties))
		t.said = m.Reason
		return
	}
	t.say(part.Key("story.t_conference"), t.v.Unit(m.Lead), units(t.v, m.Co))
	t.said = m.Minutes
}

func tellPause(t *tale) {
	sets := []clock.Set{t.ev.M.Clocks}
	for _, o := range t.s.Orders {
		sets = append(sets, o.Clocks)
	}
	for _, set := range sets {
		for _, c := range set {
			for _, p := range c.Pauses {
				if p.From.Time().Equal(t.ev.At) {
					t.say(part.Key("story.t_pause"), t.v.Choice(t.v.City.PauseReasons, p.Reason))
				}
			}
		}
	}
}

func tellDeferral(t *tale) {
	x := t.ev.M.Deferral
	t.say(part.Key("story.t_defer"), t.v.When(x.Review.Time()))
	t.said = joined(x.Reason, x.Plan)
}

func tellExclusion(t *tale) {
	x := t.ev.M.Excluded
	if t.ev.Act == "request_exclusion" {
		t.say(part.Key("story.t_ask_exclusion"), t.v.Choice(t.v.City.ExclusionGround, x.Ground))
		t.said = x.Reason
		return
	}
	t.say(part.Key("story.t_exclusion"), x.State)
	t.said = x.Note
}

func tellCard(t *tale) {
	c, err := t.ev.O.Card(order.Colour(t.fact("colour")))
	if err != nil {
		return
	}
	t.say(part.Key("story.t_card"), t.debtor(), string(c.Colour), c.State)
	t.said = c.Note
	if t.ev.Act == "appeal_card" {
		t.said = c.Appeal
	}
}

func tellLetter(t *tale) {
	if o := t.made(); o != nil {
		t.say(part.Key("story.t_letter"), t.v.Word("act", t.ev.Act), t.v.Unit(o.Debtor))
		t.said = ruleWord(t.v, o.Content)
	}
}

func tellCheck(t *tale) {
	a := t.ev.O.Answer()
	if a == nil {
		return
	}
	t.say(part.Key("story.t_check"), a.Result)
	t.said, t.tone = a.Text, toneOf(a.Result == "PASS")
}

func tellTry(t *tale) {
	x, ok := last(t.ev.M.Tries)
	if !ok {
		return
	}
	if x.Reached {
		t.say(part.Key("story.t_reached"), t.v.Word("contact.channel", x.Channel))
		return
	}
	t.say(part.Key("story.t_not_reached"), t.v.Word("contact.channel", x.Channel))
}

func tellClock(t *tale) {
	t.say(part.Key("story.t_clock"), t.fact("clock"), t.fact("stage"), t.debtor())
	switch {
	case t.fact("clock") == "SIGN":
		t.say(part.Key("story.t_auto_sign"), t.debtor())
	case t.fact("stage") != "BLUE":
		t.tone = "bad"
	}
	for _, m := range t.ev.Moves {
		if m.Order == 0 && m.To != "" {
			t.said = t.v.T("story.t_moved", m.To)
		}
	}
}

// ruleWord says a rule by its words; what is none is said as it is.
func ruleWord(v *part.View, s string) string { return v.Word("rule", s) }

// satisfaction is a rating of 1 to 5 in words.
func satisfaction(v *part.View, n int) string {
	return v.Word("satisfaction", string(rune('0'+n)))
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}
