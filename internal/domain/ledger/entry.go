package ledger

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huying/internal/fault"
	"huying/internal/ident"
)

// Entry is one act in the chain of one matter. Chain fills in Seq, PayloadHash,
// Prev and Hash; the package comment says how they are computed.
type Entry struct {
	District string    // who keeps the chain: no "/" and not empty
	Matter   ident.ID  // whose chain it is
	Seq      int       // from 1, without gaps
	At       time.Time // µs UTC
	Actor    string    // post, or the name of a system actor
	OnBehalf string    // unit
	Act      string    // what was done
	Subject  string    // what it was done to, such as an order
	Payload  []byte    // canonical JSON; nil once it has been erased
	Suite    string    // Intl or SM

	PayloadHash Hash
	Prev        Hash
	Hash        Hash
}

// Head is the newest entry of a chain; the zero Head is an empty chain.
type Head struct {
	Seq  int
	Hash Hash
}

// The limits of an entry, in bytes.
const (
	MaxPayload = 1 << 20
	maxText    = 512
)

// TimeLayout is how the ledger writes instants: UTC, always six decimals.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// Chain makes e the entry after prev and returns the new head. At is cut to
// whole microseconds of UTC. Faults, all of them mistakes of the program and
// not of a user: ledger.suite_unknown, ledger.entry_malformed (with the name
// of the field), ledger.payload_not_canonical.
func Chain(prev Head, e *Entry) (Head, error) {
	e.At = time.UnixMicro(e.At.UnixMicro()).UTC()
	e.Seq, e.Prev = prev.Seq+1, prev.Hash
	if field := e.malformed(); field != "" {
		return Head{}, fault.New(fault.Internal, "ledger.entry_malformed", field)
	}
	if err := CheckCanonical(e.Payload); err != nil {
		return Head{}, err
	}
	s, err := SuiteByName(e.Suite)
	if err != nil {
		return Head{}, err
	}
	var h Hasher
	e.PayloadHash = s.sum(e.Payload)
	e.Hash = h.entry(s, e)
	return e.Head(), nil
}

// Head returns the head of a chain that ends with e.
func (e *Entry) Head() Head { return Head{e.Seq, e.Hash} }

// malformed names the first field that no entry may have in this form, or "".
func (e *Entry) malformed() string {
	for _, f := range []struct{ name, text string }{
		{"district", e.District}, {"actor", e.Actor}, {"on_behalf", e.OnBehalf}, {"act", e.Act}, {"subject", e.Subject},
	} {
		if len(f.text) > maxText || !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, unicode.IsControl) {
			return f.name
		}
	}
	switch year := e.At.Year(); {
	case e.District == "" || strings.Contains(e.District, "/"):
		return "district"
	case e.Act == "":
		return "act"
	case year < 0 || year > 9999:
		return "at"
	case e.Seq < 1:
		return "seq"
	case len(e.Payload) > MaxPayload:
		return "payload"
	}
	return ""
}

// VerifyEntry checks that e agrees with itself: its payload, if it has one, is
// canonical and has the payload hash, and the hash follows from prev and the
// facts. It does not know the entries around e; Verifier does.
func VerifyEntry(e *Entry) error {
	var h Hasher
	if b := h.check(e); b != nil {
		return b
	}
	return nil
}

// Hasher computes the hashes of entries and keeps its buffer between them. The
// zero Hasher is ready. It is not safe for concurrent use.
type Hasher struct{ buf []byte }

// Hash returns the hash e must have, given its PayloadHash and Prev.
// Fault: ledger.suite_unknown.
func (h *Hasher) Hash(e *Entry) (Hash, error) {
	s, err := SuiteByName(e.Suite)
	if err != nil {
		return Hash{}, err
	}
	return h.entry(s, e), nil
}

func (h *Hasher) entry(s Suite, e *Entry) Hash { return h.link(s, e.Prev, h.body(s, e)) }

// body is the digest of everything an entry says except what came before it.
func (h *Hasher) body(s Suite, e *Entry) Hash {
	h.buf = appendFacts(h.buf[:0], e)
	return s.sum(h.buf)
}

// link is the hash of an entry, from its body and the hash before it.
func (h *Hasher) link(s Suite, prev, body Hash) Hash {
	b := append(h.buf[:0], linkTag...)
	b = append(b, prev[:]...)
	h.buf = append(b, body[:]...)
	return s.sum(h.buf)
}

const (
	entryTag = "huying entry 1\n"
	linkTag  = "huying link 1\n"
)

func appendFacts(b []byte, e *Entry) []byte {
	b = append(b, entryTag...)
	b = appendText(b, e.Suite)
	b = appendText(b, e.District)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Matter))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	b = appendText(b, e.Actor)
	b = appendText(b, e.OnBehalf)
	b = appendText(b, e.Act)
	b = appendText(b, e.Subject)
	return append(b, e.PayloadHash[:]...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// Leaf returns the line that stands for a matter's head in the log.
func Leaf(district string, matter ident.ID, h Head) string {
	return district + "/" + number(matter) + "/" + strconv.Itoa(h.Seq) + "/" + Hex(h.Hash)
}

// number is the reference number of a matter, or the bare integer of a value
// that no Maker can have made, as a damaged row may hold.
func number(id ident.ID) string {
	if id < 0 || id%37 >= 32 {
		return strconv.FormatInt(int64(id), 10)
	}
	return id.Number()
}
