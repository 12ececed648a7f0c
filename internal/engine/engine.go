// Package engine is the only code that writes matters, orders, clocks,
// verdicts and the ledger. A command loads a file (a matter with its orders),
// lets the rules of domain/matter act on it, and saves the change, the ledger
// entry and the notices in one transaction. It decides nothing itself and
// knows no face.
package engine

import (
	"context"
	"embed"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

//go:embed migration/*.sql
var migrations embed.FS

// Migrations returns the engine's schema, for store.Migrate.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migration")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Keys are the secrets of one installation. Losing Master means that sealed
// contacts cannot be read any more; losing Sign, that a new log must begin.
type Keys struct {
	Sign   ledger.PrivateKey
	Master ledger.Key
}

// Engine runs commands over one database. It is safe for concurrent use.
type Engine struct {
	db    *store.DB
	suite ledger.Suite
	track ledger.Key
	veil  ledger.Key
	sign  ledger.PrivateKey
	using sync.Mutex // guards book, and city against two who put one in force
	book  *org.Book
	city  atomic.Pointer[pack.City]
	at    atomic.Pointer[located]
	ids   *ident.Maker
	vault *ledger.Vault
	wake  func(clock.Instant)
	now   func() time.Time

	changed atomic.Pointer[func()]

	layers atomic.Pointer[matter.Layers]

	recent *recent
	lists  lists

	days   sync.Mutex
	primed map[int64]bool // days whose ids in the database are known to the maker
}

// Options are what an engine may be told besides its database.
type Options struct {
	Node int // of several processes over one database: 0 to ident.MaxNode
	Keys Keys
	// Wake is told, after each commit, the next deadline of the matter that
	// changed; it may be nil and its calls may be lost.
	Wake func(clock.Instant)
	// Now is the time of commands that bring none.
	Now func() time.Time
}

// New returns an engine over an open, migrated database.
func New(db *store.DB, city *pack.City, o Options) (*Engine, error) {
	wake := o.Wake
	vault, err := ledger.NewVault(o.Keys.Master.Derive("vault"))
	if err != nil {
		return nil, err
	}
	if wake == nil {
		wake = func(clock.Instant) {}
	}
	e := &Engine{
		db: db, suite: o.Keys.Sign.Public().Suite(), track: o.Keys.Master.Derive("track"), veil: o.Keys.Master.Derive("veil"), sign: o.Keys.Sign,
		ids: ident.NewMaker(o.Node), vault: vault, wake: wake, now: o.Now, recent: newRecent(), primed: map[int64]bool{},
	}
	e.Use(city)
	return e, nil
}

// City returns the structure in force. It is immutable; a command decides by
// the one it began with.
func (e *Engine) City() *pack.City { return e.city.Load() }

// Use puts a new version of the structure in force for later commands; who is on
// duty stays as it is known.
func (e *Engine) Use(city *pack.City) {
	e.using.Lock()
	defer e.using.Unlock()
	if e.book != nil {
		city = city.With(e.book)
	}
	at := locatedIn(city)
	e.at.Store(&at)
	e.city.Store(city)
}

// Staff puts in force for later commands who is on duty.
func (e *Engine) Staff(book *org.Book) {
	e.using.Lock()
	defer e.using.Unlock()
	e.book = book
	e.city.Store(e.city.Load().With(book))
}

// OnChange has fn called after each commit that changed a matter, on the
// goroutine of the command: it must not block, and a call may be lost. It is for
// a follower of the ledger, which there is one of.
func (e *Engine) OnChange(fn func()) { e.changed.Store(&fn) }

// DB returns the database, for queries.
func (e *Engine) DB() *store.DB { return e.db }

// Command is who asks for a command and under what conditions.
type Command struct {
	Actor access.Actor
	// At is the instant the command happens at; zero is now. Imports and
	// replays set it.
	At time.Time
	// Rev, if not zero, must be the revision of the matter the actor saw.
	// Fault: matter.changed_meanwhile.
	Rev int64
	// Key, if not empty, makes the command happen once: the same actor's same
	// key gets the matter as it is, without a second act.
	Key string
	// Dry lets a command about a matter be decided on the matter as it is, with
	// the same faults, and keeps nothing: what it returns is what would come.
	Dry bool
}

// State is a matter with its orders as the database has it.
type State struct {
	*matter.File
	Rev  int64
	Text string
	Head ledger.Hash
	// Replayed says that the command had happened before under the same key or
	// call reference.
	Replayed bool
}

// On runs one command on the matter of a number: fn calls one or more acts of
// the file, each through do. It returns the matter afterwards, durable. fn may
// run several times, each on a fresh file.
// Faults: matter.not_found, matter.changed_meanwhile, and those of the acts.
func (e *Engine) On(ctx context.Context, cmd Command, name string, id ident.ID, fn func(f *matter.File, do Do) error) (*State, error) {
	files, err := e.run(ctx, cmd, name, []ident.ID{id}, func(w *work, files []*open) error {
		return fn(files[0].File, w.do(files[0]))
	})
	if err != nil {
		return nil, err
	}
	return files[0].State, nil
}

// Do runs one act of a file: it settles the file and writes the ledger entry.
type Do func(act func() error) error

// OnTwo runs one command on two matters, as a merge does, and returns the
// first.
func (e *Engine) OnTwo(ctx context.Context, cmd Command, name string, a, b ident.ID, fn func(f, g *matter.File) error) (*State, error) {
	if a == b {
		return nil, fault.Field("into", "merge.itself")
	}
	files, err := e.run(ctx, cmd, name, []ident.ID{a, b}, func(w *work, files []*open) error {
		if err := fn(files[0].File, files[1].File); err != nil {
			return err
		}
		for _, s := range files {
			if err := w.log(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return files[0].State, nil
}

// Suite returns the algorithms of this installation.
func (e *Engine) Suite() ledger.Suite { return e.suite }

// Lay puts the professional grids in force that orders go to by rule, for later
// commands; nil is none.
func (e *Engine) Lay(layers matter.Layers) {
	if layers == nil {
		e.layers.Store(nil)
		return
	}
	e.layers.Store(&layers)
}

// Write runs a desk's own transaction, at a given instant or now. It is for
// rows that are no matter: tokens, files, shapes.
func (e *Engine) Write(ctx context.Context, at time.Time, name string, fn func(*store.Tx) error) error {
	return e.write(ctx, at, name, fn)
}

func (e *Engine) write(ctx context.Context, at time.Time, name string, fn func(*store.Tx) error) error {
	if at.IsZero() {
		return e.db.Write(ctx, name, fn)
	}
	return e.db.WriteAt(ctx, name, at, fn)
}

func checkKey(key string) error {
	if len(key) > 200 {
		return fault.Field("idempotency_key", "request.key_too_long", len(key), 200)
	}
	return nil
}

// TrackCode returns the secret by which the caller of a matter follows and
// judges it. It is computed, not kept.
func (e *Engine) TrackCode(id ident.ID) string {
	return e.track.Code(int64(id), 10)
}

// Caller returns the actor who proved with the tracking code to be a matter's
// caller. Fault: track.code_wrong, the same for a wrong code and a wrong
// number.
func (e *Engine) Caller(id ident.ID, code string) (access.Actor, error) {
	if !ledger.SameCode(code, e.TrackCode(id)) {
		return access.Actor{}, fault.New(fault.NotFound, "track.code_wrong")
	}
	return access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(id)}, nil
}

// PublicKey returns the key that verifies this installation's checkpoints.
func (e *Engine) PublicKey() ledger.PublicKey { return e.sign.Public() }

// RuleActor acts when a rule of the pack dispatches without a human step.
func RuleActor() access.Actor { return access.Actor{ID: access.Rule, Kind: access.System} }

// ClockActor acts when a clock fires.
func ClockActor() access.Actor { return access.Actor{ID: access.Clock, Kind: access.System} }

// ImportActor acts when calls are imported from a file.
func ImportActor() access.Actor { return access.Actor{ID: access.Import, Kind: access.System} }

// Act runs one act on the matter of a number; see On.
func (e *Engine) Act(ctx context.Context, cmd Command, name string, id ident.ID, act func(f *matter.File) error) (*State, error) {
	return e.On(ctx, cmd, name, id, func(f *matter.File, do Do) error {
		return do(func() error { return act(f) })
	})
}

// ActOrder runs one act on an order, by its number. Faults: order.not_found
// and those of On.
func (e *Engine) ActOrder(ctx context.Context, cmd Command, name string, no ident.ID, act func(f *matter.File, o *order.Order) error) (*State, error) {
	id, err := e.OfOrder(ctx, no)
	if err != nil {
		return nil, err
	}
	s, err := e.Act(ctx, cmd, name, id, func(f *matter.File) error {
		o, err := f.Order(no)
		if err != nil {
			return err
		}
		return act(f, o)
	})
	if fault.Code(err) == "matter.not_found" {
		return nil, fault.New(fault.NotFound, "order.not_found", no.Number())
	}
	return s, err
}
