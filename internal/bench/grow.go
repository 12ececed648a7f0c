package bench

import (
	"context"
	"fmt"
	"time"

	"huying/internal/app"
	"huying/internal/demo"
	"huying/internal/engine/index"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/packs"
)

// The city whose lists are read: a played one of seedMatters calls, of which
// every matter is then copied as often as needed.
const (
	seedMatters = 2000
	seedDays    = 30
	seed        = 7
)

// The copies of an id lie in its own second, beyond the numbers of that second
// that were used, and, when the sequence of the second is full, in the seconds
// of an earlier month: 14 bits of sequence are the lowest of an id, and 35 bits
// lie below its day.
const (
	sequences = 1 << 14
	monthBack = (seedDays + 2) << 35
)

// city is a grown city.
type city struct {
	*app.Opened
	size   int
	factor int // how often each matter is there
	base   []original
	step   int // more than every sequence number used within a second
	until  time.Time
	holder string // the unit that holds the most matters
	debtor string // the unit that owes the most answers
	town   string // the town with the most matters
	dir    string
	most   int    // matters it may grow to
	cut    string // why these are fewer than asked
}

// original is one played matter.
type original struct {
	district string
	id       ident.ID
}

// city returns the city that lists and pages are read of, as large as it is by
// now. It is played once for all parts, and left by leave.
func (m *measurement) city(ctx context.Context) (*city, error) {
	if m.grown != nil {
		return m.grown, nil
	}
	dir, err := m.dir("city")
	if err != nil {
		return nil, err
	}
	most, why := m.fits(dir)
	c, err := m.play(ctx, dir, most)
	if c != nil {
		c.dir, c.most, c.cut = dir, most, why
		m.grown = c
	}
	return c, err
}

// leave closes the city, so that another process may open it.
func (m *measurement) leave() error {
	c := m.grown
	m.grown = nil
	if c == nil {
		return nil
	}
	return c.Close()
}

// play plays the city that is then copied.
func (m *measurement) play(ctx context.Context, dir string, most int) (*city, error) {
	m.Tell("play", min(seedMatters, most))
	o, err := m.open(ctx, dir, app.Replay)
	if err != nil {
		return nil, err
	}
	c := &city{Opened: o, factor: 1, until: time.Now().UTC().Truncate(time.Second)}
	_, err = demo.Run(ctx, o.DB, o.Engine.City(), o.Keys, packs.FS, demo.Options{
		Seed: seed, Matters: min(seedMatters, most), Days: seedDays, Until: c.until,
	})
	if err == nil {
		err = c.look(ctx)
	}
	return c, err
}

// look reads what was played.
func (c *city) look(ctx context.Context) error {
	return c.DB.Read(ctx, func(v *store.View) (err error) {
		c.base, err = store.All(v, `SELECT district, id FROM matter ORDER BY district, id`, func(r store.Scanner) (original, error) {
			var x original
			var id int64
			err := r.Scan(&x.district, &id)
			x.id = ident.ID(id)
			return x, err
		})
		if err != nil {
			return err
		}
		c.size = len(c.base)
		if len(c.base) == 0 {
			return fmt.Errorf("bench: the played city has no matters")
		}
		var used int
		err = v.Row(`SELECT MAX(id & ?) FROM (SELECT id FROM matter UNION ALL SELECT id FROM orders) AS made`, sequences-1).Scan(&used)
		if err != nil {
			return err
		}
		for c.step = 1; c.step <= used; c.step *= 2 { // a power of two, so that a second is filled evenly
		}
		for query, into := range map[string]*string{
			`SELECT holder FROM matter WHERE holder <> '' GROUP BY holder ORDER BY COUNT(*) DESC, holder LIMIT 1`: &c.holder,
			`SELECT debtor FROM orders WHERE open = 1 GROUP BY debtor ORDER BY COUNT(*) DESC, debtor LIMIT 1`:     &c.debtor,
			`SELECT town FROM matter WHERE town <> '' GROUP BY town ORDER BY COUNT(*) DESC, town LIMIT 1`:         &c.town,
		} {
			if err := v.Row(query).Scan(into); err != nil {
				return err
			}
		}
		return nil
	})
}

// The copies of one matter, and of its orders: those from one number to
// another.
const (
	copyIDs     = `WITH RECURSIVE copy (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < ?), shift (d) AS (SELECT n % ? * ? - n / ? * ? FROM copy) `
	copyMatters = copyIDs + `INSERT INTO matter (district, id, town, community, grid, status, kind, category, urgency, source, desk, holder,
		lon, lat, received_at, closed_at, next_at, text, doc, rev, head, sealed)
		SELECT district, id + d, town, community, grid, status, kind, category, urgency, source, desk, holder,
		lon, lat, received_at, closed_at, next_at, text, doc, rev, head, sealed FROM shift, matter WHERE district = ? AND id = ?`
	copyOrders = copyIDs + `INSERT INTO orders (district, id, matter, kind, role, status, creditor, debtor, due_at, colour, open, doc)
		SELECT district, id + d, matter + d, kind, role, status, creditor, debtor, due_at, colour, open, doc
		FROM shift, orders WHERE district = ? AND matter = ?`
	copyMarks = copyIDs + `INSERT INTO mark (district, matter, kind, ord, town, unit, about, at, due_at, n)
		SELECT district, matter + d, kind, CASE WHEN ord = 0 THEN 0 ELSE ord + d END, town, unit, about, at, due_at, n
		FROM shift, mark WHERE district = ? AND matter = ?`
)

// growBatch is how many matters are copied in one command, about.
const growBatch = 2000

// grow copies the played matters until there are about so many, with their
// orders and their figures. The rows are those of real matters; only the
// ledger behind the copies is missing, which no list reads.
func (m *measurement) grow(ctx context.Context, c *city, to int) error {
	factor, within := to/len(c.base), sequences/c.step
	if factor <= c.factor {
		return nil
	}
	each := max(growBatch/(factor-c.factor), 1)
	for i := 0; i < len(c.base); i += each {
		list := c.base[i:min(i+each, len(c.base))]
		err := c.DB.Write(ctx, "grow", func(tx *store.Tx) error {
			for _, x := range list {
				for _, query := range [...]string{copyMatters, copyOrders, copyMarks} {
					if _, err := tx.Exec(query, c.factor, factor, within, c.step, within, int64(monthBack), x.district, int64(x.id)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		m.Tell("grow", i*factor, len(c.base)*factor)
	}
	err := c.DB.Write(ctx, "grow", func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE counter SET n = n * ? / ?`, factor, c.factor)
		return err
	})
	if err != nil {
		return err
	}
	c.factor, c.size = factor, len(c.base)*factor
	return m.index(ctx, c)
}

// index brings the index up to date: of what was played from the ledger, as in
// life, and of the copies by their ids.
func (m *measurement) index(ctx context.Context, c *city) error {
	for n := 1; n > 0; {
		var err error
		if n, err = index.Step(ctx, c.DB, growBatch); err != nil {
			return err
		}
	}
	last, done := int64(0), 0
	for {
		next, err := index.Sweep(ctx, c.DB, last, growBatch)
		if err != nil || next == 0 {
			return err
		}
		last, done = next, done+growBatch
		m.Tell("index", min(done, c.size), c.size)
	}
}
