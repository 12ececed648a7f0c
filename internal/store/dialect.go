package store

import (
	"strconv"
	"strings"
	"sync"
)

// Dialect names the SQL engine behind a DB.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota
	Postgres
)

// String returns the name that migration directives use.
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// bindings keeps each distinct text with its ?-placeholders rewritten to $n.
// Statements are constants of the program, so it stops growing.
type bindings struct{ texts sync.Map }

func (b *bindings) of(query string) string {
	if v, ok := b.texts.Load(query); ok {
		return v.(string)
	}
	text := bind(query)
	b.texts.Store(query, text)
	return text
}

// bind rewrites the ?-placeholders of query to $1, $2, … and leaves quoted text
// and line comments alone.
func bind(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var out strings.Builder
	n := 0
	for i := 0; i < len(query); {
		end := i + 1
		switch c := query[i]; {
		case c == '\'' || c == '"':
			end = after(query, i+1, string(c))
		case strings.HasPrefix(query[i:], "--"):
			end = after(query, i+2, "\n")
		case c == '?':
			n++
			out.WriteString("$" + strconv.Itoa(n))
			i = end
			continue
		}
		out.WriteString(query[i:end])
		i = end
	}
	return out.String()
}

// after returns the index behind the first mark at or behind from.
func after(s string, from int, mark string) int {
	if at := strings.Index(s[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(s)
}

// Marks returns n comma-separated placeholders for an IN list. The statement
// cache keeps one text for each n, so callers pad long lists to few sizes by
// repeating the last value.
func Marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
