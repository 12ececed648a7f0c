package office_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/store"
	"huying/internal/web/webtest"
)

const (
	city    = "440100"
	tianhe  = "440106"
	systems = "440100-ZS"
	auditor = "440100-SJJ"
)

func admin(t *testing.T, h *webtest.House) string    { return h.Post(t, systems, org.SystemAdmin) }
func auditors(t *testing.T, h *webtest.House) string { return h.Post(t, auditor, org.Auditor) }

func TestEveryPageOfTheRegistryShows(t *testing.T) {
	h := webtest.Open(t)
	by := admin(t, h)
	leaf := h.Engine.City().Duty.Leaves()[0]
	for path, want := range map[string]string{
		"/registry/places":                "天河区",
		"/registry/places?at=" + tianhe:   "五山街道",
		"/registry/places?at=440106001":   "示意",
		"/registry/units?q=天河区":           "440106-ZH",
		"/registry/units/440106-ZH":       "组织关系",
		"/registry/posts?role=AUDITOR":    "空缺",
		"/registry/calendars?year=2026":   "国庆节",
		"/registry/calendars?year=2031":   "还没有公布",
		"/registry/duties?q=" + leaf.Code: leaf.Name,
		"/registry/duties/" + leaf.Code:   "办结标准",
		"/registry/pack":                  "与现行版本相同",
		"/registry/tokens":                "签发令牌",
	} {
		if r := h.Get(t, by, path); r.Status != 200 || !r.Has(want) {
			t.Errorf("%s: %d, without %q", path, r.Status, want)
		}
	}
	for path, code := range map[string]string{
		"/registry/places?at=999999": "place.unknown", "/registry/units/NOBODY": "unit.unknown", "/registry/duties/ZZZ": "category.unknown",
		"/registry/shapes/none": "shape.draft_unknown",
	} {
		if r := h.Get(t, by, path); r.Status != 404 || !r.Has(code) {
			t.Errorf("%s: %d, want %s", path, r.Status, code)
		}
	}
}

func TestTheRegistryIsForItsAdministratorAndTheAuditForItsAuditor(t *testing.T) {
	h := webtest.Open(t)
	for _, post := range []string{h.Post(t, "440106-ZH", org.Dispatcher), h.Post(t, tianhe+"-CG", org.Handler)} {
		for _, path := range []string{"/registry/places", "/registry/tokens", "/audit/ledger", "/audit/verify", "/audit/ledger.csv", "/audit/readings"} {
			if r := h.Get(t, post, path); r.Status != 403 {
				t.Errorf("%s may see %s: %d", post, path, r.Status)
			}
		}
	}
	if r := h.Get(t, admin(t, h), "/audit/ledger"); r.Status != 403 {
		t.Errorf("the administrator audits: %d", r.Status)
	}
	if r := h.Get(t, auditors(t, h), "/registry/places"); r.Status != 403 {
		t.Errorf("the auditor administers: %d", r.Status)
	}
}

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	h := webtest.Open(t)
	by := admin(t, h)
	form := url.Values{"name": {"热线对接"}, "post": {h.Post(t, "440106-ZH", org.Dispatcher)}, "ends": {"2026-12-31"}, "scopes": {"call.raise"}}
	r := h.Send(t, by, "/registry/tokens", form)
	if r.Status != 200 || !r.Has("只显示这一次") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	list := h.Get(t, by, "/registry/tokens")
	if !list.Has("热线对接") || list.Has("只显示这一次") {
		t.Error("the list is wrong")
	}
	_, rest, _ := strings.Cut(list.Body, `id="revoke-`)
	id, _, _ := strings.Cut(rest, `"`)
	if r := h.Send(t, by, "/registry/tokens/"+id+"/revoke", url.Values{}); r.Status != 204 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, by, "/registry/tokens"); !r.Has("已吊销") {
		t.Error("it is not revoked")
	}
	for field, bad := range map[string]string{"name": "", "post": "NOBODY", "ends": "1999-01-01", "scopes": "world.rule"} {
		wrong := url.Values{"name": {"x"}, "post": form["post"], "ends": {"2026-12-31"}}
		wrong.Set(field, bad)
		if r := h.Send(t, by, "/registry/tokens", wrong); r.Status != 422 || !r.Has("data-code=") {
			t.Errorf("%s=%q: %d %s", field, bad, r.Status, r.Body)
		}
	}
}

// upload sends a file of shapes.
func upload(t *testing.T, h *webtest.House, by, name string, body []byte, crs string) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("crs", crs); err != nil {
		t.Fatal(err)
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return h.Do(t, http.MethodPost, by, "/registry/shapes", &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
}

// shifted is the district as GeoJSON, moved a little so that it leaves a hole
// on one side and overlaps on the other.
func shifted(t *testing.T, h *webtest.House) []byte {
	t.Helper()
	p, _ := h.Engine.City().Territory.Place(tianhe)
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adcode":"` + tianhe + `"},"geometry":{"type":"MultiPolygon","coordinates":[[[`)
	for i, pt := range p.Shape[0][0] {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "[%f,%f]", pt[0]+0.01, pt[1])
	}
	b.WriteString(`]]]}}]}`)
	return []byte(b.String())
}

func TestShapesAreLookedAtBeforeTheyHold(t *testing.T) {
	h := webtest.Open(t)
	by := admin(t, h)
	before := h.Engine.City().Version
	r := upload(t, h, by, "tianhe.geojson", shifted(t, h), "WGS84")
	if r.Status != 200 || !r.Has("缝隙") || !r.Has("重叠") || !r.Has("提议启用") || !r.Has("<svg") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if h.Engine.City().Version != before {
		t.Error("looking changed what holds")
	}
	for name, tc := range map[string]struct{ file, crs, code string }{
		"no coordinate system": {string(shifted(t, h)), "", "data-code="},
		"no GeoJSON":           {"<html>", "WGS84", "data-code="},
		"nothing":              {"", "WGS84", "data-code="},
		"another city":         {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adcode":"110101"},"geometry":{"type":"Polygon","coordinates":[[[116,39],[117,39],[117,40],[116,39]]]}}]}`, "WGS84", "未采用"},
	} {
		if r := upload(t, h, by, "x.geojson", []byte(tc.file), tc.crs); !r.Has(tc.code) || r.Has("提议启用") {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
}

func TestADifferenceIsSeenBeforeThePackHolds(t *testing.T) {
	h := webtest.Open(t)
	by := admin(t, h)
	other := *h.Engine.City()
	other.Version = "1.1"
	other.Modules = map[string]bool{}
	h.Fresh = &other
	r := h.Get(t, by, "/registry/pack")
	if r.Status != 200 || !r.Has("版本 1.1") || !r.Has("提议启用") {
		t.Fatalf("%d", r.Status)
	}
	if r := h.Send(t, by, "/registry/pack/propose", url.Values{"version": {"1.0"}, "reason": {"x"}}); r.Status != 409 || !r.Has("pack.changed_meanwhile") {
		t.Errorf("another version: %d %s", r.Status, r.Body)
	}
}

func TestAnAuditorFindsWhoDidWhat(t *testing.T) {
	h := webtest.Open(t)
	by := auditors(t, h)
	r := h.Get(t, by, "/audit/ledger?act=respond&district="+tianhe)
	if r.Status != 200 || !r.Has("回复") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	csv := h.Get(t, by, "/audit/ledger.csv?act=respond&district="+tianhe)
	if csv.Status != 200 || !strings.HasPrefix(csv.Body, "\ufeffdistrict,matter,seq") || strings.Count(csv.Body, "\n") < 2 || strings.Contains(csv.Body, ",receive,") {
		t.Errorf("%d %.300s", csv.Status, csv.Body)
	}
	for path, code := range map[string]string{
		"/audit/ledger?no=nonsense": "data-code=", "/audit/ledger?district=999999": "place.unknown", "/audit/ledger?after=x": "page.cursor_malformed",
		"/audit/readings?after=x": "page.cursor_malformed", "/audit/ledger?from=yesterday": "time.malformed", "/audit/checkpoints/0": "ledger.no_checkpoint",
	} {
		if r := h.Get(t, by, path); r.Status < 400 || r.Status >= 500 || !r.Has(code) {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := h.Get(t, by, "/audit/checkpoints"); r.Status != 200 || !r.Has("公钥") {
		t.Errorf("%d", r.Status)
	}
}

func TestTheDayOfAnAuditorAndAnAdministrator(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	b := webtest.Browse(t)
	tab := b.Tab(t, h.URL, 1366, 768).As(admin(t, h))
	tab.Open("/registry/places?at="+city).See("h1", "广州市").Accessible().Shot("office-places", false)
	file := filepath.Join(t.TempDir(), "tianhe.geojson")
	if err := os.WriteFile(file, shifted(t, h), 0o600); err != nil {
		t.Fatal(err)
	}
	tab.Files("#f-file", file).Set("#f-crs", "WGS84").Click("#shapes button[type=submit]").See("#preview", "边界草稿").Accessible().Shot("office-draft", true)
	tab.Open("/registry/calendars?year=2026").See("caption", "10月").Accessible().Shot("office-calendar", false)
	tab.Open("/registry/pack").Accessible().Shot("office-pack", false)
	tab.Look(true).Open("/registry/units/440106-ZH").Accessible().Shot("office-unit-dark", false)
	tab.Look(false).Size(390, 844).Open("/registry/tokens").Accessible().Shot("office-tokens-narrow", false).Quiet()

	eye := b.Tab(t, h.URL, 1366, 768).As(auditors(t, h))
	eye.Open("/").See("#waits", "没有核验过台账").Accessible().Shot("audit-today", false)
	eye.Open("/audit/ledger").See("td", "受理").Accessible().Shot("audit-ledger", false)
	eye.Open("/audit/verify").Click("#verify button[type=submit]").See("#progress", "台账完好").Accessible().Shot("audit-sound", false)
	eye.Open("/audit").See("#done", "台账完好").Shot("audit-done", false)
	eye.Size(390, 844).Look(true).Accessible().Shot("audit-today-narrow", false).Size(1366, 768).Look(false).Open("/audit/verify")
	spoil(t, h)
	eye.Click("#verify button[type=submit]").See("#breaks", "事项状态").See("#progress", "处不一致").Accessible().Shot("audit-broken", false)
	eye.Open("/audit").See("#waits", "处不一致").Quiet()
}

// spoil changes one byte of one matter behind the engine's back.
func spoil(t *testing.T, h *webtest.House) {
	t.Helper()
	err := h.Engine.DB().Write(context.Background(), "spoil", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE matter SET doc = REPLACE(doc, '"urgency":"NORMAL"', '"urgency":"UTILITY"') WHERE id = (SELECT MIN(id) FROM matter WHERE urgency = 'NORMAL')`)
		if err == nil && n != 1 {
			t.Errorf("%d rows", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
