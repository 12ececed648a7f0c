// Package register says what a record (登记) is: one dated fact on a register
// (台账), such as a power, a version of a list, a shift, a payment. What
// somebody owes by a time is never a record, it is an order. The bodies of
// records are types of other packages; this one knows no register by name, no
// database and no time.
package register

import (
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// Name is the name of a register, such as "POWER".
type Name string

// Line is what lists of a register choose and sum by. It follows from the
// record's body.
type Line struct {
	Register Name
	Place    territory.Address // the zero Address: the whole city
	Unit     string            // whose record it is
	Other    string            // the other unit it concerns: who issued, gave, or is asked
	Key      string            // no two records of a register and district have the same; empty is none
	Status   string
	From, To int      // civil days such as 20260101 it is in force, both included; 0 is open
	About    ident.ID // the matter or record it belongs to
	Amount   int64    // what sums are made of: fen, minutes, posts
}

// In reports whether the record is in force on a civil day.
func (l Line) In(day int) bool {
	return (l.From == 0 || l.From <= day) && (l.To == 0 || day <= l.To)
}

// Fact is the body of a record: a struct whose JSON members stand in
// alphabetical order and are never null. The zero body tells its register.
type Fact interface{ Line() Line }

// Record is a fact as it is kept.
type Record[F Fact] struct {
	ID   ident.ID
	Rev  int64
	Fact F
}
