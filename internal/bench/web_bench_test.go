package bench

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"huying/internal/app"
	"huying/internal/config"
)

// The city of the benchmarks. It is made where it is not yet there, so that a
// large one has to wait only once.
var (
	cityDir  = flag.String("city", "", "directory that keeps the city of the benchmarks; none: one for each run")
	citySize = flag.Int("matters", 20_000, "matters of the city of the benchmarks, where it is made")
)

// BenchmarkPages renders pages of the busiest desk out of a large city, through
// the whole server but the network:
//
//	go test -run '^$' -bench Pages -matters 1000000 -city DIR -cpuprofile cpu.out ./internal/bench
func BenchmarkPages(b *testing.B) {
	dir := *cityDir
	if dir == "" {
		dir = b.TempDir()
	}
	who := readerOf(b, dir)
	cfg, err := config.Load(config.Sources{File: os.DevNull, Flags: map[string]string{
		"data": filepath.Join(dir, "city"), "listen": "127.0.0.1:0", "rate_per_second": "1000000", "rate_burst": "1000000",
	}})
	if err != nil {
		b.Fatal(err)
	}
	a, err := app.New(b.Context(), cfg, (&measurement{}).log()) // not started: no clock runs beside the pages
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := a.Stop(); err != nil {
			b.Error(err)
		}
	})
	srv := httptest.NewServer(a.Handler)
	b.Cleanup(srv.Close)
	desk := newBrowser(srv.Listener.Addr().String())
	if err := desk.signIn(b.Context(), who.Login, who.Password, who.Seat); err != nil {
		b.Fatal(err)
	}
	matters, err := desk.matters(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range []struct {
		name string
		part bool
		path string
	}{
		{"desk", false, "/desk"}, {"all", false, "/desk?tab=all"}, {"queue", true, "/desk/queue"}, {"peek", true, "/desk/" + matters[0]},
		{"find", true, "/find?q=" + url.QueryEscape("噪音")}, {"find_two", true, "/find?q=" + url.QueryEscape("夜间 施工")},
		{"find_apart", true, "/find?q=" + url.QueryEscape("噪音 路灯 污水")}, {"find_place", true, "/find?q=" + url.QueryEscape("天河")},
		{"find_character", true, "/find?q=" + url.QueryEscape("水")}, {"find_absent", true, "/find?q=" + url.QueryEscape("独角兽")},
		{"find_number", true, "/find?q=" + matters[0]}, {"find_month", true, "/find?q=" + matters[0][:6]},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			var last int
			before, _ := processTime(os.Getpid())
			for b.Loop() {
				req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, x.path, nil)
				req.Header.Set("Cookie", desk.cookies())
				req.Header.Set("Accept-Encoding", "gzip")
				if x.part {
					req.Header.Set("HX-Request", "true")
				}
				w := httptest.NewRecorder()
				a.Handler.ServeHTTP(w, req)
				if err := shown(w.Code, w.Body.Bytes()); err != nil {
					b.Fatal(err)
				}
				last = w.Body.Len()
			}
			b.ReportMetric(float64(last), "bytes")
			if after, ok := processTime(os.Getpid()); ok { // beside other programs, the time on the wall says little
				b.ReportMetric(float64((after-before).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
			}
		})
	}
}

// reader is who reads the pages of a kept city.
type reader struct{ Login, Password, Seat string }

// readerOf returns the reader of the city in dir, which it makes if there is none.
func readerOf(b *testing.B, dir string) reader {
	b.Helper()
	var who reader
	name := filepath.Join(dir, "reader.json")
	body, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(body, &who)
	} else if errors.Is(err, fs.ErrNotExist) {
		if who, err = makeCity(b.Context(), dir); err == nil {
			if body, err = json.Marshal(who); err == nil {
				err = os.WriteFile(name, body, 0o600)
			}
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	return who
}

func makeCity(ctx context.Context, dir string) (_ reader, err error) {
	m := &measurement{Options: Options{Dir: dir, Pack: "guangzhou", Matters: *citySize}.usual()}
	c, err := m.city(ctx)
	if err != nil {
		return reader{}, err
	}
	defer func() { err = errors.Join(err, m.leave()) }()
	if err := m.grow(ctx, c, c.most); err != nil {
		return reader{}, err
	}
	s, err := m.staff(ctx, c)
	if err != nil {
		return reader{}, err
	}
	return reader{s.login, s.password, s.seats[0]}, nil
}
