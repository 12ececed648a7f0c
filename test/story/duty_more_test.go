package story

import (
	"slices"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

func respond(text, result string) dispatch.Respond {
	return dispatch.Respond{Text: text, Result: result}
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// served are the matters assigned for a record.
func (h *world) served(about ident.ID) (out []*engine.State) {
	h.Helper()
	h.must(h.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = h.e.Served(v, about)
		return err
	}))
	return out
}

// consulted are the open opinions that are asked about a record.
func (h *world) consulted(about ident.ID) (out []*order.Order) {
	h.Helper()
	for _, s := range h.served(about) {
		for _, o := range s.Orders {
			if o.Kind == order.Opinion && o.Status.Open() {
				out = append(out, o)
			}
		}
	}
	return out
}

// told reports whether a unit was told something of a code about a record.
func (h *world) told(unit string, about ident.ID, code string) bool {
	h.Helper()
	return slices.Contains(h.inbox(unit, &affair{h, about}), code)
}
