package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huying/internal/desk/exchange"
	"huying/internal/fault"
)

// least is the shortest mapping there is.
const least = "source: MEDIA\ntext: t\nkind: HELP\nplace: \"440106\"\ntime: at\n"

func TestAMappingReadsAsItIsWritten(t *testing.T) {
	got, err := exchange.ParseMapping("m.yaml", []byte(`
format: csv
encoding: gb18030
delimiter: ";"
source: {column: 来源, values: {热线: HOTLINE_12345}, default: MEDIA}
reference: 编号
text: {columns: [标题, 内容], join: " / "}
kind: COMPLAINT
category: {column: 类别, suggest: 0.6}
urgency: {column: 急, values: {"1": EMERGENCY}}
place: {column: 街道, lon: x, lat: y, crs: GCJ-02, no_location: ["42.3594,-71.0587", "0, 0"], default: "440106"}
where: 地址
time: {column: 时间, layouts: ["2006/1/2 15:04:05"], zone: Asia/Shanghai, missing: now}
caller: {name: 姓名, phone: 电话, kind: PERSON, anonymity: {column: 匿名, values: {是: ANONYMOUS}, default: ""}}
ignore: [点赞]
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &exchange.Mapping{
		Format: exchange.CSV, Encoding: "gb18030", Delimiter: ";",
		Source:    exchange.Choice{Column: "来源", Values: map[string]string{"热线": "HOTLINE_12345"}, Default: "MEDIA", Fixed: true},
		Reference: "编号", Text: []string{"标题", "内容"}, Join: " / ",
		Kind:     exchange.Choice{Default: "COMPLAINT", Fixed: true},
		Category: exchange.Choice{Column: "类别"}, Suggest: 0.6,
		Urgency: exchange.Choice{Column: "急", Values: map[string]string{"1": "EMERGENCY"}},
		Place: exchange.Place{
			Code: exchange.Choice{Column: "街道", Default: "440106", Fixed: true}, Lon: "x", Lat: "y", CRS: "GCJ-02",
			None: []exchange.LatLon{{Lat: 42.3594, Lon: -71.0587}, {}},
		},
		Where: "地址", Time: exchange.Times{Column: "时间", Layouts: []string{"2006/1/2 15:04:05"}, Zone: "Asia/Shanghai", Missing: "now"},
		Name: "姓名", Phone: "电话", CallerKind: exchange.Choice{Default: "PERSON", Fixed: true},
		Anonymity: exchange.Choice{Column: "匿名", Values: map[string]string{"是": "ANONYMOUS"}, Fixed: true},
		Ignore:    []string{"点赞"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(exchange.Choice{})); diff != "" {
		t.Error(diff)
	}
	if err := got.Check(city(t)); err != nil {
		t.Error(err)
	}
}

func TestEachMistakeOfAMappingNamesItsLine(t *testing.T) {
	for _, c := range []struct{ more, field, code, nearest string }{
		{"sorce: MEDIA", "m.yaml:6", "mapping.unknown_key", "source"},
		{"where: a\nwhere: b", "m.yaml:7", "mapping.key_repeated", ""},
		{"category: {colum: x}", "m.yaml:6", "mapping.unknown_key", "column"},
		{"category: {suggest: 2}", "m.yaml:6", "mapping.number_wrong", ""},
		{"category: [a]", "m.yaml:6", "mapping.shape_wrong", ""},
		{"where: [a]", "m.yaml:6", "mapping.shape_wrong", ""},
		{"where: &a x\nreference: *a", "m.yaml:7", "mapping.alias_refused", ""},
		{"format: xslx", "m.yaml:6", "mapping.word_unknown", "xlsx"},
		{"encoding: gbk18030", "m.yaml:6", "mapping.word_unknown", "gb18030"},
		{"where: {", "m.yaml:6", "mapping.yaml_malformed", ""},
	} {
		_, err := exchange.ParseMapping("m.yaml", []byte(least+c.more))
		all := fault.All(err)
		if len(all) != 1 || all[0].Code != c.code || all[0].Field != c.field {
			t.Errorf("%q: %v", c.more, err)
			continue
		}
		if n := len(all[0].Args); c.nearest != "" && all[0].Args[n-1] != c.nearest {
			t.Errorf("%q: %v", c.more, err)
		}
	}
}

func TestAPlaceAndATimeAreChecked(t *testing.T) {
	for code, s := range map[string]string{
		"crs.unknown":          "place: {default: x, crs: MARS}",
		"mapping.point_wrong":  "place: {default: x, no_location: [here]}",
		"mapping.layout_wrong": "time: {column: at, layouts: [\"15:04\"]}",
		"mapping.zone_unknown": "time: {column: at, zone: Mars/Olympus}",
		"mapping.word_unknown": "time: {column: at, missing: guess}",
	} {
		key, _, _ := strings.Cut(s, ":")
		lines := slices.DeleteFunc(strings.Split(least, "\n"), func(l string) bool { return strings.HasPrefix(l, key+":") })
		_, err := exchange.ParseMapping("m.yaml", []byte(strings.Join(lines, "\n")+s))
		if len(fault.All(err)) != 1 || fault.Code(err) != code || fault.All(err)[0].Field != "m.yaml:5" {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestAMappingWithoutItsPartsIsRefused(t *testing.T) {
	_, err := exchange.ParseMapping("m.yaml", nil)
	if n := len(fault.All(err)); n != 5 || fault.Code(err) != "mapping.part_missing" {
		t.Errorf("%d: %v", n, err)
	}
	_, err = exchange.ParseMapping("m.yaml", make([]byte, 2<<20))
	if fault.Code(err) != "mapping.too_large" {
		t.Error(err)
	}
}

func TestWordsTheCityDoesNotKnowAreToldBeforeARowIsRead(t *testing.T) {
	m, err := exchange.ParseMapping("m.yaml", []byte(`source: MEDIUM
text: t
kind: {column: k, values: {a: HLEP}}
category: {column: c, values: {a: SR0101, b: SR0199}}
urgency: SOON
place: "440199"
time: at
`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range fault.All(m.Check(city(t))) {
		got[e.Code] = e.Field
	}
	want := map[string]string{
		"inlet.unknown": "m.yaml:1", "kind.unknown": "m.yaml:3", "category.unknown": "m.yaml:4",
		"urgency.unknown": "m.yaml:5", "place.unknown": "m.yaml:6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColumnsThatSpeakForThemselvesNeedNoMapping(t *testing.T) {
	m, err := exchange.Auto([]string{"工单编号", "标题", "诉求内容", "经度", "纬度", "受理时间", "联系电话", "点赞"}, "HOTLINE_12345", "440106")
	if err != nil {
		t.Fatal(err)
	}
	if m.Reference != "工单编号" || !slices.Equal(m.Text, []string{"标题", "诉求内容"}) || m.Place.Lon != "经度" || m.Time.Column != "受理时间" || m.Phone != "联系电话" {
		t.Errorf("%+v", m)
	}
	_, err = exchange.Auto([]string{"a", "b"}, "", "")
	if n := len(fault.All(err)); n != 3 || fault.Code(err) != "mapping.part_missing" {
		t.Errorf("%d: %v", n, err)
	}
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte("source: {column: a, values: {b: c}, default: d}\ntext: [a, b]\nkind: x\nplace: {lon: x, lat: y, no_location: [\"1,2\"]}\ntime: {missing: now}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := exchange.ParseMapping("m.yaml", body)
		if (m == nil) == (err == nil) {
			t.Fatalf("%v, %v", m, err)
		}
		for _, e := range fault.All(err) {
			if !strings.HasPrefix(e.Field, "m.yaml") || e.Kind == fault.Internal {
				t.Fatalf("%v", e)
			}
		}
		if m != nil {
			_ = m.Check(city(t))
		}
	})
}
