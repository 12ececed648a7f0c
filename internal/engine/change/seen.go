package change

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"huying/internal/store"
)

// Seen says which entries of the ledger a view sees.
type Seen struct {
	below int64   // every entry below
	until int64   // and of those below until
	but   []int64 // all but these
}

// Sees returns what a view sees.
func Sees(q store.Querier) (Seen, error) {
	if q.Dialect() == store.Postgres {
		var text string
		if err := q.Row(`SELECT pg_current_snapshot()::text`).Scan(&text); err != nil {
			return Seen{}, err
		}
		return ParseSeen(text)
	}
	end, err := End(q)
	return Seen{below: end.Tx + 1, until: end.Tx + 1}, err
}

// Has reports whether an entry is among those seen.
func (s Seen) Has(p Position) bool {
	return p.Tx < s.below || p.Tx < s.until && !slices.Contains(s.but, p.Tx)
}

// From returns a position that no unseen entry is before.
func (s Seen) From() Position { return Position{s.below - 1, math.MaxInt64, math.MaxInt64} }

// String writes what ParseSeen reads.
func (s Seen) String() string {
	but := make([]string, len(s.but))
	for i, n := range s.but {
		but[i] = strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(s.below, 10) + ":" + strconv.FormatInt(s.until, 10) + ":" + strings.Join(but, ",")
}

// ParseSeen reads what String, or PostgreSQL, wrote.
func ParseSeen(text string) (s Seen, err error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return s, errors.New("change: what was seen is malformed: " + text)
	}
	var errs [2]error
	s.below, errs[0] = strconv.ParseInt(parts[0], 10, 64)
	s.until, errs[1] = strconv.ParseInt(parts[1], 10, 64)
	if err := errors.Join(errs[:]...); err != nil {
		return s, err
	}
	if parts[2] == "" {
		return s, nil
	}
	for part := range strings.SplitSeq(parts[2], ",") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return s, err
		}
		s.but = append(s.but, n)
	}
	return s, nil
}

// Of returns the SELECT of the entries of one matter in their order: position,
// instant and payload. Its arguments are the district and the matter.
func Of(q store.Querier) string {
	key := `rowid`
	if q.Dialect() == store.Postgres {
		key = `tx`
	}
	return `SELECT ` + key + `, matter, seq, at, payload FROM ledger WHERE district = ? AND matter = ? ORDER BY seq`
}
