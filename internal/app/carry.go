package app

import (
	"context"
	"encoding/json"
	"errors"

	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/office"
	"huying/internal/web/oversee"
)

// Carry does what two persons agreed on, as the post that asked for it. Doing
// it again with the same key has no second effect. A hidden identity is not
// carried when it is agreed to: whoever asked opens it, once.
func (a *App) Carry(ctx context.Context, p people.Proposal, key string) error {
	by, err := registry.Actor(a.Engine.City(), p.Post)
	if err != nil {
		return err
	}
	cmd := engine.Command{Actor: by, Key: key}
	switch p.Kind {
	case person.TerritoryChange:
		return a.useShapes(ctx, cmd, p.Payload)
	case person.PackChange:
		var in office.PackPayload
		if err := json.Unmarshal(p.Payload, &in); err != nil {
			return fault.Field("payload", "proposal.payload_malformed").Because(err)
		}
		return a.opened.UsePack(ctx, in.Version, p.ID)
	case person.BulkExclusion:
		return a.exclude(ctx, cmd, p.Payload)
	case person.DrawRedo:
		var in supervision.Sample
		if err := json.Unmarshal(p.Payload, &in); err != nil {
			return fault.Field("payload", "proposal.payload_malformed").Because(err)
		}
		_, err := a.Supervision.Redraw(ctx, cmd, in, p.ID)
		return err
	}
	return fault.New(fault.Conflict, "proposal.not_carried", string(p.Kind))
}

func (a *App) useShapes(ctx context.Context, cmd engine.Command, payload []byte) error {
	var in office.ShapesPayload
	if err := json.Unmarshal(payload, &in); err != nil {
		return fault.Field("payload", "proposal.payload_malformed").Because(err)
	}
	if err := a.Registry.UseDraft(ctx, cmd, in.Draft); err != nil {
		return err
	}
	_, err := a.ReloadShapes(ctx)
	return err
}

// exclude decides each exclusion by its own command. One that was decided
// meanwhile is left as it is; the others are decided all the same, and what
// failed is told.
func (a *App) exclude(ctx context.Context, cmd engine.Command, payload []byte) error {
	var in oversee.Excluding
	if err := json.Unmarshal(payload, &in); err != nil {
		return fault.Field("payload", "proposal.payload_malformed").Because(err)
	}
	var failed []error
	for _, no := range in.Matters {
		id, err := ident.ParseNumber(no)
		if err == nil {
			one := cmd
			one.Key = cmd.Key + "/" + no
			_, err = a.Supervision.DecideExclusion(ctx, one, id, supervision.Decide{Grant: in.Grant, Note: in.Note})
		}
		if err != nil && fault.Code(err) != "exclusion.none_asked" {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Unseal opens a hidden identity for whoever asked for it, after another
// agreed.
func (a *App) Unseal(ctx context.Context, by access.Actor, p people.Proposal) (engine.Contact, error) {
	var in struct {
		Matter string `json:"matter"`
	}
	if err := json.Unmarshal(p.Payload, &in); err != nil {
		return engine.Contact{}, fault.Field("payload", "proposal.payload_malformed").Because(err)
	}
	id, err := ident.ParseNumber(in.Matter)
	if err != nil {
		return engine.Contact{}, err
	}
	return a.Engine.Unseal(ctx, engine.Command{Actor: by}, id, p.Reason)
}
