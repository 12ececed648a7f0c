package people

import (
	"context"
	"strings"
	"time"
	"unicode"

	"huying/internal/domain/access"
	"huying/internal/fault"
	"huying/internal/store"
)

// SignedIn is a session as its person sees it in a list.
type SignedIn struct {
	ID      string    `json:"id"`
	Stage   Stage     `json:"stage"`
	How     string    `json:"how"`
	Post    string    `json:"post"`
	MadeAt  time.Time `json:"made_at"`
	SeenAt  time.Time `json:"seen_at"`
	Ends    time.Time `json:"ends"`
	Network string    `json:"network"`
	Agent   string    `json:"agent"`
}

// Sessions lists the sessions of an account that hold, newest first: to the
// person and to the security administrator.
func (d *Desk) Sessions(ctx context.Context, by By, of string, now time.Time) ([]SignedIn, error) {
	if err := d.ownOr(by, of); err != nil {
		return nil, err
	}
	var out []SignedIn
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT s.hash, s.stage, s.how, COALESCE(t.post, ''), s.made_at, s.seen_at, s.ends_at, s.network, s.agent FROM session s
			LEFT JOIN seat t ON t.district = s.district AND t.id = s.seat
			WHERE s.district = ? AND s.account = ? AND s.revoked = 0 AND s.ends_at > ? AND s.seen_at > ? ORDER BY s.made_at DESC, s.hash LIMIT 200`,
			func(r store.Scanner) (SignedIn, error) {
				var s SignedIn
				var made, seen, ends int64
				err := r.Scan(&s.ID, &s.Stage, &s.How, &s.Post, &made, &seen, &ends, &s.Network, &s.Agent)
				s.ID, s.MadeAt, s.SeenAt, s.Ends = s.ID[:16], instant(made), instant(seen), instant(ends)
				return s, err
			}, d.root(), of, now.UnixMicro(), now.Add(-d.o.Idle).UnixMicro())
		return err
	})
	return out, err
}

// ownOr asks that somebody acts on their own account or administers accounts.
func (d *Desk) ownOr(by By, of string) error {
	if of != "" && of == by.Account {
		return nil
	}
	return may(by, access.ManageAccounts)
}

// Revoke ends one session of an account at once. Fault: session.unknown.
func (d *Desk) Revoke(ctx context.Context, by By, of, id string, now time.Time) error {
	if err := d.ownOr(by, of); err != nil {
		return err
	}
	if len(id) != 16 || strings.Trim(id, "0123456789abcdef") != "" {
		return fault.New(fault.NotFound, "session.unknown")
	}
	return d.write(ctx, now, "revoke_session", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE session SET revoked = ? WHERE district = ? AND account = ? AND hash >= ? AND hash < ? AND revoked = 0`,
			now.UnixMicro(), d.root(), of, id, id+"g")
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "session.unknown")
		}
		if err != nil {
			return err
		}
		return d.log(tx, by, "SESSION_REVOKED", of, id)
	})
}

// RevokeAll ends every session of an account but the one of id keep, which may
// be "".
func (d *Desk) RevokeAll(ctx context.Context, by By, of, keep string, now time.Time) error {
	if err := d.ownOr(by, of); err != nil {
		return err
	}
	return d.write(ctx, now, "revoke_sessions", func(tx *store.Tx) error {
		if err := d.revokeAll(tx, of, keep, now); err != nil {
			return err
		}
		return d.log(tx, by, "SESSIONS_REVOKED", of, "")
	})
}

func (d *Desk) revokeAll(tx *store.Tx, of, keep string, now time.Time) error {
	_, err := tx.Exec(`UPDATE session SET revoked = ? WHERE district = ? AND account = ? AND revoked = 0 AND (? = '' OR hash < ? OR hash >= ?)`,
		now.UnixMicro(), d.root(), of, keep, keep, keep+"g")
	return err
}

// SignOut ends the session of a cookie. One that has ended already is no fault.
func (d *Desk) SignOut(ctx context.Context, c Client, now time.Time) error {
	if c.Token == "" {
		return nil
	}
	return d.write(ctx, now, "sign_out", func(tx *store.Tx) error {
		s, err := d.row(tx, d.digest("session", c.Token), now)
		if fault.Code(err) == "session.ended" {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Queue(`UPDATE session SET revoked = ? WHERE district = ? AND hash = ?`, now.UnixMicro(), d.root(), s.hash); err != nil {
			return err
		}
		return d.log(tx, By{Account: s.id, Seat: s.seat, Network: Network(c.Address)}, "SIGN_OUT", s.id, "")
	})
}

// Prefer keeps the language and the theme a person wants; "" means what the
// browser says. Faults: preference.unknown.
func (d *Desk) Prefer(ctx context.Context, by By, lang, theme string, now time.Time) error {
	switch {
	case by.Account == "":
		return fault.New(fault.Unknown, "session.missing")
	case lang != "" && lang != "zh-CN" && lang != "en":
		return fault.Field("lang", "preference.unknown", lang)
	case theme != "" && theme != "light" && theme != "dark":
		return fault.Field("theme", "preference.unknown", theme)
	}
	return d.write(ctx, now, "prefer", func(tx *store.Tx) error {
		return tx.Queue(`UPDATE account SET lang = ?, theme = ? WHERE district = ? AND id = ?`, lang, theme, d.root(), by.Account)
	})
}

// keepEnded is how long what has ended is kept for people to look at.
const keepEnded = 30 * 24 * time.Hour

// Forget drops what has ended long ago: sessions, ceremonies, invitations and
// failures. The logs stay.
func (d *Desk) Forget(ctx context.Context, now time.Time) error {
	old, day := now.Add(-keepEnded).UnixMicro(), now.Add(-24*time.Hour).UnixMicro()
	return d.e.Write(ctx, now, "forget_people", func(tx *store.Tx) error {
		if err := tx.Queue(`DELETE FROM session WHERE district = ? AND ends_at < ?`, d.root(), old); err != nil {
			return err
		}
		if err := tx.Queue(`DELETE FROM ceremony WHERE district = ? AND ends_at < ?`, d.root(), day); err != nil {
			return err
		}
		if err := tx.Queue(`DELETE FROM invite WHERE district = ? AND ends_at < ?`, d.root(), old); err != nil {
			return err
		}
		return tx.Queue(`DELETE FROM throttle WHERE district = ? AND last_at < ?`, d.root(), day)
	})
}

// printable replaces what would disturb a page or a log.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, " "))
}
