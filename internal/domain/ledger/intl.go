package ledger

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
)

// intl is the suite of the international standards.
type intl struct{}

var errKeySize = errors.New("the key has a wrong size")

func (intl) Name() string              { return Intl }
func (intl) Hash(parts ...[]byte) Hash { return sumParts(sha256.New(), parts) }
func (intl) sum(b []byte) Hash         { return sha256.Sum256(b) }
func (intl) newHash() hash.Hash        { return sha256.New() }
func (intl) tree() tree                { return sumdbTree{} }
func (intl) keyType() string           { return "\x01" }
func (intl) aeadKeySize() int          { return 32 }

func (intl) generate(r io.Reader) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	_, err := io.ReadFull(r, seed)
	return seed, err
}

func (intl) public(seed []byte) ([]byte, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, errKeySize
	}
	return ed25519.NewKeyFromSeed(seed)[ed25519.SeedSize:], nil
}

func (intl) sign(_ io.Reader, seed, msg []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.NewKeyFromSeed(seed), msg), nil
}

func (intl) verify(public, msg, sig []byte) bool { return ed25519.Verify(public, msg, sig) }

func (intl) checkPublic(public []byte) error {
	if len(public) != ed25519.PublicKeySize {
		return errKeySize
	}
	return nil
}

func (intl) aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
