package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"

	"huying/internal/api"
	"huying/internal/desk/registry"
	"huying/internal/domain/org"
)

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestACallIsAnsweredAndJudgedOverHTTP(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)

	var m api.Matter
	first := x.do(t, "POST", "/api/v1/calls", desk, lamp(x)).into(t, 201, &m)
	if m.TrackCode == "" || first.header.Get("Location") != "/api/v1/matters/"+m.No || first.header.Get("ETag") != `"1"` || m.Status != "RECEIVED" {
		t.Fatalf("%v %+v", first.header, m)
	}
	if !strings.HasSuffix(m.ReceivedAt.Format("2006-01-02T15:04:05Z07:00"), "+08:00") || !strings.Contains(string(first.body), "+08:00") {
		t.Fatalf("times without the offset of Beijing: %s", first.body)
	}
	if strings.Contains(string(first.body), "陈女士") || strings.Contains(string(first.body), "19900001234") {
		t.Fatalf("the contact is told: %s", first.body)
	}
	again := x.do(t, "POST", "/api/v1/calls", desk, lamp(x)).into(t, 200, nil)
	if again.header.Get("Replayed") != "true" {
		t.Fatal("a call sent again is not said to be")
	}

	self := "/api/v1/matters/" + m.No
	x.do(t, "POST", self+"/verify", desk, call{}, set{"If-Match": `"1"`}).into(t, 200, &m)
	x.do(t, "POST", self+"/triage", desk, call{"class": "大事", "reason": "城区职责"}, set{"Idempotency-Key": "k1"}).into(t, 200, &m)
	x.do(t, "POST", self+"/triage", desk, call{"class": "大事", "reason": "城区职责"}, set{"Idempotency-Key": "k1"}).into(t, 200, &m)
	if !m.Replayed {
		t.Fatal("the same key acted twice")
	}
	x.do(t, "POST", self+"/issue", desk, nil).into(t, 200, &m)
	if m.Status != "ORDERED" || len(m.Orders) != 1 {
		t.Fatalf("%+v", m)
	}
	o := m.Orders[0]
	unit := x.token(t, o.Debtor, org.Handler)
	order := "/api/v1/orders/" + o.No
	x.do(t, "POST", order+"/sign", unit, nil).into(t, 200, nil)

	var kept registry.Stored
	x.do(t, "POST", "/api/v1/evidence", unit, picture(t), set{"Content-Type": "image/png"}).into(t, 201, &kept)
	leaf, _ := x.City().Duty.Leaf(m.Category)
	var records []call
	for _, k := range leaf.Evidence {
		records = append(records, call{"kind": k, "hash": kept.Hash})
	}
	x.do(t, "POST", order+"/respond", unit, call{"text": "已换灯", "evidence": records}).into(t, 200, &m)
	if m.Status != "AWAITING_VERDICT" {
		t.Fatalf("%+v", m)
	}
	shown := x.do(t, "GET", self+"/evidence/"+kept.Hash, desk, nil).into(t, 200, nil)
	if shown.header.Get("Content-Type") != "image/jpeg" || len(shown.body) == 0 {
		t.Fatalf("%v", shown.header)
	}

	mine := "/api/v1/track/" + m.No
	code := set{"Track-Code": x.TrackCode(mustNumber(t, m.No))}
	var tr api.Track
	x.do(t, "GET", mine, "", nil, code).into(t, 200, &tr)
	if len(tr.Answers) != 1 || tr.Answers[0].Text != "已换灯" {
		t.Fatalf("%+v", tr)
	}
	x.do(t, "POST", mine+"/judge", "", call{"resolved": "YES", "satisfaction": 5, "contacted": true}, code).into(t, 200, &tr)
	if tr.Status != "CLOSED" || len(tr.Verdicts) != 1 {
		t.Fatalf("%+v", tr)
	}
	x.do(t, "GET", self, unit, nil).into(t, 200, &m)
	if m.Verdicts[0].By != "" || m.Verdicts[0].Voter != "" {
		t.Fatalf("the rated unit sees who rated: %+v", m.Verdicts)
	}
	var told api.Tolds
	x.do(t, "GET", mine+"/told", "", nil, code).into(t, 200, &told)
	if len(told.Items) == 0 || told.Items[0].Detail == "" {
		t.Fatalf("%+v", told)
	}
	x.do(t, "GET", mine+"/receipt", "", nil, code).into(t, 200, &json.RawMessage{})
	x.do(t, "GET", "/api/v1/checkpoint", "", nil).into(t, 200, nil)
	x.do(t, "GET", self+"/entries", desk, nil).into(t, 200, nil)
	x.do(t, "GET", self+"/due", desk, nil).into(t, 200, nil)
	if strings.Contains(x.log.String(), "19900001234") || strings.Contains(x.log.String(), m.No) {
		t.Fatalf("the access log names a person or a number: %s", x.log)
	}
}

func TestAMergedCallerIsToldAndJudgesToo(t *testing.T) {
	x := open(t, many())
	m, order := ordered(t, x, "T-1")
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	var second api.Matter
	c := lamp(x)
	c["source_ref"] = "T-2"
	x.do(t, "POST", "/api/v1/calls", desk, c).into(t, 201, &second)
	x.do(t, "POST", "/api/v1/matters/"+second.No+"/merge", desk, call{"into": m.No}).into(t, 200, nil)

	unit := x.token(t, m.Orders[0].Debtor, org.Handler)
	leaf, _ := x.City().Duty.Leaf(m.Category)
	var records []call
	for _, k := range leaf.Evidence {
		records = append(records, call{"kind": k, "hash": strings.Repeat("ab", 32)})
	}
	x.do(t, "POST", "/api/v1/orders/"+order+"/respond", unit, call{"text": "已换灯", "evidence": records}).into(t, 200, nil)

	var tr api.Track
	x.do(t, "POST", "/api/v1/track/"+m.No+"/judge", "", call{"resolved": "YES"}, set{"Track-Code": m.TrackCode}).into(t, 200, &tr)
	if tr.Status != "AWAITING_VERDICT" {
		t.Fatalf("one of two has spoken: %s", tr.Status)
	}
	theirs := set{"Track-Code": second.TrackCode}
	x.do(t, "GET", "/api/v1/track/"+second.No, "", nil, theirs).into(t, 200, &tr)
	if !tr.Merged || len(tr.Answers) != 1 || len(tr.Verdicts) != 0 {
		t.Fatalf("%+v", tr)
	}
	x.do(t, "POST", "/api/v1/track/"+second.No+"/judge", "", call{"resolved": "YES"}, theirs).into(t, 200, &tr)
	if tr.Status != "CLOSED" || len(tr.Verdicts) != 1 || tr.No != second.No {
		t.Fatalf("%+v", tr)
	}
	var whole api.Matter
	x.do(t, "GET", "/api/v1/matters/"+m.No, unit, nil).into(t, 200, &whole)
	for _, v := range whole.Verdicts {
		if v.Voter != "" || v.By != "" {
			t.Errorf("the rated unit sees who rated: %+v", v)
		}
	}
}
