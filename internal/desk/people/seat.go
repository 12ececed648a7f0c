package people

import (
	"context"
	"strconv"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/store"
)

// Seat is a person's seat on a post.
type Seat struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	MadeAt  time.Time `json:"made_at"`
	MadeBy  string    `json:"made_by"`
	person.Seat
}

const seatColumns = `id, account, post, kind, from_at, to_at, ended_at, made_at, made_by`

func scanSeat(r store.Scanner) (Seat, error) {
	var s Seat
	var from, to, ended, made int64
	err := r.Scan(&s.ID, &s.Account, &s.Post, &s.Kind, &from, &to, &ended, &made, &s.MadeBy)
	s.From, s.To, s.Ended, s.MadeAt = instant(from), instant(to), instant(ended), instant(made)
	return s, err
}

func (d *Desk) seatsOf(q store.Querier, account string) ([]Seat, error) {
	return store.All(q, `SELECT `+seatColumns+` FROM seat WHERE district = ? AND account = ? ORDER BY from_at, id`, scanSeat, d.root(), account)
}

// seat gives an account a seat.
func (d *Desk) seat(tx *store.Tx, by By, account string, s person.Seat, now time.Time) (string, error) {
	p, ok := d.e.City().Org.Post(s.Post)
	if !ok {
		return "", fault.Field("post", "post.unknown", s.Post)
	}
	held, err := d.seatsOf(tx, account)
	if err != nil {
		return "", err
	}
	var others []org.Role
	for _, h := range held {
		if !h.Coming(now) {
			continue
		}
		if h.Post == s.Post && h.Kind == s.Kind && s.Kind == person.Holder {
			return "", fault.Field("post", "seat.held_already", s.Post)
		}
		if q, ok := d.e.City().Org.Post(h.Post); ok {
			others = append(others, q.Role)
		}
	}
	if err := person.CheckSeat(s, p.Role, others, now); err != nil {
		return "", err
	}
	id := newID()
	if err := tx.Queue(`INSERT INTO seat (district, id, account, post, kind, from_at, to_at, ended_at, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		d.root(), id, account, s.Post, string(s.Kind), micro(s.From), micro(s.To), now.UnixMicro(), by.Account); err != nil {
		return "", err
	}
	return id, d.log(tx, by, "SEAT_GIVEN", account, string(s.Kind)+" "+s.Post)
}

// Give gives an account the seat of a holder, from an instant to another; the
// zero to is for good. Faults: account.unknown, post.unknown,
// seat.held_already and those of person.CheckSeat.
func (d *Desk) Give(ctx context.Context, by By, of, post string, from, to, now time.Time) (string, error) {
	var id string
	err := d.manage(ctx, by, "give_seat", of, now, func(tx *store.Tx, _ account) (err error) {
		id, err = d.seat(tx, by, of, person.Seat{Post: post, Kind: person.Holder, From: from, To: to}, now)
		return err
	})
	return id, err
}

// Appoint makes a person the deputy on a post for a time. It is for the holder
// of the post and for who leads the unit. Faults: account.unknown,
// deputy.not_yours, deputy.itself and those of person.CheckSeat.
func (d *Desk) Appoint(ctx context.Context, by By, post, login string, from, to, now time.Time) (string, error) {
	if err := person.MayAppoint(d.e.City(), by.Actor, person.SeatKind(by.Kind), post); err != nil {
		return "", err
	}
	login, err := person.Login(login)
	if err != nil {
		return "", err
	}
	var id string
	err = d.write(ctx, now, "appoint_deputy", func(tx *store.Tx) error {
		a, found, err := d.byLogin(tx, login)
		if err != nil {
			return err
		}
		if !found || a.disabled != 0 {
			return fault.Field("login", "account.unknown")
		}
		if a.id == by.Account {
			return fault.Field("login", "deputy.itself")
		}
		id, err = d.seat(tx, by, a.id, person.Seat{Post: post, Kind: person.Deputy, From: from, To: to}, now)
		return err
	})
	return id, err
}

// Deputies lists who stands in on a post now or later.
func (d *Desk) Deputies(ctx context.Context, by By, post string, now time.Time) ([]Deputy, error) {
	if access.Allow(by.Actor, access.ManageAccounts, access.Subject{}) != nil {
		if err := person.MayAppoint(d.e.City(), by.Actor, person.SeatKind(by.Kind), post); err != nil {
			return nil, err
		}
	}
	var out []Deputy
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		seats, err := store.All(v, `SELECT `+seatColumns+` FROM seat WHERE district = ? AND post = ? AND kind = 'DEPUTY' AND ended_at = 0 AND to_at > ? ORDER BY from_at, id`,
			scanSeat, d.root(), post, now.UnixMicro())
		if err != nil {
			return err
		}
		for _, s := range seats {
			a, err := d.byID(v, s.Account)
			if err != nil {
				return err
			}
			name, err := d.nameOf(a)
			if err != nil {
				return err
			}
			out = append(out, Deputy{Seat: s, Login: a.login, Name: name})
		}
		return nil
	})
	return out, err
}

// Deputy is who stands in on a post.
type Deputy struct {
	Seat
	Login string `json:"login"`
	Name  string `json:"name"`
}

// End ends a seat now. It is for the security administrator, and a deputy's
// seat also for who may appoint one. Faults: seat.unknown, seat.already_over.
func (d *Desk) End(ctx context.Context, by By, id string, now time.Time) error {
	return d.write(ctx, now, "end_seat", func(tx *store.Tx) error {
		s, found, err := store.One(tx, `SELECT `+seatColumns+` FROM seat WHERE district = ? AND id = ?`, scanSeat, d.root(), id)
		if err != nil {
			return err
		}
		if err := may(by, access.ManageAccounts); err != nil {
			deputy := found && s.Kind == person.Deputy && person.MayAppoint(d.e.City(), by.Actor, person.SeatKind(by.Kind), s.Post) == nil
			if !deputy {
				return err
			}
		}
		switch {
		case !found:
			return fault.New(fault.NotFound, "seat.unknown")
		case !s.Coming(now):
			return fault.New(fault.Conflict, "seat.already_over")
		}
		if err := tx.Queue(`UPDATE seat SET ended_at = ? WHERE district = ? AND id = ?`, now.UnixMicro(), d.root(), id); err != nil {
			return err
		}
		return d.log(tx, by, "SEAT_ENDED", s.Account, string(s.Kind)+" "+s.Post)
	})
}

// inRow says in which of several rows a fault lies.
func inRow(err error, row, of int) error {
	if of == 1 {
		return err
	}
	var out fault.List
	for _, f := range fault.All(err) {
		field := strconv.Itoa(row + 1)
		if f.Field != "" {
			field += "." + f.Field
		}
		out.Add(f.In(field))
	}
	return out.Err()
}

// Held returns which of some posts have a holder or a deputy now, by code. It
// says that somebody sits there, never who.
func (d *Desk) Held(ctx context.Context, actor access.Actor, posts []string, now time.Time) (map[string]bool, error) {
	if len(access.Scopes(actor, access.ManagePack)) == 0 && len(access.Scopes(actor, access.ManageAccounts)) == 0 {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ManagePack))
	}
	out := make(map[string]bool, len(posts))
	if len(posts) == 0 {
		return out, nil
	}
	args := []any{d.root(), now.UnixMicro(), now.UnixMicro()}
	for _, p := range posts {
		args = append(args, p)
	}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, `SELECT DISTINCT post FROM seat WHERE district = ? AND from_at <= ? AND (to_at = 0 OR to_at > ?) AND ended_at = 0 AND post IN (`+store.Marks(len(posts))+`)`,
			func(r store.Scanner) (code string, err error) { return code, r.Scan(&code) }, args...)
		for _, code := range rows {
			out[code] = true
		}
		return err
	})
	return out, err
}
