package lite

import (
	"fmt"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Copy copies the database of src into dst page by page. If src holds a read
// transaction the copy is that snapshot, whatever is written meanwhile. After
// every pages pages it calls progress, which stops the copy by an error.
func Copy(dst, src *Conn, pages int, progress func(done, total int) error) error {
	main, err := libc.CString("main")
	if err != nil {
		return fmt.Errorf("lite: %w", err)
	}
	defer libc.Xfree(dst.tls, main)
	b := sqlite3.Xsqlite3_backup_init(dst.tls, dst.db, main, src.db, main)
	if b == 0 {
		return dst.error(sqlite3.Xsqlite3_extended_errcode(dst.tls, dst.db))
	}
	err = steps(dst, b, pages, progress)
	rc := sqlite3.Xsqlite3_backup_finish(dst.tls, b)
	if err == nil && rc != sqlite3.SQLITE_OK {
		err = dst.error(rc)
	}
	return err
}

func steps(dst *Conn, b uintptr, pages int, progress func(done, total int) error) error {
	for {
		rc := sqlite3.Xsqlite3_backup_step(dst.tls, b, int32(pages))
		if rc != sqlite3.SQLITE_OK && rc != sqlite3.SQLITE_DONE {
			return dst.error(rc)
		}
		total := int(sqlite3.Xsqlite3_backup_pagecount(dst.tls, b))
		left := int(sqlite3.Xsqlite3_backup_remaining(dst.tls, b))
		if err := progress(total-left, total); err != nil {
			return err
		}
		if rc == sqlite3.SQLITE_DONE {
			return nil
		}
	}
}
