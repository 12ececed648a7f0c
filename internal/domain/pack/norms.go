package pack

import (
	"huying/internal/domain/territory"
)

// Norm is how many of a post a place of a kind must have (LN-19). Level orders
// the chain of a grid from the ground up (YT-04), 0 if the post stands in none.
type Norm struct {
	Kind   territory.Kind
	Post   string
	Name   string
	NameEN string
	N      int
	When   string // a tie that the place must have, such as PROPERTY; empty: always
	Level  int
	Duty   string
	Basis  string
}

var normShape = shape{must: []string{"kind", "post", "name", "n", "basis"}, may: []string{"name_en", "when", "level", "duty"}, most: 500}

// norms reads norms.csv: the posts that places must have.
func (l *layer) norms() []Norm {
	var out []Norm
	l.table(normsFile, normShape, func(r row) {
		n := Norm{
			Kind: territory.Kind(r.one("kind", gridKinds...)), Post: r.must("post"), Name: r.must("name"), NameEN: r.text("name_en"), N: r.number("n"),
			When: r.text("when"), Level: r.number("level"), Duty: r.text("duty"), Basis: r.must("basis"),
		}
		if n.NameEN == "" {
			n.NameEN = n.Name
		}
		out = append(out, n)
	})
	return out
}

var gridKinds = []string{
	string(territory.Town), string(territory.Street), string(territory.Community), string(territory.Village),
	string(territory.GridL), string(territory.GridM), string(territory.GridS),
}
