package cli

import (
	"context"
	"math/rand/v2"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/demo"
	"huying/internal/desk/people"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
)

// players are the accounts of a played city: one for each role, at the level it
// is most worth looking at from.
var players = []struct {
	login string
	role  org.Role
	level org.Level
}{
	{"town", org.Dispatcher, org.Town}, {"district", org.Dispatcher, org.District}, {"city", org.Dispatcher, org.City},
	{"hotline", org.Agent, org.City}, {"department", org.Handler, org.District}, {"community", org.Dispatcher, org.Community},
	{"grid", org.GridWorker, org.Community}, {"supervisor", org.Supervisor, org.District}, {"leader", org.Leader, org.District},
	{"assessor", org.Assessor, org.District}, {"organiser", org.Organiser, org.District}, {"legal", org.LegalReviewer, org.District}, {"system", org.SystemAdmin, org.City}, {"security", org.SecurityAdmin, org.City}, {"audit", org.Auditor, org.City},
}

// people makes the accounts of a played city by the commands of a real one and
// writes them down beside it, for its page of sign-in.
func (s *session) people(ctx context.Context, cfg *config.Config, o *app.Opened, played demo.Options) error {
	city := o.Engine.City()
	d, err := o.People(cfg, func() string { return "" })
	if err != nil {
		return err
	}
	load, err := s.load(ctx, o.Engine)
	if err != nil {
		return err
	}
	security, err := person.PostOf(city, org.SecurityAdmin)
	if err != nil {
		return err
	}
	by := people.By{}
	if by.Actor, err = person.Actor(city, security); err != nil {
		return err
	}
	now := played.Until
	if real := s.now(); real.Before(now) {
		now = real
	}
	r := rand.New(rand.NewPCG(played.Seed, 1<<33)) //nolint:gosec // a demonstration that everybody may enter
	var list []app.DemoAccount
	for _, p := range players {
		post := busiest(city, p.role, p.level, load)
		if post == nil {
			continue
		}
		a := app.DemoAccount{Login: p.login, Password: spoken(r), Role: string(p.role), Post: post.Code, Unit: post.Unit}
		if u, ok := city.Org.Unit(post.Unit); ok {
			a.Unit = u.Name
		}
		if err := s.player(ctx, d, by, a, now); err != nil {
			return err
		}
		list = append(list, a)
	}
	return app.KeepDemoAccounts(cfg.Data, list)
}

// player makes one account, sets its password and leaves again.
func (s *session) player(ctx context.Context, d *people.Desk, by people.By, a app.DemoAccount, now time.Time) error {
	made, err := d.Make(ctx, by, people.NewAccount{Login: a.Login, Name: s.lang.Word("org.role", a.Role), Posts: []string{a.Post}}, now)
	if err != nil {
		return err
	}
	in, err := d.Accept(ctx, made.Secret, a.Password, people.Client{}, now)
	if err != nil {
		return err
	}
	return d.SignOut(ctx, people.Client{Token: in.Token}, now)
}

// spoken draws a password that can be read out.
func spoken(r *rand.Rand) string {
	const soft, open = "bdfgklmnprstvz", "aeiou"
	var out []byte
	for i := range 3 {
		if i > 0 {
			out = append(out, '-')
		}
		for range 2 {
			out = append(out, soft[r.IntN(len(soft))], open[r.IntN(len(open))])
		}
	}
	return string(out)
}
