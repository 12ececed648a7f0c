package ledger

import (
	"encoding/json"
	"time"

	"huying/internal/fault"
	"huying/internal/ident"
)

// ReceiptFormat names the format of receipts this package makes and reads.
const ReceiptFormat = "huying-receipt-1"

// The limits of a receipt: its size in bytes, and its number of links.
const (
	MaxReceipt = MaxPayload + 1<<20
	maxLinks   = 4096
	maxProof   = 64
)

// Receipt proves to its holder that an entry stands in a log. Nothing in it is
// in a language: faces choose the words by Entry.Act. Hashes are base64 except
// in Leaf, whose text is what the log holds.
type Receipt struct {
	Format     string       `json:"format"`
	No         ident.ID     `json:"no"`
	Entry      ReceiptEntry `json:"entry"`
	Links      []Link       `json:"links"` // from the entry to the head that Leaf names
	Leaf       string       `json:"leaf"`
	Index      int64        `json:"index"`
	Size       int64        `json:"size"`
	Proof      []Hash       `json:"proof"`
	Suite      string       `json:"suite"`
	Checkpoint string       `json:"checkpoint"`
	Key        string       `json:"key"`
}

// ReceiptEntry is an entry as a receipt shows it. Payload may be left out; the
// hash of the entry can be checked all the same.
type ReceiptEntry struct {
	Suite       string          `json:"suite"`
	District    string          `json:"district"`
	Seq         int             `json:"seq"`
	At          string          `json:"at"`
	Actor       string          `json:"actor"`
	OnBehalf    string          `json:"on_behalf"`
	Act         string          `json:"act"`
	Subject     string          `json:"subject"`
	Payload     json.RawMessage `json:"payload,omitempty"`
	PayloadHash Hash            `json:"payload_hash"`
	Prev        Hash            `json:"prev"`
	Hash        Hash            `json:"hash"`
}

// Link leads over one later entry of the chain without telling what it says.
type Link struct {
	Suite string `json:"suite"`
	Body  Hash   `json:"body"`
}

// Proof is what the log says of the head of a chain.
type Proof struct {
	Index      int64
	Path       []Hash // of InclusionProof, for the checkpoint's size
	Checkpoint []byte // signed
	Key        PublicKey
}

// NewReceipt returns the receipt of e as canonical JSON. Later are the entries
// of the same chain that follow e up to the head the log holds, none if e is
// that head; of them only digests go into the receipt. With payload false the
// payload stays out. The receipt is verified before it is returned, so its
// faults are those of VerifyReceipt, and ledger.payload_unfit.
func NewReceipt(e *Entry, later []*Entry, p Proof, payload bool) ([]byte, error) {
	c, _, err := OpenCheckpoint(p.Checkpoint, p.Key)
	if err != nil {
		return nil, err
	}
	head, links, err := linksOf(e, later)
	if err != nil {
		return nil, err
	}
	r := Receipt{
		Format: ReceiptFormat, No: e.Matter, Entry: receiptEntry(e), Links: links,
		Leaf: Leaf(e.District, e.Matter, head), Index: p.Index, Size: c.Size, Proof: p.Path,
		Suite: c.Suite, Checkpoint: string(p.Checkpoint), Key: p.Key.Text(),
	}
	if r.Proof == nil {
		r.Proof = []Hash{}
	}
	if !payload {
		r.Entry.Payload = nil
	}
	b, err := Canonical(r)
	if err != nil {
		return nil, err
	}
	_, err = VerifyReceipt(b, []PublicKey{p.Key})
	return b, err
}

func linksOf(e *Entry, later []*Entry) (Head, []Link, error) {
	var h Hasher
	head, links := e.Head(), make([]Link, 0, len(later))
	for _, l := range later {
		s, err := SuiteByName(l.Suite)
		if err != nil {
			return Head{}, nil, err
		}
		links = append(links, Link{l.Suite, h.body(s, l)})
		head = l.Head()
	}
	return head, links, nil
}

func receiptEntry(e *Entry) ReceiptEntry {
	return ReceiptEntry{
		Suite: e.Suite, District: e.District, Seq: e.Seq, At: e.At.UTC().Format(TimeLayout), Actor: e.Actor,
		OnBehalf: e.OnBehalf, Act: e.Act, Subject: e.Subject, Payload: e.Payload,
		PayloadHash: e.PayloadHash, Prev: e.Prev, Hash: e.Hash,
	}
}

// entry is the inverse of receiptEntry.
func (r *Receipt) entry() (*Entry, error) {
	at, err := time.Parse(TimeLayout, r.Entry.At)
	if err != nil || at.Format(TimeLayout) != r.Entry.At {
		return nil, malformedReceipt("entry.at").Because(err)
	}
	t := r.Entry
	e := &Entry{
		District: t.District, Matter: r.No, Seq: t.Seq, At: at, Actor: t.Actor, OnBehalf: t.OnBehalf, Act: t.Act,
		Subject: t.Subject, Payload: t.Payload, Suite: t.Suite, PayloadHash: t.PayloadHash, Prev: t.Prev, Hash: t.Hash,
	}
	if field := e.malformed(); field != "" {
		return nil, malformedReceipt("entry." + field)
	}
	return e, nil
}

func malformedReceipt(field string) *fault.Error {
	return fault.Field(field, "ledger.receipt_malformed", field)
}
