package ledger

import (
	"bytes"
	"encoding/json"
	"time"

	"huying/internal/fault"
	"huying/internal/ident"
)

// Report is what a receipt proves. KeyTrusted false means that the key came
// with the receipt: the receipt then agrees with itself, and proves something
// only once Fingerprint has been compared with the one the district publishes.
type Report struct {
	District     string
	No           ident.ID
	Act          string
	Actor        string
	OnBehalf     string
	At           time.Time
	Seq          int  // of the entry
	Head         int  // of the newest entry the log held then
	PayloadShown bool // whether the receipt holds the payload, which then is proved too
	Origin       string
	Size         int64
	CheckpointAt time.Time
	Suite        string
	KeyID        string
	Fingerprint  string
	KeyTrusted   bool
}

// VerifyReceipt checks a receipt from beginning to end: entry, chain, leaf,
// place in the tree, checkpoint. If trusted is empty, the key inside the
// receipt is used and the Report says so; else that key must be one of the
// trusted. The receipt may come from anybody; white space and the order of
// keys do not matter, and nothing else may differ from what NewReceipt wrote.
//
// Faults: ledger.receipt_too_large, ledger.receipt_malformed (with the field),
// ledger.payload_hash_wrong, ledger.entry_hash_wrong, ledger.links_wrong,
// ledger.leaf_wrong, ledger.key_malformed, ledger.key_not_trusted, those of
// OpenCheckpoint, ledger.size_differs, ledger.suite_differs,
// ledger.inclusion_wrong.
func VerifyReceipt(b []byte, trusted []PublicKey) (Report, error) {
	r, err := parseReceipt(b)
	if err != nil {
		return Report{}, err
	}
	e, err := r.verifyEntry()
	if err != nil {
		return Report{}, err
	}
	head, err := r.verifyChain(e)
	if err != nil {
		return Report{}, err
	}
	c, key, err := r.verifyLog(trusted)
	if err != nil {
		return Report{}, err
	}
	return Report{
		District: e.District, No: e.Matter, Act: e.Act, Actor: e.Actor, OnBehalf: e.OnBehalf, At: e.At,
		Seq: e.Seq, Head: head.Seq, PayloadShown: e.Payload != nil,
		Origin: c.Origin, Size: c.Size, CheckpointAt: c.At, Suite: c.Suite,
		KeyID: key.ID(), Fingerprint: key.Fingerprint(), KeyTrusted: len(trusted) > 0,
	}, nil
}

// parseReceipt reads a receipt in any layout but with one meaning: written
// again it must be the same document, so no key is unknown, repeated, missing
// or spelt otherwise, and no two readers can see different facts.
func parseReceipt(b []byte) (*Receipt, error) {
	if len(b) > MaxReceipt {
		return nil, fault.New(fault.TooLarge, "ledger.receipt_too_large", len(b), MaxReceipt)
	}
	plain, err := canonicalText(b)
	if err != nil {
		return nil, malformedReceipt("receipt").Because(err)
	}
	var r Receipt
	if err := json.Unmarshal(plain, &r); err != nil {
		return nil, malformedReceipt("receipt").Because(err)
	}
	again, err := Canonical(r)
	if err != nil || !bytes.Equal(again, plain) {
		return nil, malformedReceipt("receipt").Because(err)
	}
	switch {
	case r.Format != ReceiptFormat:
		return nil, malformedReceipt("format")
	case r.Links == nil || len(r.Links) > maxLinks:
		return nil, malformedReceipt("links")
	case r.Proof == nil || len(r.Proof) > maxProof:
		return nil, malformedReceipt("proof")
	}
	return &r, nil
}

func (r *Receipt) verifyEntry() (*Entry, error) {
	e, err := r.entry()
	if err != nil {
		return nil, err
	}
	s, err := SuiteByName(e.Suite)
	if err != nil {
		return nil, malformedReceipt("entry.suite").Because(err)
	}
	if e.Payload != nil && s.sum(e.Payload) != e.PayloadHash {
		return nil, fault.Field("entry.payload", "ledger.payload_hash_wrong")
	}
	var h Hasher
	if h.entry(s, e) != e.Hash {
		return nil, fault.Field("entry.hash", "ledger.entry_hash_wrong", Hex(e.Hash))
	}
	return e, nil
}

// verifyChain follows the links from the entry to the head of the leaf.
func (r *Receipt) verifyChain(e *Entry) (Head, error) {
	var h Hasher
	head := e.Head()
	for _, l := range r.Links {
		s, err := SuiteByName(l.Suite)
		if err != nil {
			return Head{}, malformedReceipt("links").Because(err)
		}
		head = Head{head.Seq + 1, h.link(s, head.Hash, l.Body)}
	}
	if want := Leaf(e.District, e.Matter, head); r.Leaf != want {
		if len(r.Links) > 0 {
			return Head{}, fault.Field("links", "ledger.links_wrong", clip(r.Leaf))
		}
		return Head{}, fault.Field("leaf", "ledger.leaf_wrong", clip(r.Leaf))
	}
	return head, nil
}

func (r *Receipt) verifyLog(trusted []PublicKey) (Checkpoint, PublicKey, error) {
	own, err := ParsePublicKey(r.Key)
	if err != nil {
		return Checkpoint{}, PublicKey{}, err
	}
	if len(trusted) > 0 && !contains(trusted, own) {
		return Checkpoint{}, PublicKey{}, fault.Field("key", "ledger.key_not_trusted", own.name, own.ID())
	}
	c, key, err := OpenCheckpoint([]byte(r.Checkpoint), own)
	if err != nil {
		return Checkpoint{}, PublicKey{}, err
	}
	if r.Suite != c.Suite {
		return Checkpoint{}, PublicKey{}, fault.Field("suite", "ledger.suite_differs", clip(r.Suite))
	}
	if r.Size != c.Size {
		return Checkpoint{}, PublicKey{}, fault.Field("size", "ledger.size_differs", r.Size, c.Size)
	}
	log := NewLog(key.suite)
	return c, key, log.CheckInclusion(r.Proof, c.Size, c.Root, r.Index, r.Leaf)
}

// contains compares whole keys, since a key id is too short to trust.
func contains(keys []PublicKey, k PublicKey) bool {
	for _, t := range keys {
		if t == k {
			return true
		}
	}
	return false
}
