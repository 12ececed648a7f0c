package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huying/internal/fault"
)

// migration is one numbered SQL file. Once released it never changes.
type migration struct {
	number int
	name   string
	sum    string
	text   string
}

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// Migrate brings the schema to the newest file of fsys, whose files are named
// 0001_what.sql and on without a gap. Each file runs in a transaction of its
// own and is remembered with its SHA-256, so a file that was changed or taken
// away later is refused, and so is a database that a newer program has written.
//
// Files are one text for both engines. The column type BYTES becomes BLOB or
// BYTEA. Lines after "-- +sqlite" or "-- +postgres" are for that engine alone,
// up to the next such line; "-- +both" ends the exception.
func Migrate(ctx context.Context, db *DB, fsys fs.FS) error {
	files, err := readMigrations(fsys)
	if err != nil {
		return err
	}
	create := func(tx *Tx) error { return tx.script(migrationTable) }
	if err := db.Write(ctx, "store.migrate", create); err != nil && !IsDuplicate(err) {
		return err
	}
	for {
		more := false
		err := db.Write(ctx, "store.migrate", func(tx *Tx) (err error) {
			more, err = migrateOne(tx, files)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migration (
	number INTEGER NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	sum TEXT NOT NULL,
	at BIGINT NOT NULL
)`

const insertMigration = `INSERT INTO schema_migration (number, name, sum, at) VALUES (?, ?, ?, ?)`

// migrateOne applies the next file and reports whether there was one. The lock
// keeps a second process of a PostgreSQL installation waiting.
func migrateOne(tx *Tx, files []migration) (bool, error) {
	if tx.dialect == Postgres {
		if err := tx.script("LOCK TABLE schema_migration IN EXCLUSIVE MODE"); err != nil {
			return false, err
		}
	}
	done, err := applied(tx)
	if err != nil {
		return false, err
	}
	if err := compare(done, files); err != nil {
		return false, err
	}
	if len(done) == len(files) {
		return false, nil
	}
	m := files[len(done)]
	if err := tx.script(translate(m.text, tx.dialect)); err != nil {
		return false, fault.New(fault.Internal, "store.migration_failed", m.name).Because(err)
	}
	_, err = tx.Exec(insertMigration, m.number, m.name, m.sum, tx.now.UnixMicro())
	return true, err
}

// compare checks that what was applied is the beginning of files.
func compare(done, files []migration) error {
	for i, d := range done {
		switch {
		case d.number != i+1:
			return fault.New(fault.Invalid, "store.migration_missing", i+1)
		case i >= len(files):
			return fault.New(fault.Invalid, "store.database_newer", len(done), len(files))
		case files[i].sum != d.sum || files[i].name != d.name:
			return fault.New(fault.Invalid, "store.migration_changed", d.name)
		}
	}
	return nil
}

const selectMigrations = `SELECT number, name, sum FROM schema_migration ORDER BY number`

func applied(q Querier) ([]migration, error) {
	return All(q, selectMigrations, func(r Scanner) (m migration, err error) {
		err = r.Scan(&m.number, &m.name, &m.sum)
		return m, err
	})
}

// Pending returns the names of the files of fsys that Migrate would apply, with
// the same refusals.
func Pending(ctx context.Context, db *DB, fsys fs.FS) ([]string, error) {
	files, err := readMigrations(fsys)
	if err != nil {
		return nil, err
	}
	var done []migration
	err = db.Read(ctx, func(v *View) error {
		var n int
		exists := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'`
		if v.dialect == Postgres {
			exists = `SELECT count(*) FROM pg_catalog.pg_tables WHERE tablename = 'schema_migration' AND schemaname = ANY (current_schemas(false))`
		}
		if err := v.Row(exists).Scan(&n); err != nil || n == 0 {
			return err
		}
		done, err = applied(v)
		return err
	})
	if err == nil {
		err = compare(done, files)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range files[len(done):] {
		names = append(names, m.name)
	}
	return names, nil
}

func readMigrations(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	slices.Sort(names)
	var out []migration
	for i, name := range names {
		match := migrationName.FindStringSubmatch(name)
		if match == nil {
			return nil, fault.New(fault.Invalid, "store.migration_misnamed", name)
		}
		number, err := strconv.Atoi(match[1])
		if err != nil || number != i+1 {
			return nil, fault.New(fault.Invalid, "store.migration_missing", i+1)
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("store: migrations: %w", err)
		}
		sum := sha256.Sum256(text)
		out = append(out, migration{number, name, hex.EncodeToString(sum[:]), string(text)})
	}
	return out, nil
}

var bytesType = regexp.MustCompile(`\bBYTES\b`)

// translate returns the lines of text that are for d, with its column types.
func translate(text string, d Dialect) string {
	var out strings.Builder
	here := true
	for line := range strings.Lines(text) {
		if mark, ok := strings.CutPrefix(strings.TrimSpace(line), "-- +"); ok {
			here = mark == "both" || mark == d.String()
			continue
		}
		if here {
			out.WriteString(line)
		}
	}
	if d == Postgres {
		return bytesType.ReplaceAllString(out.String(), "BYTEA")
	}
	return bytesType.ReplaceAllString(out.String(), "BLOB")
}
