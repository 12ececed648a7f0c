package ledger

import (
	"math/bits"
	"slices"
)

// ownTree is the same tree as sumdbTree for any hash function of 32 bytes;
// tests hold the two against each other. It works in two steps: first which
// stored hashes are needed, then, with all of them read at once, the result.
type ownTree struct{ sum func([]byte) [32]byte }

func (t ownTree) leaf(data []byte) Hash { return t.sum(append([]byte{0}, data...)) }

func (t ownTree) node(left, right Hash) Hash {
	var b [65]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[33:], right[:])
	return t.sum(b[:])
}

// span is the leaves [lo, hi) of a tree.
type span struct{ lo, hi int64 }

// split divides a span of two leaves or more as RFC 6962 2.1 does: the left
// part is the largest power of two that is smaller than the whole.
func (s span) split() (left, right span) {
	k := int64(1) << (bits.Len64(uint64(s.hi-s.lo-1)) - 1)
	return span{s.lo, s.lo + k}, span{s.lo + k, s.hi}
}

// stored appends the indexes of the complete subtrees a span consists of, the
// largest first.
func (s span) stored(indexes []int64) []int64 {
	for lo := s.lo; lo < s.hi; {
		level := bits.Len64(uint64(s.hi-lo)) - 1
		indexes = append(indexes, StoredIndex(level, lo>>level))
		lo += 1 << level
	}
	return indexes
}

// fold hashes the complete subtrees of one span, the largest first, together.
func (t ownTree) fold(hashes []Hash) Hash {
	h := hashes[len(hashes)-1]
	for _, left := range slices.Backward(hashes[:len(hashes)-1]) {
		h = t.node(left, h)
	}
	return h
}

// roots returns the root of every span.
func (t ownTree) roots(spans []span, r Reader) ([]Hash, error) {
	var indexes []int64
	ends := make([]int, len(spans))
	for i, s := range spans {
		indexes = s.stored(indexes)
		ends[i] = len(indexes)
	}
	hashes, err := read(r, indexes)
	if err != nil {
		return nil, err
	}
	out, from := make([]Hash, len(spans)), 0
	for i, to := range ends {
		out[i] = t.fold(hashes[from:to])
		from = to
	}
	return out, nil
}

func (t ownTree) grow(n int64, leaf Hash, r Reader) ([]Hash, error) {
	var indexes []int64
	for level := 0; n>>level&1 == 1; level++ {
		indexes = append(indexes, StoredIndex(level, n>>level-1))
	}
	slices.Reverse(indexes) // Readers are quicker with growing indexes.
	left, err := read(r, indexes)
	if err != nil {
		return nil, err
	}
	out := []Hash{leaf}
	for _, l := range slices.Backward(left) {
		out = append(out, t.node(l, out[len(out)-1]))
	}
	return out, nil
}

func (t ownTree) root(size int64, r Reader) (Hash, error) {
	if size == 0 {
		return t.sum(nil), nil
	}
	h, err := t.roots([]span{{0, size}}, r)
	if err != nil {
		return Hash{}, err
	}
	return h[0], nil
}

// leafPath returns the spans beside the way from leaf n to the root, the one
// next to the leaf first: RFC 6962 2.1.1.
func leafPath(s span, n int64) []span {
	var path []span
	for s.hi-s.lo > 1 {
		left, right := s.split()
		if n < right.lo {
			s, path = left, append(path, right)
		} else {
			s, path = right, append(path, left)
		}
	}
	slices.Reverse(path)
	return path
}

// treePath returns the spans of a proof that the first old leaves are the
// beginning of the tree: RFC 6962 2.1.2.
func treePath(s span, old int64) []span {
	var path []span
	for s.hi != old {
		left, right := s.split()
		if old <= right.lo {
			s, path = left, append(path, right)
		} else {
			s, path = right, append(path, left)
		}
	}
	if s.lo > 0 {
		path = append(path, s)
	}
	slices.Reverse(path)
	return path
}

func (t ownTree) proveLeaf(size, n int64, r Reader) ([]Hash, error) {
	return t.roots(leafPath(span{0, size}, n), r)
}

func (t ownTree) proveTree(size, old int64, r Reader) ([]Hash, error) {
	return t.roots(treePath(span{0, size}, old), r)
}

func (t ownTree) leafRoot(proof []Hash, size, n int64, leaf, root Hash) bool {
	path := leafPath(span{0, size}, n)
	if len(path) != len(proof) {
		return false
	}
	h := leaf
	for i, s := range path {
		if s.lo > n {
			h = t.node(h, proof[i])
		} else {
			h = t.node(proof[i], h)
		}
	}
	return h == root
}

func (t ownTree) treeRoot(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) bool {
	path := treePath(span{0, size}, old)
	if len(path) != len(proof) {
		return false
	}
	// Where the two trees meet lies either the whole old tree, whose root the
	// caller knows, or a subtree that ends with it, the first of the proof.
	was, is := oldRoot, oldRoot
	if len(path) > 0 && path[0].hi == old {
		was, is = proof[0], proof[0]
		path, proof = path[1:], proof[1:]
	}
	for i, s := range path {
		if s.lo >= old {
			is = t.node(is, proof[i])
		} else {
			was, is = t.node(proof[i], was), t.node(proof[i], is)
		}
	}
	return was == oldRoot && is == root
}
