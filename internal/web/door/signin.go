package door

import (
	"encoding/json"

	"huying/internal/desk/people"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

func (p pages) signin(r *frame.Request) error {
	next := r.Query("next")
	if r.Query("again") != "" {
		return r.Part(again(r, p))
	}
	switch r.Session.Stage {
	case people.Inside:
		return r.Go(back(next))
	case people.NeedsSecond:
		return r.Go("/signin/second" + after(next))
	}
	return r.Page(r.T("signin.title"), "", signinPage(r, p, next))
}

func (p pages) signIn(r *frame.Request) error {
	in := people.SignIn{Login: r.Text("login"), Password: r.HTTP.PostFormValue("password")}
	if err := r.Wrong(); err != nil {
		return err
	}
	e, err := p.People.SignIn(r.Ctx, in, client(r), r.Now)
	if err != nil {
		return err
	}
	return moved(r, e)
}

func (p pages) secondPage(r *frame.Request) error {
	if r.Session.Stage != people.NeedsSecond {
		return r.Go("/signin" + after(r.Query("next")))
	}
	return r.Page(r.T("signin.second"), "", secondPage(r, r.Query("next")))
}

func (p pages) second(r *frame.Request) error {
	code := r.Text("code")
	if err := r.Wrong(); err != nil {
		return err
	}
	e, err := p.People.Second(r.Ctx, client(r), code, r.Now)
	if err != nil {
		return err
	}
	return moved(r, e)
}

func (p pages) enrol(r *frame.Request) error {
	if r.Session.Stage != people.NeedsEnrol {
		return r.Go("/signin" + after(r.Query("next")))
	}
	return r.Page(r.T("signin.enrol"), "", enrolPage(r))
}

// ceremony answers with what the browser needs for a passkey.
func ceremony(r *frame.Request, c *people.Ceremony, err error) error {
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return r.Blob("application/json", "", body)
}

func (p pages) beginEnter(r *frame.Request) error {
	c, err := p.People.BeginEnter(r.Ctx, r.Now)
	return ceremony(r, c, err)
}

func (p pages) enter(r *frame.Request) error {
	secret, answer := r.Text("secret"), r.Text("answer")
	if err := r.Wrong(); err != nil {
		return err
	}
	e, err := p.People.Enter(r.Ctx, secret, []byte(answer), client(r), r.Now)
	if err != nil {
		return err
	}
	return moved(r, e)
}

// The cookies of a journey to single sign-on: what it was begun with, and
// where the reader wanted to go.
const (
	ssoCookie  = "sso"
	nextCookie = "next"
)

func (p pages) beginSSO(r *frame.Request) error {
	to, cookie, err := p.People.BeginSSO(r.Ctx, r.Now)
	if err != nil {
		return err
	}
	r.Keep(ssoCookie, cookie)
	r.Keep(nextCookie, back(r.Query("next")))
	return r.Go(to)
}

func (p pages) finishSSO(r *frame.Request) error {
	cookie, next := r.Cookie(ssoCookie), back(r.Cookie(nextCookie))
	drop(r, ssoCookie)
	drop(r, nextCookie)
	if r.Query("error") != "" || r.Query("code") == "" {
		return fault.New(fault.Denied, "oidc.refused")
	}
	e, err := p.People.FinishSSO(r.Ctx, cookie, r.Query("state"), r.Query("code"), client(r), r.Now)
	if err != nil {
		return err
	}
	keep(r, e)
	if e.Session.Stage == people.NeedsSeat {
		return r.Go("/post" + after(next))
	}
	return r.Go(next)
}

func (p pages) post(r *frame.Request) error {
	switch r.Session.Stage {
	case people.NeedsSeat, people.Inside:
	default:
		return r.Go("/signin" + after(r.Query("next")))
	}
	seats, err := p.People.Seats(r.Ctx, r.Session, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("signin.post"), "", postPage(r, seats, r.Query("next")))
}

func (p pages) choose(r *frame.Request) error {
	e, err := p.People.Choose(r.Ctx, client(r), r.Text("seat"), r.Now)
	if err != nil {
		return err
	}
	return moved(r, e)
}

func (p pages) signOut(r *frame.Request) error {
	if err := p.People.SignOut(r.Ctx, client(r), r.Now); err != nil {
		return err
	}
	r.SignIn("", r.Now)
	return r.Go("/signin")
}

func (p pages) invite(r *frame.Request) error {
	who, err := p.People.Invite(r.Ctx, r.Path("secret"), r.Now)
	if err != nil {
		return err
	}
	if who.First {
		return r.Page(r.T("signin.first"), "", firstPage(r, r.Path("secret")))
	}
	return r.Page(r.T("signin.invited"), "", invitedPage(r, who, r.Path("secret")))
}

func (p pages) accept(r *frame.Request) error {
	password := r.HTTP.PostFormValue("password")
	if password != r.HTTP.PostFormValue("again_password") {
		r.Fault(fault.Field("again_password", "password.unlike"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	e, err := p.People.Accept(r.Ctx, r.Path("secret"), password, client(r), r.Now)
	if err != nil {
		return err
	}
	return moved(r, e)
}

// firstFields are the fields of the form of the first administrators, by the
// rows in which the desk tells what is wrong.
var firstFields = []string{"system", "security", "audit"}

func (p pages) first(r *frame.Request) error {
	one := func(who string) people.NewAccount {
		return people.NewAccount{Login: r.Text(who + "_login"), Name: r.Text(who + "_name")}
	}
	in := people.First{System: one("system"), Security: one("security"), Audit: one("audit")}
	if err := r.Wrong(); err != nil {
		return err
	}
	made, err := p.People.MakeFirst(r.Ctx, r.Path("secret"), in, r.Now)
	if err != nil {
		return named(err)
	}
	return r.Part(invitations(r, made, p.Origin()))
}

// named says which field of the form of the first administrators a fault is
// about.
func named(err error) error {
	var out fault.List
	for _, f := range fault.All(err) {
		if len(f.Field) > 2 && f.Field[1] == '.' && f.Field[0] >= '1' && f.Field[0] <= '3' {
			f = f.In(firstFields[f.Field[0]-'1'] + "_" + f.Field[2:])
		}
		out.Add(f)
	}
	return out.Err()
}
