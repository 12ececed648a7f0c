package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// WhistleKind is what a whistle (哨) is blown for.
type WhistleKind string

// The kinds of whistle (BJ-01, BJ-17).
const (
	EnforcementWhistle WhistleKind = "ENFORCEMENT" // joint enforcement: must be blown
	KeyWorkWhistle     WhistleKind = "KEY_WORK"    // a key work: may be blown, with a date
	EmergencyWhistle   WhistleKind = "EMERGENCY"   // must be blown at once
	CommunityWhistle   WhistleKind = "COMMUNITY"   // a community calls the street's own offices
)

// WhistleKinds lists every kind.
var WhistleKinds = []WhistleKind{EnforcementWhistle, KeyWorkWhistle, EmergencyWhistle, CommunityWhistle}

// Whistle is one notice by which a street, or a community within it, calls
// departments to a matter (街乡吹哨). Its legs are orders.
type Whistle struct {
	Alarms []Alarm       `json:"alarms,omitempty"` // further calls while it runs
	At     clock.Instant `json:"at"`
	By     string        `json:"by"` // unit
	ByPost string        `json:"by_post"`
	Ended  clock.Instant `json:"ended,omitempty"` // every leg was released or waived
	Kind   WhistleKind   `json:"kind"`
	Lifted bool          `json:"lifted,omitempty"` // its street took the matter up and blew itself
	No     string        `json:"no"`               // of the notice, without gaps in a year and unit
	Review string        `json:"review,omitempty"`
	Why    string        `json:"why"` // why it cannot be solved alone
}

// Alarm is a second alarm: more departments are called.
type Alarm struct {
	At  clock.Instant `json:"at"`
	By  string        `json:"by"`
	Why string        `json:"why"`
}

// Blowing is a whistle to blow. Debtors come by their assignments: content, and
// for a key work the date in Due. The first leads unless one is said to.
type Blowing struct {
	Kind WhistleKind
	No   string
	Why  string
	Legs []Assignment
}

// Blow blows the whistle about the matter. A call that nobody has looked at yet
// is verified and triaged by it: blowing is dispatching. Faults: those of who may
// and whether one runs, each alone; then every mistake of the notice at once.
func (f *File) Blow(b Blowing) error {
	if err := f.mayBlow(b.Kind); err != nil {
		return err
	}
	w := f.whistle()
	if w != nil && !f.lifts(w, b.Kind) {
		return fault.New(fault.Conflict, "whistle.open_already", w.No)
	}
	wrong := f.mistakes(b.Kind, b.Why, b.Legs)
	if !slices.Contains(WhistleKinds, b.Kind) {
		wrong = append(fault.List{fault.Field("kind", "whistle.kind_unknown", string(b.Kind))}, wrong...)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	f.begin("blow", nil, map[string]any{"whistle": string(b.Kind), "no": b.No, "why": b.Why})
	if w != nil {
		if err := f.lift(w); err != nil {
			return err
		}
	}
	f.M.Clocks.Stop(clock.Whistle, f.Now)
	for _, to := range [...]Status{Verified, Triaged} {
		if f.M.Status == Received && to == Verified || f.M.Status == Verified && to == Triaged {
			if err := f.move(to); err != nil {
				return err
			}
		}
	}
	if leaf := f.leaf(); leaf != nil && f.M.Class == "" {
		f.M.Class = leaf.Class
	}
	f.M.Whistles = append(f.M.Whistles, Whistle{At: f.Now, By: f.By.Unit, ByPost: f.By.ID, Kind: b.Kind, No: b.No, Why: b.Why})
	if err := f.call(b.Kind, b.Legs); err != nil {
		return err
	}
	if b.Kind == CommunityWhistle {
		f.start(clock.Whistle, f.limit(pack.WhistleCommunity))
	}
	f.tellCaller("notice.whistle_blown", b.No, len(b.Legs))
	return nil
}

// lifts reports whether a whistle of the kind takes the place of the one that
// runs: a street takes up what its community whistled for and could not solve.
func (f *File) lifts(w *Whistle, kind WhistleKind) bool {
	return w.Kind == CommunityWhistle && kind != CommunityWhistle && w.By != f.By.Unit
}

// lift ends a community's whistle and lets those go whom it called; the street
// calls again whom it needs.
func (f *File) lift(w *Whistle) error {
	at := len(f.M.Whistles) - 1
	w.Ended, w.Lifted = f.Now, true
	for _, o := range f.Orders {
		if o.Leg != nil && o.Leg.Whistle == at && o.Status.Open() {
			o.Leg.Waived = "lifted"
			if err := f.withdraw(o, "lifted"); err != nil {
				return err
			}
		}
	}
	f.tellUnit(w.By, "notice.whistle_lifted", w.No, f.unitName(f.By.Unit))
	return nil
}

// wantWhistle starts the time within which an emergency has to be whistled for
// where whistles are blown (BJ-01).
func (f *File) wantWhistle() {
	if f.M.Urgency == duty.Emergency && len(f.M.Whistles) == 0 && f.M.Clocks.Last(clock.Whistle) == nil && f.City.On("whistle", f.M.Place.Leaf()) {
		f.start(clock.Whistle, f.limit(pack.WhistleBlow))
	}
}

// whistleDue tells the desk that nobody has whistled about an emergency, or the
// street that what its community whistled for is not solved and that it has to
// decide whether to blow itself (BJ-17).
func (f *File) whistleDue() {
	w := f.whistle()
	switch {
	case w != nil && w.Kind == CommunityWhistle:
		f.tellUnit(f.desk(org.Town), "notice.whistle_unsolved", w.No, f.unitName(w.By), f.M.ID)
	case w == nil && f.M.Status != Awaiting:
		f.tellUnit(f.M.Desk, "notice.whistle_missing", f.M.ID)
		if up := f.desk(org.District); up != f.M.Desk {
			f.tellUnit(up, "notice.whistle_missing", f.M.ID)
		}
	}
}

// AskWhistle is the word of a unit that may not blow itself: it asks the street
// to (BJ-01).
func (f *File) AskWhistle(reason string) error {
	if err := access.Allow(f.By, access.AskWhistle, f.Subject(nil)); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	switch w := f.whistle(); {
	case !f.City.On("whistle", f.M.Place.Leaf()):
		return fault.New(fault.Conflict, "whistle.off_here")
	case w != nil:
		return fault.New(fault.Conflict, "whistle.open_already", w.No)
	case !f.M.Status.Open():
		return fault.New(fault.Conflict, "whistle.matter_ended")
	}
	f.begin("ask_whistle", nil, map[string]any{"reason": reason})
	f.tellUnit(f.desk(org.Town), "notice.whistle_asked", f.unitName(f.By.Unit), f.M.ID, reason)
	return nil
}

// whistle returns the whistle that runs, or nil.
func (f *File) whistle() *Whistle {
	if n := len(f.M.Whistles); n > 0 && f.M.Whistles[n-1].Ended == 0 {
		return &f.M.Whistles[n-1]
	}
	return nil
}

// mayBlow holds who blows (BJ-01, BJ-17): a street or town by its desk or its
// committee, a district desk at its own place, a community only to its street's
// offices; a department never.
func (f *File) mayBlow(kind WhistleKind) error {
	if err := access.Allow(f.By, access.BlowWhistle, f.Subject(nil)); err != nil {
		return err
	}
	if !f.City.On("whistle", f.M.Place.Leaf()) {
		return fault.New(fault.Conflict, "whistle.off_here")
	}
	u, err := f.unit(f.By.Unit, "by")
	if err != nil {
		return err
	}
	community := u.Kind == org.CommunityCommittee || u.Kind == org.VillageCommittee
	switch {
	case !Blows(u):
		return fault.New(fault.Denied, "whistle.department_may_not", u.Name)
	case community && kind != CommunityWhistle:
		return fault.New(fault.Denied, "whistle.community_calls_street", u.Name)
	case !community && kind == CommunityWhistle:
		return fault.Field("kind", "whistle.community_only")
	}
	return nil
}

// Blows reports whether a unit is of those that blow the whistle at all.
func Blows(u *org.Unit) bool {
	switch u.Kind {
	case org.CommandCentre, org.PartyCommittee, org.StreetOffice, org.CommunityCommittee, org.VillageCommittee:
		return true
	}
	return false
}

// SecondAlarm calls more departments to a whistle that runs.
func (f *File) SecondAlarm(why string, legs []Assignment) error {
	if err := access.Allow(f.By, access.BlowWhistle, f.Subject(nil)); err != nil {
		return err
	}
	w := f.whistle()
	if w == nil {
		return fault.New(fault.Conflict, "whistle.none_runs")
	}
	if err := f.mayBlow(w.Kind); err != nil {
		return err
	}
	if w.By != f.By.Unit {
		return fault.New(fault.Denied, "access.denied", string(access.BlowWhistle))
	}
	if err := f.mistakes(w.Kind, why, legs).Err(); err != nil {
		return err
	}
	f.begin("second_alarm", nil, map[string]any{"no": w.No, "why": why})
	w.Alarms = append(w.Alarms, Alarm{At: f.Now, By: f.By.ID, Why: why})
	return f.call(w.Kind, legs)
}

// Send sends teams in one command: as legs of the whistle that runs, else as
// orders of the desk, for which a call that nobody has looked at yet is verified
// and triaged. The first leads unless somebody does already.
func (f *File) Send(do func(func() error) error, list []Assignment) error {
	if w := f.whistle(); w != nil {
		return do(func() error { return f.SecondAlarm(list[0].Content, list) })
	}
	if f.M.Status == Received {
		if err := do(func() error { return f.Verify(Verification{}) }); err != nil {
			return err
		}
	}
	if f.M.Status == Verified {
		if err := do(func() error { return f.Triage(duty.Public, "", "teams") }); err != nil {
			return err
		}
	}
	lead := f.Lead() != nil
	for i := range list {
		if list[i].Role = order.Co; i == 0 && !lead {
			list[i].Role = order.Lead
		}
	}
	return do(func() error { return f.Issue(f.OrderKind(), list) })
}

// endWhistle ends the whistle that runs once every leg was released or waived:
// the street lets go, nobody leaves by itself (事不完人不撤).
func (f *File) endWhistle() {
	w := f.whistle()
	if w == nil {
		return
	}
	for _, o := range f.Orders {
		if o.Leg != nil && o.Leg.Whistle == len(f.M.Whistles)-1 && o.Status.Open() {
			return
		}
	}
	w.Ended = f.Now
	for _, o := range f.Orders {
		if o.Leg != nil && o.Leg.Whistle == len(f.M.Whistles)-1 {
			f.tellUnit(o.Debtor, "notice.whistle_ended", w.No)
		}
	}
}

// Review records what was learned (战后复盘), after the whistle has ended.
func (f *File) Review(no, text string) error {
	if err := access.Allow(f.By, access.BlowWhistle, f.Subject(nil)); err != nil {
		return err
	}
	if err := Words("review", text, true); err != nil {
		return err
	}
	for i := range f.M.Whistles {
		w := &f.M.Whistles[i]
		if w.No != no {
			continue
		}
		if w.Ended == 0 || w.By != f.By.Unit {
			return fault.New(fault.Conflict, "whistle.runs_still", no)
		}
		f.begin("review_whistle", nil, map[string]any{"no": no})
		w.Review = text
		return nil
	}
	return fault.New(fault.NotFound, "whistle.unknown", no)
}
