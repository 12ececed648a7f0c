package grid

import (
	"strings"

	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// BuildingRegister is the register of buildings.
const BuildingRegister register.Name = "BUILDING"

// Building is a building of a grid with the post that is its contact (一楼栋一党员,
// GZ-10). It says nothing of who lives there and nothing of who holds the post.
type Building struct {
	Code    string            `json:"code"`
	Contact *Contact          `json:"contact,omitempty"` // nil: a gap
	From    int               `json:"from"`
	Grid    string            `json:"grid"` // code of the place
	Name    string            `json:"name"`
	Place   territory.Address `json:"place"`
	To      int               `json:"to,omitempty"`
	Unit    string            `json:"unit"` // that keeps it on the register
}

// Contact is the contact post of a building: how it is called and the telephone
// of the duty, never a private one.
type Contact struct {
	From  int    `json:"from"`
	Phone string `json:"phone,omitempty"`
	Post  string `json:"post"`
}

// The states of a building.
const (
	BuildingHeld   = "HELD"
	BuildingVacant = "VACANT" // without a contact post
)

// Line implements register.Fact.
func (b Building) Line() register.Line {
	l := register.Line{Register: BuildingRegister, Place: b.Place, Unit: b.Unit, From: b.From, To: b.To, Status: BuildingVacant}
	if b.Contact != nil {
		l.Status = BuildingHeld
	}
	if b.To == 0 {
		l.Key = b.Code
	}
	return l
}

// Check asks that a building has a code and a name. Faults:
// building.code_malformed, text.missing, text.too_long.
func (b *Building) Check() error {
	if !codeOK(b.Code) {
		return fault.Field("code", "building.code_malformed", clip(b.Code))
	}
	return short("name", b.Name, true)
}

// Reach makes a post the contact. Faults: building.ended, text.missing,
// text.too_long.
func (b *Building) Reach(c Contact) error {
	if b.To != 0 {
		return fault.New(fault.Conflict, "building.ended")
	}
	if err := c.check(); err != nil {
		return err
	}
	b.Contact = &c
	return nil
}

func (c *Contact) check() error {
	if err := short("phone", c.Phone, false); err != nil {
		return err
	}
	return short("post", c.Post, true)
}

// mostName is the longest name of a building or of a post.
const mostName = 100

// short checks a name of one line.
func short(field, text string, need bool) error {
	if n := len([]rune(text)); n > mostName {
		return fault.Field(field, "text.too_long", n, mostName)
	}
	return matter.Words(field, text, need)
}

// codeOK reports whether a code is one of letters, digits and signs, at most 32.
func codeOK(code string) bool {
	return code != "" && len(code) <= 32 && strings.Trim(strings.ToUpper(code), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == ""
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
