package store

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"

	"huying/internal/fault"
)

// A view that has seen a commit returns when the commit is durable, and the
// command not before either.
func TestNobodyIsToldBeforeTheLogIsSynced(t *testing.T) {
	db := openHere(t)
	disk := db.backend.(*sqliteDB).writer.disk
	begun, free := make(chan struct{}), make(chan struct{})
	disk.sync = func() error {
		close(begun)
		<-free
		return nil
	}
	told := make(chan string, 2)
	go func() {
		if err := db.Write(context.Background(), "test", insertOne); err != nil {
			t.Error(err)
		}
		told <- "the command"
	}()
	<-begun
	saw := make(chan int, 1)
	go func() {
		err := db.Read(context.Background(), func(v *View) error {
			n := 0
			err := v.Row(`SELECT COUNT(*) FROM item`).Scan(&n)
			saw <- n
			return err
		})
		if err != nil {
			t.Error(err)
		}
		told <- "the view"
	}()
	if n := <-saw; n != 1 {
		t.Fatalf("the view saw %d rows", n)
	}
	select {
	case who := <-told:
		t.Fatalf("%s was told before the sync had ended", who)
	default:
	}
	close(free)
	<-told
	<-told
}

// While a group is on its way to the disk the next one is run, and committed
// as one.
func TestTheNextGroupGathersWhileTheLogIsSynced(t *testing.T) {
	db := openHere(t)
	w := db.backend.(*sqliteDB).writer
	before := w.disk.committed.Load()
	begun, free := make(chan struct{}, 100), make(chan struct{})
	w.disk.sync = func() error {
		begun <- struct{}{}
		<-free
		return nil
	}
	done := make(chan error, 41)
	write := func(ran chan<- struct{}) {
		done <- db.Write(context.Background(), "test", func(tx *Tx) error {
			defer func() { ran <- struct{}{} }()
			return insertOne(tx)
		})
	}
	ran := make(chan struct{}, 41)
	go write(ran)
	<-ran
	<-begun
	for range 40 {
		go write(ran)
	}
	for range 40 { // all of them run although nothing is durable yet
		<-ran
	}
	close(free)
	for range 41 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := w.disk.committed.Load() - before; n != 2 {
		t.Errorf("%d groups, want 2", n)
	}
}

// After a failed sync nobody can say what is on the disk: no command is taken
// any more, and nobody is told what may be lost.
func TestAFailedSyncEndsEverything(t *testing.T) {
	db := openHere(t)
	if err := db.Write(t.Context(), "test", insertOne); err != nil {
		t.Fatal(err)
	}
	broken := fault.New(fault.Internal, "store.disk_failed").Because(errors.New("no light"))
	db.backend.(*sqliteDB).writer.disk.sync = func() error { return broken }
	for range 3 {
		if err := db.Write(t.Context(), "test", insertOne); fault.Code(err) != "store.disk_failed" {
			t.Errorf("a command got %v", err)
		}
	}
	err := db.Read(t.Context(), func(v *View) error {
		n := 0
		return v.Row(`SELECT COUNT(*) FROM item`).Scan(&n)
	})
	if fault.Code(err) != "store.disk_failed" {
		t.Errorf("a view got %v", err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSyncer("", true)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.wait(ctx, 1) }()
		synctest.Wait()
		if len(ended) != 0 {
			t.Error("it did not wait")
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
}

func openHere(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	err = db.Write(t.Context(), "table", func(tx *Tx) error {
		_, err := tx.Exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func insertOne(tx *Tx) error { return tx.Queue(`INSERT INTO item (name) VALUES ('x')`) }
