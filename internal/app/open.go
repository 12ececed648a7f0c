package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"huying/internal/config"
	desk "huying/internal/desk/ground"
	"huying/internal/desk/roster"
	"huying/internal/domain/clock"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
	"huying/packs"
)

// Packs returns the packs a process can choose from: the shipped ones and,
// beside them, those of a directory. The base pack is always the shipped one.
func Packs(dir string) fs.FS {
	if dir == "" {
		return packs.FS
	}
	return packs.Beside(os.DirFS(dir))
}

// LoadCity reads the pack of the settings, without stored shapes.
func LoadCity(cfg *config.Config) (*pack.City, error) {
	return pack.Load(Packs(cfg.PacksDir), cfg.Pack)
}

// Opened is an engine over its database without anything that runs by itself:
// what commands beside the server and tests need.
type Opened struct {
	Engine *engine.Engine
	Keys   engine.Keys
	DB     *store.DB
	Roster *roster.Desk
	cfg    *config.Config
	mu     sync.Mutex // guards base
	base   *pack.City // as the pack has it, without stored shapes
	fresh  bool       // the keys were made just now

	ground ground // what of the ground is in force
	now    func() time.Time
	log    *slog.Logger
}

// Close closes the database.
func (o *Opened) Close() error { return o.DB.Close() }

// Mode is what an opened database is for.
type Mode uint8

// The modes.
const (
	Serve  Mode = iota // creates and migrates what is missing
	Beside             // only reads, beside a running server
	Replay             // as Serve, for a city that is played: commits wait for no disk
)

// DemoMarker is the file that says that a data directory holds a played city.
// Whoever serves it says so.
const DemoMarker = "THIS-IS-A-DEMO"

// Demo reports whether a data directory holds a played city.
func Demo(data string) bool {
	_, err := os.Stat(filepath.Join(data, DemoMarker))
	return err == nil
}

// Open opens the database, the pack and the keys of the settings. In mode
// Serve it makes what a first start lacks: the data directory, the schema and
// the keys. In mode Beside it changes nothing. Faults: those of store.Open,
// store.Migrate and pack.Load, keys.*, database.of_another_city,
// database.not_migrated, data.not_writable.
func Open(ctx context.Context, cfg *config.Config, mode Mode, now func() time.Time, wake func(clock.Instant), log *slog.Logger) (_ *Opened, err error) {
	if mode != Beside {
		if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
			return nil, fault.Field("data", "data.not_writable", cfg.Data).Because(err)
		}
	}
	city, err := LoadCity(cfg)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, cfg.Database, store.Options{ReadOnly: mode == Beside, Relaxed: mode == Replay, Now: now, Log: log})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := schema(ctx, db, mode); err != nil {
		return nil, err
	}
	o := &Opened{DB: db, cfg: cfg, base: city}
	if err := o.readKeys(ctx, cfg, mode); err != nil {
		return nil, err
	}
	if o.now, o.log = now, log; now == nil {
		o.now = time.Now
	}
	if o.ground, err = o.groundNow(ctx); err != nil {
		return nil, err
	}
	shaped, _, unknown, err := o.asItLies(ctx, city)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		log.Warn("stored shapes of places that the pack does not know are not used", "codes", unknown)
	}
	o.Engine, err = engine.New(db, shaped, engine.Options{Node: cfg.Node, Keys: o.Keys, Wake: wake, Now: now})
	if err != nil {
		return nil, err
	}
	o.Roster = roster.New(o.Engine)
	if err = desk.New(o.Engine).Reload(ctx, o.now()); err != nil {
		return nil, err
	}
	if err = o.Roster.Reload(ctx, o.now()); err == nil && mode == Serve {
		err = o.begin(ctx, log)
	}
	return o, err
}

func schema(ctx context.Context, db *store.DB, mode Mode) error {
	if mode != Beside {
		return store.Migrate(ctx, db, engine.Migrations())
	}
	pending, err := store.Pending(ctx, db, engine.Migrations())
	if err == nil && len(pending) > 0 {
		return fault.New(fault.Invalid, "database.not_migrated", len(pending))
	}
	return err
}

// readKeys reads the keys and asks that they are those of the database. It
// makes keys only for a database that never had any.
func (o *Opened) readKeys(ctx context.Context, cfg *config.Config, mode Mode) error {
	seen, err := o.look(ctx)
	if err != nil {
		return err
	}
	if seen.city != "" && seen.city != o.base.Root {
		return fault.Field("pack", "database.of_another_city", seen.city, o.base.Root)
	}
	o.Keys, err = ReadKeys(cfg.Keys)
	if fault.Code(err) == "keys.missing" && mode != Beside {
		if seen.used {
			return fault.New(fault.Conflict, "keys.lost", cfg.Keys)
		}
		o.fresh = true
		o.Keys, err = makeKeys(cfg.Keys, cfg.Suite, cfg.Origin)
	}
	if err != nil {
		return err
	}
	suite, origin := o.Keys.Sign.Public().Suite().Name(), o.Keys.Sign.Public().Name()
	if cfg.Said("suite") {
		suite = cfg.Suite
	}
	if cfg.Said("origin") {
		origin = cfg.Origin
	}
	return checkKeys(o.Keys, suite, origin, seen.note)
}

// found is what a database tells of its installation.
type found struct {
	city string // whose it is, "" if nothing tells
	used bool   // it holds what needs keys
	note string // newest checkpoint of the city, "" if there is none
}

// look reads what the database tells of its installation, from the ends of
// indexes, so that it is quick however large the database is.
func (o *Opened) look(ctx context.Context) (found, error) {
	var out found
	err := o.DB.Read(ctx, func(v *store.View) error {
		out = found{}
		for _, table := range [...]string{"inlet_key", "token", "checkpoint"} {
			for _, end := range [...]string{"MIN", "MAX"} {
				var city string
				if err := v.Row(`SELECT COALESCE(` + end + `(district), '') FROM ` + table).Scan(&city); err != nil {
					return err
				}
				if city != "" && (out.city == "" || city != o.base.Root) {
					out.city = city
				}
			}
		}
		var matters int
		if err := v.Row(`SELECT COUNT(*) FROM (SELECT id FROM matter LIMIT 1) AS one`).Scan(&matters); err != nil {
			return err
		}
		out.used = matters > 0 || out.city != ""
		err := v.Row(`SELECT note FROM checkpoint WHERE district = ? ORDER BY size DESC LIMIT 1`, o.base.Root).Scan(&out.note)
		if errors.Is(err, store.ErrNoRow) {
			return nil
		}
		return err
	})
	return out, err
}
