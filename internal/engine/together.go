package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Bundle is a command on several things at once, in one transaction: matters
// that exist, new ones, and records. What it made and changed is written when
// its function returns. It belongs to one command.
type Bundle struct {
	w       *work
	records []*openRecord
	notices int64
	seen    bool // the revision the actor saw was asked for already
}

// errRehearsed takes back a command that was only tried.
var errRehearsed = errors.New("engine: rehearsed")

// Together runs fn in one transaction: all of it happens, durably, or nothing.
// fn may run twice and does nothing but what a Bundle offers. It returns the id
// of what the command is about, which the same command under the same key gets
// again without a second act. It is the way of whatever touches a record, or
// several matters; a command on one matter is quicker by On.
func (e *Engine) Together(ctx context.Context, cmd Command, name string, fn func(b *Bundle) (ident.ID, error)) (ident.ID, error) {
	if err := checkKey(cmd.Key); err != nil {
		return 0, err
	}
	if err := e.prime(ctx, cmd.At); err != nil {
		return 0, err
	}
	var id ident.ID
	var w *work
	err := e.write(ctx, cmd.At, name, func(tx *store.Tx) error {
		w = e.work(cmd)
		w.setTime(tx.Now())
		w.tx, w.read = tx, func(ask func(store.Querier) error) error { return ask(tx) }
		b := &Bundle{w: w}
		before, err := w.once(name, 0, func() (_ ident.ID, err error) {
			if id, err = fn(b); err != nil {
				return 0, err
			}
			if id == 0 {
				return 0, fmt.Errorf("engine: the command %s names nothing it is about", name)
			}
			return id, b.save()
		})
		if before != 0 {
			id = before
		}
		if err == nil && cmd.Dry {
			err = errRehearsed
		}
		return err
	})
	switch {
	case errors.Is(err, errRehearsed):
		return id, nil
	case err != nil:
		return 0, err
	}
	w.keepRecent()
	return id, nil
}

// Query returns the view of the command's own transaction.
func (b *Bundle) Query() store.Querier { return b.w.tx }

// Now returns the instant of the command.
func (b *Bundle) Now() clock.Instant { return b.w.now }

// Today returns the civil day of the command.
func (b *Bundle) Today() int { return Today(b.w.now) }

// City returns the structure the command decides by.
func (b *Bundle) City() *pack.City { return b.w.city }

// Actor returns who acts.
func (b *Bundle) Actor() access.Actor { return b.w.cmd.Actor }

// Hand is what tells the person who acts from others who sign the same record,
// and tells nothing else: like is the hand of an earlier signature of the
// record, "" if there is none yet. Two hands of a record are equal if one person
// signed twice, whatever posts they sat on; those of two records never are, and
// nobody without the installation's key reads one back. A token is no person: its
// hand is "".
func (b *Bundle) Hand(like string) string {
	person := b.w.cmd.Actor.Person
	if person == "" {
		return ""
	}
	salt, _, _ := strings.Cut(like, ".")
	if salt == "" {
		salt = rand.Text()
	}
	return salt + "." + b.w.e.Veil("hand/"+salt+"/"+person)
}

// TextHash is the engine's.
func (b *Bundle) TextHash(text string) string { return b.w.e.TextHash(text) }

// Receive keeps a call as a new matter, as the engine's Receive does. A call
// whose reference was seen before is a fault here: call.reference_reused.
func (b *Bundle) Receive(in Intake) (*State, error) {
	s, sealed, err := b.w.take(in)
	if err != nil {
		return nil, err
	}
	known, err := b.w.known(s.M)
	if err != nil {
		return nil, err
	}
	if known != 0 {
		return nil, fault.New(fault.Conflict, "call.reference_reused", known.Number()).In("source_ref")
	}
	return s.State, b.w.keepVault(s, sealed)
}

// Assign makes a matter that a unit of staff assigns (交办), with its orders.
func (b *Bundle) Assign(t matter.Assigned, contact *Contact) (*State, error) {
	w := b.w
	t.ID, t.TextHash = w.e.ids.Next(w.at), w.e.TextHash(t.Text)
	if t.Place.District == "" {
		t.Place.District = w.city.Root
	}
	var sealed []byte
	if contact != nil {
		t.Caller.Vault = t.ID
		var err error
		if sealed, err = w.e.seal(t.ID, *contact); err != nil {
			return nil, err
		}
	}
	s := w.create()
	s.Text = t.Text
	if err := w.do(s)(func() error { return s.Assign(t) }); err != nil {
		return nil, err
	}
	if t.About != 0 {
		err := w.tx.Queue(`INSERT INTO served (district, about, matter) VALUES (?, ?, ?)`, s.M.Place.District, int64(t.About), int64(t.ID))
		if err != nil {
			return nil, err
		}
	}
	return s.State, w.keepVault(s, sealed)
}

// Open returns a matter as the command has it, for acts of it.
// Fault: matter.not_found.
func (b *Bundle) Open(id ident.ID) (*State, error) {
	s, err := b.open(id)
	if err != nil {
		return nil, err
	}
	return s.State, nil
}

func (b *Bundle) open(id ident.ID) (*open, error) {
	for _, s := range b.w.files {
		if s.M != nil && s.M.ID == id {
			return s, nil
		}
	}
	return b.w.open(b.w.tx, b.w.tx.Lock(), id)
}

// Act runs one act on a matter. Fault: matter.not_found and those of the act.
func (b *Bundle) Act(id ident.ID, act func(f *matter.File) error) (*State, error) {
	s, err := b.open(id)
	if err != nil {
		return nil, err
	}
	if !b.seen {
		if err := b.w.fresh(s); err != nil {
			return nil, err
		}
	}
	return s.State, b.w.do(s)(func() error { return act(s.File) })
}

// Tell leaves a notice in a unit's inbox about a record or a matter that the
// command has in hand.
func (b *Bundle) Tell(about ident.ID, unit, code string, args ...any) error {
	text, err := noticeArgs(args)
	if err != nil {
		return err
	}
	district := b.w.city.Root
	for _, r := range b.records {
		if r.id == about {
			district = r.district
		}
	}
	b.notices++
	return b.w.tx.Queue(insertNotice, district, int64(about), int64(b.w.e.ids.Next(b.w.at)), b.notices<<40, string(matter.ToUnit), unit, code, text,
		int64(b.w.now), NoticeKept, int64(0))
}

// save writes what the command made and changed.
func (b *Bundle) save() error {
	if err := b.w.save(); err != nil {
		return err
	}
	for _, r := range b.records {
		if err := r.save(b.w); err != nil {
			return fmt.Errorf("save record %v: %w", r.id, err)
		}
	}
	return nil
}

// openRecord is a record in hand.
type openRecord struct {
	id       ident.ID
	district string
	register string
	born     bool
	read     int64 // the revision that was read
	rev      int64
	head     ledger.Hash
	line     state
	doc      state
	columns  columns
	entries  []ledger.Entry
}

// columns is what stands beside a record's body. Its JSON is part of the
// ledger, so that the columns can be verified without knowing any body.
type columns struct {
	About     ident.ID `json:"about,omitempty"`
	Amount    int64    `json:"amount,omitempty"`
	Community string   `json:"community,omitempty"`
	From      int      `json:"from,omitempty"`
	Key       string   `json:"key,omitempty"`
	Other     string   `json:"other,omitempty"`
	Place     string   `json:"place,omitempty"`
	Register  string   `json:"register"`
	Status    string   `json:"status,omitempty"`
	To        int      `json:"to,omitempty"`
	Town      string   `json:"town,omitempty"`
	Unit      string   `json:"unit,omitempty"`
}

// args are the columns in the order of the table.
func (c *columns) args() []any {
	return []any{c.Register, c.Town, c.Community, c.Place, c.Unit, c.Other, c.Key, c.Status, int64(c.From), int64(c.To), int64(c.About), c.Amount}
}

const insertRecord = `INSERT INTO record (register, town, community, place, unit, other, keyed, status, from_day, to_day, about, amount,
	line, doc, rev, head, district, id, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`

const updateRecord = `UPDATE record SET register = ?, town = ?, community = ?, place = ?, unit = ?, other = ?, keyed = ?, status = ?,
	from_day = ?, to_day = ?, about = ?, amount = ?, line = ?, doc = ?, rev = ?, head = ? WHERE district = ? AND id = ? AND rev = ?`

const insertRecordEntry = `INSERT INTO record_entry (district, matter, seq, at, actor, unit, act, subject, payload, suite, phash, hash)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// save writes the record with its new entries.
// Fault: record.key_taken, record.changed_meanwhile.
func (r *openRecord) save(w *work) error {
	if len(r.entries) == 0 {
		return nil
	}
	args := append(r.columns.args(), string(r.line.text), string(r.doc.text), r.rev, r.head[:], r.district, int64(r.id))
	query := insertRecord
	if !r.born {
		query, args = updateRecord, append(args, r.read)
	}
	n, err := w.tx.Exec(query, args...)
	switch {
	case store.IsDuplicate(err):
		return fault.New(fault.Conflict, "record.key_taken", r.columns.Key)
	case err != nil:
		return err
	case n == 0:
		return fault.New(fault.Conflict, "record.changed_meanwhile", r.id.Number())
	}
	return w.insertEntries(insertRecordEntry, r.entries)
}

// log chains one act on the record: what changed of its body and of its
// columns.
func (r *openRecord) log(w *work, act string, line, doc state) error {
	payload := diff(append(make([]byte, 0, 512), `{"line":`...), r.line.members, line.members)
	payload = append(diff(append(payload, `,"record":`...), r.doc.members, doc.members), '}')
	entry := ledger.Entry{
		District: r.district, Matter: r.id, At: w.at, Actor: w.cmd.Actor.ID, OnBehalf: w.cmd.Actor.Unit,
		Act: strings.ToLower(r.register) + "." + act, Subject: r.id.Number(), Payload: payload, Suite: w.e.suite.Name(),
	}
	if _, err := ledger.Chain(ledger.Head{Seq: int(r.rev), Hash: r.head}, &entry); err != nil {
		return err
	}
	r.rev, r.head, r.line, r.doc = r.rev+1, entry.Hash, line, doc
	r.entries = append(r.entries, entry)
	return nil
}
