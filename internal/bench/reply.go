package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// The bounds of an answer, in bytes.
const (
	maxHead = 16 << 10
	maxBody = 256 << 10
)

// replies reads HTTP/1.1 answers from one connection on which a single request
// is under way at a time. It takes what a well-behaved server sends to a
// well-behaved client, a Content-Length and nothing after it, and where it is told so chunks, and calls
// everything else an error: a lenient reader would measure answers it has not
// understood.
type replies struct {
	src    io.Reader
	buf    []byte // what has been read of the current answer
	chunks bool   // a body may come in chunks
}

var errReply = errors.New("bench: not the answer that was expected")

// next reads one answer. The body is valid until the next call.
func (r *replies) next() (status int, body []byte, err error) {
	r.buf = r.buf[:0]
	end := -1
	for end < 0 {
		if len(r.buf) > maxHead {
			return 0, nil, fmt.Errorf("%w: the head is too long", errReply)
		}
		seen := max(len(r.buf)-3, 0)
		if err := r.fill(); err != nil {
			return 0, nil, err
		}
		if i := bytes.Index(r.buf[seen:], []byte("\r\n\r\n")); i >= 0 {
			end = seen + i + 4
		}
	}
	status, length, err := parseHead(r.buf[:end-2], r.chunks)
	if err != nil {
		return 0, nil, err
	}
	if length == inChunks {
		body, err = r.join(end)
		return status, body, err
	}
	for len(r.buf) < end+length {
		if err := r.fill(); err != nil {
			return 0, nil, err
		}
	}
	if len(r.buf) > end+length {
		return 0, nil, fmt.Errorf("%w: %d bytes after the body", errReply, len(r.buf)-end-length)
	}
	return status, r.buf[end:], nil
}

// join reads a body in chunks that begins at an offset, and joins them in place.
func (r *replies) join(from int) ([]byte, error) {
	at, end := from, from
	for {
		size, next, err := r.chunk(at)
		if err != nil {
			return nil, err
		}
		if end-from+size > maxBody {
			return nil, fmt.Errorf("%w: the body is too long", errReply)
		}
		for len(r.buf) < next+size+2 {
			if err := r.fill(); err != nil {
				return nil, err
			}
		}
		after := next + size + 2
		if string(r.buf[after-2:after]) != "\r\n" {
			return nil, fmt.Errorf("%w: a chunk does not end where it should", errReply)
		}
		if size == 0 {
			if len(r.buf) > after {
				return nil, fmt.Errorf("%w: %d bytes after the body", errReply, len(r.buf)-after)
			}
			return r.buf[from:end], nil
		}
		end += copy(r.buf[end:], r.buf[next:next+size])
		at = after
	}
}

// chunk reads the size of the chunk at an offset, and where its bytes begin.
func (r *replies) chunk(at int) (size, next int, err error) {
	for {
		line, _, whole := bytes.Cut(r.buf[at:], []byte("\r\n"))
		if len(line) > 8 {
			return 0, 0, fmt.Errorf("%w: chunk %.20q", errReply, line)
		}
		if whole {
			n, err := strconv.ParseUint(string(line), 16, 31)
			if err != nil || n > maxBody {
				return 0, 0, fmt.Errorf("%w: chunk %.20q", errReply, line)
			}
			return int(n), at + len(line) + 2, nil
		}
		if err := r.fill(); err != nil {
			return 0, 0, err
		}
	}
}

// fill reads what there is.
func (r *replies) fill() error {
	if cap(r.buf)-len(r.buf) < 1024 {
		r.buf = append(make([]byte, 0, 2*cap(r.buf)+4096), r.buf...)
	}
	n, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if n > 0 {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// inChunks is the length of a body that is told chunk by chunk.
const inChunks = -2

// parseHead reads the status and the length of the body, which is inChunks only
// where chunks are taken. Every line of head ends with CRLF.
func parseHead(head []byte, chunks bool) (status, length int, err error) {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if len(line) < 12 || string(line[:9]) != "HTTP/1.1 " || len(line) > 12 && line[12] != ' ' {
		return 0, 0, fmt.Errorf("%w: status line %.60q", errReply, line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil || status < 200 || status > 599 {
		return 0, 0, fmt.Errorf("%w: status line %.60q", errReply, line)
	}
	length = -1
	for len(rest) > 0 {
		if line, rest, _ = bytes.Cut(rest, []byte("\r\n")); len(line) == 0 {
			return 0, 0, fmt.Errorf("%w: an empty line in the head", errReply)
		}
		if length, err = header(line, length, chunks); err != nil {
			return 0, 0, err
		}
	}
	if length == -1 {
		return 0, 0, fmt.Errorf("%w: no Content-Length", errReply)
	}
	return status, length, nil
}

// header looks at one field and returns the length as it is known now.
func header(line []byte, length int, chunks bool) (int, error) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t") {
		return 0, fmt.Errorf("%w: header %.60q", errReply, line)
	}
	value = bytes.TrimSpace(value)
	switch {
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		if chunks && length == -1 && bytes.EqualFold(value, []byte("chunked")) {
			return inChunks, nil
		}
		return 0, fmt.Errorf("%w: a chunked body", errReply)
	case bytes.EqualFold(name, []byte("Connection")) && bytes.EqualFold(value, []byte("close")):
		return 0, fmt.Errorf("%w: the server closes the connection", errReply)
	case bytes.EqualFold(name, []byte("Content-Length")):
		n, err := strconv.ParseUint(string(value), 10, 31)
		if err != nil || n > maxBody || length != -1 {
			return 0, fmt.Errorf("%w: header %.60q", errReply, line)
		}
		return int(n), nil
	}
	return length, nil
}
