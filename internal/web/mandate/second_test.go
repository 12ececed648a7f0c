package mandate_test

import (
	"strings"
	"testing"

	"huying/internal/desk/people"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// person is an account that sits on several posts, and the secret of its session
// as each of them.
type person struct {
	h     *webtest.House
	token string
}

// sits makes an account with posts, which has signed in.
func sits(t *testing.T, h *webtest.House, login string, posts ...string) *person {
	t.Helper()
	security := h.Post(t, "440100-ZS", org.SecurityAdmin)
	made, err := h.People.Make(t.Context(), people.By{Account: "sec", Actor: h.As(t, security).Actor}, people.NewAccount{Login: login, Name: "赵兼任", Posts: posts}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	in, err := h.People.Accept(t.Context(), made.Secret, "两个岗位 一个人 坐着", people.Client{}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	return &person{h, in.Token}
}

// as lets the person act as one of their posts.
func (p *person) as(t *testing.T, post string) string {
	t.Helper()
	s, err := p.h.People.Session(t.Context(), p.token, p.h.Now())
	if err != nil {
		t.Fatal(err)
	}
	seats, err := p.h.People.Seats(t.Context(), s, p.h.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, seat := range seats {
		if seat.Post != post {
			continue
		}
		in, err := p.h.People.Choose(t.Context(), people.Client{Token: p.token}, seat.ID, p.h.Now())
		if err != nil {
			t.Fatal(err)
		}
		p.token = in.Token
		return in.Token
	}
	t.Fatalf("the person does not sit on %s", post)
	return ""
}

// Whoever sits on two posts drafts a list from one and reviews it from the other,
// or reviews and approves: both are refused, and a colleague does it.
func TestOnePersonOnTwoPostsIsOnePerson(t *testing.T) {
	h := webtest.Open(t)
	organiser, lawyer, head := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-SF", org.LegalReviewer), h.Post(t, district+"-ZFB", org.Leader)
	one := sits(t, h, "zhao.jr", organiser, lawyer, head)
	page := sent(t, upload(t, h, one.as(t, organiser), good, true))
	step := func(who, step string, pairs ...string) webtest.Reply {
		return h.Send(t, who, page+"/"+step, webtest.Form(pairs...))
	}
	refused(t, step(one.as(t, lawyer), "review", "pass", "true"), 403, "list.same_person")
	sent(t, step(lawyer, "review", "pass", "true"))
	sent(t, step(one.as(t, organiser), "consult"))
	secretary := h.Post(t, street+"-DGW", org.Secretary)
	_, rest, _ := strings.Cut(h.Get(t, secretary, page).Body, `action="/opinions/`)
	no, _, _ := strings.Cut(rest, `"`)
	sent(t, h.Send(t, secretary, "/opinions/"+no, webtest.Form("result", "AGREE", "text", "同意")))
	refused(t, step(one.as(t, head), "approve"), 403, "list.same_person")
	sent(t, step(head, "approve"))

	// A second list: reviewed by the person, it is not approved by the same.
	page = sent(t, uploadAs(t, h, organiser, "second", good))
	sent(t, step(one.as(t, lawyer), "review", "pass", "true"))
	sent(t, step(organiser, "consult"))
	_, rest, _ = strings.Cut(h.Get(t, secretary, page).Body, `action="/opinions/`)
	no, _, _ = strings.Cut(rest, `"`)
	sent(t, h.Send(t, secretary, "/opinions/"+no, webtest.Form("result", "AGREE", "text", "同意")))
	refused(t, step(one.as(t, head), "approve"), 403, "list.same_person")
	sent(t, step(head, "approve"))

	// The two sides of a hand-over are two persons too.
	bureau, team := h.Post(t, district+"-HB", org.Handler), h.Post(t, street+"-ZFD", org.Handler)
	both := sits(t, h, "qian.jr", bureau, team)
	goods := sent(t, h.Send(t, both.as(t, bureau), "/handovers", webtest.Form("name", "执法装备", "taker", street+"-ZFD", "pieces", "执法车 2")))
	sent(t, h.Send(t, both.as(t, bureau), goods+"/sign", webtest.Form("all", "true")))
	refused(t, h.Send(t, both.as(t, team), goods+"/sign", webtest.Form("all", "true")), 403, "handover.same_person")
	sent(t, h.Send(t, team, goods+"/sign", webtest.Form("all", "true")))
}
