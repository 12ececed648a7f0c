package people_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"huying/internal/desk/people"
)

// authenticator is a passkey in software: one key on one device.
type authenticator struct {
	t      *testing.T
	origin string
	rp     string
	id     []byte
	user   []byte
	key    *ecdsa.PrivateKey
	count  uint32
	flags  byte // user present, user verified
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, origin: "https://huying.example.gov.cn", rp: "huying.example.gov.cn", id: []byte(rand.Text()), key: key, flags: 0x05}
}

type options struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
		RP struct {
			ID string `json:"id"`
		} `json:"rp"`
	} `json:"publicKey"`
}

func (a *authenticator) read(c *people.Ceremony) options {
	a.t.Helper()
	var o options
	if err := json.Unmarshal(c.Options, &o); err != nil || o.PublicKey.Challenge == "" {
		a.t.Fatalf("%s: %v", c.Options, err)
	}
	return o
}

func (a *authenticator) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.rp))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.count)
}

func (a *authenticator) encode(v any) []byte {
	b, err := cbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// create answers navigator.credentials.create.
func (a *authenticator) create(c *people.Ceremony) []byte {
	a.t.Helper()
	o := a.read(c)
	var err error
	if a.user, err = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID); err != nil {
		a.t.Fatal(err)
	}
	pub, err := a.key.PublicKey.ECDH()
	if err != nil {
		a.t.Fatal(err)
	}
	point := pub.Bytes() // 4, x, y
	data := append(a.data(a.flags|0x40), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id))) //nolint:gosec // 26 bytes
	data = append(data, a.id...)
	data = append(data, a.encode(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})...)
	return a.answer(map[string]any{
		"clientDataJSON":    b64(a.client("webauthn.create", o.PublicKey.Challenge)),
		"attestationObject": b64(a.encode(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
	})
}

// get answers navigator.credentials.get.
func (a *authenticator) get(c *people.Ceremony) []byte {
	a.t.Helper()
	client := a.client("webauthn.get", a.read(c).PublicKey.Challenge)
	a.count++
	data := a.data(a.flags)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(a.user)})
}

func (a *authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (h *house) addPasskey(a *authenticator, token string) (*people.Entered, error) {
	h.t.Helper()
	c, err := h.BeginPasskey(ctx, people.Client{Token: token}, noon)
	if err != nil {
		return nil, err
	}
	return h.AddPasskey(ctx, people.Client{Token: token}, c.Secret, "办公电脑", a.create(c), noon)
}

func (h *house) enter(a *authenticator, at time.Time) (*people.Entered, error) {
	h.t.Helper()
	c, err := h.BeginEnter(ctx, at)
	if err != nil {
		return nil, err
	}
	return h.Enter(ctx, c.Secret, a.get(c), people.Client{Address: "10.1.1.1"}, at)
}

func TestPasskeys(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		key, e := newAuthenticator(t), h.in("liu.xy", noon)
		added, err := h.addPasskey(key, e.Token)
		h.code("add", err, "")
		h.session("the secret from before", e.Token, noon, "session.ended")
		_, err = h.addPasskey(key, added.Token)
		h.code("the same key again", err, "passkey.known")
		in, err := h.enter(key, noon)
		h.code("enter", err, "")
		if in.Session.Account != id || in.Session.Stage != people.Inside || in.Session.How != "PASSKEY" || in.Device == "" {
			t.Errorf("%+v", in)
		}
		by := in.Session.By("")
		list, err := h.Passkeys(ctx, by, id)
		if err != nil || len(list) != 1 || list[0].Name != "办公电脑" || list[0].UsedAt.IsZero() {
			t.Fatalf("%+v, %v", list, err)
		}
		h.code("dropped by a stranger", h.DropPasskey(ctx, h.as("x", "440106-SW/HEAD"), id, list[0].ID, noon), "access.denied")
		h.code("drop", h.DropPasskey(ctx, by, id, list[0].ID, noon), "")
		h.code("drop again", h.DropPasskey(ctx, by, id, list[0].ID, noon), "passkey.unknown")
		_, err = h.enter(key, noon)
		h.code("dropped", err, "passkey.refused")
	})
}

func TestAPasskeyIsEnoughForAnAdministrator(t *testing.T) {
	each(t, func(h *house) {
		h.person("admin.x", "440100-SJJ/AUDITOR")
		e := h.in("admin.x", noon)
		in, err := h.addPasskey(newAuthenticator(t), e.Token)
		if err != nil || e.Session.Stage != people.NeedsEnrol || in.Session.Stage != people.Inside {
			t.Errorf("%+v, %v", in, err)
		}
	})
}

func TestPasskeysAreNotFooled(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		for name, spoil := range map[string]func(*authenticator){
			"another site":     func(a *authenticator) { a.origin = "https://huying.example.evil.cn" },
			"another host":     func(a *authenticator) { a.rp = "evil.cn" },
			"nobody verified":  func(a *authenticator) { a.flags = 0x01 },
			"nobody was there": func(a *authenticator) { a.flags = 0x04 },
		} {
			a := newAuthenticator(t)
			spoil(a)
			_, err := h.addPasskey(a, h.in("liu.xy", noon).Token)
			h.code("register: "+name, err, "passkey.refused")
		}
		key := newAuthenticator(t)
		_, err := h.addPasskey(key, h.in("liu.xy", noon).Token)
		h.code("add", err, "")
		for name, spoil := range map[string]func(*authenticator){
			"another site":      func(a *authenticator) { a.origin = "https://huying.example.evil.cn" },
			"another host":      func(a *authenticator) { a.rp = "evil.cn" },
			"nobody verified":   func(a *authenticator) { a.flags = 0x01 },
			"another key":       func(a *authenticator) { a.key = newAuthenticator(t).key },
			"another person":    func(a *authenticator) { a.user = []byte("x") },
			"an id that is not": func(a *authenticator) { a.id = []byte("x") },
		} {
			bad := *key
			spoil(&bad)
			_, err := h.enter(&bad, noon)
			h.code("enter: "+name, err, "passkey.refused")
		}
		c, err := h.BeginEnter(ctx, noon)
		h.code("begin", err, "")
		answer := key.get(c)
		_, err = h.Enter(ctx, c.Secret, answer, people.Client{}, noon.Add(6*time.Minute))
		h.code("too late", err, "ceremony.ended")
		_, err = h.Enter(ctx, "x", answer, people.Client{}, noon)
		h.code("another ceremony", err, "ceremony.ended")
		_, err = h.Enter(ctx, c.Secret, []byte("{"), people.Client{}, noon)
		h.code("no answer", err, "passkey.refused")
		_, err = h.Enter(ctx, c.Secret, answer, people.Client{}, noon)
		h.code("right", err, "")
		_, err = h.Enter(ctx, c.Secret, answer, people.Client{}, noon)
		h.code("played again", err, "ceremony.ended")
		copied := *key
		copied.count = 0
		_, err = h.enter(&copied, noon)
		h.code("a copy of the key", err, "passkey.refused")
		h.code("disable", h.Disable(ctx, h.security(), id, noon), "")
		_, err = h.enter(key, noon)
		h.code("disabled", err, "account.disabled")
	})
}

func TestPasskeysNeedAName(t *testing.T) {
	each(t, func(h *house) {
		_, err := h.BeginEnter(ctx, noon)
		h.code("an address of numbers", err, "passkey.needs_host")
	}, func(o *people.Options) { o.Origin = func() string { return "http://127.0.0.1:8080" } })
}
