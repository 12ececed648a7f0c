package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"huying/internal/api"
	"huying/internal/config"
	"huying/internal/desk/audit"
	"huying/internal/fault"
	"huying/internal/web"
	"huying/internal/web/frame"
)

// listen binds the address, with TLS if a certificate is set.
// Faults: listen.failed, tls.unusable.
func listen(ctx context.Context, cfg *config.Config) (net.Listener, error) {
	var lc net.ListenConfig
	var secure *tls.Config
	if cfg.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
		if err != nil {
			return nil, fault.Field("tls_cert", "tls.unusable", cfg.TLSCert).Because(err)
		}
		secure = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	l, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fault.Field("listen", "listen.failed", cfg.Listen).Because(err)
	}
	if secure != nil {
		return tls.NewListener(l, secure), nil
	}
	return l, nil
}

// newServer bounds what a slow or hostile client can hold. Event streams
// extend their own write deadline.
func (a *App) newServer() *http.Server {
	return &http.Server{
		Handler:           a.Handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
}

// handler joins the faces.
func (a *App) handler(now func() time.Time, version string) (http.Handler, error) {
	face, err := api.New(api.Deps{
		Engine: a.Engine, Now: now, Log: a.log, Trusted: a.Config.TrustedProxies, Version: version,
		Rates: api.Rates{
			Token:   api.Rate{PerSecond: a.Config.RatePerSecond, Burst: a.Config.RateBurst},
			Address: api.Rate{PerSecond: a.Config.PublicPerSecond, Burst: a.Config.PublicBurst},
			Number:  api.Rate{PerSecond: float64(a.Config.TrackPerMinute) / 60, Burst: a.Config.TrackPerMinute},
		},
	})
	if err != nil {
		return nil, err
	}
	a.verifier = audit.NewVerifier(a.Engine, now)
	pages := web.New(web.Deps{
		Options: frame.Options{
			Sessions: a.People, Feed: a.Feed, Now: now, Log: a.log, Demo: Demo(a.Config.Data), Version: version, Trusted: a.Config.TrustedProxies,
			Secure: strings.HasPrefix(a.Origin(), "https:"),
		},
		Engine: a.Engine, People: a.People, Verifier: a.verifier, Packs: a.opened,
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", a.metrics)
	for _, path := range []string{"/api/", "/healthz", "/readyz"} {
		mux.Handle(path, face)
	}
	mux.Handle("/", pages)
	return mux, nil
}

// metrics writes how the background clocks are doing, in the text format of
// Prometheus. It names no matter and no person.
func (a *App) metrics(w http.ResponseWriter, _ *http.Request) {
	h := a.Health()
	var b bytes.Buffer
	line := func(name, kind, help string, v float64) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n%s %g\n", name, help, name, kind, name, v)
	}
	leading := 0.0
	if h.Leading {
		leading = 1
	}
	line("huying_leading", "gauge", "Whether this process does the background work.", leading)
	line("huying_clocks_fired_total", "counter", "Clocks that fired here.", float64(h.Clocks.Fired))
	line("huying_clock_failures_total", "counter", "Attempts to fire a clock that failed.", float64(h.Clocks.Failed))
	line("huying_clocks_stuck", "gauge", "Matters whose clock does not fire. Alarm if not 0.", float64(h.Clocks.StuckN))
	line("huying_clock_overdue_seconds", "gauge", "How late the oldest clock is. Alarm above 5.", h.Clocks.Overdue.Seconds())
	fmt.Fprintf(&b, "# HELP huying_task_failures How often in a row a task failed. Alarm above 2.\n# TYPE huying_task_failures gauge\n")
	for _, t := range h.Tasks {
		fmt.Fprintf(&b, "huying_task_failures{task=%q} %d\n", t.Name, t.Failed)
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	if _, err := w.Write(b.Bytes()); err != nil {
		a.log.Debug("metrics were not delivered", "error", err)
	}
}
