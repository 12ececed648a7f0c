package door

import (
	"huying/internal/desk/people"
	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// mine is what a person sees of how they enter.
type mine struct {
	sessions []people.SignedIn
	passkeys []people.Passkey
	account  people.Account
	posts    []string // for which they may name a deputy
	deputies []people.Deputy
}

func (p pages) me(r *frame.Request) error {
	by, of := r.By(), r.Session.Account
	var m mine
	var err error
	if m.account, err = p.People.Account(r.Ctx, by, of, r.Now); err != nil {
		return err
	}
	if m.sessions, err = p.People.Sessions(r.Ctx, by, of, r.Now); err != nil {
		return err
	}
	if m.passkeys, err = p.People.Passkeys(r.Ctx, by, of); err != nil {
		return err
	}
	m.posts = appointable(r)
	for _, post := range m.posts {
		list, err := p.People.Deputies(r.Ctx, by, post, r.Now)
		if err != nil {
			return err
		}
		m.deputies = append(m.deputies, list...)
	}
	return r.Page(r.T("me.title"), "me", mePage(r, m))
}

// appointable are the posts of the reader's unit for which they may name a
// deputy, their own first.
func appointable(r *frame.Request) []string {
	var out []string
	for _, p := range r.City.Org.Posts(r.Actor.Unit) {
		if person.MayAppoint(r.City, r.Actor, r.Session.Kind, p.Code) != nil {
			continue
		}
		if p.Code == r.Actor.ID {
			out = append([]string{p.Code}, out...)
			continue
		}
		out = append(out, p.Code)
	}
	return out
}

func (p pages) password(r *frame.Request) error {
	fresh := r.HTTP.PostFormValue("password")
	if fresh != r.HTTP.PostFormValue("again_password") {
		r.Fault(fault.Field("again_password", "password.unlike"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if err := p.People.ChangePassword(r.Ctx, r.By(), client(r), r.HTTP.PostFormValue("old"), fresh, r.Now); err != nil {
		return err
	}
	r.Says("me.password_changed")
	return r.Part(passwordForm(r))
}

func (p pages) beginTOTP(r *frame.Request) error {
	t, err := p.People.BeginTOTP(r.Ctx, client(r), r.Now)
	if err != nil {
		return err
	}
	image, err := qr(t.URL)
	if err != nil {
		return err
	}
	return r.Part(totpPart(r, t, image))
}

func (p pages) confirmTOTP(r *frame.Request) error {
	code := r.Text("code")
	if err := r.Wrong(); err != nil {
		return err
	}
	codes, e, err := p.People.ConfirmTOTP(r.Ctx, client(r), code, r.Now)
	if err != nil {
		return err
	}
	next := "/me"
	if r.Session.Stage == people.NeedsEnrol {
		next = "/"
	}
	keep(r, e)
	return r.Part(recoveryPart(r, codes, next))
}

func (p pages) dropTOTP(r *frame.Request) error {
	code := r.Text("code")
	if err := r.Wrong(); err != nil {
		return err
	}
	if err := p.People.DropTOTP(r.Ctx, r.By(), code, r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) beginPasskey(r *frame.Request) error {
	c, err := p.People.BeginPasskey(r.Ctx, client(r), r.Now)
	return ceremony(r, c, err)
}

func (p pages) addPasskey(r *frame.Request) error {
	secret, name, answer := r.Text("secret"), r.Text("name"), r.Text("answer")
	if err := r.Wrong(); err != nil {
		return err
	}
	e, err := p.People.AddPasskey(r.Ctx, client(r), secret, name, []byte(answer), r.Now)
	if err != nil {
		return err
	}
	next := "/me"
	if r.Session.Stage == people.NeedsEnrol {
		next = "/"
	}
	keep(r, e)
	return r.Go(next)
}

func (p pages) dropPasskey(r *frame.Request) error {
	if err := p.People.DropPasskey(r.Ctx, r.By(), r.Session.Account, r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) revoke(r *frame.Request) error {
	if err := p.People.Revoke(r.Ctx, r.By(), r.Session.Account, r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) revokeOthers(r *frame.Request) error {
	if err := p.People.RevokeAll(r.Ctx, r.By(), r.Session.Account, r.Session.ID, r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) appoint(r *frame.Request) error {
	post, login, from, to := r.Text("post"), r.Text("login"), r.Time("from"), r.Time("to")
	if to.IsZero() {
		r.Fault(fault.Field("to", "deputy.end_missing"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if from.IsZero() {
		from = r.Now
	}
	if _, err := p.People.Appoint(r.Ctx, r.By(), post, login, from, to.AddDate(0, 0, 1), r.Now); err != nil { // to the end of its last day
		return err
	}
	return r.Go("/me")
}

func (p pages) endDeputy(r *frame.Request) error {
	if err := p.People.End(r.Ctx, r.By(), r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}
