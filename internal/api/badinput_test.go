package api_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"

	"huying/internal/api"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/text"
	"huying/packs"
)

// bad is one input that must be refused.
type bad struct {
	name, path, token string
	body              any
	headers           set
	status            int
	codes             []string
}

// try sends an input in both languages: each time every code is told, with a
// sentence in the reader's language that says what to do.
func (b bad) try(t *testing.T, x *town) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		p := x.do(t, "POST", "/api/v1"+b.path, b.token, b.body, b.headers, set{"Accept-Language": lang}).problem(t, b.status, b.codes[0])
		told := map[string]string{}
		for _, e := range p.Errors {
			told[e.Code] = e.Detail
		}
		for _, code := range b.codes {
			says(t, b.name, code, lang, told[code])
		}
	}
}

// nothing asks that a list is as long as it was before: what is refused leaves
// nothing behind.
func nothing(t *testing.T, x *town, path, token string, want int) {
	t.Helper()
	var kept api.Page[any]
	if x.do(t, "GET", "/api/v1"+path, token, nil).into(t, 200, &kept); len(kept.Items) != want {
		t.Errorf("%s lists %d after what was refused, want %d", path, len(kept.Items), want)
	}
}

// says asks that a sentence is there and asks something of its reader: in
// Chinese 请, in English a second sentence that says what to do.
func says(t *testing.T, name, code, lang, sentence string) {
	t.Helper()
	if sentence == "" {
		t.Errorf("%s: %s is not told", name, code)
		return
	}
	if lang == "en" && strings.Count(strings.TrimSuffix(sentence, "."), ". ") == 0 || lang == "zh-CN" && !strings.Contains(sentence, "请") {
		t.Errorf("%s: %s does not say what to do: %s", name, code, sentence)
	}
}

// TestBadInputIsRefusedInWords holds every bad input of whistles, packs, lists,
// grids, admissions, batches and funds: its own code, in both languages.
func TestBadInputIsRefusedInWords(t *testing.T) {
	t.Run("whistles", badWhistles)
	t.Run("packs", badPack)
	t.Run("lists", badList)
	t.Run("grids", badSplits)
	t.Run("admissions and batches", badDemands)
	t.Run("funds", badPayment)
}

func badWhistles(t *testing.T) {
	x := openCity(t, "beijing")
	const street, district = "110108001", "110108"
	desk := x.token(t, street+"-ZH", org.Dispatcher)
	var m api.Matter
	x.do(t, "POST", "/api/v1/calls", desk, call{
		"source": "HOTLINE_12345", "kind": "COMPLAINT", "text": "餐馆占道经营还私接燃气", "place": street, "caller": call{"name": "王女士", "phone": "19900001234"},
	}).into(t, 201, &m)
	self := "/matters/" + m.No
	blow := func(departments ...call) call {
		return call{"kind": "ENFORCEMENT", "why": "一家管不了", "departments": departments}
	}
	police, market, school := call{"unit": street + "-PCS"}, call{"unit": street + "-SJS"}, call{"unit": district + "-JY"}
	both := blow(call{"unit": street + "-PCS", "role": "LEAD"}, call{"unit": street + "-SJS", "role": "LEAD"})
	raise := call{"kind": "ENFORCEMENT", "why": "节前检查", "text": "节前统一检查", "places": []string{street, "110108002"}, "departments": []call{police}}

	var proposal api.WhistleProposal
	x.do(t, "GET", "/api/v1"+self+"/whistle-proposal", desk, nil).into(t, 200, &proposal)
	if proposal.Kind != "ENFORCEMENT" || len(proposal.Departments) == 0 {
		t.Errorf("what is proposed: %+v", proposal)
	}
	for _, b := range []bad{
		{name: "two leads", path: self + "/blow", token: desk, body: both, status: 409, codes: []string{"order.one_lead"}},
		{name: "a unit off the roster", path: self + "/blow", token: desk, body: blow(school), status: 403, codes: []string{"whistle.not_on_platform"}},
		{name: "a bulk notice", path: "/whistles", token: desk, body: raise, status: 422, codes: []string{"whistle.bulk_notice"}},
	} {
		b.try(t, x)
	}
	x.do(t, "POST", "/api/v1"+self+"/blow", desk, blow(police, market)).into(t, 200, nil)
	bad{
		name: "a department that was called blows", path: self + "/blow", token: x.token(t, street+"-PCS", org.Handler), body: blow(market), status: 403,
		codes: []string{"whistle.department_may_not"},
	}.try(t, x)
	revoke := call{"holder": street + "-ZH", "code": "WHISTLE", "basis": "区委办〔2026〕7号", "revoke": true}
	x.do(t, "POST", "/api/v1/powers", x.token(t, district+"-DW", org.Organiser), revoke).into(t, 201, nil)
	raise["places"] = []string{street}
	bad{name: "without the power", path: "/whistles", token: desk, body: raise, status: 403, codes: []string{"whistle.power_taken"}}.try(t, x)
	var notices api.Page[api.Kept[api.Notice]]
	x.do(t, "GET", "/api/v1/whistles", desk, nil).into(t, 200, &notices)
	if len(notices.Items) != 1 || !strings.HasSuffix(notices.Items[0].Body.No, "-0001") {
		t.Errorf("what was refused left notices or a gap: %+v", notices.Items)
	}
}

// badPack loosens what the law sets. A pack comes as files, not over the API;
// whoever checks or proposes one is told the same.
func badPack(t *testing.T) {
	made, err := pack.Scaffold(pack.Spec{ID: "loose", Name: "示例市", Root: "990100", Districts: []pack.SpecDistrict{{Code: "990101", Name: "示例区"}}, Lon: 113, Lat: 23})
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	if err := fs.WalkDir(packs.FS, "base", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(packs.FS, file)
		files[file] = &fstest.MapFile{Data: body}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for file, body := range made {
		files["loose/"+file] = &fstest.MapFile{Data: body}
	}
	files["loose/limits.yaml"] = &fstest.MapFile{Data: []byte("mediation: {is: 60 CD, basis: 本地文件}\n")}
	_, err = pack.Load(files, "loose")
	for _, e := range fault.All(err) {
		if e.Code != "pack.law_loosened" {
			t.Errorf("told besides: %v", e)
		}
		says(t, "a pack that loosens the law", e.Code, "zh-CN", text.Chinese.Error(e))
		says(t, "a pack that loosens the law", e.Code, "en", text.English.Error(e))
	}
	if err == nil {
		t.Error("a pack that loosens the law is loaded")
	}
	// Nor by a district of a city that is lawful.
	delete(files, "loose/limits.yaml")
	files["loose/overlays/990101/manifest.yaml"] = &fstest.MapFile{Data: []byte("name: 示例区\nname_en: A district\n")}
	files["loose/overlays/990101/limits.yaml"] = &fstest.MapFile{Data: []byte("permit_decide: {is: 30 WD, basis: 本地文件}\n")}
	if _, err := pack.Load(files, "loose"); len(fault.All(err)) != 1 || fault.All(err)[0].Code != "pack.law_loosened" {
		t.Errorf("a district that loosens the law: %v", err)
	}
}

// badList imports a list of which several lines are wrong: every line is told at
// once, and nothing is kept.
func badList(t *testing.T) {
	x := open(t, many())
	organiser := x.token(t, "440106-DW", org.Organiser)
	q := "?kind=STREET_TASKS&place=440106001&name=%E6%B8%85%E5%8D%95&source=%E6%96%87%E4%BB%B6&file=list.csv"
	rows := "编码,上级编码,事项名称,类别,牵头单位,配合单位,依据\nA,,市容,,,,\nA1,A,垃圾清理,基本履职,TOWN:CGB,,三定\nA1,A,又一次,基本履职,TOWN:CGB,,三定\n" +
		"B1,B2,绕圈,基本履职,TOWN:CGB,,三定\nB2,B1,绕圈,基本履职,TOWN:CGB,,三定\n"
	for _, path := range []string{"/duty-lists/check", "/duty-lists"} {
		bad{
			name: "a list with a code twice and a circle", path: path + q, token: organiser, body: rows, headers: set{"Content-Type": "text/csv"}, status: 422,
			codes: []string{"list_row.duplicate", "list_row.circular"},
		}.try(t, x)
	}
	p := x.do(t, "POST", "/api/v1/duty-lists"+q, organiser, rows, set{"Content-Type": "text/csv"}).problem(t, 422, "list_row.duplicate")
	lines := map[string]bool{}
	for _, e := range p.Errors {
		lines[fmt.Sprint(e.Args[0])] = true
	}
	if !lines["4"] || !lines["5"] && !lines["6"] {
		t.Errorf("the lines told: %v", lines)
	}
	nothing(t, x, "/duty-lists", organiser, 0)
}

// badSplits draws the parts of a grid once too small and once too large.
func badSplits(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	tree := x.City().Territory
	var code string
	for p := range tree.All() {
		if p.Kind == territory.GridS && tree.Within(p.Code, "440106001") {
			code = p.Code
			break
		}
	}
	split, err := territory.Split(tree, code, 2, morning.AddDate(0, 0, 30))
	if err != nil {
		t.Fatal(err)
	}
	drawn := func(by float64) string {
		var features []call
		old, _ := split.Place(code)
		for i, heir := range old.Heirs {
			p, _ := split.Place(heir)
			shape := p.Shape
			if i == 0 {
				shape = scaled(shape, by)
			}
			features = append(features, call{
				"type": "Feature", "properties": call{"code": heir}, "geometry": call{"type": "MultiPolygon", "coordinates": shape},
			})
		}
		body, err := json.Marshal(call{"type": "FeatureCollection", "features": features})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	change := func(shapes string) call {
		return call{"kind": "SPLIT", "grids": []string{code}, "parts": 2, "day": 20260409, "reason": "户数过多", "shapes": shapes}
	}
	for _, path := range []string{"/grid-changes/preview", "/grid-changes"} {
		bad{name: "a split with a hole", path: path, token: desk, body: change(drawn(0.7)), status: 422, codes: []string{"change.leaves_a_hole"}}.try(t, x)
		bad{name: "a split with an overlap", path: path, token: desk, body: change(drawn(1.3)), status: 422, codes: []string{"change.overlaps"}}.try(t, x)
	}
	x.do(t, "POST", "/api/v1/grid-changes/preview", desk, change(drawn(1))).into(t, 200, nil)
	nothing(t, x, "/grid-changes", desk, 0)
}

// scaled makes a shape smaller or larger about its middle.
func scaled(shape orb.MultiPolygon, by float64) orb.MultiPolygon {
	out, mid := shape.Clone(), shape.Bound().Center()
	for _, polygon := range out {
		for _, ring := range polygon {
			for i := range ring {
				for d := range 2 {
					ring[i][d] = mid[d] + (ring[i][d]-mid[d])*by
				}
			}
		}
	}
	return out
}

func badDemands(t *testing.T) {
	x := openCity(t, "luohe")
	bureau, body := x.token(t, "411122-SJ", org.Handler), x.token(t, "411100-XT", org.Supervisor)
	admission := call{"item": "TJ0101", "name": "门店安全情况统计", "towns": []string{"411122100"}, "reason": "节前摸底", "minutes": 90, "until": 20260430, "people": 1}
	if towns := x.City().Territory.Children("411122"); len(towns) > 0 {
		admission["towns"] = []string{towns[0].Code}
	}
	tasks := []call{{"title": "清理标牌", "due": days(x, 10), "key": "N01"}, {"title": "清退借调", "lead": "411100-RS", "key": "N02"}}
	for _, b := range []bad{
		{name: "an admission without basis", path: "/admissions", token: bureau, body: admission, status: 422, codes: []string{"admission.basis_missing"}},
		{name: "a batch without a lead and a date", path: "/batches", token: body, body: call{"tasks": tasks}, status: 422, codes: []string{"duty.lead_missing", "duty.date_missing"}},
	} {
		b.try(t, x)
	}
	nothing(t, x, "/admissions", bureau, 0)
	nothing(t, x, "/batches", body, 0)

	sheet := set{"Content-Type": "text/csv"}
	bad{
		name: "measures of which every line is wrong", path: "/programmes/import?code=P1&title=%E4%B8%93%E9%A1%B9", token: body, headers: sheet, status: 422,
		body:  "措施,牵头单位,时限\n清理标牌,," + days(x, 10) + "\n清退借调,411100-RS,\n精简表格,不存在的局," + days(x, 10) + "\n减少会议,411100-RS,明天\n",
		codes: []string{"duty.lead_missing", "duty.date_missing", "duty.unit_unknown", "duty.date_wrong"},
	}.try(t, x)
	nothing(t, x, "/programmes", body, 0)
}

func badPayment(t *testing.T) {
	x := openCity(t, "beijing")
	const street, district = "110101001", "110101"
	clerk := x.token(t, street+"-ZH", org.Handler)
	var fund api.Entered
	x.do(t, "POST", "/api/v1/funds", x.token(t, district+"-DW", org.Organiser), call{
		"holder": street + "-ZH", "name": "自主经费", "source": "BUDGET", "year": 2026, "granted": 500_000_000,
	}).into(t, 201, &fund)
	lines := "/funds/" + fund.Number + "/lines"
	pay := call{"amount": -30_000_000, "purpose": "更换路灯", "payee": "照明公司"}
	bad{name: "a payment without a decision", path: lines, token: clerk, body: pay, status: 422, codes: []string{"fund.payment_without_decision"}}.try(t, x)
	nothing(t, x, lines, clerk, 1) // the grant
	pay["decision"] = "主任办公会 3月9日"
	var line api.Entered
	x.do(t, "POST", "/api/v1"+lines, clerk, pay).into(t, 201, &line)
	// What one acts on must be what one saw, on registers as on matters.
	head := x.token(t, street+"-ZH", org.Leader)
	x.do(t, "POST", "/api/v1/fund-lines/"+line.Number+"/approve", head, call{}, set{"If-Match": `"9"`}).problem(t, 409, "record.changed_meanwhile")
	x.do(t, "POST", "/api/v1/fund-lines/"+line.Number+"/approve", head, call{}, set{"If-Match": `"1"`}).into(t, 200, nil)
}
