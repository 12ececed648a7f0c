package api

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/fault"
)

// bearer returns the token of an Authorization header.
func bearer(header string) (string, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if secret == "" || !strings.EqualFold(scheme, "Bearer") {
		return "", fault.New(fault.Unknown, "token.missing")
	}
	return strings.TrimSpace(secret), nil
}

// remembered is how long a token is believed without asking the database
// again: a token revoked elsewhere works at most so much longer. One revoked
// through this process stops at once, and so does what was granted for a time
// when the time is over.
const remembered = 3 * time.Second

// mostBearers bounds how many tokens are remembered.
const mostBearers = 4096

// bearers remembers who the tokens of the last seconds stand for, so that a
// busy client does not cost a query with each request. It keeps hashes only.
type bearers struct {
	desk *registry.Desk

	mu    sync.RWMutex
	known map[[32]byte]known
}

type known struct {
	actor access.Actor
	until time.Time
}

func newBearers(desk *registry.Desk) *bearers {
	return &bearers{desk: desk, known: map[[32]byte]known{}}
}

func bearerKey(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// actor returns who a token stands for.
func (b *bearers) actor(ctx context.Context, key [32]byte, secret string, now time.Time) (access.Actor, error) {
	b.mu.RLock()
	k, ok := b.known[key]
	b.mu.RUnlock()
	if ok && now.Before(k.until) {
		return k.actor, nil
	}
	actor, err := b.desk.Bearer(ctx, secret, now)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		delete(b.known, key)
		return actor, err
	}
	if len(b.known) >= mostBearers {
		clear(b.known)
	}
	until := now.Add(remembered)
	if ends := actor.Until(); !ends.IsZero() && ends.Before(until) {
		until = ends
	}
	b.known[key] = known{actor, until}
	return actor, nil
}

// forget forgets every token, after one was revoked.
func (b *bearers) forget() {
	b.mu.Lock()
	clear(b.known)
	b.mu.Unlock()
}
