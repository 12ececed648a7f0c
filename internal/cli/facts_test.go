package cli

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	desk "huying/internal/desk/burden"
	"huying/internal/desk/registry"
	"huying/internal/domain/burden"
	"huying/internal/domain/org"
	"huying/internal/engine"
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

// LH-20: what a city cleaned up is counted in its registers, when it is said
// which city; nothing is typed in beside the source.
func TestFactsOfACityInUseAreCountedInItsRegisters(t *testing.T) {
	p := newPlace(t)
	p.env = []string{"HUYING_PACK=luohe", "HUYING_LANG=en", "HUYING_LISTEN=127.0.0.1:0"}
	p.cleanUp("city") // a first start
	counted := func(args ...string) map[string]figure {
		var all []figure
		p.document(&all, exitOK, append([]string{"facts"}, args...)...)
		out := map[string]figure{}
		for _, f := range all {
			out[f.ID] = f
		}
		return out
	}
	for _, id := range []string{"LH_GROUPS", "LH_PLATES", "LH_BATCHES", "LH_MEASURES"} {
		if f := counted()[id]; f.Loaded != "" || f.Kind != "not_loaded" {
			t.Errorf("without a city: %+v", f)
		}
		if f := counted("--data", "city")[id]; f.Loaded != "0" || f.Kind != "computed" {
			t.Errorf("of a new city: %+v", f)
		}
	}
	p.cleanUp("city", burden.Cleanup{Kind: burden.Group, Count: 40}, burden.Cleanup{Kind: burden.Group, Count: 2}, burden.Cleanup{Kind: burden.Sign, Count: 7})
	now := counted("--data", "city")
	if now["LH_GROUPS"].Loaded != "42" || now["LH_PLATES"].Loaded != "7" || now["LH_GROUPS"].Source != "1427" {
		t.Errorf("%+v %+v", now["LH_GROUPS"], now["LH_PLATES"])
	}
	if f := now["LH_ALL"]; f.Loaded != "1334" || f.Kind != "computed" {
		t.Errorf("what the pack holds: %+v", f)
	}
	p.wantText("", exitFailed, "facts", "--data", "nowhere")
}

// cleanUp enters what a street of the city in a directory did away with.
func (p *place) cleanUp(data string, all ...burden.Cleanup) {
	p.t.Helper()
	cfg, err := config.Load(config.Sources{Env: p.env, Flags: map[string]string{"data": data}})
	if err != nil {
		p.t.Fatal(err)
	}
	o, err := app.Open(p.t.Context(), cfg, app.Serve, time.Now, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		p.t.Fatal(err)
	}
	by, err := registry.ActorOf(o.Engine.City(), "411102001-ZH", org.Dispatcher)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range all {
		if _, err := desk.New(o.Engine).CountCleanup(p.t.Context(), engine.Command{Actor: by}, desk.Cleanup{Kind: string(c.Kind), Count: c.Count, Text: "清理"}); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		p.t.Fatal(err)
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
