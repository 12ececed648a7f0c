package people

import (
	"context"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// Stage is how far somebody has come through the door.
type Stage string

// The stages of a session, in their order.
const (
	NeedsSecond Stage = "SECOND" // the password was right; the second factor is missing
	NeedsEnrol  Stage = "ENROL"  // a second factor has to be set up first
	NeedsSeat   Stage = "SEAT"   // who it is is known; the post to act as is not chosen
	Inside      Stage = "OPEN"
)

// How somebody proved who they are.
const (
	byPassword = "PASSWORD"
	byTOTP     = "TOTP" // password and second factor
	byPasskey  = "PASSKEY"
	bySSO      = "OIDC"
)

// Session is who a browser stands for.
type Session struct {
	ID      string // names the session in lists; the secret cannot be had from it
	Account string
	Login   string
	Name    string
	Stage   Stage
	How     string
	Seat    string
	Kind    person.SeatKind
	Actor   access.Actor // of the chosen post; the zero Actor unless Stage is Inside
	CSRF    string       // secret that forms of this session carry
	Lang    string       // "" if the person has not chosen
	Theme   string
	MadeAt  time.Time
	Ends    time.Time // at the latest
	TOTP    bool      // the account has a second factor that is set up
}

// By returns who acts at this desk by the session.
func (s Session) By(network string) By {
	return By{Account: s.Account, Seat: s.Seat, Kind: string(s.Kind), Actor: s.Actor, Network: network}
}

// Entered is a session that has just begun or moved on, under a new secret.
type Entered struct {
	Token   string // the cookie of the session
	Device  string // the cookie of the device; "" leaves it as it is
	Session Session
}

type sessionRow struct {
	hash, stage, seat, how string
	madeAt, seenAt, endsAt int64
	revoked, wrong         int64
	network, agent         string
	account
}

const sessionColumns = `s.hash, s.stage, s.seat, s.how, s.made_at, s.seen_at, s.ends_at, s.revoked, s.wrong, s.network, s.agent, ` + accountColumns

func scanSession(r store.Scanner) (sessionRow, error) {
	var s sessionRow
	a := &s.account
	return s, r.Scan(&s.hash, &s.stage, &s.seat, &s.how, &s.madeAt, &s.seenAt, &s.endsAt, &s.revoked, &s.wrong, &s.network, &s.agent,
		&a.id, &a.login, &a.name, &a.password, &a.totp, &a.totpAt, &a.totpStep, &a.lang, &a.theme, &a.madeAt, &a.disabled)
}

// row returns a session that still holds. Faults: session.missing,
// session.ended.
func (d *Desk) row(q store.Querier, hash string, now time.Time) (sessionRow, error) {
	s, found, err := store.One(q, `SELECT `+sessionColumns+` FROM session s JOIN account a ON a.district = s.district AND a.id = s.account WHERE s.district = ? AND s.hash = ?`,
		scanSession, d.root(), hash)
	if err != nil {
		return s, err
	}
	idle := instant(s.seenAt).Add(d.o.Idle)
	if !found || s.revoked != 0 || s.disabled != 0 || !now.Before(instant(s.endsAt)) || !now.Before(idle) {
		return s, fault.New(fault.Unknown, "session.ended")
	}
	return s, nil
}

// Session returns who a cookie stands for at an instant. A session whose seat
// has ended has to choose another: its Stage is NeedsSeat.
// Faults: session.missing, session.ended.
func (d *Desk) Session(ctx context.Context, cookie string, now time.Time) (Session, error) {
	if cookie == "" || len(cookie) > 100 {
		return Session{}, fault.New(fault.Unknown, "session.missing")
	}
	hash := d.digest("session", cookie)
	if s, ok := d.seen.get(hash, now); ok {
		return s, nil
	}
	era := d.seen.era()
	var row sessionRow
	var out Session
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		if row, err = d.row(v, hash, now); err == nil {
			out, err = d.session(v, row, cookie, now)
		}
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if late := now.Sub(instant(row.seenAt)); late >= min(time.Minute, d.o.Idle/4) {
		err := d.e.Write(ctx, now, "see_session", func(tx *store.Tx) error {
			return tx.Queue(`UPDATE session SET seen_at = ? WHERE district = ? AND hash = ? AND seen_at < ?`, now.UnixMicro(), d.root(), hash, now.UnixMicro())
		})
		if err != nil {
			return Session{}, err
		}
	}
	d.seen.put(hash, out, era, now)
	return out, nil
}

// session makes a Session of its row.
func (d *Desk) session(q store.Querier, row sessionRow, cookie string, now time.Time) (Session, error) {
	out := Session{
		ID: row.hash[:16], Account: row.id, Login: row.login, Stage: Stage(row.stage), How: row.how, Seat: row.seat, Lang: row.lang, Theme: row.theme,
		CSRF: d.digest("csrf", cookie)[:43], MadeAt: instant(row.madeAt), Ends: instant(row.endsAt), TOTP: row.totpAt != 0,
	}
	var err error
	if out.Name, err = d.nameOf(row.account); err != nil || out.Stage != Inside {
		return out, err
	}
	seat, found, err := store.One(q, `SELECT `+seatColumns+` FROM seat WHERE district = ? AND id = ? AND account = ?`, scanSeat, d.root(), row.seat, row.id)
	if err != nil {
		return out, err
	}
	if _, known := d.e.City().Org.Post(seat.Post); !found || !known || !seat.In(now) {
		out.Stage, out.Seat = NeedsSeat, ""
		return out, nil
	}
	out.Kind = seat.Kind
	out.Actor, err = d.e.ActorIn(q, seat.Post, now)
	out.Actor.Person = row.id
	return out, err
}

// begin makes a session of an account that has proved who it is, and ends the
// one the browser had: a secret from before the proof is worth nothing after.
func (d *Desk) begin(tx *store.Tx, a account, how string, c Client, now time.Time) (string, error) {
	if c.Token != "" {
		if _, err := tx.Exec(`UPDATE session SET revoked = ? WHERE district = ? AND hash = ? AND revoked = 0`, now.UnixMicro(), d.root(), d.digest("session", c.Token)); err != nil {
			return "", err
		}
	}
	stage, seat, err := d.next(tx, a, how, now)
	if err != nil {
		return "", err
	}
	s := sessionRow{
		stage: string(stage), seat: seat, how: how, madeAt: now.UnixMicro(), endsAt: now.Add(d.o.Absolute).UnixMicro(),
		network: Network(c.Address), agent: clip(c.Agent), account: a,
	}
	token, err := d.insert(tx, s, now)
	if err != nil || stage == NeedsSecond {
		return token, err
	}
	return token, d.log(tx, By{Account: a.id, Seat: seat, Network: s.network}, "SIGN_IN", a.id, how)
}

// insert writes a session under a new secret.
func (d *Desk) insert(tx *store.Tx, s sessionRow, now time.Time) (string, error) {
	token := newSecret()
	return token, tx.Queue(`INSERT INTO session (district, hash, account, stage, seat, how, made_at, seen_at, ends_at, revoked, wrong, network, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)`,
		d.root(), d.digest("session", token), s.id, s.stage, s.seat, s.how, s.madeAt, now.UnixMicro(), s.endsAt, s.network, s.agent)
}

// rotate moves a session on under a new secret; the old one is worth nothing
// afterwards. Its bounds stay.
func (d *Desk) rotate(tx *store.Tx, s sessionRow, stage Stage, seat, how string, now time.Time) (string, error) {
	n, err := tx.Exec(`DELETE FROM session WHERE district = ? AND hash = ?`, d.root(), s.hash)
	if err == nil && n == 0 {
		err = fault.New(fault.Unknown, "session.ended") // another request has moved it on
	}
	if err != nil {
		return "", err
	}
	s.stage, s.seat, s.how = string(stage), seat, how
	return d.insert(tx, s, now)
}

// next returns what is still to do for an account after a proof.
func (d *Desk) next(tx *store.Tx, a account, how string, now time.Time) (Stage, string, error) {
	if how == byPassword && a.totpAt != 0 {
		return NeedsSecond, "", nil
	}
	seats, err := d.seatsOf(tx, a.id)
	if err != nil {
		return "", "", err
	}
	var in []Seat
	administers := false
	for _, s := range seats {
		if p, ok := d.e.City().Org.Post(s.Post); ok && s.Coming(now) {
			administers = administers || p.Role.Administers()
			if s.In(now) {
				in = append(in, s)
			}
		}
	}
	needed := how == byPassword && (d.o.Second == Everyone || d.o.Second == Admins && administers)
	if needed {
		// Who has a passkey shows it: a password alone must not set up a second
		// factor beside the one there is.
		var passkeys int64
		if err := tx.Row(`SELECT COUNT(*) FROM credential WHERE district = ? AND account = ?`, d.root(), a.id).Scan(&passkeys); err != nil {
			return "", "", err
		}
		if passkeys > 0 {
			return NeedsSecond, "", nil
		}
	}
	switch {
	case needed:
		return NeedsEnrol, "", nil
	case len(in) == 1:
		return Inside, in[0].ID, nil
	}
	return NeedsSeat, "", nil
}

// Seats returns the seats that a session may choose from now.
func (d *Desk) Seats(ctx context.Context, s Session, now time.Time) ([]Seat, error) {
	var out []Seat
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		seats, err := d.seatsOf(v, s.Account)
		for _, seat := range seats {
			if _, ok := d.e.City().Org.Post(seat.Post); ok && seat.In(now) {
				out = append(out, seat)
			}
		}
		return err
	})
	return out, err
}

// Choose picks the post to act as, under a new secret. Faults: session.ended,
// session.not_there_yet, seat.not_yours, second.needed.
func (d *Desk) Choose(ctx context.Context, c Client, seat string, now time.Time) (*Entered, error) {
	return d.step(ctx, c, "choose_seat", now, func(tx *store.Tx, s sessionRow) (string, error) {
		if st := Stage(s.stage); st != NeedsSeat && st != Inside {
			return "", fault.New(fault.Denied, "session.not_there_yet")
		}
		chosen, found, err := store.One(tx, `SELECT `+seatColumns+` FROM seat WHERE district = ? AND id = ? AND account = ?`, scanSeat, d.root(), seat, s.id)
		if err != nil {
			return "", err
		}
		p, known := d.e.City().Org.Post(chosen.Post)
		switch {
		case !found || !known || !chosen.In(now):
			return "", fault.Field("seat", "seat.not_yours")
		case s.how == byPassword && (d.o.Second == Everyone || d.o.Second == Admins && p.Role.Administers()):
			return "", fault.New(fault.Denied, "second.needed")
		}
		by := By{Account: s.id, Seat: seat, Network: Network(c.Address)}
		by.Actor.ID = chosen.Post
		if err := d.log(tx, by, "SEAT_CHOSEN", s.id, string(chosen.Kind)); err != nil {
			return "", err
		}
		return d.rotate(tx, s, Inside, seat, s.how, now)
	})
}

// step runs a command that moves the session of a browser on. fn returns the
// new secret.
func (d *Desk) step(ctx context.Context, c Client, name string, now time.Time, fn func(*store.Tx, sessionRow) (string, error)) (*Entered, error) {
	if c.Token == "" || len(c.Token) > 100 {
		return nil, fault.New(fault.Unknown, "session.missing")
	}
	hash := d.digest("session", c.Token)
	var token string
	err := d.write(ctx, now, name, func(tx *store.Tx) error {
		s, err := d.row(tx, hash, now)
		if err == nil {
			token, err = fn(tx, s)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.entered(ctx, token, c, now)
}

// entered returns what a browser is given after a step.
func (d *Desk) entered(ctx context.Context, token string, c Client, now time.Time) (*Entered, error) {
	s, err := d.Session(ctx, token, now)
	if err != nil {
		return nil, err
	}
	out := &Entered{Token: token, Session: s}
	if s.Stage != NeedsSecond {
		out.Device, err = d.remember(c.Device, s.Account, now)
	}
	return out, err
}

func clip(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most]
	}
	return printable(s)
}

// remembered is how long a session is believed without asking the database
// again: one revoked by another process works at most so much longer. One
// revoked through this process stops at once.
const remembered = 3 * time.Second

// mostSessions bounds how many are remembered.
const mostSessions = 8192

// sessions remembers who the cookies of the last seconds stand for, so that a
// busy page does not cost a query with each request.
type sessions struct {
	mu    sync.RWMutex
	n     uint64 // rises with each forgetting
	known map[string]knownSession
}

type knownSession struct {
	Session
	from, until time.Time
}

func newSessions() *sessions { return &sessions{known: map[string]knownSession{}} }

func (x *sessions) get(hash string, now time.Time) (Session, bool) {
	x.mu.RLock()
	k, ok := x.known[hash]
	x.mu.RUnlock()
	return k.Session, ok && !now.Before(k.from) && now.Before(k.until)
}

func (x *sessions) era() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.n
}

// put remembers what was read, unless something was forgotten meanwhile.
func (x *sessions) put(hash string, s Session, era uint64, now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if era != x.n {
		return
	}
	if len(x.known) >= mostSessions {
		clear(x.known)
	}
	x.known[hash] = knownSession{s, now, now.Add(remembered)}
}

func (x *sessions) forget() {
	x.mu.Lock()
	x.n++
	clear(x.known)
	x.mu.Unlock()
}
