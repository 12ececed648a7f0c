package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// sealBatch bounds the heads one checkpoint command gathers, so that it stays
// quick: a longer queue takes several checkpoints.
const sealBatch = 200

// Seal gathers the heads of the matters and records that changed since the last checkpoint
// into the Merkle log and signs a new checkpoint. It returns how many heads it
// took; none means that nothing changed and nothing was written. Only one
// process of an installation seals; a second at the same moment fails on the
// log's keys and writes nothing. A zero at means now.
func (e *Engine) Seal(ctx context.Context, at time.Time) (int, error) {
	n := 0
	err := e.write(ctx, at, "seal", func(tx *store.Tx) error {
		heads, err := store.All(tx, `SELECT district, id, rev, head FROM matter WHERE sealed < rev ORDER BY id LIMIT ?`, scanHead, sealBatch)
		if err != nil {
			return err
		}
		records, err := store.All(tx, `SELECT district, id, rev, head FROM record WHERE sealed < rev ORDER BY id LIMIT ?`, scanHead, sealBatch-len(heads))
		for i := range records {
			records[i].record = true
		}
		heads = append(heads, records...)
		n = len(heads)
		if err != nil || n == 0 {
			return err
		}
		l, err := e.openLog(tx)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if err := l.add(tx, h); err != nil {
				return err
			}
		}
		return l.sign(tx, e.sign)
	})
	return n, err
}

type head struct {
	district string
	id       ident.ID
	record   bool // of a record, not of a matter
	ledger.Head
}

func scanHead(r store.Scanner) (head, error) {
	var h head
	var id, seq int64
	var sum []byte
	err := r.Scan(&h.district, &id, &seq, &sum)
	h.id, h.Seq, h.Hash = ident.ID(id), int(seq), hashOf(sum)
	return h, err
}

// log is the Merkle log while leaves are added to it. Its rows lie under the
// city's own code.
type log struct {
	ledger.Log
	city string
	last ledger.Checkpoint
	size int64
	made map[int64]ledger.Hash
	read ledger.Reader
}

func (e *Engine) openLog(q store.Querier) (*log, error) {
	l := &log{Log: ledger.NewLog(e.suite), city: e.City().Root, made: map[int64]ledger.Hash{}}
	last, found, err := store.One(q, `SELECT note FROM checkpoint WHERE district = ? ORDER BY size DESC LIMIT 1`, scanText, l.city)
	if err != nil {
		return nil, err
	}
	l.last = ledger.Checkpoint{Origin: e.sign.Public().Name(), Suite: e.suite.Name()}
	if found {
		if l.last, _, err = ledger.OpenCheckpoint([]byte(last), e.sign.Public()); err != nil {
			return nil, err
		}
	}
	l.size = l.last.Size
	l.read = func(indexes []int64) ([]ledger.Hash, error) { return l.hashes(q, indexes) }
	return l, nil
}

func scanText(r store.Scanner) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}

// hashes reads stored hashes, those made by this command from memory.
func (l *log) hashes(q store.Querier, indexes []int64) ([]ledger.Hash, error) {
	out := make([]ledger.Hash, len(indexes))
	for i, idx := range indexes {
		if h, ok := l.made[idx]; ok {
			out[i] = h
			continue
		}
		var b []byte
		err := q.Row(`SELECT hash FROM tree_hash WHERE district = ? AND idx = ?`, l.city, idx).Scan(&b)
		if err != nil {
			return nil, fmt.Errorf("read hash %d of the log: %w", idx, err)
		}
		out[i] = hashOf(b)
		l.made[idx] = out[i]
	}
	return out, nil
}

// add appends the head of one matter or record as a leaf.
func (l *log) add(tx *store.Tx, h head) error {
	hashes, err := l.Append(l.size, ledger.Leaf(h.district, h.id, h.Head), l.read)
	if err != nil {
		return err
	}
	first := ledger.StoredCount(l.size)
	for i := range hashes {
		l.made[first+int64(i)] = hashes[i]
		err := tx.Queue(`INSERT INTO tree_hash (district, idx, hash) VALUES (?, ?, ?)`, l.city, first+int64(i), hashes[i][:])
		if err != nil {
			return err
		}
	}
	err = tx.Queue(`INSERT INTO leaf (district, n, place, matter, seq, hash) VALUES (?, ?, ?, ?, ?, ?)`, l.city, l.size, h.district, int64(h.id), int64(h.Seq), h.Hash[:])
	if err != nil {
		return err
	}
	l.size++
	update := `UPDATE matter SET sealed = ? WHERE district = ? AND id = ?`
	if h.record {
		update = `UPDATE record SET sealed = ? WHERE district = ? AND id = ?`
	}
	return tx.Queue(update, int64(h.Seq), h.district, int64(h.id))
}

// sign writes the checkpoint of the log as it now is.
func (l *log) sign(tx *store.Tx, key ledger.PrivateKey) error {
	root, err := l.Root(l.size, l.read)
	if err != nil {
		return err
	}
	c := ledger.Checkpoint{Origin: key.Public().Name(), Size: l.size, Root: root, Suite: l.last.Suite, At: tx.Now(), PrevRoot: l.last.Root}
	note, err := c.Sign(key, rand.Reader)
	if err != nil {
		return err
	}
	return tx.Queue(`INSERT INTO checkpoint (district, size, at, root, note) VALUES (?, ?, ?, ?, ?)`,
		l.city, l.size, tx.Now().UnixMicro(), root[:], string(note))
}

// Checkpoint returns the newest signed checkpoint. Fault: ledger.no_checkpoint.
func (e *Engine) Checkpoint(ctx context.Context) (string, error) {
	var note string
	err := e.db.Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT note FROM checkpoint WHERE district = ? ORDER BY size DESC LIMIT 1`, e.City().Root).Scan(&note)
	})
	if errors.Is(err, store.ErrNoRow) {
		return "", fault.New(fault.NotFound, "ledger.no_checkpoint")
	}
	return note, err
}

// Receipt proves to the caller that the matter's first entry, the receipt of
// the call, stands in the published log. It seals first if the log does not
// hold the matter yet.
func (e *Engine) Receipt(ctx context.Context, id ident.ID) ([]byte, error) {
	for range 1000 { // each round takes a batch of what waits
		b, err := e.receipt(ctx, id)
		if fault.Code(err) != "receipt.not_sealed_yet" {
			return b, err
		}
		if n, err := e.Seal(ctx, time.Time{}); err != nil || n == 0 {
			return nil, errors.Join(fault.New(fault.Busy, "receipt.not_sealed_yet"), err)
		}
	}
	return nil, fault.New(fault.Busy, "receipt.not_sealed_yet")
}

func (e *Engine) receipt(ctx context.Context, id ident.ID) ([]byte, error) {
	var out []byte
	err := e.db.Read(ctx, func(v *store.View) error {
		var n, seq int64
		err := v.Row(`SELECT n, seq FROM leaf WHERE district = ? AND matter = ? ORDER BY seq LIMIT 1`, e.City().Root, int64(id)).Scan(&n, &seq)
		if errors.Is(err, store.ErrNoRow) {
			return fault.New(fault.Busy, "receipt.not_sealed_yet")
		}
		if err != nil {
			return err
		}
		s, err := e.load(v, id)
		if err != nil {
			return err
		}
		entries, err := entriesOf(v, s.M.Place.District, id, seq)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return fault.New(fault.Internal, "ledger.entries_missing", id.Number())
		}
		var note string
		if err := v.Row(`SELECT note FROM checkpoint WHERE district = ? ORDER BY size DESC LIMIT 1`, e.City().Root).Scan(&note); err != nil {
			return err
		}
		l, err := e.openLog(v)
		if err != nil {
			return err
		}
		path, err := l.InclusionProof(l.size, n, l.read)
		if err != nil {
			return err
		}
		out, err = ledger.NewReceipt(entries[0], entries[1:], ledger.Proof{Index: n, Path: path, Checkpoint: []byte(note), Key: e.sign.Public()}, true)
		return err
	})
	return out, err
}

const entryColumns = `district, matter, seq, at, actor, unit, act, subject, payload, suite, phash, hash`

func scanEntry(r store.Scanner) (*ledger.Entry, error) {
	e := &ledger.Entry{}
	var id, seq, at int64
	var payload string
	var phash, hash []byte
	err := r.Scan(&e.District, &id, &seq, &at, &e.Actor, &e.OnBehalf, &e.Act, &e.Subject, &payload, &e.Suite, &phash, &hash)
	e.Matter, e.Seq, e.At = ident.ID(id), int(seq), time.UnixMicro(at).UTC()
	e.Payload, e.PayloadHash, e.Hash = []byte(payload), hashOf(phash), hashOf(hash)
	return e, err
}

// entriesOf returns the first entries of a matter, up to seq, each linked to
// the one before it.
func entriesOf(q store.Querier, district string, id ident.ID, seq int64) ([]*ledger.Entry, error) {
	out, err := store.All(q, `SELECT `+entryColumns+` FROM ledger WHERE district = ? AND matter = ? AND seq <= ? ORDER BY seq`,
		scanEntry, district, int64(id), seq)
	for i := 1; i < len(out); i++ {
		out[i].Prev = out[i-1].Hash
	}
	return out, err
}

// Entries returns every ledger entry of a matter, to whoever may see it.
func (e *Engine) Entries(ctx context.Context, s *State) ([]*ledger.Entry, error) {
	var out []*ledger.Entry
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		out, err = entriesOf(v, s.M.Place.District, s.M.ID, s.Rev)
		return err
	})
	return out, err
}

// short keeps a place in a state readable in a report.
func short(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), 60)]), "�")
}
