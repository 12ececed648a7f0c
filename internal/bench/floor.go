package bench

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// floorGroup bounds how many bodies are made durable at once, as the database
// bounds its groups.
const floorGroup = 256

// kept is one body on its way to the disk.
type kept struct {
	body []byte
	done chan error
}

// FloorServer is the least that a server of durable calls can do: it reads the
// body, appends it to a file together with whatever else waits, syncs once for
// all of them, and answers with as many bytes as the real server does. What
// the real server does beyond it is what the rules, the database and the
// ledger cost. It listens on a loopback port of its own, tells the address
// through ready, and ends with ctx.
func FloorServer(ctx context.Context, dir string, answer int, ready func(addr string)) (err error) {
	f, err := os.Create(filepath.Join(dir, "floor.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	queue := make(chan kept, floorGroup)
	written := make(chan struct{})
	go func() {
		defer close(written)
		appendGroups(f, queue)
	}()
	srv := &http.Server{Handler: floorHandler(queue, answer), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	ready(l.Addr().String())
	select {
	case err = <-served:
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err = srv.Shutdown(end)
	}
	close(queue)
	<-written
	return err
}

func floorHandler(queue chan<- kept, answer int) http.Handler {
	text := []byte(strings.Repeat(" ", max(answer, 0)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			k := kept{body, make(chan error, 1)}
			queue <- k
			err = <-k.done
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(text) // a client that is gone has nobody to be told so
	})
}

// appendGroups writes what waits together with one write and one sync.
func appendGroups(f *os.File, queue <-chan kept) {
	var group []kept
	var text []byte
	for first := range queue {
		group, text = append(group[:0], first), append(text[:0], first.body...)
		for more := true; more && len(group) < floorGroup; {
			select {
			case k, ok := <-queue:
				if more = ok; ok {
					group, text = append(group, k), append(text, k.body...)
				}
			default:
				more = false
			}
		}
		_, err := f.Write(text)
		if err == nil {
			err = dataSync(f)
		}
		for _, k := range group {
			k.done <- err
		}
	}
}
