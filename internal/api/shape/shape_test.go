package shape_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/api/shape"
	"huying/internal/fault"
)

type inner struct {
	Name string `json:"name" maxLength:"3"`
}

type sample struct {
	Text  string    `json:"text"`
	Kind  string    `json:"kind,omitempty" enum:"A,B"`
	N     int       `json:"n,omitempty" minimum:"1" maximum:"9"`
	F     *float64  `json:"f,omitempty"`
	On    bool      `json:"on,omitempty"`
	At    time.Time `json:"at,omitzero"`
	List  []string  `json:"list,omitempty" maxItems:"2"`
	Inner *inner    `json:"inner,omitempty"`
	Many  []inner   `json:"many,omitempty"`
}

func of(t testing.TB) *shape.Shape {
	t.Helper()
	s, err := shape.Of(reflect.TypeFor[sample]())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAGoodBodyIsReadWhole(t *testing.T) {
	f := 1.5e3
	want := sample{
		Text: "a\"\\/\n路\U0001F6A8", Kind: "B", N: 9, F: &f, On: true, At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		List: []string{"", "x"}, Inner: &inner{"七个字"}, Many: []inner{{"a"}, {"b"}},
	}
	body := `{"text":"a\"\\\/\n\u8def\ud83d\udea8","kind":"B","n":9,"f":1.5e3,"on":true,"at":"2026-03-01T00:00:00Z",
		"list":["","x"],"inner":{"name":"七个字"},"many":[{"name":"a"},{"name":"b"}]}`
	var got sample
	if err := of(t).Read([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFaultIsToldWithItsPath(t *testing.T) {
	body := `{"kind":"C","n":10,"f":null,"on":1,"at":"x","list":["a","b","c"],"inner":{"name":"四个字长","x":{}},"many":[{}],"txt":1}`
	var got sample
	err := of(t).Read([]byte(body), &got)
	found := map[string]string{}
	for _, e := range fault.All(err) {
		found[e.Field] = e.Code
	}
	want := map[string]string{
		"kind": "request.choice_unknown", "n": "request.number_out_of_range", "on": "request.field_type", "at": "request.time_malformed",
		"list": "request.items_count", "inner.name": "text.too_long", "inner.x": "request.field_unknown", "many.0.name": "request.field_missing",
		"txt": "request.field_unknown", "text": "request.field_missing",
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

func TestParametersAreRead(t *testing.T) {
	type query struct {
		Limit int       `json:"limit,omitempty" minimum:"1"`
		Late  bool      `json:"late,omitempty"`
		From  time.Time `json:"from,omitzero"`
		Lon   *float64  `json:"lon,omitempty"`
		Place string    `json:"place" maxLength:"4"`
	}
	s, err := shape.Of(reflect.TypeFor[query]())
	if err != nil {
		t.Fatal(err)
	}
	var got query
	if err := s.ReadQuery(url.Values{"limit": {"3"}, "late": {"true"}, "lon": {"-1.5"}, "place": {"4401"}, "from": {""}}, &got); err != nil {
		t.Fatal(err)
	}
	if got.Limit != 3 || !got.Late || *got.Lon != -1.5 || got.Place != "4401" {
		t.Errorf("%+v", got)
	}
	err = s.ReadQuery(url.Values{"limit": {"0x3"}, "late": {"1"}, "lon": {"NaN"}, "plase": {"x"}, "from": {"2026"}}, &query{})
	codes := map[string]string{}
	for _, e := range fault.All(err) {
		codes[e.Field] = e.Code
	}
	want := map[string]string{
		"limit": "request.field_type", "late": "request.field_type", "lon": "request.field_type", "plase": "request.parameter_unknown",
		"from": "request.time_malformed", "place": "request.parameter_missing",
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Error(diff)
	}
}

func TestATypeThatCannotBeReadIsRefused(t *testing.T) {
	type loop struct {
		Next []*loop `json:"next,omitempty"`
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[map[string]int](), reflect.TypeFor[struct{ A int }](), reflect.TypeFor[loop](), reflect.TypeFor[struct {
		A chan int `json:"a"`
	}]()} {
		if _, err := shape.Of(typ); err == nil {
			t.Errorf("%v was taken", typ)
		}
	}
}

// FuzzRead reads what encoding/json reads, to the same value, or refuses it:
// it never takes more.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"text":"a"}`, `{"text":"\ud83d\udea8","f":1e5,"list":["x"]}`, `{"text":"a","many":[{"name":"b"}],"at":"2026-03-01T00:00:00+08:00"}`,
		`{"text":"\ud800"}`, `{"text":01}`, `{"text":"a","n":1.0}`, `[1,2]`, `{"text":"a",}`, "{\"text\":\"\xff\"}", `{"text":"a","inner":null}`,
	} {
		f.Add([]byte(s))
	}
	s := of(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want sample
		if err := s.Read(body, &got); err != nil {
			for _, e := range fault.All(err) {
				if e.Kind != fault.Invalid || e.Code == "" {
					t.Fatalf("%q: %v", body, err)
				}
			}
			return
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("%q was read, but: %v", body, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q: %s", body, diff)
		}
	})
}
