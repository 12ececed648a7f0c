package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
)

// here starts the server inside the test.
func here(ctx context.Context, dir string) (*Server, error) {
	cfg, err := config.Load(config.Sources{Flags: map[string]string{
		"data": dir, "listen": "127.0.0.1:0", "rate_per_second": "1000000", "rate_burst": "1000000",
	}})
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, cfg, (&measurement{}).log())
	if err == nil {
		err = a.Start(ctx)
	}
	if err != nil {
		return nil, err
	}
	return &Server{Addr: a.Addr().String(), Stop: a.Stop}, nil
}

// floorHere starts the floor inside the test.
func floorHere(ctx context.Context, dir string, answer int) (*Server, error) {
	ctx, stop := context.WithCancel(ctx)
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- FloorServer(ctx, dir, answer, func(addr string) { ready <- addr }) }()
	select {
	case addr := <-ready:
		return &Server{Addr: addr, Stop: func() error { stop(); return <-done }}, nil
	case err := <-done:
		stop()
		return nil, errors.Join(errors.New("the floor did not start"), err)
	}
}

// small is a measurement that is over soon: its figures mean nothing.
func small(t *testing.T, parts ...string) Options {
	return Options{
		Dir: t.TempDir(), Pack: "guangzhou", Version: "test", Parts: parts, Serve: here, Floor: floorHere,
		Run: 50 * time.Millisecond, Warm: time.Millisecond, Connections: []int{1, 4}, Turns: 1, Pace: 200,
		Clocks: 60, Due: 20, Lead: 2 * time.Second, Matters: 400, Calls: 3, Screens: 5,
	}
}

// figure returns a number of a JSON document by its path.
func figure(t *testing.T, doc []byte, path string) float64 {
	t.Helper()
	var at any
	if err := json.Unmarshal(doc, &at); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Split(path, ".") {
		m, ok := at.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("the report has no %s: %s", path, doc)
		}
		at = m[key]
	}
	return at.(float64)
}

func TestTheReportHasEveryFigure(t *testing.T) {
	r, err := Measure(context.Background(), small(t))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"intake.per_s", "intake.floor_per_s", "intake.ratio", "intake.p99_ms", "locate.per_s", "clocks.lag_ms_p99",
		"lists.queue_p99_ms", "lists.counts_p99_ms", "intake.paced.per_s", "intake.kept", "cpus",
		"web.desk_p99_ms", "web.desk_per_s", "web.peek_p99_ms", "web.search_p99_ms", "web.first_load_kb", "web.first_map_kb", "web.screens",
		"web.commit_ms_p99_quiet", "web.commit_ms_p99_screens", "whistle.fanout_ms_p99", "whistle.per_s",
	} {
		if figure(t, doc, path) <= 0 {
			t.Errorf("%s is not measured", path)
		}
	}
	if len(r.Intake.Runs) != 2 || len(r.Intake.Floor) != 2 || r.Clocks.Fired < 20 || len(r.Lists.Sizes) != 2 || r.Locate.Grids != 19500 {
		t.Errorf("%s", doc)
	}
	if n := len(r.Goals()); n != 18 {
		t.Errorf("%d goals", n)
	}
}

func TestOnlyWhatWasAskedForIsMeasured(t *testing.T) {
	r, err := Measure(context.Background(), small(t, "locate"))
	if err != nil || r.Locate == nil || r.Intake != nil || r.Clocks != nil || r.Lists != nil || r.Web != nil {
		t.Errorf("%+v %v", r, err)
	}
}

func TestACityThatDoesNotFitIsCut(t *testing.T) {
	m := &measurement{Options: small(t)}
	m.Matters = 1_000_000
	m.Free = func(string) (uint64, error) { return 1 << 30, nil }
	if n, why := m.fits(m.Dir); n != smallCity || why == "" {
		t.Errorf("%d %q", n, why)
	}
	m.Free = func(string) (uint64, error) { return 1 << 40, nil }
	if n, why := m.fits(m.Dir); n != 1_000_000 || why != "" {
		t.Errorf("%d %q", n, why)
	}
}

func TestAProgramThatDoesNotServeIsAnError(t *testing.T) {
	if _, err := address(strings.NewReader("starting\nit broke\n")); err == nil || !strings.Contains(err.Error(), "it broke") {
		t.Error(err)
	}
	at, err := address(strings.NewReader("hello\n呼应已启动：http://127.0.0.1:4321，城市包\n"))
	if err != nil || at != "127.0.0.1:4321" {
		t.Error(at, err)
	}
	if got := fmt.Sprint(withoutSettings([]string{"PATH=/bin", "HUYING_LISTEN=0.0.0.0:1"})); got != "[PATH=/bin]" {
		t.Error(got)
	}
}
