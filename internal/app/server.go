package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"time"

	"huying/internal/config"
	"huying/internal/fault"
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
func (a *App) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.healthz)
	return mux, nil
}

// healthz answers 200 while clocks fire in time and tasks succeed, else 503.
func (a *App) healthz(w http.ResponseWriter, _ *http.Request) {
	h := a.Health()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if !h.Well() {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := json.NewEncoder(w).Encode(h); err != nil {
		a.log.Debug("health was not delivered", "error", err)
	}
}

// lateAlarm is when clocks that fire late are an alarm, and failedAlarm how
// often in a row a task may fail before it is one.
const (
	lateAlarm   = 5 * time.Second
	failedAlarm = 3
)

// Well reports whether nothing calls for an operator.
func (h Health) Well() bool {
	for _, t := range h.Tasks {
		if t.Failed >= failedAlarm {
			return false
		}
	}
	return h.Clocks.StuckN == 0 && h.Clocks.Overdue < lateAlarm
}
