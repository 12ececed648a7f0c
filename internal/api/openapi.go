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
			Responses: map[string]*huma.Response{},
		},
	}
	problem := reg.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for name, r := range problems {
		doc.Components.Responses[name] = &huma.Response{
			Description: r.description,
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem, Example: r.example}},
		}
	}
	for i := range table {
		doc.AddOperation(operation(reg, &table[i]))
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
func operation(reg huma.Registry, rt *Route) *huma.Operation {
	op := &huma.Operation{
		Method: rt.Method, Path: rt.full(), OperationID: rt.ID, Summary: rt.Zh, Description: rt.En, Tags: []string{tag(rt)},
		Responses: map[string]*huma.Response{strconv.Itoa(rt.status): success(reg, rt)},
	}
	for _, m := range inPath.FindAllStringSubmatch(rt.full(), -1) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Example: pathExamples[m[1]]})
	}
	failures := []string{"400", "429", "500", "503"}
	switch rt.Gate {
	case staff, member:
		op.Security = []map[string][]string{{"token": {}}}
		failures = append(failures, "401", "403", "404")
	case caller:
		op.Security = []map[string][]string{{"track_code": {}}}
		failures = append(failures, "401", "404")
	}
	if rt.Action != "" {
		op.Extensions = map[string]any{"x-action": string(rt.Action)}
	}
	if rt.Method == post {
		failures = append(failures, "409", "413", "415", "422")
		op.Parameters = append(op.Parameters,
			header("Idempotency-Key", "同一个键只办一次；The same key is carried out once"), header("If-Match", "看到的版本；The revision that was seen, from ETag"))
		op.RequestBody = body(reg, rt)
	} else {
		failures = append(failures, "422")
	}
	if rt.Method != post || rt.raw {
		op.Parameters = append(op.Parameters, parameters(reg, rt.in, rt.inType)...)
	}
	for _, f := range failures {
		op.Responses[f] = &huma.Response{Ref: "#/components/responses/" + problemNames[f]}
	}
	return op
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
	description string
	example     Problem
}

var problemNames = map[string]string{
	"400": "Malformed", "401": "Unknown", "403": "Denied", "404": "NotFound", "409": "Conflict", "413": "TooLarge", "415": "MediaType",
	"422": "Invalid", "429": "TooMany", "500": "Internal", "503": "Busy",
}

var problems = map[string]failure{
	"Malformed": {"请求无法读懂 The request cannot be read", example(400, "body.malformed", "", 17)},
	"Unknown":   {"缺少凭证或凭证无效 No or no valid credential", example(401, "token.refused", "")},
	"Denied":    {"没有权限 Not permitted", example(403, "access.denied", "", "order.issue")},
	"NotFound":  {"没有，或者无权看到 There is none, or it may not be seen", example(404, "matter.not_found", "")},
	"Conflict":  {"与现在的状态不符 It conflicts with the present state", example(409, "matter.changed_meanwhile", "", 7)},
	"TooLarge":  {"内容太大 Too large", example(413, "body.too_large", "", 1)},
	"MediaType": {"内容格式不对 The media type is not taken", example(415, "body.not_json", "", "text/xml")},
	"Invalid":   {"填写的内容有误 The input is wrong", example(422, "request.field_unknown", "catgory", "catgory", "category")},
	"TooMany":   {"请求太频繁，请按 Retry-After 稍后再试 Too many requests: wait as Retry-After says", example(429, "request.too_many", "", 3)},
	"Internal":  {"系统出错，请凭 request_id 求助 Our mistake: name the request_id", example(500, "internal.error", "")},
	"Busy":      {"系统正忙，请稍后再试 Busy: wait, then retry", example(503, "store.busy", "")},
}

func example(status int, code, field string, args ...any) Problem {
	return Problem{
		Type: "urn:huying:fault:" + code, Status: status, Code: code, RequestID: "QJ2XK4V7M5NA3BTC",
		Errors: []Violation{{Code: code, Field: field, Args: args}},
	}
}
