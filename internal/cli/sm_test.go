package cli

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A city that runs on the national algorithms: settings, calls over HTTP, the
// seal, the caller's receipt, and the verification of both.
func TestTheNationalSuiteFromCallToReceipt(t *testing.T) {
	p := newPlace(t)
	p.env = append(p.env, "HUYING_SUITE=sm")
	token := p.token(agent)
	x := p.serve()
	var m received
	ask(t, "POST", x.url+"/api/v1/calls", token, lamp("SM-1")).into(t, 201, &m)
	receipt := ask(t, "GET", x.url+"/api/v1/track/"+m.No+"/receipt", "", nil, "Track-Code", m.TrackCode)
	receipt.into(t, 200, &json.RawMessage{})
	if got := ask(t, "GET", x.url+"/api/v1/track/"+m.No+"/receipt", "", nil, "Track-Code", "0000000000"); got.status != 404 {
		t.Errorf("a receipt for a wrong code: %d %s", got.status, got.body)
	}
	published := ask(t, "GET", x.url+"/api/v1/key", "", nil)
	published.into(t, 200, nil)
	x.end()
	p.wantText("agree", exitOK, "verify")

	key := p.write("key.txt", keyOf(t, published.body))
	name := p.write("receipt.json", string(receipt.body))
	var report struct {
		No         any    `json:"no"`
		Suite      string `json:"suite"`
		KeyTrusted bool   `json:"key_trusted"`
	}
	p.document(&report, exitOK, "verify", "--receipt", name, "--key", key)
	if report.Suite != "sm" || !report.KeyTrusted {
		t.Errorf("%+v", report)
	}
	p.forgeries(receipt.body, key)
}

// keyOf reads the text of the published key.
func keyOf(t *testing.T, body []byte) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return strings.TrimSpace(string(body))
	}
	for _, v := range doc {
		if text, ok := v.(string); ok && strings.Count(text, "+") >= 2 {
			return text
		}
	}
	t.Fatalf("no key in %s", body)
	return ""
}

// forgeries changes one character of each value of a receipt in turn: none of
// them may hold.
func (p *place) forgeries(body []byte, key string) {
	p.t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		p.t.Fatal(err)
	}
	for name, v := range doc {
		text, ok := v.(string)
		if !ok || text == "" {
			continue
		}
		doc[name] = bent(text)
		forged, err := json.Marshal(doc)
		if err != nil {
			p.t.Fatal(err)
		}
		file := p.write("forged.json", string(forged))
		if code, out, errs := p.run("verify", "--receipt", file, "--key", key); code != exitProblems || strings.Contains(errs, "goroutine ") {
			p.t.Errorf("a receipt with another %s: code %d\n%s%s", name, code, out, errs)
		}
		doc[name] = v
	}
}

// bent is a text with another character in its middle; of base64 it is still
// base64.
func bent(text string) string {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && len(raw) > 0 {
		raw[len(raw)/2] ^= 1
		return base64.StdEncoding.EncodeToString(raw)
	}
	b := []byte(text)
	if i := len(b) / 2; b[i] == '7' {
		b[i] = '8'
	} else {
		b[i] = '7'
	}
	return string(b)
}

// A database lives with the suite of its keys: settings that name the other
// one are told so in one sentence, and so is a pair of keys of the other one.
func TestSuitesAreNotMixed(t *testing.T) {
	for _, c := range [][2]string{{"sm", "intl"}, {"intl", "sm"}} {
		t.Run(c[0]+" opened as "+c[1], func(t *testing.T) {
			p := newPlace(t)
			usual := p.env
			p.env = append(usual[:len(usual):len(usual)], "HUYING_SUITE="+c[0])
			p.write("calls.csv", "reference,text,place\nS-1,路灯坏了,990101001001\n")
			p.want(exitOK, "import", "calls", "calls.csv", "--source", "HOTLINE_12345")
			p.sealed()
			for _, cmd := range [][]string{{"serve"}, {"verify"}, {"export"}} {
				p.oneSentence("keys.suite_differs", append(cmd, "--suite", c[1])...)
			}
			// The keys of another installation, of the other suite.
			p.env = append(usual[:len(usual):len(usual)], "HUYING_SUITE="+c[1])
			p.want(exitOK, "token", "new", "--data", "other")
			p.env = usual
			other, err := os.ReadFile("other/keys")
			if err != nil {
				t.Fatal(err)
			}
			p.write("strange-keys", string(other))
			for _, cmd := range []string{"serve", "verify"} {
				p.oneSentence("keys.of_another_log", cmd, "--keys", "strange-keys")
			}
		})
	}
}

// sealed puts what there is into the log.
func (p *place) sealed() {
	p.t.Helper()
	o := p.open()
	if _, err := o.Engine.Receipt(p.t.Context(), p.firstMatter().id); err != nil {
		p.t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// oneSentence runs a command that must fail with one sentence, in both
// languages, and with the code.
func (p *place) oneSentence(code string, args ...string) {
	p.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		got, out, errs := p.run(append(args, "--lang", lang)...)
		if got == exitOK || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "["+code+"]") || strings.HasPrefix(errs, "[") {
			p.t.Errorf("huying %s in %s: code %d\n%s%s", strings.Join(args, " "), lang, got, out, errs)
		}
	}
}
