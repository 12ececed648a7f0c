package lite

import (
	"path/filepath"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

// Every connection syncs its file by fileSync, and what SQLite would do is kept
// for files whose folder has to be synced too.
func TestFilesAreSyncedByTheirData(t *testing.T) {
	for range 2 {
		c, err := Open(filepath.Join(t.TempDir(), "s.db"), Create)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Script(`PRAGMA journal_mode = DELETE; CREATE TABLE a (n); INSERT INTO a VALUES (1)`); err != nil {
			t.Fatal(err) // the folder of a new journal is synced
		}
		file, err := c.file(sqlite3.SQLITE_FCNTL_FILE_POINTER)
		if err != nil {
			t.Fatal(err)
		}
		if m := methodsAt(*word(file)); m.FxSync != function(fileSync) || slowSync == 0 || slowSync == m.FxSync {
			t.Error("the file is synced by another function")
		}
		if err := c.SyncFile(); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
