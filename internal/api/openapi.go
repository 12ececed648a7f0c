package api

import (
	"encoding/json"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"huying/internal/api/shape"
	"huying/internal/fault"
	"huying/internal/text"
)

// document writes the OpenAPI 3.1 document of the table, as JSON and as YAML.
func document(table []Route, version string) (asJSON, asYAML []byte, err error) {
	if version == "" {
		version = "dev"
	}
	reg := huma.NewMapRegistry("#/components/schemas/", schemaName)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "呼应 Huying", Version: version, License: &huma.License{Name: "Apache-2.0"},
			Description: "诉求、工单、时限与评判。Calls, orders, clocks and verdicts. Every fault is problem+json with a stable code.",
		},
		Components: &huma.Components{
			Schemas: reg,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"token":      {Type: "http", Scheme: "bearer", Description: "API 令牌 hy_…；An API token"},
				"track_code": {Type: "apiKey", In: "header", Name: "Track-Code", Description: "查询码；The tracking code of the matter"},
			},
		},
	}
	answers, refs := documented(reg)
	doc.Components.Responses = answers
	for i := range table {
		doc.AddOperation(operation(reg, &table[i], refs))
	}
	if asJSON, err = json.Marshal(doc); err != nil {
		return nil, nil, err
	}
	asYAML, err = doc.YAML()
	return asJSON, asYAML, err
}

// schemaName names a schema: types of this package by their own name, those of
// a desk with the desk before it.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if room := path.Base(t.PkgPath()); t.PkgPath() != "" && room != "api" {
		return strings.ToUpper(room[:1]) + room[1:] + name
	}
	return name
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// operation documents one route.
func operation(reg huma.Registry, rt *Route, refs map[int]*huma.Response) *huma.Operation {
	op := &huma.Operation{
		Method: rt.Method, Path: rt.full(), OperationID: rt.ID, Summary: rt.Zh, Description: rt.En, Tags: []string{tag(rt)},
		Responses: map[string]*huma.Response{strconv.Itoa(rt.status): success(reg, rt)},
	}
	for _, m := range inPath.FindAllStringSubmatch(rt.full(), -1) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Example: pathExamples[m[1]]})
	}
	switch rt.Gate {
	case staff, member:
		op.Security = []map[string][]string{{"token": {}}}
	case caller:
		op.Security = []map[string][]string{{"track_code": {}}}
	}
	if rt.Action != "" {
		op.Extensions = map[string]any{"x-action": string(rt.Action)}
	}
	if rt.Method == post {
		op.Parameters = append(op.Parameters,
			header("Idempotency-Key", "同一个键只办一次；The same key is carried out once"), header("If-Match", "看到的版本；The revision that was seen, from ETag"))
		op.RequestBody = body(reg, rt)
	}
	if rt.Method != post || rt.raw {
		op.Parameters = append(op.Parameters, parameters(reg, rt.in, rt.inType)...)
	}
	for _, status := range rt.failures() {
		op.Responses[strconv.Itoa(status)] = refs[status]
	}
	return op
}

// failures are the statuses a route may fail with.
func (rt *Route) failures() []int {
	out := []int{400, 422, 429, 500, 503}
	switch rt.Gate {
	case staff, member:
		out = append(out, 401, 403, 404)
	case caller:
		out = append(out, 401, 404)
	}
	if rt.Method == post {
		out = append(out, 409, 413, 415)
	}
	return out
}

func tag(rt *Route) string {
	part, _, _ := strings.Cut(strings.Trim(rt.Path, "/"), "/")
	return strings.TrimSuffix(part, ".json")
}

var pathExamples = map[string]any{"no": "20261122-0K3M9QA-7", "code": "440106"}

func header(name, doc string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
}

// parameters documents the parameters of an address. Their schemas are those
// of the fields of the struct they are read into.
func parameters(reg huma.Registry, s *shape.Shape, t reflect.Type) []*huma.Param {
	whole := huma.SchemaFromType(reg, t)
	var out []*huma.Param
	for _, f := range s.Fields() {
		out = append(out, &huma.Param{Name: f.Name, In: "query", Description: f.Doc, Required: f.Required, Schema: whole.Properties[f.Name]})
	}
	return out
}

func body(reg huma.Registry, rt *Route) *huma.RequestBody {
	if rt.raw {
		binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
		return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: binary}, "multipart/form-data": {
			Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}},
		}}}
	}
	if len(rt.in.Fields()) == 0 {
		return nil
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: reg.Schema(rt.inType, true, rt.ID+"Input")},
	}}
}

func success(reg huma.Registry, rt *Route) *huma.Response {
	switch rt.outType {
	case reflect.TypeFor[none]():
		return &huma.Response{Description: "完成 Done"}
	case reflect.TypeFor[file]():
		return &huma.Response{Description: "文件 A file", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	}
	return &huma.Response{Description: "完成 Done", Content: map[string]*huma.MediaType{
		"application/json": {Schema: reg.Schema(rt.outType, true, rt.ID+"Output")},
	}}
}

// failure is a documented answer to a fault, with an example.
type failure struct {
	name, description string
	example           *fault.Error
}

// failures are the answers to faults, each status once.
var failures = []failure{
	{"Malformed", "请求无法读懂 The request cannot be read", &fault.Error{Kind: fault.Invalid, Code: "body.malformed", Args: []any{17}}},
	{"Unknown", "缺少凭证或凭证无效 No or no valid credential", &fault.Error{Kind: fault.Unknown, Code: "token.refused"}},
	{"Denied", "没有权限 Not permitted", &fault.Error{Kind: fault.Denied, Code: "access.denied", Args: []any{"order.issue"}}},
	{"NotFound", "没有，或者无权看到 There is none, or it may not be seen", &fault.Error{Kind: fault.NotFound, Code: "matter.not_found"}},
	{"Conflict", "与现在的状态不符 It conflicts with the present state", &fault.Error{Kind: fault.Conflict, Code: "matter.changed_meanwhile", Args: []any{7}}},
	{"TooLarge", "内容太大 Too large", &fault.Error{Kind: fault.TooLarge, Code: "body.too_large", Args: []any{1}}},
	{"MediaType", "内容格式不对 The media type is not taken", &fault.Error{Kind: fault.Invalid, Code: "body.not_json", Args: []any{"text/xml"}}},
	{"Invalid", "填写的内容有误 The input is wrong", &fault.Error{Kind: fault.Invalid, Code: "request.field_unknown", Field: "catgory", Args: []any{"catgory", "category"}}},
	{"TooMany", "请求太频繁，请按 Retry-After 稍后再试 Too many requests: wait as Retry-After says", &fault.Error{Kind: fault.Busy, Code: "request.too_many", Args: []any{3}}},
	{"Internal", "系统出错，请凭 request_id 求助 Our mistake: name the request_id", &fault.Error{Kind: fault.Internal, Code: "internal.error"}},
	{"Busy", "系统正忙，请稍后再试 Busy: wait, then retry", &fault.Error{Kind: fault.Busy, Code: "store.busy"}},
}

// documented returns the shared answers by name, and their references by status.
func documented(reg huma.Registry) (answers map[string]*huma.Response, byStatus map[int]*huma.Response) {
	schema := reg.Schema(reflect.TypeFor[Problem](), true, "Problem")
	answers, byStatus = map[string]*huma.Response{}, map[int]*huma.Response{}
	for _, f := range failures {
		p := newProblem(text.Chinese, "QJ2XK4V7M5NA3BTC", []*fault.Error{f.example})
		answers[f.name] = &huma.Response{
			Description: f.description, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema, Example: p}},
		}
		byStatus[p.Status] = &huma.Response{Ref: "#/components/responses/" + f.name}
	}
	return answers, byStatus
}
