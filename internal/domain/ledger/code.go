package ledger

import (
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"huying/internal/fault"
)

// Crockford's base 32 leaves out I, L, O and U.
const (
	upper32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	lower32 = "0123456789abcdefghjkmnpqrstvwxyz"
)

// The least and most characters of a code. Eight are 40 bits: enough when
// guesses are counted and slowed down, as every face that takes codes must.
const (
	MinCode = 8
	MaxCode = 51
)

// Code returns the tracking code of number id: n characters in capitals, each
// worth five bits, without separators. It follows from the key, so it is not
// stored; k is derived for this purpose alone. An n outside MinCode to MaxCode
// is taken as the nearer of the two; the zero Key has no codes and returns "".
func (k Key) Code(id int64, n int) string {
	if k.suite == nil {
		return ""
	}
	mac := HMAC(k.suite, k.secret[:], []byte("huying code 1\n"), binary.BigEndian.AppendUint64(nil, uint64(id)))
	text := base32.NewEncoding(upper32).WithPadding(base32.NoPadding).EncodeToString(mac[:])
	return text[:min(max(n, MinCode), MaxCode)]
}

// SameCode reports whether a code typed by a person is the wanted one: in
// either case, with or without dashes and blanks, O for 0 and I or L for 1. It
// takes as long for a code that is nearly right as for one that is not at all.
func SameCode(typed, want string) bool {
	if len(typed) > 4*MaxCode {
		return false
	}
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ' || r == '\u3000' || r == '—':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == 'o' || r == 'O':
			return '0'
		case r == 'i' || r == 'I' || r == 'l' || r == 'L':
			return '1'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, typed)
	return want != "" && subtle.ConstantTimeCompare([]byte(clean), []byte(want)) == 1
}

const (
	tokenPrefix = "hy_"
	tokenBytes  = 32
	tokenBody   = 52 // characters of 32 bytes
	tokenLen    = len(tokenPrefix) + tokenBody + 7
)

// NewToken draws an API token of 256 bits from r, crypto/rand.Reader outside
// tests: "hy_", 52 characters, and 7 of CRC-32, so that a token copied badly is
// told from one that was revoked, and scanners can find tokens that leaked.
func NewToken(r io.Reader) (string, error) {
	secret := make([]byte, tokenBytes)
	if _, err := io.ReadFull(r, secret); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	body := tokenText(secret)
	return tokenPrefix + body + tokenSum(body), nil
}

func tokenText(b []byte) string {
	return base32.NewEncoding(lower32).WithPadding(base32.NoPadding).EncodeToString(b)
}

func tokenSum(body string) string {
	return tokenText(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

// CheckToken reports whether text can be a token at all. Passing says nothing
// of whether the token was ever given out. Fault: token.malformed.
func CheckToken(text string) error {
	body, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok || len(text) != tokenLen || tokenSum(body[:tokenBody]) != body[tokenBody:] {
		return fault.New(fault.Unknown, "token.malformed")
	}
	return nil
}

// TokenHash returns what is stored of a token, in hexadecimal: one digest of
// the suite. Slow hashes are for passwords, which can be guessed; nobody can
// try 2²⁵⁶ tokens, and a token is checked with every request.
func TokenHash(s Suite, token string) string {
	return Hex(s.Hash([]byte("huying token 1\n"), []byte(token)))
}
