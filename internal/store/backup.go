package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"huying/internal/fault"
	"huying/internal/store/lite"
)

// backupPages is how many pages are copied between two reports of progress.
const backupPages = 1024

// Backup writes a consistent copy of a SQLite database to path, which must not
// exist yet, while commands go on: the copy is the state of the moment it
// began. It is checked before it gets its name, so a file at path is whole.
// progress, which may be nil, is told pages.
//
// On PostgreSQL it fails with store.backup_by_pg_dump: that is the tool there.
func (db *DB) Backup(ctx context.Context, path string, progress func(done, total int)) error {
	return db.backup(ctx, path, func(done, total int) error {
		if progress != nil {
			progress(done, total)
		}
		return context.Cause(ctx)
	})
}

func (db *sqliteDB) backup(ctx context.Context, path string, progress func(done, total int) error) error {
	return place(path, func(tmp string) error {
		src, err := db.openReader()
		if err != nil {
			return err
		}
		err = src.snapshot(ctx, func(v *View) error {
			var n int
			if err := v.Row("SELECT count(*) FROM sqlite_master").Scan(&n); err != nil { // It fixes the snapshot.
				return err
			}
			return copyInto(tmp, src.c, progress)
		})
		return errors.Join(err, src.close())
	})
}

func copyInto(tmp string, src *lite.Conn, progress func(done, total int) error) error {
	dst, err := lite.Open(tmp, lite.ReadWrite)
	if err != nil {
		return diskFault(err)
	}
	err = lite.Copy(dst, src, backupPages, progress)
	return errors.Join(diskFault(err), dst.Close())
}

// Restore puts the backup at from in place as a new database at path, after it
// has checked every page. It never overwrites: a database that is in the way,
// or what is left of one, has to be moved first.
func Restore(ctx context.Context, from, path string) error {
	for _, rest := range []string{path, path + "-wal", path + "-shm"} {
		if _, err := os.Lstat(rest); err == nil {
			return fault.New(fault.Conflict, "store.file_exists", filepath.Base(rest))
		}
	}
	return place(path, func(tmp string) error { return copyFile(ctx, tmp, from) })
}

// place lets fill write a file beside path, checks that it is a whole database,
// makes it durable and gives it its name, all or nothing.
func place(path string, fill func(tmp string) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fault.New(fault.Conflict, "store.file_exists", filepath.Base(path))
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.part")
	if err != nil {
		return fileFault(err, path)
	}
	tmp := f.Name()
	defer func() {
		for _, name := range []string{tmp, tmp + "-wal", tmp + "-shm", tmp + "-journal"} {
			if e := os.Remove(name); e != nil && !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := f.Close(); err != nil {
		return fileFault(err, path)
	}
	if err := fill(tmp); err != nil {
		return err
	}
	if err := Verify(tmp); err != nil {
		return err
	}
	if err := syncPath(tmp); err != nil {
		return fileFault(err, path)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fileFault(err, path)
	}
	return syncDir(dir)
}

// Verify checks every page, index and reference of the SQLite file at path.
func Verify(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fileFault(err, path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return fileFault(err, path)
	}
	l, err := (&sqliteDB{path: path, frozen: frozen(path)}).openReader()
	if err != nil {
		return err
	}
	err = verify(l)
	return errors.Join(err, l.close())
}

func verify(l *liteConn) error {
	var answer string
	if err := l.row("PRAGMA integrity_check(1)", nil, []any{&answer}); err != nil {
		return err
	}
	if answer != "ok" {
		return fault.New(fault.Invalid, "store.database_damaged").Because(errors.New(answer))
	}
	var table string
	err := l.row(`SELECT "table" FROM pragma_foreign_key_check LIMIT 1`, nil, []any{&table})
	if errors.Is(err, ErrNoRow) {
		return nil
	}
	if err == nil {
		err = fault.New(fault.Invalid, "store.database_damaged").
			Because(fmt.Errorf("a reference of table %s leads nowhere", table))
	}
	return err
}

func copyFile(ctx context.Context, to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return fileFault(err, from)
	}
	defer src.Close() //nolint:errcheck // It was only read.
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fileFault(err, to)
	}
	_, err = io.Copy(dst, readerFunc(func(p []byte) (int, error) {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		return src.Read(p)
	}))
	if err = errors.Join(err, dst.Close()); err != nil && isFull(err) {
		return fileFault(err, to)
	}
	return err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func syncPath(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
