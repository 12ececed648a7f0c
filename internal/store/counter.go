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

// counterTable returns the DDL of the counters. In SQLite the row lives in the
// index of its key, in which the subject comes before the name: a command
// counts several things about one subject, and these share a page. In
// PostgreSQL room in each page keeps updates out of the indexes. The index by
// day is for CounterSubjects; adding to a counter that exists does not touch
// it.
func counterTable(d Dialect) string {
	const ddl = `CREATE TABLE IF NOT EXISTS counter (
	district TEXT NOT NULL,
	name TEXT NOT NULL,
	subject TEXT NOT NULL,
	day INTEGER NOT NULL,
	slot INTEGER NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (district, subject, name, day, slot)
)`
	const index = `;
CREATE INDEX IF NOT EXISTS counter_by_day ON counter (district, name, day, subject)`
	if d == Postgres {
		return ddl + " WITH (fillfactor = 50)" + index
	}
	return ddl + " WITHOUT ROWID" + index
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
