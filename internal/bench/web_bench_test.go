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
	"strings"
	"testing"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/engine/index"
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
	letWait(b, a, who)
	srv := httptest.NewServer(a.Handler)
	b.Cleanup(srv.Close)
	desk, town := newBrowser(srv.Listener.Addr().String()), newBrowser(srv.Listener.Addr().String())
	err = errors.Join(desk.signIn(b.Context(), who.Login, who.Password, who.Seat), town.signIn(b.Context(), who.Login, who.Password, who.Town))
	if err != nil {
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
		{"desk", false, "/desk"}, {"town", false, "/desk"}, {"town_all", false, "/desk?tab=all"}, {"town_queue", true, "/desk/queue"},
		{"all", false, "/desk?tab=all"}, {"queue", true, "/desk/queue"}, {"peek", true, "/desk/" + matters[0]},
		{"find", true, "/find?q=" + url.QueryEscape("噪音")}, {"find_two", true, "/find?q=" + url.QueryEscape("夜间 施工")},
		{"find_apart", true, "/find?q=" + url.QueryEscape("噪音 路灯 污水")}, {"find_place", true, "/find?q=" + url.QueryEscape("天河")},
		{"find_character", true, "/find?q=" + url.QueryEscape("水")}, {"find_absent", true, "/find?q=" + url.QueryEscape("独角兽")},
		{"find_number", true, "/find?q=" + matters[0]}, {"find_month", true, "/find?q=" + matters[0][:6]},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			who, last := desk, 0
			if strings.HasPrefix(x.name, "town") {
				who = town
			}
			before, _ := processTime(os.Getpid())
			for b.Loop() {
				req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, x.path, nil)
				req.Header.Set("Cookie", who.cookies())
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
type reader struct {
	Login, Password string
	Seat            string // of the busiest desk
	Town, Post      string // seat and post of the desk of a town, where calls wait
}

// waiting is how many calls wait at the desk that is read.
const waiting = 120

// letWait lets calls come in that wait for the reader's desk, if there are none.
func letWait(b *testing.B, a *app.App, who reader) {
	b.Helper()
	by, err := registry.Actor(a.Engine.City(), who.Post)
	if err != nil {
		b.Fatal(err)
	}
	there, err := a.Intake.Counts(b.Context(), by, true, string(matter.Received))
	if err != nil {
		b.Fatal(err)
	}
	places := a.Engine.City().Territory.Children(by.At.Leaf())
	texts := []string{"楼下夜间施工噪音很大，影响休息", "路口的路灯不亮，晚上很黑", "小区门口污水外溢，气味很重", "餐馆油烟直排，居民开不了窗"}
	for i := there[string(matter.Received)]; i < waiting; i++ {
		_, err := a.Intake.Receive(b.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
			Source: "RESIDENT_WEB", Kind: "COMPLAINT", Text: texts[int(i)%len(texts)], Place: places[int(i)%len(places)].Code, Where: "路口", Name: "陈女士", Phone: "13800138000",
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for n := 1; n > 0; {
		if n, err = index.Step(b.Context(), a.Engine.DB(), growBatch); err != nil {
			b.Fatal(err)
		}
	}
}

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
	posts, _, err := c.desks(ctx, mostSeats)
	if err != nil {
		return reader{}, err
	}
	for i, post := range posts {
		if by, err := registry.Actor(c.Engine.City(), post); err == nil && by.At.Town != "" && by.At.Community == "" {
			return reader{s.login, s.password, s.seats[0], s.seats[i], post}, nil
		}
	}
	return reader{}, errors.New("none of the desks is a town's")
}
