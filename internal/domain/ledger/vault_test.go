package ledger_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/ledger"
)

func newKey(t fataler, name string) ledger.Key {
	t.Helper()
	s := must[ledger.Suite](t)(ledger.SuiteByName(name))
	return must[ledger.Key](t)(ledger.NewKey(s, rand.Reader))
}

func TestVaultOpensWhatItSealedAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(suites).Draw(t, "suite")
		v := must[*ledger.Vault](t)(ledger.NewVault(newKey(t, name).Derive("vault")))
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		aad := rapid.SliceOf(rapid.Byte()).Draw(t, "aad")
		sealed := must[[]byte](t)(v.Seal(rand.Reader, plain, aad))
		got := must[[]byte](t)(v.Open(sealed, aad))
		if !bytes.Equal(got, plain) || ledger.SealedWith(sealed) != v.KeyID() {
			t.Fatalf("%x, %s", got, ledger.SealedWith(sealed))
		}
		if len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatal("the text lies open")
		}
		if _, err := v.Open(sealed, append(aad, 0)); err == nil {
			t.Fatal("opens in another place")
		}
		i := rapid.IntRange(0, 8*len(sealed)-1).Draw(t, "bit")
		sealed[i/8] ^= 1 << (i % 8)
		if _, err := v.Open(sealed, aad); err == nil {
			t.Fatalf("bit %d is not seen", i)
		}
	})
}

func TestVaultKeysRotateEvenBetweenSuites(t *testing.T) {
	old, current := newKey(t, ledger.Intl).Derive("vault"), newKey(t, ledger.SM).Derive("vault")
	before := must[*ledger.Vault](t)(ledger.NewVault(old))
	sealed := must[[]byte](t)(before.Seal(rand.Reader, []byte("13800000000"), []byte("caller/1")))
	after := must[*ledger.Vault](t)(ledger.NewVault(current, old))
	if got, err := after.Open(sealed, []byte("caller/1")); err != nil || string(got) != "13800000000" {
		t.Fatalf("%s, %v", got, err)
	}
	if ledger.SealedWith(sealed) == after.KeyID() || after.KeyID() == before.KeyID() {
		t.Error("the keys cannot be told apart")
	}
	lost := must[*ledger.Vault](t)(ledger.NewVault(current))
	_, err := lost.Open(sealed, []byte("caller/1"))
	wantCode(t, err, "vault.key_unknown")
	_, err = lost.Open(sealed[:20], nil)
	wantCode(t, err, "vault.text_malformed")
	_, err = after.Open(sealed, []byte("caller/2"))
	wantCode(t, err, "vault.text_changed")
	if _, err := after.Seal(strings.NewReader(""), nil, nil); err == nil {
		t.Error("sealed without a nonce")
	}
	_, err = ledger.NewVault(ledger.Key{})
	wantCode(t, err, "ledger.secret_malformed")
}

func TestKeysOfPurposesDiffer(t *testing.T) {
	for _, name := range suites {
		k := newKey(t, name)
		a, b := k.Derive("vault"), k.Derive("track")
		if a == b || a == k || a != k.Derive("vault") || a.Suite().Name() != name {
			t.Error("derived keys repeat or change")
		}
		back, err := ledger.ParseKey(k.Text())
		if err != nil || back != k {
			t.Errorf("%v", err)
		}
		if s := fmt.Sprintf("%v %+v %#v %x", k, k, &k, k); strings.Contains(s, k.Text()[20:]) || len(s) > 80 {
			t.Errorf("printed: %s", s)
		}
	}
	text := newKey(t, ledger.Intl).Text()
	for _, wrong := range []string{"", text[1:], text[:len(text)-1], text + "=", strings.Replace(text, "intl", "x", 1), "SECRET+KEY+intl+AAAA"} {
		_, err := ledger.ParseKey(wrong)
		wantCode(t, err, "ledger.secret_malformed")
	}
	var zero ledger.Key
	if zero.Text() != "" || zero.Derive("x") != zero || zero.Code(1, 8) != "" {
		t.Error("the zero key does something")
	}
}

func TestCodesFollowFromTheKeyAndForgiveTyping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newKey(t, rapid.SampledFrom(suites).Draw(t, "suite")).Derive("track")
		id := rapid.Int64().Draw(t, "id")
		n := rapid.IntRange(8, 51).Draw(t, "n")
		code := k.Code(id, n)
		if len(code) != n || code != k.Code(id, n) || code == k.Code(id+1, n) || strings.ContainsAny(code, "ILOU") {
			t.Fatalf("%s", code)
		}
		typed := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(code[:4])) + " - " + code[4:]
		if !ledger.SameCode(typed, code) {
			t.Fatalf("%q is not taken for %s", typed, code)
		}
		wrong := []byte(code)
		i := rapid.IntRange(0, n-1).Draw(t, "at")
		wrong[i] = rapid.SampledFrom([]byte("23456789ABCDEFGHJKMNPQRSTVWXYZ")).Draw(t, "char")
		if string(wrong) != code && ledger.SameCode(string(wrong), code) {
			t.Fatalf("%s is taken for %s", wrong, code)
		}
	})
	k := newKey(t, ledger.Intl)
	if len(k.Code(1, 0)) != ledger.MinCode || len(k.Code(1, 999)) != ledger.MaxCode {
		t.Error("lengths are not bounded")
	}
	if ledger.SameCode("", "") || ledger.SameCode(strings.Repeat("-", 500), "A") {
		t.Error("an empty code opens")
	}
}

func TestTokensAreToldFromTypingMistakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		token := must[string](t)(ledger.NewToken(rand.Reader))
		if err := ledger.CheckToken(token); err != nil || !strings.HasPrefix(token, "hy_") {
			t.Fatalf("%s: %v", token, err)
		}
		wrong := []byte(token)
		i := rapid.IntRange(0, 8*len(wrong)-1).Draw(t, "bit")
		wrong[i/8] ^= 1 << (i % 8)
		if err := ledger.CheckToken(string(wrong)); err == nil {
			t.Fatalf("%s passes", wrong)
		}
	})
	for _, wrong := range []string{"", "hy_", "hy_x", strings.Repeat("x", 62)} {
		wantCode(t, ledger.CheckToken(wrong), "token.malformed")
	}
	a, b := suite(t, ledger.Intl), suite(t, ledger.SM)
	if h := ledger.TokenHash(a, "x"); len(h) != 64 || h == ledger.TokenHash(b, "x") || h == ledger.TokenHash(a, "y") {
		t.Errorf("%s", h)
	}
	if _, err := ledger.NewToken(strings.NewReader("short")); err == nil {
		t.Error("a token without randomness")
	}
}
