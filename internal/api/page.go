package api

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Page is one page of a list. There is no total: a list may be long, and
// counting it would cost as much as reading it.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Address of the next page; none after the last"`
}

// Paging is how a client asks for a page.
type Paging struct {
	Limit  int    `json:"limit,omitempty" minimum:"1" maximum:"200" doc:"Rows of a page, 50 if not said"`
	Cursor string `json:"cursor,omitempty" maxLength:"200" doc:"Where the page begins, from the address in next"`
}

// size is the number of rows asked for.
func (p Paging) size() int {
	if p.Limit == 0 {
		return 50
	}
	return p.Limit
}

// A cursor is a key of the last row, said as base64url of "list:part/part".
// Clients shall not read it; the name of the list keeps one list's cursor from
// being taken for another's.
func cursor(list string, parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + ":" + strings.Join(parts, "/")))
}

// after reads a cursor of a list back into its parts; nil if there is none.
func (p Paging) after(list string, parts int) ([]string, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	key, ok := strings.CutPrefix(string(b), list+":")
	out := strings.SplitN(key, "/", parts)
	if err != nil || !ok || len(out) != parts {
		return nil, errCursor()
	}
	return out, nil
}

func errCursor() error { return fault.Field("cursor", "page.cursor_malformed") }

// afterID is the cursor of a list by number.
func (p Paging) afterID(list string) (ident.ID, error) {
	parts, err := p.after(list, 1)
	if parts == nil {
		return 0, err
	}
	id, err := ident.ParseNumber(parts[0])
	if err != nil {
		return 0, errCursor()
	}
	return id, nil
}

// afterTime is the cursor of a list by time and number.
func (p Paging) afterTime(list string) (time.Time, ident.ID, error) {
	parts, err := p.after(list, 2)
	if parts == nil {
		return time.Time{}, 0, err
	}
	us, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || us < 0 || us > 1<<55 {
		return time.Time{}, 0, errCursor()
	}
	var id ident.ID
	if parts[1] != "" {
		if id, err = ident.ParseNumber(parts[1]); err != nil {
			return time.Time{}, 0, errCursor()
		}
	}
	if us == 0 {
		return time.Time{}, id, nil
	}
	return time.UnixMicro(us), id, nil
}

// afterMessage is the cursor of a list of messages.
func (p Paging) afterMessage(list string) (dispatch.Message, error) {
	var m dispatch.Message
	parts, err := p.after(list, 4)
	if parts == nil {
		return m, err
	}
	us, err1 := strconv.ParseInt(parts[0], 10, 64)
	id, err2 := ident.ParseNumber(parts[1])
	seq, err3 := strconv.ParseInt(parts[2], 10, 64)
	n, err4 := strconv.ParseInt(parts[3], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || us < 1 || us > 1<<55 {
		return m, errCursor()
	}
	m.At, m.Matter, m.Seq, m.N = time.UnixMicro(us), id, seq, n
	return m, nil
}

func timeKey(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

// next is the address of the page after a cursor.
func (r *request) next(cursor string) string {
	q := r.http.URL.Query()
	q.Set("cursor", cursor)
	return (&url.URL{Path: r.http.URL.Path, RawQuery: q.Encode()}).String()
}

// page makes a page of the rows that a desk gave for a limit.
func page[Row, T any](r *request, rows []Row, limit int, show func(Row) T, key func(Row) string) Page[T] {
	out := Page[T]{Items: make([]T, len(rows))}
	for i, row := range rows {
		out.Items[i] = show(row)
	}
	if limit > 0 && len(rows) == limit {
		out.Next = r.next(key(rows[len(rows)-1]))
	}
	return out
}
