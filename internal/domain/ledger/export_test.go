package ledger

import (
	"crypto/cipher"
	"crypto/sha256"
)

// OwnSHA256Log is the log of our own tree with the hash of the other one, so
// that tests can hold the two against each other.
func OwnSHA256Log() Log { return Log{ownTree{sha256.Sum256}} }

// AEAD is the cipher of a suite, for published vectors.
func AEAD(s Suite, key []byte) (cipher.AEAD, error) { return s.aead(key) }

// KeyOf makes a signing key of known secret bytes, for published vectors.
func KeyOf(s Suite, name string, secret []byte) (PrivateKey, error) {
	return privateKey(s, name, secret)
}

// Point is the raw public key.
func Point(k PublicKey) []byte { return []byte(k.point) }

// Repair is the search for one changed byte.
var Repair = repair

// Sum is the digest of one text, without the joining of Suite.Hash.
func Sum(s Suite, b []byte) Hash { return s.sum(b) }
