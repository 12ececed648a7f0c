package bench

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

func TestARecordedDurationIsFoundAgainWithinItsBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(100*time.Second)).Draw(t, "d"))
		b := bucketOf(d)
		if hi := highest(b); hi < d || float64(hi) > float64(d)*1.016+1 {
			t.Fatalf("%d lies in bucket %d, which ends at %d", d, b, hi)
		}
		if b > 0 && highest(b-1) >= d {
			t.Fatalf("%d lies in bucket %d, and the one before ends at %d", d, b, highest(b-1))
		}
	})
}

func TestQuantiles(t *testing.T) {
	var a, b histogram
	for i := 1; i <= 1000; i++ {
		h := &a
		if i%2 == 0 {
			h = &b
		}
		h.record(time.Duration(i) * time.Millisecond)
	}
	a.merge(&b)
	for share, want := range map[float64]float64{0.001: 1, 0.5: 500, 0.95: 950, 0.99: 990, 1: 1000} {
		if got := ms(a.quantile(share)); got < want || got > want*1.016 {
			t.Errorf("quantile %g is %g ms, want %g or a little more", share, got, want)
		}
	}
	if s := a.spread(); s.N != 1000 || s.MaxMs != 1000 || s.P99Ms > s.MaxMs {
		t.Errorf("spread %+v", s)
	}
	var none histogram
	if none.quantile(0.99) != 0 {
		t.Error("nothing recorded has a quantile")
	}
}

const goodReply = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\nhello"

func TestRepliesAreReadHoweverTheyArrive(t *testing.T) {
	for name, src := range map[string]io.Reader{
		"whole": strings.NewReader(goodReply), "byte by byte": iotest.OneByteReader(strings.NewReader(goodReply)),
		"halves": iotest.HalfReader(strings.NewReader(goodReply)),
	} {
		r := &replies{src: src}
		status, body, err := r.next()
		if err != nil || status != 201 || string(body) != "hello" {
			t.Errorf("%s: %d %q %v", name, status, body, err)
		}
	}
}

func TestLongRepliesFollowEachOther(t *testing.T) {
	src := &turns{}
	for _, n := range []int{0, 1, 5000, 70_000, 3} {
		src.list = append(src.list, "HTTP/1.1 200 OK\r\nContent-Length: "+itoa(n)+"\r\n\r\n"+strings.Repeat("x", n))
	}
	r := &replies{src: src}
	for _, want := range []int{0, 1, 5000, 70_000, 3} {
		if status, body, err := r.next(); err != nil || status != 200 || len(body) != want {
			t.Fatalf("%d bytes, want %d: %d %v", len(body), want, status, err)
		}
	}
}

// turns gives one reply after the other, as a server does that waits for the
// next request.
type turns struct{ list []string }

func (s *turns) Read(b []byte) (int, error) {
	if len(s.list) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.list[0])
	if s.list[0] = s.list[0][n:]; s.list[0] == "" {
		s.list = s.list[1:]
	}
	return n, nil
}

func itoa(n int) string {
	var b []byte
	for ; n > 9; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(append([]byte{byte('0' + n)}, b...))
}

func TestChunksAreReadHoweverTheyArrive(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	const text = head + "5\r\nhello\r\nA\r\n\r\nand more\r\n0\r\n\r\n"
	for name, src := range map[string]io.Reader{
		"whole": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text)), "halves": iotest.HalfReader(strings.NewReader(text)),
	} {
		r := &replies{src: src, chunks: true}
		if status, body, err := r.next(); err != nil || status != 200 || string(body) != "hello\r\nand more" {
			t.Errorf("%s: %d %q %v", name, status, body, err)
		}
	}
	for name, text := range map[string]string{
		"no size": "\r\n", "signed": "-1\r\n", "endless size": "000000000000001\r\na\r\n0\r\n\r\n", "too short": "2\r\na\r\n0\r\n\r\n", "too long": "1\r\nab\r\n0\r\n\r\n",
		"too large": "7fffffff\r\n", "more than said": "0\r\n\r\na", "cut off": "5\r\nhel", "trailer": "0\r\nA: b\r\n\r\n", "too many": strings.Repeat("ffff\r\n"+strings.Repeat("x", 0xffff)+"\r\n", 5) + "0\r\n\r\n",
	} {
		r := &replies{src: strings.NewReader(head + text), chunks: true}
		if _, body, err := r.next(); err == nil {
			t.Errorf("%s: read as %q", name, body)
		}
	}
}

func TestWrongRepliesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"chunked":          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"no length":        "HTTP/1.1 200 OK\r\n\r\n",
		"two lengths":      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
		"negative length":  "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"signed length":    "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
		"too long":         "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
		"closes":           "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
		"more than said":   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
		"old":              "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
		"no status":        "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n",
		"interim":          "HTTP/1.1 100 Continue\r\n\r\n",
		"folded header":    "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
		"space in name":    "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
		"no name":          "HTTP/1.1 200 OK\r\n: 0\r\nContent-Length: 0\r\n\r\n",
		"endless head":     "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", maxHead+5000),
		"cut off in head":  "HTTP/1.1 200 OK\r\nContent-Le",
		"cut off in body":  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
		"nothing":          "",
		"bare line breaks": "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
	} {
		r := &replies{src: strings.NewReader(text)}
		if status, body, err := r.next(); err == nil {
			t.Errorf("%s: read as %d %q", name, status, body)
		}
	}
}

func TestOnlyThisMachineIsMeasured(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:80", "127.9.9.9:1", "[::1]:8080", "[::ffff:127.0.0.1]:80"} {
		if err := loopback(addr); err != nil {
			t.Error(err)
		}
	}
	for _, addr := range []string{"", "10.0.0.1:80", "[2001:db8::1]:80", "0.0.0.0:80", "[::]:80", "localhost:80", "127.0.0.1", "example.org:80"} {
		if loopback(addr) == nil {
			t.Errorf("%q was taken for this machine", addr)
		}
		l := &load{addr: addr}
		if _, err := l.dial(context.Background(), 1, time.Second); err == nil {
			t.Errorf("%q was dialled", addr)
		}
	}
}

// served is a server that answers by fn, and a load on it.
func served(t *testing.T, fn http.HandlerFunc) *load {
	t.Helper()
	srv := httptest.NewServer(fn)
	t.Cleanup(srv.Close)
	return &load{
		addr: srv.Listener.Addr().String(), check: created,
		next: func(buf []byte) []byte {
			return append(buf, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"...)
		},
	}
}

func noCPU() (time.Duration, bool) { return 0, false }

func TestBothKindsOfLoadCountWhatWasAnswered(t *testing.T) {
	l := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	ctx := context.Background()
	a, err := l.closed(ctx, 3, time.Millisecond, 20*time.Millisecond, noCPU)
	if err != nil || a.Connections != 3 || a.N == 0 || a.PerS <= 0 {
		t.Errorf("%+v %v", a, err)
	}
	b, err := l.paced(ctx, 2, 1000, 5*time.Millisecond, 20*time.Millisecond, noCPU)
	if err != nil || b.N != 20 {
		t.Errorf("%+v %v", b, err)
	}
	if l.answered.Load() < a.N+b.N {
		t.Errorf("%d answers of %d", l.answered.Load(), a.N+b.N)
	}
}

func TestARefusedRequestEndsTheRun(t *testing.T) {
	l := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	ctx := context.Background()
	if _, err := l.closed(ctx, 2, time.Millisecond, time.Minute, noCPU); err == nil {
		t.Error("a refused request was counted")
	}
	if _, err := l.paced(ctx, 2, 1000, time.Millisecond, time.Minute, noCPU); err == nil {
		t.Error("a refused request was counted")
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := l.closed(stopped, 1, time.Minute, time.Minute, noCPU); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestEveryRequestHasANumberOfItsOwn(t *testing.T) {
	c := &calls{texts: [][]byte{[]byte("a 0000000000 z"), []byte("bc 0000000000")}, marks: []int{2, 3}}
	got := string(c.next([]byte("x")))
	for range 11 {
		got += "|" + string(c.next(nil))
	}
	if !strings.HasPrefix(got, "xbc 0000000001|a 0000000002 z|bc 0000000003|") || !strings.HasSuffix(got, "|a 0000000012 z") {
		t.Error(got)
	}
	if !bytes.Equal(c.texts[0], []byte("a 0000000000 z")) {
		t.Error("the text itself changed")
	}
}

func TestAnswersMustSayThatTheMatterIsOrdered(t *testing.T) {
	good := []byte(`{"no":"1","status":"ORDERED"}`)
	if err := dispatched(201, good); err != nil {
		t.Error(err)
	}
	if dispatched(200, good) == nil || dispatched(201, []byte(`{"status":"RECEIVED"}`)) == nil {
		t.Error("a matter that was not dispatched was counted")
	}
}
