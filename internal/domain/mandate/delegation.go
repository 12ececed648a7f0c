package mandate

import (
	"slices"

	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Power is what sort of power is delegated.
type Power string

// The powers that may come down (GZ-14).
const (
	Permit  Power = "PERMIT"
	Penalty Power = "PENALTY"
	Force   Power = "FORCE"
	Service Power = "SERVICE"
)

// Powers lists every power.
var Powers = []Power{Permit, Penalty, Force, Service}

// Need is one of the four things without which a power is only a burden
// (GZ-30).
type Need string

// The needs.
const (
	NeedDuty   Need = "DUTY"   // the text that says what is to be done
	NeedMoney  Need = "MONEY"  // the line of the budget
	NeedPeople Need = "PEOPLE" // the posts
	NeedAssets Need = "ASSETS" // what is handed over, signed by both sides
)

// Needs lists every need.
var Needs = []Need{NeedDuty, NeedMoney, NeedPeople, NeedAssets}

// lacks is the fault of what is missing.
func lacks(n Need, name string) error {
	switch n {
	case NeedMoney:
		return fault.New(fault.Conflict, "delegation.no_money_no_duty", name)
	case NeedPeople:
		return fault.New(fault.Conflict, "delegation.no_people", name)
	case NeedAssets:
		return fault.New(fault.Conflict, "delegation.no_assets", name)
	}
	return fault.New(fault.Conflict, "delegation.no_duty_text", name)
}

// Provision is how one need is met: by a record, or waived over a signature.
type Provision struct {
	Amount   int64    `json:"amount,omitempty"` // fen, or posts
	By       Signed   `json:"by"`
	Document string   `json:"document,omitempty"`
	Handover ident.ID `json:"handover,omitempty"`
	Movement ident.ID `json:"movement,omitempty"` // of establishment, by which the posts come
	Need     Need     `json:"need"`
	Waived   bool     `json:"waived,omitempty"`
}

// DelegationState is where a delegation stands. What it needs is looked at when
// it is put in force, and once in force it ends only by a date.
type DelegationState string

// The states of a delegation.
const (
	Proposed  DelegationState = "PROPOSED"
	InForce   DelegationState = "IN_FORCE"
	TakenBack DelegationState = "TAKEN_BACK" // back with the unit it came from; the town may not be asked any more
)

// Delegation is one power that a unit gives to a town's unit.
type Delegation struct {
	Basis      string            `json:"basis"`
	From       int               `json:"from,omitempty"`
	Giver      string            `json:"giver"`
	Item       string            `json:"item"` // code of the category or list item
	Name       string            `json:"name"`
	Place      territory.Address `json:"place"` // of the taker
	Power      Power             `json:"power"`
	Proposed   Signed            `json:"proposed"`
	Provisions []Provision       `json:"provisions,omitempty"`
	Released   ident.ID          `json:"released,omitempty"` // its own number, once its key is free for another
	Status     DelegationState   `json:"status"`
	Taker      string            `json:"taker"`
	To         int               `json:"to,omitempty"`
}

// DelegationRegister is the register of delegations.
const DelegationRegister register.Name = "DELEGATION"

// DelegationKey is the key of the one delegation of an item to a place that
// counts.
func DelegationKey(place, item string) string { return place + "/" + item }

// Line tells the columns.
func (d Delegation) Line() register.Line {
	key := ""
	if d.Status == InForce || d.Status == TakenBack {
		key = DelegationKey(d.Place.Leaf(), d.Item)
		if d.Released != 0 {
			key += "/" + d.Released.Number()
		}
	}
	return register.Line{
		Register: DelegationRegister, Place: d.Place, Unit: d.Taker, Other: d.Giver, Key: key, Status: string(d.Status), From: d.From, To: d.To,
	}
}

// Provision returns how a need is met, nil if it is not.
func (d *Delegation) Provision(n Need) *Provision {
	if i := slices.IndexFunc(d.Provisions, func(p Provision) bool { return p.Need == n }); i >= 0 {
		return &d.Provisions[i]
	}
	return nil
}

// Provide notes how a need is met; whoever proposed the delegation waives none.
// Faults: delegation.not_proposed, delegation.need_unknown,
// delegation.own_waiver, delegation.handover_missing,
// delegation.amount_missing, text.missing.
func (d *Delegation) Provide(p Provision) error {
	if d.Status != Proposed {
		return fault.New(fault.Conflict, "delegation.not_proposed", d.Name)
	}
	if !slices.Contains(Needs, p.Need) {
		return fault.Field("need", "delegation.need_unknown", string(p.Need))
	}
	switch {
	case p.Waived && d.Proposed.same(p.By):
		return fault.New(fault.Denied, "delegation.own_waiver")
	case p.Waived && p.By.Text == "":
		return fault.Field("text", "text.missing", "text")
	case !p.Waived && p.Need == NeedAssets && p.Handover == 0:
		return fault.Field("handover", "delegation.handover_missing")
	case !p.Waived && p.Need != NeedAssets && p.Document == "":
		return fault.Field("document", "text.missing", "document")
	case !p.Waived && (p.Need == NeedMoney || p.Need == NeedPeople) && p.Amount <= 0:
		return fault.Field("amount", "delegation.amount_missing")
	}
	if old := d.Provision(p.Need); old != nil {
		*old = p
		return nil
	}
	d.Provisions = append(d.Provisions, p)
	return nil
}

// Ready tells what is missing before the delegation may be in force, one fault
// for each need. handed says whether the hand-over it cites is signed in full. Faults:
// delegation.no_duty_text, delegation.no_money_no_duty, delegation.no_people,
// delegation.no_assets.
func (d *Delegation) Ready(handed bool) error {
	var wrong fault.List
	for _, n := range Needs {
		p := d.Provision(n)
		if p == nil || !p.Waived && n == NeedAssets && !handed {
			wrong.Add(lacks(n, d.Name))
		}
	}
	return wrong.Err()
}

// Exception reports whether a need is waived, for the list of exceptions.
func (d *Delegation) Exception() bool {
	return slices.ContainsFunc(d.Provisions, func(p Provision) bool { return p.Waived })
}

// Start puts the delegation in force from a day on. Faults:
// delegation.not_proposed, delegation.from_in_past, and those of Ready.
func (d *Delegation) Start(from, today int, handed bool) error {
	if d.Status != Proposed {
		return fault.New(fault.Conflict, "delegation.not_proposed", d.Name)
	}
	if from < today {
		return fault.Field("from", "delegation.from_in_past", from)
	}
	if err := d.Ready(handed); err != nil {
		return err
	}
	d.From, d.Status = from, InForce
	return nil
}

// End lets the delegation run out with a day. Cases that are open stay where
// they are. Faults: delegation.not_in_force, delegation.to_before_from.
func (d *Delegation) End(last, today int) error {
	if d.Status != InForce || d.To != 0 && d.To < today {
		return fault.New(fault.Conflict, "delegation.not_in_force", d.Name)
	}
	if last < d.From || last < today {
		return fault.Field("to", "delegation.to_before_from", last)
	}
	d.To = last
	return nil
}

// TakeBack gives the power back to the unit it came from.
// Fault: delegation.not_in_force.
func (d *Delegation) TakeBack(today int) error {
	if d.Status != InForce {
		return fault.New(fault.Conflict, "delegation.not_in_force", d.Name)
	}
	d.Status, d.From, d.To = TakenBack, today, 0
	return nil
}

// Until lets a delegation in force run no longer than a day, because the town
// only helps after it. One that ends sooner, or has ended, stays as it is.
func (d *Delegation) Until(last int) {
	if d.Status == InForce && (d.To == 0 || d.To > last) {
		d.To = max(last, d.From)
	}
}

// Leads reports whether matters that begin on a day go to the taker.
func (d *Delegation) Leads(day int) bool { return d.Status == InForce && d.Line().In(day) }

// Piece is one line of a hand-over: vehicles, equipment, money.
type Piece struct {
	Count int     `json:"count"`
	Given *Signed `json:"given,omitempty"`
	Name  string  `json:"name"`
	Taken *Signed `json:"taken,omitempty"`
}

// Handover is what one unit hands to another with a power: each piece is signed
// by both (LN-05).
type Handover struct {
	Giver  string            `json:"giver"`
	Name   string            `json:"name"`
	Pieces []Piece           `json:"pieces"`
	Place  territory.Address `json:"place"`
	Taker  string            `json:"taker"`
}

// HandoverRegister is the register of hand-overs.
const HandoverRegister register.Name = "HANDOVER"

// HandoverState is how much of a hand-over is signed.
type HandoverState string

// The states of a hand-over, which follow from its signatures.
const (
	Listed  HandoverState = "LISTED"
	Partial HandoverState = "PARTIAL"
	Done    HandoverState = "DONE"
)

// State tells how much is signed by both sides.
func (h *Handover) State() HandoverState {
	signed, touched := 0, false
	for i := range h.Pieces {
		p := &h.Pieces[i]
		touched = touched || p.Given != nil || p.Taken != nil
		if p.Given != nil && p.Taken != nil {
			signed++
		}
	}
	switch {
	case signed == len(h.Pieces) && signed > 0:
		return Done
	case touched:
		return Partial
	}
	return Listed
}

// Line tells the columns.
func (h Handover) Line() register.Line {
	return register.Line{Register: HandoverRegister, Place: h.Place, Unit: h.Taker, Other: h.Giver, Status: string(h.State()), Amount: int64(len(h.Pieces))}
}

// Check asks that a hand-over says what is handed over.
// Faults: handover.nothing_listed, handover.count_wrong, text.missing.
func (h *Handover) Check() error {
	if len(h.Pieces) == 0 {
		return fault.Field("pieces", "handover.nothing_listed")
	}
	for _, p := range h.Pieces {
		if p.Name == "" {
			return fault.Field("pieces", "text.missing", "name")
		}
		if p.Count < 1 {
			return fault.Field("pieces", "handover.count_wrong", p.Name)
		}
	}
	return nil
}

// Hand is that of whoever signed first, "" if nobody did.
func (h *Handover) Hand() string {
	for i := range h.Pieces {
		for _, s := range [...]*Signed{h.Pieces[i].Given, h.Pieces[i].Taken} {
			if s != nil && s.Hand != "" {
				return s.Hand
			}
		}
	}
	return ""
}

// Sign puts the name of one side's post under some pieces; the two sides are two
// persons. Faults: handover.not_a_side, handover.piece_unknown,
// handover.same_person.
func (h *Handover) Sign(by Signed, pieces []int) error {
	if by.Unit != h.Giver && by.Unit != h.Taker {
		return fault.New(fault.Denied, "handover.not_a_side", by.Unit)
	}
	for _, n := range pieces {
		if n < 1 || n > len(h.Pieces) {
			return fault.Field("pieces", "handover.piece_unknown", n, len(h.Pieces))
		}
		side, other := &h.Pieces[n-1].Taken, h.Pieces[n-1].Given
		if by.Unit == h.Giver {
			side, other = &h.Pieces[n-1].Given, h.Pieces[n-1].Taken
		}
		if other.same(by) {
			return fault.New(fault.Denied, "handover.same_person", h.Pieces[n-1].Name)
		}
		if *side == nil { // a signature stays
			*side = &by
		}
	}
	return nil
}
