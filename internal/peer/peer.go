// Package peer finds out who is at the other end of a request, past the
// proxies that the operator trusts. It knows no session and no limit.
package peer

import (
	"net/http"
	"net/netip"
	"strings"
)

// Of returns the address a request comes from: the last one of
// X-Forwarded-For that no trusted proxy has, if the connection itself comes
// from one; the zero address if there is none.
func Of(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	if !within(at, trusted) {
		return at
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
		if !within(at, trusted) {
			break
		}
	}
	return at
}

// Secure reports whether the browser came by HTTPS: to us, or to a trusted
// proxy that says so.
func Secure(r *http.Request, trusted []netip.Prefix) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && within(peer.Addr().Unmap(), trusted) && r.Header.Get("X-Forwarded-Proto") == "https"
}

func within(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
