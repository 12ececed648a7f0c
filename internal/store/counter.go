package store

import (
	"cmp"
	"maps"
	"slices"
)

// CounterKey names one counter: what is counted in a district, for whom (a
// unit, a category, …; may be empty) and on which day (0 for a total that
// belongs to no day). A day is a number of the caller's choice that grows with
// the calendar, such as 20260315.
type CounterKey struct {
	District, Name, Subject string
	Day                     int
}

type increment struct {
	key   CounterKey
	delta int64
}

// Count adds delta to a counter when the command commits; the command itself
// does not see it yet. On SQLite the increments of a whole group are summed in
// memory first; on PostgreSQL every connection adds to its own slot, so that
// commands which count the same thing do not wait for each other.
func (tx *Tx) Count(key CounterKey, delta int64) {
	tx.counts = append(tx.counts, increment{key, delta})
}

// counterTable returns the DDL of the counters. In SQLite a row has a number of
// its own, which the writer remembers, since the way to a row by its number is
// short and so are rows that lie together. In PostgreSQL room in each page
// keeps updates out of the indexes. The index by day is for CounterSubjects;
// adding to a counter that exists touches no index.
func counterTable(d Dialect) string {
	const ddl = `CREATE TABLE IF NOT EXISTS counter (
-- +sqlite
	id INTEGER PRIMARY KEY,
-- +both
	district TEXT NOT NULL,
	name TEXT NOT NULL,
	subject TEXT NOT NULL,
	day INTEGER NOT NULL,
	slot INTEGER NOT NULL,
	n BIGINT NOT NULL,
-- +sqlite
	UNIQUE (district, subject, name, day, slot)
)
-- +postgres
	PRIMARY KEY (district, subject, name, day, slot)
) WITH (fillfactor = 50)
-- +both
;
CREATE INDEX IF NOT EXISTS counter_by_day ON counter (district, name, day, subject)`
	return translate(ddl, d)
}

const addCounter = `INSERT INTO counter (district, name, subject, day, slot, n) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (district, subject, name, day, slot) DO UPDATE SET n = counter.n + excluded.n`

// counterSum is the sum of increments by key.
type counterSum map[CounterKey]int64

func (s counterSum) add(incs []increment) {
	for _, i := range incs {
		s[i.key] += i.delta
	}
}

// flush writes the sums in the order of their keys, so that two transactions
// never wait for each other crosswise.
func (s counterSum) flush(e engine, slot int) error {
	keys := slices.SortedFunc(maps.Keys(s), func(a, b CounterKey) int {
		return cmp.Or(cmp.Compare(a.District, b.District), cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Day, b.Day))
	})
	for _, k := range keys {
		if s[k] == 0 {
			continue
		}
		if err := e.queue(addCounter, []any{k.District, k.Name, k.Subject, k.Day, slot, s[k]}); err != nil {
			return err
		}
	}
	return nil
}

// counterRows knows the numbers of counters in a SQLite file. No row of a
// counter is ever deleted.
type counterRows struct {
	ids   map[CounterKey]int64
	fresh []CounterKey // learnt in the transaction that is open
}

// mostRows bounds the memory; the counters of past days are of no use there.
const mostRows = 1 << 16

const (
	addKnown = `UPDATE counter SET n = n + ? WHERE id = ?`
	addOther = addCounter + ` RETURNING id`
)

// flush writes the sums.
func (c *counterRows) flush(l *liteConn, sums counterSum) error {
	c.fresh = c.fresh[:0]
	if c.ids == nil || len(c.ids) > mostRows {
		c.ids = map[CounterKey]int64{}
	}
	for k, n := range sums {
		if n == 0 {
			continue
		}
		if id, ok := c.ids[k]; ok {
			if err := l.queue(addKnown, []any{n, id}); err != nil {
				return err
			}
			continue
		}
		var id int64
		if err := l.row(addOther, []any{k.District, k.Name, k.Subject, k.Day, 0, n}, []any{&id}); err != nil {
			return err
		}
		c.ids[k] = id
		c.fresh = append(c.fresh, k)
	}
	return nil
}

// undone forgets what the transaction had learnt.
func (c *counterRows) undone() {
	for _, k := range c.fresh {
		delete(c.ids, k)
	}
	c.fresh = c.fresh[:0]
}

const sumCounter = `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM counter
	WHERE district = ? AND name = ? AND subject = ? AND day BETWEEN ? AND ?`

// CounterSum returns the sum of one subject's counter over the days from first
// to last, both included. It reads one range of the primary key.
func CounterSum(q Querier, district, name, subject string, first, last int) (int64, error) {
	var n int64
	err := q.Row(sumCounter, district, name, subject, first, last).Scan(&n)
	return n, err
}

// SubjectCount is the value of a counter for one subject.
type SubjectCount struct {
	Subject string
	N       int64
}

const sumSubjects = `SELECT subject, CAST(SUM(n) AS BIGINT) FROM counter
	WHERE district = ? AND name = ? AND day BETWEEN ? AND ? GROUP BY subject ORDER BY subject`

// CounterSubjects returns the sums of every subject's counter over the days
// from first to last, by subject; subjects without a row in that time are left
// out. It reads the rows of that time only, a few microseconds each. A total
// over all subjects is better counted as a subject of its own, such as "".
func CounterSubjects(q Querier, district, name string, first, last int) ([]SubjectCount, error) {
	return All(q, sumSubjects, func(r Scanner) (c SubjectCount, err error) {
		err = r.Scan(&c.Subject, &c.N)
		return c, err
	}, district, name, first, last)
}

// DayCount is the value of a counter on one day.
type DayCount struct {
	Day int
	N   int64
}

const sumDays = `SELECT day, CAST(SUM(n) AS BIGINT) FROM counter
	WHERE district = ? AND name = ? AND subject = ? AND day BETWEEN ? AND ? GROUP BY day ORDER BY day`

// CounterDays returns one subject's counter day by day from first to last;
// days without a row are left out. It reads one range of the primary key.
func CounterDays(q Querier, district, name, subject string, first, last int) ([]DayCount, error) {
	return All(q, sumDays, func(r Scanner) (c DayCount, err error) {
		err = r.Scan(&c.Day, &c.N)
		return c, err
	}, district, name, subject, first, last)
}
