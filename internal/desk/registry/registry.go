// Package registry is the desk of the installation itself: API tokens and who
// acts by them, evidence files, the shapes of places, and why a date is what
// it is. It decides nothing about a matter.
package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct {
	e *engine.Engine
}

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// NewToken asks for an API token that acts as a post.
type NewToken struct {
	Name   string    `json:"name" minLength:"1" maxLength:"100" doc:"What it is for"`
	Post   string    `json:"post" maxLength:"80" doc:"Code of the post it acts as"`
	Scopes []string  `json:"scopes,omitempty" maxItems:"40" doc:"Actions it may do; empty: all the post may"`
	Ends   time.Time `json:"ends" doc:"When it stops working"`
}

// Token is a token without its secret.
type Token struct {
	ID      string    `json:"id" doc:"First 12 characters of its hash"`
	Name    string    `json:"name"`
	Post    string    `json:"post"`
	Scopes  []string  `json:"scopes"`
	MadeAt  time.Time `json:"made_at"`
	MadeBy  string    `json:"made_by"`
	Ends    time.Time `json:"ends"`
	Revoked bool      `json:"revoked"`
}

// longestToken bounds how long a token may work.
const longestToken = 2 * 366 * 24 * time.Hour

// MakeToken returns the secret of a new token, which is shown this once: only
// its hash is kept. Faults: post.unknown, scope.unknown, token.end_out_of_range.
func (d *Desk) MakeToken(ctx context.Context, cmd engine.Command, in NewToken) (secret string, _ *Token, err error) {
	if err := access.Allow(cmd.Actor, access.ManageTokens, access.Subject{}); err != nil {
		return "", nil, err
	}
	if _, ok := d.e.City().Org.Post(in.Post); !ok {
		return "", nil, fault.Field("post", "post.unknown", in.Post)
	}
	if strings.TrimSpace(in.Name) == "" {
		return "", nil, fault.Field("name", "text.missing", "name")
	}
	if n := utf8.RuneCountInString(in.Name); n > 100 {
		return "", nil, fault.Field("name", "text.too_long", n, 100)
	}
	for _, s := range in.Scopes {
		if !slices.Contains(access.Actions(), access.Action(s)) {
			return "", nil, fault.Field("scopes", "scope.unknown", s)
		}
	}
	secret, err = ledger.NewToken(rand.Reader)
	if err != nil {
		return "", nil, fmt.Errorf("make a token: %w", err)
	}
	hash := ledger.TokenHash(d.e.Suite(), secret)
	scopes, err := json.Marshal(in.Scopes)
	if err != nil {
		return "", nil, err
	}
	var out *Token
	err = d.e.Write(ctx, cmd.At, "make_token", func(tx *store.Tx) error {
		if in.Ends.Before(tx.Now()) || in.Ends.After(tx.Now().Add(longestToken)) {
			return fault.Field("ends", "token.end_out_of_range", tx.Now(), tx.Now().Add(longestToken))
		}
		out = &Token{ID: hash[:12], Name: in.Name, Post: in.Post, Scopes: in.Scopes, MadeAt: tx.Now(), MadeBy: cmd.Actor.ID, Ends: in.Ends}
		if err := d.e.LogOffice(tx, engine.Office{Kind: engine.SystemLog, Act: "TOKEN_MADE", Post: cmd.Actor.ID, Subject: out.ID, Note: in.Post}); err != nil {
			return err
		}
		return tx.Queue(`INSERT INTO token (district, hash, name, post, scopes, made_at, made_by, ends_at, revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			d.e.City().Root, hash, in.Name, in.Post, string(scopes), tx.Now().UnixMicro(), cmd.Actor.ID, in.Ends.UnixMicro())
	})
	return secret, out, err
}

const tokenColumns = `hash, name, post, scopes, made_at, made_by, ends_at, revoked`

func scanToken(r store.Scanner) (Token, error) {
	var t Token
	var scopes string
	var made, ends, revoked int64
	if err := r.Scan(&t.ID, &t.Name, &t.Post, &scopes, &made, &t.MadeBy, &ends, &revoked); err != nil {
		return t, err
	}
	t.ID, t.MadeAt, t.Ends, t.Revoked = t.ID[:12], time.UnixMicro(made).UTC(), time.UnixMicro(ends).UTC(), revoked != 0
	return t, json.Unmarshal([]byte(scopes), &t.Scopes)
}

// Tokens lists all tokens.
func (d *Desk) Tokens(ctx context.Context, actor access.Actor) ([]Token, error) {
	if err := access.Allow(actor, access.ManageTokens, access.Subject{}); err != nil {
		return nil, err
	}
	var out []Token
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT `+tokenColumns+` FROM token WHERE district = ? ORDER BY made_at`, scanToken, d.e.City().Root)
		return err
	})
	return out, err
}

// RevokeToken ends a token at once. Fault: token.unknown.
func (d *Desk) RevokeToken(ctx context.Context, cmd engine.Command, id string) error {
	if err := access.Allow(cmd.Actor, access.ManageTokens, access.Subject{}); err != nil {
		return err
	}
	if len(id) != 12 || strings.Trim(id, "0123456789abcdef") != "" {
		return fault.New(fault.NotFound, "token.unknown")
	}
	return d.e.Write(ctx, cmd.At, "revoke_token", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE token SET revoked = ? WHERE district = ? AND hash >= ? AND hash < ? AND revoked = 0`,
			tx.Now().UnixMicro(), d.e.City().Root, id, id+"g")
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "token.unknown")
		}
		if err != nil {
			return err
		}
		return d.e.LogOffice(tx, engine.Office{Kind: engine.SystemLog, Act: "TOKEN_REVOKED", Post: cmd.Actor.ID, Subject: id})
	})
}

// Bearer returns the actor a token stands for at an instant.
// Faults: token.malformed, token.refused.
func (d *Desk) Bearer(ctx context.Context, secret string, now time.Time) (access.Actor, error) {
	if err := ledger.CheckToken(secret); err != nil {
		return access.Actor{}, err
	}
	var t Token
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		var found bool
		t, found, err = store.One(v, `SELECT `+tokenColumns+` FROM token WHERE district = ? AND hash = ?`, scanToken,
			d.e.City().Root, ledger.TokenHash(d.e.Suite(), secret))
		if err == nil && !found {
			return fault.New(fault.Unknown, "token.refused")
		}
		return err
	})
	if err != nil {
		return access.Actor{}, err
	}
	if t.Revoked || !now.Before(t.Ends) {
		return access.Actor{}, fault.New(fault.Unknown, "token.refused")
	}
	actor, err := d.e.Actor(ctx, t.Post, now)
	if err != nil {
		return access.Actor{}, fault.New(fault.Unknown, "token.refused").Because(err)
	}
	for _, s := range t.Scopes {
		actor.Scopes = append(actor.Scopes, access.Action(s))
	}
	return actor, nil
}

// Actor returns the actor of a post, without grants; see person.Actor.
func Actor(city *pack.City, post string) (access.Actor, error) { return person.Actor(city, post) }

// ActorOf returns the actor of the first post of a role in a unit, for tools
// and tests that act for a unit.
func ActorOf(city *pack.City, unit string, role org.Role) (access.Actor, error) {
	for _, p := range city.Org.Posts(unit) {
		if p.Role == role {
			return Actor(city, p.Code)
		}
	}
	return access.Actor{}, fault.Field("unit", "post.unknown", unit+"/"+string(role))
}
