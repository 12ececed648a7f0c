package ledger

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"huying/internal/ident"
)

// Break is the first thing that is wrong in a chain. Field is the column of
// the entry: "seq", "prev", "suite", "at", "payload", "payload_hash" or "hash";
// or "facts" when one of district, matter, seq, at, actor, on_behalf, act,
// subject has changed and nothing tells which. Offset is the byte of the
// payload that is wrong, or -1 where none is known. It is an error for logs and
// reports of a verification, not a fault of a user.
type Break struct {
	District string
	Matter   ident.ID
	Seq      int
	Field    string
	Offset   int
	Want     string
	Got      string
}

func (b *Break) Error() string {
	at := ""
	if b.Offset >= 0 {
		at = fmt.Sprintf(" at byte %d", b.Offset)
	}
	return fmt.Sprintf("ledger broken: district %s, matter %s, entry %d: %s%s: want %s, got %s",
		b.District, number(b.Matter), b.Seq, b.Field, at, b.Want, b.Got)
}

func broken(e *Entry, field, want, got string) *Break {
	return &Break{District: e.District, Matter: e.Matter, Seq: e.Seq, Field: field, Offset: -1, Want: want, Got: got}
}

// Verifier follows chains entry by entry. The zero Verifier is ready, starts
// with an empty chain and accepts no erased payload.
//
// A chain cannot tell that its newest entries are missing: compare Head, when
// the matter changes and at the end, with the head kept elsewhere.
type Verifier struct {
	// MayErase accepts entries without payload, which Erased then counts.
	MayErase bool

	hasher   Hasher
	district string
	matter   ident.ID
	head     Head
	entries  int
	erased   int
}

// Next checks the entry that follows. An entry of another matter or district
// starts a new chain, so all entries of one matter come together, in order. It
// returns nil if the entry is right; after a Break the Verifier goes on from
// the stored hash, so that a caller who wants every break can continue.
func (v *Verifier) Next(e *Entry) *Break {
	if v.entries == 0 || e.Matter != v.matter || e.District != v.district {
		v.district, v.matter, v.head = e.District, e.Matter, Head{}
	}
	before := v.head
	v.head = e.Head()
	v.entries++
	if e.Payload == nil {
		v.erased++
		if !v.MayErase {
			return broken(e, "payload", "the payload of hash "+Hex(e.PayloadHash), "nothing")
		}
	}
	if e.Seq != before.Seq+1 {
		return broken(e, "seq", strconv.Itoa(before.Seq+1), strconv.Itoa(e.Seq))
	}
	if e.Prev != before.Hash {
		return broken(e, "prev", Hex(before.Hash), Hex(e.Prev))
	}
	return v.hasher.check(e)
}

// Head returns the head of the chain the last entry belongs to.
func (v *Verifier) Head() Head { return v.head }

// Entries returns how many entries have been read, and how many of these had
// their payload erased.
func (v *Verifier) Entries() (all, erased int) { return v.entries, v.erased }

// check compares what e says with its hashes.
func (h *Hasher) check(e *Entry) *Break {
	s, err := SuiteByName(e.Suite)
	if err != nil {
		return broken(e, "suite", Intl+" or "+SM, strconv.Quote(clip(e.Suite)))
	}
	if e.At.Nanosecond()%1000 != 0 {
		return broken(e, "at", "whole microseconds", e.At.UTC().Format("2006-01-02T15:04:05.000000000Z"))
	}
	hash := h.entry(s, e)
	if e.Payload != nil {
		if sum := s.sum(e.Payload); sum != e.PayloadHash {
			return h.payloadBreak(s, e, sum, hash)
		}
		if i := canonicalPrefix(e.Payload); i != len(e.Payload) || i == 0 {
			b := broken(e, "payload", "canonical JSON", around(e.Payload, i))
			b.Offset = i
			return b
		}
	}
	if hash != e.Hash {
		return broken(e, "facts", Hex(e.Hash), Hex(hash))
	}
	return nil
}

// payloadBreak tells whether the payload or its hash was changed: the hash of
// the entry vouches for one of them.
func (h *Hasher) payloadBreak(s Suite, e *Entry, sum, hash Hash) *Break {
	if hash == e.Hash {
		b := broken(e, "payload", Hex(e.PayloadHash), Hex(sum))
		if i, was := repair(s, e.Payload, e.PayloadHash); i >= 0 {
			b.Offset = i
			b.Want, b.Got = quoteByte(was), quoteByte(e.Payload[i])
		} else if i := canonicalPrefix(e.Payload); i != len(e.Payload) {
			b.Offset = i
		}
		return b
	}
	as := *e
	as.PayloadHash = sum
	if h.entry(s, &as) == e.Hash {
		return broken(e, "payload_hash", Hex(sum), Hex(e.PayloadHash))
	}
	return broken(e, "facts", Hex(e.Hash), Hex(hash))
}

// Refine uses the entry that follows a break, if it is of the same chain. When
// the recomputed hash is the one the next entry was chained to, the facts are
// as they were and it is the stored hash that was changed.
func (b *Break) Refine(next *Entry) {
	same := next != nil && next.District == b.District && next.Matter == b.Matter && next.Seq == b.Seq+1
	if same && b.Field == "facts" && Hex(next.Prev) == b.Got {
		b.Field, b.Want, b.Got = "hash", b.Got, b.Want
	}
}

// repairBudget bounds the search of repair, in bytes hashed: about a second
// of SM3.
const repairBudget = 256 << 20

// repair looks for the one byte that, set back, gives b the hash it had. It
// returns its offset and old value, or -1 if more than one byte was changed or
// b is too long to try them all.
func repair(s Suite, b []byte, want Hash) (offset int, was byte) {
	if len(b)*len(b)*255 > repairBudget {
		return -1, 0
	}
	try := append([]byte(nil), b...)
	for i, now := range b {
		for d := 1; d < 256; d++ {
			try[i] = now ^ byte(d)
			if s.sum(try) == want {
				return i, try[i]
			}
		}
		try[i] = now
	}
	return -1, 0
}

func quoteByte(c byte) string {
	if c < ' ' || c >= utf8.RuneSelf {
		return fmt.Sprintf("%02x", c)
	}
	return fmt.Sprintf("%02x %q", c, c)
}

// FirstDifference returns the offset of the first byte in which a and b differ,
// or -1 if they are equal, and the text of both around it, for a report.
func FirstDifference(a, b []byte) (offset int, context string) {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	if i == len(a) && i == len(b) {
		return -1, ""
	}
	return i, around(a, i) + " ≠ " + around(b, i)
}

// around quotes the text at offset i with a little of what is left and right
// of it, cut between characters.
func around(b []byte, i int) string {
	const reach = 24
	lo, hi := max(0, i-reach), min(len(b), i+reach)
	for lo > 0 && lo < len(b) && !utf8.RuneStart(b[lo]) {
		lo--
	}
	for hi < len(b) && !utf8.RuneStart(b[hi]) {
		hi++
	}
	left, right := "", ""
	if lo > 0 {
		left = "…"
	}
	if hi < len(b) {
		right = "…"
	}
	return left + strconv.Quote(string(b[min(lo, hi):hi])) + right
}
