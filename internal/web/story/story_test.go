package story_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
)

func TestWhoSeesAMatter(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	page := "/matters/" + no.Number()
	for _, path := range []string{page, page + "/part", page + "/due", page + "/proof", page + "/pdf", page + "/act/issue", "/orders/" + order.Number() + "/act/remind"} {
		for name, x := range map[string]struct {
			post string
			want int
		}{
			"nobody": {"", 303}, "another district": {c.post(other, org.Dispatcher), 404}, "its desk": {c.dispatcher(), 200},
			"an auditor": {c.post("440100-SJJ", org.Auditor), 404},
		} {
			if r := c.Get(t, x.post, path); r.Status != x.want {
				t.Errorf("%s at %s: %d, want %d: %.200s", name, path, r.Status, x.want, r.Body)
			}
		}
	}
	if r := c.Get(t, c.post(bureau, org.Handler), page); r.Status != 200 || r.Has(`data-act="withdraw"`) || !r.Has(`href="/orders/`+order.Number()+`"`) {
		t.Errorf("the unit that was ordered sees %d: %s", r.Status, r.Body)
	}
	if r := c.Get(t, c.dispatcher(), page); !r.Has(`data-act="withdraw"`) || r.Has(`data-act="verify"`) || r.Has(`data-act="undefer"`) {
		t.Error("the buttons are not those of an ordered matter")
	}
	for _, path := range []string{"/matters/20260101-0000000-0", "/matters/nonsense", "/orders/" + no.Number() + "/act/remind", page + "/act/nonsense"} {
		if r := c.Get(t, c.dispatcher(), path); r.Status != 404 && r.Status != 422 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

// What is told of a matter stands on its page in plain words.
func TestTheStoryInWords(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙，行人打滑")
	c.objects(bureau, order)
	r := c.Get(t, c.dispatcher(), "/matters/"+no.Number())
	for _, want := range []string{
		"路面有泥沙，行人打滑", "受理（12345政府服务热线）", "分流为大事（政府办理）", "路面保洁是政府职责", "派单给天河区城市管理和综合执法局（独办）",
		"天河区城市管理和综合执法局提出异议", "这段路由街道养护", "审核异议", "您的诉求已交天河区城市管理和综合执法局办理",
	} {
		if !r.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	en := c.Do(t, "GET", c.dispatcher(), "/matters/"+no.Number(), nil, map[string]string{"Accept-Language": "en"})
	for _, want := range []string{"Tianhe District Urban Management Bureau objected", "decides the objection", "What happened"} {
		if !en.Has(want) {
			t.Errorf("the English page does not say %q", want)
		}
	}
	for _, secret := range []string{"林阿姨", "13800138000"} {
		if r.Has(secret) || en.Has(secret) {
			t.Errorf("the page shows the contact %q", secret)
		}
	}
}

func TestTheContactIsShownOnceAndLogged(t *testing.T) {
	c := open(t)
	no, _ := c.ordered("路面有泥沙")
	path, agent, auditor := "/matters/"+no.Number()+"/caller", c.post("440100-RX", org.Agent), c.post("440100-SJJ", org.Auditor)
	if r := c.Send(t, agent, path, url.Values{"purpose": {" "}}); r.Status != 422 || !r.Has("查看目的") || r.Has("13800138000") {
		t.Errorf("without a purpose: %d %s", r.Status, r.Body)
	}
	if r := c.Send(t, c.post(other, org.Dispatcher), path, url.Values{"purpose": {"好奇"}}); r.Status != 404 {
		t.Errorf("another district: %d", r.Status)
	}
	r := c.Send(t, agent, path, url.Values{"purpose": {"回访核实"}})
	if r.Status != 200 || !r.Has("13800138000") || !r.Has("林阿姨") || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", r.Status, r.Header, r.Body)
	}
	log := c.Get(t, auditor, "/matters/"+no.Number()+"/access")
	if log.Status != 200 || !log.Has("回访核实") || !log.Has("热线受理岗") || log.Has("好奇") {
		t.Errorf("the access log: %d %s", log.Status, log.Body)
	}
	if r := c.Get(t, c.dispatcher(), "/matters/"+no.Number()+"/access"); r.Status != 403 {
		t.Errorf("a dispatcher reads the access log: %d", r.Status)
	}
}

func TestProofAndReceipt(t *testing.T) {
	c := open(t)
	no, _ := c.ordered("路面有泥沙")
	page := "/matters/" + no.Number()
	if r := c.Get(t, c.dispatcher(), page+"/proof"); !r.Has("核验通过：4条记录") || !r.Has("还没有进入存证日志") {
		t.Errorf("before sealing: %s", r.Body)
	}
	agent := c.post("440100-RX", org.Agent)
	r := c.Get(t, agent, page+"/receipt")
	if r.Status != 200 || !strings.Contains(r.Header.Get("Content-Disposition"), "receipt.json") {
		t.Fatalf("%d %v %s", r.Status, r.Header, r.Body)
	}
	report, err := ledger.VerifyReceipt([]byte(r.Body), []ledger.PublicKey{c.Engine.PublicKey()})
	if err != nil || !report.KeyTrusted {
		t.Errorf("the receipt proves %+v, %v", report, err)
	}
	if r := c.Get(t, c.dispatcher(), page+"/proof"); !r.Has("核验通过") || !r.Has("第4条及以前已存证") {
		t.Errorf("after sealing: %s", r.Body)
	}
	if r := c.Get(t, c.post(bureau, org.Handler), page+"/receipt"); r.Status != 403 || !r.Has("受理凭证由受理单位") {
		t.Errorf("the unit that was ordered: %d", r.Status)
	}
}

func TestEvidenceIsShownToWhoMaySeeTheMatter(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	hash := c.responds(bureau, order, "已清扫")
	path := "/matters/" + no.Number() + "/evidence/" + hash
	r := c.Get(t, c.dispatcher(), path)
	if r.Status != 200 || r.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", r.Status, r.Header)
	}
	if page := c.Get(t, c.dispatcher(), "/matters/"+no.Number()); !page.Has(`<img src="` + path + `"`) {
		t.Error("the picture is not on the page")
	}
	elsewhere, _ := c.ordered("另一处泥沙")
	for name, x := range map[string][2]string{
		"another district": {c.post(other, org.Dispatcher), path}, "another matter": {c.dispatcher(), "/matters/" + elsewhere.Number() + "/evidence/" + hash},
		"no such record": {c.dispatcher(), "/matters/" + no.Number() + "/evidence/" + strings.Repeat("0", 64)},
	} {
		if r := c.Get(t, x[0], x[1]); r.Status != 404 {
			t.Errorf("%s: %d", name, r.Status)
		}
	}
}

// The paper says what the page says, and its text can be taken out of it again.
func TestThePaper(t *testing.T) {
	c := open(t)
	no := c.call("440106001", "路面有泥沙，𨋢口打滑")
	r := c.Get(t, c.dispatcher(), "/matters/"+no.Number()+"/pdf")
	if r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(r.Body, "%PDF-") {
		t.Fatalf("%d %v", r.Status, r.Header)
	}
	said := textOf(t, []byte(r.Body))
	for _, want := range []string{"诉求 " + no.Number(), "路面有泥沙，〓口打滑", "受理（12345政府服务热线）", "五山街道综合治理中心待核实", "您的诉求已受理", "字库里没有的字", "第1页"} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper does not say %q:\n%s", want, said)
		}
	}
	if len(r.Body) > 400<<10 {
		t.Errorf("the paper has %d bytes: its font should hold only what it shows", len(r.Body))
	}
}

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\)\s*Tj`)
)

// textOf takes the text out of a PDF as other programs do: the codes of its
// composite font, which the font's own table says are Unicode.
func textOf(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.Contains(body, []byte("/ToUnicode")) {
		t.Fatal("the font does not say which characters its codes are")
	}
	var out strings.Builder
	identity := false
	for _, m := range streams.FindAllSubmatch(body, -1) {
		plain := m[1]
		if z, err := zlib.NewReader(bytes.NewReader(m[1])); err == nil {
			if plain, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		identity = identity || bytes.Contains(plain, []byte("<0000> <FFFF> <0000>"))
		for _, s := range shown.FindAllSubmatch(plain, -1) {
			code := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(s[1], func(e []byte) []byte {
				if e[1] == 'r' {
					return []byte{'\r'}
				}
				return e[1:]
			})
			for i := 0; i+1 < len(code); i += 2 {
				out.WriteRune(rune(binary.BigEndian.Uint16(code[i:])))
			}
			out.WriteByte('\n')
		}
	}
	if !identity {
		t.Error("the codes of the font are not Unicode")
	}
	return out.String()
}
