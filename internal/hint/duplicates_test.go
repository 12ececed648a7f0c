package hint_test

import (
	cmp2 "cmp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/hint"
	"huying/internal/ident"
)

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, ident.Zone)

// metre is about one metre of latitude in degrees.
const metre = 1 / 111195.0

func at(id ident.ID, minutes int, metres float64, category, text string) hint.Call {
	return hint.Call{ID: id, Text: text, Lon: 113.36, Lat: 22.94 + metres*metre, Category: category, At: morning.Add(time.Duration(minutes) * time.Minute)}
}

// TestBrokenManhole is the case of GZ-03: one cover, told by the hotline and
// five minutes later by the grid.
func TestBrokenManhole(t *testing.T) {
	hotline := at(1, 0, 0, "SZ0201", "市桥路口的沙井盖不见了")
	got := hint.Duplicates(at(2, 5, 20, "SZ0201", "巡查发现井口敞开"), []hint.Call{hotline}, hint.Usual())
	if len(got) != 1 || got[0].ID != 1 || got[0].Metres < 19.9 || got[0].Metres > 20.1 || got[0].Score < 0.6 {
		t.Fatalf("got %+v", got)
	}
	if diff := cmp.Diff([]hint.Reason{hint.SameCategory, hint.NearBy}, got[0].Reasons); diff != "" {
		t.Error(diff)
	}
}

func TestDuplicates(t *testing.T) {
	const said = "市桥路口的沙井盖不见了"
	candidate := at(9, 0, 0, "cover", said)
	nowhere := at(1, 10, 0, "cover", said)
	nowhere.Lon, nowhere.Lat = 0, 0
	for _, c := range []struct {
		name  string
		other hint.Call
		want  []hint.Reason
	}{
		{"itself", candidate, nil},
		{"the same in every way", at(1, -10, 0, "cover", said), []hint.Reason{hint.SameCategory, hint.NearBy, hint.SimilarText}},
		{"31 metres away, other words", at(1, 10, 31, "cover", "有个洞"), nil},
		{"close, other category, other words", at(1, 10, 5, "lamp", "路灯不亮"), nil},
		{"close, other category, same words", at(1, 10, 5, "lamp", said), []hint.Reason{hint.NearBy, hint.SimilarText}},
		{"same words across the river", at(1, 10, 900, "cover", said), nil},
		{"same words, no place", nowhere, []hint.Reason{hint.SameCategory, hint.SimilarText}},
		{"after a day", at(1, 24*60+1, 0, "cover", said), nil},
		{"a day before", at(1, -24*60, 0, "cover", said), []hint.Reason{hint.SameCategory, hint.NearBy, hint.SimilarText}},
	} {
		var got []hint.Reason
		for _, d := range hint.Duplicates(candidate, []hint.Call{c.other}, hint.Usual()) {
			got = d.Reasons
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	if d := hint.Duplicates(candidate, []hint.Call{nowhere}, hint.Usual()); d[0].Metres != hint.Unknown {
		t.Errorf("the distance to nowhere is %v", d[0].Metres)
	}
	candidate.Category = ""
	if d := hint.Duplicates(candidate, []hint.Call{at(1, 0, 0, "", "别的事")}, hint.Usual()); len(d) != 0 {
		t.Errorf("two calls without a category are taken for one: %v", d)
	}
}

func TestDuplicatesProperties(t *testing.T) {
	call := rapid.Custom(func(t *rapid.T) hint.Call {
		return at(ident.ID(rapid.IntRange(1, 20).Draw(t, "id")), rapid.IntRange(-3000, 3000).Draw(t, "minutes"),
			rapid.Float64Range(-600, 600).Draw(t, "metres"), rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "category"),
			rapid.StringOfN(rapid.RuneFrom([]rune("井盖坏")), 0, 5, -1).Draw(t, "text"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a := call.Draw(t, "candidate")
		others := rapid.SliceOf(call).Draw(t, "others")
		got := hint.Duplicates(a, others, hint.Usual())
		sorted := slices.IsSortedFunc(got, func(x, y hint.Duplicate) int {
			return cmp2.Or(cmp2.Compare(y.Score, x.Score), cmp2.Compare(x.ID, y.ID))
		})
		if !sorted {
			t.Fatalf("not sorted: %v", got)
		}
		for _, d := range got {
			if d.ID == a.ID || d.Score < 0 || d.Score > 1 || len(d.Reasons) == 0 {
				t.Fatalf("got %+v", d)
			}
		}
		for _, b := range others {
			there := hint.Duplicates(a, []hint.Call{b}, hint.Usual())
			back := hint.Duplicates(b, []hint.Call{a}, hint.Usual())
			if len(there) != len(back) || len(there) == 1 && there[0].Score != back[0].Score {
				t.Fatalf("%v repeats %v only one way", a, b)
			}
		}
	})
}
