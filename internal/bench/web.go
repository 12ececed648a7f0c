package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
)

// Web is how the pages of staff are served out of a large city: over HTTP, to
// who signed in as a person does, in the busiest desk.
type Web struct {
	DeskP99Ms          float64 `json:"desk_p99_ms"` // of the whole page of the desk, at the paced rate
	DeskPerS           float64 `json:"desk_per_s"`
	PeekP99Ms          float64 `json:"peek_p99_ms"` // of one matter beside the queue
	SearchP99Ms        float64 `json:"search_p99_ms"`
	FirstLoadKB        float64 `json:"first_load_kb"` // packed bytes of the desk with all it names, in kB of 1000
	FirstMapKB         float64 `json:"first_map_kb"`  // of the city's command centre, with its map
	Screens            int     `json:"screens"`       // streams that were open to the end
	CommitP99QuietMs   float64 `json:"commit_ms_p99_quiet"`
	CommitP99ScreensMs float64 `json:"commit_ms_p99_screens"`

	Matters int    `json:"matters"` // in the city
	Held    int64  `json:"held"`    // matters in the queue of the desk
	Cut     string `json:"cut,omitempty"`
	Told    int64  `json:"told"` // acts that the screens were told while calls came in
	Desk    Run    `json:"desk"`
	Peek    Run    `json:"peek"`
	Search  Run    `json:"search"`
	Quiet   Run    `json:"quiet"`  // calls without a screen
	Beside  Run    `json:"beside"` // calls beside the screens
}

// The rates of the paced runs, in requests a second, and the connections over
// which they come.
const (
	deskPace   = 100
	searchPace = 20
	callPace   = 200
	webConns   = 16
)

// web measures the real server over the grown city.
func (m *measurement) web(ctx context.Context) (_ *Web, err error) {
	c, err := m.city(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.grow(ctx, c, c.most); err != nil {
		return nil, err
	}
	out := &Web{Matters: c.size, Cut: c.cut}
	staff, err := m.staff(ctx, c)
	if err != nil {
		return nil, err
	}
	out.Held = staff.held
	if err := m.leave(); err != nil {
		return nil, err
	}
	m.Tell("serve")
	srv, err := m.Serve(ctx, c.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, srv.Stop()) }()
	w := &pages{m: m, srv: srv, out: out, staff: staff}
	for _, step := range []func(context.Context) error{w.enter, w.firstLoads, w.read, w.commit} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pages is the server while its pages are measured.
type pages struct {
	m        *measurement
	srv      *Server
	out      *Web
	staff    *staff
	browsers []*browser // who has signed in: the busiest desk, the city's, and others
}

// enter signs in once for every desk.
func (w *pages) enter(ctx context.Context) error {
	for i, seat := range w.staff.seats {
		w.m.Tell("enter", i+1, len(w.staff.seats))
		b := newBrowser(w.srv.Addr)
		w.browsers = append(w.browsers, b)
		if err := b.signIn(ctx, w.staff.login, w.staff.password, seat); err != nil {
			return err
		}
	}
	return nil
}

// read reads pages at fixed rates: the desk, its matters, and the search box.
func (w *pages) read(ctx context.Context) error {
	desk := w.browsers[0]
	matters, err := desk.matters(ctx)
	if err != nil {
		return err
	}
	var peeks, asked []string
	for _, no := range matters {
		peeks = append(peeks, "/desk/"+no)
	}
	for _, q := range []string{"噪音", "夜间 施工", "水", "噪音 路灯 污水", "独角兽", "天河", matters[0], matters[0][:6]} {
		asked = append(asked, "/find?q="+url.QueryEscape(q))
	}
	for _, x := range []struct {
		name  string
		pace  int
		part  bool
		paths []string
		into  *Run
		p99   *float64
	}{
		{"desk", deskPace, false, []string{"/desk"}, &w.out.Desk, &w.out.DeskP99Ms},
		{"peek", deskPace, true, peeks, &w.out.Peek, &w.out.PeekP99Ms},
		{"search", searchPace, true, asked, &w.out.Search, &w.out.SearchP99Ms},
	} {
		w.m.Tell("page_" + x.name)
		l := &load{addr: w.srv.Addr, next: desk.requests(x.paths, x.part), check: shown, chunks: true}
		if *x.into, err = l.paced(ctx, webConns, x.pace, w.m.Warm, w.m.Run, w.srv.cpu); err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
		*x.p99 = x.into.P99Ms
	}
	w.out.DeskPerS = w.out.Desk.PerS
	return nil
}

// shown asks that an answer is a page or a part of one.
func shown(status int, body []byte) error {
	if status != 200 || len(body) == 0 {
		return fmt.Errorf("bench: a page was answered %d %.300s", status, body)
	}
	return nil
}

// requests makes the requests of a browser for addresses that take turns.
func (b *browser) requests(paths []string, part bool) func([]byte) []byte {
	var texts [][]byte
	for _, path := range paths {
		head := "GET " + path + " HTTP/1.1\r\nHost: " + b.addr + "\r\nCookie: " + b.cookies() + "\r\nAccept-Encoding: gzip\r\n"
		if part {
			head += "HX-Request: true\r\n"
		}
		texts = append(texts, []byte(head+"\r\n"))
	}
	var n atomic.Int64
	return func(buf []byte) []byte { return append(buf, texts[int(n.Add(1))%len(texts)]...) }
}

// commit measures how long calls take to become orders, without screens and
// beside them.
func (w *pages) commit(ctx context.Context) (err error) {
	calls := &load{addr: w.srv.Addr, next: w.staff.calls.next, check: dispatched}
	w.m.Tell("commit", 0)
	if w.out.Quiet, err = calls.paced(ctx, webConns, callPace, w.m.Warm, w.m.Run, w.srv.cpu); err != nil {
		return err
	}
	w.m.Tell("commit", w.m.Screens)
	s, err := open(ctx, w.browsers, w.m.Screens, w.m.Warm+w.m.Run+4*patience)
	if err != nil {
		return err
	}
	w.out.Beside, err = calls.paced(ctx, webConns, callPace, w.m.Warm, w.m.Run, w.srv.cpu)
	w.out.Screens, w.out.Told = s.close()
	w.out.CommitP99QuietMs, w.out.CommitP99ScreensMs = w.out.Quiet.P99Ms, w.out.Beside.P99Ms
	return err
}
