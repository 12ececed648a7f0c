package property

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/pack"
)

// protections are the limits of which less is looser; of all others, more is.
var protections = []string{"verdict", "reopen", "card_appeal", "entry_objection", "hearing_ask", "log_kept", "callback_tries", "rank_least", "group_least", "quorum", "quorum_appointment", "promise_count"}

// laws are the values of the base pack that no city may loosen.
var laws = sync.OnceValues(func() ([]pack.Rule, error) {
	var out []pack.Rule
	made, err := pack.Scaffold(pack.Spec{ID: name, Name: "画中城", Root: "990000"})
	if err != nil {
		return nil, err
	}
	s := &sources{files: baseFiles()}
	for file, body := range made {
		s.put(file, string(body))
	}
	c, err := pack.Load(s.files, name)
	if err != nil {
		return nil, err
	}
	for _, r := range c.Limits.Rules() {
		if r.Law {
			out = append(out, r)
		}
	}
	return out, nil
})

// loosened draws a value of a rule that is looser than the law.
func loosened(t *rapid.T, r pack.Rule) string {
	amount, unit := r.Number, ""
	if !r.Limit.IsZero() {
		if _, err := fmt.Sscan(r.Limit.String(), &amount, &unit); err != nil {
			t.Fatal(err)
		}
	}
	if slices.Contains(protections, r.Name) {
		return strings.TrimSpace(fmt.Sprint(rapid.IntRange(0, amount-1).Draw(t, "less"), " ", unit))
	}
	most := amount + 30
	if unit == "" {
		most = min(most, 9) // a count beyond what is sensible is another fault
		if r.Name == "indicator_most" {
			most = 50
		}
	}
	return strings.TrimSpace(fmt.Sprint(rapid.IntRange(amount+1, most).Draw(t, "more"), " ", unit))
}

// INV-11: whatever city it is, no limit of the law is loosened: not by the city
// nor by one of its districts.
func TestINV11NoDrawnCityLoosensALimit(t *testing.T) {
	fixed, err := laws()
	if err != nil || len(fixed) < 15 {
		t.Fatalf("%d limits of the law: %v", len(fixed), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := city(t)
		r := rapid.SampledFrom(fixed).Draw(t, "limit")
		line := fmt.Sprintf("%s: {is: %s, basis: 画}\n", r.Name, loosened(t, r))
		if strings.Contains(line, " 0 ") || strings.Contains(line, ": 0,") {
			return // no time at all is no time limit, and told as such
		}
		if rapid.Bool().Draw(t, "by a district") {
			d := rapid.SampledFrom(s.districts).Draw(t, "district")
			s.put("overlays/"+d+"/manifest.yaml", "name: 某区\nname_en: One\n")
			s.put("overlays/"+d+"/limits.yaml", line)
		} else {
			s.put("limits.yaml", line)
		}
		s.refused(t, "pack.law_loosened", line)
	})
}

// forbidden is what no pack may bring in, as people would write it.
var forbidden = []struct {
	words []string
	on    []string
}{
	{[]string{"打卡", "签到率", "巡查次数", "check in", "clock in"}, []string{"indicator", "module"}},
	{[]string{"积分", "点赞数", "points", "badges"}, []string{"indicator", "module"}},
	{[]string{"登录率", "在线时长", "活跃度", "online time", "login rate"}, []string{"indicator", "module"}},
	{[]string{"罚款", "罚没", "处罚件数", "fines", "penalty count"}, []string{"indicator"}},
	{[]string{"吹哨数", "吹哨率", "whistle count", "number of whistles"}, []string{"indicator"}},
	{[]string{"个人排名", "个人得分", "网格员排名", "personal score", "leaderboard"}, []string{"indicator", "module"}},
	{[]string{"信访量", "零上访", "petition count"}, []string{"indicator"}},
	{[]string{"人脸", "步态", "face recognition", "biometric"}, []string{"category", "indicator", "module", "inlet"}},
	{[]string{"重点信访", "上访人员", "petitioner"}, []string{"category", "indicator", "module", "inlet"}},
	{[]string{"人员轨迹", "人员定位", "location history"}, []string{"category", "indicator", "module", "inlet"}},
}

// disguised writes a word as somebody would who wants it in all the same.
func disguised(t *rapid.T, word string) string {
	sep := rapid.SampledFrom([]string{" ", "-", "_", "·", "  "}).Draw(t, "sign")
	chinese := word[0] >= 0x80
	if chinese {
		if rapid.Bool().Draw(t, "apart") {
			word = strings.Join(strings.Split(word, ""), sep)
		}
		return rapid.SampledFrom([]string{"", "街道", "每月"}).Draw(t, "before") + word + rapid.SampledFrom([]string{"", "统计", "(试行)"}).Draw(t, "after")
	}
	word = strings.ReplaceAll(word, " ", sep)
	if rapid.Bool().Draw(t, "loud") {
		word = strings.ToUpper(word)
	}
	return rapid.SampledFrom([]string{"", "Monthly ", "town_"}).Draw(t, "before") + word + rapid.SampledFrom([]string{"", " total", "_V2"}).Draw(t, "after")
}

// smuggle brings a forbidden word into a file of the city; the code is what it
// has to be refused with.
func (s *sources) smuggle(t *rapid.T, on, text string) (code string) {
	name, nameEN := "办结情况", "Result"
	formula := "办结数 / 受理数"
	switch place := rapid.IntRange(0, 2).Draw(t, "where"); {
	case place == 0:
		name = text
	case place == 1 || on != "indicator":
		nameEN = text
	default:
		formula = text
	}
	switch on {
	case "indicator":
		s.put("indicators.csv", fmt.Sprintf("code,name,name_en,formula,better,basis\nZZ1,%s,%s,%s,HIGH,画\n", name, nameEN, formula))
	case "category":
		s.add("categories.csv", "", fmt.Sprintf("Z9,A,%s,%s,NORMAL,大事,BASIC,DISTRICT:CG,,,,,办妥,画\n", name, nameEN))
	case "inlet":
		s.put("inlets.yaml", fmt.Sprintf("ZZ: {name: %q, name_en: %q}\n", name, nameEN))
	case "module":
		key := strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == '·' }), "_"))
		if manifest := string(s.files["drawn/manifest.yaml"].Data); strings.Contains(manifest, "modules:\n") {
			s.add("manifest.yaml", "", fmt.Sprintf("  %q: on\n", key))
		} else {
			s.add("manifest.yaml", "", fmt.Sprintf("modules:\n  %q: on\n", key))
		}
	}
	return "pack.forbidden_" + on
}

// INV-11, INV-14, LH-19: no check-in, points, online time, fines, whistle
// target, person indicator, list of petitioners or face recognition comes into
// any city, whatever it is called and wherever it is put.
func TestINV11LH19NothingForbiddenComesIn(t *testing.T) {
	story(t, "INV-06", "INV-14")
	rapid.Check(t, func(t *rapid.T) {
		s := city(t)
		ban := rapid.SampledFrom(forbidden).Draw(t, "ban")
		on := rapid.SampledFrom(ban.on).Draw(t, "as")
		text := disguised(t, rapid.SampledFrom(ban.words).Draw(t, "word"))
		s.refused(t, s.smuggle(t, on, text), on+" "+text)
	})
}

// INV-10: no city and no district switches off what locks the caller's way up,
// verdict and ledger.
func TestINV10NoDrawnCityBlocksTheWayUp(t *testing.T) {
	story(t, "INV-11")
	rapid.Check(t, func(t *rapid.T) {
		s := city(t)
		module := rapid.SampledFrom([]string{"caller_escalation", "caller_verdict", "ledger", "dispatch", "supervision", "conference"}).Draw(t, "module")
		want := map[bool]string{true: "pack.escalation_disabled", false: "pack.module_locked"}[module == "caller_escalation"]
		off := "modules: {" + module + ": off}\n"
		switch rapid.IntRange(0, 2).Draw(t, "where") {
		case 0:
			manifest, _, _ := strings.Cut(string(s.files["drawn/manifest.yaml"].Data), "modules:\n")
			s.put("manifest.yaml", manifest+off)
		case 1:
			d := rapid.SampledFrom(s.districts).Draw(t, "district")
			s.put("overlays/"+d+"/manifest.yaml", "name: 某区\nname_en: One\n"+off)
		default:
			s.put("ladder.yaml", "caller_escalation: off\n")
			want = "pack.unknown_key" // the ladder knows no such switch
		}
		s.refused(t, want, off)
	})
}
