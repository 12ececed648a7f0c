package wire_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/wire"
	"huying/internal/wire/wiretest"
)

type named string

type own struct{ A int }

func (own) MarshalText() ([]byte, error) { return []byte("own<"), nil }

type base struct{ B int }

type everything struct {
	S      string            `json:"s"`
	N      named             `json:"n,omitempty"`
	I      int               `json:"i,omitempty"`
	I8     int8              `json:"i8,omitempty"`
	U      uint32            `json:"u"`
	F      float64           `json:"f,omitempty"`
	B      bool              `json:"b,omitempty"`
	P      *int64            `json:"p,omitempty"`
	PP     *everything       `json:"pp"`
	L      []string          `json:"l,omitempty"`
	LL     [][]named         `json:"ll"`
	By     []byte            `json:"by"`
	M      map[string]string `json:"m,omitempty"`
	Any    map[string]any    `json:"any,omitempty"`
	At     time.Time         `json:"at,omitzero"`
	At2    time.Time         `json:"at2,omitempty"`
	ID     ident.ID          `json:"id,omitempty"`
	IDs    []ident.ID        `json:"ids"`
	O      own               `json:"o"`
	Q      int               `json:"q,string"`
	Z      named             `json:"z,omitzero"`
	Plain  string
	Out    string `json:"-"`
	hidden int
}

type embeds struct {
	base
	C string
}

func TestTextsAreThoseOfEncodingJSON(t *testing.T) {
	wiretest.Same(t, reflect.TypeFor[everything]())
	wiretest.Same(t, reflect.TypeFor[embeds]())
	wiretest.Same(t, reflect.TypeFor[[]everything]())
	wiretest.Same(t, reflect.TypeFor[map[string]string]())
	wiretest.Same(t, reflect.TypeFor[time.Time]())
	for _, v := range []any{nil, 3, "x", (*everything)(nil), everything{hidden: 1}, []int(nil), struct{}{}} {
		want, err := wiretest.Plain(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := wire.AppendAny(nil, v); string(got) != string(want) || err != nil {
			t.Errorf("%T: %s, %v; want %s", v, got, err, want)
		}
	}
	if _, err := wire.AppendAny(nil, map[string]any{"f": func() {}}); err == nil {
		t.Error("a function was written")
	}
}

// The states that the ledger is made of.
func TestStates(t *testing.T) {
	wiretest.Same(t, reflect.TypeFor[matter.Matter]())
	wiretest.Same(t, reflect.TypeFor[order.Order]())
	wiretest.Same(t, reflect.TypeFor[matter.Moved]())
}

func TestFieldsAreTheMembersOfACanonicalText(t *testing.T) {
	m := &matter.Matter{ID: 337657431851023, Where: "a\u2028b", Status: matter.Received, Desk: "440106-ZH"}
	text, fields, err := wire.Fields(nil, m, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.CheckCanonical(text); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	var parts []string
	for _, f := range fields {
		parts = append(parts, `"`+f.Key+`":`+string(f.Value))
	}
	if joined := "{" + strings.Join(parts, ",") + "}"; joined != string(text) {
		t.Errorf("the members make %s, the text is %s", joined, text)
	}
	if _, _, err := wire.Fields(nil, new(int), nil); err == nil {
		t.Error("a number has members")
	}
}

func BenchmarkState(b *testing.B) {
	m := &matter.Matter{ID: 337657431851023, Where: "沙北村", Status: matter.Received, Desk: "440106-ZH", Source: "GRID_APP", ReceivedAt: 1795725131143979}
	var room [48]wire.Field
	var buf [2048]byte
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, _, err := wire.Fields(buf[:0], m, room[:0]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := wiretest.Plain(m); err != nil {
				b.Fatal(err)
			}
		}
	})
}
