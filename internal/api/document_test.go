package api_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huying/internal/api"
)

// openapi is the part of an OpenAPI document that is looked at.
type openapi struct {
	OpenAPI string                          `json:"openapi"`
	Info    struct{ Title, Version string } `json:"info"`
	Paths   map[string]map[string]struct {
		OperationID string                     `json:"operationId"`
		Summary     string                     `json:"summary"`
		Responses   map[string]json.RawMessage `json:"responses"`
		Parameters  []struct {
			Name, In string
			Schema   json.RawMessage
		} `json:"parameters"`
		RequestBody json.RawMessage `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas   map[string]json.RawMessage `json:"schemas"`
		Responses map[string]struct {
			Content map[string]struct{ Example api.Problem }
		} `json:"responses"`
	} `json:"components"`
}

func TestTheDocumentTellsEveryRoute(t *testing.T) {
	x := open(t, many())
	r := x.do(t, "GET", "/api/v1/openapi.json", "", nil)
	var doc openapi
	r.into(t, 200, &doc)
	if doc.OpenAPI != "3.1.0" || doc.Info.Title == "" || doc.Info.Version == "" {
		t.Fatalf("%+v", doc.Info)
	}
	known := 0
	for _, rt := range api.Routes() {
		op, ok := doc.Paths[rt.Full()][strings.ToLower(rt.Method)]
		if !ok || op.OperationID != rt.ID || op.Summary == "" {
			t.Errorf("%s is not documented", rt.ID)
			continue
		}
		known++
		for _, p := range op.Parameters {
			if len(p.Schema) == 0 {
				t.Errorf("%s: parameter %s has no schema", rt.ID, p.Name)
			}
		}
		if n := strings.Count(rt.Full(), "{"); n > 0 && (len(op.Parameters) < n || op.Parameters[0].In != "path") {
			t.Errorf("%s: parameters of the path %+v", rt.ID, op.Parameters)
		}
		if _, ok := op.Responses["500"]; !ok {
			t.Errorf("%s: no answer to a fault", rt.ID)
		}
	}
	all := 0
	for _, item := range doc.Paths {
		all += len(item)
	}
	if all != known {
		t.Errorf("%d operations documented, %d routes", all, known)
	}
	for name, f := range doc.Components.Responses {
		p := f.Content["application/problem+json"].Example
		if p.Code == "" || p.Detail == "" || p.Detail == p.Code || p.Title == "" || p.Status < 400 {
			t.Errorf("%s: example %+v", name, p)
		}
	}
	references(t, r.body)
	if y := x.do(t, "GET", "/api/v1/openapi.yaml", "", nil).into(t, 200, nil); !strings.Contains(string(y.body), "openapi: 3.1.0") {
		t.Errorf("%.200s", y.body)
	}
}

// TestNoAnswerScoresAPerson: no object of the interface has both a score and
// whose it is (INV-06). The yearly opinion on one's stationed staff is the
// exception of the law: a word in a document, never a number.
func TestNoAnswerScoresAPerson(t *testing.T) {
	x := open(t, many())
	var doc openapi
	x.do(t, "GET", "/api/v1/openapi.json", "", nil).into(t, 200, &doc)
	if len(doc.Components.Schemas) < 100 {
		t.Fatalf("%d schemas", len(doc.Components.Schemas))
	}
	of := func(name string, parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(strings.ToLower(name), p) })
	}
	for name, raw := range doc.Components.Schemas {
		var s struct {
			Properties map[string]struct{ Type any } `json:"properties"`
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		scored, person := "", ""
		for p, schema := range s.Properties {
			number := schema.Type == "number" || schema.Type == "integer"
			if number && of(p, "score", "rank", "points", "stars", "grade", "rating", "percentile") {
				scored = p
			}
			if of(p, "account", "post", "holder", "person", "login", "worker", "actor") {
				person = p
			}
		}
		if scored != "" && person != "" {
			t.Errorf("%s has %s of %s", name, scored, person)
		}
	}
}

// references asks that every reference in the document leads somewhere.
func references(t *testing.T, doc []byte) {
	t.Helper()
	var root any
	if err := json.Unmarshal(doc, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && !leads(root, ref) {
				t.Errorf("%s leads nowhere", ref)
			}
			for _, sub := range v {
				walk(sub)
			}
		case []any:
			for _, sub := range v {
				walk(sub)
			}
		}
	}
	walk(root)
}

func leads(at any, ref string) bool {
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(map[string]any)
		if !ok {
			return false
		}
		if at, ok = m[part]; !ok {
			return false
		}
	}
	return true
}

func TestWhatTheDocumentSaysOfACallIsWhatIsRead(t *testing.T) {
	x := open(t, many())
	var doc openapi
	x.do(t, "GET", "/api/v1/openapi.json", "", nil).into(t, 200, &doc)
	var form struct {
		Required             []string
		Properties           map[string]struct{ MaxLength *int }
		AdditionalProperties *bool
	}
	if err := json.Unmarshal(doc.Components.Schemas["CallForm"], &form); err != nil {
		t.Fatal(err)
	}
	if strings.Join(form.Required, " ") != "source kind text" || form.AdditionalProperties == nil || *form.AdditionalProperties {
		t.Errorf("%s", doc.Components.Schemas["CallForm"])
	}
	if form.Properties["source_ref"].MaxLength == nil || strconv.Itoa(*form.Properties["source_ref"].MaxLength) != "200" {
		t.Errorf("%+v", form.Properties["source_ref"])
	}
}
