package ledger

import (
	"crypto/cipher"
	"crypto/hmac"
	"encoding/hex"
	"hash"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"huying/internal/fault"
)

// Hash is a digest of 32 bytes, of either suite. In JSON it is base64.
type Hash = tlog.Hash

// Hex returns h in lower-case hexadecimal, as leaves and logs show it.
func Hex(h Hash) string { return hex.EncodeToString(h[:]) }

// The names of the suites.
const (
	Intl = "intl" // SHA-256, Ed25519, AES-256-GCM
	SM   = "sm"   // SM3, SM2, SM4-GCM: GB/T 32905, 32918, 32907
)

// Suite is one set of algorithms that belong together. There are two of them
// and their values are comparable; SuiteByName returns them.
type Suite interface {
	// Name is Intl or SM.
	Name() string
	// Hash returns the digest of the parts, joined without separators.
	Hash(parts ...[]byte) Hash

	sum(b []byte) Hash
	newHash() hash.Hash
	tree() tree

	keyType() string
	generate(r io.Reader) (secret []byte, err error)
	public(secret []byte) ([]byte, error)
	sign(r io.Reader, secret, msg []byte) ([]byte, error)
	verify(public, msg, sig []byte) bool
	checkPublic(public []byte) error

	aeadKeySize() int
	aead(key []byte) (cipher.AEAD, error)
}

// SuiteByName returns the suite of that name. Faults: ledger.suite_unknown.
func SuiteByName(name string) (Suite, error) {
	switch name {
	case Intl:
		return intl{}, nil
	case SM:
		return sm{}, nil
	}
	return nil, fault.New(fault.Invalid, "ledger.suite_unknown", clip(name))
}

// HMAC returns the keyed digest of the parts, joined without separators.
func HMAC(s Suite, key []byte, parts ...[]byte) Hash {
	return sumParts(hmac.New(s.newHash, key), parts)
}

// sumParts relies on hash.Hash, whose Write never fails.
func sumParts(h hash.Hash, parts [][]byte) Hash {
	for _, p := range parts {
		h.Write(p)
	}
	var out Hash
	h.Sum(out[:0])
	return out
}

// clip keeps a wrong text that is quoted back from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
