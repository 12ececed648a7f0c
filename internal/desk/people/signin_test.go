package people_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"huying/internal/desk/people"
	"huying/internal/domain/person"
	"huying/internal/store"
)

func TestAPersonEntersAndActsAsTheirPost(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("LIU.XY ", noon)
		s := e.Session
		if s.Stage != people.Inside || s.Account != id || s.Name != "刘晓燕" || s.Actor.ID != "440106-CG/HANDLER" || s.Kind != person.Holder || s.CSRF == "" {
			t.Errorf("%+v", s)
		}
		again := h.session("the cookie", e.Token, noon.Add(time.Minute), "")
		if again.Account != id || again.CSRF != s.CSRF || again.Actor.Unit != "440106-CG" {
			t.Errorf("%+v", again)
		}
		h.session("no cookie", "", noon, "session.missing")
		h.session("a made-up cookie", strings.Repeat("x", 43), noon, "session.ended")
		h.session("a very long one", strings.Repeat("x", 4300), noon, "session.missing")
		_, err := h.signIn("liu.xy", "not the password", people.Client{}, noon)
		h.code("a wrong password", err, "signin.wrong")
		_, err = h.signIn("nobody", good, people.Client{}, noon)
		h.code("nobody", err, "signin.wrong")
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		idle := h.in("liu.xy", noon)
		h.session("just before idle", idle.Token, noon.Add(29*time.Minute), "")
		h.session("seen since", idle.Token, noon.Add(58*time.Minute), "")
		h.session("idle", idle.Token, noon.Add(58*time.Minute+31*time.Minute), "session.ended")

		busy := h.in("liu.xy", noon)
		at := noon
		for at.Before(noon.Add(12*time.Hour - 20*time.Minute)) {
			at = at.Add(20 * time.Minute)
			if at.Before(noon.Add(12 * time.Hour)) {
				h.session("in use", busy.Token, at, "")
			}
		}
		h.session("at the end, however busy", busy.Token, noon.Add(12*time.Hour), "session.ended")
	})
}

// TestNoFixation: a secret from before a proof or a change of post is worth
// nothing after it.
func TestNoFixation(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER", "440106-SW/HANDLER")
		first := h.in("liu.xy", noon)
		if first.Session.Stage != people.NeedsSeat || first.Session.Actor.ID != "" {
			t.Fatalf("two posts: %+v", first.Session)
		}
		seats, err := h.Seats(ctx, first.Session, noon)
		if err != nil || len(seats) != 2 {
			t.Fatalf("%v, %v", seats, err)
		}
		c := people.Client{Token: first.Token}
		chosen, err := h.Choose(ctx, c, seats[0].ID, noon)
		h.code("choose", err, "")
		h.session("the secret from before the choice", first.Token, noon, "session.ended")
		if chosen.Session.Actor.ID != seats[0].Post || chosen.Session.CSRF == first.Session.CSRF {
			t.Errorf("%+v", chosen.Session)
		}
		_, err = h.Choose(ctx, people.Client{Token: chosen.Token}, "somebody else's", noon)
		h.code("a seat that is none", err, "seat.not_yours")
		other, err := h.Choose(ctx, people.Client{Token: chosen.Token}, seats[1].ID, noon)
		h.code("change of post", err, "")
		h.session("the secret of the other post", chosen.Token, noon, "session.ended")
		anew, err := h.signIn("liu.xy", good, people.Client{Token: other.Token, Address: "10.1.1.1"}, noon)
		h.code("sign in anew", err, "")
		h.session("the secret the browser had before", other.Token, noon, "session.ended")
		if !anew.Session.MadeAt.Equal(noon) {
			t.Error(anew.Session.MadeAt)
		}
	})
}

func TestSessionsAreListedAndRevoked(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		one, two, three := h.in("liu.xy", noon), h.in("liu.xy", noon.Add(time.Second)), h.in("liu.xy", noon.Add(2*time.Second))
		at := noon.Add(time.Minute)
		by := one.Session.By("")
		list, err := h.Sessions(ctx, by, id, at)
		if err != nil || len(list) != 4 || list[0].ID != three.Session.ID || list[0].Network != "10.1.1.0/24" { // with the one of the invitation
			t.Fatalf("%+v, %v", list, err)
		}
		h.session("remembered", two.Token, at, "")
		h.code("revoke", h.Revoke(ctx, by, id, two.Session.ID, at), "")
		h.session("revoked, at once", two.Token, at, "session.ended")
		h.code("again", h.Revoke(ctx, by, id, two.Session.ID, at), "session.unknown")
		h.code("not an id", h.Revoke(ctx, by, id, "%", at), "session.unknown")
		stranger := h.as(h.person("wang.f", "440106-SW/HANDLER"), "440106-SW/HANDLER")
		h.code("somebody else", h.Revoke(ctx, stranger, id, one.Session.ID, at), "access.denied")
		_, err = h.Sessions(ctx, stranger, id, at)
		h.code("somebody else's list", err, "access.denied")
		h.code("all others", h.RevokeAll(ctx, by, id, one.Session.ID, at), "")
		h.session("the one kept", one.Token, at, "")
		h.session("an other", three.Token, at, "session.ended")
		h.code("out", h.SignOut(ctx, people.Client{Token: one.Token}, at), "")
		h.session("signed out", one.Token, at, "session.ended")
		h.code("out again", h.SignOut(ctx, people.Client{Token: one.Token}, at), "")
	})
}

// TestRevokedElsewhere: another process over the same database believes a
// session for three seconds at most.
func TestRevokedElsewhere(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		elsewhere := open(t, h.e.DB())
		e := h.in("liu.xy", noon)
		elsewhere.session("known there", e.Token, noon, "")
		h.code("revoke", h.RevokeAll(ctx, h.security(), id, "", noon), "")
		h.session("here, at once", e.Token, noon, "session.ended")
		elsewhere.session("there, after three seconds", e.Token, noon.Add(3*time.Second), "session.ended")
	})
}

// TestStrangersCannotLockAnybodyOut: whatever strangers do in a person's name,
// the person enters from their own network, and from a known device even when
// strangers sit in the same network.
func TestStrangersCannotLockAnybodyOut(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		office := people.Client{Address: "10.1.1.1"}
		known, err := h.signIn("liu.xy", good, office, noon)
		h.code("once before", err, "")
		waited := 0
		for i := range 100 {
			_, err := h.signIn("liu.xy", "guess", people.Client{Address: "203.0.113.7"}, noon.Add(time.Duration(i)*time.Millisecond))
			if code := fmt.Sprint(err); strings.Contains(code, "signin.wait") {
				waited++
			}
		}
		if waited != 100-person.OfPair.Free-1 {
			t.Errorf("%d of 100 guesses had to wait", waited)
		}
		_, err = h.signIn("liu.xy", good, people.Client{Address: "203.0.113.9"}, noon.Add(time.Second))
		h.code("the right password from the strangers' network waits too", err, "signin.wait")
		_, err = h.signIn("liu.xy", good, people.Client{Address: "10.2.2.2"}, noon.Add(time.Second))
		h.code("the person, from elsewhere", err, "")
		_, err = h.signIn("liu.xy", good, people.Client{Address: "203.0.113.7", Device: known.Device}, noon.Add(time.Second))
		h.code("the person's own device in the strangers' network", err, "")
		_, err = h.signIn("liu.xy", good, people.Client{Address: "203.0.113.7", Device: known.Device + "x"}, noon.Add(time.Second))
		h.code("a forged device", err, "signin.wait")
		_, err = h.signIn("liu.xy", good, people.Client{Address: "203.0.113.7"}, noon.Add(person.OfPair.Forget+time.Second))
		h.code("forgotten", err, "")
	})
}

// TestAnOfficeIsNotAnAttack: many people behind one address enter in the same
// minute.
func TestAnOfficeIsNotAnAttack(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		for i := range person.OfNetwork.Free + 20 {
			_, err := h.signIn("liu.xy", good, people.Client{Address: "10.1.1.1"}, noon)
			h.code(fmt.Sprint(i), err, "")
		}
	})
}

func TestDisabledMeansOutAtOnce(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("liu.xy", noon)
		h.session("in", e.Token, noon, "")
		h.code("by a stranger", h.Disable(ctx, h.as("x", "440106-SW/HANDLER"), id, noon), "access.denied")
		h.code("by the system administrator", h.Disable(ctx, h.as("x", "440100-ZS/SYSTEM_ADMIN"), id, noon), "access.denied")
		h.code("disable", h.Disable(ctx, h.security(), id, noon), "")
		h.session("out", e.Token, noon, "session.ended")
		_, err := h.signIn("liu.xy", good, people.Client{}, noon)
		h.code("the right password", err, "account.disabled")
		_, err = h.signIn("liu.xy", "wrong", people.Client{}, noon)
		h.code("a wrong one tells nothing", err, "signin.wrong")
		h.code("enable", h.Enable(ctx, h.security(), id, noon), "")
		_, err = h.signIn("liu.xy", good, people.Client{}, noon)
		h.code("in again", err, "")
	})
}

// code6 is what the app of a person shows.
func code6(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := hotp.GenerateCode(secret, uint64(at.Unix()/30))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// withTOTP sets the second factor of a session up.
func (h *house) withTOTP(token string, at time.Time) (secret string, recovery []string) {
	h.t.Helper()
	c := people.Client{Token: token}
	totp, err := h.BeginTOTP(ctx, c, at)
	if err != nil {
		h.t.Fatal(err)
	}
	_, _, err = h.ConfirmTOTP(ctx, c, "000000x", at)
	h.code("not a code", err, "second.wrong")
	recovery, e, err := h.ConfirmTOTP(ctx, c, code6(h.t, totp.Secret, at), at)
	if err != nil || len(recovery) != 10 || !e.Session.TOTP {
		h.t.Fatalf("%v, %+v, %v", recovery, e, err)
	}
	h.session("the secret from before", token, at, "session.ended")
	return totp.Secret, recovery
}

func TestTheSecondFactor(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		secret, recovery := h.withTOTP(h.in("liu.xy", noon).Token, noon)
		at := noon.Add(time.Hour)
		e := h.in("liu.xy", at)
		if e.Session.Stage != people.NeedsSecond || e.Session.Actor.ID != "" || e.Device != "" {
			t.Fatalf("%+v", e)
		}
		half := people.Client{Token: e.Token}
		_, err := h.Choose(ctx, half, "x", at)
		h.code("choose before the second factor", err, "session.not_there_yet")
		_, err = h.BeginTOTP(ctx, half, at)
		h.code("set up anew before it", err, "session.not_there_yet")
		_, err = h.BeginPasskey(ctx, half, at)
		h.code("a passkey before it", err, "session.not_there_yet")
		_, err = h.Second(ctx, half, "123", at)
		h.code("wrong", err, "second.wrong")
		in, err := h.Second(ctx, half, code6(t, secret, at), at)
		h.code("right", err, "")
		if in.Session.Stage != people.Inside || in.Device == "" {
			t.Errorf("%+v", in)
		}
		h.session("the half secret", e.Token, at, "session.ended")

		e = h.in("liu.xy", at)
		_, err = h.Second(ctx, people.Client{Token: e.Token}, code6(t, secret, at), at)
		h.code("the same code again", err, "second.wrong")
		_, err = h.Second(ctx, people.Client{Token: e.Token}, code6(t, secret, at.Add(-30*time.Second)), at)
		h.code("the code before it", err, "second.wrong")
		_, err = h.Second(ctx, people.Client{Token: e.Token}, strings.ToLower(recovery[3]), at)
		h.code("a recovery code", err, "")
		e = h.in("liu.xy", at)
		_, err = h.Second(ctx, people.Client{Token: e.Token}, recovery[3], at)
		h.code("the same recovery code", err, "second.wrong")
		_, err = h.Second(ctx, people.Client{Token: e.Token}, code6(t, secret, at.Add(30*time.Second)), at)
		h.code("the next code: a clock that is ahead", err, "")

		by := h.as(id, "440106-CG/HANDLER")
		h.code("drop without a code", h.DropTOTP(ctx, by, "1", at), "second.wrong")
		h.code("drop", h.DropTOTP(ctx, by, recovery[0], at), "")
		if e := h.in("liu.xy", at); e.Session.Stage != people.Inside {
			t.Errorf("after it was dropped: %+v", e.Session)
		}
	})
}

func TestFiveWrongCodesEndTheSignIn(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		secret, _ := h.withTOTP(h.in("liu.xy", noon).Token, noon)
		at := noon.Add(time.Hour)
		e := h.in("liu.xy", at)
		for range 5 {
			_, err := h.Second(ctx, people.Client{Token: e.Token}, "000", at)
			h.code("wrong", err, "second.wrong")
		}
		_, err := h.Second(ctx, people.Client{Token: e.Token}, code6(t, secret, at), at)
		h.code("the right one, too late", err, "session.ended")
	})
}

// TestAdministratorsNeedASecondFactor: others may do without by default.
func TestAdministratorsNeedASecondFactor(t *testing.T) {
	each(t, func(h *house) {
		h.person("admin.x", "440100-ZS/SYSTEM_ADMIN")
		e := h.in("admin.x", noon)
		if e.Session.Stage != people.NeedsEnrol || e.Session.Actor.ID != "" {
			t.Fatalf("%+v", e.Session)
		}
		_, err := h.Choose(ctx, people.Client{Token: e.Token}, "x", noon)
		h.code("choose", err, "session.not_there_yet")
		totp, err := h.BeginTOTP(ctx, people.Client{Token: e.Token}, noon)
		h.code("begin", err, "")
		_, in, err := h.ConfirmTOTP(ctx, people.Client{Token: e.Token}, code6(t, totp.Secret, noon), noon)
		if err != nil || in.Session.Stage != people.Inside || in.Session.Actor.ID != "440100-ZS/SYSTEM_ADMIN" {
			t.Errorf("%+v, %v", in, err)
		}
	})
	each(t, func(h *house) {
		h.person("admin.x", "440100-ZS/SYSTEM_ADMIN")
		if e := h.in("admin.x", noon); e.Session.Stage != people.Inside {
			t.Errorf("optional: %+v", e.Session)
		}
	}, func(o *people.Options) { o.Second = people.Optional })
}

func TestPasswordsChange(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		mine, other := h.in("liu.xy", noon), h.in("liu.xy", noon)
		by, c := mine.Session.By(""), people.Client{Token: mine.Token, Address: "10.1.1.1"}
		const next = "kavo-temi-ruso-27"
		h.code("the old one wrong", h.ChangePassword(ctx, by, c, "wrong", next, noon), "password.old_wrong")
		h.code("too short", h.ChangePassword(ctx, by, c, good, "short", noon), "password.too_short")
		h.code("the login", h.ChangePassword(ctx, by, c, good, "liu.xy-liu.xy-2026", noon), "password.foreseeable")
		h.code("change", h.ChangePassword(ctx, by, c, good, next, noon), "")
		h.session("this browser", mine.Token, noon, "")
		h.session("the others", other.Token, noon, "session.ended")
		_, err := h.signIn("liu.xy", good, people.Client{}, noon)
		h.code("the old password", err, "signin.wrong")

		renewed, err := h.Renew(ctx, h.security(), id, true, noon)
		h.code("renew", err, "")
		_, err = h.signIn("liu.xy", next, people.Client{}, noon)
		h.code("the password from before", err, "signin.wrong")
		_, err = h.Accept(ctx, renewed.Secret, good, people.Client{}, noon)
		h.code("accept", err, "")
		_, err = h.Accept(ctx, renewed.Secret, good, people.Client{}, noon)
		h.code("accept again", err, "invite.unknown")
	})
}

func TestNetworks(t *testing.T) {
	for in, want := range map[string]string{
		"10.1.2.3": "10.1.2.0/24", "::ffff:10.1.2.3": "10.1.2.0/24", "2001:db8:1:2ff::5": "2001:db8:1:200::/56", "fe80::1%eth0": "fe80::/56", "": "", "@": "@",
	} {
		if got := people.Network(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// TestTheCostOfAPasswordMayRise: a hash of another cost still opens, and is
// replaced when its person enters.
func TestTheCostOfAPasswordMayRise(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		people.WithUsualCost(func() {
			h.in("liu.xy", noon)
			var kept string
			if err := h.e.DB().Read(ctx, func(v *store.View) error { return v.Row(`SELECT password FROM account`).Scan(&kept) }); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("kept %s", kept)
			}
			h.in("liu.xy", noon)
		})
	})
}

// TestNothingReadableIsKept looks at every column of the tables of people.
func TestNothingReadableIsKept(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("liu.xy", noon)
		secret, recovery := h.withTOTP(e.Token, noon)
		made, err := h.Make(ctx, h.security(), people.NewAccount{Login: "wang", Name: "王芳"}, noon)
		h.code("make", err, "")
		for _, q := range []string{
			`SELECT COUNT(*) FROM account WHERE password NOT LIKE '$argon2id$v=19$m=%' AND password <> ''`,
			`SELECT COUNT(*) FROM session WHERE LENGTH(hash) <> 64`,
		} {
			var n int
			if err := h.e.DB().Read(ctx, func(v *store.View) error { return v.Row(q).Scan(&n) }); err != nil || n != 0 {
				t.Errorf("%s: %d, %v", q, n, err)
			}
		}
		for _, secret := range []string{"刘晓燕", secret, e.Token, recovery[0], strings.ReplaceAll(recovery[0], "-", ""), made.Secret, good} {
			for table, columns := range map[string]string{
				"account": "login || password || name || totp", "session": "hash || agent || network", "invite": "hash || account", "recovery": "hash",
			} {
				if h.e.DB().Dialect() == store.Postgres {
					columns = strings.ReplaceAll(strings.ReplaceAll(columns, " name", " encode(name, 'escape')"), " totp", " encode(totp, 'escape')")
				}
				var n int
				err := h.e.DB().Read(ctx, func(v *store.View) error {
					return v.Row(`SELECT COUNT(*) FROM `+table+` WHERE `+columns+` LIKE ?`, "%"+secret+"%").Scan(&n)
				})
				if err != nil || n != 0 {
					t.Errorf("%s holds %q: %d, %v", table, secret, n, err)
				}
			}
		}
	})
}
