package matter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// MaxText is the longest text of a call, answer or reason, in characters.
const MaxText = 20000

// Call is what came in, checked for form but not yet for sense.
type Call struct {
	ID        ident.ID
	Source    string
	SourceRef string
	Kind      Kind
	Category  string
	Urgency   duty.Urgency // empty: the leaf's, or NORMAL
	Place     territory.Address
	Lon, Lat  int64
	Where     string
	Text      string
	TextHash  string
	Caller    Caller
	Call      string
	Parent    ident.ID
}

// Receive begins a file with a call (一呼). The desk that holds it follows the
// roster when the matter cannot wait for the morning (GZ-26).
func (f *File) Receive(c Call) error {
	if err := access.Allow(f.By, access.RaiseCall, access.Subject{Place: c.Place}); err != nil {
		return err
	}
	if c.Urgency != "" {
		if err := KnownUrgency(c.Urgency); err != nil {
			return err
		}
	}
	f.M = &Matter{
		ID: c.ID, Place: c.Place, Lon: c.Lon, Lat: c.Lat, Where: c.Where, Source: c.Source, SourceRef: c.SourceRef,
		Kind: c.Kind, Call: c.Call, Category: c.Category, Urgency: c.Urgency, TextHash: c.TextHash, Caller: c.Caller,
		Status: Received, Level: org.Town, ReceivedAt: f.Now, Pack: f.City.Version, Parent: c.Parent,
	}
	f.begin("receive", nil, map[string]any{"source": c.Source})
	f.Act.Moves = append(f.Act.Moves, Moved{To: string(Received)})
	if leaf := f.leaf(); leaf != nil {
		if f.M.Urgency == "" {
			f.M.Urgency = leaf.Urgency
		}
		f.start(clock.Statutory, leaf.Statutory)
	}
	if f.M.Urgency == "" {
		f.M.Urgency = duty.Normal
	}
	if f.M.Kind == Report && f.M.Caller.Anonymity == "" {
		f.M.Caller.Anonymity = Hidden
	}
	if f.M.Place.Town == "" {
		f.M.Level = org.District
	}
	f.seat()
	f.start(clock.Promised, f.promised())
	if f.M.Caller.Reachable() {
		f.start(clock.Contact, f.limit(pack.Contact))
	}
	f.start(clock.Verify, f.limit(pack.Verify))
	f.wantWhistle()
	f.tellCaller("notice.received", f.M.ID)
	return nil
}

// seat gives the matter to the desk of its level, or at once to the next
// staffed desk up when it is urgent.
func (f *File) seat() {
	f.M.Desk = f.desk(f.M.Level)
	if f.urgent() && f.M.Desk != "" && f.on("night_duty") {
		if up, staffed := f.City.Org.Duty(f.M.Desk, f.Now.Time()); staffed && up != f.M.Desk {
			f.M.Desk = up
			f.tellUnit(up, "notice.night_duty", f.M.ID)
		}
	}
}

func (f *File) urgent() bool {
	leaf := f.leaf()
	return f.M.Urgency == duty.Emergency || leaf != nil && leaf.Instant
}

// promised is the limit the caller is told.
func (f *File) promised() calendar.Limit {
	return f.City.Promised(f.leaf(), f.M.Urgency, f.M.Place.Leaf())
}

// Instant reports whether a rule dispatches the matter at once (YT-35).
func (f *File) Instant() bool {
	leaf := f.leaf()
	return f.M.Status == Received && leaf != nil && leaf.Instant && f.City.On("instant", f.M.Place.Leaf())
}

// Verification is what the desk found out about a call.
type Verification struct {
	Category string
	Urgency  duty.Urgency
	Place    *territory.Address
	Note     string
}

// Verify records that the call is real, new and a public duty, and what it is
// about.
func (f *File) Verify(v Verification) error {
	if err := access.Allow(f.By, access.VerifyMatter, f.Subject(nil)); err != nil {
		return err
	}
	if err := f.leave(Verified, Received); err != nil {
		return err
	}
	f.begin("verify", nil, nil)
	if err := f.classify(v.Category, v.Urgency); err != nil {
		return err
	}
	if v.Place != nil {
		if v.Place.District != f.M.Place.District {
			return fault.Field("place", "matter.other_district", v.Place.District)
		}
		f.M.Place = *v.Place
		f.cal = nil
		if f.M.Place.Town != "" && f.M.Level == org.District {
			f.M.Level = org.Town
		}
		f.seat()
	}
	if err := f.move(Verified); err != nil {
		return err
	}
	f.M.Note = v.Note
	f.wantWhistle()
	f.start(clock.Triage, f.limit(pack.Triage))
	return nil
}

// classify sets the leaf and urgency, and the statutory clock that follows.
func (f *File) classify(category string, urgency duty.Urgency) error {
	if category != "" && category != f.M.Category {
		leaf, ok := f.City.Duty.Leaf(category)
		if !ok {
			return fault.Field("category", "category.unknown", category, f.City.Duty.Nearest(category))
		}
		f.M.Category = category
		if urgency == "" {
			f.M.Urgency = leaf.Urgency
		}
		f.M.Clocks.Start(clock.Statutory, leaf.Statutory, f.M.ReceivedAt, f.calendar(), f.ladder())
	}
	if urgency != "" {
		if err := KnownUrgency(urgency); err != nil {
			return err
		}
		f.M.Urgency = urgency
	}
	f.promiseSooner()
	return nil
}

// promiseSooner tightens what the caller was told when the matter turns out to
// be one that is solved faster, counted from now. It never loosens it.
func (f *File) promiseSooner() {
	old, limit := f.M.Clocks.Running(clock.Promised), f.promised()
	if old == nil || limit.IsZero() {
		return
	}
	if clock.At(f.calendar().Due(limit, f.Now.Time(), nil).At) < old.Due {
		f.start(clock.Promised, limit)
	}
}

// KnownUrgency reports an unknown urgency as a fault.
func KnownUrgency(u duty.Urgency) error {
	switch u {
	case duty.Emergency, duty.Utility, duty.Normal, duty.Complex:
		return nil
	}
	return fault.Field("urgency", "urgency.unknown", string(u), "EMERGENCY, UTILITY, NORMAL, COMPLEX")
}

// Advise ends a question or a private affair with an answer to the caller.
func (f *File) Advise(answer string) error {
	if err := access.Allow(f.By, access.VerifyMatter, f.Subject(nil)); err != nil {
		return err
	}
	if err := Words("answer", answer, true); err != nil {
		return err
	}
	f.begin("advise", nil, nil)
	if err := f.move(Advised); err != nil {
		return err
	}
	f.M.Note, f.M.ContactedAt = answer, f.Now
	f.tellResult("notice.advised", answer)
	return nil
}

// Refer ends the matter here and names the lawful channel; the branches are
// those of the Beijing ordinance on complaints, article 11 (B1-03).
func (f *File) Refer(channel, note string) error {
	if err := access.Allow(f.By, access.VerifyMatter, f.Subject(nil)); err != nil {
		return err
	}
	ch, ok := f.City.Channels[channel]
	if !ok {
		return fault.Field("channel", "channel.unknown", channel)
	}
	if err := Words("note", note, false); err != nil {
		return err
	}
	f.begin("refer", nil, map[string]any{"basis": ch.Basis})
	if err := f.move(Referred); err != nil {
		return err
	}
	f.M.Channel, f.M.Note = channel, note
	f.tellResult("notice.referred", ch.Name, note)
	return nil
}

// TakeBack puts a referred matter back on the desk: the other channel says it
// is not theirs, or the caller came back with what was missing.
func (f *File) TakeBack(reason string) error {
	if err := access.Allow(f.By, access.VerifyMatter, f.Subject(nil)); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if err := f.leave(Received, Referred); err != nil {
		return err
	}
	f.begin("take_back", nil, map[string]any{"reason": reason})
	if err := f.move(Received); err != nil {
		return err
	}
	if err := f.revive(); err != nil {
		return err
	}
	f.M.Channel = ""
	f.start(clock.Verify, f.limit(pack.Verify))
	return nil
}

// Triage decides whether government, community or the caller's own means have
// to solve the matter (三事分流, LN-14), and tells the caller why. After an
// appeal the decision is final.
func (f *File) Triage(class duty.Class, category, reason string) error {
	if err := access.Allow(f.By, access.TriageMatter, f.Subject(nil)); err != nil {
		return err
	}
	if f.By.Kind != access.System {
		if err := Words("reason", reason, true); err != nil {
			return err
		}
	}
	if err := f.leave(Triaged, Verified); err != nil {
		return err
	}
	f.begin("triage", nil, map[string]any{"appeal": f.M.Appealed})
	if err := f.classify(category, ""); err != nil {
		return err
	}
	if class == duty.Undefined {
		if leaf := f.leaf(); leaf != nil {
			class = leaf.Class
		}
	}
	switch class {
	case duty.Public, duty.Communal:
		if err := f.move(Triaged); err != nil {
			return err
		}
		f.start(clock.Dispatch, f.limit(pack.Dispatch))
	case duty.Private:
		if err := f.move(Advised); err != nil {
			return err
		}
		f.M.ContactedAt = f.Now
	default:
		return fault.Field("class", "class.unknown", string(class))
	}
	f.M.Class, f.M.ClassReason = class, reason
	if f.By.Kind == access.System {
		return nil
	}
	if f.M.Appealed {
		f.tellCaller("notice.appeal_decided", string(class), reason)
	} else {
		f.tellCaller("notice.triaged", string(class), reason)
	}
	return nil
}

// Appeal is the caller's one appeal against the class; the street decides
// within its window. Orders given under the old class are taken back.
func (f *File) Appeal(reason string) error {
	if err := f.caller(); err != nil {
		return err
	}
	if f.M.Appealed {
		return fault.New(fault.Conflict, "triage.appealed_before")
	}
	if f.M.Class != duty.Communal && f.M.Class != duty.Private {
		return fault.New(fault.Conflict, "triage.nothing_to_appeal")
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	f.begin("appeal", nil, map[string]any{"reason": reason})
	if err := f.withdrawAll("appeal"); err != nil {
		return err
	}
	if f.M.Status == Advised {
		if err := f.revive(); err != nil {
			return err
		}
	}
	if err := f.move(Verified); err != nil {
		return err
	}
	f.M.Appealed = true
	f.start(clock.Appeal, f.limit(pack.TriageAppeal))
	f.tellUnit(f.M.Desk, "notice.triage_appealed", f.M.ID)
	return nil
}

// caller asks that the actor is the matter's own caller.
func (f *File) caller() error {
	if f.By.Kind != access.Caller {
		return fault.New(fault.Denied, "access.caller_only")
	}
	if f.By.Matter != int64(f.M.ID) {
		return fault.New(fault.NotFound, "matter.not_found")
	}
	return nil
}

// anyCaller asks that the actor is the matter's caller or one of those merged
// into it: merging takes no right from anybody.
func (f *File) anyCaller() error {
	if f.By.Kind == access.Caller && slices.Contains(f.M.Children, ident.ID(f.By.Matter)) {
		return nil
	}
	return f.caller()
}

// seen reports whether a character leaves a mark: blanks do not, nor what has
// no width.
func seen(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != 0x3164 && r != 0x2800
}

// Words checks a text that a person wrote: not too long, no control
// characters, and not blank if it is needed.
func Words(field, s string, needed bool) error {
	if needed && !strings.ContainsFunc(s, seen) {
		return fault.Field(field, "text.missing", field)
	}
	if !utf8.ValidString(s) {
		return fault.Field(field, "text.not_utf8", field)
	}
	if n := utf8.RuneCountInString(s); n > MaxText {
		return fault.Field(field, "text.too_long", n, MaxText)
	}
	for _, r := range s {
		if r < 0x20 && r != '\n' && r != '\r' && r != '\t' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return fault.Field(field, "text.control_character", field)
		}
	}
	return nil
}
