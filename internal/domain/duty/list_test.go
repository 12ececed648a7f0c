package duty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/fault"
)

func leaf(code, parent string) duty.Leaf {
	return duty.Leaf{
		Code: code, Parent: parent, Name: "leaf " + code, Urgency: duty.Normal, Class: duty.Public, Kind: duty.Basic,
		Lead: duty.UnitRule{Level: org.District, Suffix: "CG"},
	}
}

func TestAListKeepsItsOrderAndItsPaths(t *testing.T) {
	private := leaf("B01", "B")
	private.Class, private.Lead = duty.Private, duty.UnitRule{}
	l, err := duty.New("v1", []duty.Group{{Code: "B", Name: "beta"}, {Code: "A", Name: "alpha"}, {Code: "A1", Parent: "A", Name: "one"}},
		[]duty.Leaf{leaf("A102", "A1"), leaf("A101", "A1"), private})
	if err != nil {
		t.Fatal(err)
	}
	got, ok := l.Leaf("A101")
	if !ok || !cmp.Equal(got.Path, []string{"alpha", "one"}) || !got.Orderable() {
		t.Errorf("%+v, %v", got, ok)
	}
	if d := cmp.Diff([]string{"A102", "A101"}, l.Children("A1")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"B", "A"}, l.Children("")); d != "" {
		t.Error(d)
	}
	if l.Leaves()[2].Orderable() {
		t.Error("a private affair can be ordered")
	}
	if _, err := l.Find("A1O1"); fault.Code(err) != "category.unknown" || fault.All(err)[0].Args[1] != "A101" {
		t.Errorf("%v", err)
	}
}

func TestAListIsRefusedForEachMistake(t *testing.T) {
	groups := []duty.Group{{Code: "A", Name: "alpha"}}
	for code, change := range map[string]func(*duty.Leaf){
		"category.duplicate":       func(f *duty.Leaf) { f.Code = "A" },
		"category.code_missing":    func(f *duty.Leaf) { f.Code = "" },
		"category.parent_unknown":  func(f *duty.Leaf) { f.Parent = "Z" },
		"category.urgency_unknown": func(f *duty.Leaf) { f.Urgency = "SOON" },
		"category.class_unknown":   func(f *duty.Leaf) { f.Class = "中事" },
		"category.kind_unknown":    func(f *duty.Leaf) { f.Kind = "OTHER" },
		"category.lead_missing":    func(f *duty.Leaf) { f.Lead = duty.UnitRule{} },
	} {
		f := leaf("A01", "A")
		change(&f)
		if _, err := duty.New("v", groups, []duty.Leaf{f}); fault.Code(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	round := []duty.Group{{Code: "A", Parent: "B"}, {Code: "B", Parent: "A"}}
	if _, err := duty.New("v", round, nil); fault.Code(err) != "category.circular" {
		t.Errorf("%v", err)
	}
}

func TestUnitRulesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := duty.UnitRule{
			Level:  rapid.SampledFrom([]org.Level{org.Community, org.Town, org.District, org.City}).Draw(t, "level"),
			Suffix: rapid.StringMatching(`[A-Z0-9_]{1,16}`).Draw(t, "suffix"),
		}
		got, err := duty.ParseUnitRule(" " + r.String() + " ")
		if err != nil || got != r {
			t.Fatalf("%s → %v, %v", r, got, err)
		}
	})
	for _, s := range []string{"DISTRICT", "DISTRICT:", ":CG", "GRID:CG", "DISTRICT:cg", "DISTRICT:C-G", "DISTRICT:AAAAAAAAAAAAAAAAA"} {
		if _, err := duty.ParseUnitRule(s); fault.Code(err) != "unit_rule.malformed" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestNearestNamesWhatWasMeant(t *testing.T) {
	known := []string{"mediation", "sign", "sign.EMERGENCY", "verify"}
	for s, want := range map[string]string{"mediaton": "mediation", "sing": "sign", "SIGN": "sign", "sign.EMERGENC": "sign.EMERGENCY", "xyzzy": "", "": ""} {
		if got := duty.Nearest(s, known); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
