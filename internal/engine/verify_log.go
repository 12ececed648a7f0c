package engine

import (
	"fmt"
	"strings"

	"huying/internal/domain/ledger"
	"huying/internal/ident"
	"huying/internal/store"
)

// tree builds the Merkle log anew from its leaves and compares it with the
// checkpoints, and every leaf with the entry it names.
func (v *verification) tree(q *store.View) error {
	city := v.e.City().Root
	notes, err := store.All(q, `SELECT note FROM checkpoint WHERE district = ? ORDER BY size`, scanText, city)
	if err != nil {
		return err
	}
	l := ledger.NewLog(v.e.suite)
	var hashes []ledger.Hash
	read := func(indexes []int64) ([]ledger.Hash, error) {
		out := make([]ledger.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = hashes[x]
		}
		return out, nil
	}
	size := int64(0)
	var prev ledger.Hash
	for _, note := range notes {
		c, _, err := ledger.OpenCheckpoint([]byte(note), v.e.PublicKey())
		if err != nil {
			v.wrong(Break{What: "checkpoint", Offset: -1, Detail: err.Error()})
			return nil
		}
		leaves, err := store.All(q, `SELECT l.place, l.matter, l.seq, l.hash, COALESCE(g.hash, r.hash) FROM leaf l
			LEFT JOIN ledger g ON g.district = l.place AND g.matter = l.matter AND g.seq = l.seq
			LEFT JOIN record_entry r ON r.district = l.place AND r.matter = l.matter AND r.seq = l.seq
			WHERE l.district = ? AND l.n >= ? AND l.n < ? ORDER BY l.n`, scanLeaf, city, size, c.Size)
		if err != nil {
			return err
		}
		for _, x := range leaves {
			if x.Hash != x.entry {
				v.wrong(Break{x.id, x.Seq, "leaf", -1, "the log names another hash than the ledger"})
			}
			more, err := l.Append(size, ledger.Leaf(x.district, x.id, x.Head), read)
			if err != nil {
				return err
			}
			hashes = append(hashes, more...)
			size++
			v.out.Leaves++
		}
		root, err := l.Root(size, read)
		if err != nil {
			return err
		}
		if size != c.Size || root != c.Root || c.PrevRoot != prev {
			v.wrong(Break{What: "checkpoint", Offset: -1, Detail: fmt.Sprintf("the checkpoint of size %d does not fit the log", c.Size)})
			return nil
		}
		prev = c.Root
		v.out.Checkpoints++
	}
	return v.stored(q, city, hashes, size)
}

// stored compares the hashes kept for proofs with those that follow from the
// leaves, and asks that no leaf stands outside the last checkpoint.
func (v *verification) stored(q *store.View, city string, hashes []ledger.Hash, size int64) error {
	var leaves int64
	if err := q.Row(`SELECT COUNT(*) FROM leaf WHERE district = ?`, city).Scan(&leaves); err != nil {
		return err
	}
	if leaves != size {
		v.wrong(Break{What: "checkpoint", Offset: -1, Detail: fmt.Sprintf("the log has %d leaves, its checkpoints hold %d", leaves, size)})
	}
	kept, err := store.All(q, `SELECT hash FROM tree_hash WHERE district = ? ORDER BY idx`, func(r store.Scanner) (ledger.Hash, error) {
		var b []byte
		err := r.Scan(&b)
		return hashOf(b), err
	}, city)
	if err != nil {
		return err
	}
	for i := range max(len(kept), len(hashes)) {
		if i >= len(kept) || i >= len(hashes) || kept[i] != hashes[i] {
			v.wrong(Break{What: "tree", Offset: -1, Detail: fmt.Sprintf("hash %d of the log is not the one its leaves give", i)})
			return nil
		}
	}
	return nil
}

// sealed finds matters and records that claim a place in the log which they do not have.
func (v *verification) sealed(q *store.View) error {
	const claimed = ` m LEFT JOIN leaf l ON l.matter = m.id AND l.seq = m.sealed WHERE m.sealed > 0 AND l.matter IS NULL`
	claims, err := store.All(q, `SELECT m.id, m.sealed FROM matter`+claimed+` UNION ALL SELECT m.id, m.sealed FROM record`+claimed+` LIMIT 20`, func(r store.Scanner) (b Break, err error) {
		var id, seq int64
		err = r.Scan(&id, &seq)
		return Break{ident.ID(id), int(seq), "leaf", -1, "it says that the log holds it, but the log does not"}, err
	})
	for _, b := range claims {
		v.wrong(b)
	}
	return err
}

// statements compares what callers said with the hash that the ledger keeps of
// it. Words that were erased, as the law may ask, are no break.
func (v *verification) statements(q *store.View) error { return v.words(q, "") }

func (v *verification) words(q *store.View, where string, args ...any) error {
	wrong, err := store.All(q, `SELECT s.matter, s.seq, s.body, s.hash, COALESCE(l.payload, '') FROM statement s
		LEFT JOIN ledger l ON l.district = s.district AND l.matter = s.matter AND l.seq = s.seq`+where+` ORDER BY s.district, s.matter, s.seq, s.n`,
		func(r store.Scanner) (*Break, error) {
			var id, seq int64
			var body, hash, payload string
			if err := r.Scan(&id, &seq, &body, &hash, &payload); err != nil {
				return nil, err
			}
			if (body == "" || v.e.TextHash(body) == hash) && strings.Contains(payload, hash) {
				return nil, nil
			}
			return &Break{ident.ID(id), int(seq), "statement", -1, "the words are not those whose hash is in the ledger"}, nil
		}, args...)
	for _, b := range wrong {
		if b != nil {
			v.wrong(*b)
		}
	}
	return err
}

type leafRow struct {
	head
	entry ledger.Hash
}

func scanLeaf(r store.Scanner) (leafRow, error) {
	var x leafRow
	var id, seq int64
	var sum []byte
	var entry *[]byte
	err := r.Scan(&x.district, &id, &seq, &sum, &entry)
	if entry != nil {
		x.entry = hashOf(*entry)
	}
	x.id, x.Seq, x.Hash = ident.ID(id), int(seq), hashOf(sum)
	return x, err
}
