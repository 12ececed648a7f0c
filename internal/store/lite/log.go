package lite

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// gathered is the write-ahead log of one connection, whose writes are gathered
// in memory: SQLite writes each page with two calls of the system, one after
// the other in the file, and a commit of hundreds of pages is one call here.
// What is gathered is written before anybody can look for it: before a sync,
// by which every commit ends before other connections see it, before a read
// and before the length is asked or changed.
type gathered struct {
	file    uintptr // sqlite3_file of the log
	methods uintptr // sqlite3_io_methods that were there before
	own     uintptr // the copy of them with our functions in it
	buf     uintptr
	used    int
	at      int64 // where in the file buf belongs

	written  int64
	header   bool // the header was written and not synced yet
	deferred bool // the caller syncs
}

// gatherSize is the most that is gathered: as much as SQLite writes with one
// call of the system.
const gatherSize = 1<<17 - 1

// logs finds the log of a file handle.
var logs sync.Map // uintptr → *gathered

// GatherLog makes the connection write its log in long pieces. The database
// must be in WAL mode with synchronous = FULL, and a transaction must have
// opened the log.
func (c *Conn) GatherLog() error {
	log, err := c.file(sqlite3.SQLITE_FCNTL_JOURNAL_POINTER)
	if err != nil {
		return err
	}
	g := &gathered{file: log, methods: *word(log)}
	size := types.Size_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{}))
	g.own, g.buf = libc.Xmalloc(c.tls, size), libc.Xmalloc(c.tls, gatherSize)
	if g.own == 0 || g.buf == 0 {
		g.free(c.tls)
		return errNoMemory
	}
	m := methodsAt(g.own)
	*m = *methodsAt(g.methods)
	m.FxClose = function(logClose)
	m.FxRead = function(logRead)
	m.FxWrite = function(logWrite)
	m.FxTruncate = function(logTruncate)
	m.FxSync = function(logSync)
	m.FxFileSize = function(logFileSize)
	logs.Store(g.file, g)
	c.log = g
	*word(g.file) = g.own
	return nil
}

// SyncFile makes what checkpoints copied into the database file durable.
func (c *Conn) SyncFile() error {
	file, err := c.file(sqlite3.SQLITE_FCNTL_FILE_POINTER)
	if err != nil {
		return err
	}
	sync := as[syncFunc](methodsAt(*word(file)).FxSync)
	if rc := sync(c.tls, file, sqlite3.SQLITE_SYNC_NORMAL); rc != sqlite3.SQLITE_OK {
		return &Error{Code: int(rc), Msg: "the database file could not be synced"}
	}
	return nil
}

// file asks SQLite for the handle of one of its open files.
func (c *Conn) file(which int32) (uintptr, error) {
	out := libc.Xmalloc(c.tls, pointerSize)
	if out == 0 {
		return 0, errNoMemory
	}
	defer libc.Xfree(c.tls, out)
	name, err := libc.CString("main")
	if err != nil {
		return 0, errNoMemory
	}
	defer libc.Xfree(c.tls, name)
	if rc := sqlite3.Xsqlite3_file_control(c.tls, c.db, name, which, out); rc != sqlite3.SQLITE_OK {
		return 0, c.error(rc)
	}
	file := *word(out)
	if file == 0 || *word(file) == 0 {
		return 0, &Error{Code: sqlite3.SQLITE_MISUSE, Msg: "the file is not open"}
	}
	return file, nil
}

// DeferSync says whether commits leave the sync of the log to the caller, who
// must sync the file before telling anybody of them. It is for the time of one
// COMMIT: a checkpoint relies on syncs of its own.
func (c *Conn) DeferSync(on bool) { c.log.deferred = on }

// LogWritten returns how many bytes went into the log since GatherLog.
func (c *Conn) LogWritten() int64 { return c.log.written }

func (g *gathered) free(tls *libc.TLS) {
	libc.Xfree(tls, g.own)
	libc.Xfree(tls, g.buf)
}

// methodsAt reads C memory at p as the functions of a file.
func methodsAt(p uintptr) *sqlite3.Tsqlite3_io_methods {
	return at[sqlite3.Tsqlite3_io_methods](p)
}

// function returns how the translated C calls f, which is a function of this
// package and no closure.
func function(f any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&f))[1] }

// The types of the functions of a file.
type (
	closeFunc = func(*libc.TLS, uintptr) int32
	ioFunc    = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc  = func(*libc.TLS, uintptr, int32) int32
	sizeFunc  = func(*libc.TLS, uintptr, uintptr) int32
)

// as turns what function returns into a function again.
func as[F any](f uintptr) F { return *(*F)(unsafe.Pointer(&f)) }

func logOf(file uintptr) *gathered {
	g, _ := logs.Load(file)
	return g.(*gathered)
}

// flush writes what was gathered.
func (g *gathered) flush(tls *libc.TLS) int32 {
	if g.used == 0 {
		return sqlite3.SQLITE_OK
	}
	n := g.used
	g.used = 0 // what failed is not tried again: the transaction ends
	return as[ioFunc](methodsAt(g.methods).FxWrite)(tls, g.file, g.buf, int32(n), g.at)
}

func logWrite(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32 {
	g := logOf(file)
	g.written += int64(n)
	if at == 0 {
		g.header = true
	}
	if g.used > 0 && (at != g.at+int64(g.used) || g.used+int(n) > gatherSize) {
		if rc := g.flush(tls); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	if int(n) > gatherSize {
		return as[ioFunc](methodsAt(g.methods).FxWrite)(tls, file, buf, n, at)
	}
	if g.used == 0 {
		g.at = at
	}
	copy(libc.GoBytes(g.buf+uintptr(g.used), int(n)), libc.GoBytes(buf, int(n)))
	g.used += int(n)
	return sqlite3.SQLITE_OK
}

func logSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	g := logOf(file)
	if rc := g.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	if g.deferred && !g.header {
		return sqlite3.SQLITE_OK
	}
	g.header = false
	return as[syncFunc](methodsAt(g.methods).FxSync)(tls, file, flags)
}

func logRead(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32 {
	g := logOf(file)
	if rc := g.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return as[ioFunc](methodsAt(g.methods).FxRead)(tls, file, buf, n, at)
}

func logTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	g := logOf(file)
	if rc := g.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return as[truncFunc](methodsAt(g.methods).FxTruncate)(tls, file, size)
}

func logFileSize(tls *libc.TLS, file, size uintptr) int32 {
	g := logOf(file)
	if rc := g.flush(tls); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return as[sizeFunc](methodsAt(g.methods).FxFileSize)(tls, file, size)
}

func logClose(tls *libc.TLS, file uintptr) int32 {
	g := logOf(file)
	rc := g.flush(tls)
	methods := g.methods
	*word(file) = methods
	logs.Delete(file)
	g.free(tls)
	if rc2 := as[closeFunc](methodsAt(methods).FxClose)(tls, file); rc == sqlite3.SQLITE_OK {
		rc = rc2
	}
	return rc
}
