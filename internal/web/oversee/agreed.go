package oversee

import (
	"encoding/json"

	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// proposeRedraw asks another person to agree that the draw of a week does not
// stand. Nobody chooses by it: the order of the new draw follows from the
// number of their agreement.
func (p pages) proposeRedraw(r *frame.Request) error {
	in := supervision.Sample{District: r.Text("district"), Week: r.Text("week")}
	if _, ok := r.City.Territory.Place(in.District); !ok {
		r.Fault(fault.Field("district", "place.unknown", in.District))
	}
	if _, _, err := supervision.Week(in.Week); err != nil {
		r.Fault(err)
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	in.Checker = p.Supervision.Checker(in.District)
	return p.ask(r, person.DrawRedo, in.District, in)
}

// unsealing is what a proposal to open the identity of a caller carries.
type unsealing struct {
	Matter string `json:"matter"`
}

// proposeUnseal asks another person to agree that the reader learns who called
// about a matter, though the caller is hidden from the reader.
func (p pages) proposeUnseal(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, err := p.Engine.Read(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	if err := access.Allow(r.Actor, access.UnsealIdentity, s.Subject(nil)); err != nil {
		return err
	}
	if s.M.Caller.Vault == 0 {
		return fault.New(fault.NotFound, "caller.none")
	}
	return p.ask(r, person.UnsealIdentity, s.M.Place.Leaf(), unsealing{no.Number()})
}

// ask files what another person has to agree to, with the reason that was
// given.
func (p pages) ask(r *frame.Request, kind person.ProposalKind, place string, payload any) error {
	reason := r.Text("reason")
	if err := r.Wrong(); err != nil {
		return err
	}
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	if _, err := p.People.Propose(r.Ctx, r.By(), kind, place, reason, body, r.Now.Add(agreeLasts), r.Now); err != nil {
		return err
	}
	return r.Go("/proposals")
}
