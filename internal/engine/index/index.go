package index

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"huying/internal/engine/change"
	"huying/internal/store"
)

const readerName = "index"

// readPosition returns how far the index has read the ledger.
func readPosition(q store.Querier) (change.Position, error) {
	p, _, err := store.One(q, `SELECT tx, matter, seq FROM reader WHERE district = '' AND name = ?`, func(r store.Scanner) (p change.Position, err error) {
		err = r.Scan(&p.Tx, &p.Matter, &p.Seq)
		return p, err
	}, readerName)
	return p, err
}

// Behind reports whether the ledger has entries that the index has not read.
func Behind(v *store.View) (bool, error) {
	at, err := readPosition(v)
	if err != nil {
		return false, err
	}
	touched, args := change.Touched(v, at)
	var n int
	err = v.Row(`SELECT COUNT(*) FROM (SELECT 1 FROM (`+touched+`) AS t LIMIT 1) AS one`, args...).Scan(&n)
	return n > 0, err
}

// The statements that put a document into the index and take it out.
const (
	liteDrop  = `DELETE FROM term WHERE rowid = ?`
	litePut   = `INSERT INTO term (rowid, words) VALUES (?, ?)`
	liteMerge = `INSERT INTO term (term, rank) VALUES ('merge', ?)`
	liteSum   = `INSERT INTO term_sum (id, sum, town, community, open) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET sum = excluded.sum, town = excluded.town, community = excluded.community, open = excluded.open`
	pgPut = `INSERT INTO term (district, id, sum, town, community, open, words) VALUES (?, ?, ?, ?, ?, ?, array_to_tsvector(string_to_array(?, ' ')))
		ON CONFLICT (district, id) DO UPDATE SET sum = excluded.sum, town = excluded.town, community = excluded.community, open = excluded.open,
			words = excluded.words`
	pgOpen = `UPDATE term SET open = ? WHERE district = ? AND id = ?`
)

// dialect is what differs between the engines.
type dialect struct {
	sums string // the table of the sums
	put  func(tx *store.Tx, d *document) error
	tidy func(tx *store.Tx, put int) error // after so many documents were put
	find func(v *store.View, q Question, limit int) ([]int64, error)
}

func of(q store.Querier) dialect {
	if q.Dialect() == store.Postgres {
		return dialect{`term`, putPostgres, tidyPostgres, findPostgres}
	}
	return dialect{`term_sum`, putSQLite, tidySQLite, findSQLite}
}

func putSQLite(tx *store.Tx, d *document) error {
	if d.sum != d.known.sum {
		if d.known.sum != 0 {
			if err := tx.Queue(liteDrop, d.id); err != nil {
				return err
			}
		}
		if err := tx.Queue(litePut, d.id, d.words); err != nil {
			return err
		}
	}
	return tx.Queue(liteSum, d.id, d.sum, d.place.Town, d.place.Community, bit(d.open))
}

// tidySQLite merges some of the parts that FTS5 makes of every step, at most
// so many pages that the merging keeps up with the steps. Left to itself FTS5
// merges hundreds of pages now and then, and every command waits meanwhile.
func tidySQLite(tx *store.Tx, put int) error { return tx.Queue(liteMerge, 8+put/8) }

// tidyPostgres leaves it to PostgreSQL's vacuum.
func tidyPostgres(*store.Tx, int) error { return nil }

func putPostgres(tx *store.Tx, d *document) error {
	if d.sum == d.known.sum {
		return tx.Queue(pgOpen, bit(d.open), d.place.District, d.id)
	}
	return tx.Queue(pgPut, d.place.District, d.id, d.sum, d.place.Town, d.place.Community, bit(d.open), d.words)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// OpenCounter names the counter of the open matters of a town's communities,
// which the index keeps: its subjects are the communities.
func OpenCounter(town string) string { return "matter.open/" + town }

// countOpen counts what changed among the open matters of a community.
func countOpen(tx *store.Tx, d *document) {
	add := func(town, community string, n int64) {
		tx.Count(store.CounterKey{District: d.place.District, Name: OpenCounter(town), Subject: community}, n)
	}
	if k := d.known; k.open {
		add(k.town, k.community, -1)
	}
	if d.open {
		add(d.place.Town, d.place.Community, 1)
	}
}

// Step reads on in the ledger, at most n entries, and indexes the matters they
// are of. It returns how many entries it read; none means that the index is up
// to date. One process of an installation steps at a time; a second one writes
// nothing.
func Step(ctx context.Context, db *store.DB, n int) (int, error) {
	var b batch
	err := db.Read(ctx, func(v *store.View) (err error) {
		b, err = readBatch(v, n)
		return err
	})
	if err != nil || b.entries == 0 {
		return 0, err
	}
	return b.entries, db.Write(ctx, "index", b.write)
}

// batch is what one step indexes.
type batch struct {
	from, to change.Position
	entries  int
	docs     []*document
}

func readBatch(v *store.View, n int) (b batch, err error) {
	if b.from, err = readPosition(v); err != nil {
		return b, err
	}
	entries, err := change.After(v, b.from, n)
	if err != nil || len(entries) == 0 {
		return b, err
	}
	b.entries, b.to = len(entries), entries[len(entries)-1].Position
	keys := make([]key, len(entries))
	for i, e := range entries {
		keys[i] = key{e.District, int64(e.Matter)}
	}
	b.docs, err = documents(v, keys)
	return b, err
}

const moveReader = `INSERT INTO reader (district, name, tx, matter, seq) VALUES ('', ?, ?, ?, ?)
	ON CONFLICT (district, name) DO UPDATE SET tx = excluded.tx, matter = excluded.matter, seq = excluded.seq
	WHERE reader.tx = ? AND reader.matter = ? AND reader.seq = ?`

// write puts the documents, if no other process was quicker.
func (b *batch) write(tx *store.Tx) error {
	moved, err := tx.Exec(moveReader, readerName, b.to.Tx, b.to.Matter, b.to.Seq, b.from.Tx, b.from.Matter, b.from.Seq)
	if err != nil || moved == 0 {
		return err
	}
	return put(tx, b.docs)
}

// key names a matter's row.
type key struct {
	district string
	id       int64
}

// put indexes documents whose terms changed.
func put(tx *store.Tx, docs []*document) error {
	into, n := of(tx), 0
	for _, d := range docs {
		if d.sum == d.known.sum && d.open == d.known.open {
			continue
		}
		countOpen(tx, d)
		if err := into.put(tx, d); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return nil
	}
	return into.tidy(tx, n)
}

// mostInList is the size that lists of ids are padded to, so that there are
// few texts of statements.
const mostInList = 64

// documents reads what is indexed of matters, in the order of their ids: FTS5
// begins a new part of its index whenever it gets a smaller number than the
// last, and merges the parts later.
func documents(q store.Querier, keys []key) ([]*document, error) {
	slices.SortFunc(keys, func(a, b key) int {
		if c := strings.Compare(a.district, b.district); c != 0 {
			return c
		}
		return cmp.Compare(a.id, b.id)
	})
	keys = slices.Compact(keys)
	var out []*document
	for len(keys) > 0 {
		n := 1
		for n < len(keys) && n < mostInList && keys[n].district == keys[0].district {
			n++
		}
		docs, err := documentsOf(q, keys[:n])
		if err != nil {
			return nil, err
		}
		out, keys = append(out, docs...), keys[n:]
	}
	for _, d := range out {
		d.words = strings.Join(d.terms(), " ")
		d.sum = sumOf(d.words)
	}
	slices.SortFunc(out, func(a, b *document) int { return cmp.Compare(a.id, b.id) })
	return out, nil
}

var inList = "(" + store.Marks(mostInList) + ")"

// selectDocuments reads matters of a district by their ids, with the sums of a
// table. The condition that is always false keeps SQLite to the ids: for a
// plain equality it would walk the index of the towns, all of the district.
// PostgreSQL folds it away.
func selectDocuments(sums string) string {
	return `SELECT m.id, m.district, m.town, m.community, m.text, m.desk, m.holder <> '',
		COALESCE(s.sum, 0), COALESCE(s.town, ''), COALESCE(s.community, ''), COALESCE(s.open, 0) FROM matter m
		LEFT JOIN ` + sums + ` s ON s.id = m.id WHERE (m.district = ? OR 1=0) AND m.id IN ` + inList + ` ORDER BY m.id`
}

// documentsOf reads matters of one district.
func documentsOf(q store.Querier, keys []key) ([]*document, error) {
	args := []any{keys[0].district}
	for i := range mostInList {
		args = append(args, keys[min(i, len(keys)-1)].id)
	}
	byID := map[int64]*document{}
	docs, err := store.All(q, selectDocuments(of(q).sums), scanDocument, args...)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		byID[d.id] = d
	}
	_, err = store.All(q, `SELECT matter, debtor, creditor FROM orders WHERE district = ? AND matter IN `+inList, func(r store.Scanner) (struct{}, error) {
		var id int64
		var debtor, creditor string
		err := r.Scan(&id, &debtor, &creditor)
		if d := byID[id]; err == nil && d != nil {
			d.units = append(d.units, debtor, creditor)
		}
		return struct{}{}, err
	}, args...)
	return docs, err
}

func scanDocument(r store.Scanner) (*document, error) {
	var desk string
	var open int64
	d := &document{}
	k := &d.known
	err := r.Scan(&d.id, &d.place.District, &d.place.Town, &d.place.Community, &d.text, &desk, &d.open, &k.sum, &k.town, &k.community, &open)
	k.open = open == 1
	if desk != "" {
		d.units = []string{desk}
	}
	return d, err
}

// Sweep indexes the n matters after an id, whatever the index knows of the
// ledger, and returns the last of them; zero if there are none. It makes an
// index anew that was lost, or of matters that came by another way than acts.
func Sweep(ctx context.Context, db *store.DB, after int64, n int) (int64, error) {
	var docs []*document
	err := db.Read(ctx, func(v *store.View) error {
		keys, err := store.All(v, `SELECT district, id FROM matter WHERE id > ? ORDER BY id LIMIT ?`, func(r store.Scanner) (k key, err error) {
			err = r.Scan(&k.district, &k.id)
			return k, err
		}, after, n)
		if err != nil || len(keys) == 0 {
			docs = nil
			return err
		}
		after = keys[len(keys)-1].id
		docs, err = documents(v, keys)
		return err
	})
	if err != nil || len(docs) == 0 {
		return 0, err
	}
	return after, db.Write(ctx, "index", func(tx *store.Tx) error { return put(tx, docs) })
}
