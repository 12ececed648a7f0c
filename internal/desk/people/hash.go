package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"huying/internal/domain/person"
)

// The lengths of salt and hash, in bytes.
const (
	argonSalt = 16
	argonKey  = 32
)

// cost is what a password costs to check. It stands in every hash, so it may
// change.
type cost struct {
	memory, passes uint32 // KiB, and how often it is gone through
	lanes          uint8
}

// usual follows the advice of OWASP for argon2id.
var usual = cost{memory: 19 * 1024, passes: 2, lanes: 1}

func (c cost) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, c.memory, c.passes, c.lanes)
}

// hash returns the slow hash of a password, with its cost and salt.
func hash(password string) (string, error) {
	var salt [argonSalt]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return "", err
	}
	key := argon2.IDKey([]byte(person.Password(password)), salt[:], usual.passes, usual.memory, usual.lanes, argonKey)
	b64 := base64.RawStdEncoding
	return usual.String() + b64.EncodeToString(salt[:]) + "$" + b64.EncodeToString(key), nil
}

// same reports whether a password is the one of a hash. The cost is bounded,
// so that a row that was tampered with cannot stop the process.
func same(hashed, password string) bool {
	parts := strings.Split(hashed, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil || memory > 1<<20 || passes < 1 || passes > 16 || lanes < 1 {
		return false
	}
	salt, err := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false
	}
	got := argon2.IDKey([]byte(person.Password(password)), salt, passes, memory, lanes, uint32(len(want))) //nolint:gosec // bounded above
	return subtle.ConstantTimeCompare(got, want) == 1
}

// slowly runs what hashes, a few at once. It is never called inside a
// transaction.
func (d *Desk) slowly(ctx context.Context, fn func()) error {
	select {
	case d.slow <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-d.slow }()
	fn()
	return nil
}

// hashed checks a new password against the rules and hashes it. Own are words
// whoever knows the person would try.
func (d *Desk) hashed(ctx context.Context, password string, own ...string) (out string, err error) {
	if err := person.CheckPassword(password, own...); err != nil {
		return "", err
	}
	if wait := d.slowly(ctx, func() { out, err = hash(password) }); wait != nil {
		return "", wait
	}
	return out, err
}

// verified reports whether a password is right. It takes as long where there
// is no account or no password.
func (d *Desk) verified(ctx context.Context, hashed, password string) (ok bool, err error) {
	known := hashed != ""
	if !known {
		hashed = d.dummy
	}
	if len(password) > 8*person.LongestPassword {
		password = "" // no password is so long; it costs what others cost
	}
	err = d.slowly(ctx, func() { ok = same(hashed, password) && known })
	return ok, err
}

// stale reports whether a hash was made at another cost.
func stale(hashed string) bool { return !strings.HasPrefix(hashed, usual.String()) }
