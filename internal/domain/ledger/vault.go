package ledger

import (
	"crypto/cipher"
	"crypto/hkdf"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"huying/internal/fault"
)

// Key is a secret of 256 bits that belongs to a suite. A master key is never
// used itself: Derive makes one key for each purpose. It shows its secret
// through Text alone, never when printed.
type Key struct {
	suite  Suite
	secret [32]byte
}

const keyPrefix = "SECRET+KEY+"

// NewKey draws a key from r, which is crypto/rand.Reader outside tests.
func NewKey(s Suite, r io.Reader) (Key, error) {
	k := Key{suite: s}
	if _, err := io.ReadFull(r, k.secret[:]); err != nil {
		return Key{}, fmt.Errorf("draw a secret key: %w", err)
	}
	return k, nil
}

// Text returns the secret line "SECRET+KEY+suite+base64".
func (k Key) Text() string {
	if k.suite == nil {
		return ""
	}
	return keyPrefix + k.suite.Name() + "+" + base64.StdEncoding.EncodeToString(k.secret[:])
}

// Format keeps the secret out of logs, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, keyPrefix+"…") // a fmt.State keeps its own error
}

// ParseKey reads what Text wrote. Faults: ledger.secret_malformed, which never
// quotes the secret.
func ParseKey(text string) (Key, error) {
	malformed := fault.Field("key", "ledger.secret_malformed")
	rest, ok := strings.CutPrefix(text, keyPrefix)
	name, b64, _ := strings.Cut(rest, "+")
	s, err := SuiteByName(name)
	if !ok || err != nil {
		return Key{}, malformed
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(b64)
	k := Key{suite: s}
	if err != nil || copy(k.secret[:], raw) != len(k.secret) || k.Text() != text {
		return Key{}, malformed
	}
	return k, nil
}

// Suite returns the suite of the key, nil for the zero Key.
func (k Key) Suite() Suite { return k.suite }

// Derive returns the key for one purpose, such as "vault" or "track", by HKDF
// (RFC 5869) with the suite's hash. Keys of different purposes tell nothing of
// each other nor of the master. The zero Key derives the zero Key.
func (k Key) Derive(purpose string) Key {
	if k.suite == nil {
		return Key{}
	}
	out := Key{suite: k.suite}
	copy(out.secret[:], k.expand("huying derive 1\n"+purpose, len(out.secret)))
	return out
}

// expand returns n bytes that follow from the key and info. HKDF fails only
// for more bytes than any caller here asks for.
func (k Key) expand(info string, n int) []byte {
	b, err := hkdf.Key(k.suite.newHash, k.secret[:], nil, info, n)
	if err != nil {
		return nil
	}
	return b
}

// Vault seals personal data. It seals with one key and opens with that and
// older ones, so that keys can change without sealing everything anew. It is
// safe for concurrent use.
//
// A sealed text is: the byte 01, eight bytes of key id, a random nonce of
// twelve, and the GCM ciphertext with its tag; what stands before the nonce is
// authenticated too. Random nonces are safe for 2³² texts under one key; change
// the key long before.
type Vault struct {
	current vaultKey
	ring    map[[8]byte]cipher.AEAD
}

type vaultKey struct {
	id   [8]byte
	aead cipher.AEAD
}

const (
	vaultFormat = 1
	vaultHead   = 1 + 8
	nonceSize   = 12
)

// NewVault returns the vault that seals with current and opens with all keys.
// The keys are derived ones, for this purpose alone. Faults:
// ledger.secret_malformed for a zero Key.
func NewVault(current Key, old ...Key) (*Vault, error) {
	v := &Vault{ring: map[[8]byte]cipher.AEAD{}}
	for _, k := range append([]Key{current}, old...) {
		if k.suite == nil {
			return nil, fault.Field("key", "ledger.secret_malformed")
		}
		aead, err := k.suite.aead(k.expand("huying vault key", k.suite.aeadKeySize()))
		if err != nil {
			return nil, fmt.Errorf("open the vault: %w", err)
		}
		id := [8]byte(k.expand("huying vault id", 8))
		if v.current.aead == nil {
			v.current = vaultKey{id, aead}
		}
		v.ring[id] = aead
	}
	return v, nil
}

// KeyID names the key that seals, in hexadecimal.
func (v *Vault) KeyID() string { return hex.EncodeToString(v.current.id[:]) }

// SealedWith names the key of a sealed text, in hexadecimal, "" if it is none:
// what is not KeyID is to be sealed anew after a change of keys.
func SealedWith(sealed []byte) string {
	if len(sealed) < vaultHead+nonceSize || sealed[0] != vaultFormat {
		return ""
	}
	return hex.EncodeToString(sealed[1:vaultHead])
}

// Seal encrypts plain. The text opens only with the same aad, which therefore
// names where it belongs, such as the row and column, so that nobody can move
// it elsewhere. The nonce comes from r, crypto/rand.Reader outside tests.
func (v *Vault) Seal(r io.Reader, plain, aad []byte) ([]byte, error) {
	out := make([]byte, vaultHead+nonceSize, vaultHead+nonceSize+len(plain)+v.current.aead.Overhead())
	out[0] = vaultFormat
	copy(out[1:], v.current.id[:])
	if _, err := io.ReadFull(r, out[vaultHead:]); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return v.current.aead.Seal(out, out[vaultHead:], plain, boundTo(out[:vaultHead], aad)), nil
}

// Open decrypts what Seal made with the same aad. Faults, all of them of
// storage or keys and not of a user: vault.text_malformed, vault.key_unknown,
// vault.text_changed.
func (v *Vault) Open(sealed, aad []byte) ([]byte, error) {
	id := SealedWith(sealed)
	if id == "" {
		return nil, fault.New(fault.Internal, "vault.text_malformed")
	}
	aead, ok := v.ring[[8]byte(sealed[1:vaultHead])]
	if !ok {
		return nil, fault.New(fault.Internal, "vault.key_unknown", id)
	}
	nonce, text := sealed[vaultHead:vaultHead+nonceSize], sealed[vaultHead+nonceSize:]
	plain, err := aead.Open(nil, nonce, text, boundTo(sealed[:vaultHead], aad))
	if err != nil {
		return nil, fault.New(fault.Internal, "vault.text_changed").Because(err)
	}
	return plain, nil
}

func boundTo(head, aad []byte) []byte { return append(append([]byte(nil), head...), aad...) }
