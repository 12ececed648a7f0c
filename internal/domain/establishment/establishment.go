// Package establishment keeps the book of establishment (编制): how many posts
// each unit may have, of each kind, and how many of them are filled. It counts
// posts and never says who sits on one. A city begins with what its pack says.
// From then on a decision moves posts from one unit to another, so that their
// sum is always what the packs brought in (INV-05), and no unit gives a post
// that is filled. What is not handed out yet stands in the book as well, with
// the unit that keeps it: an allocation is movements out of that unit. The
// package knows no database and no time.
package establishment

import (
	"slices"

	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Kind is one kind of establishment; posts of one kind never become another's.
type Kind string

// The kinds.
const (
	Admin       Kind = "ADMIN"       // 行政编制
	Public      Kind = "PUBLIC"      // 事业编制
	Enforcement Kind = "ENFORCEMENT" // 执法专项编制
	Dynamic     Kind = "DYNAMIC"     // 动态编制
)

// Kinds lists every kind.
var Kinds = []Kind{Admin, Public, Enforcement, Dynamic}

// Most is the most posts a unit may have of a kind, or a decision may move.
const Most = 100_000

// Stock is what a unit has of one kind.
type Stock struct{ Authorised, Filled int }

// Free is how many posts are not filled.
func (s Stock) Free() int { return s.Authorised - s.Filled }

// Row is one line of a pack: what every unit of a level and suffix begins with.
type Row struct {
	Level  org.Level
	Suffix string
	Kind   Kind
	Stock
	Basis string
}

// Act is what an entry says.
type Act string

// The acts.
const (
	Move   Act = "MOVE"   // posts go to another unit
	Filled Act = "FILLED" // so many of the unit's posts are filled now
)

// Status is how far an entry has come. A count counts at once; posts move when
// a second person has approved.
type Status string

// The states of an entry.
const (
	Proposed Status = "PROPOSED"
	Approved Status = "APPROVED"
	Refused  Status = "REFUSED"
	Noted    Status = "NOTED"
)

// States lists every state.
var States = []Status{Proposed, Approved, Refused, Noted}

// Signed is who did a step, and when. Hand tells one person from another within
// the record, and names nobody.
type Signed struct {
	Day  int    `json:"day"`
	Hand string `json:"hand,omitempty"`
	Post string `json:"post"`
	Text string `json:"text,omitempty"`
	Unit string `json:"unit"`
}

// Citation is how many posts of a movement a delegation names as the people that
// come with its power.
type Citation struct {
	By ident.ID `json:"by"`
	N  int      `json:"n"`
}

// Entry is one line of the book.
type Entry struct {
	Act     Act               `json:"act"`
	Basis   string            `json:"basis"` // the decision, or the document of the count
	Cited   []Citation        `json:"cited,omitempty"`
	Day     int               `json:"day"` // from which it counts
	Decided *Signed           `json:"decided,omitempty"`
	Kind    Kind              `json:"kind"`
	N       int               `json:"n"`
	No      int               `json:"no,omitempty"` // what counts is numbered for each unit and kind, without a gap
	Place   territory.Address `json:"place"`        // of the unit
	Signed  Signed            `json:"signed"`
	Status  Status            `json:"status"`
	To      string            `json:"to,omitempty"`
	Unit    string            `json:"unit"` // gives the posts, or counts them
}

// Register is the register of the book.
const Register register.Name = "ESTABLISHMENT"

// Line tells the columns. The number of what counts is a key: of two that are
// decided at the same time on the same stock, the second is decided anew.
func (e Entry) Line() register.Line {
	key := ""
	if e.No != 0 {
		key = numbered(e.Unit, e.Kind, e.No)
	}
	return register.Line{Register: Register, Place: e.Place, Unit: e.Unit, Other: e.To, Key: key, Status: string(e.Status), From: e.Day, Amount: int64(e.N)}
}

// Check asks that an entry says what it has to. Faults:
// establishment.kind_unknown, establishment.n_out_of_range,
// establishment.same_unit, establishment.day_passed, text.missing.
func (e *Entry) Check(today int) error {
	var wrong fault.List
	if !slices.Contains(Kinds, e.Kind) {
		wrong.Add(fault.Field("kind", "establishment.kind_unknown", string(e.Kind)))
	}
	least := 0
	if e.Act == Move {
		least = 1
	}
	if e.N < least || e.N > Most {
		wrong.Add(fault.Field("n", "establishment.n_out_of_range", e.N, least, Most))
	}
	if e.Act == Move && e.To == e.Unit {
		wrong.Add(fault.Field("to", "establishment.same_unit"))
	}
	if e.Day < today {
		wrong.Add(fault.Field("day", "establishment.day_passed", e.Day))
	}
	if e.Basis == "" {
		wrong.Add(fault.Field("basis", "text.missing", "basis"))
	}
	return wrong.Err()
}

// Approve is the word of a second person: the posts move on their day. giver is
// the book of the unit that gives them. Faults: establishment.not_proposed,
// establishment.same_person, establishment.day_passed, establishment.not_free.
func (e *Entry) Approve(giver *Book, by Signed) error {
	if err := e.decide(by); err != nil {
		return err
	}
	if e.Day < by.Day {
		return fault.Field("day", "establishment.day_passed", e.Day)
	}
	if free := giver.Least(e.Kind, e.Day); free < e.N {
		return fault.New(fault.Conflict, "establishment.not_free", giver.Unit.Name, max(free, 0), e.N)
	}
	e.Status, e.No, e.Decided = Approved, giver.next(e.Kind), &by
	return nil
}

// Refuse is the word of a second person against it. Faults:
// establishment.not_proposed, establishment.same_person, text.missing.
func (e *Entry) Refuse(by Signed) error {
	if err := e.decide(by); err != nil {
		return err
	}
	if by.Text == "" {
		return fault.Field("text", "text.missing", "text")
	}
	e.Status, e.Decided = Refused, &by
	return nil
}

func (e *Entry) decide(by Signed) error {
	switch {
	case e.Status != Proposed:
		return fault.New(fault.Conflict, "establishment.not_proposed", string(e.Status))
	case by.Post == e.Signed.Post, by.Hand != "" && by.Hand == e.Signed.Hand:
		return fault.New(fault.Denied, "establishment.same_person")
	}
	return nil
}

// Left is how many posts of the movement no delegation names yet.
func (e *Entry) Left() int {
	left := e.N
	for _, c := range e.Cited {
		left -= c.N
	}
	return left
}

// Cite names posts of an approved movement as the people that come with a power;
// none means all that are left. Each post is named once: one post cannot do the
// work of two powers. What the same delegation named before is let go. It returns
// how many it names. Faults: delegation.movement_not_approved,
// establishment.cited, establishment.left_less.
func (e *Entry) Cite(by ident.ID, n int) (int, error) {
	if e.Act != Move || e.Status != Approved {
		return 0, fault.New(fault.Conflict, "delegation.movement_not_approved").In("movement")
	}
	e.Release(by)
	left := e.Left()
	switch {
	case left == 0:
		return 0, fault.New(fault.Conflict, "establishment.cited", e.Cited[len(e.Cited)-1].By.Number()).In("movement")
	case n > left:
		return 0, fault.Field("amount", "establishment.left_less", left, n)
	case n == 0:
		n = left
	}
	e.Cited = append(e.Cited, Citation{By: by, N: n})
	return n, nil
}

// Release lets go what a delegation named.
func (e *Entry) Release(by ident.ID) {
	e.Cited = slices.DeleteFunc(e.Cited, func(c Citation) bool { return c.By == by })
}

// Note lets a count stand. Fault: establishment.more_than_authorised.
func (e *Entry) Note(own *Book) error {
	was := own.On(e.Kind, e.Day)
	if most := own.Least(e.Kind, e.Day) + was.Filled; e.N > most {
		return fault.Field("n", "establishment.more_than_authorised", own.Unit.Name, most, e.N)
	}
	e.Status, e.No = Noted, own.next(e.Kind)
	return nil
}
