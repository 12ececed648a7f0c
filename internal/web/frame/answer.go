package frame

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"huying/internal/fault"
	"huying/internal/web/part"
)

// Page answers with a whole page: content in the frame, under a title. here
// is the ID of the entry of the navigation that it belongs to.
func (r *Request) Page(title, here string, content templ.Component) error {
	return r.write(http.StatusOK, layout(r, title, here, content))
}

// Bare answers with a page of its own, without navigation: the wall, signing
// in, what is printed. kind becomes a class of its body.
func (r *Request) Bare(title, kind string, content templ.Component) error {
	return r.write(http.StatusOK, bare(r, title, kind, content))
}

// Top lets the window show the top of what the answer puts in place: what was
// chosen in a list is read from its beginning.
func (r *Request) Top() { r.W.Header().Set("HX-Reswap", "innerHTML show:window:top") }

// Part answers with a part of a page, for the element that asked.
func (r *Request) Part(content templ.Component) error { return r.write(http.StatusOK, content) }

// Parts answers with several parts: the first for the element that asked, the
// others, which name their places with hx-swap-oob, for theirs.
func (r *Request) Parts(content ...templ.Component) error {
	return r.write(http.StatusOK, templ.Join(content...))
}

// Says tells the reader what has happened, in a line that fades. It must be
// called before the answer is written.
func (r *Request) Says(key string, args ...any) { r.trigger("says", r.T(key, args...)) }

// Happens lets an event happen in the browser once the answer has arrived. It
// must be called before the answer is written.
func (r *Request) Happens(event string) { r.trigger(event, "") }

// trigger lets an event happen in the browser once the answer has arrived.
// The header must be ASCII, so everything else is escaped.
func (r *Request) trigger(event string, detail any) {
	all := map[string]any{}
	if had := r.W.Header().Get("HX-Trigger"); had != "" {
		if err := json.Unmarshal([]byte(had), &all); err != nil {
			r.logged = err
		}
	}
	all[event] = map[string]any{"value": detail}
	body, err := json.Marshal(all)
	if err != nil {
		r.logged = err
		return
	}
	r.W.Header().Set("HX-Trigger", ascii(body))
}

func ascii(body []byte) string {
	var b strings.Builder
	for _, c := range string(body) {
		if c < 0x80 {
			b.WriteRune(c)
			continue
		}
		for _, u := range utf16of(c) {
			b.WriteString(`\u` + strconv.FormatUint(uint64(u)+0x10000, 16)[1:])
		}
	}
	return b.String()
}

// Go sends the reader to another page of ours after an act.
func (r *Request) Go(path string) error {
	if r.Partial() {
		r.W.Header().Set("HX-Redirect", path)
		r.status = http.StatusNoContent
		r.W.WriteHeader(r.status)
		return nil
	}
	r.status = http.StatusSeeOther
	http.Redirect(r.W, r.HTTP, path, r.status)
	return nil
}

// Reload lets the page that asked load itself anew.
func (r *Request) Reload() error {
	r.W.Header().Set("HX-Refresh", "true")
	r.status = http.StatusNoContent
	r.W.WriteHeader(r.status)
	return nil
}

// Blob answers with a file. A name makes browsers keep it rather than show it.
func (r *Request) Blob(media, name string, body []byte) error {
	h := r.W.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if name != "" {
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	}
	r.status = http.StatusOK
	r.W.WriteHeader(r.status)
	return r.sent(r.W.Write(body))
}

// Harmless keeps a word from being run as a formula by the program that opens
// the file.
func Harmless(word string) string {
	if word != "" && strings.ContainsRune("=+-@\t\r\n", rune(word[0])) {
		return "'" + word
	}
	return word
}

func (r *Request) sent(_ int, err error) error {
	if err != nil {
		return errors.Join(errGone, err)
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant that gzip knows
	}
	return z
}}

// least is the size from which packing is worth its time.
const least = 1400

// write renders into a buffer first, so that a page that fails half way is an
// error page and not half a page.
func (r *Request) write(status int, content templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer) // the pool holds nothing else
	defer func() { buf.Reset(); buffers.Put(buf) }()
	if err := content.Render(r.Ctx, buf); err != nil {
		return err
	}
	h := r.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding, HX-Request, Cookie")
	r.status = status
	if buf.Len() < least || !strings.Contains(r.HTTP.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Length", strconv.Itoa(buf.Len()))
		r.W.WriteHeader(status)
		return r.sent(r.W.Write(buf.Bytes()))
	}
	h.Set("Content-Encoding", "gzip")
	r.W.WriteHeader(status)
	z := packers.Get().(*gzip.Writer) // the pool holds nothing else
	defer packers.Put(z)
	z.Reset(r.W)
	_, err := z.Write(buf.Bytes())
	return r.sent(0, errors.Join(err, z.Close()))
}

// statuses is how a kind of fault is answered.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity, fault.Unknown: http.StatusUnauthorized,
	fault.Denied: http.StatusForbidden, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Busy: http.StatusServiceUnavailable, fault.Exhausted: http.StatusInsufficientStorage,
}

// fail tells what went wrong. A part that was asked for becomes a notice that
// leaves the form and all that was typed in it as it is; a page becomes a page
// that says what to do. What is ours to mend is logged and not told.
func (r *Request) fail(err error) {
	if errors.Is(err, errGone) {
		r.logged = err
		return
	}
	if err := r.tell(r.Faults(err)); err != nil {
		r.logged = errors.Join(r.logged, err)
	}
}

// Beside puts more below the faults that a form is answered with: what has
// happened, and fields by which it can be sent again.
func (r *Request) Beside(c templ.Component) { r.beside = c }

// Faults returns what a reader is told of an error. What is ours to mend is
// logged and told as no more than that.
func (r *Request) Faults(err error) []*fault.Error {
	all := fault.All(err)
	if all[0].Kind != fault.Internal {
		return all
	}
	r.logged = errors.Join(r.logged, err)
	return []*fault.Error{fault.New(fault.Internal, "internal.error")}
}

func (r *Request) tell(all []*fault.Error) error {
	first := all[0]
	status := statuses[first.Kind]
	if first.Kind == fault.Unknown && r.Partial() && r.Route.Gate != Open {
		r.trigger("signin", r.Lang.Error(first)) // the page stays with all that was typed, and asks to sign in again on top of it
	}
	switch {
	case first.Kind == fault.Unknown && !r.Partial() && r.Route.Gate != Open && r.HTTP.Method == http.MethodGet:
		return r.Go("/signin?next=" + url.QueryEscape(r.HTTP.URL.RequestURI()))
	case first.Code == "session.post_missing" && !r.Partial() && r.HTTP.Method == http.MethodGet:
		return r.Go("/post?next=" + url.QueryEscape(r.HTTP.URL.RequestURI()))
	case r.Partial():
		r.W.Header().Set("HX-Reswap", "innerHTML")
		r.W.Header().Set("HX-Retarget", "#faults")
		if form := r.HTTP.Header.Get("X-Form"); form != "" && safeID(form) {
			r.W.Header().Set("HX-Retarget", "#"+form+" .faults")
		}
		content := part.Faults(r.View, all, r.id)
		if r.beside != nil {
			content = templ.Join(content, r.beside)
		}
		return r.write(status, content)
	}
	return r.write(status, layout(r, r.T("fault.title"), "", wrongPage(r, all, status)))
}

// safeID reports whether a word from outside can stand in a selector.
func safeID(s string) bool {
	return len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// Same answers that nothing has changed since the reader last asked.
func (r *Request) Same() error {
	r.status = http.StatusNoContent
	r.W.WriteHeader(r.status)
	return nil
}

// Ready is a part that was rendered once for many, plain and packed.
type Ready struct{ plain, packed []byte }

// Prepare renders a part that will be answered many times.
func Prepare(ctx context.Context, content templ.Component) (*Ready, error) {
	var plain, packed bytes.Buffer
	if err := content.Render(ctx, &plain); err != nil {
		return nil, err
	}
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(plain.Bytes()); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return &Ready{plain.Bytes(), packed.Bytes()}, nil
}

// Ready answers with a part that was prepared.
func (r *Request) Ready(p *Ready) error {
	h := r.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding, HX-Request, Cookie")
	body := p.plain
	if len(body) >= least && strings.Contains(r.HTTP.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = p.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	r.status = http.StatusOK
	r.W.WriteHeader(r.status)
	return r.sent(r.W.Write(body))
}
