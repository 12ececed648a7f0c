package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// account is a row of the table.
type account struct {
	id, login, password string
	name, totp          []byte
	totpAt, totpStep    int64
	lang, theme         string
	madeAt, disabled    int64
}

const accountColumns = `a.id, a.login, a.name, a.password, a.totp, a.totp_at, a.totp_step, a.lang, a.theme, a.made_at, a.disabled`

func scanAccount(r store.Scanner) (account, error) {
	var a account
	return a, r.Scan(&a.id, &a.login, &a.name, &a.password, &a.totp, &a.totpAt, &a.totpStep, &a.lang, &a.theme, &a.madeAt, &a.disabled)
}

// byID returns an account. Fault: account.unknown.
func (d *Desk) byID(q store.Querier, id string) (account, error) {
	a, found, err := store.One(q, `SELECT `+accountColumns+` FROM account a WHERE a.district = ? AND a.id = ?`, scanAccount, d.root(), id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "account.unknown")
	}
	return a, err
}

func (d *Desk) byLogin(q store.Querier, login string) (account, bool, error) {
	return store.One(q, `SELECT `+accountColumns+` FROM account a WHERE a.district = ? AND a.login = ?`, scanAccount, d.root(), login)
}

func (d *Desk) nameOf(a account) (string, error) { return d.open(a.name, "account/"+a.id+"/name") }

// Account is a person's account as the security administrator sees it.
type Account struct {
	ID       string    `json:"id"`
	Login    string    `json:"login"`
	Name     string    `json:"name"`
	MadeAt   time.Time `json:"made_at"`
	Disabled time.Time `json:"disabled,omitzero"`
	Password bool      `json:"password"` // it has one; not yet if the invitation waits
	TOTP     bool      `json:"totp"`
	Passkeys int64     `json:"passkeys"`
	SSO      bool      `json:"sso"`
	Seats    []Seat    `json:"seats"`
}

// NewAccount asks for an account.
type NewAccount struct {
	Login string   `json:"login"`
	Name  string   `json:"name"`
	Posts []string `json:"posts"`
}

// Invitation is a new account and the one-time secret of its invitation,
// which is shown this once.
type Invitation struct {
	Account string    `json:"account"`
	Login   string    `json:"login"`
	Secret  string    `json:"secret"`
	Ends    time.Time `json:"ends"`
}

// Make makes an account with the seats of a holder and invites its person.
// Faults: login.malformed, login.taken, post.unknown, seat.roles_exclusive and
// those of person.Name.
func (d *Desk) Make(ctx context.Context, by By, in NewAccount, now time.Time) (*Invitation, error) {
	list, err := d.MakeAll(ctx, by, []NewAccount{in}, now)
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// mostAtOnce bounds how many accounts are made by one command.
const mostAtOnce = 5000

// MakeAll makes several accounts, all or none. A fault belongs to the field
// "row.field" if there are several rows. Faults: accounts.too_many and those
// of Make.
func (d *Desk) MakeAll(ctx context.Context, by By, in []NewAccount, now time.Time) ([]Invitation, error) {
	if err := may(by, access.ManageAccounts); err != nil {
		return nil, err
	}
	if len(in) > mostAtOnce {
		return nil, fault.New(fault.TooLarge, "accounts.too_many", len(in), mostAtOnce)
	}
	if err := checkAll(in); err != nil {
		return nil, err
	}
	var out []Invitation
	err := d.write(ctx, now, "make_accounts", func(tx *store.Tx) error {
		out = make([]Invitation, 0, len(in))
		var wrong fault.List
		for i, one := range in {
			made, err := d.make(tx, by, one, true, now)
			if err != nil {
				if fault.Of(err) == fault.Internal {
					return err
				}
				wrong.Add(inRow(err, i, len(in)))
				continue
			}
			out = append(out, *made)
		}
		return wrong.Err()
	})
	return out, err
}

// checkAll tells everything that is wrong with the texts of rows, and puts
// them into the form that is kept.
func checkAll(in []NewAccount) error {
	var wrong fault.List
	seen := map[string]bool{}
	for i := range in {
		var err error
		if in[i].Name, err = person.Name(in[i].Name); err != nil {
			wrong.Add(inRow(err, i, len(in)))
		}
		if in[i].Login, err = person.Login(in[i].Login); err != nil {
			wrong.Add(inRow(err, i, len(in)))
		} else if seen[in[i].Login] {
			wrong.Add(inRow(fault.Field("login", "login.taken", in[i].Login), i, len(in)))
		}
		seen[in[i].Login] = true
	}
	return wrong.Err()
}

// make makes one account whose texts are checked, without a password: its
// person sets one by the invitation, or enters by single sign-on alone.
func (d *Desk) make(tx *store.Tx, by By, in NewAccount, invited bool, now time.Time) (*Invitation, error) {
	if _, taken, err := d.byLogin(tx, in.Login); err != nil || taken {
		if err == nil {
			err = fault.Field("login", "login.taken", in.Login)
		}
		return nil, err
	}
	id := newID()
	name, err := d.seal(in.Name, "account/"+id+"/name")
	if err != nil {
		return nil, err
	}
	if err := tx.Queue(`INSERT INTO account (district, id, login, name, password, totp, totp_at, totp_step, lang, theme, made_at, made_by, disabled) VALUES (?, ?, ?, ?, '', ?, 0, 0, '', '', ?, ?, 0)`,
		d.root(), id, in.Login, name, []byte{}, now.UnixMicro(), by.Account); err != nil {
		return nil, err
	}
	if err := d.log(tx, by, "ACCOUNT_MADE", id, in.Login); err != nil {
		return nil, err
	}
	for _, post := range in.Posts {
		if _, err := d.seat(tx, by, id, person.Seat{Post: post, Kind: person.Holder, From: now}, now); err != nil {
			return nil, err
		}
	}
	out := &Invitation{Account: id, Login: in.Login}
	if invited {
		out.Secret, out.Ends, err = d.invite(tx, by, inviteAccount, id, now)
	}
	return out, err
}

// Accounts lists accounts by login, after one, with their seats. Those whose
// login begins with prefix, if one is given.
func (d *Desk) Accounts(ctx context.Context, by By, prefix, after string, limit int, now time.Time) ([]Account, error) {
	if err := may(by, access.ManageAccounts); err != nil {
		return nil, err
	}
	prefix = strings.ToLower(strings.TrimSpace(prefix))
	var out []Account
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, `SELECT `+accountColumns+` FROM account a WHERE a.district = ? AND a.login > ? AND a.login >= ? AND a.login < ? ORDER BY a.login LIMIT ?`,
			scanAccount, d.root(), after, prefix, prefix+"\U0010FFFF", min(max(limit, 1), 500))
		if err != nil {
			return err
		}
		out = make([]Account, 0, len(rows))
		for _, row := range rows {
			a, err := d.view(v, row, now)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// Account returns one account. Fault: account.unknown.
func (d *Desk) Account(ctx context.Context, by By, id string, now time.Time) (Account, error) {
	var out Account
	if id != by.Account {
		if err := may(by, access.ManageAccounts); err != nil {
			return out, err
		}
	}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		row, err := d.byID(v, id)
		if err == nil {
			out, err = d.view(v, row, now)
		}
		return err
	})
	return out, err
}

// ByLogin returns the id of an account. Fault: account.unknown.
func (d *Desk) ByLogin(ctx context.Context, by By, login string) (id string, err error) {
	if err := may(by, access.ManageAccounts); err != nil {
		return "", err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		a, found, err := d.byLogin(v, strings.ToLower(strings.TrimSpace(login)))
		if err == nil && !found {
			return fault.New(fault.NotFound, "account.unknown")
		}
		id = a.id
		return err
	})
	return id, err
}

func (d *Desk) view(v *store.View, row account, now time.Time) (Account, error) {
	a := Account{ID: row.id, Login: row.login, MadeAt: instant(row.madeAt), Disabled: instant(row.disabled), Password: row.password != "", TOTP: row.totpAt != 0}
	var err error
	if a.Name, err = d.nameOf(row); err != nil {
		return a, err
	}
	if err := v.Row(`SELECT COUNT(*) FROM credential WHERE district = ? AND account = ?`, d.root(), row.id).Scan(&a.Passkeys); err != nil {
		return a, err
	}
	var linked int64
	if err := v.Row(`SELECT COUNT(*) FROM oidc_identity WHERE district = ? AND account = ?`, d.root(), row.id).Scan(&linked); err != nil {
		return a, err
	}
	a.SSO = linked > 0
	seats, err := d.seatsOf(v, row.id)
	if err != nil {
		return a, err
	}
	a.Seats = slices.DeleteFunc(seats, func(s Seat) bool { return !s.Coming(now) })
	return a, nil
}

// Disable ends an account: nobody enters by it any more, and who is in is out
// at once. Faults: account.unknown, account.own.
func (d *Desk) Disable(ctx context.Context, by By, id string, now time.Time) error {
	return d.manage(ctx, by, "disable_account", id, now, func(tx *store.Tx, a account) error {
		if id == by.Account {
			return fault.New(fault.Denied, "account.own")
		}
		if _, err := tx.Exec(`UPDATE account SET disabled = ? WHERE district = ? AND id = ? AND disabled = 0`, now.UnixMicro(), d.root(), id); err != nil {
			return err
		}
		if err := d.revokeAll(tx, id, "", now); err != nil {
			return err
		}
		return d.log(tx, by, "ACCOUNT_DISABLED", id, a.login)
	})
}

// Enable lets a disabled account in again. Fault: account.unknown.
func (d *Desk) Enable(ctx context.Context, by By, id string, now time.Time) error {
	return d.manage(ctx, by, "enable_account", id, now, func(tx *store.Tx, a account) error {
		if _, err := tx.Exec(`UPDATE account SET disabled = 0 WHERE district = ? AND id = ?`, d.root(), id); err != nil {
			return err
		}
		return d.log(tx, by, "ACCOUNT_ENABLED", id, a.login)
	})
}

// Renew sends a person through a new invitation: for a forgotten password, and
// with second also for a lost second factor. What they entered with before
// stops working, and who is in is out. Faults: account.unknown, account.own.
func (d *Desk) Renew(ctx context.Context, by By, id string, second bool, now time.Time) (*Invitation, error) {
	var out *Invitation
	err := d.manage(ctx, by, "renew_account", id, now, func(tx *store.Tx, a account) (err error) {
		if id == by.Account {
			return fault.New(fault.Denied, "account.own")
		}
		if _, err := tx.Exec(`UPDATE account SET password = '' WHERE district = ? AND id = ?`, d.root(), id); err != nil {
			return err
		}
		if second {
			if err := d.dropSecond(tx, id); err != nil {
				return err
			}
		}
		if err := d.revokeAll(tx, id, "", now); err != nil {
			return err
		}
		note := "PASSWORD"
		if second {
			note = "PASSWORD SECOND"
		}
		if err := d.log(tx, by, "ACCOUNT_RENEWED", id, note); err != nil {
			return err
		}
		out = &Invitation{Account: id, Login: a.login}
		out.Secret, out.Ends, err = d.invite(tx, by, inviteAccount, id, now)
		return err
	})
	return out, err
}

// manage runs a command of the security administrator on an account.
func (d *Desk) manage(ctx context.Context, by By, name, id string, now time.Time, fn func(*store.Tx, account) error) error {
	if err := may(by, access.ManageAccounts); err != nil {
		return err
	}
	return d.write(ctx, now, name, func(tx *store.Tx) error {
		a, err := d.byID(tx, id)
		if err != nil {
			return err
		}
		return fn(tx, a)
	})
}
