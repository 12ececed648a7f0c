package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"huying/internal/fault"
	"huying/internal/store/lite"
)

// sqliteDB is a SQLite file: one writer, a pool of readers.
type sqliteDB struct {
	path    string
	lock    *os.File // nil for a read-only DB
	writer  *writer  // nil for a read-only DB
	frozen  bool     // on a file system that only reads
	readers chan *liteConn
}

func openSQLite(path string, opts Options) (*sqliteDB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "store.url_malformed", path).Because(err)
	}
	db := &sqliteDB{path: path, readers: make(chan *liteConn, opts.Readers)}
	for range opts.Readers {
		db.readers <- nil // opened when first needed
	}
	if opts.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fileFault(err, path)
		}
		db.frozen = frozen(path)
		return db, nil
	}
	if db.lock, err = lockFile(path + ".lock"); err != nil {
		return nil, err
	}
	if db.writer, err = newWriter(path, opts); err == nil {
		db.writer.wal, err = newCheckpointer(path, opts.Log)
	}
	if err != nil {
		if db.writer != nil {
			err = errors.Join(err, db.writer.disk.close(), db.writer.liteConn.close())
		}
		return nil, errors.Join(err, db.lock.Close())
	}
	go db.writer.loop()
	return db, nil
}

func (db *sqliteDB) write(ctx context.Context, c command) error {
	if db.writer == nil {
		return fault.New(fault.Denied, "store.opened_read_only")
	}
	return db.writer.write(ctx, c)
}

func (db *sqliteDB) close() error {
	if db.writer != nil {
		db.writer.stop()
	}
	var errs []error
	for range cap(db.readers) {
		if l := <-db.readers; l != nil && l.c != nil {
			errs = append(errs, l.close())
		}
	}
	for range cap(db.readers) {
		db.readers <- closedReader
	}
	if db.writer != nil {
		errs = append(errs, db.writer.disk.close(), db.writer.wal.close(), db.writer.liteConn.close(), closeOnce(db.lock))
	}
	return errors.Join(errs...)
}

// closeOnce lets go of the lock; a second Close of the DB is no error.
func closeOnce(f *os.File) error {
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// closedReader is what readers find in the pool after Close.
var closedReader = &liteConn{}

// read runs fn on a snapshot, and returns when what it saw is durable.
func (db *sqliteDB) read(ctx context.Context, fn func(*View) error) error {
	seen, err := db.view(ctx, fn)
	if db.writer != nil && seen > 0 {
		err = errors.Join(err, db.writer.disk.wait(ctx, seen))
	}
	return err
}

// view runs fn on a snapshot and returns the newest group it may have seen.
func (db *sqliteDB) view(ctx context.Context, fn func(*View) error) (seen uint64, err error) {
	var l *liteConn
	select {
	case l = <-db.readers:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { db.readers <- l }()
	if l == closedReader {
		return 0, errClosed()
	}
	if l == nil {
		if l, err = db.openReader(); err != nil {
			return 0, err
		}
	}
	if db.writer != nil {
		l.seen = func() { seen = db.writer.disk.committed.Load() }
	}
	err = l.snapshot(ctx, fn)
	l.seen = nil
	if l.doomed != nil { // It could not end its transaction.
		err = errors.Join(err, l.close())
		l = nil
	}
	return seen, err
}

func (db *sqliteDB) openReader() (*liteConn, error) {
	open := func(path string) (*lite.Conn, error) { return lite.Open(path, lite.ReadWrite) }
	if db.frozen {
		open = lite.OpenFrozen
	}
	c, err := open(db.path)
	l, err := prepared(c, err, pragmaReader)
	if err == nil {
		l.view = true
	}
	return l, err
}

// frozen reports whether the file lies where nothing can be written, not even
// what SQLite shares between processes, and is whole without it: there is no
// log beside it.
func frozen(path string) bool {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return false
	}
	l, err := openLite(path, lite.ReadWrite, pragmaReader)
	if err == nil {
		n := 0
		err = errors.Join(l.row("SELECT count(*) FROM sqlite_master", nil, []any{&n}), l.close())
	}
	return fault.Code(err) == "store.read_only"
}

// snapshot runs fn in a read transaction that the end of ctx interrupts.
func (l *liteConn) snapshot(ctx context.Context, fn func(*View) error) (err error) {
	l.doomed = nil
	if _, err := l.exec("BEGIN", nil); err != nil {
		return err
	}
	defer func() {
		l.ctx, l.doomed = nil, nil
		if _, e := l.exec("ROLLBACK", nil); e != nil {
			l.doomed = e
			err = errors.Join(err, e)
		}
	}()
	if ctx.Done() != nil {
		done := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(done)
			l.c.Interrupt()
		})
		defer func() {
			if !stop() {
				<-done
			}
		}()
	}
	l.ctx = ctx
	return (&View{e: l, dialect: SQLite}).run(fn)
}

// fileFault says what an error of the operating system means for the user.
func fileFault(err error, path string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.NotFound, "store.file_not_found", filepath.Base(path)).Because(err)
	case errors.Is(err, fs.ErrExist):
		return fault.New(fault.Conflict, "store.file_exists", filepath.Base(path)).Because(err)
	case isFull(err):
		return fault.New(fault.Exhausted, "store.disk_full").Because(err)
	default:
		return fault.New(fault.Exhausted, "store.read_only").Because(err)
	}
}
