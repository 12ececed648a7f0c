package ledger_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm2"

	"huying/internal/domain/ledger"
	"huying/internal/fault"
)

func suite(t testing.TB, name string) ledger.Suite {
	t.Helper()
	s, err := ledger.SuiteByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if fault.Code(err) != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

var suites = []string{ledger.Intl, ledger.SM}

// FIPS 180-4 and GB/T 32905-2016 appendix A.
func TestHashVectors(t *testing.T) {
	for name, want := range map[string]string{
		ledger.Intl: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		ledger.SM:   "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
	} {
		if got := ledger.Hex(suite(t, name).Hash([]byte("a"), nil, []byte("bc"))); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	got := ledger.Hex(suite(t, ledger.SM).Hash([]byte(strings.Repeat("abcd", 16))))
	if want := "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"; got != want {
		t.Errorf("sm: %s", got)
	}
}

// RFC 4231, case 1; for SM3 the definition of RFC 2104.
func TestHMACVectors(t *testing.T) {
	key := bytes.Repeat([]byte{0x0b}, 20)
	got := ledger.Hex(ledger.HMAC(suite(t, ledger.Intl), key, []byte("Hi "), []byte("There")))
	if want := "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"; got != want {
		t.Errorf("intl: %s", got)
	}
	s := suite(t, ledger.SM)
	inner, outer := bytes.Repeat([]byte{0x36}, 64), bytes.Repeat([]byte{0x5c}, 64)
	for i, c := range key {
		inner[i] ^= c
		outer[i] ^= c
	}
	sum := s.Hash(inner, []byte("Hi There"))
	if got, want := ledger.HMAC(s, key, []byte("Hi There")), s.Hash(outer, sum[:]); got != want {
		t.Errorf("sm: %x, want %x", got, want)
	}
}

// NIST GCM test case 14, and RFC 8998 A.1.
func TestSealVectors(t *testing.T) {
	for _, v := range []struct{ suite, key, nonce, aad, plain, sealed string }{
		{
			ledger.Intl, strings.Repeat("00", 32), strings.Repeat("00", 12), "", strings.Repeat("00", 16),
			"cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
		},
		{
			ledger.SM, "0123456789abcdeffedcba9876543210", "00001234567800000000abcd",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			strings.Repeat("aa", 8) + strings.Repeat("bb", 8) + strings.Repeat("cc", 8) + strings.Repeat("dd", 8) +
				strings.Repeat("ee", 8) + strings.Repeat("ff", 8) + strings.Repeat("ee", 8) + strings.Repeat("aa", 8),
			"17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
				"d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
				"83de3541e4c2b58177e065a9bf7b62ec",
		},
	} {
		aead, err := ledger.AEAD(suite(t, v.suite), unhex(t, v.key))
		if err != nil {
			t.Fatal(err)
		}
		got := aead.Seal(nil, unhex(t, v.nonce), unhex(t, v.plain), unhex(t, v.aad))
		if hex.EncodeToString(got) != v.sealed {
			t.Errorf("%s: %x", v.suite, got)
		}
	}
}

// RFC 8032 7.1, test 2.
func TestEd25519Vector(t *testing.T) {
	k, err := ledger.KeyOf(suite(t, ledger.Intl), "log", unhex(t, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(ledger.Point(k.Public())); got != "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c" {
		t.Errorf("public key %s", got)
	}
	sig, err := k.Sign(nil, []byte{0x72})
	want := "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
	if err != nil || hex.EncodeToString(sig) != want || !k.Public().Verify([]byte{0x72}, sig) {
		t.Errorf("%x, %v", sig, err)
	}
}

// The signed note in the documentation of the note package.
func TestKeysOfNotesAreOurs(t *testing.T) {
	text := "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	pub, err := ledger.ParsePublicKey(text)
	if err != nil || pub.ID() != "c74f20a3" || pub.Text() != text {
		t.Fatalf("%v, %v", pub, err)
	}
	k, err := ledger.ParsePrivateKey("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
	if err != nil || k.Public() != pub {
		t.Fatalf("%v, %v", k, err)
	}
}

// GB/T 32918.5-2017 appendix A: the digital signature on the recommended curve.
func TestSM2Vector(t *testing.T) {
	k, err := ledger.KeyOf(suite(t, ledger.SM), "log", unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
	if err != nil {
		t.Fatal(err)
	}
	point := "04" + "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
		"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
	raw := ledger.Point(k.Public())
	if got := hex.EncodeToString(raw); got != point {
		t.Fatalf("public key %s", got)
	}
	x, y := new(big.Int).SetBytes(raw[1:33]), new(big.Int).SetBytes(raw[33:])
	pub := &ecdsa.PublicKey{Curve: sm2.P256(), X: x, Y: y} //nolint:staticcheck // the library takes no other form
	za, err := sm2.CalculateZA(pub, []byte("1234567812345678"))
	if err != nil || hex.EncodeToString(za) != "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3" {
		t.Errorf("ZA %x, %v", za, err)
	}
	sig := unhex(t, "3046"+
		"022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"+
		"022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if !k.Public().Verify([]byte("message digest"), sig) {
		t.Error("the signature of the standard is refused")
	}
	if k.Public().Verify([]byte("message digesT"), sig) {
		t.Error("another message is accepted")
	}
}

func TestKeysReadBackAndHideTheirSecret(t *testing.T) {
	for _, name := range suites {
		k, err := ledger.GenerateKey(suite(t, name), "呼应.example.cn/log", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ledger.ParsePrivateKey(k.Text())
		if err != nil || back.Public() != k.Public() {
			t.Fatalf("%s: %v", name, err)
		}
		pub, err := ledger.ParsePublicKey(k.Public().Text())
		if err != nil || pub != k.Public() || pub.Suite().Name() != name {
			t.Fatalf("%s: %v", name, err)
		}
		msg := []byte("消息")
		sig, err := back.Sign(rand.Reader, msg)
		if err != nil || !pub.Verify(msg, sig) || pub.Verify(msg[1:], sig) {
			t.Fatalf("%s: %v", name, err)
		}
		secret := k.Text()[len(k.Text())-20:]
		if s := fmt.Sprintf("%v %+v %#v %s", k, k, k, k); strings.Contains(s, secret) {
			t.Errorf("printed: %s", s)
		}
		if len(pub.ID()) != 8 || len(pub.Fingerprint()) != 39 {
			t.Errorf("%s, %s", pub.ID(), pub.Fingerprint())
		}
	}
}

func TestBadKeysAreRefused(t *testing.T) {
	s := suite(t, ledger.SM)
	for _, name := range []string{"", "a b", "a+b", "a\nb", strings.Repeat("x", 201)} {
		_, err := ledger.GenerateKey(s, name, rand.Reader)
		wantCode(t, err, "ledger.key_name_malformed")
	}
	k, err := ledger.GenerateKey(s, "log", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := k.Public().Text()
	for i := range text {
		wrong := []byte(text)
		wrong[i] ^= 1
		if pub, err := ledger.ParsePublicKey(string(wrong)); err == nil {
			t.Fatalf("%s was read as %s", wrong, pub)
		}
	}
	for i := range k.Text() {
		_, err := ledger.ParsePrivateKey(k.Text()[:i])
		wantCode(t, err, "ledger.key_malformed")
	}
	if _, err := ledger.GenerateKey(s, "log", strings.NewReader("")); err == nil || fault.Of(err) != fault.Internal {
		t.Errorf("no randomness: %v", err)
	}
	_, err = ledger.SuiteByName("md5")
	wantCode(t, err, "ledger.suite_unknown")
	var zero ledger.PublicKey
	if zero.Verify(nil, nil) || zero.Text() != "" || zero.Suite() != nil {
		t.Error("the zero key does something")
	}
	_, err = ledger.PrivateKey{}.Sign(rand.Reader, nil)
	wantCode(t, err, "ledger.key_malformed")
}
