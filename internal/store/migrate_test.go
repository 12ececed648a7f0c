package store_test

import (
	"maps"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"huying/internal/fault"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

var first = fstest.MapFS{
	"0001_a.sql": file("CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, body BYTES);\n"),
	"0002_b.sql": file("INSERT INTO a VALUES (1, NULL); -- a ; b\n" +
		"-- +sqlite\nINSERT INTO a VALUES (10, NULL);\n-- +postgres\nINSERT INTO a VALUES (20, NULL);\n-- +both\nINSERT INTO a VALUES (2, NULL);\n"),
}

func changed(change fstest.MapFS, gone ...string) fstest.MapFS {
	out := maps.Clone(first)
	maps.Copy(out, change)
	for _, name := range gone {
		delete(out, name)
	}
	return out
}

func TestMigrateAppliesEachFileOnce(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, db *store.DB) {
		pending, err := store.Pending(t.Context(), db, first)
		if diff := cmp.Diff([]string{"0001_a.sql", "0002_b.sql"}, pending); diff != "" || err != nil {
			t.Error(diff, err)
		}
		for range 2 {
			if err := store.Migrate(t.Context(), db, first); err != nil {
				t.Fatal(err)
			}
		}
		own := 10
		if db.Dialect() == store.Postgres {
			own = 20
		}
		err = db.Read(t.Context(), func(v *store.View) error {
			got, err := store.All(v, `SELECT id FROM a ORDER BY id`, scanInt)
			if diff := cmp.Diff([]int{1, 2, own}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if pending, err := store.Pending(t.Context(), db, first); err != nil || pending != nil {
			t.Errorf("pending %v, %v", pending, err)
		}
	}, quiet)
}

func TestMigrateRefusesAnotherHistory(t *testing.T) {
	storetest.Each(t, first, func(t *testing.T, db *store.DB) {
		for code, fsys := range map[string]fstest.MapFS{
			"store.migration_changed":  changed(fstest.MapFS{"0001_a.sql": file("CREATE TABLE a (id TEXT);")}),
			"store.migration_missing":  changed(nil, "0001_a.sql"),
			"store.database_newer":     changed(nil, "0002_b.sql"),
			"store.migration_misnamed": changed(fstest.MapFS{"3_c.sql": file("")}),
		} {
			wantCode(t, store.Migrate(t.Context(), db, fsys), code)
			_, err := store.Pending(t.Context(), db, fsys)
			wantCode(t, err, code)
		}
		renamed := changed(fstest.MapFS{"0002_other.sql": first["0002_b.sql"]}, "0002_b.sql")
		wantCode(t, store.Migrate(t.Context(), db, renamed), "store.migration_changed")
	}, quiet)
}

func TestAMigrationIsAppliedWholeOrNotAtAll(t *testing.T) {
	storetest.Each(t, first, func(t *testing.T, db *store.DB) {
		broken := changed(fstest.MapFS{"0003_c.sql": file("CREATE TABLE c (id BIGINT); INSERT INTO a VALUES (1, NULL);")})
		err := store.Migrate(t.Context(), db, broken)
		wantCode(t, err, "store.migration_failed")
		if fault.Of(err) != fault.Internal {
			t.Errorf("kind %v", fault.Of(err))
		}
		mended := changed(fstest.MapFS{"0003_c.sql": file("CREATE TABLE c (id BIGINT);")})
		if err := store.Migrate(t.Context(), db, mended); err != nil {
			t.Error(err)
		}
	}, quiet)
}
