package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"huying/internal/fault"
)

// MaxLogSize bounds the size of a log, so that sizes that come from outside
// can be computed with safely.
const MaxLogSize = 1 << 48

// Reader returns the stored hashes with the given indexes, as many and in the
// same order. The indexes are those Append counts; see StoredIndex.
type Reader func(indexes []int64) ([]Hash, error)

// Log is the Merkle tree of RFC 6962 over leaves that are lines of text. It
// holds nothing: the hashes lie with the caller, in one sequence from 0 that
// only grows. The zero Log is not ready; NewLog makes one.
type Log struct{ tree tree }

// tree is the mathematics of one hash function, in the words of tlog.
type tree interface {
	leaf(data []byte) Hash
	grow(n int64, leaf Hash, r Reader) ([]Hash, error)
	root(size int64, r Reader) (Hash, error)
	proveLeaf(size, n int64, r Reader) ([]Hash, error)
	proveTree(size, old int64, r Reader) ([]Hash, error)
	leafRoot(proof []Hash, size, n int64, leaf, root Hash) bool
	treeRoot(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) bool
}

// NewLog returns the log of the suite.
func NewLog(s Suite) Log { return Log{s.tree()} }

// StoredCount returns how many hashes a log of the given size has stored,
// which is also the index of the first hash the next Append returns.
func StoredCount(size int64) int64 { return tlog.StoredHashCount(size) }

// StoredIndex returns the index of the n'th hash of a level, leaves being 0.
func StoredIndex(level int, n int64) int64 { return tlog.StoredHashIndex(level, n) }

// LeafHash returns the hash of a leaf.
func (l Log) LeafHash(leaf string) Hash { return l.tree.leaf([]byte(leaf)) }

// Append adds a leaf to a log of the given size and returns the hashes to be
// stored from index StoredCount(size) on: one, and one more for every subtree
// the leaf completes. Several leaves are added one after the other, and the
// reader must see the hashes of those before.
func (l Log) Append(size int64, leaf string, r Reader) ([]Hash, error) {
	if err := checkSize(size, MaxLogSize-1); err != nil {
		return nil, err
	}
	return l.tree.grow(size, l.LeafHash(leaf), r)
}

// Root returns the root of the log's first size leaves. The root of no leaves
// is the hash of nothing.
func (l Log) Root(size int64, r Reader) (Hash, error) {
	if err := checkSize(size, MaxLogSize); err != nil {
		return Hash{}, err
	}
	return l.tree.root(size, r)
}

// InclusionProof proves leaf n, from 0, to the root of the given size.
func (l Log) InclusionProof(size, n int64, r Reader) ([]Hash, error) {
	if err := checkRange(n, size); err != nil {
		return nil, err
	}
	return l.tree.proveLeaf(size, n, r)
}

// ConsistencyProof proves that the log of size old is the beginning of the log
// of size size: nothing was changed or taken away in between. Of an empty log
// there is nothing to prove, so old is at least 1.
func (l Log) ConsistencyProof(old, size int64, r Reader) ([]Hash, error) {
	if err := checkRange(old-1, size); err != nil {
		return nil, err
	}
	return l.tree.proveTree(size, old, r)
}

// CheckInclusion checks the proof of InclusionProof. It is safe on any input.
// Fault: ledger.inclusion_wrong.
func (l Log) CheckInclusion(proof []Hash, size int64, root Hash, n int64, leaf string) error {
	if checkRange(n, size) != nil || !l.tree.leafRoot(proof, size, n, l.LeafHash(leaf), root) {
		return fault.New(fault.Invalid, "ledger.inclusion_wrong", n, size)
	}
	return nil
}

// CheckConsistency checks the proof of ConsistencyProof. It is safe on any
// input. Fault: ledger.consistency_wrong.
func (l Log) CheckConsistency(proof []Hash, old int64, oldRoot Hash, size int64, root Hash) error {
	if checkRange(old-1, size) != nil || !l.tree.treeRoot(proof, size, root, old, oldRoot) {
		return fault.New(fault.Invalid, "ledger.consistency_wrong", old, size)
	}
	return nil
}

func checkSize(size, most int64) error {
	if size < 0 || size > most {
		return fault.New(fault.Invalid, "ledger.size_impossible", size)
	}
	return nil
}

func checkRange(n, size int64) error {
	if size < 1 || size > MaxLogSize || n < 0 || n >= size {
		return fault.New(fault.Invalid, "ledger.index_outside", n, size)
	}
	return nil
}

// read asks r for hashes and does not trust it to give as many as asked.
func read(r Reader, indexes []int64) ([]Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	hashes, err := r(indexes)
	if err != nil {
		return nil, fmt.Errorf("read the log's hashes: %w", err)
	}
	if len(hashes) != len(indexes) {
		return nil, fmt.Errorf("read the log's hashes: asked for %d, got %d", len(indexes), len(hashes))
	}
	return hashes, nil
}

// sumdbTree is the tree of Go's checksum database: SHA-256.
type sumdbTree struct{}

func (r Reader) sumdb() tlog.HashReaderFunc {
	return func(indexes []int64) ([]Hash, error) { return read(r, indexes) }
}

func (sumdbTree) leaf(data []byte) Hash { return tlog.RecordHash(data) }

func (sumdbTree) grow(n int64, leaf Hash, r Reader) ([]Hash, error) {
	return tlog.StoredHashesForRecordHash(n, leaf, r.sumdb())
}

func (sumdbTree) root(size int64, r Reader) (Hash, error) { return tlog.TreeHash(size, r.sumdb()) }

func (sumdbTree) proveLeaf(size, n int64, r Reader) ([]Hash, error) {
	return tlog.ProveRecord(size, n, r.sumdb())
}

func (sumdbTree) proveTree(size, old int64, r Reader) ([]Hash, error) {
	return tlog.ProveTree(size, old, r.sumdb())
}

func (sumdbTree) leafRoot(proof []Hash, size, n int64, leaf, root Hash) bool {
	return tlog.CheckRecord(proof, size, root, n, leaf) == nil
}

func (sumdbTree) treeRoot(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) bool {
	return tlog.CheckTree(proof, size, root, old, oldRoot) == nil
}
