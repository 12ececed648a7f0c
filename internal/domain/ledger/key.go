package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"huying/internal/fault"
)

// PublicKey verifies what one signer signed. It is comparable: two equal
// values are the same key under the same name. The zero value verifies nothing.
type PublicKey struct {
	suite Suite
	name  string
	point string
}

// PrivateKey signs. It shows its secret through Text alone, never when printed.
type PrivateKey struct {
	public PublicKey
	secret []byte
}

const (
	privatePrefix = "PRIVATE+KEY+"
	maxKeyText    = 1024
)

// GenerateKey makes a new signing key. Its name is the origin of the log it
// signs, such as "huying.example.cn/log": no blanks and no "+". The reader r is
// crypto/rand.Reader outside tests. Faults: ledger.key_name_malformed.
func GenerateKey(s Suite, name string, r io.Reader) (PrivateKey, error) {
	if !plainName(name) {
		return PrivateKey{}, fault.Field("name", "ledger.key_name_malformed", clip(name))
	}
	secret, err := s.generate(r)
	if err != nil {
		return PrivateKey{}, fmt.Errorf("generate a signing key: %w", err)
	}
	return privateKey(s, name, secret)
}

func privateKey(s Suite, name string, secret []byte) (PrivateKey, error) {
	point, err := s.public(secret)
	if err != nil {
		return PrivateKey{}, err
	}
	return PrivateKey{public: PublicKey{suite: s, name: name, point: string(point)}, secret: secret}, nil
}

func plainName(name string) bool {
	return name != "" && len(name) <= 200 && utf8.ValidString(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '+' || unicode.IsSpace(r) || unicode.IsControl(r) })
}

// Public returns the key that verifies what k signs.
func (k PrivateKey) Public() PublicKey { return k.public }

// Text returns the secret line "PRIVATE+KEY+name+id+base64".
func (k PrivateKey) Text() string {
	return privatePrefix + keyText(k.public, string(k.secret))
}

// Format keeps the secret out of logs, whatever the verb.
func (k PrivateKey) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, privatePrefix+k.public.name+"+…") // a fmt.State keeps its own error
}

// Sign signs msg. The suite sm draws from r; Ed25519 needs no randomness.
func (k PrivateKey) Sign(r io.Reader, msg []byte) ([]byte, error) {
	if k.public.suite == nil {
		return nil, fault.New(fault.Internal, "ledger.key_malformed", "")
	}
	return k.public.suite.sign(r, k.secret, msg)
}

// Suite returns the suite the key belongs to, nil for the zero key.
func (k PublicKey) Suite() Suite { return k.suite }

// Name returns the name of the signer.
func (k PublicKey) Name() string { return k.name }

// Verify reports whether sig is the key's signature of msg.
func (k PublicKey) Verify(msg, sig []byte) bool {
	return k.suite != nil && k.suite.verify([]byte(k.point), msg, sig)
}

// Text returns the line "name+id+base64", which may be published.
func (k PublicKey) Text() string {
	if k.suite == nil {
		return ""
	}
	return keyText(k, k.point)
}

// String returns Text.
func (k PublicKey) String() string { return k.Text() }

// ID returns the eight hexadecimal characters that name the key in signature
// lines. They find a key; they do not prove it, for which see Fingerprint.
func (k PublicKey) ID() string { return fmt.Sprintf("%08x", k.noteHash()) }

// Fingerprint returns 128 bits in hexadecimal, in groups of four, for people
// who compare a key with the one an authority has published.
func (k PublicKey) Fingerprint() string {
	h := k.hash()
	text := hex.EncodeToString(h[:16])
	groups := make([]string, 0, 8)
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, " ")
}

func (k PublicKey) hash() Hash {
	if k.suite == nil {
		return Hash{}
	}
	return k.suite.Hash([]byte(k.name+"\n"+k.suite.keyType()), []byte(k.point))
}

func (k PublicKey) noteHash() uint32 {
	h := k.hash()
	return binary.BigEndian.Uint32(h[:4])
}

func keyText(k PublicKey, raw string) string {
	return k.name + "+" + k.ID() + "+" + base64.StdEncoding.EncodeToString([]byte(k.suite.keyType()+raw))
}

// ParsePublicKey reads what Text wrote. Faults: ledger.key_malformed.
func ParsePublicKey(text string) (PublicKey, error) {
	s, name, raw, err := parseKey(text)
	if err != nil {
		return PublicKey{}, err
	}
	k := PublicKey{suite: s, name: name, point: string(raw)}
	if err := s.checkPublic(raw); err != nil {
		return PublicKey{}, malformedKey(text).Because(err)
	}
	if k.Text() != text {
		return PublicKey{}, malformedKey(text)
	}
	return k, nil
}

// ParsePrivateKey reads what Text wrote. Faults: ledger.key_malformed, which
// never quotes the secret.
func ParsePrivateKey(text string) (PrivateKey, error) {
	rest, ok := strings.CutPrefix(text, privatePrefix)
	if !ok {
		return PrivateKey{}, malformedKey("PRIVATE+KEY")
	}
	s, name, raw, err := parseKey(rest)
	if err != nil {
		return PrivateKey{}, malformedKey("PRIVATE+KEY")
	}
	k, err := privateKey(s, name, raw)
	if err != nil || k.Text() != text {
		return PrivateKey{}, malformedKey("PRIVATE+KEY+" + name)
	}
	return k, nil
}

func malformedKey(text string) *fault.Error {
	return fault.Field("key", "ledger.key_malformed", clip(text))
}

func parseKey(text string) (s Suite, name string, raw []byte, err error) {
	parts := strings.SplitN(text, "+", 3)
	if len(text) > maxKeyText || len(parts) != 3 || !plainName(parts[0]) {
		return nil, "", nil, malformedKey(text)
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, "", nil, malformedKey(text).Because(err)
	}
	for _, s := range []Suite{intl{}, sm{}} {
		if raw, ok := strings.CutPrefix(string(typed), s.keyType()); ok {
			return s, parts[0], []byte(raw), nil
		}
	}
	return nil, "", nil, malformedKey(text)
}
