// Package audit is the desk of auditors: which post did what when, who read
// personal data and for what purpose, and the signed checkpoints of the log.
// It shows acts and hashes, never what a matter says or who called: an auditor
// sees no business data. It changes nothing.
package audit

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk answers queries. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e: e} }

// Entry is one act as the ledger keeps it, without what it was about in words.
type Entry struct {
	District string
	Matter   ident.ID
	Seq      int64
	At       time.Time
	Actor    string // post
	Unit     string
	Act      string
	Subject  string // number of the order, or of the matter
	Hash     []byte
}

// Filter narrows a search. Empty fields narrow nothing.
type Filter struct {
	No       ident.ID // a matter
	District string
	Actor    string
	Unit     string
	Act      string
	From, To time.Time // the first is included, the second is not
}

// Key is where a search goes on: after the entry of these. The zero Key begins.
type Key struct {
	District string
	Matter   ident.ID
	Seq      int64
}

// examined is how many entries one search looks at before it says where to go
// on: an act has no index of its own, which every act of every day would pay
// for, so that a search may find nothing in a stretch and goes on after it.
const examined = 20_000

// most is the most entries one page shows.
const most = 200

// Entries returns what a filter finds, district by district and the newest
// matter first, and where to go on; a zero key means that all was searched.
// Faults: access.denied, place.unknown.
func (d *Desk) Entries(ctx context.Context, actor access.Actor, f Filter, after Key, limit int) ([]Entry, Key, error) {
	districts, err := d.districts(actor, access.ReadLedger, f.District)
	if err != nil {
		return nil, Key{}, err
	}
	if limit < 1 || limit > most {
		limit = most
	}
	if f.No != 0 {
		out, err := d.ofMatter(ctx, districts, f)
		return out, Key{}, err
	}
	return d.search(ctx, districts, f, after, limit)
}

const selectEntries = `SELECT district, matter, seq, at, actor, unit, act, subject, hash FROM ledger WHERE district = ?`

func scanEntry(r store.Scanner) (Entry, error) {
	var x Entry
	var id, at int64
	err := r.Scan(&x.District, &id, &x.Seq, &at, &x.Actor, &x.Unit, &x.Act, &x.Subject, &x.Hash)
	x.Matter, x.At = ident.ID(id), time.UnixMicro(at).UTC()
	return x, err
}

// ofMatter returns the entries of one matter, in their order.
func (d *Desk) ofMatter(ctx context.Context, districts []string, f Filter) ([]Entry, error) {
	var out []Entry
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for _, district := range districts {
			rows, err := store.All(v, selectEntries+` AND matter = ? ORDER BY seq LIMIT 2000`, scanEntry, district, int64(f.No))
			if err != nil {
				return err
			}
			out = append(out, rows...)
		}
		return nil
	})
	return slices.DeleteFunc(out, func(x Entry) bool { return !f.finds(x) }), err
}

// search walks the entries from a key on until a page is full or enough was
// looked at.
func (d *Desk) search(ctx context.Context, districts []string, f Filter, after Key, limit int) (out []Entry, next Key, err error) {
	left := examined
	for _, district := range districts {
		if after.District != "" && district < after.District {
			continue
		}
		from := Key{District: district, Matter: 1<<63 - 1}
		if district == after.District {
			from = after
		}
		rows, err := d.stretch(ctx, from, left)
		if err != nil {
			return nil, Key{}, err
		}
		for _, x := range rows {
			next = Key{x.District, x.Matter, x.Seq}
			if !f.finds(x) {
				continue
			}
			if out = append(out, x); len(out) == limit {
				return out, next, nil
			}
		}
		if left -= len(rows); left <= 0 {
			return out, next, nil
		}
	}
	return out, Key{}, nil
}

const selectStretch = selectEntries + ` AND (matter, seq) < (?, ?) ORDER BY matter DESC, seq DESC LIMIT ?`

// stretch returns the next entries of a district, the newest first.
func (d *Desk) stretch(ctx context.Context, from Key, n int) (out []Entry, err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectStretch, scanEntry, from.District, int64(from.Matter), from.Seq, n)
		return err
	})
	return out, err
}

func (f Filter) finds(x Entry) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	return is(f.Actor, x.Actor) && is(f.Unit, x.Unit) && is(f.Act, x.Act) &&
		(f.From.IsZero() || !x.At.Before(f.From)) && (f.To.IsZero() || x.At.Before(f.To))
}

// districts returns the districts an actor may ask about, all or the one that
// was named, in order.
func (d *Desk) districts(actor access.Actor, action access.Action, named string) ([]string, error) {
	tree := d.e.City().Territory
	var out []string
	for p := range tree.All() {
		if p.Kind.Rank() != territory.District.Rank() || named != "" && p.Code != named {
			continue
		}
		if access.Allow(actor, action, access.Subject{Place: tree.Address(p.Code)}) == nil {
			out = append(out, p.Code)
		}
	}
	switch {
	case len(out) > 0:
		slices.Sort(out)
		return out, nil
	case named != "" && len(access.Scopes(actor, action)) > 0:
		return nil, fault.Field("district", "place.unknown", named)
	}
	return nil, fault.New(fault.Denied, "access.denied", string(action))
}

// Reading is one reading of personal data.
type Reading struct {
	District string
	ID       int64
	At       time.Time
	Actor    string
	Purpose  string
	Matter   ident.ID
	Fields   string
}

// Readings returns who read personal data, district by district and the newest
// first, after the reading of a district and id; "" begins.
func (d *Desk) Readings(ctx context.Context, actor access.Actor, district string, after Reading, limit int) ([]Reading, error) {
	districts, err := d.districts(actor, access.ReadAccessLog, district)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > most {
		limit = most
	}
	var out []Reading
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for _, code := range districts {
			if after.District != "" && code < after.District || len(out) == limit {
				continue
			}
			before := int64(1<<63 - 1)
			if code == after.District {
				before = after.ID
			}
			rows, err := store.All(v, selectReadings, scanReading, code, before, limit-len(out))
			if err != nil {
				return err
			}
			out = append(out, rows...)
		}
		return nil
	})
	return out, err
}

const selectReadings = `SELECT district, id, at, actor, purpose, matter, fields FROM access_log WHERE district = ? AND id < ? ORDER BY id DESC LIMIT ?`

// ReadingsOf counts the readings of personal data on the civil day of an instant.
func (d *Desk) ReadingsOf(ctx context.Context, actor access.Actor, day time.Time) (n int64, err error) {
	districts, err := d.districts(actor, access.ReadAccessLog, "")
	if err != nil {
		return 0, err
	}
	first, last := ident.DayRange(day)
	args := make([]any, 0, len(districts)+2)
	for _, code := range districts {
		args = append(args, code)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COUNT(*) FROM access_log WHERE district IN (`+store.Marks(len(districts))+`) AND id >= ? AND id <= ?`, append(args, int64(first), int64(last))...).Scan(&n)
	})
	return n, err
}

func scanReading(r store.Scanner) (Reading, error) {
	var x Reading
	var at, id int64
	err := r.Scan(&x.District, &x.ID, &at, &x.Actor, &x.Purpose, &id, &x.Fields)
	x.At, x.Matter = time.UnixMicro(at).UTC(), ident.ID(id)
	return x, err
}

// Checkpoint is one signed state of the log.
type Checkpoint struct {
	Size int64
	At   time.Time
	Root []byte
	Note string // as it is published
}

// Checkpoints returns the signed checkpoints, the newest first, from the one
// smaller than a size on; 0 begins.
func (d *Desk) Checkpoints(ctx context.Context, actor access.Actor, before int64, limit int) ([]Checkpoint, error) {
	if len(access.Scopes(actor, access.ReadLedger)) == 0 {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ReadLedger))
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	if limit < 1 || limit > most {
		limit = most
	}
	var out []Checkpoint
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT size, at, root, note FROM checkpoint WHERE district = ? AND size < ? ORDER BY size DESC LIMIT ?`,
			func(r store.Scanner) (Checkpoint, error) {
				var c Checkpoint
				var at int64
				err := r.Scan(&c.Size, &at, &c.Root, &c.Note)
				c.At = time.UnixMicro(at).UTC()
				return c, err
			}, d.e.City().Root, before, limit)
		return err
	})
	return out, err
}
