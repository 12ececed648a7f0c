package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Kind is what the caller wants.
type Kind string

// The kinds of call.
const (
	Consult    Kind = "CONSULT"
	Help       Kind = "HELP"
	Complaint  Kind = "COMPLAINT"
	Report     Kind = "REPORT"
	Suggestion Kind = "SUGGESTION"
	Event      Kind = "EVENT"
	Hazard     Kind = "HAZARD"
	Need       Kind = "NEED"
	Conflict   Kind = "CONFLICT"
	Info       Kind = "INFO"
)

// Kinds lists every kind.
var Kinds = []Kind{Consult, Help, Complaint, Report, Suggestion, Event, Hazard, Need, Conflict, Info}

// Anonymity is how far a caller wants to be known.
type Anonymity string

// The degrees of anonymity. A report (举报) is hidden from the handler unless
// the caller says otherwise.
const (
	Open      Anonymity = "OPEN"
	Hidden    Anonymity = "HIDDEN_FROM_HANDLER"
	Anonymous Anonymity = "ANONYMOUS"
)

// Caller is what the matter knows of whoever called. The contact itself lies
// sealed in the vault; here is only its number there.
type Caller struct {
	Anonymity Anonymity `json:"anonymity"`
	Kind      string    `json:"kind"`           // PERSON, ENTERPRISE, ORG, STAFF
	Post      string    `json:"post,omitempty"` // of a member of staff
	Vault     ident.ID  `json:"vault,omitempty"`
}

// Reachable reports whether the caller can be asked for a verdict.
func (c Caller) Reachable() bool { return c.Vault != 0 || c.Post != "" }

// Matter is one call and what became of it. The text of the call is not part
// of it: TextHash binds it. Instants are µs UTC; coordinates are WGS84 degrees
// times 1e7.
type Matter struct {
	Appealed    bool              `json:"appealed,omitempty"`
	Before      Status            `json:"before,omitempty"` // state before it was merged
	Call        string            `json:"call,omitempty"`   // 民呼, 街呼, 企呼, 党呼
	Caller      Caller            `json:"caller"`
	Category    string            `json:"category,omitempty"`
	Channel     string            `json:"channel,omitempty"`  // of a referral
	Children    []ident.ID        `json:"children,omitempty"` // merged into this one
	Class       duty.Class        `json:"class,omitempty"`
	ClassReason string            `json:"class_reason,omitempty"`
	Clocks      clock.Set         `json:"clocks"`
	ClosedAt    clock.Instant     `json:"closed_at,omitempty"`
	Conference  *Meeting          `json:"conference,omitempty"`
	ContactedAt clock.Instant     `json:"contacted_at,omitempty"`
	Deferral    *Deferral         `json:"deferral,omitempty"`
	Desk        string            `json:"desk"`
	Excluded    *Exclusion        `json:"exclusion,omitempty"`
	False       bool              `json:"false_closure,omitempty"`
	Holder      string            `json:"holder,omitempty"`
	HolderPost  string            `json:"holder_post,omitempty"`
	Kind        Kind              `json:"kind"`
	Lat         int64             `json:"lat,omitempty"`
	Late        bool              `json:"late,omitempty"` // after what the caller was told
	NoContact   bool              `json:"late_contact,omitempty"`
	LateLaw     bool              `json:"late_statutory,omitempty"` // after what the law allows
	Level       org.Level         `json:"level"`
	Lon         int64             `json:"lon,omitempty"`
	MergedInto  ident.ID          `json:"merged_into,omitempty"`
	Next        clock.Instant     `json:"next,omitempty"`
	ID          ident.ID          `json:"no"`
	Note        string            `json:"note,omitempty"` // last advice or reason told to the caller
	Objections  int               `json:"objections,omitempty"`
	Pack        string            `json:"pack"`
	Parent      ident.ID          `json:"parent,omitempty"` // split from
	Place       territory.Address `json:"place"`
	ReceivedAt  clock.Instant     `json:"received_at"`
	Reds        int               `json:"reds,omitempty"`
	Reopens     int               `json:"reopens,omitempty"`
	Source      string            `json:"source"`
	SourceRef   string            `json:"source_ref,omitempty"`
	Status      Status            `json:"status"`
	Task        *Task             `json:"task,omitempty"` // it was assigned, not called in
	TextHash    string            `json:"text_hash"`
	Tries       []Try             `json:"tries,omitempty"`
	Unit        string            `json:"unit,omitempty"` // accountable: the first unit ordered leads
	Urgency     duty.Urgency      `json:"urgency"`
	Verdicts    []Verdict         `json:"verdicts,omitempty"`
	Voters      []ident.ID        `json:"voters,omitempty"` // children whose callers can be asked
	Where       string            `json:"where,omitempty"`
	Whistles    []Whistle         `json:"whistles,omitempty"`
}

// Exclusion asks that the matter does not count in the scores (剔除).
type Exclusion struct {
	At     clock.Instant `json:"at"`
	By     string        `json:"by"`
	DecAt  clock.Instant `json:"decided_at,omitempty"`
	DecBy  string        `json:"decided_by,omitempty"`
	Ground string        `json:"ground"`
	Note   string        `json:"note,omitempty"`
	Reason string        `json:"reason"`
	State  string        `json:"state"` // ASKED, GRANTED, REFUSED
}

// Deferral is 挂账: a plan and the date it is looked at again.
type Deferral struct {
	At     clock.Instant `json:"at"`
	By     string        `json:"by"`
	Ended  clock.Instant `json:"ended,omitempty"`
	Plan   string        `json:"plan"`
	Reason string        `json:"reason"`
	Review clock.Instant `json:"review"`
}

// Meeting is a joint consultation (会商) and its binding decision.
type Meeting struct {
	At       clock.Instant `json:"at"`
	Co       []string      `json:"co,omitempty"`
	Convener string        `json:"convener"`
	DecAt    clock.Instant `json:"decided_at,omitempty"`
	DecBy    string        `json:"decided_by,omitempty"`
	Ended    clock.Instant `json:"ended,omitempty"` // the matter ended before anybody decided
	Lead     string        `json:"lead,omitempty"`
	Minutes  string        `json:"minutes,omitempty"`
	Parties  []string      `json:"parties"`
	Reason   string        `json:"reason"`
}

// Try is one attempt to reach the caller.
type Try struct {
	At      clock.Instant `json:"at"`
	By      string        `json:"by"`
	Channel string        `json:"channel"`
	Reached bool          `json:"reached"`
}

// Resolved is a judge's word on the result.
type Resolved string

// The results.
const (
	Yes     Resolved = "YES"
	Partial Resolved = "PARTIAL"
	No      Resolved = "NO"
)

// Verdict is one judgement of the matter. Satisfaction is 1 (very
// dissatisfied) to 5, 0 if not given. The comment's words are kept apart.
type Verdict struct {
	At           clock.Instant `json:"at"`
	By           string        `json:"by"`
	CommentHash  string        `json:"comment_hash,omitempty"`
	Contacted    bool          `json:"contacted,omitempty"`
	Judge        string        `json:"judge"` // CALLER, STREET, CHECKER, SAMPLE_AUDIT
	Resolved     Resolved      `json:"resolved"`
	Round        int           `json:"round"` // number of reopenings before it
	Satisfaction int           `json:"satisfaction,omitempty"`
	Voter        ident.ID      `json:"voter,omitempty"`
}

// Assessable reports whether the matter counts in the scores: those are about
// what callers were given.
func (m *Matter) Assessable() bool {
	return m.Task == nil && m.Status != Merged && m.Status != Referred && m.Status != Advised && m.Unit != "" &&
		(m.Excluded == nil || m.Excluded.State != "GRANTED")
}

// Point returns the coordinates in degrees and whether there are any.
func (m *Matter) Point() (lon, lat float64, ok bool) {
	return float64(m.Lon) / 1e7, float64(m.Lat) / 1e7, m.Lon != 0 || m.Lat != 0
}

// Subject returns the matter as the access rule sees it, for order o if it is
// not nil.
func (f *File) Subject(o *order.Order) access.Subject {
	s := access.Subject{Place: f.M.Place, Matter: int64(f.M.ID), Desk: f.M.Desk}
	if o != nil {
		s.Creditor, s.Debtor = o.Creditor, o.Debtor
	}
	s.Units = append(s.Units, f.M.Desk)
	for _, x := range f.Orders {
		for _, u := range [...]string{x.Creditor, x.Debtor} {
			if !slices.Contains(s.Units, u) {
				s.Units = append(s.Units, u)
			}
		}
	}
	return s
}

// MayReadCaller asks whether the actor may see who called: the desk, the
// agent, or the handler of an open order, and the handler only of a caller who
// is not hidden.
func (f *File) MayReadCaller() error {
	if f.observed() {
		return fault.New(fault.Denied, "caller.hidden")
	}
	lead := f.mine()
	if err := access.Allow(f.By, access.ReadCaller, f.Subject(lead)); err != nil {
		return err
	}
	if lead != nil && f.By.Unit == lead.Debtor && f.By.Unit != f.M.Desk && f.M.Caller.Anonymity != Open && f.M.Caller.Anonymity != "" {
		return fault.New(fault.Denied, "caller.hidden")
	}
	return nil
}

// MayUnseal asks whether the actor may open a hidden contact that two persons
// agreed to open. The name of an observer is opened to nobody of the observed
// unit, of one it leads, or of one that leads it.
func (f *File) MayUnseal() error {
	if f.observed() {
		for _, o := range f.Orders {
			if f.By.Unit == o.Debtor || f.above(o.Debtor, f.By.Unit) || f.above(f.By.Unit, o.Debtor) {
				return fault.New(fault.Denied, "caller.hidden")
			}
		}
	}
	return access.Allow(f.By, access.UnsealIdentity, f.Subject(nil))
}

func (f *File) observed() bool { return f.M.Task != nil && f.M.Task.Kind == Observation }

// above reports whether one unit leads another directly.
func (f *File) above(top, unit string) bool {
	return slices.ContainsFunc(f.City.Org.To(unit, org.Leads), func(e org.Edge) bool { return e.From == top })
}
