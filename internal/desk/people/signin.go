package people

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// SignIn is what a person types at the door.
type SignIn struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

// SignIn lets a person in by password. It takes as long for a login that is
// none. Faults: signin.wrong, signin.wait, account.disabled.
func (d *Desk) SignIn(ctx context.Context, in SignIn, c Client, now time.Time) (*Entered, error) {
	login := strings.ToLower(strings.TrimSpace(in.Login))
	if len(login) > 200 {
		login = login[:200]
	}
	var a account
	if err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		a, _, err = d.byLogin(v, login)
		return err
	}); err != nil {
		return nil, err
	}
	buckets := d.buckets(login, a, c, now)
	if err := d.attempt(ctx, buckets, a, c, now); err != nil {
		return nil, err
	}
	ok, err := d.verified(ctx, a.password, in.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Unknown, "signin.wrong")
	}
	if a.disabled != 0 {
		return nil, fault.New(fault.Denied, "account.disabled")
	}
	fresh := ""
	if stale(a.password) {
		if err := d.slowly(ctx, func() { fresh, err = hash(in.Password) }); err != nil {
			return nil, err
		}
	}
	var token string
	err = d.write(ctx, now, "sign_in", func(tx *store.Tx) error {
		b, err := d.byID(tx, a.id)
		if err != nil {
			return err
		}
		if b.password != a.password || b.disabled != 0 { // changed while it was hashed
			return fault.New(fault.Unknown, "signin.wrong")
		}
		if fresh != "" {
			if err := tx.Queue(`UPDATE account SET password = ? WHERE district = ? AND id = ?`, fresh, d.root(), a.id); err != nil {
				return err
			}
		}
		if err := d.succeeded(tx, buckets); err != nil {
			return err
		}
		token, err = d.begin(tx, b, byPassword, c, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, token, c, now)
}

// bucket is one count of failures.
type bucket struct {
	hash string
	pace person.Pace
	one  bool // a success takes back one failure only, else all
}

// buckets returns where a try at a login is counted.
func (d *Desk) buckets(login string, a account, c Client, now time.Time) []bucket {
	if dev, ok := d.device(c.Device, now); ok && a.id != "" && slices.Contains(dev.Accounts, a.id) {
		return []bucket{{hash: d.digest("throttle", "device\n"+a.id+"\n"+dev.ID), pace: person.OfDevice}}
	}
	network := Network(c.Address)
	return []bucket{
		{hash: d.digest("throttle", "pair\n"+login+"\n"+network), pace: person.OfPair},
		{hash: d.digest("throttle", "network\n"+network), pace: person.OfNetwork, one: true},
	}
}

// attempt counts a try before it is looked at, so that many at once are no
// better than one after the other, and refuses it if it comes too early. A
// success takes it back. Fault: signin.wait.
func (d *Desk) attempt(ctx context.Context, buckets []bucket, a account, c Client, now time.Time) error {
	return d.e.Write(ctx, now, "try_sign_in", func(tx *store.Tx) error {
		for _, b := range buckets {
			f, err := d.failures(tx, b)
			if err != nil {
				return err
			}
			if wait := b.pace.Wait(f, now); wait > 0 {
				return fault.New(fault.Busy, "signin.wait", int(math.Ceil(wait.Seconds())))
			}
			next := b.pace.Add(f, now)
			if err := tx.Queue(`INSERT INTO throttle (district, hash, n, last_at) VALUES (?, ?, ?, ?) ON CONFLICT (district, hash) DO UPDATE SET n = excluded.n, last_at = excluded.last_at`,
				d.root(), b.hash, next.N, now.UnixMicro()); err != nil {
				return err
			}
			if next.N == b.pace.Free+1 && a.id != "" && !b.one { // once, not with each try: strangers must not fill the log
				if err := d.log(tx, By{Network: Network(c.Address)}, "SIGN_IN_SLOWED", a.id, ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (d *Desk) failures(tx *store.Tx, b bucket) (person.Failures, error) {
	f, _, err := store.One(tx, `SELECT n, last_at FROM throttle WHERE district = ? AND hash = ?`+tx.Lock(), func(r store.Scanner) (person.Failures, error) {
		var f person.Failures
		var last int64
		err := r.Scan(&f.N, &last)
		f.Last = instant(last)
		return f, err
	}, d.root(), b.hash)
	return f, err
}

// succeeded takes back what a try that was right has counted.
func (d *Desk) succeeded(tx *store.Tx, buckets []bucket) error {
	for _, b := range buckets {
		query := `DELETE FROM throttle WHERE district = ? AND hash = ?`
		if b.one {
			query = `UPDATE throttle SET n = n - 1 WHERE district = ? AND hash = ? AND n > 0`
		}
		if err := tx.Queue(query, d.root(), b.hash); err != nil {
			return err
		}
	}
	return nil
}

// device is what the cookie of a device says: which accounts have signed in
// from it. It is sealed, so only we can have written it.
type device struct {
	ID       string   `json:"d"`
	Accounts []string `json:"a"`
	At       int64    `json:"t"`
}

const (
	keepDevice   = 180 * 24 * time.Hour
	mostOnDevice = 8
)

func (d *Desk) device(cookie string, now time.Time) (device, bool) {
	var dev device
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || cookie == "" || len(cookie) > 2000 {
		return dev, false
	}
	plain, err := d.open(sealed, "device")
	if err != nil || json.Unmarshal([]byte(plain), &dev) != nil {
		return dev, false
	}
	at := instant(dev.At)
	return dev, dev.ID != "" && now.Before(at.Add(keepDevice))
}

// remember returns the cookie of a device from which an account has signed in.
func (d *Desk) remember(cookie, account string, now time.Time) (string, error) {
	dev, ok := d.device(cookie, now)
	if !ok {
		dev = device{ID: newID()}
	}
	dev.Accounts = append(slices.DeleteFunc(dev.Accounts, func(a string) bool { return a == account }), account)
	dev.Accounts, dev.At = dev.Accounts[max(len(dev.Accounts)-mostOnDevice, 0):], now.UnixMicro()
	plain, err := json.Marshal(dev)
	if err != nil {
		return "", err
	}
	sealed, err := d.seal(string(plain), "device")
	return base64.RawURLEncoding.EncodeToString(sealed), err
}
