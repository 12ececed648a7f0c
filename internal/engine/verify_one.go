package engine

import (
	"context"
	"errors"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Proof is what holds for the ledger of one matter.
type Proof struct {
	Entries int64
	Head    ledger.Hash
	Breaks  []Break // what is wrong; empty: all is well
	// Sealed is the newest entry that stands in the published log, 0 for none
	// yet; the checkpoint of At, over Size heads, proves the receipt of the call.
	Sealed int64
	Size   int64
	At     time.Time
}

// VerifyMatter replays the ledger of one matter: every entry's hash and link,
// the matter and its orders rebuilt and compared byte by byte with what is
// stored, what callers said, and the place of the chain in the signed log, by
// the newest checkpoint and its key. Verify does the same for the whole log.
// Fault: matter.not_found.
func (e *Engine) VerifyMatter(ctx context.Context, id ident.ID) (*Proof, error) {
	v := &verification{e: e, out: &Verified{}}
	out := &Proof{}
	err := e.db.Read(ctx, func(q *store.View) error { return v.one(q, id, out) })
	if err != nil {
		return nil, err
	}
	out.Entries = v.out.Entries
	if out.Sealed > 0 && len(v.out.Breaks) == 0 {
		if err := v.included(ctx, id, out); err != nil {
			return nil, err
		}
	}
	out.Breaks = v.out.Breaks
	return out, nil
}

// one compares one matter with its entries, its words and its newest leaf.
func (v *verification) one(q *store.View, id ident.ID, out *Proof) error {
	at := v.e.at.Load()
	rows, err := store.All(q, selectMatterRow+at.where, scanMatterRow, at.of(id)...)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.New(fault.NotFound, "matter.not_found")
	}
	district := rows[0].district
	out.Head = rows[0].Hash
	entries, err := store.All(q, `SELECT `+entryColumns+` FROM ledger WHERE district = ? AND matter = ? ORDER BY seq`, scanEntry, district, int64(id))
	if err != nil {
		return err
	}
	orders, err := store.All(q, selectOrderRow+`district = ? AND matter = ? ORDER BY id`, scanOrderRow, district, int64(id))
	if err != nil {
		return err
	}
	v.compare(rows, entries, map[ident.ID][]orderRow{id: orders})
	if err := v.words(q, ` WHERE s.district = ? AND s.matter = ?`, district, int64(id)); err != nil {
		return err
	}
	var claimed int64
	if err := q.Row(`SELECT sealed FROM matter WHERE district = ? AND id = ?`, district, int64(id)).Scan(&claimed); err != nil {
		return err
	}
	if err := v.newestLeaf(q, id, out); err != nil {
		return err
	}
	if claimed > out.Sealed {
		v.wrong(Break{id, int(claimed), "leaf", -1, "the matter says that the log holds it, but it does not"})
	}
	return nil
}

// newestLeaf compares the newest head that the log has of a matter with the
// entry it names.
func (v *verification) newestLeaf(q *store.View, id ident.ID, out *Proof) error {
	var sum []byte
	var entry *[]byte
	err := q.Row(`SELECT l.seq, l.hash, g.hash FROM leaf l LEFT JOIN ledger g ON g.district = l.place AND g.matter = l.matter AND g.seq = l.seq
		WHERE l.district = ? AND l.matter = ? ORDER BY l.seq DESC LIMIT 1`, v.e.City().Root, int64(id)).Scan(&out.Sealed, &sum, &entry)
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	if entry == nil || hashOf(sum) != hashOf(*entry) {
		v.wrong(Break{id, int(out.Sealed), "leaf", -1, "the log names another hash than the ledger"})
	}
	return nil
}

// included proves the matter's place in the log by its receipt, as its caller
// can without this server.
func (v *verification) included(ctx context.Context, id ident.ID, out *Proof) error {
	body, err := v.e.receipt(ctx, id)
	if err != nil {
		return err
	}
	report, err := ledger.VerifyReceipt(body, []ledger.PublicKey{v.e.PublicKey()})
	if err != nil {
		v.wrong(Break{id, int(out.Sealed), "checkpoint", -1, err.Error()})
		return nil
	}
	out.Size, out.At = report.Size, report.CheckpointAt
	return nil
}
