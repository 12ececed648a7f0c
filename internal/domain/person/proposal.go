package person

import (
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/fault"
)

// ProposalKind is what one person may not do alone.
type ProposalKind string

// The kinds of proposal.
const (
	PackChange      ProposalKind = "PACK_CHANGE"
	UnsealIdentity  ProposalKind = "UNSEAL_IDENTITY"
	BulkExclusion   ProposalKind = "BULK_EXCLUSION"
	DrawRedo        ProposalKind = "DRAW_REDO"
	TerritoryChange ProposalKind = "TERRITORY_CHANGE"
)

// ProposalKinds returns all kinds.
func ProposalKinds() []ProposalKind {
	return []ProposalKind{PackChange, UnsealIdentity, BulkExclusion, DrawRedo, TerritoryChange}
}

// rights are who may ask for a kind and who may confirm it.
var rights = map[ProposalKind]struct{ ask, confirm access.Action }{
	PackChange:      {access.ManagePack, access.ConfirmPack},
	UnsealIdentity:  {access.UnsealIdentity, access.ConfirmUnseal},
	BulkExclusion:   {access.DecideExclusion, access.ConfirmExclusion},
	DrawRedo:        {access.RedoDraw, access.ConfirmDraw},
	TerritoryChange: {access.ManagePack, access.ConfirmPack},
}

// ProposalState is how far a proposal has come.
type ProposalState string

// The states. A confirmed proposal is carried out once: Running while it is,
// Done afterwards, Confirmed again if it failed and may be tried anew.
const (
	Open      ProposalState = "OPEN"
	Confirmed ProposalState = "CONFIRMED"
	Refused   ProposalState = "REFUSED"
	Expired   ProposalState = "EXPIRED"
	Running   ProposalState = "RUNNING"
	Done      ProposalState = "DONE"
)

// Proposal is one thing that a person asks another to agree to.
type Proposal struct {
	Kind    ProposalKind
	Place   string // the place it concerns; "" is the whole city
	Reason  string
	By      string // account of who asks
	State   ProposalState
	Expires time.Time
}

// The bounds of a proposal.
const (
	ShortestProposal = 10 * time.Minute
	LongestProposal  = 14 * 24 * time.Hour
	LongestPayload   = 64 << 10
	longestReason    = 1000
)

// Ask reports whether an actor may make the proposal now. Faults:
// proposal.kind_unknown, text.missing, text.too_long,
// proposal.expiry_out_of_range, access.denied.
func (p Proposal) Ask(by access.Actor, at access.Subject, now time.Time) error {
	r, ok := rights[p.Kind]
	if !ok {
		return fault.Field("kind", "proposal.kind_unknown", string(p.Kind))
	}
	if err := access.Allow(by, r.ask, at); err != nil {
		return err
	}
	var wrong fault.List
	wrong.Add(checkReason(p.Reason))
	if left := p.Expires.Sub(now); left < ShortestProposal || left > LongestProposal {
		wrong.Add(fault.Field("expires", "proposal.expiry_out_of_range", now.Add(ShortestProposal), now.Add(LongestProposal)))
	}
	return wrong.Err()
}

// Decide returns the state after another person's word. Whoever asked has no
// word, whatever post they sit on now. Faults: access.denied,
// proposal.own, proposal.not_open, proposal.expired, text.missing.
func (p Proposal) Decide(account string, by access.Actor, at access.Subject, confirm bool, reason string, now time.Time) (ProposalState, error) {
	if err := access.Allow(by, rights[p.Kind].confirm, at); err != nil {
		return p.State, err
	}
	switch {
	case account == "" || account == p.By:
		return p.State, fault.New(fault.Denied, "proposal.own")
	case p.State != Open:
		return p.State, fault.New(fault.Conflict, "proposal.not_open", string(p.State))
	case !now.Before(p.Expires):
		return Expired, fault.New(fault.Conflict, "proposal.expired")
	case confirm:
		return Confirmed, nil
	}
	return Refused, checkReason(reason)
}

// MaySee reports whether an actor may read the proposal: who may ask for such
// or decide on it, there.
func (p Proposal) MaySee(by access.Actor, at access.Subject) bool {
	r := rights[p.Kind]
	return access.Allow(by, r.ask, at) == nil || access.Allow(by, r.confirm, at) == nil
}

func checkReason(reason string) error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(reason)); {
	case n == 0:
		return fault.Field("reason", "text.missing", "reason")
	case n > longestReason:
		return fault.Field("reason", "text.too_long", n, longestReason)
	}
	return nil
}
