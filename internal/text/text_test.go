package text

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/fault"
	"huying/internal/ident"
)

func TestMatch(t *testing.T) {
	for header, want := range map[string]Lang{
		"":                         Chinese,
		"en":                       English,
		"en-GB,en;q=0.9":           English,
		"zh-CN,zh;q=0.9,en;q=0.8":  Chinese,
		"zh-TW":                    Chinese,
		"fr-FR":                    Chinese,
		"fr;q=0.9,en;q=0.5":        English,
		"en;q=0.1,zh;q=0.9":        Chinese,
		"*":                        Chinese,
		";;;=q,\x00":               Chinese,
		strings.Repeat("en-", 5e3): Chinese,
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.30q) = %s, want %s", header, got, want)
		}
	}
}

func TestError(t *testing.T) {
	nine := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	midnight := time.Date(2026, 3, 11, 0, 0, 0, 0, ident.Zone)
	for _, c := range []struct {
		e      *fault.Error
		zh, en string
	}{
		{
			fault.New(fault.Conflict, "matter.move_refused", "ORDERED", "CLOSED"),
			"诉求现在是“已派单”，不能变成“已结案”。请刷新后按现在的状态办理。",
			"The matter is ordered and cannot become closed. Reload and act by its present state.",
		},
		{
			fault.Field("limit", "extension.too_long", "4 WORK_HOUR", "1 WD"),
			"申请延期4个工作时太长，最多1个工作日。请缩短延期时间。",
			"An extension of 4 working hours is too long; the most is 1 working day. Ask for less.",
		},
		{
			fault.Field("until", "date.out_of_range", nine.UTC(), midnight.UTC()),
			"日期要晚于 3月10日 09:00，不晚于 3月10日 24:00。请重新选择日期。",
			"The date must lie after 10 March 09:00 and not after the end of 10 March. Choose another date.",
		},
		{
			fault.Field("evidence", "evidence.missing", "PHOTO, RECORD"),
			"回复还缺少：照片、处理记录。请补齐后再提交。",
			"The answer lacks: photo, record of the work. Add what is missing and send it again.",
		},
		{
			fault.Field("category", "category.unknown", "X1", ""),
			"没有代码为“X1”的分类。请从分类清单里选一个最末级分类。",
			"There is no category with the code X1. Choose a lowest category from the list.",
		},
		{
			fault.Field("category", "category.unknown", "X1", "X2"),
			"没有代码为“X1”的分类（是不是“X2”？）。请从分类清单里选一个最末级分类。",
			"There is no category with the code X1 (did you mean X2?). Choose a lowest category from the list.",
		},
		{
			fault.New(fault.Invalid, "geojson.position_wrong", []float64{23.1, 113.25}),
			"坐标 23.1、113.25 不对：要先经度后纬度，并且在地球范围内。请检查坐标的顺序。",
			"The coordinates 23.1, 113.25 are wrong: longitude comes first, then latitude, within the range of the globe. Check their order.",
		},
		{
			fault.New(fault.Invalid, "no.such_code", 1),
			"出现了系统没有说明的情况（no.such_code）。请把这个代码告诉系统管理员。",
			"Something happened that has no text yet (no.such_code). Tell your administrator this code.",
		},
	} {
		if got := Chinese.Error(c.e); got != c.zh {
			t.Errorf("%s:\n got %s\nwant %s", c.e.Code, got, c.zh)
		}
		if got := English.Error(c.e); got != c.en {
			t.Errorf("%s:\n got %s\nwant %s", c.e.Code, got, c.en)
		}
		if got := Lang("fr").Error(c.e); got != c.zh {
			t.Errorf("%s in an unknown language: %s", c.e.Code, got)
		}
	}
}

// TestNotice sends the arguments through JSON, as the store does.
func TestNotice(t *testing.T) {
	id := ident.NewMaker(0).Next(time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
	until := time.Date(2026, 3, 20, 17, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		code   string
		args   []any
		zh, en string
	}{
		{"notice.received", []any{id}, "您的诉求已受理，编号 " + id.Number() + "。", "received as matter " + id.Number() + "."},
		{"notice.deferred", []any{"明年改造管网", until}, "计划：明年改造管网。最迟 3月21日 01:30 重新研究。", "looked at again by 21 March 01:30."},
		{"notice.triaged", []any{"小事", "邻里之间"}, "您的诉求按“小事（社区协商）”办理，理由：邻里之间", "is a community affair; reason: 邻里之间"},
		{"notice.desk_late", []any{id, "VERIFY"}, "的“核实”已经超时。", "is late: verification."},
		{"notice.extension_asked", []any{id, "15 CD shift"}, "申请延期15个自然日（最后一天休息则顺延），请审批。", "15 calendar days (moved on from a day of rest) more."},
		{"notice.reminder", []any{id, ""}, "催办：请尽快办理并回复工单 " + id.Number() + "。", "answer order " + id.Number() + "."},
		{"notice.withdrawn", []any{id, "level_up"}, "原因：诉求已提级", "Reason: the matter went up a level"},
		{"notice.withdrawn", []any{id, "地址有误, 重派"}, "原因：地址有误, 重派", "Reason: 地址有误, 重派"},
		{"notice.level", []any{"DISTRICT"}, "由区（县）一级协调办理。", "coordinated by the district."},
	} {
		kept, err := json.Marshal(c.args)
		if err != nil {
			t.Fatal(err)
		}
		var args []any
		if err := json.Unmarshal(kept, &args); err != nil {
			t.Fatal(err)
		}
		for l, want := range map[Lang]string{Chinese: c.zh, English: c.en} {
			if got := l.Notice(c.code, args); !strings.HasSuffix(got, want) && !strings.Contains(got, want) {
				t.Errorf("%s: %q does not say %q", c.code, got, want)
			}
		}
	}
}

func TestWord(t *testing.T) {
	for _, c := range []struct{ group, code, zh, en string }{
		{"matter.status", "ORDERED", "已派单", "ordered"},
		{"order.colour", "RED", "红牌", "red card"},
		{"act", "dispatch_by_rule", "按规则自动派单", "dispatched by rule"},
		{"calendar.note", "REST_DAY", "休息日，不计", "day of rest, not counted"},
		{"matter.status", "NONE_SUCH", "NONE_SUCH", "NONE_SUCH"},
		{"no_group", "X", "X", "X"},
	} {
		if zh, en := Chinese.Word(c.group, c.code), English.Word(c.group, c.code); zh != c.zh || en != c.en {
			t.Errorf("%s %s: %s, %s", c.group, c.code, zh, en)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"{", "}", "{x}", "{-1}", "{0", "[", "]", "[a]", "[{0}", "[{0}[{1}]]", "{0}]"} {
		if s, err := parse(text); err == nil {
			t.Errorf("%q was read as %v", text, s)
		}
	}
}

// TestAnyArguments sees that no argument breaks a sentence: what is wrong or
// missing is shown as it is or left out.
func TestAnyArguments(t *testing.T) {
	codes := Codes()
	arg := rapid.OneOf(
		rapid.String().AsAny(), rapid.Int().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.SliceOf(rapid.String()).AsAny(),
		rapid.Map(rapid.Int64(), func(us int64) time.Time { return time.UnixMicro(us) }).AsAny(), rapid.Just[any](nil),
	)
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(codes).Draw(t, "code")
		args := rapid.SliceOfN(arg, 0, 6).Draw(t, "args")
		for _, l := range Langs() {
			if l.Notice(code, args) == "" || l.Error(&fault.Error{Code: code, Args: args}) == "" {
				t.Fatalf("%s says nothing in %s", code, l)
			}
		}
	})
}
