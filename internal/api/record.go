package api

import (
	"context"

	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Entered is the answer of a command on a register.
type Entered struct {
	Number string `json:"number" doc:"Number of the record, or of the matter that was assigned"`
}

// enter makes an operation of a desk's command that makes a record.
func enter[D, In any](desk func(*server) D, fn func(D, context.Context, engine.Command, In) (ident.ID, error)) op {
	return handle(func(r *request, in In) (*Entered, error) {
		cmd, err := r.commandOnly()
		if err != nil {
			return nil, err
		}
		return r.entered(fn(desk(r.s), r.ctx, cmd, in))
	}).created()
}

// amend makes an operation of a desk's command on the record of the path.
func amend[D, In any](desk func(*server) D, fn func(D, context.Context, engine.Command, ident.ID, In) (ident.ID, error)) op {
	return handle(func(r *request, in In) (*Entered, error) {
		cmd, no, err := r.command()
		if err != nil {
			return nil, err
		}
		return r.entered(fn(desk(r.s), r.ctx, cmd, no, in))
	})
}

func (r *request) entered(id ident.ID, err error) (*Entered, error) {
	if err != nil {
		return nil, err
	}
	return &Entered{Number: id.Number()}, nil
}

// Kept is a record as the API shows it: its number and revision beside its
// body, which is the answer of the desk.
type Kept[V any] struct {
	Number string `json:"number"`
	Rev    int64  `json:"rev" doc:"Send it back in If-Match to act on what you saw"`
	Body   V      `json:"body"`
}

// kept shows a record by what show makes of its body.
func kept[F register.Fact, V any](show func(F) V) func(register.Record[F]) Kept[V] {
	return func(x register.Record[F]) Kept[V] { return Kept[V]{x.ID.Number(), x.Rev, show(x.Fact)} }
}

// recordPage is a page of records, continued by number.
func recordPage[F register.Fact, V any](r *request, list string, rows []register.Record[F], limit int, show func(F) V) Page[Kept[V]] {
	return page(r, rows, limit, kept(show), func(x register.Record[F]) string { return cursor(list, x.ID.Number()) })
}

// records is a page of records of one register that the actor may see.
func records[F register.Fact, V any](r *request, in Paging, list string, find func(before ident.ID, limit int) ([]register.Record[F], error), show func(F) V) (*Page[Kept[V]], error) {
	before, err := in.afterID(list)
	if err != nil {
		return nil, err
	}
	rows, err := find(before, in.size())
	if err != nil {
		return nil, err
	}
	out := recordPage(r, list, rows, in.size(), show)
	return &out, nil
}
