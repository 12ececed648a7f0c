package engine

import (
	"context"
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
	list, err := store.All(q, `SELECT actions, place, unit FROM post_grant WHERE district = ? AND post = ? AND from_at <= ? AND to_at > ? AND ended_at = 0 ORDER BY id`,
		func(r store.Scanner) (person.Given, error) {
			var g person.Given
			var actions string
			if err := r.Scan(&actions, &g.Place, &g.Unit); err != nil {
				return g, err
			}
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
