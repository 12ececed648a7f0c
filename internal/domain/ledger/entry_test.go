package ledger_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/ledger"
	"huying/internal/ident"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, ident.Zone)

func matterID(n int) ident.ID {
	m := ident.NewMaker(1)
	var id ident.ID
	for range n {
		id = m.Next(noon)
	}
	return id
}

// chain makes n entries of one matter, the last of them the newest.
func chain(t fataler, suite string, n int) []*ledger.Entry {
	t.Helper()
	acts := []string{"matter.receive", "matter.verify", "order.issue", "order.sign", "order.respond"}
	var head ledger.Head
	out := make([]*ledger.Entry, n)
	for i := range out {
		payload, err := ledger.Canonical(map[string]any{"status": acts[i%len(acts)], "level": i, "text_hash": "9f<86>d0", "事项": "路灯不亮"})
		if err != nil {
			t.Fatalf("%v", err)
		}
		out[i] = &ledger.Entry{
			District: "440103", Matter: matterID(1), At: noon.Add(time.Duration(i) * time.Hour), Actor: "440103-CG/clerk",
			OnBehalf: "440103-CG", Act: acts[i%len(acts)], Subject: "order/7", Payload: payload, Suite: suite,
		}
		if head, err = ledger.Chain(head, out[i]); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return out
}

// The package comment is enough to verify an entry: this is written from it.
func TestEntryHashIsAsDocumented(t *testing.T) {
	for _, name := range suites {
		s := suite(t, name)
		e := chain(t, name, 2)[1]
		text := func(s string) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...) }
		num := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
		payload := s.Hash(e.Payload)
		body := s.Hash([]byte("huying entry 1\n"), text(e.Suite), text(e.District), num(int64(e.Matter)), num(int64(e.Seq)),
			num(e.At.UnixMicro()), text(e.Actor), text(e.OnBehalf), text(e.Act), text(e.Subject), payload[:])
		if want := s.Hash([]byte("huying link 1\n"), e.Prev[:], body[:]); e.Hash != want {
			t.Errorf("%s: %x, want %x", name, e.Hash, want)
		}
	}
}

// What has once been published must verify for ever.
func TestEntryHashNeverChanges(t *testing.T) {
	for name, want := range map[string]string{
		ledger.Intl: "af77d856f31a85c4bdd83d6a35e8eb888f343a328c71bda4a9d7aa73f994f579",
		ledger.SM:   "b546d5242455d24686c6f2503af40dacbc54f0b0b6d5a7661df6784c015ed878",
	} {
		if got := ledger.Hex(chain(t, name, 3)[2].Hash); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestChainNumbersAndCutsTheTime(t *testing.T) {
	es := chain(t, ledger.Intl, 3)
	if es[0].Seq != 1 || es[0].Prev != (ledger.Hash{}) || es[2].Seq != 3 || es[2].Prev != es[1].Hash {
		t.Errorf("%+v", es)
	}
	if got := es[0].At; got.Location() != time.UTC || got.Nanosecond() != 123456000 {
		t.Errorf("%v", got)
	}
	for _, e := range es {
		if err := ledger.VerifyEntry(e); err != nil {
			t.Error(err)
		}
	}
	want := "440103/" + es[2].Matter.Number() + "/3/" + ledger.Hex(es[2].Hash)
	if got := ledger.Leaf("440103", es[2].Matter, es[2].Head()); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := ledger.Leaf("1", -5, ledger.Head{}); !strings.HasPrefix(got, "1/-5/0/") {
		t.Errorf("a damaged id: %s", got)
	}
}

func TestChainRefusesWhatCouldNotBeVerified(t *testing.T) {
	for field, spoil := range map[string]func(*ledger.Entry){
		"district":  func(e *ledger.Entry) { e.District = "44/01" },
		"actor":     func(e *ledger.Entry) { e.Actor = "a\nb" },
		"on_behalf": func(e *ledger.Entry) { e.OnBehalf = "\xff" },
		"act":       func(e *ledger.Entry) { e.Act = "" },
		"subject":   func(e *ledger.Entry) { e.Subject = strings.Repeat("x", 513) },
		"at":        func(e *ledger.Entry) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"payload":   func(e *ledger.Entry) { e.Payload = bytes.Repeat([]byte("1"), ledger.MaxPayload+1) },
	} {
		e := chain(t, ledger.SM, 1)[0]
		spoil(e)
		_, err := ledger.Chain(ledger.Head{}, e)
		wantCode(t, err, "ledger.entry_malformed")
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%v does not name %s", err, field)
		}
	}
	e := chain(t, ledger.SM, 1)[0]
	e.Payload = []byte(`{"b":1,"a":2}`)
	_, err := ledger.Chain(ledger.Head{}, e)
	wantCode(t, err, "ledger.payload_not_canonical")
	e.Payload, e.Suite = []byte(`{}`), "md5"
	_, err = ledger.Chain(ledger.Head{}, e)
	wantCode(t, err, "ledger.suite_unknown")
}

// INV-04: a changed byte is detected, in whatever field it lies.
func TestAnyFlippedBitBreaksTheChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		es := chain(t, rapid.SampledFrom(suites).Draw(t, "suite"), 4)
		i := rapid.IntRange(0, 3).Draw(t, "entry")
		e := *es[i]
		es[i] = &e
		bit := rapid.IntRange(0, 1<<16).Draw(t, "bit")
		field := rapid.SampledFrom([]string{
			"district", "matter", "seq", "at", "actor", "on_behalf", "act", "subject", "payload", "suite", "payload_hash", "prev", "hash",
		}).Draw(t, "field")
		spoil(&e, field, bit)
		var v ledger.Verifier
		var first *ledger.Break
		for _, e := range es {
			if b := v.Next(e); b != nil {
				first = b
				break
			}
		}
		if first == nil {
			t.Fatalf("%s of entry %d, bit %d: not seen", field, i+1, bit)
		}
		if first.Error() == "" || first.Field == "" {
			t.Fatalf("%+v", first)
		}
	})
}

func spoil(e *ledger.Entry, field string, bit int) {
	text := func(s *string) {
		b := []byte(*s)
		b[bit/8%len(b)] ^= 1 << (bit % 8)
		*s = string(b)
	}
	hash := func(h *ledger.Hash) { h[bit/8%32] ^= 1 << (bit % 8) }
	switch field {
	case "district":
		text(&e.District)
	case "matter":
		e.Matter ^= 1 << (bit % 64)
	case "seq":
		e.Seq ^= 1 << (bit % 63)
	case "at":
		e.At = time.UnixMicro(e.At.UnixMicro() ^ 1<<(bit%50))
	case "actor":
		text(&e.Actor)
	case "on_behalf":
		text(&e.OnBehalf)
	case "act":
		text(&e.Act)
	case "subject":
		text(&e.Subject)
	case "suite":
		text(&e.Suite)
	case "payload":
		p := string(e.Payload)
		text(&p)
		e.Payload = []byte(p)
	case "payload_hash":
		hash(&e.PayloadHash)
	case "prev":
		hash(&e.Prev)
	case "hash":
		hash(&e.Hash)
	}
}

func TestABreakNamesTheFieldAndTheByte(t *testing.T) {
	for _, c := range []struct {
		field  string
		offset int
		spoil  func(e *ledger.Entry)
	}{
		{"payload", 9, func(e *ledger.Entry) {
			e.Payload = bytes.Replace(e.Payload, []byte(`"level":1`), []byte(`"level":7`), 1)
		}},
		{"payload", -1, func(e *ledger.Entry) { e.Payload = []byte(`{"level":1}`) }},
		{"payload", 0, func(e *ledger.Entry) { e.Payload = append([]byte(" "), e.Payload...) }},
		{"payload", -1, func(e *ledger.Entry) { e.Payload = nil }},
		{"payload_hash", -1, func(e *ledger.Entry) { e.PayloadHash[3]++ }},
		{"facts", -1, func(e *ledger.Entry) { e.Actor = "440103-GA/clerk" }},
		{"facts", -1, func(e *ledger.Entry) { e.Suite = ledger.SM; e.Payload = nil }},
		{"prev", -1, func(e *ledger.Entry) { e.Prev[0]++ }},
		{"seq", -1, func(e *ledger.Entry) { e.Seq++ }},
		{"hash", -1, func(e *ledger.Entry) { e.Hash[31]++ }},
		{"suite", -1, func(e *ledger.Entry) { e.Suite = "md5" }},
		{"at", -1, func(e *ledger.Entry) { e.At = e.At.Add(1) }},
	} {
		es := chain(t, ledger.Intl, 3)
		c.spoil(es[1])
		v := ledger.Verifier{MayErase: c.field == "facts"}
		if b := v.Next(es[0]); b != nil {
			t.Fatal(b)
		}
		b := v.Next(es[1])
		if b == nil {
			t.Fatalf("%s not seen", c.field)
		}
		b.Refine(es[2])
		if b.Field != c.field || b.Offset != c.offset || b.Seq != es[1].Seq {
			t.Errorf("%s: %v", c.field, b)
		}
	}
}

func TestErasedPayloadsAreCountedOnlyWhereTheyMayBe(t *testing.T) {
	es := chain(t, ledger.SM, 3)
	es[1].Payload = nil
	v := ledger.Verifier{MayErase: true}
	for _, e := range es {
		if b := v.Next(e); b != nil {
			t.Fatal(b)
		}
	}
	if all, erased := v.Entries(); all != 3 || erased != 1 || v.Head() != es[2].Head() {
		t.Errorf("%d, %d, %v", all, erased, v.Head())
	}
}

func TestChainsFollowEachOtherButDoNotMix(t *testing.T) {
	a, b := chain(t, ledger.Intl, 2), chain(t, ledger.SM, 2)
	for _, e := range b {
		e.District = "440104"
	}
	var head ledger.Head
	for _, e := range b {
		var err error
		if head, err = ledger.Chain(head, e); err != nil {
			t.Fatal(err)
		}
	}
	var v ledger.Verifier
	for _, e := range append(a, b...) {
		if b := v.Next(e); b != nil {
			t.Fatal(b)
		}
	}
	if got := v.Next(a[1]); got == nil || got.Field != "seq" {
		t.Errorf("an entry in another chain: %v", got)
	}
	// A chain that changes its suite half-way verifies too.
	next := *b[0]
	next.Suite = ledger.Intl
	if _, err := ledger.Chain(b[1].Head(), &next); err != nil {
		t.Fatal(err)
	}
	v = ledger.Verifier{}
	for _, e := range []*ledger.Entry{b[0], b[1], &next} {
		if b := v.Next(e); b != nil {
			t.Fatal(b)
		}
	}
	wrong := *a[0]
	wrong.Act = "x"
	var broken *ledger.Break
	if err := ledger.VerifyEntry(&wrong); !errors.As(err, &broken) {
		t.Errorf("%v", err)
	}
}

func TestFirstDifference(t *testing.T) {
	for _, c := range []struct {
		a, b   string
		offset int
		text   string
	}{
		{"", "", -1, ""},
		{`{"a":1}`, `{"a":1}`, -1, ""},
		{`{"a":1}`, `{"a":2}`, 5, `"{\"a\":1}" ≠ "{\"a\":2}"`},
		{`{}`, `{},`, 2, `"{}" ≠ "{},"`},
		{"路灯路灯路灯路灯路灯不亮", "路灯路灯路灯路灯路灯很亮", 30, `…"灯路灯路灯路灯不亮" ≠ …"灯路灯路灯路灯很亮"`},
	} {
		offset, text := ledger.FirstDifference([]byte(c.a), []byte(c.b))
		if offset != c.offset || text != c.text && c.offset < 30 || !strings.Contains(text, "≠") && c.offset >= 0 {
			t.Errorf("%q, %q: %d, %s", c.a, c.b, offset, text)
		}
	}
}

func TestHashingAnEntryAllocatesNothing(t *testing.T) {
	e := chain(t, ledger.Intl, 1)[0]
	var h ledger.Hasher
	allocs := testing.AllocsPerRun(100, func() {
		if got, err := h.Hash(e); err != nil || got != e.Hash {
			t.Error(got, err)
		}
		if err := ledger.CheckCanonical(e.Payload); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// Entries of 400 bytes of payload, each the first of its chain.
func BenchmarkVerify(b *testing.B) {
	for _, name := range suites {
		b.Run(name, func(b *testing.B) {
			es := [2]*ledger.Entry{chain(b, name, 1)[0], chain(b, name, 1)[0]}
			es[1].District = "440104"
			for _, e := range es {
				e.Payload = must[[]byte](b)(ledger.Canonical(map[string]string{"state": strings.Repeat("x", 388)}))
				if _, err := ledger.Chain(ledger.Head{}, e); err != nil {
					b.Fatal(err)
				}
			}
			var v ledger.Verifier
			for i := 0; b.Loop(); i++ {
				if broken := v.Next(es[i&1]); broken != nil {
					b.Fatal(broken)
				}
			}
		})
	}
}

// The hashes alone, without the reading of the payload.
func BenchmarkHash(b *testing.B) {
	for _, name := range suites {
		b.Run(name, func(b *testing.B) {
			e := chain(b, name, 1)[0]
			e.Payload = must[[]byte](b)(ledger.Canonical(map[string]string{"state": strings.Repeat("x", 388)}))
			var h ledger.Hasher
			for b.Loop() {
				e.PayloadHash = ledger.Sum(suite(b, name), e.Payload)
				if _, err := h.Hash(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCanonical(b *testing.B) {
	e := chain(b, ledger.Intl, 1)[0]
	v := map[string]any{"state": string(e.Payload), "no": e.Matter}
	for b.Loop() {
		if _, err := ledger.Canonical(v); err != nil {
			b.Fatal(err)
		}
	}
}
