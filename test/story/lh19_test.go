package story

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/packs"
)

// altered is the packs with some lines added to files of a city.
func altered(t *testing.T, lines map[string]string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(packs.FS, path)
		out[path] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, more := range lines {
		f := out[path]
		if f == nil {
			f = &fstest.MapFile{}
		}
		out[path] = &fstest.MapFile{Data: append(f.Data, more...)}
	}
	return out
}

const indicator = "code,name,formula,better,basis,source,until,off\n"

// LH-19 清理打卡签到、积分排名、统计在线时长: no pack can define an indicator of
// check-ins, points, online time, single persons, fines or whistle counts, by
// whatever name.
func TestLH19ThePackRefusesFormalism(t *testing.T) {
	for name, word := range map[string]string{
		"LOGIN_RATE": "平台登录率", "X1": "每日签到", "X2": "网格员积分", "X3": "干部在线时长", "X4": "个人排名", "X5": "罚没收入", "X6": "街道吹哨次数", "X7": "群众信访量",
		"X8": "学习时长", "X9": "公众号阅读量", "X10": "巡查轨迹",
	} {
		_, err := pack.Load(altered(t, map[string]string{"luohe/indicators.csv": indicator + name + "," + word + ",按单位计,HIGH,示例,,,\n"}), "luohe")
		if fault.Code(err) != "pack.forbidden_indicator" {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// LH-24 精简考核: a scheme has a most number of indicators, so that adding one
// means retiring one; what must be typed in needs an approved exception with an
// end.
func TestLH24IndicatorsAreFewAndComputed(t *testing.T) {
	load := func(rows string) (*pack.City, error) {
		return pack.Load(altered(t, map[string]string{"luohe/indicators.csv": indicator + rows}), "luohe")
	}
	city, err := pack.Load(packs.FS, "luohe")
	if err != nil {
		t.Fatal(err)
	}
	free := city.Limits.Number(pack.IndicatorMost) - len(city.Indicators)
	var rows strings.Builder
	for i := range free + 1 {
		fmt.Fprintf(&rows, "N%d,新指标%d,按事项计算,HIGH,示例,,,\n", i, i)
	}
	if _, err := load(rows.String()); fault.Code(err) != "pack.too_many_indicators" {
		t.Errorf("one too many: %v", err)
	}
	if got, err := load("REWORK_RATE,,,,,,,on\n" + rows.String()); err != nil || len(got.Indicators) != city.Limits.Number(pack.IndicatorMost) {
		t.Errorf("one retired for one added: %v", err)
	}
	for row, code := range map[string]string{
		"UP,台账上报数,下级上报,HIGH,,UPLOAD,,\n": "pack.indicator_manual", "UP,台账上报数,下级上报,HIGH,经批准的例外,UPLOAD,,\n": "pack.indicator_manual",
		"UP,台账上报数,下级上报,HIGH,经批准的例外,UPLOAD,20260231,\n": "day.unknown",
	} {
		if _, err := load(row); fault.Code(err) != code {
			t.Errorf("%q: %v", row, err)
		}
	}
	got, err := load("UP,台账上报数,下级上报,HIGH,经批准的例外,UPLOAD,20260630,\n")
	if err != nil {
		t.Fatal(err)
	}
	last := got.Indicators[len(got.Indicators)-1]
	if !last.Counts(20260630) || last.Counts(20260701) {
		t.Errorf("the exception does not end: %+v", last)
	}
}

// GZ-15 镇街机构设置: a street with ten offices is a finding, a town with ten is
// none; nothing is refused.
func TestGZ15OfficesAreCounted(t *testing.T) {
	city, err := pack.Load(packs.FS, "guangzhou")
	if err != nil {
		t.Fatal(err)
	}
	town := ""
	for p := range city.Territory.All() {
		if p.Kind == territory.Town {
			town = p.Code
			break
		}
	}
	var rows strings.Builder
	header := strings.Split(strings.SplitN(string(altered(t, nil)["guangzhou/units.csv"].Data), "\n", 2)[0], ",")
	for _, place := range []string{wushan, town} {
		for i := range 10 - city.Offices(place) {
			cells := map[string]string{"suffix": fmt.Sprintf("NB%d%s", i, place[len(place)-3:]), "per": "TOWN", "only": place, "name": fmt.Sprintf("{place}新设办公室%d", i), "kind": "BACK_OFFICE", "leads": "TOWN:ZH"}
			for j, column := range header {
				if j > 0 {
					rows.WriteString(",")
				}
				rows.WriteString(cells[column])
			}
			rows.WriteString("\n")
		}
	}
	more, err := pack.Load(altered(t, map[string]string{"guangzhou/units.csv": rows.String()}), "guangzhou")
	if err != nil {
		t.Fatal(err)
	}
	over := map[string]pack.OfficeFinding{}
	for _, f := range more.OfficeFindings() {
		if f.Code == pack.OfficesOver {
			over[f.Place] = f
		}
	}
	if f := over[wushan]; f.Count != 10 || f.Bound != 9 {
		t.Errorf("a street with ten offices: %+v", f)
	}
	if f, found := over[town]; found {
		t.Errorf("a town with ten offices: %+v", f)
	}
	if n := len(city.OfficeFindings()); n != 0 {
		t.Errorf("the city as it is has %d findings: %+v", n, city.OfficeFindings()[0])
	}
}
