package people

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"huying/internal/fault"
	"huying/internal/store"
)

// How long what was begun waits for its end.
const ceremonyHolds = 5 * time.Minute

// The kinds of ceremony.
const (
	registering = "REGISTER"
	entering    = "ENTER"
	federated   = "OIDC"
)

// Passkey is a passkey of a person, as lists show it.
type Passkey struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	MadeAt time.Time `json:"made_at"`
	UsedAt time.Time `json:"used_at,omitzero"`
}

const mostPasskeys = 20

// relying returns the relying party: the host by which browsers reach us.
// Fault: passkey.needs_host for an address that is a number.
func (d *Desk) relying() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(d.o.Origin())
	if err != nil || u.Host == "" {
		return nil, fault.New(fault.Invalid, "passkey.needs_host", d.o.Origin()).Because(err)
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "呼应 Huying", RPOrigins: []string{u.Scheme + "://" + u.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, fault.New(fault.Invalid, "passkey.needs_host", d.o.Origin()).Because(err)
	}
	return w, nil
}

// keyHolder is an account as the library wants it.
type keyHolder struct {
	account
	credentials []webauthn.Credential
}

// WebAuthnID is random and says nothing of the person.
func (k keyHolder) WebAuthnID() []byte                         { return []byte(k.id) }
func (k keyHolder) WebAuthnName() string                       { return k.login }
func (k keyHolder) WebAuthnDisplayName() string                { return k.login }
func (k keyHolder) WebAuthnCredentials() []webauthn.Credential { return k.credentials }

func (d *Desk) keyHolder(q store.Querier, a account) (keyHolder, error) {
	list, err := store.All(q, `SELECT doc FROM credential WHERE district = ? AND account = ? ORDER BY made_at, id`, func(r store.Scanner) (webauthn.Credential, error) {
		var c webauthn.Credential
		var doc string
		if err := r.Scan(&doc); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(doc), &c)
	}, d.root(), a.id)
	return keyHolder{a, list}, err
}

// keep stores what a ceremony has begun with, and returns the secret by which
// it is found again.
func (d *Desk) keep(tx *store.Tx, kind, account string, data any, now time.Time) (string, error) {
	plain, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	secret := newSecret()
	hash := d.digest("ceremony", secret)
	sealed, err := d.seal(string(plain), "ceremony/"+hash)
	if err != nil {
		return "", err
	}
	return secret, tx.Queue(`INSERT INTO ceremony (district, hash, kind, account, data, ends_at) VALUES (?, ?, ?, ?, ?, ?)`,
		d.root(), hash, kind, account, sealed, now.Add(ceremonyHolds).UnixMicro())
}

// take returns what was kept, once. Fault: ceremony.ended.
func (d *Desk) take(tx *store.Tx, kind, account, secret string, data any, now time.Time) error {
	hash := d.digest("ceremony", secret)
	sealed, found, err := store.One(tx, `SELECT data FROM ceremony WHERE district = ? AND hash = ? AND kind = ? AND account = ? AND ends_at > ?`+tx.Lock(),
		func(r store.Scanner) ([]byte, error) {
			var b []byte
			return b, r.Scan(&b)
		}, d.root(), hash, kind, account, now.UnixMicro())
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.Conflict, "ceremony.ended")
	}
	n, err := tx.Exec(`DELETE FROM ceremony WHERE district = ? AND hash = ?`, d.root(), hash)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "ceremony.ended")
	}
	if err != nil {
		return err
	}
	plain, err := d.open(sealed, "ceremony/"+hash)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(plain), data)
}

// Ceremony is what a browser needs for a passkey: the options as JSON, for
// navigator.credentials, and the secret that it sends back.
type Ceremony struct {
	Secret  string          `json:"secret"`
	Options json.RawMessage `json:"options"`
}

// BeginPasskey begins to register a passkey for the person of a session.
// Faults: session.ended, session.not_there_yet, passkey.too_many,
// passkey.needs_host.
func (d *Desk) BeginPasskey(ctx context.Context, c Client, now time.Time) (*Ceremony, error) {
	w, err := d.relying()
	if err != nil {
		return nil, err
	}
	var out *Ceremony
	err = d.e.Write(ctx, now, "begin_passkey", func(tx *store.Tx) error {
		s, err := d.row(tx, d.digest("session", c.Token), now)
		if err != nil {
			return err
		}
		if Stage(s.stage) == NeedsSecond {
			return fault.New(fault.Denied, "session.not_there_yet")
		}
		holder, err := d.keyHolder(tx, s.account)
		if err != nil {
			return err
		}
		if len(holder.credentials) >= mostPasskeys {
			return fault.New(fault.Conflict, "passkey.too_many", mostPasskeys)
		}
		options, data, err := w.BeginRegistration(holder, webauthn.WithExclusions(webauthn.Credentials(holder.credentials).CredentialDescriptors()))
		if err != nil {
			return fault.New(fault.Invalid, "passkey.needs_host", d.o.Origin()).Because(err)
		}
		out, err = d.ceremony(tx, registering, s.id, options, data, now)
		return err
	})
	return out, err
}

func (d *Desk) ceremony(tx *store.Tx, kind, account string, options any, data *webauthn.SessionData, now time.Time) (*Ceremony, error) {
	data.Expires = time.Time{} // the row ends by the time of the command, not of the machine
	body, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	secret, err := d.keep(tx, kind, account, data, now)
	return &Ceremony{Secret: secret, Options: body}, err
}

// AddPasskey ends a registration with what the browser answered, as JSON. It
// is a second factor too, so who had to set one up is through.
// Faults: ceremony.ended, passkey.refused, passkey.known, text.too_long.
func (d *Desk) AddPasskey(ctx context.Context, c Client, secret, name string, answer []byte, now time.Time) (*Entered, error) {
	w, err := d.relying()
	if err != nil {
		return nil, err
	}
	if name = strings.TrimSpace(printable(name)); name == "" {
		name = now.UTC().Format(time.DateOnly)
	}
	if n := utf8.RuneCountInString(name); n > 60 {
		return nil, fault.Field("name", "text.too_long", n, 60)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fault.New(fault.Invalid, "passkey.refused").Because(err)
	}
	return d.step(ctx, c, "add_passkey", now, func(tx *store.Tx, s sessionRow) (string, error) {
		if Stage(s.stage) == NeedsSecond {
			return "", fault.New(fault.Denied, "session.not_there_yet")
		}
		var data webauthn.SessionData
		if err := d.take(tx, registering, s.id, secret, &data, now); err != nil {
			return "", err
		}
		holder, err := d.keyHolder(tx, s.account)
		if err != nil {
			return "", err
		}
		cred, err := w.CreateCredential(holder, data, parsed)
		if err != nil {
			return "", fault.New(fault.Invalid, "passkey.refused").Because(err)
		}
		doc, err := json.Marshal(cred)
		if err != nil {
			return "", err
		}
		n, err := tx.Exec(`INSERT INTO credential (district, id, account, name, doc, made_at, used_at) VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
			d.root(), base64.RawURLEncoding.EncodeToString(cred.ID), s.id, name, string(doc), now.UnixMicro())
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "passkey.known")
		}
		if err != nil {
			return "", err
		}
		if err := d.log(tx, By{Account: s.id, Seat: s.seat, Network: Network(c.Address)}, "PASSKEY_ADDED", s.id, name); err != nil {
			return "", err
		}
		how, stage, seat := s.how, Stage(s.stage), s.seat
		if how == byPassword {
			how = byPasskey
		}
		if stage == NeedsEnrol {
			if stage, seat, err = d.next(tx, s.account, how, now); err != nil {
				return "", err
			}
		}
		return d.rotate(tx, s, stage, seat, how, now)
	})
}

// BeginEnter begins a sign-in by passkey. Fault: passkey.needs_host.
func (d *Desk) BeginEnter(ctx context.Context, now time.Time) (*Ceremony, error) {
	w, err := d.relying()
	if err != nil {
		return nil, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fault.New(fault.Invalid, "passkey.needs_host", d.o.Origin()).Because(err)
	}
	var out *Ceremony
	err = d.e.Write(ctx, now, "begin_enter", func(tx *store.Tx) error {
		out, err = d.ceremony(tx, entering, "", options, data, now)
		return err
	})
	return out, err
}

// Enter lets a person in by passkey. Faults: ceremony.ended, passkey.refused,
// account.disabled.
func (d *Desk) Enter(ctx context.Context, secret string, answer []byte, c Client, now time.Time) (*Entered, error) {
	w, err := d.relying()
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, fault.New(fault.Unknown, "passkey.refused").Because(err)
	}
	var token string
	err = d.write(ctx, now, "enter_by_passkey", func(tx *store.Tx) error {
		var data webauthn.SessionData
		if err := d.take(tx, entering, "", secret, &data, now); err != nil {
			return err
		}
		var holder keyHolder
		find := func(_, handle []byte) (webauthn.User, error) {
			a, err := d.byID(tx, string(handle))
			if err == nil {
				holder, err = d.keyHolder(tx, a)
			}
			return holder, err
		}
		_, cred, err := w.ValidatePasskeyLogin(find, data, parsed)
		if err != nil {
			return fault.New(fault.Unknown, "passkey.refused").Because(err)
		}
		if holder.disabled != 0 {
			return fault.New(fault.Denied, "account.disabled")
		}
		if cred.Authenticator.CloneWarning {
			return fault.New(fault.Unknown, "passkey.refused")
		}
		doc, err := json.Marshal(cred)
		if err != nil {
			return err
		}
		if err := tx.Queue(`UPDATE credential SET doc = ?, used_at = ? WHERE district = ? AND id = ?`,
			string(doc), now.UnixMicro(), d.root(), base64.RawURLEncoding.EncodeToString(cred.ID)); err != nil {
			return err
		}
		token, err = d.begin(tx, holder.account, byPasskey, c, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, token, c, now)
}

// Passkeys lists the passkeys of an account.
func (d *Desk) Passkeys(ctx context.Context, by By, of string) ([]Passkey, error) {
	if err := d.ownOr(by, of); err != nil {
		return nil, err
	}
	var out []Passkey
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT id, name, made_at, used_at FROM credential WHERE district = ? AND account = ? ORDER BY made_at, id`, func(r store.Scanner) (Passkey, error) {
			var p Passkey
			var made, used int64
			err := r.Scan(&p.ID, &p.Name, &made, &used)
			p.MadeAt, p.UsedAt = instant(made), instant(used)
			return p, err
		}, d.root(), of)
		return err
	})
	return out, err
}

// DropPasskey removes a passkey. Fault: passkey.unknown.
func (d *Desk) DropPasskey(ctx context.Context, by By, of, id string, now time.Time) error {
	if err := d.ownOr(by, of); err != nil {
		return err
	}
	return d.write(ctx, now, "drop_passkey", func(tx *store.Tx) error {
		n, err := tx.Exec(`DELETE FROM credential WHERE district = ? AND account = ? AND id = ?`, d.root(), of, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "passkey.unknown")
		}
		if err != nil {
			return err
		}
		return d.log(tx, by, "PASSKEY_DROPPED", of, "")
	})
}
