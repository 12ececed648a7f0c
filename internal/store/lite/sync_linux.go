package lite

import (
	"sync"
	"syscall"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// quickSync guards slowSync, the function that was there before.
var (
	quickSync sync.Once
	slowSync  uintptr
)

// syncData makes SQLite call fdatasync, as its usual builds for Linux do; the
// one that was translated calls fsync, which also waits for the times of a
// file. All files share one table of functions, so the first connection
// changes it for all.
func (c *Conn) syncData() (err error) {
	quickSync.Do(func() {
		var file uintptr
		if file, err = c.file(sqlite3.SQLITE_FCNTL_FILE_POINTER); err == nil {
			m := methodsAt(*word(file))
			slowSync, m.FxSync = m.FxSync, function(fileSync)
		}
	})
	return err
}

// fileSync syncs a file; SQLite itself syncs one whose folder has to be synced too.
func fileSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	f := at[sqlite3.TunixFile](file)
	if f.FctrlFlags&sqlite3.UNIXFILE_DIRSYNC != 0 {
		return as[syncFunc](slowSync)(tls, file, flags)
	}
	for {
		switch syscall.Fdatasync(int(f.Fh)) {
		case nil:
			return sqlite3.SQLITE_OK
		case syscall.EINTR:
		default:
			return sqlite3.SQLITE_IOERR_FSYNC
		}
	}
}
