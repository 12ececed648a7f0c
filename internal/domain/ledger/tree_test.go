package ledger_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/ledger"
)

// memory keeps the hashes of a log as the engine keeps them in a table.
type memory struct {
	log    ledger.Log
	size   int64
	hashes []ledger.Hash
}

func (m *memory) read(indexes []int64) ([]ledger.Hash, error) {
	out := make([]ledger.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, errors.New("no hash " + strconv.FormatInt(x, 10))
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

func (m *memory) add(t fataler, leaf string) {
	t.Helper()
	if got := ledger.StoredCount(m.size); got != int64(len(m.hashes)) {
		t.Fatalf("%d hashes stored, counted %d", len(m.hashes), got)
	}
	h, err := m.log.Append(m.size, leaf, m.read)
	if err != nil {
		t.Fatalf("%v", err)
	}
	m.hashes = append(m.hashes, h...)
	m.size++
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func must[T any](t fataler) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%v", err)
		}
		return v
	}
}

// The tree of the reference implementation of Certificate Transparency.
func TestRootsOfRFC6962(t *testing.T) {
	leaves := []string{
		"", "\x00", "\x10", "\x20\x21", "\x30\x31", "\x40\x41\x42\x43",
		"\x50\x51\x52\x53\x54\x55\x56\x57", "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
	}
	for _, log := range []ledger.Log{ledger.NewLog(suite(t, ledger.Intl)), ledger.OwnSHA256Log()} {
		m := &memory{log: log}
		empty := must[ledger.Hash](t)(log.Root(0, m.read))
		if got := ledger.Hex(empty); got != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
			t.Errorf("empty: %s", got)
		}
		for _, l := range leaves {
			m.add(t, l)
		}
		got := ledger.Hex(must[ledger.Hash](t)(log.Root(8, m.read)))
		if want := "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"; got != want {
			t.Errorf("8 leaves: %s", got)
		}
	}
}

func TestOwnTreeIsTheTreeOfTheChecksumDatabase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		theirs, ours := &memory{log: ledger.NewLog(intlSuite)}, &memory{log: ledger.OwnSHA256Log()}
		size := rapid.Int64Range(1, 300).Draw(t, "size")
		for i := range size {
			leaf := strconv.FormatInt(i, 10)
			theirs.add(t, leaf)
			ours.add(t, leaf)
		}
		if diff := cmp.Diff(theirs.hashes, ours.hashes); diff != "" {
			t.Fatal(diff)
		}
		at := rapid.Int64Range(1, size).Draw(t, "at")
		n := rapid.Int64Range(0, at-1).Draw(t, "n")
		same(t, must[ledger.Hash](t)(theirs.log.Root(at, theirs.read)), must[ledger.Hash](t)(ours.log.Root(at, ours.read)))
		same(t, must[[]ledger.Hash](t)(theirs.log.InclusionProof(at, n, theirs.read)), must[[]ledger.Hash](t)(ours.log.InclusionProof(at, n, ours.read)))
		same(t, must[[]ledger.Hash](t)(theirs.log.ConsistencyProof(n+1, at, theirs.read)), must[[]ledger.Hash](t)(ours.log.ConsistencyProof(n+1, at, ours.read)))
	})
}

func same(t *rapid.T, a, b any) {
	t.Helper()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatal(diff)
	}
}

var intlSuite, _ = ledger.SuiteByName(ledger.Intl)

func TestProofsHoldAndOneWrongBitBreaksThem(t *testing.T) {
	sm := suite(t, ledger.SM)
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SampledFrom([]ledger.Log{ledger.NewLog(intlSuite), ledger.NewLog(sm), ledger.OwnSHA256Log()}).Draw(t, "log")
		m := &memory{log: log}
		size := rapid.Int64Range(1, 130).Draw(t, "size")
		for i := range size {
			m.add(t, "leaf "+strconv.FormatInt(i, 10))
		}
		n := rapid.Int64Range(0, size-1).Draw(t, "n")
		leaf := "leaf " + strconv.FormatInt(n, 10)
		root := must[ledger.Hash](t)(log.Root(size, m.read))
		old := n + 1
		oldRoot := must[ledger.Hash](t)(log.Root(old, m.read))
		in := must[[]ledger.Hash](t)(log.InclusionProof(size, n, m.read))
		from := must[[]ledger.Hash](t)(log.ConsistencyProof(old, size, m.read))
		if err := log.CheckInclusion(in, size, root, n, leaf); err != nil {
			t.Fatal(err)
		}
		if err := log.CheckConsistency(from, old, oldRoot, size, root); err != nil {
			t.Fatal(err)
		}
		bit := rapid.IntRange(0, 255).Draw(t, "bit")
		wrong := func(h ledger.Hash) ledger.Hash { h[bit/8] ^= 1 << (bit % 8); return h }
		wrongIn := func(p []ledger.Hash) []ledger.Hash {
			p = append([]ledger.Hash(nil), p...)
			if len(p) == 0 {
				return []ledger.Hash{root}
			}
			i := rapid.IntRange(0, len(p)-1).Draw(t, "of")
			p[i] = wrong(p[i])
			return p
		}
		for i, err := range []error{
			log.CheckInclusion(wrongIn(in), size, root, n, leaf),
			log.CheckInclusion(in, size, wrong(root), n, leaf),
			log.CheckInclusion(in, size, root, n, leaf+"x"),
			log.CheckInclusion(append(in, root), size, root, n, leaf),
			log.CheckInclusion(in, size, root, (n+1)%(size+1), leaf),
		} {
			if err == nil {
				t.Fatalf("inclusion %d of %d, forgery %d passes", n, size, i)
			}
		}
		for i, err := range []error{
			log.CheckConsistency(wrongIn(from), old, oldRoot, size, root),
			log.CheckConsistency(from, old, wrong(oldRoot), size, root),
			log.CheckConsistency(from, old, oldRoot, size, wrong(root)),
			log.CheckConsistency(append(from, root), old, oldRoot, size, root),
		} {
			if err == nil {
				t.Fatalf("consistency %d of %d, forgery %d passes", old, size, i)
			}
		}
	})
}

func TestImpossibleSizesAreRefused(t *testing.T) {
	short := func([]int64) ([]ledger.Hash, error) { return nil, nil }
	for _, name := range suites {
		log := ledger.NewLog(suite(t, name))
		for _, size := range []int64{-1, ledger.MaxLogSize + 1, 1<<63 - 1} {
			_, err := log.Root(size, short)
			wantCode(t, err, "ledger.size_impossible")
			_, err = log.Append(size, "x", short)
			wantCode(t, err, "ledger.size_impossible")
			_, err = log.InclusionProof(size, 0, short)
			wantCode(t, err, "ledger.index_outside")
			_, err = log.ConsistencyProof(0, size, short)
			wantCode(t, err, "ledger.index_outside")
			wantCode(t, log.CheckInclusion(nil, size, ledger.Hash{}, 0, "x"), "ledger.inclusion_wrong")
			wantCode(t, log.CheckConsistency(nil, 1, ledger.Hash{}, size, ledger.Hash{}), "ledger.consistency_wrong")
		}
		if _, err := log.Root(5, short); err == nil {
			t.Error("a reader that gives too little goes unseen")
		}
		if _, err := log.Append(1, "x", func([]int64) ([]ledger.Hash, error) { return nil, errors.New("disk") }); err == nil {
			t.Error("a reader's error is lost")
		}
		far := make([]ledger.Hash, 48)
		wantCode(t, log.CheckInclusion(far, ledger.MaxLogSize, ledger.Hash{}, 1<<47+3, "x"), "ledger.inclusion_wrong")
	}
}
