package pack_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"huying/internal/domain/pack"
)

func load(t *testing.T, files fstest.MapFS) *pack.City {
	t.Helper()
	city, err := pack.Load(files, "springfield")
	if err != nil {
		t.Fatal(err)
	}
	return city
}

func TestADiffTellsEachChangeAndNothingElse(t *testing.T) {
	files := newCity(t, "en")
	before := load(t, files)
	if d := pack.Diff(before, before); len(d) != 0 {
		t.Errorf("a city differs from itself: %v", d)
	}
	changed := maps.Clone(files)
	edit := func(name, old, fresh string) {
		body := string(changed["springfield/"+name].Data)
		if strings.Count(body, old) != 1 {
			t.Fatalf("%q stands %d times in %s:\n%s", old, strings.Count(body, old), name, body)
		}
		changed["springfield/"+name] = &fstest.MapFile{Data: []byte(strings.Replace(body, old, fresh, 1))}
	}
	leaf := before.Duty.Leaves()[0]
	edit("categories.csv", leaf.Name+","+leaf.NameEN+",", leaf.Name+" changed,"+leaf.NameEN+",")
	after := load(t, changed)
	d := pack.Diff(before, after)
	if len(d) != 1 || d[0].Part != "category" || d[0].Code != leaf.Code || !strings.Contains(d[0].After, "changed") || strings.Contains(d[0].Before, "changed") {
		t.Errorf("%+v", d)
	}
	back := pack.Diff(after, before)
	if len(back) != 1 || back[0].Before != d[0].After || back[0].After != d[0].Before {
		t.Errorf("the way back: %+v", back)
	}
}

func TestADiffTellsWhatIsNewAndWhatIsGone(t *testing.T) {
	files := newCity(t, "en")
	before := load(t, files)
	with(files, "limits.yaml", "\nverify: {is: 20 MIN, basis: ours}\n")
	after := load(t, files)
	d := pack.Diff(before, after)
	if len(d) != 1 || d[0].Part != "limit" || d[0].Code != "verify" || !strings.Contains(d[0].After, "20") {
		t.Errorf("%+v", d)
	}
}
