package engine

import (
	"fmt"

	"huying/internal/domain/ledger"
	"huying/internal/ident"
	"huying/internal/store"
)

type recordRow struct {
	head
	line, doc string
	columns   columns
}

func scanRecordRow(r store.Scanner) (recordRow, error) {
	var x recordRow
	var id, seq, from, to, about int64
	var sum []byte
	c := &x.columns
	err := r.Scan(&x.district, &id, &seq, &sum, &x.line, &x.doc, &c.Register, &c.Town, &c.Community, &c.Place, &c.Unit, &c.Other, &c.Key,
		&c.Status, &from, &to, &about, &c.Amount)
	x.id, x.Seq, x.Hash = ident.ID(id), int(seq), hashOf(sum)
	c.From, c.To, c.About = int(from), int(to), ident.ID(about)
	return x, err
}

// records compares every record with its chain, as compare does for matters.
func (v *verification) records(q *store.View) error {
	after := ident.ID(0)
	for {
		rows, err := store.All(q, `SELECT district, id, rev, head, line, doc, register, town, community, place, unit, other, keyed, status,
			from_day, to_day, about, amount FROM record WHERE id > ? ORDER BY id LIMIT ?`, scanRecordRow, int64(after), verifyPage)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := v.record(q, row); err != nil {
				return err
			}
			after = row.id
		}
		if len(rows) < verifyPage || len(v.out.Breaks) >= mostBreaks {
			return v.recordOrphans(q)
		}
		if v.progress != nil {
			v.progress(v.out.Entries)
		}
	}
}

func (v *verification) record(q *store.View, row recordRow) error {
	v.out.Records++
	entries, err := store.All(q, `SELECT `+entryColumns+` FROM record_entry WHERE district = ? AND matter = ? ORDER BY seq`,
		scanEntry, row.district, int64(row.id))
	if err != nil {
		return err
	}
	state, chain, prev, seq := replayed{}, ledger.Verifier{}, ledger.Hash{}, 0
	for _, x := range entries {
		x.Prev = prev
		prev, seq = x.Hash, x.Seq
		v.out.Entries++
		if b := chain.Next(x); b != nil {
			v.wrong(Break{row.id, x.Seq, "entry", b.Offset, b.Error()})
		}
		if err := state.apply(x.Payload); err != nil {
			v.wrong(Break{row.id, x.Seq, "entry", -1, "the payload cannot be replayed: " + err.Error()})
		}
	}
	if seq != row.Seq || prev != row.Hash {
		v.wrong(Break{row.id, row.Seq, "head", -1, fmt.Sprintf("the record names entry %d, its chain ends with %d, or their hashes differ", row.Seq, seq)})
	}
	v.differ(Break{Matter: row.id, Seq: seq, What: "record"}, document(state.record), []byte(row.doc))
	v.differ(Break{Matter: row.id, Seq: seq, What: "line"}, document(state.line), []byte(row.line))
	line, err := stateOf(&row.columns, 256)
	if err != nil {
		return err
	}
	v.differ(Break{Matter: row.id, Seq: seq, What: "column"}, document(state.line), line.text)
	return nil
}

// recordOrphans finds entries of records that are not there.
func (v *verification) recordOrphans(q *store.View) error {
	gone, err := store.All(q, `SELECT DISTINCT l.matter FROM record_entry l LEFT JOIN record r ON r.district = l.district AND r.id = l.matter
		WHERE r.id IS NULL LIMIT 20`, func(r store.Scanner) (id int64, err error) {
		err = r.Scan(&id)
		return id, err
	})
	for _, id := range gone {
		v.wrong(Break{ident.ID(id), 1, "orphan", -1, "the ledger has entries of a record that is gone"})
	}
	return err
}
