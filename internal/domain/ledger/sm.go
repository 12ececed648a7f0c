package ledger

import (
	"crypto/cipher"
	"crypto/ecdsa"
	"hash"
	"io"
	"math/big"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// sm is the suite of the Chinese national standards.
type sm struct{}

func (sm) Name() string              { return SM }
func (sm) Hash(parts ...[]byte) Hash { return sumParts(sm3.New(), parts) }
func (sm) sum(b []byte) Hash         { return sm3.Sum(b) }
func (sm) newHash() hash.Hash        { return sm3.New() }
func (sm) tree() tree                { return ownTree{sum: sm3.Sum} }
func (sm) keyType() string           { return "\xffsm2\n" }
func (sm) aeadKeySize() int          { return 16 }

const sm2Size = 32 // bytes of a coordinate and of a private key

func (sm) generate(r io.Reader) ([]byte, error) {
	key, err := sm2.GenerateKey(r)
	if err != nil {
		return nil, err
	}
	return key.D.FillBytes(make([]byte, sm2Size)), nil
}

func (sm) public(secret []byte) ([]byte, error) {
	key, err := ecdh.P256().NewPrivateKey(secret)
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

func (s sm) sign(r io.Reader, secret, msg []byte) ([]byte, error) {
	public, err := s.public(secret)
	if err != nil {
		return nil, err
	}
	var key sm2.PrivateKey
	key.PublicKey = sm2Public(public)
	key.D = new(big.Int).SetBytes(secret)
	return key.SignWithSM2(r, nil, msg) // No user id means the default one of GM/T 0009.
}

func (s sm) verify(public, msg, sig []byte) bool {
	if s.checkPublic(public) != nil {
		return false
	}
	key := sm2Public(public)
	return sm2.VerifyASN1WithSM2(&key, nil, msg, sig)
}

func (sm) checkPublic(public []byte) error {
	_, err := ecdh.P256().NewPublicKey(public)
	return err
}

// sm2Public reads an uncompressed point that is known to be on the curve. The
// fields are deprecated for the curves of the standard library, but the
// signatures of this one take the key in no other form.
func sm2Public(point []byte) ecdsa.PublicKey {
	x, y := new(big.Int).SetBytes(point[1:1+sm2Size]), new(big.Int).SetBytes(point[1+sm2Size:])
	return ecdsa.PublicKey{Curve: sm2.P256(), X: x, Y: y} //nolint:staticcheck // see above
}

func (sm) aead(key []byte) (cipher.AEAD, error) {
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
