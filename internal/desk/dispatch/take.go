package dispatch

import (
	"context"

	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Take brings a call to its orders in one go.
type Take struct {
	Category string  `json:"category,omitempty" maxLength:"32" doc:"Empty: as it is"`
	Urgency  string  `json:"urgency,omitempty" enum:"EMERGENCY,UTILITY,NORMAL,COMPLEX"`
	Class    string  `json:"class,omitempty" enum:"大事,小事,私事" doc:"Empty: the category's own"`
	Reason   string  `json:"reason" doc:"Of the class; told to the caller"`
	Orders   []Given `json:"orders,omitempty" maxItems:"30" doc:"Empty: the units the duty list names"`
}

// Take verifies a call, decides its class and orders the units, as far as that
// has not been done yet, as one command: either all of it happens or nothing.
// A private affair ends with its class. A dry command shows what
// would come. Faults: those of each act.
func (d *Desk) Take(ctx context.Context, cmd engine.Command, no ident.ID, in Take) (*engine.State, error) {
	list, err := assignments(in.Orders)
	if err != nil {
		return nil, err
	}
	return d.e.On(ctx, cmd, "take", no, func(f *matter.File, do engine.Do) error { return take(f, do, in, list) })
}

func take(f *matter.File, do engine.Do, in Take, list []matter.Assignment) error {
	if f.M.Status == matter.Received {
		v := matter.Verification{Category: in.Category, Urgency: duty.Urgency(in.Urgency)}
		if err := do(func() error { return f.Verify(v) }); err != nil {
			return err
		}
	}
	if f.M.Status == matter.Verified {
		if err := do(func() error { return f.Triage(duty.Class(in.Class), in.Category, in.Reason) }); err != nil {
			return err
		}
	}
	if f.M.Status == matter.Advised {
		return nil
	}
	if len(list) == 0 {
		list = f.Proposal()
	}
	return do(func() error { return f.Issue(f.OrderKind(), list) })
}
