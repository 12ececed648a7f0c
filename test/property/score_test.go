package property

import (
	"go/build"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/score"
	"huying/internal/engine"
	"huying/internal/store"
	"huying/internal/store/storetest"
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
	fields := slices.Concat(named(reflect.TypeFor[score.Facts]()), named(reflect.TypeFor[score.Weights]()), named(reflect.TypeFor[score.ProcessFacts]()))
	if len(fields) < 16 {
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

// drawn draws facts of a type of counts.
func drawn[F any]() *rapid.Generator[F] {
	return rapid.MakeCustom[F](rapid.MakeConfig{Kinds: map[reflect.Kind]*rapid.Generator[any]{
		reflect.Int64:   rapid.Int64Range(0, 1000).AsAny(),
		reflect.Float64: rapid.Float64Range(0, 1000).AsAny(),
	}})
}

// inAnyOrder asks that what is computed from each of some inputs is the same in
// whatever order, and however often, it is computed.
func inAnyOrder[F, S any](t *rapid.T, inputs *rapid.Generator[F], score func(F) S) {
	list := rapid.SliceOfN(inputs, 2, 6).Draw(t, "inputs")
	first := make([]S, len(list))
	for i, f := range list {
		first[i] = score(f)
	}
	for _, i := range rapid.Permutation(indices(len(list))).Draw(t, "order") {
		if again := score(list[i]); !reflect.DeepEqual(again, first[i]) {
			t.Fatalf("%+v: %+v, then %+v", list[i], first[i], again)
		}
	}
}

// INV-06: a score follows from its facts alone: the same facts, in whatever
// order scores are computed, give the same score, and it does not matter in
// which order raters spoke.
func TestINV06TheSameFactsTheSameScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inAnyOrder(t, drawn[score.Facts](), func(f score.Facts) score.Three {
			return score.Rates(f, score.Weights{Response: 0.3, Resolution: 0.35, Satisfaction: 0.35})
		})
		inAnyOrder(t, drawn[score.ProcessFacts](), score.Processed)
		points := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 10), func(n int) float64 { return float64(n) }), 0, 40).Draw(t, "points")
		mixed := rapid.Permutation(points).Draw(t, "mixed")
		if a, b := score.Trimmed(points), score.Trimmed(mixed); a != b {
			t.Fatalf("%v: %+v, mixed %+v", points, a, b)
		}
		if a, b := score.Mean(points), score.Mean(mixed); a != b {
			t.Fatalf("%v: %+v, mixed %+v", points, a, b)
		}
	})
}

// scored and ofPerson are parts of the names of columns that hold a score, and
// of those that say whose a row is.
var (
	scored   = []string{"score", "rank", "points", "stars", "grade", "rating", "composite", "percentile"}
	ofPerson = []string{"account", "post", "holder", "person", "login", "seat", "worker", "actor"}
)

func within(name string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(name, p) })
}

// INV-06: no table of either database can hold the score of a person.
func TestINV06NoTableScoresAPerson(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		list := `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
		if db.Dialect() == store.Postgres {
			list = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`
		}
		columns := map[string][]string{}
		err := db.Read(t.Context(), func(v *store.View) error {
			_, err := store.All(v, list, func(r store.Scanner) (string, error) {
				var table, column string
				err := r.Scan(&table, &column)
				columns[table] = append(columns[table], strings.ToLower(column))
				return table, err
			})
			return err
		})
		if err != nil || len(columns["matter"]) < 10 || len(columns["account"]) < 3 {
			t.Fatalf("%v: %v", columns, err)
		}
		for table, names := range columns {
			of := slices.ContainsFunc(names, func(n string) bool { return within(n, ofPerson) })
			if i := slices.IndexFunc(names, func(n string) bool { return within(n, scored) }); i >= 0 && of {
				t.Errorf("%s can score a person: %v", table, names)
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
