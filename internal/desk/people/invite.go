package people

import (
	"context"
	"net/url"
	"time"

	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// The kinds of invitation.
const (
	inviteFirst   = "FIRST"   // to make the first administrators
	inviteAccount = "ACCOUNT" // to set the password of an account
)

// How long invitations hold.
const (
	firstHolds  = 24 * time.Hour
	inviteHolds = 7 * 24 * time.Hour
)

func escape(s string) string { return url.PathEscape(s) }

// invite makes a one-time secret, and makes older ones for the same thing
// worthless.
func (d *Desk) invite(tx *store.Tx, by By, kind, account string, now time.Time) (string, time.Time, error) {
	secret, ends := newSecret(), now.Add(inviteHolds)
	if kind == inviteFirst {
		ends = now.Add(firstHolds)
	}
	if err := tx.Queue(`UPDATE invite SET ends_at = ? WHERE district = ? AND kind = ? AND account = ? AND used_at = 0 AND ends_at > ?`,
		now.UnixMicro(), d.root(), kind, account, now.UnixMicro()); err != nil {
		return "", ends, err
	}
	return secret, ends, tx.Queue(`INSERT INTO invite (district, hash, kind, account, made_at, made_by, ends_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
		d.root(), d.digest("invite", secret), kind, account, now.UnixMicro(), by.Account, ends.UnixMicro())
}

// InvitePath is where an invitation is taken, below the origin; its secret
// follows.
const InvitePath = "/invite/"

// InviteLink returns the link of an invitation.
func InviteLink(origin, secret string) string { return origin + InvitePath + secret }

// Empty reports whether there is no account yet.
func (d *Desk) Empty(ctx context.Context) (bool, error) {
	empty := false
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		empty, err = d.empty(v)
		return err
	})
	return empty, err
}

func (d *Desk) empty(q store.Querier) (bool, error) {
	var n int64
	err := q.Row(`SELECT COUNT(*) FROM (SELECT id FROM account WHERE district = ? LIMIT 1) AS one`, d.root()).Scan(&n)
	return n == 0, err
}

// FirstInvite returns the one-time secret by which the first three
// administrators are made, as long as there is no account. Whoever may call it
// sits at the machine. Fault: accounts.exist.
func (d *Desk) FirstInvite(ctx context.Context, now time.Time) (secret string, ends time.Time, err error) {
	err = d.write(ctx, now, "first_invite", func(tx *store.Tx) error {
		if empty, err := d.empty(tx); err != nil || !empty {
			if err == nil {
				err = fault.New(fault.Conflict, "accounts.exist")
			}
			return err
		}
		secret, ends, err = d.invite(tx, By{}, inviteFirst, "", now)
		return err
	})
	return secret, ends, err
}

// Invited is whom an invitation is for.
type Invited struct {
	First bool // to make the first administrators
	Login string
	Name  string
	Ends  time.Time
	id    string
}

// Invite returns whom a one-time secret is for, without using it up.
// Fault: invite.unknown, the same for one that was used or is too old.
func (d *Desk) Invite(ctx context.Context, secret string, now time.Time) (Invited, error) {
	var out Invited
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = d.invited(v, secret, now)
		return err
	})
	return out, err
}

func (d *Desk) invited(q store.Querier, secret string, now time.Time) (Invited, error) {
	type row struct {
		kind, account string
		ends          int64
	}
	r, found, err := store.One(q, `SELECT kind, account, ends_at FROM invite WHERE district = ? AND hash = ? AND used_at = 0 AND ends_at > ?`,
		func(s store.Scanner) (row, error) {
			var r row
			return r, s.Scan(&r.kind, &r.account, &r.ends)
		}, d.root(), d.digest("invite", secret), now.UnixMicro())
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.NotFound, "invite.unknown")
		}
		return Invited{}, err
	}
	out := Invited{First: r.kind == inviteFirst, Ends: instant(r.ends), id: r.account}
	if out.First {
		return out, nil
	}
	a, err := d.byID(q, r.account)
	if err != nil {
		return out, err
	}
	if a.disabled != 0 {
		return out, fault.New(fault.NotFound, "invite.unknown")
	}
	out.Login = a.login
	out.Name, err = d.nameOf(a)
	return out, err
}

// use makes a one-time secret worthless. Of two at the same time one finds it
// used.
func (d *Desk) use(tx *store.Tx, secret string, now time.Time) error {
	n, err := tx.Exec(`UPDATE invite SET used_at = ? WHERE district = ? AND hash = ? AND used_at = 0 AND ends_at > ?`,
		now.UnixMicro(), d.root(), d.digest("invite", secret), now.UnixMicro())
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "invite.unknown")
	}
	return err
}

// First names the three first administrators.
type First struct {
	System, Security, Audit NewAccount
}

// MakeFirst makes the three separate administrators, each with an invitation
// of their own, so that nobody knows the password of another.
// Faults: invite.unknown, accounts.exist, post.role_missing and those of Make;
// fields begin with "1.", "2." and "3." in the order system, security, audit.
func (d *Desk) MakeFirst(ctx context.Context, secret string, in First, now time.Time) ([]Invitation, error) {
	list := []NewAccount{in.System, in.Security, in.Audit}
	for i, role := range []org.Role{org.SystemAdmin, org.SecurityAdmin, org.Auditor} {
		post, err := person.PostOf(d.e.City(), role)
		if err != nil {
			return nil, err
		}
		list[i].Posts = []string{post}
	}
	if err := checkAll(list); err != nil {
		return nil, err
	}
	var out []Invitation
	err := d.write(ctx, now, "first_administrators", func(tx *store.Tx) error {
		out = nil
		who, err := d.invited(tx, secret, now)
		if err != nil {
			return err
		}
		if !who.First {
			return fault.New(fault.NotFound, "invite.unknown")
		}
		if empty, err := d.empty(tx); err != nil || !empty {
			if err == nil {
				err = fault.New(fault.Conflict, "accounts.exist")
			}
			return err
		}
		if err := d.use(tx, secret, now); err != nil {
			return err
		}
		for i, one := range list {
			made, err := d.make(tx, By{}, one, true, now)
			if err != nil {
				return inRow(err, i, len(list))
			}
			out = append(out, *made)
		}
		return nil
	})
	return out, err
}

// Accept sets the password of an invited account and lets its person in.
// Faults: invite.unknown and those of person.CheckPassword.
func (d *Desk) Accept(ctx context.Context, secret, password string, c Client, now time.Time) (*Entered, error) {
	who, err := d.Invite(ctx, secret, now)
	if err != nil {
		return nil, err
	}
	if who.First {
		return nil, fault.New(fault.NotFound, "invite.unknown")
	}
	hashed, err := d.hashed(ctx, password, d.wordsAbout(who.Login, who.Name)...)
	if err != nil {
		return nil, err
	}
	var token string
	err = d.write(ctx, now, "accept_invite", func(tx *store.Tx) error {
		if err := d.use(tx, secret, now); err != nil {
			return err
		}
		a, err := d.byID(tx, who.id)
		if err != nil {
			return err
		}
		if err := tx.Queue(`UPDATE account SET password = ? WHERE district = ? AND id = ?`, hashed, d.root(), a.id); err != nil {
			return err
		}
		if err := d.log(tx, By{Account: a.id, Network: Network(c.Address)}, "PASSWORD_SET", a.id, "INVITE"); err != nil {
			return err
		}
		a.password = hashed
		token, err = d.begin(tx, a, byPassword, c, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, token, c, now)
}

// wordsAbout are what whoever knows a person would try as a password.
func (d *Desk) wordsAbout(login, name string) []string {
	city := d.e.City()
	return []string{login, name, city.ID, city.Name, city.NameEN}
}

// ChangePassword sets a new password for who knows the old one, and ends the
// sessions of all other browsers. Faults: session.missing, password.old_wrong,
// signin.wait and those of person.CheckPassword.
func (d *Desk) ChangePassword(ctx context.Context, by By, c Client, old, fresh string, now time.Time) error {
	if by.Account == "" {
		return fault.New(fault.Unknown, "session.missing")
	}
	var a account
	var name string
	if err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		if a, err = d.byID(v, by.Account); err == nil {
			name, err = d.nameOf(a)
		}
		return err
	}); err != nil {
		return err
	}
	buckets := d.buckets(a.login, a, c, now)
	if err := d.attempt(ctx, buckets, a, c, now); err != nil {
		return err
	}
	ok, err := d.verified(ctx, a.password, old)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Field("old", "password.old_wrong")
	}
	hashed, err := d.hashed(ctx, fresh, d.wordsAbout(a.login, name)...)
	if err != nil {
		return err
	}
	keep := d.digest("session", c.Token)[:16]
	return d.write(ctx, now, "change_password", func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE account SET password = ? WHERE district = ? AND id = ? AND password = ?`, hashed, d.root(), a.id, a.password)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "password.changed_meanwhile")
		}
		if err != nil {
			return err
		}
		if err := d.succeeded(tx, buckets); err != nil {
			return err
		}
		if err := d.revokeAll(tx, a.id, keep, now); err != nil {
			return err
		}
		return d.log(tx, by, "PASSWORD_SET", a.id, "CHANGE")
	})
}
