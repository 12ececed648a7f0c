package dispatch

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Order returns an order with the matter it belongs to, to an actor that may
// see that. Fault: order.not_found, also for what may not be seen.
func (d *Desk) Order(ctx context.Context, actor access.Actor, no ident.ID) (*engine.State, *order.Order, error) {
	of, err := d.e.OfOrder(ctx, no)
	if err != nil {
		return nil, nil, err
	}
	s, err := d.e.Read(ctx, actor, of)
	if fault.Code(err) == "matter.not_found" {
		err = fault.New(fault.NotFound, "order.not_found", no.Number())
	}
	if err != nil {
		return nil, nil, err
	}
	o, err := s.Order(no)
	return s, o, err
}

// Extended returns when an order would be due if more time were granted, to
// whoever may ask for it. Faults: those of Order and AskExtension.
func (d *Desk) Extended(ctx context.Context, actor access.Actor, no ident.ID, limit string) (calendar.Due, error) {
	s, o, err := d.Order(ctx, actor, no)
	if err != nil {
		return calendar.Due{}, err
	}
	if err := access.Allow(actor, access.AnswerOrder, s.Subject(o)); err != nil {
		return calendar.Due{}, err
	}
	return s.Extended(o, limit)
}
