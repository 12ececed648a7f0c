package story

import (
	"github.com/a-h/templ"

	"huying/internal/domain/access"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// act is one thing that may be done on the page of a matter: to the matter, or
// to one order of it.
type act struct {
	name   string // in the address
	order  bool
	action access.Action // "": the command alone decides
	zh, en string
	label  part.Key
	tone   string // of its button: main, grave or ""
	key    string // of the keyboard
	// open reports whether the state of the matter and the reader's post permit
	// it now. It only decides whether a button is shown.
	open func(v *part.View, s *engine.State, o *order.Order) bool
	// fields are what is asked; nil: the button alone.
	fields func(v *part.View, x *asked) templ.Component
	// clocks says that it moves clocks, so that the form shows how before.
	clocks bool
	// do reads the form and calls the command, by the number of the matter or
	// of the order.
	do func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error)
}

// asked is what a form is about.
type asked struct {
	act   *act
	s     *engine.State
	order *order.Order // nil: the matter
	near  []nearby     // what it may be merged into
}

// path is where the form is sent.
func (x *asked) path() string {
	if x.order != nil {
		return "/orders/" + x.order.ID.Number() + "/" + x.act.name
	}
	return href(x.s.M.ID) + "/" + x.act.name
}

func (x *asked) form() string {
	if x.order != nil {
		return "/orders/" + x.order.ID.Number() + "/act/" + x.act.name
	}
	return href(x.s.M.ID) + "/act/" + x.act.name
}

func (x *asked) preview() string {
	if x.order != nil {
		return "/orders/" + x.order.ID.Number() + "/preview/" + x.act.name
	}
	return href(x.s.M.ID) + "/preview/" + x.act.name
}

// id names the form on the page.
func (x *asked) id() string {
	if x.order != nil {
		return "act-" + x.act.name + "-" + x.order.ID.Number()
	}
	return "act-" + x.act.name
}

// acts are all acts, in the order their buttons stand.
func acts() []*act { return append(matterActs(), orderActs()...) }

// byName finds an act of a matter or of an order, nil if there is none.
func byName(name string, ofOrder bool) *act {
	for _, a := range acts() {
		if a.name == name && a.order == ofOrder {
			return a
		}
	}
	return nil
}

// Group is the acts that are open about the matter, or about one order of it.
type Group struct {
	Order *order.Order // nil: the matter
	Acts  []*asked
}

// open returns the acts that are open to the reader now, the matter's first.
func open(v *part.View, s *engine.State) []Group {
	out := []Group{{}}
	all := acts()
	for _, a := range all {
		if !a.order && a.open(v, s, nil) {
			out[0].Acts = append(out[0].Acts, &asked{act: a, s: s})
		}
	}
	for _, o := range s.Orders {
		g := Group{Order: o}
		for _, a := range all {
			if a.order && a.open(v, s, o) {
				g.Acts = append(g.Acts, &asked{act: a, s: s, order: o})
			}
		}
		if len(g.Acts) > 0 || v.Owes(o) && o.Status.Open() && v.May(access.AnswerOrder, s.File, o) {
			out = append(out, g)
		}
	}
	return out
}
