// Package people is the desk of who enters, and as whom: accounts and the
// seats they hold on posts, sign-in by password, second factor, passkey or
// single sign-on, sessions, invitations, grants, deputies, what two persons
// have to agree on, and the logs of the three administrators. What is
// permitted stands in domain/person and domain/access; it decides nothing
// about a matter.
package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/engine"
	"huying/internal/store"
)

// Options are what an installation may say about the door.
type Options struct {
	// Key seals names, secrets of second factors and device cookies. It is
	// derived for this purpose alone.
	Key ledger.Key
	// Idle and Absolute bound a session: without use, and in all.
	Idle, Absolute time.Duration
	// Second says who needs a second factor beside a password.
	Second SecondFactor
	// Origin returns the address by which browsers reach the server, such as
	// https://huying.example.gov.cn. Passkeys are bound to its host.
	Origin func() string
	// SSO is single sign-on; nil means there is none.
	SSO *SSO
	// Client talks to the provider of single sign-on; nil is one with a bound.
	Client *http.Client
}

// SecondFactor says who needs a second factor.
type SecondFactor string

// Who needs a second factor.
const (
	Optional SecondFactor = "optional"
	Admins   SecondFactor = "admins"
	Everyone SecondFactor = "all"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct {
	e     *engine.Engine
	o     Options
	vault *ledger.Vault
	seen  *sessions
	sso   *provider
	slow  chan struct{} // how many passwords are hashed at once
	dummy string        // what is checked where there is no password
}

// hashedAtOnce bounds the memory that hashing takes.
const hashedAtOnce = 4

// New returns the desk over an engine. Faults: ledger.secret_malformed.
func New(e *engine.Engine, o Options) (*Desk, error) {
	vault, err := ledger.NewVault(o.Key)
	if err != nil {
		return nil, err
	}
	if o.Idle <= 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Absolute <= 0 {
		o.Absolute = 12 * time.Hour
	}
	if o.Second == "" {
		o.Second = Admins
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second}
	}
	d := &Desk{e: e, o: o, vault: vault, seen: newSessions(), slow: make(chan struct{}, hashedAtOnce)}
	if d.dummy, err = hash(rand.Text()); err != nil {
		return nil, err
	}
	if o.SSO != nil {
		d.sso = &provider{conf: *o.SSO, client: o.Client}
	}
	return d, nil
}

// By is who does something at this desk. The zero Account is an engineer on
// the machine itself, who could do all this by hand.
type By struct {
	Account string
	Seat    string
	Kind    string // of the seat
	Actor   access.Actor
	Network string
}

// Client is what a browser brings besides its input.
type Client struct {
	Token   string // of the session it has now, "" if none
	Device  string // the cookie that says it was here before
	Address string
	Agent   string
}

func (d *Desk) root() string { return d.e.City().Root }

// newID returns an id nobody can guess.
func newID() string { return strings.ToLower(rand.Text()[:20]) }

// newSecret returns 256 random bits as text.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails: the program ends instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what is kept of a secret that is long enough not to be guessed.
func (d *Desk) digest(kind, secret string) string {
	return ledger.TokenHash(d.e.Suite(), kind+"/"+secret)
}

func (d *Desk) seal(plain, where string) ([]byte, error) {
	return d.vault.Seal(rand.Reader, []byte(plain), []byte(where))
}

func (d *Desk) open(sealed []byte, where string) (string, error) {
	plain, err := d.vault.Open(sealed, []byte(where))
	return string(plain), err
}

// log writes a line of the security log: who did what to whom.
func (d *Desk) log(tx *store.Tx, by By, act, subject, note string) error {
	return d.e.LogOffice(tx, engine.Office{
		Kind: engine.SecurityLog, Act: act, Account: by.Account, Seat: by.Seat, Post: by.Actor.ID, Network: by.Network, Subject: subject, Note: note,
	})
}

// may asks that who acts has a right that belongs to no place.
func may(by By, action access.Action) error { return access.Allow(by.Actor, action, access.Subject{}) }

// write runs a command and forgets which sessions are remembered, once it is
// durable: whatever it changed about a person works at once.
func (d *Desk) write(ctx context.Context, now time.Time, name string, fn func(*store.Tx) error) error {
	return d.e.Write(ctx, now, name, func(tx *store.Tx) error {
		tx.AfterCommit(d.seen.forget)
		return fn(tx)
	})
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
