package api

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"huying/internal/api/shape"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/wire"
)

// maxBody bounds a JSON body, in bytes.
const maxBody = 1 << 20

// request is one request on its way through an operation.
type request struct {
	s      *server
	route  *Route
	ctx    context.Context
	w      http.ResponseWriter
	http   *http.Request
	id     string
	client netip.Addr
	now    time.Time
	actor  access.Actor

	status int // of the answer, 0 until there is one
	logged error
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read reads the operation's input.
func (r *request) read(s *shape.Shape, into any) error {
	if r.http.Method != http.MethodPost || r.route.raw {
		q, err := url.ParseQuery(r.http.URL.RawQuery)
		if err != nil {
			return fault.New(fault.Invalid, "request.address_malformed").Because(err)
		}
		return s.ReadQuery(q, into)
	}
	if r.http.URL.RawQuery != "" {
		if err := noQuery.ReadQuery(r.http.URL.Query(), &none{}); err != nil {
			return err
		}
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := r.body(buf, maxBody); err != nil {
		return err
	}
	if buf.Len() == 0 { // a command that needs no input needs no body
		return s.Read([]byte("{}"), into)
	}
	if err := jsonMedia(r.http.Header.Get("Content-Type")); err != nil {
		return err
	}
	return s.Read(buf.Bytes(), into) // strings are copied out of the buffer
}

// noQuery is the shape of an address without parameters.
var noQuery = &shape.Shape{}

// body reads the whole body, at most so many bytes.
func (r *request) body(buf *bytes.Buffer, most int64) error {
	if r.http.ContentLength > most {
		return fault.New(fault.TooLarge, "body.too_large", most>>20)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(r.w, r.http.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "body.too_large", most>>20)
	case err != nil:
		return fault.New(fault.Invalid, "body.broken_off").Because(err)
	}
	return nil
}

// jsonMedia asks that a body says it is JSON, or says nothing.
func jsonMedia(contentType string) error {
	if contentType == "" || contentType == "application/json" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return fault.New(fault.Invalid, "body.not_json", short(contentType))
	}
	return nil
}

// number reads the number in the path.
func (r *request) number() (ident.ID, error) { return ident.ParseNumber(r.http.PathValue("no")) }

// command is the command that the request asks for and the number it is about:
// If-Match is the revision the actor saw, Idempotency-Key makes it happen once.
func (r *request) command() (engine.Command, ident.ID, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return cmd, 0, err
	}
	no, err := r.number()
	return cmd, no, err
}

func (r *request) commandOnly() (engine.Command, error) {
	cmd := engine.Command{Actor: r.actor, Key: r.http.Header.Get("Idempotency-Key")}
	if !printable(cmd.Key) {
		return cmd, fault.Field("Idempotency-Key", "request.header_malformed", "Idempotency-Key")
	}
	if cmd.Key != "" && r.actor.Kind == access.Caller { // callers share a name, never a key
		cmd.Key = ident.ID(r.actor.Matter).Number() + "/" + cmd.Key
	}
	match := r.http.Header.Get("If-Match")
	if match == "" || match == "*" {
		return cmd, nil
	}
	rev, err := strconv.ParseInt(strings.Trim(match, `"`), 10, 64)
	if err != nil || rev < 1 || etag(rev) != match {
		return cmd, fault.Field("If-Match", "request.header_malformed", "If-Match")
	}
	cmd.Rev = rev
	return cmd, nil
}

func etag(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }

// printable reports whether s is visible ASCII.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// short keeps a wrong word that is quoted back from filling the screen.
func short(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// file is an answer that is no JSON.
type file struct {
	media string
	body  []byte
	// download says that a browser keeps it instead of showing it.
	download string
}

// answer writes the output of an operation.
func (r *request) answer(out any) error {
	if r.status == 0 {
		r.status = r.route.status
	}
	h := r.w.Header()
	switch out := out.(type) {
	case none:
		r.w.WriteHeader(r.status)
		return nil
	case file:
		h.Set("Content-Type", out.media)
		if out.download != "" {
			h.Set("Content-Disposition", `attachment; filename="`+out.download+`"`)
		}
		return r.send(out.body)
	case versioned:
		tag := etag(out.revision())
		h.Set("ETag", tag)
		if r.http.Method == http.MethodGet && r.http.Header.Get("If-None-Match") == tag {
			r.status = http.StatusNotModified
			r.w.WriteHeader(r.status)
			return nil
		}
	}
	return r.json("application/json", out)
}

// versioned is an output with the revision of what it shows.
type versioned interface{ revision() int64 }

// json writes v, built whole before the first byte is sent.
func (r *request) json(media string, v any) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	body, err := wire.AppendAny(buf.AvailableBuffer(), v)
	if err != nil {
		r.status = 0
		return err
	}
	_, _ = buf.Write(append(body, '\n')) // it keeps the memory for the next answer, and never fails
	r.w.Header().Set("Content-Type", media)
	return r.send(buf.Bytes())
}

func (r *request) send(body []byte) error {
	r.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	r.w.WriteHeader(r.status)
	if r.http.Method == http.MethodHead {
		return nil
	}
	if _, err := r.w.Write(body); err != nil {
		return errors.Join(errGone, err)
	}
	return nil
}

// errGone says that the client went away before it had its answer.
var errGone = errors.New("the client is gone")
