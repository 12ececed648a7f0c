package exchange

import (
	"slices"
	"strings"

	"huying/internal/domain/matter"
	"huying/internal/fault"
)

// known are the column names that Auto understands, the likeliest first.
var known = struct{ reference, text, kind, category, urgency, place, lon, lat, where, time, name, phone, source []string }{
	reference: []string{"source_ref", "reference", "id", "case_id", "service_request_id", "编号", "工单编号", "工单号", "诉求编号", "受理编号"},
	text:      []string{"title", "subject", "标题", "主题", "text", "detail", "description", "content", "内容", "诉求内容", "问题描述", "详情"},
	kind:      []string{"kind", "诉求类型", "诉求性质"},
	category:  []string{"category", "类别编码", "分类编码"},
	urgency:   []string{"urgency", "紧急程度"},
	place:     []string{"place", "place_code", "区划代码", "行政区划代码"},
	lon:       []string{"lon", "lng", "long", "longitude", "经度"},
	lat:       []string{"lat", "latitude", "纬度"},
	where:     []string{"where", "address", "location", "地址", "地点", "事发地址"},
	time:      []string{"received_at", "time", "created_at", "open_dt", "时间", "受理时间", "来电时间", "创建时间"},
	name:      []string{"name", "caller_name", "姓名", "联系人", "来电人"},
	phone:     []string{"phone", "caller_phone", "电话", "联系电话", "来电号码", "手机号码"},
	source:    []string{"source", "来源"},
}

// kindWords are the words that other systems use for the kinds.
var kindWords = map[string]string{
	"咨询": string(matter.Consult), "求助": string(matter.Help), "投诉": string(matter.Complaint), "举报": string(matter.Report),
	"建议": string(matter.Suggestion), "事件": string(matter.Event), "隐患": string(matter.Hazard),
	"CONSULT": string(matter.Consult), "HELP": string(matter.Help), "COMPLAINT": string(matter.Complaint),
	"REPORT": string(matter.Report), "SUGGESTION": string(matter.Suggestion), "EVENT": string(matter.Event),
	"HAZARD": string(matter.Hazard), "NEED": string(matter.Need), "CONFLICT": string(matter.Conflict), "INFO": string(matter.Info),
}

// Auto makes a mapping from column names that speak for themselves, in English
// or Chinese. A file without a source column gets the inlet source, and a row
// that says no place the place of the code; either may be "" if the columns
// say it. Fault: mapping.part_missing for text, source or place.
func Auto(columns []string, source, place string) (*Mapping, error) {
	find := finder(columns)
	m := &Mapping{
		Join:      "\n",
		Source:    Choice{Column: find(known.source), Default: source, Fixed: true},
		Reference: find(known.reference),
		Kind:      Choice{Column: find(known.kind), Values: kindWords, Default: string(matter.Complaint), Fixed: true},
		Category:  Choice{Column: find(known.category)},
		Suggest:   defaultScore,
		Urgency:   Choice{Column: find(known.urgency)},
		Place:     Place{Code: Choice{Column: find(known.place), Default: place, Fixed: true}, Lon: find(known.lon), Lat: find(known.lat)},
		Where:     find(known.where),
		Time:      Times{Column: find(known.time), Missing: missingReject},
		Name:      find(known.name),
		Phone:     find(known.phone),
	}
	if source != "" {
		m.Source.Column = "" // what the operator says counts
	}
	if m.Time.Column == "" {
		m.Time.Missing = missingNow
	}
	for _, name := range known.text {
		if c := find([]string{name}); c != "" {
			m.Text = append(m.Text, c)
		}
	}
	var wrong fault.List
	for _, part := range m.missing() {
		wrong.Add(fault.Field("mapping", "mapping.part_missing", part))
	}
	return m, wrong.Err()
}

// finder returns a function that gives the first of some names that is a
// column, as the file spells it.
func finder(columns []string) func(names []string) string {
	return func(names []string) string {
		for _, name := range names {
			i := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
			if i >= 0 {
				return columns[i]
			}
		}
		return ""
	}
}
