package pack_test

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/packs"
)

// newCity is a small city beside the shipped base pack, in memory.
func newCity(t testing.TB, lang string) fstest.MapFS {
	t.Helper()
	files, err := pack.Scaffold(pack.Spec{ID: "springfield", Name: "Springfield", Root: "990000", Lang: lang, Lon: 113, Lat: 23})
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for name, body := range files {
		out["springfield/"+name] = &fstest.MapFile{Data: body}
	}
	err = fs.WalkDir(packs.FS, "base", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := packs.FS.ReadFile(name)
		out[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// with puts text at the end of a file of the city, after making the file if
// there is none, and returns the number of the text's first line.
func with(files fstest.MapFS, name, text string) int {
	modules := strings.HasPrefix(text, "modules:")
	name = path.Join("springfield", name)
	var body []byte
	if f := files[name]; f != nil {
		body = f.Data
	}
	if i := bytes.Index(body, []byte("modules:")); modules && i >= 0 {
		body = body[:i] // those of the scaffold, the last line
	}
	line := strings.Count(string(body), "\n") + 1
	files[name] = &fstest.MapFile{Data: append(slices.Clone(body), text...)}
	return line
}

func TestEachMistakeIsToldWithItsCodeAndLine(t *testing.T) {
	const ind = "code,name,name_en,formula,better\n"
	for name, tc := range map[string]struct {
		file, text string
		below      int // lines of text before the wrong one
		code, arg  string
	}{
		"a law loosened":            {"limits.yaml", "mediation: {is: 60 CD, basis: x}\n", 0, "pack.law_loosened", "mediation"},
		"a law loosened by unit":    {"limits.yaml", "permit_decide: {is: 20 CD, basis: x}\npermit_ask: {is: 6 WD, basis: x}\n", 1, "pack.law_loosened", "permit_ask"},
		"a law loosened, urgency":   {"limits.yaml", "\nrespond: {is: 9 WD, basis: x}\nextension_max: {is: 16 CD, basis: x}\n", 2, "pack.law_loosened", "extension_max"},
		"a protection shortened":    {"limits.yaml", "reopen: {is: 3 CD, basis: x}\n", 0, "pack.law_loosened", "reopen"},
		"a cap raised":              {"limits.yaml", "extension_count: {is: 3, basis: x}\n", 0, "pack.law_loosened", "extension_count"},
		"a floor lowered":           {"limits.yaml", "group_least: {is: 1, basis: x}\n", 0, "pack.law_loosened", "group_least"},
		"a quorum lowered":          {"limits.yaml", "quorum: {is: 400, basis: x}\n", 0, "pack.law_loosened", "quorum"},
		"an appointment by fewer":   {"limits.yaml", "quorum_appointment: {is: 500, basis: x}\n", 0, "pack.law_loosened", "quorum_appointment"},
		"fewer promises":            {"limits.yaml", "promise_count: {is: 8, basis: x}\n", 0, "pack.law_loosened", "promise_count"},
		"a conflict settled later":  {"limits.yaml", "dispute_settle: {is: 15 WD, basis: x}\n", 0, "pack.law_loosened", "dispute_settle"},
		"a limit without effect":    {"limits.yaml", "promised: {is: 3 CD, basis: x}\n", 0, "pack.limit_shadowed", "promised"},
		"no basis":                  {"limits.yaml", "sign: {is: 2 WORK_HOUR}\n", 0, "pack.basis_missing", "sign"},
		"a limit misspelt":          {"limits.yaml", "# x\nmediaton: {is: 20 CD, basis: x}\n", 1, "pack.unknown_key", "mediation"},
		"an urgency misspelt":       {"limits.yaml", "sign.EMERGENC: {is: 5 MIN, basis: x}\n", 0, "pack.unknown_key", "sign.EMERGENCY"},
		"a field misspelt":          {"limits.yaml", "sign: {si: 5 MIN, basis: x}\n", 0, "pack.unknown_key", "is"},
		"no limit at all":           {"limits.yaml", "sign: {is: soon, basis: x}\n", 0, "limit.malformed", "soon"},
		"a key twice":               {"limits.yaml", "sign: {is: 1 HOUR, basis: x}\nsign: {is: 2 HOUR, basis: x}\n", 1, "pack.key_repeated", "sign"},
		"an alias":                  {"limits.yaml", "sign: &a {is: 1 HOUR, basis: x}\nverify: *a\n", 1, "pack.alias_refused", ""},
		"broken YAML":               {"limits.yaml", "sign: {is: 1 HOUR\n", 0, "pack.yaml_malformed", ""},
		"escalation switched off":   {"manifest.yaml", "modules:\n  caller_escalation: off\n", 1, "pack.escalation_disabled", ""},
		"a locked module":           {"manifest.yaml", "modules:\n  ledger: off\n", 1, "pack.module_locked", "ledger"},
		"a module misspelt":         {"manifest.yaml", "modules:\n  hazrd: on\n", 1, "pack.unknown_key", "hazard"},
		"face recognition":          {"manifest.yaml", "modules:\n  face_recognition: on\n", 1, "pack.forbidden_module", "face recognition"},
		"person tracking":           {"manifest.yaml", "modules:\n  person_track: on\n", 1, "pack.forbidden_module", "person track"},
		"a key misspelt":            {"manifest.yaml", "langages: [en]\n", 0, "pack.unknown_key", "languages"},
		"a petitioner category":     {"categories.csv", "D09,D,重点信访人员稳控,x,NORMAL,大事,BASIC,TOWN:ZH,,,,x\n", 0, "pack.forbidden_category", "重点信访"},
		"a category without a lead": {"categories.csv", "D09,D,x,x,NORMAL,大事,BASIC,,,,,x\n", 0, "category.lead_missing", "D09"},
		"an unknown urgency":        {"categories.csv", "D09,D,x,x,SOON,大事,BASIC,TOWN:ZH,,,,x\n", 0, "category.urgency_unknown", "SOON"},
		"an unknown parent":         {"categories.csv", "D09,D0,x,x,NORMAL,大事,BASIC,TOWN:ZH,,,,x\n", 0, "category.parent_unknown", "D0"},
		"a category twice":          {"categories.csv", "D01,D,x,x,NORMAL,大事,BASIC,TOWN:ZH,,,,x\n", 0, "category.duplicate", "D01"},
		"a short line":              {"categories.csv", "D09,D\n", 0, "pack.csv_malformed", ""},
		"a word for nothing":        {"lexicon.csv", "xyzzy,D99,1\n", 0, "category.unknown", "D99"},
		"log-in rate":               {"indicators.csv", ind + "LOGIN_RATE,登录率,x,x,HIGH\n", 1, "pack.forbidden_indicator", "LOGIN_RATE"},
		"time online":               {"indicators.csv", ind + "X1,x,ONLINE_TIME,x,HIGH\n", 1, "pack.forbidden_indicator", "X1"},
		"points":                    {"indicators.csv", ind + "X1,网格员积分,x,x,HIGH\n", 1, "pack.forbidden_indicator", "积分"},
		"check-ins":                 {"indicators.csv", ind + "X1,打卡率,x,x,HIGH\n", 1, "pack.forbidden_indicator", "打卡"},
		"ranking of persons":        {"indicators.csv", ind + "X1,个人排名,x,x,HIGH\n", 1, "pack.forbidden_indicator", "个人排名"},
		"fines as an input":         {"indicators.csv", ind + "X1,力度,x,罚款总额 / 执法人数,HIGH\n", 1, "pack.forbidden_indicator", "罚款"},
		"whistle counts":            {"indicators.csv", ind + "WHISTLE_COUNT,x,x,x,HIGH\n", 1, "pack.forbidden_indicator", "WHISTLE_COUNT"},
		"petition counts":           {"indicators.csv", ind + "X1,信访量下降,x,x,LOW\n", 1, "pack.forbidden_indicator", "信访量"},
		"faces at a door":           {"inlets.yaml", "FACE_CAM: {name: 人脸抓拍}\n", 0, "pack.forbidden_inlet", "人脸"},
		"a new ground":              {"exclusions.yaml", "TOO_HARD: {name: 太难, basis: x}\n", 0, "pack.list_closed", "TOO_HARD"},
		"a new pause":               {"pauses.yaml", "HOLIDAY: {name: 休假, basis: x}\n", 0, "pack.list_closed", "HOLIDAY"},
		"a ban redefined":           {"forbidden.yaml", "fines: {name: x, basis: x}\n", 0, "pack.ban_redefined", "fines"},
		"a unit led by nobody":      {"units.csv", "XX,TOWN,x,x,BACK_OFFICE,TOWN:ZZ,\n", 0, "pack.unit_missing", "TOWN:ZZ"},
		"an unknown kind of unit":   {"units.csv", "XX,TOWN,x,x,OFFICE,TOWN:ZH,\n", 0, "pack.word_unknown", "OFFICE"},
		"a unit twice":              {"units.csv", "ZH,TOWN,x,x,BACK_OFFICE,,\n", 0, "unit.duplicate", "ZH"},
		"a malformed rule":          {"units.csv", "XX,TOWN,x,x,BACK_OFFICE,TOWN.ZH,\n", 0, "unit_rule.malformed", "TOWN.ZH"},
		"a post in no unit":         {"posts.csv", "TOWN:ZZ,,HANDLER,x,x,1,on\n", 0, "pack.unit_missing", "TOWN:ZZ"},
		"too many seats":            {"posts.csv", "TOWN:ZH,,AGENT,x,x,99,on\n", 0, "pack.number_wrong", "99"},
		"hours that are none":       {"rosters.csv", "TOWN:ZH,WD,8:30,18:00,\n", 0, "shift.malformed", "8:30"},
		"a place in no place":       {"territory.csv", "990109,x,x,DISTRICT,98,,,\n", 0, "place.parent_unknown", "990109"},
		"a code with a slash":       {"territory.csv", "99/../1,x,x,DISTRICT,990000,,,\n", 0, "pack.code_malformed", "99/../1"},
		"a negative number":         {"territory.csv", "990109,x,x,DISTRICT,990000,,-4,\n", 0, "pack.number_wrong", "-4"},
		"a ring of two corners":     {"schematic.csv", "990001,113 23;114 23\n", 0, "pack.ring_malformed", "113"},
		"an unknown file":           {"limit.yaml", "", 0, "pack.file_unknown", "limits.yaml"},
		"a fact without a source":   {"facts.csv", "code,name,value,source,date\nX,x,1,,2020\n", 1, "pack.cell_empty", "source"},
		"an overlay for nowhere":    {"overlays/123/limits.yaml", "", 0, "pack.overlay_place_unknown", "123"},
		"an overlay loosens":        {"overlays/990001/limits.yaml", "log_kept: {is: 90 CD, basis: x}\n", 0, "pack.law_loosened", "log_kept"},
		"an overlay gags callers":   {"overlays/990001/manifest.yaml", "modules: {caller_escalation: off}\n", 0, "pack.escalation_disabled", ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := newCity(t, "zh-CN")
			line := with(files, tc.file, tc.text) + tc.below
			problems := pack.Check(files, "springfield")
			found := slices.ContainsFunc(problems, func(p pack.Problem) bool {
				sameLine := p.Line == line || p.Line == 0 && (tc.text == "" || tc.code == "place.parent_unknown" || strings.HasPrefix(tc.code, "pack.overlay"))
				return p.Code == tc.code && sameLine && strings.Contains(p.String(), tc.arg)
			})
			if !found {
				t.Errorf("no %s at line %d; told: %s", tc.code, line, pack.Problems(problems))
			}
			if _, err := pack.Load(files, "springfield"); fault.Of(err) != fault.Invalid {
				t.Errorf("loaded all the same: %v", err)
			}
		})
	}
}

func TestAllMistakesAreToldAtOnceInReadingOrder(t *testing.T) {
	files := newCity(t, "en")
	with(files, "limits.yaml", "a: 1\nb: 2\n")
	with(files, "indicators.csv", "code,name,formula,better\nLOGIN_RATE,x,x,HIGH\n")
	with(files, "manifest.yaml", "nmae: x\n")
	var told []string
	for _, p := range pack.Check(files, "springfield") {
		told = append(told, p.File+" "+p.Code)
	}
	want := []string{
		"springfield/indicators.csv pack.forbidden_indicator", "springfield/limits.yaml pack.unknown_key",
		"springfield/limits.yaml pack.unknown_key", "springfield/manifest.yaml pack.unknown_key",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestACityCannotLeaveTheBaseBehind(t *testing.T) {
	files := newCity(t, "en")
	m := files["springfield/manifest.yaml"]
	m.Data = []byte(strings.Replace(string(m.Data), "extends: base", "extends: mybase", 1))
	if ps := pack.Check(files, "springfield"); len(ps) != 1 || ps[0].Code != "pack.base_missing" {
		t.Errorf("%v", ps)
	}
	delete(files, "base/limits.yaml")
	if ps := pack.Check(files, "springfield"); !slices.ContainsFunc(ps, func(p pack.Problem) bool { return p.Code == "pack.key_missing" }) {
		t.Errorf("%v", ps)
	}
}

func TestADiskCannotTakeThePlaceOfTheBase(t *testing.T) {
	files := newCity(t, "en")
	files["base/limits.yaml"].Data = []byte("sign: {is: 9999 WD, basis: x}\n")
	city, err := pack.Load(packs.Beside(files), "springfield")
	if err != nil {
		t.Fatal(err)
	}
	if got := city.Limits.For(pack.Sign, "NORMAL").String(); got != "4 WORK_HOUR" {
		t.Errorf("sign within %s", got)
	}
}

func TestACityMayTightenTheLaw(t *testing.T) {
	files := newCity(t, "en")
	with(files, "limits.yaml", "mediation: {is: 20 CD, basis: x}\nreopen: {is: 30 CD, basis: x}\nextension_count: {is: 1, basis: x}\npermit_decide: {is: 10 WD, basis: x}\n")
	with(files, "exclusions.yaml", "POLICY: {off: on}\n")
	city, err := pack.Load(files, "springfield")
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := city.Limits.Rule("mediation"); r.Limit.String() != "20 CD" || !r.Law || r.From != "springfield" {
		t.Errorf("%+v", r)
	}
	if _, ok := city.ExclusionGround["POLICY"]; ok {
		t.Error("a ground that was switched off is still there")
	}
}

func TestTheTighterLimitOfACityBindsItsDistricts(t *testing.T) {
	files := newCity(t, "en")
	with(files, "limits.yaml", "mediation: {is: 20 CD, basis: x}\nsign: {is: 3 WORK_HOUR, basis: x}\n")
	with(files, "overlays/990001/limits.yaml", "sign: {is: 2 WORK_HOUR, basis: x}\n")
	with(files, "overlays/990001001/limits.yaml", "sign: {is: 1 WORK_HOUR, basis: x}\n")
	city, err := pack.Load(files, "springfield")
	if err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{
		"990001001002": "1 WORK_HOUR", "990001002": "2 WORK_HOUR", "990002001": "3 WORK_HOUR", "": "3 WORK_HOUR", "nowhere": "3 WORK_HOUR",
	} {
		if got := city.LimitsAt(place).For(pack.Sign, "NORMAL").String(); got != want {
			t.Errorf("%s: %s, want %s", place, got, want)
		}
	}
	with(files, "overlays/990001001/limits.yaml", "mediation: {is: 25 CD, basis: x}\n")
	if ps := pack.Check(files, "springfield"); len(ps) != 1 || ps[0].Code != "pack.law_loosened" {
		t.Errorf("%v", ps)
	}
}

func TestProblemsSpeakTheReadersWords(t *testing.T) {
	p := pack.Problem{File: "a/limits.yaml", Line: 7, Code: "pack.unknown_key", Args: []any{"sing", "sign"}}
	say := func(code string, args ...any) string { return "“" + args[0].(string) + "” is not known" }
	if got := p.Text(say); got != "a/limits.yaml:7: “sing” is not known [pack.unknown_key]" {
		t.Error(got)
	}
	if f := p.Fault(); f.Field != "a/limits.yaml:7" || f.Code != p.Code || f.Kind != fault.Invalid {
		t.Errorf("%v", f)
	}
}
