package frame

import (
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/part"
)

// mostForm bounds a form without files, and mostFiles one with them.
const (
	mostForm  = 1 << 20
	mostFiles = 64 << 20
	inMemory  = 4 << 20
)

// read reads the form once. A form that cannot be read is a fault that Wrong
// tells, with all others.
func (r *Request) read() {
	if r.form {
		return
	}
	r.form = true
	kind, _, err := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type"))
	switch {
	case r.HTTP.Method != http.MethodPost:
		err = r.HTTP.ParseForm()
	case err == nil && kind == "multipart/form-data":
		r.HTTP.Body = http.MaxBytesReader(r.W, r.HTTP.Body, mostFiles)
		err = r.HTTP.ParseMultipartForm(inMemory)
	default:
		r.HTTP.Body = http.MaxBytesReader(r.W, r.HTTP.Body, mostForm)
		err = r.HTTP.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		r.wrong.Add(fault.New(fault.TooLarge, "body.too_large", large.Limit>>20))
	case err != nil:
		r.wrong.Add(fault.New(fault.Invalid, "form.unreadable").Because(err))
	}
}

// Text returns what stands in a field, without blanks around it, "" if the
// field is not there.
func (r *Request) Text(field string) string {
	r.read()
	s := r.HTTP.Form.Get(field)
	if !utf8.ValidString(s) {
		r.Fault(fault.Field(field, "text.not_utf8", field))
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// Texts returns every value of a field that may stand several times.
func (r *Request) Texts(field string) []string {
	r.read()
	var out []string
	for _, s := range r.HTTP.Form[field] {
		if s = strings.TrimSpace(s); s != "" && utf8.ValidString(s) {
			out = append(out, s)
		}
	}
	return out
}

// Bool reports whether a box is ticked, or a button of the value "true" was
// pressed.
func (r *Request) Bool(field string) bool {
	v := r.Text(field)
	return v == "true" || v == "on" || v == "1"
}

// Int returns a whole number; an empty field is 0.
func (r *Request) Int(field string) int {
	v := r.Text(field)
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		r.Fault(fault.Field(field, "form.no_number", v))
	}
	return n
}

// Float returns a number and whether one was given.
func (r *Request) Float(field string) (float64, bool) {
	v := r.Text(field)
	if v == "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil {
		r.Fault(fault.Field(field, "form.no_number", v))
	}
	return x, err == nil
}

// Time returns what a field of date and time holds, in Beijing time; a date
// alone is its midnight. An empty field is the zero time.
func (r *Request) Time(field string) time.Time {
	v := r.Text(field)
	if v == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, v, ident.Zone); err == nil {
			return t
		}
	}
	r.Fault(fault.Field(field, "time.malformed", v))
	return time.Time{}
}

// Civil returns the day that a field of a date holds as a civil day, such as
// 20260331; an empty field is 0.
func (r *Request) Civil(field string) int {
	t := r.Time(field)
	if t.IsZero() {
		return 0
	}
	return part.DayOf(t)
}

// Lines returns the lines of a field that are not empty; a semicolon ends one too.
func (r *Request) Lines(field string) []string {
	var out []string
	for _, l := range strings.FieldsFunc(r.Text(field), func(c rune) bool { return c == '\n' || c == ';' || c == '；' }) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// Fen returns the amount that a field holds in yuan; an empty field is 0.
func (r *Request) Fen(field string) int64 {
	yuan, _ := r.Float(field)
	if math.Abs(yuan) > 1e12 {
		r.Fault(fault.Field(field, "form.no_number", r.Text(field)))
		return 0
	}
	return int64(math.Round(yuan * 100))
}

// File is one file of a form.
type File struct {
	Name string
	Body []byte
}

// Files returns the files of a field, each of at most most bytes. A file that
// is too large is a fault that names it; the others are kept.
func (r *Request) Files(field string, most int64) []File {
	r.read()
	if r.HTTP.MultipartForm == nil {
		return nil
	}
	var out []File
	for _, h := range r.HTTP.MultipartForm.File[field] {
		if h.Size > most {
			r.Fault(fault.Field(field, "evidence.too_large", most>>20))
			continue
		}
		f, err := h.Open()
		if err != nil {
			r.Fault(fault.New(fault.Invalid, "form.unreadable").Because(err))
			continue
		}
		body, err := io.ReadAll(f)
		if err = errors.Join(err, f.Close()); err != nil {
			r.Fault(fault.New(fault.Invalid, "form.unreadable").Because(err))
			continue
		}
		if len(body) > 0 || h.Filename != "" {
			out = append(out, File{h.Filename, body})
		}
	}
	return out
}

// Fault notes that a field is wrong, so that all faults are told together.
func (r *Request) Fault(err error) { r.wrong.Add(err) }

// Wrong returns every fault of the form so far, nil if there is none. A page
// asks after it has read all fields and before it calls a command.
func (r *Request) Wrong() error {
	r.read()
	return r.wrong.Err()
}
