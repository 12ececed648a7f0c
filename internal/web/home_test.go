package web_test

import (
	"testing"

	"huying/internal/desk/intake"
	"huying/internal/desk/mandate"
	"huying/internal/desk/observe"
	"huying/internal/desk/power"
	calls "huying/internal/domain/call"
	mandates "huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// TestTheFirstPageIsWhatOneOwes goes where each role begins, in a city in which
// each of them owes something today, and asks that it stands there.
func TestTheFirstPageIsWhatOneOwes(t *testing.T) {
	const district, street, community = "440106", "440106011", "440106011004"
	h := webtest.Open(t)
	ctx := t.Context()
	post := func(unit string, role org.Role) string { return h.Post(t, unit, role) }

	called := map[string]string{}
	for _, place := range []string{street, district} {
		s, err := intake.New(h.Engine).Receive(ctx, h.As(t, post("440100-RX", org.Agent)), calls.Form{
			Source: "HOTLINE_12345", Kind: "COMPLAINT", Anonymity: "ANONYMOUS", Place: place, Text: "路灯整晚不亮",
		})
		if err != nil {
			t.Fatal(err)
		}
		called[place] = s.M.ID.Number()
	}
	_, o := h.Ordered(t, "SZ0101", community, "路口有个大坑，电动车差点摔倒")
	_, mine := h.Ordered(t, "SR0101", community, "楼下一地垃圾没人清")
	if _, err := h.Engine.Together(ctx, h.As(t, post(district+"-ZH", org.Dispatcher)), "assign", func(b *engine.Bundle) (ident.ID, error) {
		for kind, status := range map[mandates.Kind]mandates.Status{mandates.StreetTasks: mandates.Draft, mandates.ServiceItems: mandates.Approved} {
			l := mandates.List{Kind: kind, Name: "清单", Place: h.Engine.City().Territory.Address(district), Status: status, Version: 9}
			if _, err := engine.Enter(b, "draft", &l); err != nil {
				return 0, err
			}
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.Advice, Title: "楼道堆物怎么治", Place: h.Engine.City().Territory.Address(community),
			Orders: []matter.Assignment{{Debtor: community + "-JW"}, {Debtor: street + "-ZH", Role: order.Co}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return s.M.ID, nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := power.New(h.Engine).Propose(ctx, h.As(t, post(district+"-SJ", org.Handler)), power.Propose{
		Kind: "APPOINTMENT", Title: "调整所负责人", Post: street + "-SJS/HANDLER",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := mandate.New(h.Engine).Request(ctx, h.As(t, post(district+"-JT", org.Handler)), mandate.Request{
		Item: "ZR-9001", Name: "共享单车摆放巡查", Towns: []string{street}, Reason: "市里部署", Basis: "穗交〔2026〕1号", Minutes: 60, Money: 100, People: 1, Until: 20261231,
	}); err != nil {
		t.Fatal(err)
	}
	seen := observe.Observe{Unit: district + "-JT", Topic: "FORMS", Text: "一周发了三张同样的表"}
	if _, err := observe.New(h.Engine).Observe(ctx, h.As(t, post(street+"-DGW", org.Observer)), seen); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who, post, at, owed string
	}{
		{"dispatcher of a street", post(street+"-ZH", org.Dispatcher), "/desk", called[street]},
		{"dispatcher of a district", post(district+"-ZH", org.Dispatcher), "/desk", called[district]},
		{"desk of a community", post(community+"-JW", org.Dispatcher), "/orders", "楼道堆物怎么治"},
		{"handler of a bureau", post(district+"-ZJ", org.Handler), "/orders", o.ID.Number()},
		{"head of a bureau", post(district+"-ZJ", org.Leader), "/orders", o.ID.Number()},
		{"handler of a street's office", post(mine.Debtor, org.Handler), "/orders", mine.ID.Number()},
		{"secretary of a street", post(street+"-DGW", org.Secretary), "/orders", "调整所负责人"},
		{"head of a street's desk", post(street+"-ZH", org.Leader), "/orders", "楼道堆物怎么治"},
		{"discipline and inspection", post(district+"-JW", org.Supervisor), "/supervision", `class="queue"`},
		{"assessment", post(district+"-PG", org.Assessor), "/supervision", `class="queue"`},
		{"organisation desk", post(district+"-DW", org.Organiser), "/duties", "待下一步"},
		{"legal reviewer", post(district+"-SF", org.LegalReviewer), "/duties", "待审核"},
		{"observer", post(street+"-DGW", org.Observer), "/channel", seen.Text},
		{"keeper of the channel", post(district+"-DW", org.Keeper), "/channel", seen.Text},
		{"grid worker", post(community+"-JW", org.GridWorker), "/orders", "楼道堆物怎么治"},
		{"hotline", post("440100-RX", org.Agent), "/desk", called[street]},
		{"auditor", post("440100-SJJ", org.Auditor), "/audit", ""},
	} {
		first := h.Get(t, c.post, "/")
		if to := first.Header.Get("Location"); first.Status != 303 || to != c.at {
			t.Errorf("the %s begins at %q (%d), not %q", c.who, to, first.Status, c.at)
			continue
		}
		if r := h.Get(t, c.post, c.at); r.Status != 200 && r.Status != 303 || !r.Has(c.owed) {
			t.Errorf("the %s does not see at %s what is owed: %d %s", c.who, c.at, r.Status, c.owed)
		}
	}
}
