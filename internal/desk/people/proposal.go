package people

import (
	"context"
	"encoding/json"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// Proposal is one thing that a person asked for and another agrees to or not.
type Proposal struct {
	ID      string
	Payload json.RawMessage // what is to be done, for whoever carries it out
	MadeAt  time.Time
	Post    string // from which it was asked
	Decider string // account of who decided
	DecPost string
	Decided time.Time
	Answer  string // why it was refused, or a word with the consent
	DoneAt  time.Time
	Error   string // code of the fault of the last try to carry it out
	person.Proposal
}

type proposalRow struct {
	Proposal
	sealed []byte
}

const proposalColumns = `id, kind, place, payload, reason, state, made_at, ends_at, account, post, decider, decider_post, decided_at, answer, done_at, error`

func scanProposal(r store.Scanner) (proposalRow, error) {
	var p proposalRow
	var made, ends, decided, done int64
	err := r.Scan(&p.ID, &p.Kind, &p.Place, &p.sealed, &p.Reason, &p.State, &made, &ends, &p.By, &p.Post, &p.Decider, &p.DecPost, &decided, &p.Answer, &done, &p.Error)
	p.MadeAt, p.Expires, p.Decided, p.DoneAt = instant(made), instant(ends), instant(decided), instant(done)
	return p, err
}

// unseal fills the payload in; it may speak of a matter's caller.
func (d *Desk) unseal(p proposalRow) (Proposal, error) {
	plain, err := d.open(p.sealed, "proposal/"+p.ID)
	p.Payload = json.RawMessage(plain)
	return p.Proposal, err
}

func (d *Desk) at(place string) access.Subject {
	if place == "" {
		place = d.root()
	}
	return access.Subject{Place: d.e.City().Territory.Address(place)}
}

// Propose asks for what one person may not do alone. It is for people, so it
// takes an account. Faults: session.missing, place.unknown,
// proposal.payload_malformed, proposal.payload_too_large and those of
// person.Proposal.
func (d *Desk) Propose(ctx context.Context, by By, kind person.ProposalKind, place, reason string, payload json.RawMessage, expires, now time.Time) (string, error) {
	if by.Account == "" {
		return "", fault.New(fault.Unknown, "session.missing")
	}
	if _, ok := d.e.City().Territory.Place(place); place != "" && !ok {
		return "", fault.Field("place", "place.unknown", place)
	}
	switch {
	case len(payload) > person.LongestPayload:
		return "", fault.New(fault.TooLarge, "proposal.payload_too_large", len(payload), person.LongestPayload)
	case !json.Valid(payload):
		return "", fault.Field("payload", "proposal.payload_malformed")
	}
	p := person.Proposal{Kind: kind, Place: place, Reason: reason, By: by.Account, State: person.Open, Expires: expires}
	if err := p.Ask(by.Actor, d.at(place), now); err != nil {
		return "", err
	}
	id := newID()
	sealed, err := d.seal(string(payload), "proposal/"+id)
	if err != nil {
		return "", err
	}
	return id, d.e.Write(ctx, now, "propose", func(tx *store.Tx) error {
		if err := tx.Queue(`INSERT INTO proposal (district, id, kind, place, payload, reason, state, made_at, ends_at, account, post, decider, decider_post, decided_at, answer, claimed_at, done_at, error)
			VALUES (?, ?, ?, ?, ?, ?, 'OPEN', ?, ?, ?, ?, '', '', 0, '', 0, 0, '')`,
			d.root(), id, string(kind), place, sealed, reason, now.UnixMicro(), micro(expires), by.Account, by.Actor.ID); err != nil {
			return err
		}
		return d.log(tx, by, "PROPOSED", id, string(kind))
	})
}

func (d *Desk) proposal(q store.Querier, id, lock string) (proposalRow, error) {
	p, found, err := store.One(q, `SELECT `+proposalColumns+` FROM proposal WHERE district = ? AND id = ?`+lock, scanProposal, d.root(), id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "proposal.unknown")
	}
	return p, err
}

// Decide is the word of another person. Faults: proposal.unknown and those of
// person.Proposal.
func (d *Desk) Decide(ctx context.Context, by By, id string, confirm bool, reason string, now time.Time) (Proposal, error) {
	var out proposalRow
	var late error
	err := d.e.Write(ctx, now, "decide_proposal", func(tx *store.Tx) error {
		p, err := d.proposal(tx, id, tx.Lock())
		if err != nil {
			return err
		}
		if !p.MaySee(by.Actor, d.at(p.Place)) && p.By != by.Account {
			return fault.New(fault.NotFound, "proposal.unknown")
		}
		state, err := p.Decide(by.Account, by.Actor, d.at(p.Place), confirm, reason, now)
		if late = err; err != nil && state != person.Expired {
			return err
		}
		act := map[person.ProposalState]string{person.Confirmed: "PROPOSAL_CONFIRMED", person.Refused: "PROPOSAL_REFUSED", person.Expired: "PROPOSAL_EXPIRED"}[state]
		p.State, p.Decider, p.DecPost, p.Decided, p.Answer = state, by.Account, by.Actor.ID, now, reason
		if state == person.Expired {
			p.Decider, p.DecPost, p.Answer = "", "", ""
		}
		if err := tx.Queue(`UPDATE proposal SET state = ?, decider = ?, decider_post = ?, decided_at = ?, answer = ? WHERE district = ? AND id = ? AND state = 'OPEN'`,
			string(p.State), p.Decider, p.DecPost, now.UnixMicro(), p.Answer, d.root(), id); err != nil {
			return err
		}
		out = p
		return d.log(tx, by, act, id, string(p.Kind))
	})
	if err == nil {
		err = late
	}
	if err != nil {
		return Proposal{}, err
	}
	return d.unseal(out)
}

// Proposal returns one. Fault: proposal.unknown, also for what may not be seen.
func (d *Desk) Proposal(ctx context.Context, by By, id string, now time.Time) (Proposal, error) {
	var row proposalRow
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		row, err = d.proposal(v, id, "")
		return err
	})
	if err == nil && (by.Account == "" || row.By != by.Account) && !row.MaySee(by.Actor, d.at(row.Place)) {
		err = fault.New(fault.NotFound, "proposal.unknown")
	}
	if err != nil {
		return Proposal{}, err
	}
	return d.unseal(row.asOf(now))
}

// asOf shows an open proposal whose time is over as what it is.
func (p proposalRow) asOf(now time.Time) proposalRow {
	if p.State == person.Open && !now.Before(p.Expires) {
		p.State = person.Expired
	}
	return p
}

// ProposalKey is where a list of proposals goes on.
type ProposalKey struct {
	At time.Time
	ID string
}

// Proposals lists what an actor may see, newest first, after a key; the zero
// key begins. It may return fewer than limit although there are more: next is
// the zero key at the end.
func (d *Desk) Proposals(ctx context.Context, by By, after ProposalKey, limit int, now time.Time) (out []Proposal, next ProposalKey, err error) {
	at := int64(1<<63 - 1)
	if !after.At.IsZero() {
		at = after.At.UnixMicro()
	}
	limit = min(max(limit, 1), 200)
	var rows []proposalRow
	if err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		rows, err = store.All(v, `SELECT `+proposalColumns+` FROM proposal WHERE district = ? AND (made_at < ? OR made_at = ? AND id < ?) ORDER BY made_at DESC, id DESC LIMIT ?`,
			scanProposal, d.root(), at, at, after.ID, limit)
		return err
	}); err != nil {
		return nil, next, err
	}
	for _, row := range rows {
		if row.By != by.Account && !row.MaySee(by.Actor, d.at(row.Place)) {
			continue
		}
		p, err := d.unseal(row.asOf(now))
		if err != nil {
			return nil, next, err
		}
		out = append(out, p)
	}
	if len(rows) == limit {
		last := rows[len(rows)-1]
		next = ProposalKey{last.MadeAt, last.ID}
	}
	return out, next, nil
}

// claimHolds is how long one process may take to carry a proposal out before
// another takes it for dead.
const claimHolds = 5 * time.Minute

// Carry runs what a confirmed proposal asks for. It is claimed first, so that
// of several only one runs it; run gets a key that is always the same for the
// proposal and uses it as the key of its commands, so that a second run after
// a crash has no second effect. A failed run may be tried again. Faults:
// proposal.unknown, proposal.not_confirmed and those of run.
func (d *Desk) Carry(ctx context.Context, id string, now time.Time, run func(ctx context.Context, p Proposal, key string) error) error {
	var row proposalRow
	err := d.e.Write(ctx, now, "claim_proposal", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE proposal SET state = 'RUNNING', claimed_at = ? WHERE district = ? AND id = ? AND (state = 'CONFIRMED' OR state = 'RUNNING' AND claimed_at < ?)`,
			now.UnixMicro(), d.root(), id, now.Add(-claimHolds).UnixMicro())
		if err != nil {
			return err
		}
		if row, err = d.proposal(tx, id, ""); err == nil && n == 0 {
			err = fault.New(fault.Conflict, "proposal.not_confirmed", string(row.State))
		}
		return err
	})
	if err != nil {
		return err
	}
	p, err := d.unseal(row)
	if err != nil {
		return err
	}
	failed := run(ctx, p, "proposal/"+id)
	state, code, done := person.Done, "", now.UnixMicro()
	if failed != nil {
		if state, done = person.Confirmed, 0; fault.Of(failed) == fault.Internal {
			code = "internal.error"
		} else {
			code = fault.Code(failed)
		}
	}
	err = d.e.Write(context.WithoutCancel(ctx), now, "settle_proposal", func(tx *store.Tx) error {
		if err := tx.Queue(`UPDATE proposal SET state = ?, done_at = ?, error = ? WHERE district = ? AND id = ? AND state = 'RUNNING' AND claimed_at = ?`,
			string(state), done, code, d.root(), id, now.UnixMicro()); err != nil {
			return err
		}
		act := "PROPOSAL_DONE"
		if failed != nil {
			act = "PROPOSAL_FAILED"
		}
		by := By{Account: p.Decider}
		if p.Kind == person.UnsealIdentity {
			by.Account = p.By // who asked reads it
		}
		return d.log(tx, by, act, id, code)
	})
	if failed != nil {
		return failed
	}
	return err
}
