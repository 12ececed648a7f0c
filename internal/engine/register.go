package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Enter makes a record. act is a short word for the ledger, such as "grant".
// Faults: record.key_taken when the command ends, and place faults of the desk.
func Enter[F register.Fact](b *Bundle, act string, f *F) (ident.ID, error) {
	r := &openRecord{id: b.w.e.ids.Next(b.w.at), born: true}
	b.records = append(b.records, r)
	return r.id, put(b, r, act, f)
}

// Change lets fn change the body of a record and logs the act. Faults:
// record.not_found, record.changed_meanwhile if the command brought another
// revision, and those of fn.
func Change[F register.Fact](b *Bundle, act string, id ident.ID, fn func(f *F) error) error {
	r, f, err := take[F](b, id)
	if err != nil {
		return err
	}
	if err := b.fresh(r); err != nil {
		return err
	}
	if err := fn(f); err != nil {
		return err
	}
	return put(b, r, act, f)
}

// fresh asks that a record is still as the actor saw it.
func (b *Bundle) fresh(r *openRecord) error {
	if !b.seen && b.w.cmd.Rev != 0 && b.w.cmd.Rev != r.read {
		return fault.New(fault.Conflict, "record.changed_meanwhile", r.id.Number())
	}
	return nil
}

// Seen returns a record as Peek does, which is the one the command's revision
// is of: what else the command changes was not shown to the actor. Faults:
// record.not_found, record.changed_meanwhile.
func Seen[F register.Fact](b *Bundle, id ident.ID) (*F, error) {
	r, f, err := take[F](b, id)
	if err != nil {
		return nil, err
	}
	if err := b.fresh(r); err != nil {
		return nil, err
	}
	b.seen = true
	return f, nil
}

// Peek returns a record as the command has it. Fault: record.not_found.
func Peek[F register.Fact](b *Bundle, id ident.ID) (*F, error) {
	_, f, err := take[F](b, id)
	return f, err
}

// take opens a record for the command, once.
func take[F register.Fact](b *Bundle, id ident.ID) (*openRecord, *F, error) {
	f := new(F)
	for _, r := range b.records {
		if r.id == id {
			return r, f, unmarshal(string(r.doc.text), f)
		}
	}
	r := &openRecord{id: id}
	var line, doc string
	var sum []byte
	err := b.w.tx.Row(`SELECT district, register, line, doc, rev, head FROM record WHERE id = ?`+b.w.tx.Lock(), int64(id)).
		Scan(&r.district, &r.register, &line, &doc, &r.rev, &sum)
	if errors.Is(err, store.ErrNoRow) || err == nil && r.register != string((*f).Line().Register) {
		return nil, nil, fault.New(fault.NotFound, "record.not_found")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("load record %v: %w", id, err)
	}
	r.read, r.head = r.rev, hashOf(sum)
	if r.line, err = readState(line); err != nil {
		return nil, nil, err
	}
	if r.doc, err = readState(doc); err != nil {
		return nil, nil, err
	}
	b.records = append(b.records, r)
	return r, f, unmarshal(doc, f)
}

// put takes the body over and logs the act.
func put[F register.Fact](b *Bundle, r *openRecord, act string, f *F) error {
	l := (*f).Line()
	district := l.Place.District
	if district == "" {
		district = b.w.city.Root
	}
	if r.born && r.rev == 0 {
		r.district, r.register = district, string(l.Register)
	}
	if district != r.district || string(l.Register) != r.register {
		return fmt.Errorf("engine: record %v would move from %s to %s", r.id, r.district, district)
	}
	r.columns = columns{
		About: l.About, Amount: l.Amount, Community: l.Place.Community, From: l.From, Key: l.Key, Other: l.Other, Place: l.Place.Leaf(),
		Register: string(l.Register), Status: l.Status, To: l.To, Town: l.Place.Town, Unit: l.Unit,
	}
	line, err := stateOf(&r.columns, 256)
	if err != nil {
		return err
	}
	doc, err := stateOf(f, 512)
	if err != nil {
		return err
	}
	for _, m := range doc.members {
		if string(m.Value) == "null" { // it would read as a member that was taken out
			return fmt.Errorf("engine: %T writes %s as null; it must be left out", *f, m.Key)
		}
	}
	return r.log(b.w, act, line, doc)
}

// Where chooses records of one register. Zero members choose nothing.
type Where struct {
	Unit, Other, Key string
	Place            string // leaf code of the record's own place
	District, Town   string
	Status           []string
	On               int // in force on this civil day
	From, To         int // beginning in these days, both included
	About            ident.ID
	// May, if not nil, is who asks: only what May may do action to is listed.
	May    *access.Actor
	Action access.Action
	ID     ident.ID // this record alone
	// Before and After continue a list, newest first or oldest first.
	Before, After ident.ID
	Oldest        bool
	Limit         int // 0: mostRecords
}

// mostRecords bounds a list.
const mostRecords = 500

// Find lists records, the newest first unless asked otherwise.
func Find[F register.Fact](q store.Querier, w Where) ([]register.Record[F], error) {
	where, args := w.condition(string((*new(F)).Line().Register))
	order := " ORDER BY r.id DESC"
	if w.Oldest {
		order = " ORDER BY r.id"
	}
	limit := w.Limit
	if limit <= 0 || limit > mostRecords {
		limit = mostRecords
	}
	return store.All(q, `SELECT r.id, r.rev, r.doc FROM record r WHERE `+where+order+` LIMIT ?`, scanRecord[F], append(args, limit)...)
}

// Sum adds up the amounts of the records chosen.
func Sum[F register.Fact](q store.Querier, w Where) (total, n int64, err error) {
	where, args := w.condition(string((*new(F)).Line().Register))
	err = q.Row(`SELECT COALESCE(SUM(r.amount), 0), COUNT(*) FROM record r WHERE `+where, args...).Scan(&total, &n)
	return total, n, err
}

// Get returns a record to an actor who may do action to it. What the actor may
// not see does not exist for it: record.not_found.
func Get[F register.Fact](ctx context.Context, e *Engine, actor access.Actor, action access.Action, id ident.ID) (*register.Record[F], error) {
	var out register.Record[F]
	found := false
	may := access.Records(actor, action)
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		args := append([]any{string((*new(F)).Line().Register), int64(id)}, may.Args...)
		out, found, err = store.One(v, `SELECT r.id, r.rev, r.doc FROM record r WHERE r.register = ? AND r.id = ? AND `+may.Where, scanRecord[F], args...)
		return err
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "record.not_found")
	}
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (w *Where) condition(name string) (string, []any) {
	conds, args := []string{"r.register = ?"}, []any{name}
	add := func(ask bool, cond string, a ...any) {
		if ask {
			conds, args = append(conds, cond), append(args, a...)
		}
	}
	add(w.Unit != "", "r.unit = ?", w.Unit)
	add(w.Other != "", "r.other = ?", w.Other)
	add(w.Key != "", "r.keyed <> '' AND r.keyed = ?", w.Key)
	add(w.Place != "", "r.place = ?", w.Place)
	add(w.District != "", "r.district = ?", w.District)
	add(w.Town != "", "r.town = ?", w.Town)
	add(w.About != 0, "r.about = ?", int64(w.About))
	add(w.On != 0, "(r.from_day = 0 OR r.from_day <= ?) AND (r.to_day = 0 OR r.to_day >= ?)", w.On, w.On)
	add(w.From != 0, "r.from_day >= ?", w.From)
	add(w.To != 0, "r.from_day <= ?", w.To)
	add(w.ID != 0, "r.id = ?", int64(w.ID))
	add(w.Before != 0, "r.id < ?", int64(w.Before))
	add(w.After != 0, "r.id > ?", int64(w.After))
	if len(w.Status) > 0 {
		add(true, "r.status IN ("+store.Marks(len(w.Status))+")")
		for _, s := range w.Status {
			args = append(args, s)
		}
	}
	if w.May != nil {
		f := access.Records(*w.May, w.Action)
		add(true, f.Where, f.Args...)
	}
	return strings.Join(conds, " AND "), args
}

func scanRecord[F register.Fact](r store.Scanner) (out register.Record[F], err error) {
	var id int64
	var doc string
	if err := r.Scan(&id, &out.Rev, &doc); err != nil {
		return out, err
	}
	out.ID = ident.ID(id)
	return out, unmarshal(doc, &out.Fact)
}
