package people

import "net/netip"

// Network returns the network an address stands for: /24 of IPv4, /56 of IPv6,
// which is what one subscriber gets. An address that is none is its own text.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}
