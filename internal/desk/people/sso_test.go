package people_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/people"
)

// provider is a small OpenID provider: discovery, keys, codes and tokens, with
// PKCE. It signs in whoever its subject is without asking.
type provider struct {
	*httptest.Server
	key *rsa.PrivateKey

	mu     sync.Mutex
	claims map[string]any        // of the next token
	codes  map[string]url.Values // what was asked for with the code
	spoil  func(map[string]any)
	signer *rsa.PrivateKey
}

var providerKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

func newProvider(t *testing.T) *provider {
	p := &provider{key: providerKeys()[0], signer: providerKeys()[0], codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		code := rand.Text()
		p.mu.Lock()
		p.codes[code] = q
		p.mu.Unlock()
		http.Redirect(w, r, q.Get("redirect_uri")+"?code="+code+"&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked, ok := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if !ok || id != "huying" || secret != "s3cret" || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != b64(sum[:]) ||
		r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := map[string]any{"iss": p.URL, "aud": "huying", "nonce": asked.Get("nonce"), "iat": noon.Unix(), "exp": noon.Add(time.Minute).Unix()}
	maps.Copy(claims, p.claims)
	if p.spoil != nil {
		p.spoil(claims)
	}
	head, _ := json.Marshal(map[string]string{"alg": "RS256", "kid": "1"})
	body, _ := json.Marshal(claims)
	text := b64(head) + "." + b64(body)
	digest := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.signer, crypto.SHA256, digest[:])
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": text + "." + b64(sig)})
}

// through sends a browser through the provider and returns what it brings
// back.
func (h *house) through(to string) (state, code string) {
	h.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Get(to) //nolint:noctx // a test
	if err != nil {
		h.t.Fatal(err)
	}
	_ = r.Body.Close()
	back, err := r.Location()
	if err != nil {
		h.t.Fatal(err)
	}
	if got := back.Scheme + "://" + back.Host + back.Path; got != "https://huying.example.gov.cn"+people.SSOPath {
		h.t.Errorf("sent back to %s", got)
	}
	return back.Query().Get("state"), back.Query().Get("code")
}

func (h *house) sso() (*people.Entered, error) {
	h.t.Helper()
	to, cookie, err := h.BeginSSO(ctx, noon)
	if err != nil {
		return nil, err
	}
	state, code := h.through(to)
	return h.FinishSSO(ctx, cookie, state, code, people.Client{Address: "10.1.1.1"}, noon)
}

func withSSO(p *provider, change ...func(*people.SSO)) func(*people.Options) {
	return func(o *people.Options) {
		s := people.SSO{
			Issuer: p.URL, Client: "huying", Secret: "s3cret", Scopes: []string{"profile"}, LoginClaim: "preferred_username", NameClaim: "name",
			PostsClaim: "roles", Posts: map[string]string{"cg": "440106-CG/HANDLER", "sw": "440106-SW/HANDLER", "root": "440100-ZS/SYSTEM_ADMIN"},
		}
		for _, c := range change {
			c(&s)
		}
		o.SSO = &s
	}
}

func TestSingleSignOn(t *testing.T) {
	p := newProvider(t)
	each(t, func(h *house) {
		id := h.person("liu.xy")
		p.claims = map[string]any{"sub": "u-1", "preferred_username": "Liu.XY", "roles": []string{"cg", "unknown", "root"}}
		e, err := h.sso()
		h.code("sign in", err, "")
		if e.Session.Account != id || e.Session.Stage != people.Inside || e.Session.Actor.ID != "440106-CG/HANDLER" || e.Session.How != "OIDC" {
			t.Errorf("%+v", e.Session)
		}
		p.claims = map[string]any{"sub": "u-1", "preferred_username": "renamed", "roles": "sw"}
		if e, err = h.sso(); err != nil || e.Session.Account != id || e.Session.Actor.ID != "440106-SW/HANDLER" {
			t.Errorf("moved to another post: %+v, %v", e, err)
		}
		p.claims["roles"] = []string{}
		if e, err = h.sso(); err != nil || e.Session.Stage != people.NeedsSeat {
			t.Errorf("without a post: %+v, %v", e, err)
		}
		p.claims = map[string]any{"sub": "u-2", "preferred_username": "liu.xy"}
		_, err = h.sso()
		h.code("another subject takes the same login", err, "oidc.no_account")
		p.claims = map[string]any{"sub": "u-3", "preferred_username": "stranger"}
		_, err = h.sso()
		h.code("no account", err, "oidc.no_account")
		p.claims = map[string]any{"sub": "u-3"}
		_, err = h.sso()
		h.code("no claim", err, "oidc.claim_missing")
		h.person("admin.x", "440100-ZS/SECURITY_ADMIN")
		p.claims = map[string]any{"sub": "u-4", "preferred_username": "admin.x"}
		_, err = h.sso()
		h.code("an administrator by claim", err, "oidc.no_account")
		h.code("disable", h.Disable(ctx, h.security(), id, noon), "")
		p.claims = map[string]any{"sub": "u-1"}
		_, err = h.sso()
		h.code("disabled", err, "account.disabled")
	}, withSSO(p))
}

func TestSingleSignOnMakesAccountsIfItMay(t *testing.T) {
	p := newProvider(t)
	each(t, func(h *house) {
		p.claims = map[string]any{"sub": "u-9", "preferred_username": "new.x", "name": "新人", "roles": []string{"cg"}}
		e, err := h.sso()
		if err != nil || e.Session.Name != "新人" || e.Session.Actor.ID != "440106-CG/HANDLER" {
			t.Fatalf("%+v, %v", e, err)
		}
		_, err = h.signIn("new.x", "", people.Client{}, noon)
		h.code("without a password there is no entry by one", err, "signin.wrong")
	}, withSSO(p, func(s *people.SSO) { s.Create = true }))
}

func TestSingleSignOnIsNotFooled(t *testing.T) {
	p := newProvider(t)
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		p.claims = map[string]any{"sub": "u-1", "preferred_username": "liu.xy"}
		for name, spoil := range map[string]func(map[string]any){
			"another nonce":    func(c map[string]any) { c["nonce"] = "x" },
			"another audience": func(c map[string]any) { c["aud"] = "other" },
			"another issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
			"too old":          func(c map[string]any) { c["exp"] = noon.Add(-time.Second).Unix() },
		} {
			p.spoil = spoil
			_, err := h.sso()
			h.code(name, err, "oidc.refused")
		}
		p.spoil = nil
		p.signer = providerKeys()[1]
		_, err := h.sso()
		h.code("another key", err, "oidc.refused")
		p.signer = p.key

		to, cookie, err := h.BeginSSO(ctx, noon)
		h.code("begin", err, "")
		state, code := h.through(to)
		_, err = h.FinishSSO(ctx, "somebody else's", state, code, people.Client{}, noon)
		h.code("another browser", err, "ceremony.ended")
		_, err = h.FinishSSO(ctx, cookie, "forged", code, people.Client{}, noon)
		h.code("another state", err, "ceremony.ended")
		_, err = h.FinishSSO(ctx, cookie, state, code, people.Client{}, noon)
		h.code("a second time", err, "ceremony.ended")

		to, cookie, err = h.BeginSSO(ctx, noon)
		h.code("begin", err, "")
		state, _ = h.through(to)
		stolen, _, err := h.BeginSSO(ctx, noon)
		h.code("begin elsewhere", err, "")
		_, code = h.through(stolen)
		_, err = h.FinishSSO(ctx, cookie, state, code, people.Client{}, noon)
		h.code("the code of another browser: PKCE", err, "oidc.refused")
		if strings.Contains(to, "s3cret") {
			t.Error("the secret was sent to the browser")
		}
		to, cookie, err = h.BeginSSO(ctx, noon)
		h.code("begin", err, "")
		state, code = h.through(to)
		_, err = h.FinishSSO(ctx, cookie, state, code, people.Client{}, noon.Add(6*time.Minute))
		h.code("too late", err, "ceremony.ended")
	}, withSSO(p))
}

func TestSingleSignOnOffOrAway(t *testing.T) {
	each(t, func(h *house) {
		_, _, err := h.BeginSSO(ctx, noon)
		h.code("off", err, "oidc.off")
		_, err = h.FinishSSO(ctx, "", "", "", people.Client{}, noon)
		h.code("off", err, "oidc.off")
	})
	p := newProvider(t)
	away := withSSO(p)
	p.Close()
	each(t, func(h *house) {
		_, _, err := h.BeginSSO(ctx, noon)
		h.code("away", err, "oidc.unreachable")
	}, away)
}
