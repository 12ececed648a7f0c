package door_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/web/webtest"
)

// both looks at a page in both looks and on a narrow screen, and keeps
// pictures.
func both(x *webtest.Tab, name string) {
	x.Look(true).Accessible().Shot("door-"+name+"-dark", false).Look(false).Accessible().Shot("door-"+name, false)
	x.Size(390, 844).Shot("door-"+name+"-narrow", false).Size(1366, 768)
}

// TestADayAtTheDoor: invitation, second factor, passkey, sign-out, sign-in by
// passkey, and signing in on top of a page.
func TestADayAtTheDoor(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	x := webtest.Browse(t).Tab(t, h.Origin(), 1366, 768)
	if err := (proto.WebAuthnEnable{}).Call(x.Page); err != nil {
		t.Fatal(err)
	}
	if _, err := (proto.WebAuthnAddVirtualAuthenticator{Options: &proto.WebAuthnVirtualAuthenticatorOptions{
		Protocol: proto.WebAuthnAuthenticatorProtocolCtap2, Transport: proto.WebAuthnAuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}).Call(x.Page); err != nil {
		t.Fatal(err)
	}
	both(x.Open("/signin").See("h1", "登录"), "signin")
	x.Type("#f-login", "nobody").Type("#f-password", "wrong password").Click("#signin button.main").See("#signin .faults", "登录名或密码不对").Accessible()

	made, err := h.People.Make(t.Context(), security(t, h), people.NewAccount{Login: "sec.admin", Name: "刘晓燕", Posts: []string{h.Post(t, "440100-ZS", org.SecurityAdmin)}}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	both(x.Open("/invite/"+made.Secret).See("h1", "欢迎"), "invited")
	x.Type("#f-password", good).Type("#f-again_password", good).Click("#invited button.main").See("h1", "第二重验证")
	x.Click("#totp-begin button.main").See("#totp", "扫描")
	both(x, "enrol")
	x.Click("[data-passkey]").Wait(`location.pathname === "/people"`)
	both(x.See("h1", "账号"), "accounts")
	x.Open("/me").See("h1", "我的登录")
	both(x, "me")
	x.Run(`document.querySelector("form[action='/signout']").requestSubmit()`).Wait(`location.pathname === "/signin"`)
	x.Click("[data-passkey]").Wait(`location.pathname === "/people"`)

	if err := h.People.RevokeAll(t.Context(), security(t, h), made.Account, "", h.Now()); err != nil {
		t.Fatal(err)
	}
	x.Type("#f-name", "新人").Type("#f-login", "new.x").Click("#account button.main").See("#again", "请重新登录").See("#again-in", "登录")
	x.Type("#again-in [name=login]", "sec.admin").Type("#again-in [name=password]", good).Click("#again-in #signin button.main").See("#again-in", "此账号要用通行密钥登录")
	x.Click("#again-in [data-passkey]").See("#again-in", "已登录")
	x.Run(`document.getElementById("again").close()`).Click("#account button.main").See("#made", "只显示这一次")
	for _, said := range x.Console() {
		if !strings.Contains(said, "Error Code 401") { // what was refused above, as it should be
			t.Error(said)
		}
	}
}

// TestThePagesOfTheSecurityAdministrator shows accounts, grants, proposals and
// logs as they look when there is something in them.
func TestThePagesOfTheSecurityAdministrator(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	by := security(t, h)
	var last string
	for _, one := range []people.NewAccount{
		{Login: "chen.gq", Name: "陈国强", Posts: []string{"440106001-ZH/DISPATCHER"}}, {Login: "huang.m", Name: "黄敏", Posts: []string{"440106-CG/HANDLER", "440106-CG/HEAD"}},
		{Login: "liang.zh", Name: "梁志辉", Posts: []string{"440106-JW/SUPERVISOR"}}, {Login: "wu.x", Name: "吴霞"},
	} {
		made, err := h.People.Make(t.Context(), by, one, h.Now())
		if err != nil {
			t.Fatal(err)
		}
		last = made.Account
	}
	if _, err := h.People.Grant(t.Context(), by, person.Given{
		Post: "440106-ZH/HEAD", Actions: []access.Action{access.ReadMatter, access.ReadNumbers}, Place: "440105", From: h.Now(), To: h.Now().AddDate(0, 1, 0),
	}, "两区交界路段联合整治", h.Now()); err != nil {
		t.Fatal(err)
	}
	sys := h.Post(t, "440100-ZS", org.SystemAdmin)
	a, err := h.Engine.Actor(t.Context(), sys, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.People.Propose(t.Context(), people.By{Account: sys, Actor: a}, person.PackChange, "", "2027 年节假日安排已经公布，更新日历。", []byte(`{"version":"2026.3"}`), h.Now().Add(24*time.Hour), h.Now()); err != nil {
		t.Fatal(err)
	}
	x := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(h.Post(t, "440100-ZS", org.SecurityAdmin))
	both(x.Open("/people").See("td", "黄敏"), "people")
	x.Type("#f-name", "何静").Type("#f-login", "he.j").Type("#f-post", "440106-SW/HANDLER").Click("#account button.main").See("#made", "只显示这一次")
	if !strings.Contains(x.Text("#made"), "/invite/") {
		t.Error("no link is shown")
	}
	x.Shot("door-link", false)
	both(x.Open("/people/"+last).See("h1", "吴霞"), "account")
	both(x.Open("/people/grants").See("h2", "指挥中心"), "grants")
	both(x.Open("/proposals").See(".quote", "节假日"), "proposals")
	x.Click("button[value=confirm]").See(".mark", "已执行")
	both(x.Open("/log").See("td", "授权"), "log")
	x.Speaks("en").Open("/people/grants").See("h1", "Grants").Shot("door-grants-en", false)
	x.Quiet()
}
