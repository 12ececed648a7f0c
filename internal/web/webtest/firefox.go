package webtest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/cdp"
)

// firefox finds the other browser, or installs Debian's where it may.
var firefox = sync.OnceValues(func() (string, error) {
	return browser("FIREFOX", []string{"firefox-esr", "firefox"}, "firefox-esr", "Firefox")
})

// prefs keep Firefox from asking the world anything, and let it ask pages for
// Chinese.
const prefs = `user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("intl.accept_languages", "zh-CN");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
`

// Fox is a page in a headless Firefox of the test's own, by WebDriver BiDi.
type Fox struct {
	t    testing.TB
	base string
	page string // its browsing context
	ws   *cdp.WebSocket

	mu    sync.Mutex
	last  int
	waits map[int]chan answer
	said  []string
}

type answer struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"`
	Method  string          `json:"method"`
	Message string          `json:"message"`
	Result  json.RawMessage `json:"result"`
	Params  struct {
		Level string `json:"level"`
		Text  string `json:"text"`
	} `json:"params"`
}

// Firefox starts a Firefox at a server.
func Firefox(t testing.TB, base string) *Fox {
	t.Helper()
	path, err := firefox()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "huying-firefox-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f := &Fox{t: t, base: base, ws: &cdp.WebSocket{}, waits: map[int]chan answer{}}
	t.Cleanup(func() {
		if err := f.ws.Close(); err != nil {
			t.Log(err) // it is ended all the same
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Log(err)
		}
		cmd.Wait()            //nolint:errcheck // it was killed
		os.RemoveAll(profile) //nolint:errcheck // it lies in the machine's temporary folder
	})
	if err := f.ws.Connect(t.Context(), listening(t, profile), nil); err != nil {
		t.Fatal(err)
	}
	go f.read()
	f.call("session.new", map[string]any{"capabilities": map[string]any{}}, nil)
	f.call("session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
	var tree struct {
		Contexts []struct {
			Context string `json:"context"`
		} `json:"contexts"`
	}
	f.call("browsingContext.getTree", map[string]any{}, &tree)
	f.page = tree.Contexts[0].Context
	return f
}

// listening waits until Firefox has written where it listens.
func listening(t testing.TB, profile string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		var at struct {
			Host string `json:"ws_host"`
			Port int    `json:"ws_port"`
		}
		body, err := os.ReadFile(filepath.Join(profile, "WebDriverBiDiServer.json"))
		if err == nil && json.Unmarshal(body, &at) == nil && at.Port != 0 {
			tick.Stop()
			return "ws://" + at.Host + ":" + strconv.Itoa(at.Port) + "/session"
		}
		select {
		case <-ctx.Done():
			t.Fatal("Firefox does not say where it listens")
		case <-tick.C:
		}
	}
}

// read takes what Firefox says: answers to whom asked, and its console.
func (f *Fox) read() {
	for {
		body, err := f.ws.Read()
		if err != nil {
			return // the connection has ended, and with it every wait by its own time
		}
		var a answer
		if json.Unmarshal(body, &a) != nil {
			continue
		}
		f.mu.Lock()
		if a.Method == "log.entryAdded" && a.Params.Level == "error" {
			f.said = append(f.said, a.Params.Text)
		}
		if ch := f.waits[a.ID]; ch != nil && a.Type != "event" {
			delete(f.waits, a.ID)
			ch <- a
		}
		f.mu.Unlock()
	}
}

// call runs one command of the protocol.
func (f *Fox) call(method string, params map[string]any, into any) {
	f.t.Helper()
	f.mu.Lock()
	f.last++
	id, ch := f.last, make(chan answer, 1)
	f.waits[id] = ch
	f.mu.Unlock()
	body, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err == nil {
		err = f.ws.Send(body)
	}
	if err != nil {
		f.t.Fatal(method, err)
	}
	select {
	case a := <-ch:
		if a.Type == "error" {
			f.t.Fatalf("Firefox, %s: %s", method, a.Message)
		}
		if into != nil {
			if err := json.Unmarshal(a.Result, into); err != nil {
				f.t.Fatal(method, err)
			}
		}
	case <-time.After(patience):
		f.t.Fatalf("Firefox does not answer %s", method)
	}
}

// As signs in as a post, by the sessions of this package.
func (f *Fox) As(post string) *Fox {
	f.t.Helper()
	at, err := url.Parse(f.base)
	if err != nil {
		f.t.Fatal(err)
	}
	f.call("storage.setCookie", map[string]any{"cookie": map[string]any{
		"name": "huying", "value": map[string]any{"type": "string", "value": url.QueryEscape(post)}, "domain": at.Hostname(), "path": "/",
	}}, nil)
	return f
}

// Size sets the size of the window.
func (f *Fox) Size(width, height int) *Fox {
	f.t.Helper()
	f.call("browsingContext.setViewport", map[string]any{"context": f.page, "viewport": map[string]any{"width": width, "height": height}}, nil)
	return f
}

// Open goes to a page and waits until it has loaded.
func (f *Fox) Open(path string) *Fox {
	f.t.Helper()
	f.call("browsingContext.navigate", map[string]any{"context": f.page, "url": f.base + path, "wait": "complete"}, nil)
	return f
}

// Value returns what an expression is, or what it promises, as JSON reads it.
func (f *Fox) Value(expr string, into any) *Fox {
	f.t.Helper()
	var got struct {
		Type   string `json:"type"`
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Details struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	f.call("script.evaluate", map[string]any{
		"expression": "Promise.resolve(" + expr + ").then(x => JSON.stringify(x ?? null))", "awaitPromise": true, "target": map[string]any{"context": f.page},
	}, &got)
	var text string
	err := json.Unmarshal(got.Result.Value, &text)
	if got.Type == "exception" {
		err = errors.New(got.Details.Text)
	}
	if err == nil && into != nil {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		f.t.Fatalf("Firefox, %s: %v", expr, err)
	}
	return f
}

// Wait waits until an expression is true.
func (f *Fox) Wait(expr string) *Fox {
	f.t.Helper()
	end := time.After(patience)
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		var is bool
		if f.Value("!!("+expr+")", &is); is {
			tick.Stop()
			return f
		}
		select {
		case <-end:
			f.t.Fatalf("Firefox waits for %s (console: %v)", expr, f.said)
		case <-tick.C:
		}
	}
}

// Click presses what a selector finds, as scripts do.
func (f *Fox) Click(sel string) *Fox {
	f.t.Helper()
	return f.Wait("document.querySelector("+quote(sel)+")").Value("document.querySelector("+quote(sel)+").click()", nil)
}

// See waits until a text stands within what a selector finds.
func (f *Fox) See(sel, text string) *Fox {
	f.t.Helper()
	return f.Wait(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.innerText.includes(%s))`, quote(sel), quote(text)))
}

// Console returns what Firefox found wrong so far.
func (f *Fox) Console() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.said...)
}

// Shot keeps a picture of the window under out/shots of the repository.
func (f *Fox) Shot(name string) *Fox {
	f.t.Helper()
	var got struct {
		Data string `json:"data"`
	}
	f.call("browsingContext.captureScreenshot", map[string]any{"context": f.page}, &got)
	png, err := base64.StdEncoding.DecodeString(strings.TrimSpace(got.Data))
	if err != nil {
		f.t.Fatal(err)
	}
	keepShot(f.t, name, png)
	return f
}
