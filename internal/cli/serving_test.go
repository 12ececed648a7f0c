package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// serving is huying serve, or demo, running in this process.
type serving struct {
	t     *testing.T
	url   string
	out   *locked
	errs  *locked
	stop  context.CancelFunc
	ended chan int
}

var says = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// serve runs the server of a place until end, or the end of the test.
func (p *place) serve(args ...string) *serving {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	x := &serving{t: p.t, out: &locked{}, errs: &locked{}, stop: stop, ended: make(chan int, 1)}
	said := make(chan struct{}, 64)
	s := &session{in: strings.NewReader(""), out: tee{x.out, said}, err: tee{x.errs, said}, env: p.env, version: "test", now: time.Now}
	go func() { x.ended <- s.run(ctx, append([]string{"serve"}, args...)) }()
	for x.url == "" {
		select {
		case <-said:
			x.url = says.FindString(x.errs.String())
		case code := <-x.ended:
			p.t.Fatalf("the server ended with %d: %s", code, x.errs)
		}
	}
	p.t.Cleanup(x.end)
	return x
}

// end stops the server; it must end well.
func (x *serving) end() {
	x.t.Helper()
	if x.stop == nil {
		return
	}
	x.stop()
	x.stop = nil
	if code := <-x.ended; code != exitOK {
		x.t.Errorf("the server ended with %d: %s", code, x.errs)
	}
}

// answer is what the server said.
type answer struct {
	status int
	media  string
	body   []byte
}

// ask sends a request; header is pairs of names and values.
func ask(t *testing.T, method, url, token string, body any, header ...string) answer {
	t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Error(err)
			return answer{}
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, in)
	if err != nil {
		t.Error(err)
		return answer{}
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return answer{}
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return answer{res.StatusCode, res.Header.Get("Content-Type"), out}
}

// into asks that the answer has a status and reads it.
func (a answer) into(t *testing.T, status int, to any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("answered %d, want %d: %s", a.status, status, a.body)
	}
	if to == nil {
		return
	}
	if err := json.Unmarshal(a.body, to); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// agent is the post of the scaffolded city's first hotline agent.
const agent = "990100-RX/AGENT#1"

// token makes a token of a post, while no server runs.
func (p *place) token(post string) string {
	p.t.Helper()
	return strings.TrimSpace(p.onlyOut("token", "new", "--post", post))
}

// onlyOut runs a command that must do well and returns its standard output.
func (p *place) onlyOut(args ...string) string {
	p.t.Helper()
	code, out, errs := p.run(args...)
	if code != exitOK {
		p.t.Fatalf("huying %s: code %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// received is what the intake answers.
type received struct {
	No        string `json:"no"`
	TrackCode string `json:"track_code"`
	Category  string `json:"category"`
	Status    string `json:"status"`
	Place     any    `json:"place"`
}

// lamp is a call about a street light.
func lamp(ref string) map[string]any {
	return map[string]any{
		"source": "HOTLINE_12345", "source_ref": ref, "kind": "COMPLAINT", "text": "路灯坏了，编号 " + ref, "place": "990101001001",
		"caller": map[string]string{"name": "陈女士", "phone": "19900001234", "kind": "PERSON"},
	}
}
