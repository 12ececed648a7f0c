package api

import (
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
)

// at is an instant as it goes over the wire: with the offset of Beijing.
func at(i clock.Instant) time.Time { return zoned(i.Time()) }

func zoned(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(ident.Zone)
}

// number is a reference number as it goes over the wire, "" for none.
func number(id ident.ID) string {
	if id == 0 {
		return ""
	}
	return id.Number()
}

func numbered(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.Number()
	}
	return out
}

// Links are the addresses of what belongs to an answer, by what they are.
type Links map[string]string

// Matter is a matter with its orders, as staff may see it. It never holds the
// caller's contact, which has a route of its own that keeps an access log.
type Matter struct {
	No          string            `json:"no"`
	Rev         int64             `json:"rev" doc:"Revision, also the ETag; send it as If-Match"`
	Status      string            `json:"status"`
	Kind        string            `json:"kind"`
	Category    string            `json:"category,omitempty"`
	Class       string            `json:"class,omitempty"`
	ClassReason string            `json:"class_reason,omitempty"`
	Urgency     string            `json:"urgency"`
	Text        string            `json:"text"`
	Place       territory.Address `json:"place"`
	Where       string            `json:"where,omitempty" doc:"The place in the caller's words"`
	Lon         *float64          `json:"lon,omitempty" doc:"WGS84 degrees"`
	Lat         *float64          `json:"lat,omitempty"`
	Source      string            `json:"source"`
	SourceRef   string            `json:"source_ref,omitempty"`
	Call        string            `json:"call,omitempty"`
	Caller      Caller            `json:"caller"`
	Desk        string            `json:"desk" doc:"Coordinating unit"`
	Unit        string            `json:"unit,omitempty" doc:"Accountable unit"`
	Holder      string            `json:"holder,omitempty" doc:"Unit that holds it now"`
	HolderPost  string            `json:"holder_post,omitempty"`
	Level       string            `json:"level"`
	ReceivedAt  time.Time         `json:"received_at"`
	ContactedAt time.Time         `json:"contacted_at,omitzero"`
	ClosedAt    time.Time         `json:"closed_at,omitzero"`
	NextAt      time.Time         `json:"next_at,omitzero" doc:"The nearest deadline"`
	Clocks      []Clock           `json:"clocks"`
	Orders      []Order           `json:"orders"`
	Verdicts    []Verdict         `json:"verdicts"`
	Tries       []Try             `json:"tries"`
	Deferral    *Deferral         `json:"deferral,omitempty"`
	Exclusion   *Exclusion        `json:"exclusion,omitempty"`
	Conference  *Conference       `json:"conference,omitempty"`
	Whistles    []Whistle         `json:"whistles,omitempty"`
	Channel     string            `json:"channel,omitempty" doc:"Lawful channel it was referred to"`
	Note        string            `json:"note,omitempty" doc:"Last advice or reason told to the caller"`
	MergedInto  string            `json:"merged_into,omitempty"`
	Merged      []string          `json:"merged"`
	Parent      string            `json:"parent,omitempty"`
	Appealed    bool              `json:"appealed"`
	Reopens     int               `json:"reopens"`
	Objections  int               `json:"objections"`
	Late        bool              `json:"late"`
	LateLaw     bool              `json:"late_statutory"`
	Pack        string            `json:"pack" doc:"Version of the structure it was received under"`
	Links       Links             `json:"links"`

	// TrackCode is the caller's secret; it is told to whoever took the call in.
	TrackCode string `json:"track_code,omitempty"`
	Replayed  bool   `json:"replayed,omitempty" doc:"The same request had been carried out before"`
}

func (m *Matter) revision() int64 { return m.Rev }

// Caller is what a handler may know of the caller.
type Caller struct {
	Anonymity string `json:"anonymity"`
	Kind      string `json:"kind"`
	Post      string `json:"post,omitempty" doc:"Of a member of staff who called openly"`
	Contact   bool   `json:"contact" doc:"Whether a contact is sealed in the vault"`
}

// Clock is a clock of a matter or an order.
type Clock struct {
	Kind        string    `json:"kind"`
	Limit       string    `json:"limit"`
	Start       time.Time `json:"start"`
	Due         time.Time `json:"due"`
	Stopped     time.Time `json:"stopped,omitzero"`
	Paused      bool      `json:"paused,omitempty"`
	Provisional bool      `json:"provisional,omitempty" doc:"A day on the way belongs to a year nobody has announced"`
	Extended    []string  `json:"extended,omitempty"`
}

// Verdict is one judgement of the result.
type Verdict struct {
	At           time.Time `json:"at"`
	Judge        string    `json:"judge"`
	By           string    `json:"by,omitempty"`
	Voter        string    `json:"voter,omitempty"`
	Contacted    bool      `json:"contacted"`
	Resolved     string    `json:"resolved"`
	Satisfaction int       `json:"satisfaction,omitempty"`
	Round        int       `json:"round" doc:"Number of reopenings before it"`
}

// Try is one attempt to reach the caller.
type Try struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Channel string    `json:"channel"`
	Reached bool      `json:"reached"`
}

// Deferral is a matter put on account.
type Deferral struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Plan   string    `json:"plan"`
	Review time.Time `json:"review"`
	Ended  time.Time `json:"ended,omitzero"`
}

// Exclusion is a request that the matter does not count.
type Exclusion struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Ground  string    `json:"ground"`
	Reason  string    `json:"reason"`
	State   string    `json:"state"`
	Decided time.Time `json:"decided_at,omitzero"`
	Note    string    `json:"note,omitempty"`
}

// Conference is a joint consultation.
type Conference struct {
	At       time.Time `json:"at"`
	Convener string    `json:"convener"`
	Parties  []string  `json:"parties"`
	Reason   string    `json:"reason"`
	Decided  time.Time `json:"decided_at,omitzero"`
	Lead     string    `json:"lead,omitempty"`
	Co       []string  `json:"co,omitempty"`
	Minutes  string    `json:"minutes,omitempty"`
}

// matter shows a matter to the actor of the request.
func (r *request) matter(s *engine.State) *Matter {
	m := s.M
	no := m.ID.Number()
	out := &Matter{
		No: no, Rev: s.Rev, Status: string(m.Status), Kind: string(m.Kind), Category: m.Category, Class: string(m.Class),
		ClassReason: m.ClassReason, Urgency: string(m.Urgency), Text: s.Text, Place: m.Place, Where: m.Where,
		Source: m.Source, SourceRef: m.SourceRef, Call: m.Call, Caller: callerOf(m), Desk: m.Desk, Unit: m.Unit, Holder: m.Holder,
		HolderPost: m.HolderPost, Level: string(m.Level), ReceivedAt: at(m.ReceivedAt), ContactedAt: at(m.ContactedAt),
		ClosedAt: at(m.ClosedAt), NextAt: at(m.Next), Clocks: clocks(m.Clocks), Verdicts: r.verdicts(s), Channel: m.Channel,
		Note: m.Note, MergedInto: number(m.MergedInto), Merged: numbered(m.Children), Parent: number(m.Parent),
		Appealed: m.Appealed, Reopens: m.Reopens, Objections: m.Objections, Late: m.Late, LateLaw: m.LateLaw, Pack: m.Pack,
		Replayed: s.Replayed, Whistles: whistles(m.Whistles), Orders: make([]Order, len(s.Orders)), Tries: make([]Try, len(m.Tries)),
	}
	if lon, lat, ok := m.Point(); ok {
		out.Lon, out.Lat = &lon, &lat
	}
	for i, o := range s.Orders {
		out.Orders[i] = orderView(o)
	}
	for i, t := range m.Tries {
		out.Tries[i] = Try{At: at(t.At), By: t.By, Channel: t.Channel, Reached: t.Reached}
	}
	out.Deferral, out.Exclusion, out.Conference = deferral(m.Deferral), exclusion(m.Excluded), conference(m.Conference)
	self := Base + "/matters/" + no
	out.Links = Links{"self": self, "entries": self + "/entries", "due": self + "/due", "told": self + "/told"}
	return out
}

// callerOf hides which member of staff called unless they called openly.
func callerOf(m *matter.Matter) Caller {
	c := Caller{Anonymity: string(m.Caller.Anonymity), Kind: m.Caller.Kind, Contact: m.Caller.Vault != 0}
	if m.Caller.Anonymity == matter.Open {
		c.Post = m.Caller.Post
	}
	return c
}

// verdicts shows the judgements, to a unit that owes an answer without who
// judged (B15: who rated badly is not known to whoever was rated).
func (r *request) verdicts(s *engine.State) []Verdict {
	rated := r.rated(s)
	out := make([]Verdict, len(s.M.Verdicts))
	for i, v := range s.M.Verdicts {
		out[i] = Verdict{
			At: at(v.At), Judge: v.Judge, By: v.By, Voter: number(v.Voter), Contacted: v.Contacted, Resolved: string(v.Resolved),
			Satisfaction: v.Satisfaction, Round: v.Round,
		}
		if rated {
			out[i].By, out[i].Voter = "", ""
		}
	}
	return out
}

// rated reports whether the actor's unit is one of those that answer.
func (r *request) rated(s *engine.State) bool {
	for _, o := range s.Orders {
		if r.actor.Kind == access.Staff && o.Debtor == r.actor.Unit {
			return true
		}
	}
	return false
}

func clocks(set clock.Set) []Clock {
	out := make([]Clock, len(set))
	for i := range set {
		c := &set[i]
		out[i] = Clock{
			Kind: string(c.Kind), Limit: c.Limit, Start: at(c.Start), Due: at(c.Due), Stopped: at(c.Stopped),
			Paused: c.Running() && c.Paused(), Provisional: c.Provisional, Extended: c.Extended,
		}
	}
	return out
}

func deferral(d *matter.Deferral) *Deferral {
	if d == nil {
		return nil
	}
	return &Deferral{At: at(d.At), Reason: d.Reason, Plan: d.Plan, Review: at(d.Review), Ended: at(d.Ended)}
}

func exclusion(x *matter.Exclusion) *Exclusion {
	if x == nil {
		return nil
	}
	return &Exclusion{At: at(x.At), By: x.By, Ground: x.Ground, Reason: x.Reason, State: x.State, Decided: at(x.DecAt), Note: x.Note}
}

func conference(c *matter.Meeting) *Conference {
	if c == nil {
		return nil
	}
	return &Conference{
		At: at(c.At), Convener: c.Convener, Parties: c.Parties, Reason: c.Reason, Decided: at(c.DecAt), Lead: c.Lead, Co: c.Co, Minutes: c.Minutes,
	}
}
