// Package mandate holds by what right a unit may be asked for something: the
// versions of duty lists, the powers that were delegated with what they need,
// and the admissions of work that is on no list. All of it is dated; what holds
// on a day follows from the dates and is never stored. It knows no database and
// no single matter.
package mandate

import (
	"slices"
	"strconv"

	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Kind is what a duty list is about.
type Kind string

// The kinds of list. The first two guard the orders to towns and to villages.
const (
	StreetTasks      Kind = "STREET_TASKS"
	VillageCatalogue Kind = "VILLAGE_CATALOGUE"
	Enforcement      Kind = "ENFORCEMENT"
	JointEnforcement Kind = "JOINT_ENFORCEMENT"
	PenaltyPowers    Kind = "PENALTY_POWERS"
	ServiceItems     Kind = "SERVICE_ITEMS"
)

// Kinds lists every kind.
var Kinds = []Kind{StreetTasks, VillageCatalogue, Enforcement, JointEnforcement, PenaltyPowers, ServiceItems}

// Status is how far a version of a list has come. A published version is in
// force from its day until a later one is.
type Status string

// The states of a version, in their order.
const (
	Draft     Status = "DRAFT"
	Reviewed  Status = "LEGAL_REVIEW" // the legal reviewer has passed it
	Consulted Status = "CONSULTED"    // the towns are asked
	Approved  Status = "APPROVED"
	Published Status = "PUBLISHED"
	Withdrawn Status = "WITHDRAWN"
)

// Signed is who did a step and when, with what was said. Hand tells one person
// from another within the record, and names nobody.
type Signed struct {
	Day  int    `json:"day"`
	Hand string `json:"hand,omitempty"`
	Post string `json:"post"`
	Text string `json:"text,omitempty"`
	Unit string `json:"unit"`
}

// same reports whether one person signed both, be it on two posts.
func (s *Signed) same(by Signed) bool {
	return s != nil && (s.Post == by.Post || s.Hand != "" && s.Hand == by.Hand)
}

// List is one version of a duty list. Its items stand in parts.
type List struct {
	Approved     *Signed           `json:"approved,omitempty"`
	Consultation ident.ID          `json:"consultation,omitempty"` // the matter by which the towns are asked
	Counts       Counts            `json:"counts"`
	Drafted      Signed            `json:"drafted"`
	Ends         ident.ID          `json:"ends,omitempty"` // the delegation that ends with it, since the town only helps from then on
	From         int               `json:"from,omitempty"`
	Kind         Kind              `json:"kind"`
	Name         string            `json:"name"`
	Parts        int               `json:"parts"`
	Place        territory.Address `json:"place"`
	Published    *Signed           `json:"published,omitempty"`
	Returned     *Signed           `json:"returned,omitempty"` // the legal reviewer's last word if it was no
	Reviewed     *Signed           `json:"reviewed,omitempty"`
	Source       string            `json:"source"` // the document it follows
	Status       Status            `json:"status"`
	Version      int               `json:"version"`
}

// ListRegister is the register of versions, PartRegister that of their items.
const (
	ListRegister register.Name = "LIST"
	PartRegister register.Name = "LIST_PART"
)

// Line tells the columns of a version. The whole city has no place of its own.
func (l List) Line() register.Line {
	key := ""
	if l.Status != Withdrawn && l.Kind != "" {
		key = ListKey(l.Kind, l.Place, l.Version)
	}
	return register.Line{
		Register: ListRegister, Place: l.Place, Unit: l.Drafted.Unit, Key: key, Status: string(l.Status), From: l.From, Amount: int64(l.Counts.Leaves),
	}
}

// ListKey names a version of a list of a place.
func ListKey(k Kind, place territory.Address, version int) string {
	return ListKeys(k, place) + strconv.Itoa(version)
}

// ListKeys is how the keys of all versions of a list of a place begin.
func ListKeys(k Kind, place territory.Address) string { return string(k) + "/" + place.Leaf() + "/" }

// Part holds some of a version's items, in order.
type Part struct {
	Items []Item            `json:"items"`
	List  ident.ID          `json:"list"`
	N     int               `json:"n"`
	Place territory.Address `json:"place"`
}

// Line tells the columns of a part.
func (p Part) Line() register.Line {
	key := ""
	if p.List != 0 {
		key = p.List.Number() + "/" + strconv.Itoa(p.N)
	}
	return register.Line{Register: PartRegister, Place: p.Place, Key: key, About: p.List, Amount: int64(len(p.Items))}
}

// partSize bounds the JSON of one part, well below what one entry of the ledger
// may hold.
const partSize = 400 << 10

// Cut divides items into parts that the ledger can hold.
func Cut(list ident.ID, place territory.Address, items []Item) []Part {
	var out []Part
	size := partSize
	for _, item := range items {
		n := item.size()
		if size+n > partSize {
			out, size = append(out, Part{List: list, N: len(out) + 1, Place: place}), 0
		}
		last := &out[len(out)-1]
		last.Items, size = append(last.Items, item), size+n
	}
	return out
}

// was asks that the version stands where the step begins.
func (l *List) was(want ...Status) error {
	if slices.Contains(want, l.Status) {
		return nil
	}
	return fault.New(fault.Conflict, "list.step_out_of_order", string(l.Status), string(want[0]))
}

// Hand is that of the first step that a person took, "" if none did.
func (l *List) Hand() string {
	if l.Drafted.Hand == "" && l.Reviewed != nil {
		return l.Reviewed.Hand
	}
	return l.Drafted.Hand
}

// another asks that whoever drafts, whoever reviews and whoever approves are
// three persons.
func (l *List) another(by Signed) error {
	switch {
	case by.Post == l.Drafted.Post:
		return fault.New(fault.Denied, "list.own_work", by.Post)
	case l.Drafted.same(by) || l.Reviewed.same(by):
		return fault.New(fault.Denied, "list.same_person")
	}
	return nil
}

// Review is the legal reviewer's word: passed, or back to be mended. Faults:
// list.step_out_of_order, list.own_work, list.same_person.
func (l *List) Review(by Signed, pass bool) error {
	if err := l.was(Draft); err != nil {
		return err
	}
	if err := l.another(by); err != nil {
		return err
	}
	if !pass {
		l.Returned = &by
		return nil
	}
	l.Reviewed, l.Returned, l.Status = &by, nil, Reviewed
	return nil
}

// Consult notes the matter by which the towns are asked.
// Fault: list.step_out_of_order.
func (l *List) Consult(matter ident.ID) error {
	if err := l.was(Reviewed); err != nil {
		return err
	}
	l.Consultation, l.Status = matter, Consulted
	return nil
}

// Opinions is what came of a consultation: the units that have not spoken, and
// those that do not agree.
type Opinions struct{ Open, Against []string }

// Approve takes a version over. While an opinion is open it cannot be, and going
// against one needs written reasons. Faults: list.step_out_of_order,
// list.own_work, list.same_person, list.opinions_open, list.reasons_missing.
func (l *List) Approve(by Signed, o Opinions) error {
	if err := l.was(Consulted); err != nil {
		return err
	}
	if err := l.another(by); err != nil {
		return err
	}
	if len(o.Open) > 0 {
		return fault.New(fault.Conflict, "list.opinions_open", len(o.Open), o.Open[0])
	}
	if len(o.Against) > 0 && by.Text == "" {
		return fault.Field("text", "list.reasons_missing", len(o.Against), o.Against[0])
	}
	l.Approved, l.Status = &by, Approved
	return nil
}

// Publish puts an approved version in force from a day on, never backwards.
// Faults: list.step_out_of_order, list.from_in_past.
func (l *List) Publish(by Signed, from int) error {
	if err := l.was(Approved); err != nil {
		return err
	}
	if from < by.Day {
		return fault.Field("from", "list.from_in_past", from)
	}
	l.Published, l.From, l.Status = &by, from, Published
	return nil
}

// Withdraw ends a version that is not published.
// Faults: list.step_out_of_order.
func (l *List) Withdraw() error {
	if err := l.was(Draft, Reviewed, Consulted, Approved); err != nil {
		return err
	}
	l.Status = Withdrawn
	return nil
}
