package exchange

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"huying/internal/fault"
)

// rejectColumns are the columns of a reject file: the line of the row in its
// file, its reference, the first fault with its field and arguments, the
// further faults, and the row itself as JSON. The row holds what the file held,
// personal data included.
var rejectColumns = []string{"line", "reference", "code", "field", "args", "more", "row"}

// journal is a file that an import can be resumed with.
type journal interface {
	io.Writer
	io.Seeker
	Truncate(size int64) error
	Sync() error
}

// rejects writes the reject file and knows its length.
type rejects struct {
	file journal // nil if it is not one
	buf  *bufio.Writer
	csv  *csv.Writer
	size int64
}

// openRejects goes on at a length: what was written after it belongs to a chunk
// that is done again. Fault: exchange.rejects_unusable.
func openRejects(w io.Writer, size int64) (*rejects, error) {
	r := &rejects{}
	if w == nil {
		w = io.Discard
	} else {
		r.file = journalOf(w)
	}
	if r.file != nil {
		if err := r.rewind(size); err != nil {
			return nil, err
		}
	} else if size > 0 && w != io.Discard {
		return nil, fault.Field("rejects", "exchange.rejects_unusable")
	}
	r.buf = bufio.NewWriter(io.MultiWriter(w, (*length)(&r.size)))
	r.size = size
	r.csv = csv.NewWriter(r.buf)
	if size > 0 {
		return r, nil
	}
	if err := r.csv.Write(rejectColumns); err != nil {
		return nil, full(err)
	}
	return r, r.flush()
}

// journalOf returns w if it is a file that can be gone back in: not a terminal
// and not a pipe.
func journalOf(w io.Writer) journal {
	f, ok := w.(journal)
	if !ok {
		return nil
	}
	if _, err := f.Seek(0, io.SeekCurrent); err != nil {
		return nil
	}
	return f
}

func (r *rejects) rewind(size int64) error {
	end, err := r.file.Seek(0, io.SeekEnd)
	if err == nil && end < size {
		return fault.Field("rejects", "exchange.rejects_unusable")
	}
	if err == nil {
		err = r.file.Truncate(size)
	}
	if err == nil {
		_, err = r.file.Seek(size, io.SeekStart)
	}
	if err != nil {
		return fault.Field("rejects", "exchange.rejects_unusable").Because(err)
	}
	return nil
}

// length counts bytes.
type length int64

func (n *length) Write(b []byte) (int, error) {
	*n += length(len(b))
	return len(b), nil
}

func (r *rejects) write(it item) error {
	all := fault.All(it.err)
	first := all[0]
	args, err := argsOf(first)
	if err != nil {
		return err
	}
	more := make([]string, 0, len(all))
	for _, e := range all[1:] {
		more = append(more, e.Code+" "+e.Field)
	}
	err = r.csv.Write([]string{
		strconv.FormatInt(it.row.line, 10), harmless(it.reference), first.Code, first.Field, args, strings.Join(more, "; "), it.row.original(),
	})
	if err != nil {
		return full(err)
	}
	return nil
}

func argsOf(e *fault.Error) (string, error) {
	if len(e.Args) == 0 {
		return "[]", nil
	}
	texts := make([]string, len(e.Args))
	for i, a := range e.Args {
		texts[i] = fmt.Sprint(a)
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "", fault.New(fault.Internal, "internal.error").Because(err)
	}
	return string(b), nil
}

// flush makes everything written so far durable.
func (r *rejects) flush() error {
	r.csv.Flush()
	err := r.csv.Error()
	if err == nil {
		err = r.buf.Flush()
	}
	if err == nil && r.file != nil {
		err = r.file.Sync()
	}
	if err != nil {
		return full(err)
	}
	return nil
}

// full is the fault of a file that cannot be written.
func full(err error) error {
	return fault.New(fault.Exhausted, "exchange.file_unwritable").In("file").Because(err)
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
