package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// The second factor after RFC 6238, as every authenticator app has it.
const (
	totpPeriod  = 30 // seconds
	totpSecret  = 20 // bytes
	totpDigits  = otp.DigitsSix
	totpAround  = 1 // steps before and after that a clock may be wrong by
	recoveries  = 10
	wrongSecond = 5 // wrong codes that end a sign-in
)

// step returns the time step of an instant.
func totpStep(now time.Time) int64 { return now.Unix() / totpPeriod }

// matching returns the step whose code was typed, if it is later than last: a
// code that was used once, or one before it, is worth nothing.
func matching(secret, code string, last int64, now time.Time) (int64, bool, error) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	var found int64
	for step := totpStep(now) - totpAround; step <= totpStep(now)+totpAround; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(step, 0)), hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			found = step
		}
	}
	return found, found != 0, nil
}

func (d *Desk) totpOf(a account) (string, error) { return d.open(a.totp, "account/"+a.id+"/totp") }

// Second takes the second factor of a sign-in: the code of the app, or one of
// the recovery codes. Five wrong ones end the sign-in. Faults: session.ended,
// session.not_there_yet, second.wrong, signin.wait.
func (d *Desk) Second(ctx context.Context, c Client, code string, now time.Time) (*Entered, error) {
	var s sessionRow
	hash := d.digest("session", c.Token)
	if err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		s, err = d.row(v, hash, now)
		return err
	}); err != nil {
		return nil, err
	}
	if Stage(s.stage) != NeedsSecond {
		return nil, fault.New(fault.Denied, "session.not_there_yet")
	}
	buckets := d.secondBuckets(s.account, c, now)
	if err := d.attempt(ctx, buckets, s.account, c, now); err != nil {
		return nil, err
	}
	wrong := false
	var token string
	err := d.write(ctx, now, "second_factor", func(tx *store.Tx) error {
		wrong = false
		s, err := d.row(tx, hash, now)
		if err != nil {
			return err
		}
		right, err := d.checkSecond(tx, s.account, code, now)
		if err != nil {
			return err
		}
		if !right {
			wrong = true
			return d.countWrong(tx, s, now)
		}
		if err := d.succeeded(tx, buckets); err != nil {
			return err
		}
		stage, seat, err := d.next(tx, s.account, byTOTP, now)
		if err != nil {
			return err
		}
		if token, err = d.rotate(tx, s, stage, seat, byTOTP, now); err != nil {
			return err
		}
		return d.log(tx, By{Account: s.id, Seat: seat, Network: Network(c.Address)}, "SIGN_IN", s.id, byTOTP)
	})
	if err == nil && wrong {
		err = fault.Field("code", "second.wrong")
	}
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, token, c, now)
}

func (d *Desk) secondBuckets(a account, c Client, now time.Time) []bucket {
	if dev, ok := d.device(c.Device, now); ok && contains(dev.Accounts, a.id) {
		return []bucket{{hash: d.digest("throttle", "second device\n"+a.id+"\n"+dev.ID), pace: person.OfDevice}}
	}
	return []bucket{{hash: d.digest("throttle", "second\n"+a.id), pace: person.OfSecond}}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// checkSecond reports whether a code is right, and uses it up.
func (d *Desk) checkSecond(tx *store.Tx, a account, code string, now time.Time) (bool, error) {
	if a.totpAt == 0 {
		return false, nil
	}
	secret, err := d.totpOf(a)
	if err != nil {
		return false, err
	}
	step, ok, err := matching(secret, code, a.totpStep, now)
	if err != nil {
		return false, err
	}
	if ok {
		n, err := tx.Exec(`UPDATE account SET totp_step = ? WHERE district = ? AND id = ? AND totp_step < ?`, step, d.root(), a.id, step)
		return n == 1, err
	}
	n, err := tx.Exec(`UPDATE recovery SET used_at = ? WHERE district = ? AND account = ? AND hash = ? AND used_at = 0`,
		now.UnixMicro(), d.root(), a.id, d.digest("recovery/"+a.id, plainCode(code)))
	if err != nil || n == 0 {
		return false, err
	}
	return true, d.log(tx, By{Account: a.id}, "RECOVERY_USED", a.id, "")
}

func (d *Desk) countWrong(tx *store.Tx, s sessionRow, now time.Time) error {
	if s.wrong+1 < wrongSecond {
		return tx.Queue(`UPDATE session SET wrong = wrong + 1 WHERE district = ? AND hash = ?`, d.root(), s.hash)
	}
	if err := tx.Queue(`UPDATE session SET wrong = wrong + 1, revoked = ? WHERE district = ? AND hash = ?`, now.UnixMicro(), d.root(), s.hash); err != nil {
		return err
	}
	return d.log(tx, By{Account: s.id, Network: s.network}, "SECOND_FAILED", s.id, "")
}

// plainCode is a recovery code as it is hashed, however it was typed.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '2' && r <= '7':
			return r
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		}
		return -1
	}, s)
}

// TOTP is what an authenticator app is told.
type TOTP struct {
	Secret string // to type
	URL    string // to scan
}

// BeginTOTP draws the secret of a second factor, which counts once a code of it
// was typed; before that it may be drawn again. Faults: session.ended,
// session.not_there_yet, totp.already.
func (d *Desk) BeginTOTP(ctx context.Context, c Client, now time.Time) (*TOTP, error) {
	var raw [totpSecret]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return nil, err
	}
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:])
	var login string
	err := d.write(ctx, now, "begin_totp", func(tx *store.Tx) error {
		s, err := d.row(tx, d.digest("session", c.Token), now)
		switch {
		case err != nil:
			return err
		case Stage(s.stage) == NeedsSecond:
			return fault.New(fault.Denied, "session.not_there_yet")
		case s.totpAt != 0:
			return fault.New(fault.Conflict, "totp.already")
		}
		login = s.login
		sealed, err := d.seal(secret, "account/"+s.id+"/totp")
		if err != nil {
			return err
		}
		return tx.Queue(`UPDATE account SET totp = ?, totp_step = 0 WHERE district = ? AND id = ? AND totp_at = 0`, sealed, d.root(), s.id)
	})
	if err != nil {
		return nil, err
	}
	city := d.e.City()
	u := "otpauth://totp/" + escape("Huying "+city.ID+":"+login) + "?secret=" + secret + "&issuer=" + escape("Huying "+city.ID) + "&digits=6&period=30"
	return &TOTP{Secret: secret, URL: u}, nil
}

// ConfirmTOTP sets the second factor up with a first code, and returns the
// recovery codes, which are shown this once. Faults: session.ended,
// totp.not_begun, totp.already, second.wrong.
func (d *Desk) ConfirmTOTP(ctx context.Context, c Client, code string, now time.Time) ([]string, *Entered, error) {
	var codes []string
	out, err := d.step(ctx, c, "confirm_totp", now, func(tx *store.Tx, s sessionRow) (string, error) {
		switch {
		case Stage(s.stage) == NeedsSecond:
			return "", fault.New(fault.Denied, "session.not_there_yet")
		case s.totpAt != 0:
			return "", fault.New(fault.Conflict, "totp.already")
		case len(s.totp) == 0:
			return "", fault.New(fault.Conflict, "totp.not_begun")
		}
		secret, err := d.totpOf(s.account)
		if err != nil {
			return "", err
		}
		step, ok, err := matching(secret, code, 0, now)
		if err == nil && !ok {
			err = fault.Field("code", "second.wrong")
		}
		if err != nil {
			return "", err
		}
		if err := tx.Queue(`UPDATE account SET totp_at = ?, totp_step = ? WHERE district = ? AND id = ?`, now.UnixMicro(), step, d.root(), s.id); err != nil {
			return "", err
		}
		if codes, err = d.newRecovery(tx, s.id); err != nil {
			return "", err
		}
		if err := d.log(tx, By{Account: s.id, Seat: s.seat, Network: Network(c.Address)}, "TOTP_SET", s.id, ""); err != nil {
			return "", err
		}
		how := s.how
		if how == byPassword {
			how = byTOTP
		}
		stage, seat := Stage(s.stage), s.seat
		if stage == NeedsEnrol {
			if stage, seat, err = d.next(tx, s.account, how, now); err != nil {
				return "", err
			}
		}
		return d.rotate(tx, s, stage, seat, how, now)
	})
	return codes, out, err
}

func (d *Desk) newRecovery(tx *store.Tx, account string) ([]string, error) {
	if err := tx.Queue(`DELETE FROM recovery WHERE district = ? AND account = ?`, d.root(), account); err != nil {
		return nil, err
	}
	codes := make([]string, recoveries)
	for i := range codes {
		c := rand.Text()[:16]
		codes[i] = c[:4] + "-" + c[4:8] + "-" + c[8:12] + "-" + c[12:]
		if err := tx.Queue(`INSERT INTO recovery (district, account, hash, used_at) VALUES (?, ?, ?, 0)`, d.root(), account, d.digest("recovery/"+account, c)); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// DropTOTP removes the second factor of the person themself, who shows it once
// more. Faults: session.missing, second.wrong.
func (d *Desk) DropTOTP(ctx context.Context, by By, code string, now time.Time) error {
	return d.write(ctx, now, "drop_totp", func(tx *store.Tx) error {
		a, err := d.byID(tx, by.Account)
		if err != nil {
			return err
		}
		right, err := d.checkSecond(tx, a, code, now)
		if err == nil && !right {
			err = fault.Field("code", "second.wrong")
		}
		if err != nil {
			return err
		}
		if err := d.dropTOTP(tx, a.id); err != nil {
			return err
		}
		return d.log(tx, by, "TOTP_DROPPED", a.id, "")
	})
}

func (d *Desk) dropTOTP(tx *store.Tx, id string) error {
	if err := tx.Queue(`UPDATE account SET totp = ?, totp_at = 0, totp_step = 0 WHERE district = ? AND id = ?`, []byte{}, d.root(), id); err != nil {
		return err
	}
	return tx.Queue(`DELETE FROM recovery WHERE district = ? AND account = ?`, d.root(), id)
}

// dropSecond removes all by which an account enters beside a password.
func (d *Desk) dropSecond(tx *store.Tx, id string) error {
	if err := d.dropTOTP(tx, id); err != nil {
		return err
	}
	if err := tx.Queue(`DELETE FROM credential WHERE district = ? AND account = ?`, d.root(), id); err != nil {
		return err
	}
	return tx.Queue(`DELETE FROM oidc_identity WHERE district = ? AND account = ?`, d.root(), id)
}
