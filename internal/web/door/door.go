// Package door is the pages of who enters: signing in, choosing the post,
// invitations, a person's own sign-ins and deputies, and, for the security
// administrator, accounts, grants, logs and what two persons decide. It shows
// what the desk of people says and decides nothing.
package door

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"huying/internal/desk/people"
	"huying/internal/desk/search"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/web/frame"
)

// Demo is an account of a played city that its page of sign-in shows.
type Demo struct {
	Login, Password, Role, Post string
}

// Desks are what these pages ask.
type Desks struct {
	People *people.Desk
	Search *search.Desk
	// Origin is the address by which browsers reach the server, for links
	// that are given to people.
	Origin func() string
	// Demo are the accounts of a played city; a real one has none.
	Demo []Demo
	// Carries reports whether a kind of proposal is carried out by Carry once
	// it is confirmed; others are asked for by the command that needs them.
	Carries func(p people.Proposal) bool
	// Carry carries a confirmed proposal out. The key is always the same for
	// one proposal.
	Carry func(ctx context.Context, p people.Proposal, key string) error
	// Unseal opens a hidden identity to who asked, once another has confirmed.
	Unseal func(ctx context.Context, by access.Actor, p people.Proposal) (engine.Contact, error)
}

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	if d.Carries == nil {
		d.Carries = func(people.Proposal) bool { return false }
	}
	if d.Origin == nil {
		d.Origin = func() string { return "" }
	}
	p := pages{d}
	return append(append(p.entry(), p.own()...), p.office()...)
}

type pages struct{ Desks }

func (p pages) entry() []frame.Route {
	const open = frame.Open
	return []frame.Route{
		frame.Show("/signin", "signin", open, "", "登录", "Sign in", p.signin),
		frame.Do("/signin", "sign-in", open, "", "登录", "Sign in", p.signIn),
		frame.Show("/signin/second", "second", open, "", "第二重验证", "Second factor", p.secondPage),
		frame.Do("/signin/second", "second-factor", open, "", "提交验证码", "Send the second factor", p.second),
		frame.Show("/signin/enrol", "enrol", open, "", "设置第二重验证", "Set up a second factor", p.enrol),
		frame.Do("/signin/passkey/begin", "begin-passkey-sign-in", open, "", "开始用通行密钥登录", "Begin to sign in by passkey", p.beginEnter),
		frame.Do("/signin/passkey", "passkey-sign-in", open, "", "用通行密钥登录", "Sign in by passkey", p.enter),
		frame.Show("/signin/sso", "sso", open, "", "去单点登录", "Go to single sign-on", p.beginSSO),
		frame.Show(people.SSOPath, "sso-back", open, "", "单点登录返回", "Back from single sign-on", p.finishSSO),
		frame.Show("/post", "post", open, "", "选择岗位", "Choose the post", p.post),
		frame.Do("/post", "choose-post", open, "", "选择岗位", "Choose the post", p.choose),
		frame.Do("/signout", "sign-out", open, "", "退出", "Sign out", p.signOut),
		frame.Show(people.InvitePath+"{secret}", "invite", open, "", "接受邀请", "Take an invitation", p.invite),
		frame.Do(people.InvitePath+"{secret}", "accept-invite", open, "", "接受邀请", "Take an invitation", p.accept),
		frame.Do(people.InvitePath+"{secret}/first", "first-administrators", open, "", "创建首批管理员", "Make the first administrators", p.first),
	}
}

func (p pages) own() []frame.Route {
	const open, signed = frame.Open, frame.Signed // what is open here asks for its session at the desk: it may still lack its second factor
	return []frame.Route{
		frame.Show("/me", "me", signed, "", "我的登录", "My sign-ins", p.me),
		frame.Do("/me/password", "change-password", signed, "", "修改密码", "Change the password", p.password),
		frame.Do("/me/totp/begin", "begin-totp", open, "", "开始设置验证码应用", "Begin to set up an app", p.beginTOTP),
		frame.Do("/me/totp", "confirm-totp", open, "", "设置验证码应用", "Set up an app", p.confirmTOTP),
		frame.Do("/me/totp/drop", "drop-totp", signed, "", "移除验证码应用", "Remove the app", p.dropTOTP),
		frame.Do("/me/passkeys/begin", "begin-passkey", open, "", "开始登记通行密钥", "Begin to register a passkey", p.beginPasskey),
		frame.Do("/me/passkeys", "add-passkey", open, "", "登记通行密钥", "Register a passkey", p.addPasskey),
		frame.Do("/me/passkeys/{id}/drop", "drop-passkey", signed, "", "删除通行密钥", "Remove a passkey", p.dropPasskey),
		frame.Do("/me/sessions/{id}/revoke", "revoke-session", signed, "", "结束一个登录", "End a session", p.revoke),
		frame.Do("/me/sessions/revoke", "revoke-sessions", signed, "", "结束其他登录", "End all other sessions", p.revokeOthers),
		frame.Do("/me/deputies", "appoint-deputy", signed, "", "指定代理", "Name a deputy", p.appoint),
		frame.Do("/me/deputies/{id}/end", "end-deputy", signed, "", "结束代理", "End a deputy", p.endDeputy),
		frame.Show("/proposals", "proposals", signed, "", "双人确认", "What two persons decide", p.proposals),
		frame.Do("/proposals/{id}", "decide-proposal", signed, "", "同意或拒绝", "Confirm or refuse", p.decide),
		frame.Do("/proposals/{id}/carry", "carry-proposal", signed, "", "执行已同意的申请", "Carry a confirmed proposal out", p.carryAgain),
		frame.Do("/proposals/{id}/open", "open-identity", signed, "", "查看诉求人身份", "Open a hidden identity", p.unseal),
		frame.Show("/log", "office-log", signed, "", "管理日志", "Office logs", p.log),
	}
}

func (p pages) office() []frame.Route {
	const staff, accounts, grants = frame.Staff, access.ManageAccounts, access.ManageGrants
	return []frame.Route{
		frame.Show("/people", "people", staff, accounts, "账号", "Accounts", p.accounts),
		frame.Do("/people", "make-account", staff, accounts, "新建账号", "Make an account", p.make),
		frame.Show("/people/named", "people-named", staff, accounts, "按名称找岗位、单位和区域", "Find posts, units and places by name", p.named),
		frame.Do("/people/import", "import-accounts", staff, accounts, "导入账号", "Import accounts", p.importCSV),
		frame.Show("/people/{id}", "account", staff, accounts, "一个账号", "An account", p.account),
		frame.Do("/people/{id}/disable", "disable-account", staff, accounts, "停用账号", "Disable an account", p.disable),
		frame.Do("/people/{id}/enable", "enable-account", staff, accounts, "恢复账号", "Enable an account", p.enable),
		frame.Do("/people/{id}/renew", "renew-account", staff, accounts, "重新邀请", "Invite anew", p.renew),
		frame.Do("/people/{id}/seats", "give-seat", staff, accounts, "授予岗位", "Give a post", p.give),
		frame.Do("/people/{id}/seats/{seat}/end", "end-seat", staff, accounts, "结束任职", "End a seat", p.endSeat),
		frame.Do("/people/{id}/sessions/revoke", "revoke-account-sessions", staff, accounts, "结束全部登录", "End all sessions", p.revokeAll),
		frame.Show("/people/grants", "grants", staff, grants, "授权", "Grants", p.grants),
		frame.Do("/people/grants", "make-grant", staff, grants, "授权", "Grant", p.grant),
		frame.Do("/people/grants/{id}/end", "end-grant", staff, grants, "结束授权", "End a grant", p.endGrant),
	}
}

// client is what the browser brings besides its form.
func client(r *frame.Request) people.Client {
	return people.Client{Token: r.Token(), Device: r.Cookie("device"), Address: r.Network(), Agent: r.HTTP.UserAgent()}
}

// moved gives the browser its new secrets, and sends the reader to what is
// still to do. On top of a page that was left half way it stays there.
func moved(r *frame.Request, e *people.Entered) error {
	keep(r, e)
	next, again := r.Text("next"), r.Bool("again")
	switch e.Session.Stage {
	case people.NeedsSecond:
		if again {
			return r.Part(secondForm(r, next, true))
		}
		return r.Go("/signin/second" + after(next))
	case people.NeedsEnrol:
		return r.Go("/signin/enrol" + after(next))
	case people.NeedsSeat:
		return r.Go("/post" + after(next))
	}
	if again {
		r.Happens("signedin")
		return r.Part(backAgain(r))
	}
	return r.Go(back(next))
}

func keep(r *frame.Request, e *people.Entered) {
	r.Session = e.Session
	r.SignIn(e.Token, e.Session.Ends)
	if e.Device != "" {
		r.Keep("device", e.Device)
	}
}

func after(next string) string {
	if next == "" {
		return ""
	}
	return "?next=" + url.QueryEscape(next)
}

// back is where an address of ours leads, "/" for any other and for what would
// only sign in again.
func back(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") || strings.HasPrefix(path, "/signin") || strings.HasPrefix(path, "/signout") {
		return "/"
	}
	return path
}

func drop(r *frame.Request, cookie string) {
	http.SetCookie(r.W, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
