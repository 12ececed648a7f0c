package api

import (
	"context"
	"net/http"
	"reflect"

	"huying/internal/api/shape"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/ident"
)

// gate is who may come to a route at all.
type gate uint8

const (
	// staff needs a token. The route's action is asked of its role and scopes
	// before anything is read; where it may be done, the command decides.
	staff gate = iota
	// member needs a token of any role: reference data, and acts that a matter
	// may permit to one post whatever its role.
	member
	// caller needs the tracking code of the matter in the path.
	caller
	// public needs nothing.
	public
	// probe needs nothing and is not counted: load balancers ask often.
	probe
)

// Route is one line of the table.
type Route struct {
	Method, Path string // below Base, "//" in front: at the root
	ID           string
	Gate         gate
	Action       access.Action // what the command asks for; "" only where the gate is not staff
	Zh, En       string        // what it is for
	op
}

// full is the path with its base.
func (rt *Route) full() string {
	if len(rt.Path) > 1 && rt.Path[1] == '/' {
		return rt.Path[1:]
	}
	return Base + rt.Path
}

// op is what a route does: the shape of its input, the type of its output, and
// the function between them.
type op struct {
	in      *shape.Shape // of the JSON body of a POST, of the parameters otherwise
	inType  reflect.Type
	outType reflect.Type
	raw     bool // reads the body itself
	status  int  // of success
	serve   func(*request) error
	err     error
}

// handle makes an operation of a function from input to output.
func handle[In, Out any](fn func(*request, In) (Out, error)) op {
	o := op{inType: reflect.TypeFor[In](), outType: reflect.TypeFor[Out](), status: http.StatusOK}
	o.in, o.err = shape.Of(o.inType)
	o.serve = func(r *request) error {
		var in In
		if err := r.read(o.in, &in); err != nil {
			return err
		}
		out, err := fn(r, in)
		if err != nil {
			return err
		}
		return r.answer(out)
	}
	return o
}

// created is an operation that makes something.
func (o op) created() op { o.status = http.StatusCreated; return o }

// emptied is an operation that answers with nothing.
func (o op) emptied() op { o.status = http.StatusNoContent; return o }

// upload is an operation whose function reads the body itself; its input is
// the parameters of the address.
func (o op) upload() op { o.raw = true; return o }

// none is the input or output of an operation that has none.
type none struct{}

// act makes an operation of a desk's command on a matter or an order.
func act[D, In any](desk func(*server) D, fn func(D, context.Context, engine.Command, ident.ID, In) (*engine.State, error)) op {
	return handle(func(r *request, in In) (*Matter, error) {
		cmd, no, err := r.command()
		if err != nil {
			return nil, err
		}
		s, err := fn(desk(r.s), r.ctx, cmd, no, in)
		if err != nil {
			return nil, err
		}
		if s.Replayed {
			r.w.Header().Set("Replayed", "true")
		}
		if r.route.status == http.StatusCreated {
			r.w.Header().Set("Location", Base+"/matters/"+s.M.ID.Number())
		}
		return r.matter(s), nil
	})
}

// Listed is one route as documents show it. Gate is "staff", "member",
// "caller", "public" or "probe".
type Listed struct {
	Method, Path, Gate, Action, Zh, En string
}

// Table lists every route in the order of the table.
func Table() []Listed {
	gates := [...]string{staff: "staff", member: "member", caller: "caller", public: "public", probe: "probe"}
	var out []Listed
	for _, rt := range routes() {
		out = append(out, Listed{rt.Method, rt.full(), gates[rt.Gate], string(rt.Action), rt.Zh, rt.En})
	}
	return out
}
