package programme

import (
	"slices"
	"strings"

	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
)

// DecisionKind is what a major decision is about (三重一大, YT-02).
type DecisionKind string

// The kinds of major decision.
const (
	MajorDecision DecisionKind = "MAJOR"       // 重大决策
	Appointment   DecisionKind = "APPOINTMENT" // 重要干部任免
	MajorProject  DecisionKind = "PROJECT"     // 重大项目
	LargeFunds    DecisionKind = "FUNDS"       // 大额资金
)

// DecisionKinds lists every kind.
var DecisionKinds = []DecisionKind{MajorDecision, Appointment, MajorProject, LargeFunds}

// The states of a decision.
const (
	Proposed = "PROPOSED"
	Adopted  = "ADOPTED"
	Rejected = "REJECTED"
)

// Opinion is what one seat of the deciding organ said, before the vote. A seat
// is an office of the organ and not a person.
type Opinion struct {
	Seat   string `json:"seat"`
	Stance string `json:"stance"` // AGREE, DISAGREE, ABSTAIN
	Text   string `json:"text,omitempty"`
}

// Stances lists what an opinion may say.
var Stances = []string{"AGREE", "DISAGREE", "ABSTAIN"}

// Decision is one entry of the register of major decisions.
type Decision struct {
	Amount   int64        `json:"amount,omitempty"` // fen
	Body     string       `json:"body"`
	Day      int          `json:"day"`
	Decided  int          `json:"decided,omitempty"`
	District string       `json:"district,omitempty"`
	Kind     DecisionKind `json:"kind"`
	Measures []Duty       `json:"measures,omitempty"`
	Meeting  ident.ID     `json:"meeting,omitempty"`
	Opinions []Opinion    `json:"opinions,omitempty"`
	Proposal string       `json:"proposal"`
	Seats    int          `json:"seats"` // of the organ, entitled to vote
	Status   string       `json:"status"`
	Title    string       `json:"title"`
	Town     string       `json:"town,omitempty"`
}

// Line is the record's line.
func (d Decision) Line() register.Line {
	return register.Line{
		Register: Decisions, Place: at(d.District, d.Town), Unit: d.Body, Status: d.Status, From: d.Day, Amount: d.Amount, About: d.Meeting,
	}
}

// Check returns what is wrong with a proposal.
func (d *Decision) Check() error {
	var wrong fault.List
	if !slices.Contains(DecisionKinds, d.Kind) {
		wrong.Add(fault.Field("kind", "decision.kind_unknown", string(d.Kind)))
	}
	if d.Seats < 3 || d.Seats > 99 {
		wrong.Add(fault.Field("seats", "decision.seats", d.Seats))
	}
	if d.Kind == LargeFunds && d.Amount <= 0 {
		wrong.Add(fault.Field("amount", "decision.amount_missing"))
	}
	if strings.TrimSpace(d.Title) == "" {
		wrong.Add(fault.Field("title", "text.missing", "title"))
	}
	if strings.TrimSpace(d.Proposal) == "" {
		wrong.Add(fault.Field("proposal", "text.missing", "proposal"))
	}
	return wrong.Err()
}

// Say records the opinion of a seat. Faults: decision.decided,
// decision.stance_unknown, decision.seat_missing, decision.seat_spoke,
// decision.dissent_reason, decision.seats_exceeded.
func (d *Decision) Say(o Opinion) error {
	switch {
	case d.Status != Proposed:
		return fault.New(fault.Conflict, "decision.decided")
	case !slices.Contains(Stances, o.Stance):
		return fault.Field("stance", "decision.stance_unknown", o.Stance)
	case strings.TrimSpace(o.Seat) == "":
		return fault.Field("seat", "decision.seat_missing")
	case slices.ContainsFunc(d.Opinions, func(x Opinion) bool { return x.Seat == o.Seat }):
		return fault.New(fault.Conflict, "decision.seat_spoke", o.Seat).In("seat")
	case o.Stance == "DISAGREE" && strings.TrimSpace(o.Text) == "":
		return fault.Field("text", "decision.dissent_reason")
	case len(d.Opinions) >= d.Seats:
		return fault.New(fault.Conflict, "decision.seats_exceeded", d.Seats)
	}
	d.Opinions = append(d.Opinions, o)
	return nil
}

// Limit names the share of seats that more than must be present: half of them
// unless the city asks for more, and two thirds about an appointment.
func (k DecisionKind) Limit() pack.Limit {
	if k == Appointment {
		return pack.QuorumAppointment
	}
	return pack.Quorum
}

// Quorum is how many seats must be present, of a share in permille.
func (d *Decision) Quorum(share int) int { return d.Seats*share/1000 + 1 }

// Votes counts the opinions of a stance.
func (d *Decision) Votes(stance string) int {
	n := 0
	for _, o := range d.Opinions {
		if o.Stance == stance {
			n++
		}
	}
	return n
}

// Decide takes the decision by the votes that were recorded: it is adopted if
// more than half of all seats agree. Nobody chooses the result. Faults:
// decision.decided, decision.no_meeting, decision.no_quorum,
// decision.opinions_missing.
func (d *Decision) Decide(meeting ident.ID, m *Meeting, quorum, today int) error {
	switch {
	case d.Status != Proposed:
		return fault.New(fault.Conflict, "decision.decided")
	case m == nil:
		return fault.New(fault.Conflict, "decision.no_meeting").In("meeting")
	case m.Body != d.Body || m.Kind != OrganMeeting || m.Day < d.Day:
		return fault.New(fault.Conflict, "decision.meeting_unfit").In("meeting")
	case m.Present < quorum:
		return fault.New(fault.Conflict, "decision.no_quorum", m.Present, quorum, d.Seats)
	case len(d.Opinions) < m.Present:
		return fault.New(fault.Conflict, "decision.opinions_missing", len(d.Opinions), m.Present)
	}
	d.Meeting, d.Decided, d.Status = meeting, today, Rejected
	if d.Votes("AGREE")*2 > d.Seats {
		d.Status = Adopted
	}
	return nil
}
