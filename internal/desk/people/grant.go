package people

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// Grant is what a post may do beyond its role and jurisdiction.
type Grant struct {
	ID     string    `json:"id"`
	Reason string    `json:"reason"`
	MadeAt time.Time `json:"made_at"`
	MadeBy string    `json:"made_by"`
	Ended  time.Time `json:"ended,omitzero"`
	person.Given
}

const grantColumns = `id, post, actions, place, unit, from_at, to_at, ended_at, reason, made_at, made_by`

func scanGrant(r store.Scanner) (Grant, error) {
	var g Grant
	var actions string
	var from, to, ended, made int64
	if err := r.Scan(&g.ID, &g.Post, &actions, &g.Place, &g.Unit, &from, &to, &ended, &g.Reason, &made, &g.MadeBy); err != nil {
		return g, err
	}
	g.From, g.To, g.Ended, g.MadeAt = instant(from), instant(to), instant(ended), instant(made)
	return g, json.Unmarshal([]byte(actions), &g.Actions)
}

// Grant lets a post do more, for a time and a reason. Faults: text.missing,
// text.too_long and those of person.Given.
func (d *Desk) Grant(ctx context.Context, by By, g person.Given, reason string, now time.Time) (string, error) {
	if err := may(by, access.ManageGrants); err != nil {
		return "", err
	}
	var wrong fault.List
	wrong.Add(g.Check(d.e.City(), now))
	if reason = strings.TrimSpace(reason); reason == "" {
		wrong.Add(fault.Field("reason", "text.missing", "reason"))
	} else if n := utf8.RuneCountInString(reason); n > 500 {
		wrong.Add(fault.Field("reason", "text.too_long", n, 500))
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	actions, err := json.Marshal(g.Actions)
	if err != nil {
		return "", err
	}
	id := newID()
	return id, d.write(ctx, now, "grant", func(tx *store.Tx) error {
		if err := tx.Queue(`INSERT INTO post_grant (district, id, post, actions, place, unit, from_at, to_at, ended_at, reason, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
			d.root(), id, g.Post, string(actions), g.Place, g.Unit, micro(g.From), micro(g.To), reason, now.UnixMicro(), by.Account); err != nil {
			return err
		}
		return d.log(tx, by, "GRANT_MADE", g.Post, id)
	})
}

// EndGrant ends a grant now. Fault: grant.unknown.
func (d *Desk) EndGrant(ctx context.Context, by By, id string, now time.Time) error {
	if err := may(by, access.ManageGrants); err != nil {
		return err
	}
	return d.write(ctx, now, "end_grant", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE post_grant SET ended_at = ? WHERE district = ? AND id = ? AND ended_at = 0`, now.UnixMicro(), d.root(), id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "grant.unknown")
		}
		if err != nil {
			return err
		}
		return d.log(tx, by, "GRANT_ENDED", id, "")
	})
}

// Grants lists the grants that hold now or later, by id after one; of one post
// if it is named.
func (d *Desk) Grants(ctx context.Context, by By, post, after string, limit int, now time.Time) ([]Grant, error) {
	if err := may(by, access.ManageGrants); err != nil {
		return nil, err
	}
	var out []Grant
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT `+grantColumns+` FROM post_grant WHERE district = ? AND id > ? AND (? = '' OR post = ?) AND ended_at = 0 AND to_at > ? ORDER BY id LIMIT ?`,
			scanGrant, d.root(), after, post, post, now.UnixMicro(), min(max(limit, 1), 500))
		return err
	})
	return out, err
}
