package matter_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/fault"
)

func TestEveryPairOfStatesOfAMatter(t *testing.T) {
	for _, from := range matter.Statuses {
		for _, to := range matter.Statuses {
			listed := 0
			for _, m := range matter.Moves {
				if m.From == from && m.To == to {
					listed++
				}
			}
			err := matter.CanMove(from, to)
			if listed > 1 || (err == nil) != (listed == 1) || err != nil && fault.Code(err) != "matter.move_refused" {
				t.Errorf("%s to %s: %d times in the table, %v", from, to, listed, err)
			}
		}
	}
}

func TestTheTableOfMattersIsWhole(t *testing.T) {
	who := []string{matter.ByDesk, matter.ByCaller, matter.ByJudge, matter.ByClock, matter.ByRule}
	for _, m := range matter.Moves {
		if !slices.Contains(matter.Statuses, m.From) || !slices.Contains(matter.Statuses, m.To) || m.From == m.To {
			t.Errorf("%s to %s is no move", m.From, m.To)
		}
		if !slices.Contains(who, m.By) || m.Why == "" {
			t.Errorf("%s to %s: by %q, %q", m.From, m.To, m.By, m.Why)
		}
		if m.To == matter.Closed && m.By != matter.ByJudge {
			t.Errorf("%s to CLOSED by %s", m.From, m.By)
		}
	}
	reach := func(from matter.Status) map[matter.Status]bool {
		seen, todo := map[matter.Status]bool{from: true}, []matter.Status{from}
		for len(todo) > 0 {
			at := todo[0]
			todo = todo[1:]
			for _, m := range matter.Moves {
				if m.From == at && !seen[m.To] {
					seen[m.To] = true
					todo = append(todo, m.To)
				}
			}
		}
		return seen
	}
	for _, s := range matter.Statuses {
		if !reach(matter.Received)[s] {
			t.Errorf("%s cannot be reached", s)
		}
		if !reach(s)[matter.Closed] {
			t.Errorf("%s never leads to a verdict", s)
		}
	}
}

// TestTheDatabaseKnowsTheStates compares the states with the checks of the
// engine's tables, which are written in SQL.
func TestTheDatabaseKnowsTheStates(t *testing.T) {
	files, err := filepath.Glob("../../engine/migration/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migration: %v", err)
	}
	var sql strings.Builder
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sql.Write(b)
	}
	var lists [][]string
	for _, m := range regexp.MustCompile(`CHECK \((status = [^)]*)\)`).FindAllStringSubmatch(sql.String(), -1) {
		var words []string
		for _, w := range strings.Split(m[1], " OR ") {
			words = append(words, strings.Trim(strings.TrimPrefix(w, "status = "), "'"))
		}
		slices.Sort(words)
		lists = append(lists, words)
	}
	same := func(list []string) bool {
		slices.Sort(list)
		return slices.ContainsFunc(lists, func(l []string) bool { return slices.Equal(l, list) })
	}
	var matters, orders []string
	for _, s := range matter.Statuses {
		matters = append(matters, string(s))
	}
	for _, s := range order.Statuses {
		orders = append(orders, string(s))
	}
	if !same(matters) || !same(orders) || len(lists) != 2 {
		t.Errorf("the tables check %v, the domain has %v and %v", lists, matters, orders)
	}
}

// TestStatesAreWrittenInOrder asks that plain JSON of a matter or an order is
// canonical already: the fields stand in the order of their keys.
func TestStatesAreWrittenInOrder(t *testing.T) {
	seen := map[reflect.Type]bool{}
	inOrder(t, reflect.TypeFor[matter.Matter](), seen)
	inOrder(t, reflect.TypeFor[order.Order](), seen)
	inOrder(t, reflect.TypeFor[matter.Moved](), seen)
	for _, v := range []any{filled(reflect.TypeFor[matter.Matter]()), filled(reflect.TypeFor[order.Order]())} {
		var plain bytes.Buffer
		enc := json.NewEncoder(&plain)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		text := bytes.TrimSpace(plain.Bytes())
		if err := ledger.CheckCanonical(text); err != nil {
			t.Error(err)
		}
		if b, err := ledger.Canonical(v); err != nil || !bytes.Equal(b, text) {
			t.Errorf("%v: canonical is\n%s, plain\n%s", err, b, text)
		}
	}
}

func inOrder(t *testing.T, of reflect.Type, seen map[reflect.Type]bool) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || seen[of] {
		return
	}
	seen[of] = true
	var keys []string
	for i := range of.NumField() {
		f := of.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "" || key == "-" {
			t.Errorf("%v.%s has no key", of, f.Name)
		}
		if k := f.Type.Kind(); k == reflect.Float64 || k == reflect.Map || k == reflect.Interface {
			t.Errorf("%v.%s: a %v has no one way to be written", of, f.Name, f.Type)
		}
		keys = append(keys, key)
		inOrder(t, f.Type, seen)
	}
	if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
		t.Errorf("the keys of %v are not in order: %v", of, keys)
	}
}

// filled returns a value with something in every field.
func filled(of reflect.Type) any {
	v := reflect.New(of).Elem()
	fill(v)
	return v.Interface()
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.String:
		v.SetString("呼<应>&")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
}
