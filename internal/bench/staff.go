package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/store"
)

// staff is who reads the pages, and by what calls come in meanwhile.
type staff struct {
	login, password string
	seats           []string // of the busiest desk, of the city's, and of others
	held            int64    // matters of the busiest desk
	calls           *calls
}

// mostSeats is over how many desks the screens are spread.
const mostSeats = 16

// staff makes one real account with seats in the desks, a token and the calls
// that use it.
func (m *measurement) staff(ctx context.Context, c *city) (*staff, error) {
	m.Tell("staff")
	posts, held, err := c.desks(ctx, min(mostSeats, max(m.Screens, 2)))
	if err != nil {
		return nil, err
	}
	out := &staff{login: "bench.desk", password: rand.Text(), held: held}
	if err := m.account(ctx, c, out, posts); err != nil {
		return nil, err
	}
	if err := c.delay(ctx); err != nil {
		return nil, err
	}
	pack := c.Engine.City()
	token, err := token(ctx, c.Engine)
	if err != nil {
		return nil, err
	}
	list, err := spots(pack, anyLeaf)
	if err != nil {
		return nil, err
	}
	out.calls, err = newCalls(list, token)
	return out, err
}

// desks returns the posts of dispatchers in units that hold matters: the
// busiest of all, the city's, and others from the busiest to the quietest in
// even steps. held is how much the first holds.
func (c *city) desks(ctx context.Context, most int) (posts []string, held int64, err error) {
	pack := c.Engine.City()
	type desk struct {
		unit string
		n    int64
	}
	var all []desk
	err = c.DB.Read(ctx, func(v *store.View) (err error) {
		all, err = store.All(v, `SELECT holder, COUNT(*) FROM matter WHERE holder <> '' GROUP BY holder ORDER BY COUNT(*) DESC, holder`,
			func(r store.Scanner) (x desk, err error) { return x, r.Scan(&x.unit, &x.n) })
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	var rest []string
	for _, x := range all {
		a, err := registry.ActorOf(pack, x.unit, org.Dispatcher)
		if err != nil {
			continue // it holds matters without a desk
		}
		if len(rest) == 0 {
			held = x.n
		}
		rest = append(rest, a.ID)
	}
	if len(rest) == 0 {
		return nil, 0, errors.New("bench: no unit that holds matters has a dispatcher")
	}
	centre, ok := pack.Org.Centre(pack.Root)
	if !ok {
		return nil, 0, fmt.Errorf("bench: %s has no command centre", pack.Root)
	}
	whole, err := registry.ActorOf(pack, centre, org.Dispatcher)
	if err != nil {
		return nil, 0, err
	}
	posts = []string{rest[0]}
	if rest[0] != whole.ID {
		posts = append(posts, whole.ID)
	}
	step := max(len(rest)/most, 1)
	for i := step; i < len(rest) && len(posts) < most; i += step {
		if !slices.Contains(posts, rest[i]) {
			posts = append(posts, rest[i])
		}
	}
	return posts, held, nil
}

// account makes the account and sets its password by its invitation.
func (m *measurement) account(ctx context.Context, c *city, out *staff, posts []string) error {
	cfg, err := m.settings(c.dir)
	if err != nil {
		return err
	}
	desk, err := c.People(cfg, func() string { return "" })
	if err != nil {
		return err
	}
	security, err := person.PostOf(c.Engine.City(), org.SecurityAdmin)
	if err != nil {
		return err
	}
	by, now := people.By{}, time.Now()
	if by.Actor, err = person.Actor(c.Engine.City(), security); err != nil {
		return err
	}
	made, err := desk.Make(ctx, by, people.NewAccount{Login: out.login, Name: "Bench", Posts: posts}, now)
	if err != nil {
		return err
	}
	in, err := desk.Accept(ctx, made.Secret, out.password, people.Client{}, now)
	if err != nil {
		return err
	}
	seats, err := desk.Seats(ctx, in.Session, now)
	if err != nil {
		return err
	}
	for _, post := range posts { // in the order asked for
		for _, s := range seats {
			if s.Post == post {
				out.seats = append(out.seats, s.ID)
			}
		}
	}
	if len(out.seats) != len(posts) {
		return fmt.Errorf("bench: %d seats for %d posts", len(out.seats), len(posts))
	}
	return desk.SignOut(ctx, people.Client{Token: in.Token}, now)
}

// token makes a token of a hotline agent, by which calls come in.
func token(ctx context.Context, e *engine.Engine) (string, error) {
	admin, err := holder(e.City(), org.SystemAdmin)
	if err != nil {
		return "", err
	}
	agent, err := holder(e.City(), org.Agent)
	if err != nil {
		return "", err
	}
	secret, _, err := registry.New(e).MakeToken(ctx, engine.Command{Actor: admin}, registry.NewToken{
		Name: "bench", Post: agent.ID, Ends: time.Now().Add(24 * time.Hour),
	})
	return secret, err
}

// delay puts the clocks that would run out meanwhile off to the next day. The
// city has grown by copies, which fall due all at once and have no ledger to
// be written to; how quickly clocks fire is measured elsewhere.
func (c *city) delay(ctx context.Context) error {
	return c.DB.Write(ctx, "delay", func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE matter SET next_at = next_at + ? WHERE next_at > 0 AND next_at <= ?`,
			(24 * time.Hour).Microseconds(), int64(engine.Instant(time.Now().Add(2*time.Hour))))
		return err
	})
}
