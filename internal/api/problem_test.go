package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/org"
)

func TestEveryMistakeIsTold(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	var m api.Matter
	x.do(t, "POST", "/api/v1/calls", desk, lamp(x)).into(t, 201, &m)
	self := "/api/v1/matters/" + m.No
	with := func(k string, v any) call {
		c := lamp(x)
		c["source_ref"] = "other"
		if v == nil {
			delete(c, k)
		} else {
			c[k] = v
		}
		return c
	}
	for _, c := range []struct {
		why, method, path string
		body              any
		status            int
		code, field       string
		headers           set
	}{
		{"no JSON", "POST", "/api/v1/calls", "{oops", 400, "body.malformed", "", nil},
		{"half a JSON", "POST", "/api/v1/calls", `{"text": "a`, 400, "body.malformed", "", nil},
		{"JSON and more", "POST", "/api/v1/calls", `{} {}`, 400, "body.malformed", "", nil},
		{"deep JSON", "POST", "/api/v1/calls", `{"x":` + strings.Repeat("[", 5000), 400, "body.malformed", "", nil},
		{"half a character", "POST", "/api/v1/calls", `{"text":"\ud800"}`, 400, "body.malformed", "", nil},
		{"a list", "POST", "/api/v1/calls", `[]`, 422, "request.field_type", "", nil},
		{"XML", "POST", "/api/v1/calls", "<a/>", 415, "body.not_json", "", set{"Content-Type": "text/xml"}},
		{"a field nobody knows", "POST", "/api/v1/calls", with("catgory", "X"), 422, "request.field_unknown", "catgory", nil},
		{"a field in capitals", "POST", "/api/v1/calls", with("Text", "X"), 422, "request.field_unknown", "Text", nil},
		{"an inner field nobody knows", "POST", "/api/v1/calls", with("caller", call{"nam": "X"}), 422, "request.field_unknown", "caller.nam", nil},
		{"a field twice", "POST", "/api/v1/calls", `{"kind":"HELP","kind":"HELP"}`, 422, "request.field_twice", "kind", nil},
		{"nothing", "POST", "/api/v1/calls", nil, 422, "request.field_missing", "text", nil},
		{"null", "POST", "/api/v1/calls", `{"text":null}`, 422, "request.field_type", "text", nil},
		{"a number for a text", "POST", "/api/v1/calls", with("text", 7), 422, "request.field_type", "text", nil},
		{"a text for a number", "POST", "/api/v1/calls", with("lon", "113"), 422, "request.field_type", "lon", nil},
		{"a huge body", "POST", "/api/v1/calls", with("text", strings.Repeat("长", 400_000)), 413, "body.too_large", "", nil},
		{"20,001 characters", "POST", "/api/v1/calls", with("text", strings.Repeat("长", 20_001)), 422, "text.too_long", "text", nil},
		{"a control character", "POST", "/api/v1/calls", with("text", "a\u0007b"), 422, "text.control_character", "text", nil},
		{"writing backwards", "POST", "/api/v1/calls", with("text", "a\u202eb"), 422, "text.control_character", "text", nil},
		{"no UTF-8", "POST", "/api/v1/calls", "{\"text\":\"\xff\"}", 422, "text.not_utf8", "text", nil},
		{"blank text", "POST", "/api/v1/calls", with("text", "  "), 422, "text.missing", "text", nil},
		{"an unknown category", "POST", "/api/v1/calls", with("category", "NO99"), 422, "category.unknown", "category", nil},
		{"an unknown inlet", "POST", "/api/v1/calls", with("source", "HOTLINE"), 422, "inlet.unknown", "source", nil},
		{"an unknown kind", "POST", "/api/v1/calls", with("kind", "WISH"), 422, "kind.unknown", "kind", nil},
		{"an unknown place", "POST", "/api/v1/calls", with("place", "999999"), 422, "place.unknown", "place", nil},
		{"a place elsewhere", "POST", "/api/v1/calls", with("place", "440104001"), 403, "access.denied", "", nil},
		{"a wrong phone", "POST", "/api/v1/calls", with("caller", call{"name": "A", "phone": "12;drop"}), 422, "phone.malformed", "caller.phone", nil},
		{"half a point", "POST", "/api/v1/calls", with("lon", 113.3), 422, "point.incomplete", "point", nil},
		{"longitude beyond the globe", "POST", "/api/v1/calls", with("lon", 1e9), 422, "request.number_out_of_range", "lon", nil},
		{"a point in another city", "POST", "/api/v1/calls", func() call { c := with("lon", 116.4); c["lat"] = 39.9; return c }(), 422, "territory.outside_city", "point", nil},
		{"the same reference, another text", "POST", "/api/v1/calls", func() call { c := lamp(x); c["text"] = "另一件事"; return c }(), 409, "call.reference_reused", "source_ref", nil},
		{"a key that is too long", "POST", "/api/v1/calls", with("x", nil), 422, "request.key_too_long", "idempotency_key", set{"Idempotency-Key": strings.Repeat("k", 201)}},
		{"year 0", "POST", self + "/pause", call{"reason": "X", "until": "0000-01-01T00:00:00Z"}, 422, "date.impossible", "until", nil},
		{"year 9999", "POST", self + "/defer", call{"reason": "X", "plan": "Y", "review": "9999-12-31T00:00:00Z"}, 422, "date.impossible", "review", nil},
		{"no time", "POST", self + "/pause", call{"reason": "X", "until": "tomorrow"}, 422, "request.time_malformed", "until", nil},
		{"no choice", "POST", self + "/verify", call{"urgency": "HIGH"}, 422, "request.choice_unknown", "urgency", nil},
		{"an unknown unit", "POST", self + "/issue", call{"orders": []call{{"debtor": "NOBODY"}}}, 409, "", "", nil},
		{"too many items", "POST", self + "/issue", call{"orders": make([]call, 31)}, 422, "request.items_count", "orders", nil},
		{"a null item", "POST", self + "/issue", `{"orders":[null]}`, 422, "request.field_type", "orders.0", nil},
		{"a number with a wrong check", "GET", "/api/v1/matters/20261122-0K3M9QA-0", nil, 422, "number.check_failed", "no", nil},
		{"no number at all", "GET", "/api/v1/matters/x", nil, 422, "number.malformed", "no", nil},
		{"a revision that is no tag", "POST", self + "/verify", call{}, 422, "request.header_malformed", "If-Match", set{"If-Match": "7"}},
		{"a stale revision", "POST", self + "/verify", call{}, 409, "matter.changed_meanwhile", "", set{"If-Match": `"9"`}},
		{"a parameter nobody knows", "GET", "/api/v1/matters?stat=X", nil, 422, "request.parameter_unknown", "stat", nil},
		{"a parameter twice", "GET", "/api/v1/matters?limit=1&limit=2", nil, 422, "request.parameter_twice", "limit", nil},
		{"a parameter of a command", "POST", self + "/verify?x=1", call{}, 422, "request.parameter_unknown", "x", nil},
		{"a page too large", "GET", "/api/v1/matters?limit=201", nil, 422, "request.number_out_of_range", "limit", nil},
		{"a made-up cursor", "GET", "/api/v1/matters?cursor=abc", nil, 422, "page.cursor_malformed", "cursor", nil},
		{"another list's cursor", "GET", "/api/v1/units?cursor=cGxhY2VzOjQ0MDEwNg", nil, 422, "page.cursor_malformed", "cursor", nil},
		{"an unknown status", "GET", "/api/v1/matters?status=X", nil, 422, "status.unknown", "status", nil},
		{"a limit that is none", "GET", "/api/v1/due?limit=soon", nil, 422, "limit.malformed", "limit", nil},
		{"no limit", "GET", "/api/v1/due", nil, 422, "request.parameter_missing", "limit", nil},
		{"a start in year 1", "GET", "/api/v1/due?limit=5+WD&start=0001-01-01T00:00:00Z", nil, 422, "date.impossible", "start", nil},
		{"a span backwards", "GET", "/api/v1/numbers/place/440106001?from=2026-03-02&to=2026-03-01", nil, 422, "request.span_backwards", "from", nil},
		{"a date that is none", "GET", "/api/v1/numbers/place/440106001?from=2026-02-30", nil, 422, "request.date_malformed", "from", nil},
		{"a path nobody knows", "GET", "/api/v1/matter", nil, 404, "request.path_unknown", "", nil},
		{"a method nobody takes", "PUT", self, nil, 405, "request.method_refused", "", nil},
		{"a unit nobody knows", "GET", "/api/v1/units/X", nil, 404, "unit.unknown", "", nil},
		{"no picture", "POST", "/api/v1/evidence", "\x89PNG\r\n\x1a\nnone", 422, "evidence.picture_broken", "file", nil},
		{"a program", "POST", "/api/v1/evidence", "MZ\x90\x00\x03\x00", 422, "evidence.media_refused", "file", nil},
		{"an empty file", "POST", "/api/v1/evidence", nil, 422, "evidence.empty", "file", nil},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := x.do(t, c.method, c.path, desk, c.body, c.headers)
			if c.code == "" {
				if r.status < 400 {
					t.Fatalf("it was taken: %s", r.body)
				}
				return
			}
			p := r.problem(t, c.status, c.code)
			found := false
			for _, e := range p.Errors {
				found = found || e.Code == c.code && e.Field == c.field
			}
			if !found {
				t.Errorf("not in field %q: %s", c.field, r.body)
			}
		})
	}
}

func TestAProblemSpeaksTheReadersLanguage(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	body := call{"catgory": "X"}
	zh := x.do(t, "POST", "/api/v1/calls", desk, body).problem(t, 422, "request.field_unknown")
	en := x.do(t, "POST", "/api/v1/calls", desk, body, set{"Accept-Language": "en-GB,en;q=0.9"}).problem(t, 422, "request.field_unknown")
	if zh.Detail == en.Detail || !strings.Contains(en.Detail, "category") || en.Title != "The input is wrong" {
		t.Errorf("%s\n%s", zh.Detail, en.Detail)
	}
	if len(en.Errors) < 3 { // the unknown field and those that are missing
		t.Errorf("not everything at once: %+v", en.Errors)
	}
}

func TestAKeyIsForOneCommand(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	key := set{"Idempotency-Key": "k"}
	var a, b api.Matter
	x.do(t, "POST", "/api/v1/calls", desk, lamp(x), key).into(t, 201, &a)
	r := x.do(t, "POST", "/api/v1/calls", desk, lamp(x), key).into(t, 200, &b)
	if a.No != b.No || r.header.Get("Replayed") != "true" {
		t.Errorf("%s and %s", a.No, b.No)
	}
	x.do(t, "POST", "/api/v1/matters/"+a.No+"/verify", desk, call{}, key).problem(t, 409, "request.key_reused")
}

func TestTokens(t *testing.T) {
	x := open(t, many())
	admin := x.token(t, "440100-ZS", org.SystemAdmin)
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	list := "/api/v1/matters"
	x.do(t, "GET", list, "", nil).problem(t, 401, "token.missing")
	x.do(t, "GET", list, "hy_x", nil).problem(t, 401, "token.malformed")
	x.do(t, "GET", list, strings.ToUpper(desk), nil).problem(t, 401, "token.malformed")
	x.do(t, "GET", list, desk, nil).into(t, 200, nil)

	narrow := x.token(t, "440106001-ZH", org.Dispatcher, "call.raise")
	x.do(t, "GET", list, narrow, nil).problem(t, 403, "access.denied")
	x.do(t, "POST", "/api/v1/calls", narrow, lamp(x)).into(t, 201, nil)

	var all api.Tokens
	x.do(t, "GET", "/api/v1/tokens", admin, nil).into(t, 200, &all)
	x.do(t, "GET", "/api/v1/tokens", desk, nil).problem(t, 403, "access.denied")
	for _, tk := range all.Items {
		if strings.Contains(tk.Post, "440106001-ZH") && tk.Scopes == nil {
			x.do(t, "DELETE", "/api/v1/tokens/"+tk.ID, admin, nil).into(t, 204, nil)
		}
	}
	x.do(t, "GET", list, desk, nil).problem(t, 401, "token.refused")
	x.do(t, "DELETE", "/api/v1/tokens/zzz", admin, nil).problem(t, 404, "token.unknown")

	var made api.NewToken
	want := call{"name": "桥", "post": "440106001-ZH/DISPATCHER", "ends": x.Now().Add(time.Hour)}
	x.do(t, "POST", "/api/v1/tokens", admin, want).into(t, 201, &made)
	x.do(t, "GET", list, made.Secret, nil).into(t, 200, nil)
	x.pass(2 * time.Hour)
	x.do(t, "GET", list, made.Secret, nil).problem(t, 401, "token.refused")
}

func TestRatesAreBounded(t *testing.T) {
	r := many()
	r.Token = api.Rate{PerSecond: 1, Burst: 2}
	r.Number = api.Rate{PerSecond: 1, Burst: 2}
	r.Intake = api.Rate{PerSecond: 1, Burst: 1}
	x := open(t, r)
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	var m api.Matter
	x.do(t, "POST", "/api/v1/calls", desk, lamp(x)).into(t, 201, &m)
	x.do(t, "GET", "/api/v1/units", desk, nil).into(t, 200, nil)
	slow := x.do(t, "GET", "/api/v1/units", desk, nil)
	slow.problem(t, 429, "request.too_many")
	if slow.header.Get("Retry-After") != "1" {
		t.Errorf("%v", slow.header)
	}
	x.pass(time.Second)
	x.do(t, "GET", "/api/v1/units", desk, nil).into(t, 200, nil)

	guess := set{"Track-Code": "0000000000"}
	for range 2 {
		x.do(t, "GET", "/api/v1/track/"+m.No, "", nil, guess).problem(t, 404, "track.code_wrong")
	}
	x.do(t, "GET", "/api/v1/track/"+m.No, "", nil, guess).problem(t, 429, "request.too_many")
	x.do(t, "GET", "/api/v1/track/"+m.No, "", nil).problem(t, 429, "request.too_many")

	web := func(n int) reply {
		return x.do(t, "POST", "/api/v1/public/calls", "", call{"kind": "HELP", "text": fmt.Sprint("第", n, "件"), "place": "440106001"})
	}
	web(1).into(t, 201, nil)
	web(2).problem(t, 429, "request.too_many")
}

func TestAnybodyMayCall(t *testing.T) {
	x := open(t, many())
	body := call{"kind": "HELP", "text": "楼道灯不亮", "place": "440106001", "caller": call{"name": "李女士", "phone": "19900001111"}}
	key := set{"Idempotency-Key": "3f9b2c60-7a53-4f0e-9d5f"}
	var a, b api.Receipted
	x.do(t, "POST", "/api/v1/public/calls", "", body, key).into(t, 201, &a)
	x.do(t, "POST", "/api/v1/public/calls", "", body, key).into(t, 200, &b)
	if a.No != b.No {
		t.Errorf("%+v %+v", a, b)
	}
	body["text"] = "别人的事"
	x.do(t, "POST", "/api/v1/public/calls", "", body, key).problem(t, 409, "call.reference_reused")
	x.do(t, "POST", "/api/v1/public/calls", "", body, set{"Idempotency-Key": "short"}).problem(t, 422, "request.key_too_short")
	x.do(t, "POST", "/api/v1/public/calls", "", call{"source": "UPPER"}).problem(t, 422, "request.field_unknown")
	x.do(t, "GET", "/api/v1/track/"+a.No, "", nil).problem(t, 401, "track.code_missing")
	x.do(t, "GET", "/api/v1/track/"+a.No, "", nil, set{"Track-Code": strings.ToLower(a.TrackCode)}).into(t, 200, nil)
}
