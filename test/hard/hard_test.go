// Package hard runs the real program as an operator does when things go wrong:
// an import that is killed, a backup under load, a second server. It knows the
// commands and the interface, and nothing behind them.
package hard

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "huying-hard-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
		binary = filepath.Join(dir, "huying.test-binary")
		cmd := exec.Command("go", "build", "-o", binary, "huying/cmd/huying")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v: %s\n", err, out)
			return 1
		}
		return m.Run()
	}())
}

// house is a working directory with a small city of its own.
type house struct {
	t   *testing.T
	dir string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir()}
	h.run("pack", "new", "./mini", "--name", "示例市", "--root", "990100")
	return h
}

func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(h.t.Context(), binary, args...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "HUYING_LANG=en")
	if args[0] != "pack" {
		cmd.Env = append(cmd.Env, "HUYING_PACK=./mini", "HUYING_LISTEN=127.0.0.1:0", "HUYING_RATE_PER_SECOND=100000", "HUYING_RATE_BURST=100000")
	}
	return cmd
}

// try runs a command to its end.
func (h *house) try(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	cmd := h.command(args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		h.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// run runs a command that must do well and returns its output.
func (h *house) run(args ...string) string {
	h.t.Helper()
	code, out, errs := h.try(args...)
	if code != 0 {
		h.t.Fatalf("huying %s: code %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

var serves = regexp.MustCompile(`serves (http://[^,]+),`)

// serve starts the server and waits until it says where it serves. It is
// stopped at the end of the test.
func (h *house) serve() string {
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
			drained := make(chan struct{})
			go func() {
				defer close(drained)
				_, _ = io.Copy(io.Discard, out) // it ends with the process
			}()
			h.t.Cleanup(func() {
				if err := cmd.Process.Signal(os.Interrupt); err != nil {
					h.t.Error(err)
				}
				<-drained
				if err := cmd.Wait(); err != nil && h.t.Context().Err() == nil {
					h.t.Error(err)
				}
			})
			return m[1]
		}
	}
	h.t.Fatalf("the server did not start: %v\n%s", cmd.Wait(), said.String())
	return ""
}

// call hands one call over and returns its number.
func (h *house) call(url, token, ref string) string {
	body := fmt.Sprintf(`{"source":"HOTLINE_12345","source_ref":%q,"kind":"COMPLAINT","text":"路灯坏了","place":"990101001001"}`, ref)
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, url+"/api/v1/calls", strings.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return ""
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Error(err)
		return ""
	}
	defer res.Body.Close()
	var m struct{ No string }
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil || res.StatusCode/100 != 2 {
		h.t.Errorf("%s was answered %d, %v", ref, res.StatusCode, err)
	}
	return m.No
}

// A backup beside a server under load holds every call that was acknowledged
// before it began, and is whole.
func TestABackupUnderLoadIsWhole(t *testing.T) {
	h := newHouse(t)
	token := strings.TrimSpace(h.run("token", "new", "--post", "990100-RX/AGENT#1"))
	url := h.serve()
	var mu sync.Mutex
	var acked []string
	var all sync.WaitGroup
	enough, stop := make(chan struct{}), make(chan struct{})
	for c := range 4 {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				no := h.call(url, token, fmt.Sprintf("B-%d-%d", c, n))
				mu.Lock()
				if acked = append(acked, no); len(acked) == 200 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	mu.Lock()
	before := append([]string(nil), acked...)
	mu.Unlock()
	h.run("backup", "copy.db")
	close(stop)
	all.Wait()
	keys, err := os.ReadFile(filepath.Join(h.dir, "data", "keys"))
	if err == nil {
		err = os.Mkdir(filepath.Join(h.dir, "new"), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(h.dir, "new", "keys"), keys, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.run("restore", "copy.db", "--data", "new")
	h.run("verify", "--data", "new")
	there := h.run("export", "--data", "new", "--format", "jsonl")
	for _, no := range before {
		if !strings.Contains(there, no) {
			t.Errorf("%s was acknowledged before the backup and is not in it", no)
		}
	}
	h.run("verify")
}

// A second server on the same database is told why it cannot start.
func TestTwoServersOnOneDatabase(t *testing.T) {
	h := newHouse(t)
	h.serve()
	code, out, errs := h.try("serve")
	if code != 1 || out != "" || strings.Count(errs, "\n") != 1 || !strings.HasSuffix(errs, "[store.locked]\n") {
		t.Errorf("code %d\n%s%s", code, out, errs)
	}
}
