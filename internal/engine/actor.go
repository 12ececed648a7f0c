package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/store"
)

// Actor returns the actor of a post with the grants that are in force at an
// instant. Fault: post.unknown.
func (e *Engine) Actor(ctx context.Context, post string, now time.Time) (access.Actor, error) {
	var out access.Actor
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		out, err = e.ActorIn(v, post, now)
		return err
	})
	return out, err
}

// ActorIn is Actor within a read or a command of a desk.
func (e *Engine) ActorIn(q store.Querier, post string, now time.Time) (access.Actor, error) {
	city := e.City()
	a, err := person.Actor(city, post)
	if err != nil {
		return a, err
	}
	list, err := store.All(q, `SELECT actions, place, unit, to_at FROM post_grant WHERE district = ? AND post = ? AND from_at <= ? AND to_at > ? AND ended_at = 0 ORDER BY id`,
		func(r store.Scanner) (person.Given, error) {
			var g person.Given
			var actions string
			var to int64
			if err := r.Scan(&actions, &g.Place, &g.Unit, &to); err != nil {
				return g, err
			}
			g.To = time.UnixMicro(to).UTC()
			return g, json.Unmarshal([]byte(actions), &g.Actions)
		}, city.Root, post, now.UnixMicro(), now.UnixMicro())
	if err != nil {
		return a, err
	}
	for _, g := range list {
		if granted, ok := g.Granted(city); ok {
			a.Grants = append(a.Grants, granted)
		}
	}
	return a, nil
}

// Grant lets a post do more, for a time, in the transaction of what it is for:
// what a post gets by a record ends by itself with it. Faults: those of
// person.Given.
func (b *Bundle) Grant(g person.Given, reason string) error {
	w := b.w
	if err := g.Check(w.city, w.now.Time()); err != nil {
		return err
	}
	actions, err := json.Marshal(g.Actions)
	if err != nil {
		return err
	}
	id := rand.Text()
	if err := w.tx.Queue(`INSERT INTO post_grant (district, id, post, actions, place, unit, from_at, to_at, ended_at, reason, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
		w.city.Root, id, g.Post, string(actions), g.Place, g.Unit, g.From.UnixMicro(), g.To.UnixMicro(), reason, int64(w.now), w.cmd.Actor.ID); err != nil {
		return err
	}
	return w.e.LogOffice(w.tx, Office{Kind: SecurityLog, Act: "GRANT_MADE", Post: w.cmd.Actor.ID, Subject: g.Post, Note: id})
}

// Day is the civil day of a command's instant; the zero time is now.
func (e *Engine) Day(at time.Time) int {
	if at.IsZero() {
		at = e.now()
	}
	return Today(Instant(at))
}
