// Package crash kills the real program under load, again and again, and looks
// whether anything it had acknowledged is gone.
package crash

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/packs"
)

const (
	kills   = 50
	enough  = 18 * time.Second // after which a slow machine has been tried long enough
	clients = 8
)

// house is one installation and the program that runs it.
type house struct {
	t      *testing.T
	binary string
	dir    string
	place  string // a community, where calls come from
	token  string
	client *http.Client

	mu    sync.Mutex
	acked map[string]string // reference → number
	fresh []string          // references acknowledged since the last restart
}

func TestKillUnderLoadLosesNothing(t *testing.T) {
	h := build(t)
	until := time.Now().Add(enough)
	done := 0
	for ; done < kills && (time.Now().Before(until) || done < 3); done++ {
		url, server := h.start()
		h.recheck(url)
		ended := h.load(url, done, 20)
		if err := server.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = server.Wait() // it was killed
		ended()
		h.run("verify")
	}
	url, server := h.start()
	defer func() {
		if err := server.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = server.Wait() // it was killed
	}()
	h.fresh = h.fresh[:0]
	for ref := range h.acked {
		h.fresh = append(h.fresh, ref)
	}
	h.recheck(url)
	if len(h.acked) < 10*done {
		t.Errorf("only %d calls were acknowledged before %d kills", len(h.acked), done)
	}
	t.Logf("%d kills, %d calls acknowledged, none lost", done, len(h.acked))
}

// build makes the program, a small city and a token.
func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), acked: map[string]string{}, client: &http.Client{Timeout: 10 * time.Second}}
	h.binary = filepath.Join(h.dir, "huying.test-binary")
	cmd := exec.Command("go", "build", "-o", h.binary, "huying/cmd/huying")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h.run("pack", "new", "./mini", "--name", "示例市", "--root", "990100")
	city, err := pack.Load(packs.Beside(os.DirFS(h.dir)), "mini")
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range city.Org.Units() {
		for _, p := range city.Org.Posts(unit) {
			if p.Role == org.Agent && h.token == "" {
				h.token = strings.TrimSpace(h.run("token", "new", "--post", p.Code))
			}
		}
	}
	h.place = "990101001001"
	return h
}

func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.Command(h.binary, args...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "HUYING_PACK=./mini", "HUYING_LANG=en", "HUYING_LISTEN=127.0.0.1:0", "HUYING_SEAL_EVERY=1s",
		"HUYING_RATE_PER_SECOND=100000", "HUYING_RATE_BURST=100000")
	if len(args) > 1 && args[0] == "pack" {
		cmd.Env = os.Environ() // the pack is not there yet
	}
	return cmd
}

// run runs a command that must succeed and returns its output.
func (h *house) run(args ...string) string {
	h.t.Helper()
	cmd := h.command(args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("huying %s: %v\n%s%s", strings.Join(args, " "), err, out, &errs)
	}
	return string(out)
}

var serves = regexp.MustCompile(`serves (http://[^,]+),`)

// start starts the server and waits until it says where it serves.
func (h *house) start() (string, *exec.Cmd) {
	h.t.Helper()
	cmd := h.command("serve")
	out, err := cmd.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if m := serves.FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, out) //nolint:errcheck // it ends when the server is killed
			return m[1], cmd
		}
	}
	h.t.Fatalf("the server did not start: %v\n%s", cmd.Wait(), said.String())
	return "", nil
}

// call hands one call over; ok is false if no answer came.
func (h *house) call(url, ref string) (no string, ok bool) {
	body, err := json.Marshal(map[string]any{
		"source": "HOTLINE_12345", "source_ref": ref, "kind": "COMPLAINT", "text": "路灯坏了，编号 " + ref, "place": h.place,
		"caller": map[string]string{"name": "陈女士", "phone": "19900001234", "kind": "PERSON"},
	})
	if err != nil {
		h.t.Error(err)
		return "", false
	}
	req, err := http.NewRequest(http.MethodPost, url+"/api/v1/calls", bytes.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return "", false
	}
	req.Header.Set("Authorization", "Bearer "+h.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		return "", false // it was killed
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return "", false
	}
	var m struct {
		No string `json:"no"`
	}
	if err := json.Unmarshal(answer, &m); err != nil || res.StatusCode/100 != 2 || m.No == "" {
		h.t.Errorf("%s was answered %d: %s", ref, res.StatusCode, answer)
		return "", false
	}
	return m.No, true
}

// load sends calls from several clients, which go on until a call of theirs is
// not answered. It returns when so many have been acknowledged, and a little
// later, so that the kill comes among them; what it returns waits for the
// clients.
func (h *house) load(url string, round, least int) (ended func()) {
	var all sync.WaitGroup
	reached := make(chan struct{})
	acks := 0
	for c := range clients {
		all.Go(func() {
			for n := 0; ; n++ {
				ref := fmt.Sprintf("R-%d-%d-%d", round, c, n)
				no, ok := h.call(url, ref)
				h.mu.Lock()
				if ok {
					h.acked[ref] = no
					h.fresh = append(h.fresh, ref)
				}
				if acks++; acks == least {
					close(reached)
				}
				h.mu.Unlock()
				if !ok {
					return
				}
			}
		})
	}
	<-reached
	for range rand.IntN(6) { // a few more answers, then the kill
		h.call(url, fmt.Sprintf("R-%d-x-%d", round, rand.Int64()))
	}
	return all.Wait
}

// recheck sends every call again that was acknowledged since the last restart:
// it must be known under the same number.
func (h *house) recheck(url string) {
	h.t.Helper()
	h.mu.Lock()
	fresh := append([]string(nil), h.fresh...)
	h.fresh = h.fresh[:0]
	h.mu.Unlock()
	work := make(chan string)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for ref := range work {
				no, ok := h.call(url, ref)
				h.mu.Lock()
				if want := h.acked[ref]; !ok || no != want {
					h.t.Errorf("%s was acknowledged as %s and is now %q", ref, want, no)
				}
				h.mu.Unlock()
			}
		})
	}
	for _, ref := range fresh {
		work <- ref
	}
	close(work)
	all.Wait()
}
