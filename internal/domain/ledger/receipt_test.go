package ledger_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"huying/internal/domain/ledger"
	"huying/internal/fault"
)

// world is a small log with its key and newest checkpoint.
type world struct {
	key     ledger.PrivateKey
	mem     *memory
	chain   []*ledger.Entry
	index   int64
	point   ledger.Checkpoint
	signed  []byte
	suite   ledger.Suite
	receipt []byte
}

// newWorld puts the head of a chain of four entries among other leaves.
func newWorld(t fataler, name string, entry int, payload bool) *world {
	t.Helper()
	s := must[ledger.Suite](t)(ledger.SuiteByName(name))
	w := &world{
		suite: s, key: must[ledger.PrivateKey](t)(ledger.GenerateKey(s, "huying.example.cn/440103", rand.Reader)),
		mem: &memory{log: ledger.NewLog(s)}, chain: chain(t, name, 4), index: 5,
	}
	for i := range int64(11) {
		leaf := "440103/other"
		if i == w.index {
			leaf = ledger.Leaf("440103", w.chain[3].Matter, w.chain[3].Head())
		}
		w.mem.add(t, leaf)
	}
	w.point = ledger.Checkpoint{
		Origin: "huying.example.cn/440103", Size: 11, Root: must[ledger.Hash](t)(w.mem.log.Root(11, w.mem.read)),
		Suite: name, At: time.UnixMicro(noon.UnixMicro()).UTC(), PrevRoot: must[ledger.Hash](t)(w.mem.log.Root(4, w.mem.read)),
	}
	w.signed = must[[]byte](t)(w.point.Sign(w.key, rand.Reader))
	w.receipt = must[[]byte](t)(ledger.NewReceipt(w.chain[entry], w.chain[entry+1:], w.proof(t), payload))
	return w
}

func (w *world) proof(t fataler) ledger.Proof {
	t.Helper()
	return ledger.Proof{
		Index: w.index, Path: must[[]ledger.Hash](t)(w.mem.log.InclusionProof(11, w.index, w.mem.read)),
		Checkpoint: w.signed, Key: w.key.Public(),
	}
}

func TestCheckpointReadsBack(t *testing.T) {
	for _, name := range suites {
		w := newWorld(t, name, 0, true)
		got, key, err := ledger.OpenCheckpoint(w.signed, w.key.Public())
		if err != nil || got != w.point || key != w.key.Public() {
			t.Fatalf("%+v, %v", got, err)
		}
	}
}

// Any reader of Go's signed notes reads a checkpoint of the suite intl.
func TestCheckpointIsASignedNote(t *testing.T) {
	w := newWorld(t, ledger.Intl, 0, true)
	v := must[note.Verifier](t)(note.NewVerifier(w.key.Public().Text()))
	n, err := note.Open(w.signed, note.VerifierList(v))
	if err != nil || n.Text != w.point.Text() {
		t.Fatalf("%v", err)
	}
	want := "huying.example.cn/440103\n11\n" + w.point.Root.String() + "\nsuite intl\nat 2026-11-22T04:00:00.123456Z\nprev " +
		w.point.PrevRoot.String() + "\n"
	if n.Text != want {
		t.Errorf("%s", n.Text)
	}
}

func TestAnyFlippedBitBreaksACheckpoint(t *testing.T) {
	for _, name := range suites {
		w := newWorld(t, name, 0, true)
		for i := range 8 * len(w.signed) {
			wrong := bytes.Clone(w.signed)
			wrong[i/8] ^= 1 << (i % 8)
			if c, _, err := ledger.OpenCheckpoint(wrong, w.key.Public()); err == nil {
				t.Fatalf("%s: bit %d is not seen: %+v", name, i, c)
			} else if fault.Of(err) != fault.Invalid {
				t.Fatalf("%s: bit %d: %v", name, i, err)
			}
		}
	}
}

func TestCheckpointFaultsSayWhatIsWrong(t *testing.T) {
	w, other := newWorld(t, ledger.SM, 0, true), newWorld(t, ledger.SM, 0, true)
	open := func(b []byte, k ...ledger.PublicKey) error { _, _, err := ledger.OpenCheckpoint(b, k...); return err }
	wantCode(t, open(w.signed, other.key.Public()), "ledger.signature_missing")
	wantCode(t, open(w.signed), "ledger.signature_missing")
	wantCode(t, open(w.signed, ledger.PublicKey{}), "ledger.signature_missing")
	wantCode(t, open(bytes.Replace(w.signed, []byte("\n11\n"), []byte("\n12\n"), 1), w.key.Public()), "ledger.signature_wrong")
	wantCode(t, open([]byte("hello"), w.key.Public()), "ledger.checkpoint_malformed")
	wantCode(t, open(bytes.Repeat([]byte("x"), ledger.MaxCheckpoint+1), w.key.Public()), "ledger.checkpoint_malformed")

	// A witness may sign too; what it says of itself is passed over.
	witness := append(bytes.Clone(w.signed), "— witness.example.org "+base64.StdEncoding.EncodeToString([]byte("1234signature"))+"\n"...)
	if err := open(witness, w.key.Public()); err != nil {
		t.Error(err)
	}
	c := w.point
	c.Origin = "another.example.cn"
	_, err := c.Sign(w.key, rand.Reader)
	wantCode(t, err, "ledger.origin_differs")
	c = w.point
	c.Suite = ledger.Intl
	_, err = c.Sign(w.key, rand.Reader)
	wantCode(t, err, "ledger.suite_differs")
	for _, spoil := range []func(*ledger.Checkpoint){
		func(c *ledger.Checkpoint) { c.Origin = "a\nb" }, func(c *ledger.Checkpoint) { c.Size = -1 },
		func(c *ledger.Checkpoint) { c.Suite = "" }, func(c *ledger.Checkpoint) { c.At = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		c = w.point
		spoil(&c)
		_, err = c.Sign(w.key, rand.Reader)
		wantCode(t, err, "ledger.checkpoint_malformed")
	}
}

// signText signs any text as the log would, for texts Sign refuses.
func signText(t *testing.T, k ledger.PrivateKey, text string) []byte {
	t.Helper()
	s, err := note.NewSigner(k.Text())
	if err != nil {
		t.Fatal(err)
	}
	return must[[]byte](t)(note.Sign(&note.Note{Text: text}, s))
}

func TestSignedTextsThatAreNoCheckpointAreRefused(t *testing.T) {
	w := newWorld(t, ledger.Intl, 0, true)
	for from, to := range map[string]string{
		"\n11\n": "\n011\n", "\nat ": "\nat  ", "suite intl": "suite x", "\nprev": "\nprevious", "Z\n": "+00:00\n",
		"suite intl\n": "suite intl\nmore\n", "huying.example.cn/440103\n11": "\n11",
	} {
		text := strings.Replace(w.point.Text(), from, to, 1)
		if text == w.point.Text() {
			t.Fatalf("%q changes nothing", from)
		}
		_, _, err := ledger.OpenCheckpoint(signText(t, w.key, text), w.key.Public())
		wantCode(t, err, "ledger.checkpoint_malformed")
	}
	text := strings.Replace(w.point.Text(), "huying.example.cn/440103", "else.example.cn", 1)
	_, _, err := ledger.OpenCheckpoint(signText(t, w.key, text), w.key.Public())
	wantCode(t, err, "ledger.origin_differs")
	text = strings.Replace(w.point.Text(), "suite intl", "suite sm", 1)
	_, _, err = ledger.OpenCheckpoint(signText(t, w.key, text), w.key.Public())
	wantCode(t, err, "ledger.suite_differs")
}

func TestReceiptProvesAnyEntryOfTheChain(t *testing.T) {
	for _, name := range suites {
		for entry := range 4 {
			w := newWorld(t, name, entry, entry%2 == 0)
			for _, trusted := range [][]ledger.PublicKey{nil, {w.key.Public()}} {
				got, err := ledger.VerifyReceipt(w.receipt, trusted)
				if err != nil {
					t.Fatal(err)
				}
				e := w.chain[entry]
				if got.No != e.Matter || got.Seq != entry+1 || got.Head != 4 || !got.At.Equal(e.At) || got.Act != e.Act ||
					got.PayloadShown != (entry%2 == 0) || got.KeyTrusted != (trusted != nil) || got.KeyID != w.key.Public().ID() ||
					got.Size != 11 || got.Suite != name {
					t.Errorf("%+v", got)
				}
			}
		}
	}
}

// An erased or withheld payload, and what later entries say, stay out.
func TestReceiptTellsNothingOfLaterEntries(t *testing.T) {
	w := newWorld(t, ledger.Intl, 0, false)
	for _, word := range []string{"matter.verify", "order.issue", "路灯"} {
		if bytes.Contains(w.receipt, []byte(word)) {
			t.Errorf("%s is in %s", word, w.receipt)
		}
	}
}

func TestReceiptMayBeLaidOutAnew(t *testing.T) {
	w := newWorld(t, ledger.Intl, 1, true)
	var loose bytes.Buffer
	if err := json.Indent(&loose, w.receipt, "", "  "); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.VerifyReceipt(append(loose.Bytes(), '\n'), nil); err != nil {
		t.Error(err)
	}
}

func TestAnyFlippedBitBreaksAReceipt(t *testing.T) {
	for _, name := range suites {
		w := newWorld(t, name, 2, true)
		rapid.Check(t, func(t *rapid.T) {
			for range 20 {
				i := rapid.IntRange(0, 8*len(w.receipt)-1).Draw(t, "bit")
				wrong := bytes.Clone(w.receipt)
				wrong[i/8] ^= 1 << (i % 8)
				for _, trusted := range [][]ledger.PublicKey{nil, {w.key.Public()}} {
					got, err := ledger.VerifyReceipt(wrong, trusted)
					if err == nil {
						t.Fatalf("bit %d is not seen: %+v", i, got)
					}
					if k := fault.Of(err); k != fault.Invalid {
						t.Fatalf("bit %d: %v", i, err)
					}
				}
			}
		})
	}
}

func TestReceiptFaultsSayWhatIsWrong(t *testing.T) {
	w, other := newWorld(t, ledger.Intl, 1, true), newWorld(t, ledger.Intl, 1, true)
	for name, c := range map[string]struct {
		code  string
		spoil func(r *ledger.Receipt)
	}{
		"format":   {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Format = "x" }},
		"links":    {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Links = make([]ledger.Link, 5000) }},
		"no links": {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Links = nil }},
		"path":     {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Proof = make([]ledger.Hash, 65) }},
		"time":     {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Entry.At = "2026-11-22" }},
		"suite":    {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Entry.Suite = "x" }},
		"link":     {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Links[0].Suite = "x" }},
		"act":      {"ledger.receipt_malformed", func(r *ledger.Receipt) { r.Entry.Act = "" }},
		"payload":  {"ledger.payload_hash_wrong", func(r *ledger.Receipt) { r.Entry.Payload = json.RawMessage(`{}`) }},
		"actor":    {"ledger.entry_hash_wrong", func(r *ledger.Receipt) { r.Entry.Actor = "x" }},
		"body":     {"ledger.links_wrong", func(r *ledger.Receipt) { r.Links[1].Body[0]++ }},
		"cut":      {"ledger.links_wrong", func(r *ledger.Receipt) { r.Links = r.Links[1:] }},
		"leaf":     {"ledger.leaf_wrong", func(r *ledger.Receipt) { r.Links = []ledger.Link{} }},
		"key":      {"ledger.key_malformed", func(r *ledger.Receipt) { r.Key = "x" }},
		"its key":  {"ledger.signature_missing", func(r *ledger.Receipt) { r.Key = other.key.Public().Text() }},
		"point":    {"ledger.signature_missing", func(r *ledger.Receipt) { r.Checkpoint = string(other.signed) }},
		"tree":     {"ledger.suite_differs", func(r *ledger.Receipt) { r.Suite = ledger.SM }},
		"size":     {"ledger.size_differs", func(r *ledger.Receipt) { r.Size++ }},
		"index":    {"ledger.inclusion_wrong", func(r *ledger.Receipt) { r.Index++ }},
		"proof":    {"ledger.inclusion_wrong", func(r *ledger.Receipt) { r.Proof[1][5]++ }},
	} {
		var r ledger.Receipt
		if err := json.Unmarshal(w.receipt, &r); err != nil {
			t.Fatal(err)
		}
		c.spoil(&r)
		_, err := ledger.VerifyReceipt(must[[]byte](t)(ledger.Canonical(r)), nil)
		if fault.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	_, err := ledger.VerifyReceipt(w.receipt, []ledger.PublicKey{other.key.Public()})
	wantCode(t, err, "ledger.key_not_trusted")
	_, err = ledger.VerifyReceipt(make([]byte, ledger.MaxReceipt+1), nil)
	wantCode(t, err, "ledger.receipt_too_large")
}

// Two readers of JSON must not see different facts in one receipt.
func TestReceiptHasOneMeaning(t *testing.T) {
	w := newWorld(t, ledger.Intl, 3, true)
	for from, to := range map[string]string{
		`"seq":4`: `"seq":4,"seq":4`, `"act":`: `"Act":`, `"size":11`: `"size":11.0`, `{"checkpoint"`: `{"again":1,"checkpoint"`,
		`"links":[]`: `"links":null`, `"index":5,`: ``,
	} {
		wrong := strings.Replace(string(w.receipt), from, to, 1)
		if wrong == string(w.receipt) {
			t.Fatalf("%s changes nothing in %s", from, wrong)
		}
		_, err := ledger.VerifyReceipt([]byte(wrong), nil)
		wantCode(t, err, "ledger.receipt_malformed")
	}
	_, err := ledger.VerifyReceipt(append(bytes.Clone(w.receipt), '{'), nil)
	wantCode(t, err, "ledger.receipt_malformed")
}

func TestAWrongReceiptIsNotGivenOut(t *testing.T) {
	w := newWorld(t, ledger.Intl, 1, true)
	p := w.proof(t)
	_, err := ledger.NewReceipt(w.chain[1], w.chain[3:], p, true)
	wantCode(t, err, "ledger.links_wrong")
	p.Index++
	_, err = ledger.NewReceipt(w.chain[1], w.chain[2:], p, true)
	wantCode(t, err, "ledger.inclusion_wrong")
}

func FuzzVerifyReceipt(f *testing.F) {
	w, v := newWorld(f, ledger.Intl, 1, true), newWorld(f, ledger.SM, 3, false)
	f.Add(w.receipt)
	f.Add(v.receipt)
	f.Add([]byte(`{"format":"huying-receipt-1","links":[],"proof":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ledger.VerifyReceipt(b, []ledger.PublicKey{w.key.Public(), v.key.Public()})
		if err != nil {
			if k := fault.Of(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		if !got.KeyTrusted || got.Size != 11 {
			t.Fatalf("forged: %+v from %q", got, b)
		}
	})
}
