package peer

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestAClientIsWhoTheTrustedProxiesSay(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "1.1.1.1", "203.0.113.9"},
		{"10.0.0.1:1", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:1", "1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"[::1]:1", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := Of(r, trusted); got.String() != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
