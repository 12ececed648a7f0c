package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/internal/fault"
)

// maxRow is the greatest size of one row, in bytes.
const maxRow = 1 << 20

// The encodings of text files.
const (
	encUTF8    = "utf-8"
	encGB18030 = "gb18030"
)

// sample is how much of a file is looked at to find out its encoding.
const sample = 64 << 10

// line is one physical line without its end.
type line struct {
	number int64
	text   string
	long   bool // beyond maxRow: text is its beginning
}

// lines reads a text file line by line, as UTF-8. Both encodings keep the bytes
// of line ends, quotes and separators to themselves, so that a line is cut
// before it is decoded.
type lines struct {
	in       *bufio.Reader
	number   int64
	encoding string // "" until the first line that is not ASCII
	back     []line // read again, first the last
}

func newLines(r io.Reader, encoding string) (*lines, error) {
	l := &lines{in: bufio.NewReaderSize(r, sample), encoding: encoding}
	head, err := l.in.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if rest, bom := bytes.CutPrefix(head, []byte("\xef\xbb\xbf")); bom {
		l.encoding = encUTF8
		if _, err := l.in.Discard(len(head) - len(rest)); err != nil {
			return nil, unreadable(err)
		}
	} else if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, fault.Field("file", "exchange.encoding_unknown", "UTF-16")
	}
	if l.encoding == "" {
		l.encoding = guess(head)
	}
	return l, nil
}

// guess returns the encoding of a piece of text that may end inside a
// character; "" if it is all ASCII.
func guess(b []byte) string {
	plain := true
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(b) {
				break
			}
			return encGB18030
		}
		plain = plain && n == 1
		b = b[n:]
	}
	if plain {
		return ""
	}
	return encUTF8
}

// next returns the next line, or io.EOF.
func (l *lines) next() (line, error) {
	if n := len(l.back); n > 0 {
		out := l.back[n-1]
		l.back = l.back[:n-1]
		return out, nil
	}
	var b []byte
	out := line{number: l.number + 1}
	for {
		part, err := l.in.ReadSlice('\n')
		if room := maxRow - len(b); len(part) > room {
			out.long = true
			part = part[:room]
		}
		b = append(b, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return out, unreadable(err)
		}
		if err != nil && len(b) == 0 {
			return out, io.EOF
		}
		break
	}
	l.number++
	out.text = l.decode(bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r")))
	return out, nil
}

// unread gives lines back, to be read again in the same order.
func (l *lines) unread(ls []line) {
	for i := len(ls) - 1; i >= 0; i-- {
		l.back = append(l.back, ls[i])
	}
}

func (l *lines) decode(b []byte) string {
	if l.encoding == "" {
		l.encoding = guess(b)
	}
	if l.encoding != encGB18030 {
		return string(b)
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return string(b) // told as text.not_utf8 where it is used
	}
	return string(out)
}

func unreadable(err error) error {
	return fault.Field("file", "exchange.file_unreadable").Because(err)
}

// blank reports whether a line says nothing.
func (l line) blank() bool { return !l.long && strings.TrimSpace(l.text) == "" }
