package people

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// SSO says where single sign-on goes and how its claims are read.
type SSO struct {
	Issuer string
	Client string
	Secret string
	Scopes []string // beside openid
	// LoginClaim names the claim that is a login here. A person who comes for
	// the first time is the account of that login; from then on the subject of
	// the provider decides.
	LoginClaim string
	NameClaim  string
	// PostsClaim names the claim, a text or a list of texts, from which seats
	// follow by Posts; "" leaves seats to the security administrator.
	PostsClaim string
	Posts      map[string]string // value of the claim → code of the post
	Create     bool              // make accounts for people who have none
}

// SSOPath is where the provider sends browsers back to, below the origin.
const SSOPath = "/signin/oidc"

// bySSOMade marks the seats that follow from claims.
const bySSOMade = "OIDC"

// provider is the provider of single sign-on, asked for its addresses and keys
// when it is first needed.
type provider struct {
	conf   SSO
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

// discover returns the provider. Fault: oidc.unreachable.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.conf.Issuer)
	if err != nil {
		return nil, fault.New(fault.Busy, "oidc.unreachable").Because(err)
	}
	p.found = found
	return found, nil
}

func (d *Desk) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: d.sso.conf.Client, ClientSecret: d.sso.conf.Secret, Endpoint: found.Endpoint(),
		RedirectURL: strings.TrimSuffix(d.o.Origin(), "/") + SSOPath, Scopes: append([]string{oidc.ScopeOpenID}, d.sso.conf.Scopes...),
	}
}

// HasSSO reports whether there is single sign-on.
func (d *Desk) HasSSO() bool { return d.sso != nil }

type ssoBegun struct {
	State, Nonce, Verifier string
}

// BeginSSO returns where to send a browser, and the cookie by which it is known
// when it comes back. Faults: oidc.off, oidc.unreachable.
func (d *Desk) BeginSSO(ctx context.Context, now time.Time) (to, cookie string, err error) {
	if d.sso == nil {
		return "", "", fault.New(fault.NotFound, "oidc.off")
	}
	found, err := d.sso.discover(ctx)
	if err != nil {
		return "", "", err
	}
	begun := ssoBegun{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier()}
	err = d.e.Write(ctx, now, "begin_oidc", func(tx *store.Tx) error {
		cookie, err = d.keep(tx, federated, "", begun, now)
		return err
	})
	return d.oauth(found).AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)), cookie, err
}

// FinishSSO lets a person in with what the provider sent them back with.
// Faults: oidc.off, oidc.unreachable, ceremony.ended, oidc.refused,
// oidc.claim_missing, oidc.no_account, account.disabled.
func (d *Desk) FinishSSO(ctx context.Context, cookie, state, code string, c Client, now time.Time) (*Entered, error) {
	if d.sso == nil {
		return nil, fault.New(fault.NotFound, "oidc.off")
	}
	found, err := d.sso.discover(ctx)
	if err != nil {
		return nil, err
	}
	var begun ssoBegun
	if err := d.e.Write(ctx, now, "take_oidc", func(tx *store.Tx) error {
		begun = ssoBegun{}
		return d.take(tx, federated, "", cookie, &begun, now)
	}); err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(state), []byte(begun.State)) != 1 {
		return nil, fault.New(fault.Conflict, "ceremony.ended")
	}
	token, claims, err := d.redeem(ctx, found, begun, code, now)
	if err != nil {
		return nil, err
	}
	var fresh string
	err = d.write(ctx, now, "enter_by_oidc", func(tx *store.Tx) error {
		a, err := d.federate(tx, token, claims, now)
		if err != nil {
			return err
		}
		if a.disabled != 0 {
			return fault.New(fault.Denied, "account.disabled")
		}
		if err := d.follow(tx, a, claims, now); err != nil {
			return err
		}
		fresh, err = d.begin(tx, a, bySSO, c, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, fresh, c, now)
}

// redeem trades the code for an ID token and checks it.
func (d *Desk) redeem(ctx context.Context, found *oidc.Provider, begun ssoBegun, code string, now time.Time) (*oidc.IDToken, map[string]any, error) {
	ctx = oidc.ClientContext(ctx, d.sso.client)
	refused := fault.New(fault.Unknown, "oidc.refused")
	got, err := d.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	if err != nil {
		return nil, nil, refused.Because(err)
	}
	raw, _ := got.Extra("id_token").(string)
	token, err := found.Verifier(&oidc.Config{ClientID: d.sso.conf.Client, Now: func() time.Time { return now }}).Verify(ctx, raw)
	if err != nil {
		return nil, nil, refused.Because(err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(begun.Nonce)) != 1 {
		return nil, nil, refused
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return nil, nil, refused.Because(err)
	}
	return token, claims, nil
}

// federate returns the account of a subject, links it, or makes it.
func (d *Desk) federate(tx *store.Tx, token *oidc.IDToken, claims map[string]any, now time.Time) (account, error) {
	id, found, err := store.One(tx, `SELECT account FROM oidc_identity WHERE district = ? AND issuer = ? AND subject = ?`, func(r store.Scanner) (string, error) {
		var id string
		return id, r.Scan(&id)
	}, d.root(), token.Issuer, token.Subject)
	if err != nil {
		return account{}, err
	}
	if found {
		return d.byID(tx, id)
	}
	login, err := person.Login(text(claims[d.sso.conf.LoginClaim]))
	if err != nil {
		return account{}, fault.New(fault.Denied, "oidc.claim_missing", d.sso.conf.LoginClaim)
	}
	a, found, err := d.byLogin(tx, login)
	switch {
	case err != nil:
		return a, err
	case found:
		if err := d.mayLink(tx, a, token.Issuer, now); err != nil {
			return a, err
		}
	case !d.sso.conf.Create:
		return a, fault.New(fault.Denied, "oidc.no_account", login)
	default:
		if a, err = d.fromClaims(tx, login, claims, now); err != nil {
			return a, err
		}
	}
	if err := tx.Queue(`INSERT INTO oidc_identity (district, issuer, subject, account, made_at) VALUES (?, ?, ?, ?, ?)`,
		d.root(), token.Issuer, token.Subject, a.id, now.UnixMicro()); err != nil {
		return a, err
	}
	return a, d.log(tx, By{}, "SSO_LINKED", a.id, token.Issuer)
}

// mayLink refuses to link by a claim what is linked already, and the accounts
// of administrators: a provider must not be able to make itself one.
func (d *Desk) mayLink(tx *store.Tx, a account, issuer string, now time.Time) error {
	var n int64
	if err := tx.Row(`SELECT COUNT(*) FROM oidc_identity WHERE district = ? AND account = ? AND issuer = ?`, d.root(), a.id, issuer).Scan(&n); err != nil {
		return err
	}
	seats, err := d.seatsOf(tx, a.id)
	if err != nil {
		return err
	}
	administers := slices.ContainsFunc(seats, func(s Seat) bool {
		p, ok := d.e.City().Org.Post(s.Post)
		return ok && p.Role.Administers() && s.Coming(now)
	})
	if n > 0 || administers {
		return fault.New(fault.Denied, "oidc.no_account", a.login)
	}
	return nil
}

func (d *Desk) fromClaims(tx *store.Tx, login string, claims map[string]any, now time.Time) (account, error) {
	name, err := person.Name(text(claims[d.sso.conf.NameClaim]))
	if err != nil {
		name = login
	}
	made, err := d.make(tx, By{Account: bySSOMade}, NewAccount{Login: login, Name: name}, false, now)
	if err != nil {
		return account{}, err
	}
	return d.byID(tx, made.Account)
}

// follow gives and ends the seats that follow from the claims. Seats that the
// security administrator gave stay.
func (d *Desk) follow(tx *store.Tx, a account, claims map[string]any, now time.Time) error {
	if d.sso.conf.PostsClaim == "" {
		return nil
	}
	var want []string
	for _, v := range texts(claims[d.sso.conf.PostsClaim]) {
		post := d.sso.conf.Posts[v]
		p, ok := d.e.City().Org.Post(post)
		if ok && !p.Role.Administers() && !slices.Contains(want, post) {
			want = append(want, post)
		}
	}
	by := By{Account: bySSOMade}
	seats, err := d.seatsOf(tx, a.id)
	if err != nil {
		return err
	}
	for _, s := range seats {
		if !s.Coming(now) || s.Kind != person.Holder {
			continue
		}
		wanted := slices.Contains(want, s.Post)
		want = slices.DeleteFunc(want, func(post string) bool { return post == s.Post })
		if s.MadeBy != bySSOMade || wanted {
			continue
		}
		if err := tx.Queue(`UPDATE seat SET ended_at = ? WHERE district = ? AND id = ?`, now.UnixMicro(), d.root(), s.ID); err != nil {
			return err
		}
		if err := d.log(tx, by, "SEAT_ENDED", a.id, "HOLDER "+s.Post); err != nil {
			return err
		}
	}
	for _, post := range want {
		if _, err := d.seat(tx, by, a.id, person.Seat{Post: post, Kind: person.Holder, From: now}, now); err != nil {
			return err
		}
	}
	return nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts reads a claim that is a text or a list of texts.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
