package property

import (
	"go/build"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/score"
)

// reachedBy are the packages of this module that a package stands on.
func reachedBy(t *testing.T, dir string, seen map[string]bool) {
	t.Helper()
	p, err := build.Default.ImportDir("../../"+dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range p.Imports {
		if rest, ok := strings.CutPrefix(path, "huying/"); ok && !seen[rest] {
			seen[rest] = true
			reachedBy(t, rest, seen)
		}
	}
}

// named are the names of the fields that a type is made of, all the way down.
func named(v reflect.Type) (out []string) {
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Pointer {
		return named(v.Elem())
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		out = append(append(out, strings.ToLower(v.Field(i).Name)), named(v.Field(i).Type)...)
	}
	return out
}

// INV-14: no fine and no count of penalties can come into a score: the package
// that computes scores stands on no package that knows of any, and what it takes
// in has no such number, nor the person of anybody (INV-06).
func TestINV14FinesReachNoScore(t *testing.T) {
	reached := map[string]bool{}
	reachedBy(t, "internal/domain/score", reached)
	for path := range reached {
		if !slices.Contains([]string{"internal/fault"}, path) {
			t.Errorf("scores stand on %s: whatever it knows can come into them", path)
		}
	}
	fields := append(named(reflect.TypeFor[score.Facts]()), named(reflect.TypeFor[score.Weights]())...)
	if len(fields) < 6 {
		t.Fatalf("scores are made of %v", fields)
	}
	for _, f := range fields {
		for _, no := range []string{"fine", "penalt", "seiz", "confiscat", "post", "person", "holder", "name", "worker", "whistle", "online", "login"} {
			if strings.Contains(f, no) {
				t.Errorf("a score is made of %s", f)
			}
		}
	}
}

// INV-06: a score follows from its facts alone: the same facts, in whatever
// order scores are computed, give the same score.
func TestINV06TheSameFactsTheSameScore(t *testing.T) {
	facts := rapid.MakeCustom[score.Facts](rapid.MakeConfig{Kinds: map[reflect.Kind]*rapid.Generator[any]{
		reflect.Int64:   rapid.Int64Range(0, 1000).AsAny(),
		reflect.Float64: rapid.Float64Range(0, 1000).AsAny(),
	}})
	rapid.Check(t, func(t *rapid.T) {
		w := score.Weights{Response: 0.3, Resolution: 0.35, Satisfaction: 0.35}
		list := rapid.SliceOfN(facts, 2, 6).Draw(t, "facts")
		first := make([]score.Three, len(list))
		for i, f := range list {
			first[i] = score.Rates(f, w)
		}
		for _, i := range rapid.Permutation(indices(len(list))).Draw(t, "order") {
			if again := score.Rates(list[i], w); !reflect.DeepEqual(again, first[i]) {
				t.Fatalf("%+v: %+v, then %+v", list[i], first[i], again)
			}
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
