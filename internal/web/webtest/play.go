package webtest

import (
	"net/url"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
)

// As is a command of a post, at the time of the house.
func (h *House) As(t testing.TB, post string) engine.Command {
	t.Helper()
	a, err := registry.Actor(h.Engine.City(), post)
	if err != nil {
		t.Fatal(err)
	}
	return engine.Command{Actor: a}
}

// Ordered lets a caller with a telephone call about something at a place, and
// the street's desk order the units of the duty list to answer it. It returns
// the matter and the order that leads.
func (h *House) Ordered(t testing.TB, category, place, text string) (*engine.State, *order.Order) {
	t.Helper()
	in, out := intake.New(h.Engine), dispatch.New(h.Engine)
	s, err := in.Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Category: category, Text: text, Place: place, Where: "天河路口", Name: "陈女士", Phone: "13800138000",
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := h.As(t, h.dispatcher(t, s.M.Desk))
	if _, err := in.Verify(t.Context(), desk, s.M.ID, intake.Verify{}); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Triage(t.Context(), desk, s.M.ID, intake.Triage{Class: "大事", Reason: "属于政府职责"}); err != nil {
		t.Fatal(err)
	}
	if s, err = out.Issue(t.Context(), desk, s.M.ID, dispatch.Issue{}); err != nil {
		t.Fatal(err)
	}
	return s, s.Lead()
}

func (h *House) dispatcher(t testing.TB, unit string) string {
	t.Helper()
	return h.Post(t, unit, "DISPATCHER")
}

// State returns a matter as it stands.
func (h *House) State(t testing.TB, id ident.ID) *engine.State {
	t.Helper()
	s, err := h.Engine.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Form makes a form of names and values, one after the other.
func Form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
