package app_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// settings are those of a small city in a directory of the test's own.
func settings(t *testing.T, more ...string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	files, err := pack.Scaffold(pack.Spec{ID: "mini", Name: "示例市", Root: "990100"})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range files {
		to := filepath.Join(dir, "mini", name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := append([]string{"HUYING_PACK=" + filepath.Join(dir, "mini"), "HUYING_DATA=" + filepath.Join(dir, "data"), "HUYING_LISTEN=127.0.0.1:0"}, more...)
	t.Chdir(dir)
	cfg, err := config.Load(config.Sources{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v: %s", url, res.StatusCode, err, body)
	}
	return string(body)
}

func live(t *testing.T, cfg *config.Config) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var h struct{ Status string }
	if err := json.Unmarshal([]byte(get(t, a.URL()+"/readyz")), &h); err != nil {
		t.Fatal(err)
	}
	if m := get(t, a.URL()+"/metrics"); !strings.Contains(m, "huying_clocks_stuck 0") || !strings.Contains(m, `huying_task_failures{task="seal"} 0`) {
		t.Errorf("%s", m)
	}
	for range 2 {
		if err := a.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALifeOnSQLite(t *testing.T) {
	cfg := settings(t)
	live(t, cfg)
	live(t, cfg) // with the keys and the data of the first
}

func TestALifeOnPostgreSQL(t *testing.T) {
	if storetest.PostgresOff() {
		return
	}
	live(t, settings(t, "HUYING_DATABASE="+storetest.PostgresURL(t, nil)))
}

func TestStopWithoutStartClosesEverything(t *testing.T) {
	cfg := settings(t)
	for range 2 {
		a, err := app.New(t.Context(), cfg, silent)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatDoesNotBelongTogetherIsRefused(t *testing.T) {
	cfg := settings(t, "HUYING_SUITE=intl", "HUYING_ORIGIN=huying.local/log")
	a, err := app.New(t.Context(), cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	for code, change := range map[string]func(c *config.Config){
		"keys.suite_differs":  func(c *config.Config) { c.Suite = "sm" },
		"keys.origin_differs": func(c *config.Config) { c.Origin = "else.example/log" },
	} {
		other := *cfg
		change(&other)
		if _, err := app.New(t.Context(), &other, silent); fault.Code(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	l, err := app.New(t.Context(), cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Stop() //nolint:errcheck // the test ends
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := *settings(t)
	other.Listen = l.Addr().String()
	b, err := app.New(t.Context(), &other, silent)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); fault.Code(err) != "listen.failed" {
		t.Error(err)
	}
}
