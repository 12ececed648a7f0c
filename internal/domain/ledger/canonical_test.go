package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/ledger"
)

func TestCanonicalIsTheTextOfRFC8785(t *testing.T) {
	for in, want := range map[string]string{
		`{"b":1,"a":[true,false,null,-0,10]}`:              `{"a":[true,false,null,0,10],"b":1}`,
		`"<&>\/\u2028\u007f€"`:                             "\"<&>/\u2028\u007f€\"",
		`"\u0000\u0008\u0009\u000A\u000c\u000d\u001F\"\\"`: `"\u0000\b\t\n\f\r\u001f\"\\"`,
		`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`:// RFC 8785 3.2.3
		"{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}",
		`[9007199254740991,-9007199254740991]`: `[9007199254740991,-9007199254740991]`,
		` { } `:                                `{}`,
	} {
		got, err := ledger.Canonical(json.RawMessage(in))
		if err != nil || string(got) != want {
			t.Errorf("%s → %s, %v; want %s", in, got, err, want)
		}
		if err := ledger.CheckCanonical([]byte(want)); err != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestCanonicalRefusesWhatReadersDiffer(t *testing.T) {
	for _, v := range []any{
		1.5, 1e300, 9007199254740992, json.RawMessage(`1.0`), json.RawMessage(`1e3`), func() {},
		json.RawMessage(`{"a":1,"a":2}`), json.RawMessage(`{"a":1,"\u0061":2}`),
		json.RawMessage(strings.Repeat("[", 65) + strings.Repeat("]", 65)),
	} {
		b, err := ledger.Canonical(v)
		if err == nil {
			t.Errorf("%v → %s", v, b)
			continue
		}
		wantCode(t, err, "ledger.payload_unfit")
	}
}

func TestOtherSpellingsAreNotCanonical(t *testing.T) {
	for text, offset := range map[string]int{
		``: 0, ` {}`: 0, `{} `: 2, `{"a": 1}`: 5, `{"b":1,"a":2}`: 7, `{"a":1,"a":1}`: 7, `[1,]`: 3, `[1`: 1, `1.5`: 1,
		`01`: 1, `-0`: 1, `+1`: 0, `1e3`: 1, `9007199254740992`: 15, `"\u00e4"`: 7, `"\/"`: 2, `"\u000A"`: 3,
		`"\u000a"`: 7, "\"\n\"": 1, `"a`: 1, "\"\xff\"": 1, `nul`: 0, `{"a"}`: 4, `{1:2}`: 1, `"\`: 1, `-`: 0,
	} {
		err := ledger.CheckCanonical([]byte(text))
		wantCode(t, err, "ledger.payload_not_canonical")
		if want := ledger.CheckCanonical([]byte(text)).Error(); !strings.HasSuffix(want, "canonical: "+itoa(offset)) && !loose[text] {
			t.Errorf("%q: %v, want byte %d", text, err, offset)
		}
	}
}

// loose are texts whose wrong byte may be named one later.
var loose = map[string]bool{`"\u00e4"`: true, `"\u000A"`: true, `"\u000a"`: true, `01`: true, `-0`: true, `9007199254740992`: true, `nul`: true}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func values(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), box), rapid.Map(rapid.Int64Range(-1<<53+1, 1<<53-1), box),
		rapid.Map(rapid.String(), box), rapid.Map(rapid.SampledFrom([]string{"<", "\u2028", "😀", "\ufb33", "\x00"}), box),
	)
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(values(depth-1), 0, 4), func(v []any) any { return v }),
		rapid.Map(rapid.MapOfN(rapid.String(), values(depth-1), 0, 4), func(v map[string]any) any { return v }))
}

func box[T any](v T) any { return v }

func TestCanonicalKeepsTheValueAndIsAFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(3).Draw(t, "value")
		b, err := ledger.Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.CheckCanonical(b); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var loose bytes.Buffer
		if err := json.Indent(&loose, plain, " ", "\t"); err != nil {
			t.Fatal(err)
		}
		again, err := ledger.Canonical(json.RawMessage(loose.Bytes()))
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s, then %s, %v", b, again, err)
		}
	})
}

// Whatever the check lets through is a fixed point, so the two agree.
func FuzzCheckCanonical(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\n",null],"b":{"c":true}}`))
	f.Add([]byte(`{"\ud83d\ude00":1}`))
	f.Add([]byte(`[-1,0,9007199254740991]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		again, err := ledger.Canonical(json.RawMessage(b))
		same := err == nil && bytes.Equal(again, b)
		if ok := ledger.CheckCanonical(b) == nil; ok != same {
			t.Fatalf("%q: canonical %v, rewritten as %q, %v", b, ok, again, err)
		}
	})
}
