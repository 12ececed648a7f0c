// Package storetest gives tests fresh databases of both kinds, quickly: each is
// a copy of one that was migrated once.
//
// The PostgreSQL half uses the server that HUYING_TEST_PG names, else one it
// starts for this process. It fails if there can be none; PG=off leaves it out
// and says so.
package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/internal/store"
	"huying/internal/store/storetest/pgtemp"
)

// Each runs fn as the subtests "sqlite" and "postgres", each on a database of
// its own that has the schema of migrations, which may be nil for none. At most
// one value of opts is used.
func Each(t *testing.T, migrations fs.FS, fn func(t *testing.T, db *store.DB), opts ...store.Options) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t, migrations, opts...)) })
	if PostgresOff() {
		return
	}
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t, migrations, opts...)) })
}

// PostgresOff reports whether PG=off leaves the PostgreSQL half out.
func PostgresOff() bool {
	if os.Getenv("PG") != "off" {
		return false
	}
	sayOff()
	return true
}

var sayOff = sync.OnceFunc(func() {
	fmt.Fprintln(os.Stderr, "storetest: the PostgreSQL half did not run, because PG=off")
})

// Main runs the tests of a package and waits until the server that they may
// have started has gone: func TestMain(m *testing.M) { storetest.Main(m) }.
// Without it the server still ends, a moment after the process.
func Main(m *testing.M) {
	code := m.Run()
	if err := servers.stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// SQLite returns an open, migrated database in a file of the test's own.
func SQLite(t testing.TB, migrations fs.FS, opts ...store.Options) *store.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	image, err := images.of(migrations)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(t, path, opts...)
}

// Postgres returns an open, migrated database of the test's own.
func Postgres(t testing.TB, migrations fs.FS, opts ...store.Options) *store.DB {
	t.Helper()
	return Open(t, PostgresURL(t, migrations), opts...)
}

// Open opens the database at url and closes it when the test ends.
func Open(t testing.TB, url string, opts ...store.Options) *store.DB {
	t.Helper()
	var o store.Options
	if len(opts) > 0 {
		o = opts[0]
	}
	db, err := store.Open(context.Background(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// PostgresURL makes a migrated database and returns its address. It is dropped
// when the test ends.
func PostgresURL(t testing.TB, migrations fs.FS) string {
	t.Helper()
	admin, err := servers.url()
	if err != nil {
		t.Fatalf("storetest: no PostgreSQL for this test (PG=off leaves it out): %v", err)
	}
	template, err := servers.template(admin, migrations)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + rand.Text()
	if err := run(admin, fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", name, template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run(admin, fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", name)); err != nil {
			t.Error(err)
		}
	})
	address, err := withDatabase(admin, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// images holds the migrated SQLite files of this process by schema.
var images imageCache

type imageCache struct {
	mu    sync.Mutex
	bySum map[string][]byte
}

func (c *imageCache) of(migrations fs.FS) ([]byte, error) {
	sum, err := schemaSum(migrations)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if image, ok := c.bySum[sum]; ok {
		return image, nil
	}
	dir, err := os.MkdirTemp("", "hysq")
	if err != nil {
		return nil, fmt.Errorf("storetest: %w", err)
	}
	path := filepath.Join(dir, "image.db")
	err = migrate(path, migrations)
	var image []byte
	if err == nil {
		image, err = os.ReadFile(path)
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		return nil, fmt.Errorf("storetest: %w", err)
	}
	if c.bySum == nil {
		c.bySum = make(map[string][]byte)
	}
	c.bySum[sum] = image
	return image, nil
}

// migrate opens the database at url, brings it up and closes it.
func migrate(url string, migrations fs.FS) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	if migrations != nil {
		err = store.Migrate(ctx, db, migrations)
	}
	return errors.Join(err, db.Close())
}

// schemaSum names a set of migrations by their content.
func schemaSum(migrations fs.FS) (string, error) {
	h := sha256.New()
	if migrations != nil {
		names, err := fs.Glob(migrations, "*.sql")
		if err != nil {
			return "", fmt.Errorf("storetest: %w", err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(migrations, name)
			if err != nil {
				return "", fmt.Errorf("storetest: %w", err)
			}
			fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// servers is the PostgreSQL server of this process.
var servers serverOnce

type serverOnce struct {
	mu        sync.Mutex
	address   string
	err       error
	own       *pgtemp.Server
	templates map[string]string
}

func (s *serverOnce) url() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.address == "" && s.err == nil {
		if s.address = os.Getenv("HUYING_TEST_PG"); s.address == "" {
			if s.own, s.err = pgtemp.Start(context.Background(), false); s.err == nil {
				s.address = s.own.URL
			}
		}
	}
	return s.address, s.err
}

func (s *serverOnce) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == nil {
		return nil
	}
	return s.own.Stop()
}

// template returns the name of a database with the schema of migrations. The
// test processes of other packages may want the same one at the same time.
func (s *serverOnce) template(admin string, migrations fs.FS) (string, error) {
	sum, err := schemaSum(migrations)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, ok := s.templates[sum]; ok {
		return name, nil
	}
	name := "tpl_" + sum
	if err := buildTemplate(admin, name, migrations); err != nil {
		return "", fmt.Errorf("storetest: template: %w", err)
	}
	if s.templates == nil {
		s.templates = make(map[string]string)
	}
	s.templates[sum] = name
	return name, nil
}

func buildTemplate(admin, name string, migrations fs.FS) (err error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }() // It lets go of the lock too.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(4711)"); err != nil {
		return err
	}
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err != nil || exists {
		return err
	}
	building := name + "_building"
	for _, q := range []string{"DROP DATABASE IF EXISTS %q WITH (FORCE)", "CREATE DATABASE %q TEMPLATE template0"} {
		if _, err := conn.Exec(ctx, fmt.Sprintf(q, building)); err != nil {
			return err
		}
	}
	address, err := withDatabase(admin, building)
	if err != nil {
		return err
	}
	if err := migrate(address, migrations); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("ALTER DATABASE %q RENAME TO %q", building, name))
	return err
}

// run runs one statement on a connection of its own.
func run(address, query string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	_, err = conn.Exec(ctx, query)
	return errors.Join(err, conn.Close(ctx))
}

// withDatabase returns address with another database name.
func withDatabase(address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("storetest: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
