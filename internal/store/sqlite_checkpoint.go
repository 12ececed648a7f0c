package store

import (
	"log/slog"
	"sync/atomic"

	"huying/internal/store/lite"
)

// checkpointer copies the write-ahead log into the database file beside the
// writer, so that no commit has to wait for it. While commands keep coming it
// never catches up entirely, and the log would grow for ever; so when the log
// is long, the writer itself copies what has come since, between two groups,
// after which the log starts anew. SQLite syncs the file only where all of the
// log was copied, which is there: so that the writer waits for its own pages
// alone, the others are synced before. It runs seldom: a page that many
// commands change is copied once for all of them.
type checkpointer struct {
	conn  *liteConn
	log   *slog.Logger
	kick  chan struct{}
	ended chan struct{}
	long  atomic.Bool

	next int64 // bytes written to the log at which the next run begins; the writer's
}

const (
	checkpointEvery = 32 << 20 // bytes of the log between two runs
	longLog         = 20480    // pages: 80 MiB
	checkpoint      = "PRAGMA wal_checkpoint(PASSIVE)"
)

func newCheckpointer(path string, log *slog.Logger) (*checkpointer, error) {
	l, err := openLite(path, lite.ReadWrite, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")
	if err != nil {
		return nil, err
	}
	k := &checkpointer{conn: l, log: log, kick: make(chan struct{}, 1), ended: make(chan struct{}), next: checkpointEvery}
	go k.loop()
	return k, nil
}

func (k *checkpointer) loop() {
	defer close(k.ended)
	for range k.kick {
		pages, err := k.run(k.conn)
		if err != nil {
			k.log.Warn("checkpoint failed", "err", err)
		}
		if pages > longLog {
			if err := k.conn.c.SyncFile(); err != nil {
				k.log.Warn("checkpoint failed", "err", err)
			}
			k.long.Store(true)
		}
	}
}

// run copies what it can without waiting and returns the length of the log.
func (k *checkpointer) run(l *liteConn) (pages int, err error) {
	l.doomed = nil
	var busy, copied int
	err = l.row(checkpoint, nil, []any{&busy, &pages, &copied})
	return pages, err
}

// after is called by the writer between two groups.
func (k *checkpointer) after(w *liteConn) {
	if k.long.CompareAndSwap(true, false) {
		if _, err := k.run(w); err != nil {
			k.log.Warn("checkpoint failed", "err", err)
		}
		return
	}
	written := w.c.LogWritten()
	if written < k.next {
		return
	}
	k.next = written + checkpointEvery
	select {
	case k.kick <- struct{}{}:
	default: // It is at work already.
	}
}

// close is called once the writer has ended.
func (k *checkpointer) close() error {
	select {
	case <-k.ended:
		return nil
	default:
	}
	close(k.kick)
	<-k.ended
	return k.conn.close()
}
