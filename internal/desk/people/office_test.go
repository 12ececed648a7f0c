package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

const day = 24 * time.Hour

func TestTheFirstThree(t *testing.T) {
	each(t, func(h *house) {
		in := people.First{
			System: people.NewAccount{Login: "sys", Name: "甲"}, Security: people.NewAccount{Login: "sec", Name: "乙"}, Audit: people.NewAccount{Login: "aud", Name: "丙"},
		}
		old, _, err := h.FirstInvite(ctx, noon)
		h.code("first", err, "")
		secret, ends, err := h.FirstInvite(ctx, noon.Add(time.Second))
		if err != nil || !ends.Equal(noon.Add(time.Second+day)) {
			t.Fatal(ends, err)
		}
		_, err = h.MakeFirst(ctx, old, in, noon.Add(time.Minute))
		h.code("an older link", err, "invite.unknown")
		_, err = h.MakeFirst(ctx, secret, in, ends)
		h.code("too late", err, "invite.unknown")
		_, err = h.Accept(ctx, secret, good, people.Client{}, noon.Add(time.Minute))
		h.code("it is no account's", err, "invite.unknown")
		bad := in
		bad.Audit.Login = "sys"
		_, err = h.MakeFirst(ctx, secret, bad, noon.Add(time.Minute))
		h.code("one person thrice", err, "login.taken")
		made, err := h.MakeFirst(ctx, secret, in, noon.Add(time.Minute))
		if err != nil || len(made) != 3 {
			t.Fatal(made, err)
		}
		_, err = h.MakeFirst(ctx, secret, in, noon.Add(time.Minute))
		h.code("again", err, "invite.unknown")
		_, _, err = h.FirstInvite(ctx, noon.Add(time.Minute))
		h.code("a new link", err, "accounts.exist")
		who, err := h.Invite(ctx, made[1].Secret, noon.Add(time.Minute))
		if err != nil || who.Login != "sec" || who.Name != "乙" || who.First {
			t.Errorf("%+v, %v", who, err)
		}
		e, err := h.Accept(ctx, made[1].Secret, good, people.Client{}, noon.Add(time.Minute))
		if err != nil || e.Session.Stage != people.NeedsEnrol {
			t.Errorf("%+v, %v", e, err)
		}
	})
}

func TestAccountsAreMadeAndSeen(t *testing.T) {
	each(t, func(h *house) {
		sec := h.security()
		for name, tc := range map[string]struct {
			in   people.NewAccount
			want string
		}{
			"no name":               {people.NewAccount{Login: "a.b"}, "text.missing"},
			"no login":              {people.NewAccount{Name: "甲"}, "login.malformed"},
			"no such post":          {people.NewAccount{Login: "a.b", Name: "甲", Posts: []string{"X"}}, "post.unknown"},
			"two administrators":    {people.NewAccount{Login: "a.b", Name: "甲", Posts: []string{"440100-ZS/SYSTEM_ADMIN", "440100-SJJ/AUDITOR"}}, "seat.roles_exclusive"},
			"an administrator, too": {people.NewAccount{Login: "a.b", Name: "甲", Posts: []string{"440106-CG/HANDLER", "440100-ZS/SECURITY_ADMIN"}}, "seat.roles_exclusive"},
			"the same post twice":   {people.NewAccount{Login: "a.b", Name: "甲", Posts: []string{"440106-CG/HANDLER", "440106-CG/HANDLER"}}, "seat.held_already"},
		} {
			_, err := h.Make(ctx, sec, tc.in, noon)
			h.code(name, err, tc.want)
		}
		id := h.person("liu.xy", "440106-CG/HANDLER")
		_, err := h.Make(ctx, sec, people.NewAccount{Login: "LIU.XY", Name: "乙"}, noon)
		h.code("taken", err, "login.taken")
		for _, post := range []string{"440100-ZS/SYSTEM_ADMIN", "440100-SJJ/AUDITOR", "440100-ZH/DISPATCHER", "440106-CG/HEAD"} {
			_, err := h.Make(ctx, h.as("x", post), people.NewAccount{Login: "c.d", Name: "丙"}, noon)
			h.code("made by "+post, err, "access.denied")
			_, err = h.Accounts(ctx, h.as("x", post), "", "", 10, noon)
			h.code("listed by "+post, err, "access.denied")
		}
		list, err := h.Accounts(ctx, sec, "liu", "", 10, noon)
		if err != nil || len(list) != 1 || list[0].Name != "刘晓燕" || !list[0].Password || len(list[0].Seats) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := h.Accounts(ctx, sec, "", "liu.xy", 10, noon); err != nil || len(list) != 0 {
			t.Errorf("after the last: %+v, %v", list, err)
		}
		_, err = h.Give(ctx, sec, id, "440100-ZS/SYSTEM_ADMIN", noon, time.Time{}, noon)
		h.code("an administrator's seat beside another", err, "seat.roles_exclusive")
		h.code("one's own account", h.Disable(ctx, h.as(id, "440100-ZS/SECURITY_ADMIN"), id, noon), "account.own")
		_, err = h.Renew(ctx, h.as(id, "440100-ZS/SECURITY_ADMIN"), id, true, noon)
		h.code("one's own invitation", err, "account.own")
	})
}

func TestAccountsComeFromAFile(t *testing.T) {
	each(t, func(h *house) {
		h.person("taken.x", "440106-CG/HANDLER")
		sec := h.security()
		for name, tc := range map[string]struct{ file, want, field string }{
			"empty":            {"", "accounts.file_malformed", "file"},
			"only a head":      {"姓名,登录名,岗位\n", "accounts.file_empty", "file"},
			"a column missing": {"姓名,岗位\n甲,x\n", "accounts.column_missing", "file"},
			"not UTF-8":        {"\xd0\xd5\xc3\xfb", "accounts.file_not_utf8", "file"},
			"a short row":      {"name,login,posts\n甲,a.b,\n乙\n", "accounts.file_malformed", "file"},
			"a bad login":      {"name,login,posts\n甲,a.b,\n乙,乙,\n", "login.malformed", "2.login"},
			"the same twice":   {"name,login,posts\n甲,a.b,\n乙,a.b,\n", "login.taken", "2.login"},
			"taken":            {"name,login,posts\n甲,a.b,\n乙,taken.x,\n", "login.taken", "2.login"},
			"no such post":     {"name,login,posts\n甲,a.b,440106-CG/KING\n乙,b.c,\n", "post.unknown", "1.post"},
		} {
			_, err := h.Import(ctx, sec, strings.NewReader(tc.file), noon)
			if all := fault.All(err); err == nil || all[0].Code != tc.want || all[0].Field != tc.field {
				t.Errorf("%s: %+v, want %s at %s", name, err, tc.want, tc.field)
			}
		}
		made, err := h.Import(ctx, sec, strings.NewReader("\ufeff登录名,姓名,岗位\na.b,甲,440106-CG/HANDLER；440106-SW/HANDLER\nb.c,乙,\n"), noon)
		if err != nil || len(made) != 2 || made[1].Login != "b.c" {
			t.Fatalf("%+v, %v", made, err)
		}
		a, err := h.Account(ctx, sec, made[0].Account, noon)
		if err != nil || len(a.Seats) != 2 || a.Name != "甲" || a.Password {
			t.Errorf("%+v, %v", a, err)
		}
		e, err := h.Accept(ctx, made[1].Secret, good, people.Client{}, noon)
		if err != nil || e.Session.Stage != people.NeedsSeat {
			t.Errorf("nobody's post yet: %+v, %v", e, err)
		}
	})
}

func TestDeputiesStandInForTheirTime(t *testing.T) {
	each(t, func(h *house) {
		boss, deputy := h.person("boss.x", "440106-CG/HANDLER"), h.person("deputy.x", "440106-SW/HANDLER")
		by := h.as(boss, "440106-CG/HANDLER")
		from, to := noon.Add(day), noon.Add(8*day)
		_, err := h.Appoint(ctx, by, "440106-CG/HANDLER", "nobody", from, to, noon)
		h.code("nobody", err, "account.unknown")
		_, err = h.Appoint(ctx, by, "440106-CG/HANDLER", "boss.x", from, to, noon)
		h.code("oneself", err, "deputy.itself")
		_, err = h.Appoint(ctx, by, "440106-SW/HANDLER", "deputy.x", from, to, noon)
		h.code("another's post", err, "deputy.not_yours")
		_, err = h.Appoint(ctx, by, "440106-CG/HANDLER", "deputy.x", from, time.Time{}, noon)
		h.code("for good", err, "deputy.end_missing")
		seat, err := h.Appoint(ctx, by, "440106-CG/HANDLER", "Deputy.X", from, to, noon)
		h.code("appoint", err, "")
		list, err := h.Deputies(ctx, by, "440106-CG/HANDLER", noon)
		if err != nil || len(list) != 1 || list[0].Account != deputy || list[0].Login != "deputy.x" {
			t.Errorf("%+v, %v", list, err)
		}
		if e := h.in("deputy.x", noon); e.Session.Stage != people.Inside || e.Session.Actor.Unit != "440106-SW" {
			t.Errorf("before: %+v", e.Session)
		}
		e := h.in("deputy.x", from)
		_, err = h.Choose(ctx, people.Client{Token: e.Token}, "x", from)
		h.code("no such seat", err, "seat.not_yours")
		in, err := h.Choose(ctx, people.Client{Token: e.Token}, seat, from)
		if err != nil || in.Session.Actor.ID != "440106-CG/HANDLER" || in.Session.Kind != person.Deputy {
			t.Fatalf("%+v, %v", in, err)
		}
		_, err = h.Appoint(ctx, in.Session.By(""), "440106-CG/HANDLER", "boss.x", from, to, from)
		h.code("a deputy's deputy", err, "deputy.not_yours")
		lines, err := h.Log(ctx, h.security(), engine.SecurityLog, people.LineKey{}, 10, from)
		if err != nil || !slices.ContainsFunc(lines, func(l people.Line) bool {
			return l.Act == "SEAT_CHOSEN" && l.Account == deputy && l.Seat == seat && l.Post == "440106-CG/HANDLER" && l.Note == "DEPUTY"
		}) {
			t.Errorf("%+v, %v", lines, err)
		}
		last := h.in("deputy.x", to.Add(-time.Minute))
		in, err = h.Choose(ctx, people.Client{Token: last.Token}, seat, to.Add(-time.Minute))
		h.code("on the last day", err, "")
		if s := h.session("after", in.Token, to, ""); s.Stage != people.NeedsSeat || s.Actor.ID != "" {
			t.Errorf("after the leave: %+v", s)
		}
		h.code("end, over", h.End(ctx, by, seat, to), "seat.already_over")
	})
}

func TestAnEndedSeatStopsAtOnce(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("liu.xy", noon)
		a, err := h.Account(ctx, h.security(), id, noon)
		h.code("account", err, "")
		h.code("by a stranger", h.End(ctx, h.as("x", "440106-SW/HEAD"), a.Seats[0].ID, noon), "access.denied")
		h.code("end", h.End(ctx, h.security(), a.Seats[0].ID, noon), "")
		if s := h.session("in", e.Token, noon, ""); s.Stage != people.NeedsSeat || s.Actor.ID != "" {
			t.Errorf("%+v", s)
		}
		h.code("nothing", h.End(ctx, h.security(), "x", noon), "seat.unknown")
	})
}

func TestGrantsReachTheActor(t *testing.T) {
	each(t, func(h *house) {
		h.person("head.x", "440106-ZH/HEAD")
		e := h.in("head.x", noon)
		there := access.Subject{Place: h.e.City().Territory.Address("440105"), Matter: 7, Units: []string{"440105-ZH"}}
		may := func(what string, at time.Time, want bool) {
			t.Helper()
			if got := access.Allow(h.session(what, e.Token, at, "").Actor, access.ReadMatter, there) == nil; got != want {
				t.Errorf("%s: %v", what, got)
			}
		}
		may("before", noon, false)
		g := person.Given{Post: "440106-ZH/HEAD", Actions: []access.Action{access.ReadMatter}, Place: "440105", From: noon, To: noon.Add(10 * time.Minute)}
		_, err := h.Grant(ctx, h.as("x", "440100-ZS/SYSTEM_ADMIN"), g, "联合整治", noon)
		h.code("by the system administrator", err, "access.denied")
		_, err = h.Grant(ctx, h.security(), g, " ", noon)
		h.code("without a reason", err, "text.missing")
		id, err := h.Grant(ctx, h.security(), g, "联合整治", noon)
		h.code("grant", err, "")
		may("granted", noon, true)
		list, err := h.Grants(ctx, h.security(), "440106-ZH/HEAD", "", 10, noon)
		if err != nil || len(list) != 1 || list[0].ID != id || list[0].Reason != "联合整治" {
			t.Errorf("%+v, %v", list, err)
		}
		may("over", noon.Add(10*time.Minute), false)
		h.code("end", h.EndGrant(ctx, h.security(), id, noon), "")
		may("ended", noon.Add(time.Second), false)
		h.code("again", h.EndGrant(ctx, h.security(), id, noon), "grant.unknown")
	})
}

func TestTwoPersonsDecide(t *testing.T) {
	each(t, func(h *house) {
		sys, sec := h.as("a", "440100-ZS/SYSTEM_ADMIN"), h.as("b", "440100-ZS/SECURITY_ADMIN")
		payload := json.RawMessage(`{"caller":"刘晓燕"}`)
		ask := func() string {
			id, err := h.Propose(ctx, sys, person.PackChange, "", "节假日已公布", payload, noon.Add(day), noon)
			h.code("propose", err, "")
			return id
		}
		_, err := h.Propose(ctx, h.as("a", "440106-CG/HANDLER"), person.PackChange, "", "为何", payload, noon.Add(day), noon)
		h.code("without the right", err, "access.denied")
		_, err = h.Propose(ctx, h.as("", "440100-ZS/SYSTEM_ADMIN"), person.PackChange, "", "为何", payload, noon.Add(day), noon)
		h.code("nobody", err, "session.missing")
		_, err = h.Propose(ctx, sys, person.PackChange, "9", "为何", payload, noon.Add(day), noon)
		h.code("nowhere", err, "place.unknown")
		_, err = h.Propose(ctx, sys, person.PackChange, "", "为何", json.RawMessage("{"), noon.Add(day), noon)
		h.code("no JSON", err, "proposal.payload_malformed")
		id := ask()
		_, err = h.Decide(ctx, sys, id, true, "", noon)
		h.code("oneself", err, "proposal.own")
		_, err = h.Decide(ctx, h.as("a", "440100-ZS/SECURITY_ADMIN"), id, true, "", noon)
		h.code("oneself from another seat", err, "proposal.own")
		_, err = h.Decide(ctx, h.as("c", "440106-CG/HANDLER"), id, true, "", noon)
		h.code("without the right to see", err, "proposal.unknown")
		never := func(context.Context, people.Proposal, string) error { t.Error("it ran"); return nil }
		h.code("before the word", h.Carry(ctx, id, noon, never), "proposal.not_confirmed")
		p, err := h.Decide(ctx, sec, id, true, "同意", noon)
		if err != nil || p.State != person.Confirmed || p.Decider != "b" || string(p.Payload) != string(payload) {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = h.Decide(ctx, sec, id, false, "后悔", noon)
		h.code("twice", err, "proposal.not_open")

		broken := errors.New("the disk is gone")
		if err := h.Carry(ctx, id, noon, func(context.Context, people.Proposal, string) error { return broken }); !errors.Is(err, broken) {
			t.Error(err)
		}
		ran := 0
		h.code("carry", h.Carry(ctx, id, noon, func(_ context.Context, p people.Proposal, key string) error {
			ran++
			if key != "proposal/"+id || p.Kind != person.PackChange || string(p.Payload) != string(payload) {
				t.Errorf("%s, %+v", key, p)
			}
			h.code("while it runs", h.Carry(ctx, id, noon, never), "proposal.not_confirmed")
			return nil
		}), "")
		h.code("carry again", h.Carry(ctx, id, noon.Add(time.Hour), never), "proposal.not_confirmed")
		if p, err := h.Proposal(ctx, sys, id, noon); err != nil || p.State != person.Done || ran != 1 {
			t.Errorf("%+v, %v, ran %d", p, err, ran)
		}

		refused := ask()
		_, err = h.Decide(ctx, sec, refused, false, "", noon)
		h.code("refused without a reason", err, "text.missing")
		_, err = h.Decide(ctx, sec, refused, false, "材料不全", noon)
		h.code("refused", err, "")
		h.code("carried all the same", h.Carry(ctx, refused, noon, never), "proposal.not_confirmed")

		late := ask()
		_, err = h.Decide(ctx, sec, late, true, "", noon.Add(day))
		h.code("too late", err, "proposal.expired")
		if p, err := h.Proposal(ctx, sec, late, noon.Add(day)); err != nil || p.State != person.Expired {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = h.Proposal(ctx, h.as("c", "440106-CG/HANDLER"), id, noon)
		h.code("read by a stranger", err, "proposal.unknown")
	})
}

func TestProposalsAreListedByPage(t *testing.T) {
	each(t, func(h *house) {
		sup := h.as("a", "440106-JW/SUPERVISOR")
		sys := h.as("b", "440100-ZS/SYSTEM_ADMIN")
		for i := range 7 {
			at := noon.Add(time.Duration(i) * time.Second)
			_, err := h.Propose(ctx, sup, person.DrawRedo, "440106", "名单有误", json.RawMessage("{}"), at.Add(day), at)
			h.code("draw", err, "")
			_, err = h.Propose(ctx, sys, person.PackChange, "", "节假日", json.RawMessage("{}"), at.Add(day), at)
			h.code("pack", err, "")
		}
		_, err := h.Propose(ctx, sup, person.DrawRedo, "440105", "名单有误", json.RawMessage("{}"), noon.Add(day), noon)
		h.code("another district", err, "access.denied")
		seen, key := 0, people.ProposalKey{}
		for {
			list, next, err := h.Proposals(ctx, h.as("c", "440106-PG/ASSESSOR"), key, 4, noon)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if seen++; p.Kind != person.DrawRedo {
					t.Errorf("an assessor sees %s", p.Kind)
				}
			}
			if next == (people.ProposalKey{}) {
				break
			}
			key = next
		}
		if seen != 7 {
			t.Errorf("%d listed", seen)
		}
	})
}

// TestCarriedOnceByMany: of several that carry a proposal out at once, one
// runs it.
func TestCarriedOnceByMany(t *testing.T) {
	each(t, func(h *house) {
		id, err := h.Propose(ctx, h.as("a", "440100-ZS/SYSTEM_ADMIN"), person.TerritoryChange, "440106", "边界调整", json.RawMessage("1"), noon.Add(day), noon)
		h.code("propose", err, "")
		_, err = h.Decide(ctx, h.as("b", "440100-ZS/SECURITY_ADMIN"), id, true, "", noon)
		h.code("confirm", err, "")
		var mu sync.Mutex
		var wg sync.WaitGroup
		ran := 0
		for range 8 {
			wg.Go(func() {
				err := h.Carry(ctx, id, noon, func(context.Context, people.Proposal, string) error {
					mu.Lock()
					defer mu.Unlock()
					ran++
					return nil
				})
				if err != nil && fault.Code(err) != "proposal.not_confirmed" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if ran != 1 {
			t.Errorf("it ran %d times", ran)
		}
	})
}

func TestEachSeesTheirOwnLog(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		sys, sec, aud := h.as("1", "440100-ZS/SYSTEM_ADMIN"), h.as("2", "440100-ZS/SECURITY_ADMIN"), h.as("3", "440100-SJJ/AUDITOR")
		for _, tc := range []struct {
			by   people.By
			kind string
			want string
		}{
			{sys, engine.SystemLog, ""}, {sys, engine.SecurityLog, "access.denied"}, {sys, engine.AuditLog, "access.denied"},
			{sec, engine.SystemLog, "access.denied"}, {sec, engine.SecurityLog, ""}, {sec, engine.AuditLog, "access.denied"},
			{aud, engine.SystemLog, ""}, {aud, engine.SecurityLog, ""}, {aud, engine.AuditLog, ""},
			{h.as("4", "440100-ZH/DISPATCHER"), engine.SecurityLog, "access.denied"}, {aud, "OTHER", "log.unknown"},
		} {
			_, err := h.Log(ctx, tc.by, tc.kind, people.LineKey{}, 50, noon)
			h.code(tc.by.Actor.ID+" reads "+tc.kind, err, tc.want)
		}
		lines, err := h.Log(ctx, aud, engine.AuditLog, people.LineKey{}, 50, noon)
		if err != nil || len(lines) != 2 || lines[0].Act != "LOG_READ" {
			t.Errorf("the auditor's own log: %+v, %v", lines, err)
		}
		var all []people.Line
		for key := (people.LineKey{}); ; {
			page, err := h.Log(ctx, sec, engine.SecurityLog, key, 2, noon)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page...)
			if len(page) < 2 {
				break
			}
			key = people.LineKey{At: page[1].At, ID: page[1].ID}
		}
		if len(all) != 4 { // made, seat, password, sign-in
			t.Errorf("%d lines: %+v", len(all), all)
		}
		for _, by := range []people.By{sys, sec, aud} {
			if err := access.Allow(by.Actor, access.ReadMatter, access.Subject{Matter: 1, Place: by.Actor.At}); err == nil {
				t.Errorf("%s sees business data", by.Actor.ID)
			}
		}
	})
}

func TestPreferences(t *testing.T) {
	each(t, func(h *house) {
		id := h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("liu.xy", noon)
		by := people.By{Account: id}
		h.code("a language that is none", h.Prefer(ctx, by, "fr", "", noon), "preference.unknown")
		h.code("a theme that is none", h.Prefer(ctx, by, "", "pink", noon), "preference.unknown")
		h.code("good", h.Prefer(ctx, by, "en", "dark", noon), "")
		if s := h.session("in", e.Token, noon, ""); s.Lang != "en" || s.Theme != "dark" {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhatHasEndedIsForgotten(t *testing.T) {
	each(t, func(h *house) {
		h.person("liu.xy", "440106-CG/HANDLER")
		e := h.in("liu.xy", noon)
		_, err := h.signIn("liu.xy", "wrong", people.Client{Address: "10.3.3.3"}, noon)
		h.code("wrong", err, "signin.wrong")
		h.code("forget", h.Forget(ctx, noon.Add(time.Hour)), "")
		h.session("still in", e.Token, noon, "")
		h.code("forget, later", h.Forget(ctx, noon.In(ident.Zone).Add(60*day)), "")
		for _, table := range []string{"session", "invite", "throttle", "ceremony"} {
			if n := h.count(table); n != 0 {
				t.Errorf("%s: %d rows", table, n)
			}
		}
		if h.count("office_log") == 0 {
			t.Error("the log was forgotten")
		}
	})
}
