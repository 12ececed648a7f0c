package people_test

import (
	"context"
	"testing"
	"time"

	"huying/internal/desk/people"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) {
	people.CheapHashes()
	storetest.Main(m)
}

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, ident.Zone)
)

const good = "青年路的树 今年真绿"

// house is a desk with its engine.
type house struct {
	*people.Desk
	e *engine.Engine
	t *testing.T
}

func each(t *testing.T, fn func(h *house), change ...func(*people.Options)) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) { fn(open(t, db, change...)) })
}

func open(t *testing.T, db *store.DB, change ...func(*people.Options)) *house {
	t.Helper()
	keys := enginetest.Keys(t, "intl")
	e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: keys, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	o := people.Options{Key: keys.Master.Derive("people"), Origin: func() string { return "https://huying.example.gov.cn" }}
	for _, c := range change {
		c(&o)
	}
	d, err := people.New(e, o)
	if err != nil {
		t.Fatal(err)
	}
	return &house{d, e, t}
}

// as is who sits on a post.
func (h *house) as(account, post string) people.By {
	h.t.Helper()
	a, err := h.e.Actor(ctx, post, noon)
	if err != nil {
		h.t.Fatal(err)
	}
	return people.By{Account: account, Kind: string(person.Holder), Actor: a}
}

func (h *house) security() people.By { return h.as("", "440100-ZS/SECURITY_ADMIN") }

// person makes an account with its password set, and returns its id.
func (h *house) person(login string, posts ...string) string {
	h.t.Helper()
	in, err := h.Make(ctx, h.security(), people.NewAccount{Login: login, Name: "刘晓燕", Posts: posts}, noon)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Accept(ctx, in.Secret, good, people.Client{Address: "10.9.9.9"}, noon); err != nil {
		h.t.Fatal(err)
	}
	return in.Account
}

func (h *house) signIn(login, password string, c people.Client, at time.Time) (*people.Entered, error) {
	return h.SignIn(ctx, people.SignIn{Login: login, Password: password}, c, at)
}

func (h *house) in(login string, at time.Time) *people.Entered {
	h.t.Helper()
	e, err := h.signIn(login, good, people.Client{Address: "10.1.1.1", Agent: "Test"}, at)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

func (h *house) code(what string, err error, want string) {
	h.t.Helper()
	if fault.Code(err) != want && (want != "" || err != nil) {
		h.t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func (h *house) session(what, token string, at time.Time, want string) people.Session {
	h.t.Helper()
	s, err := h.Session(ctx, token, at)
	h.code(what, err, want)
	return s
}

func (h *house) count(table string) (n int) {
	h.t.Helper()
	if err := h.e.DB().Read(ctx, func(v *store.View) error { return v.Row(`SELECT COUNT(*) FROM ` + table).Scan(&n) }); err != nil {
		h.t.Fatal(err)
	}
	return n
}
