package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestFactsSetTheSourceBesideTheData(t *testing.T) {
	p := newPlace(t)
	var figures []figure
	p.document(&figures, exitOK, "facts", "--pack", "luohe")
	at := func(id string) figure {
		i := slices.IndexFunc(figures, func(f figure) bool { return f.ID == id })
		if i < 0 {
			t.Fatalf("%s is not told", id)
		}
		return figures[i]
	}
	if f := at("LH_ALL"); f.Source != "1334" || f.Loaded != "1334" || f.Kind != "computed" {
		t.Errorf("%+v", f)
	}
	if f := at("LH_PEOPLE"); f.Source != "843000" || f.Loaded != "843000" || f.Kind != "loaded" {
		t.Errorf("%+v", f)
	}
	if f := at("LH_MEASURES"); f.Source != "37" || f.Loaded != "" || f.Kind != "not_loaded" {
		t.Errorf("%+v", f)
	}
	var raw []map[string]any
	if err := json.Unmarshal([]byte(p.want(exitOK, "facts", "--pack", "liunan", "--json")), &raw); err != nil || len(raw) == 0 {
		t.Fatal(err)
	}
	for _, key := range []string{"id", "name", "source", "loaded", "kind"} {
		if _, ok := raw[0][key]; !ok {
			t.Errorf("%s is missing", key)
		}
	}
}

func TestFactsSpeakBothLanguages(t *testing.T) {
	p := newPlace(t)
	zh, en := p.want(exitOK, "facts", "--pack", "beijing", "--lang", "zh-CN"), p.want(exitOK, "facts", "--pack", "beijing", "--lang", "en")
	for _, w := range []string{"街道职责", "未载入", "计算", "2019-06-02"} {
		if !strings.Contains(zh, w) {
			t.Errorf("%s is missing", w)
		}
	}
	for _, w := range []string{"Duties of a street", "not loaded", "computed"} {
		if !strings.Contains(en, w) {
			t.Errorf("%s is missing", w)
		}
	}
	p.wantText("pack.", exitFailed, "facts", "--pack", "nowhere")
}
