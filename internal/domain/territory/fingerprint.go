package territory

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"time"
)

// fingerprint names the content of places that are sorted by code: the first
// 64 bits of a SHA-256 over every field, in hexadecimal.
func fingerprint(places []Place) string {
	h := sha256.New()
	var buf []byte
	for i := range places {
		buf = places[i].appendTo(buf[:0])
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// appendTo writes every field of p in a form that no other place shares:
// strings and lists go with their length.
func (p *Place) appendTo(b []byte) []byte {
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	number := func(u uint64) { b = binary.LittleEndian.AppendUint64(b, u) }
	for _, s := range [...]string{p.Code, p.Name, p.NameEN, string(p.Kind), p.Parent} {
		text(s)
	}
	number(math.Float64bits(p.AreaKM2))
	number(uint64(p.Households))
	number(uint64(p.Residents))
	if p.Synthetic {
		number(1)
	} else {
		number(0)
	}
	for _, t := range [...]time.Time{p.ValidFrom, p.ValidTo} {
		number(uint64(t.Unix()))
		number(uint64(t.Nanosecond()))
	}
	number(uint64(len(p.Heirs)))
	for _, s := range p.Heirs {
		text(s)
	}
	number(uint64(len(p.Shape)))
	for _, polygon := range p.Shape {
		number(uint64(len(polygon)))
		for _, ring := range polygon {
			number(uint64(len(ring)))
			for _, c := range ring {
				number(math.Float64bits(c[0]))
				number(math.Float64bits(c[1]))
			}
		}
	}
	return b
}
