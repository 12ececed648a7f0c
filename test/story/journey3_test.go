package story

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/engine"
)

// counter is a hall that is asked over the JSON API alone.
type counter struct {
	*hall
	url    string
	tokens map[string]string
}

func (h *hall) counter() *counter {
	h.Helper()
	rate := api.Rate{PerSecond: 1e6, Burst: 1e6}
	handler, err := api.New(api.Deps{
		Engine: h.e, Now: func() time.Time { return h.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Rates: api.Rates{Token: rate, Address: rate, Intake: rate, Number: rate, Guess: rate},
	})
	if err != nil {
		h.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	h.Cleanup(srv.Close)
	return &counter{h, srv.URL + "/api/v1", map[string]string{}}
}

// token is the token of the first post of a role in a unit.
func (c *counter) token(unit string, role org.Role) string {
	c.Helper()
	key := unit + "/" + string(role)
	if c.tokens[key] != "" {
		return c.tokens[key]
	}
	i := slices.IndexFunc(c.city.Org.Posts(unit), func(p *org.Post) bool { return p.Role == role })
	if i < 0 {
		c.Fatalf("%s has no %s", unit, role)
	}
	secret, _, err := c.registry.MakeToken(ctx, engine.Command{Actor: access.Actor{ID: "test", Kind: access.Staff, Role: org.SystemAdmin}, At: c.now},
		registry.NewToken{Name: "story", Post: c.city.Org.Posts(unit)[i].Code, Ends: c.now.Add(365 * 24 * time.Hour)})
	c.must(err)
	c.tokens[key] = secret
	return secret
}

type body map[string]any

// asks makes one request; the answer must have the wanted status.
func (c *counter) asks(token, method, path string, in body, status int, into any) {
	c.Helper()
	if in == nil {
		in = body{}
	}
	raw, err := json.Marshal(in)
	c.must(err)
	req, err := http.NewRequest(method, c.url+path, bytes.NewReader(raw))
	c.must(err)
	if method == "GET" {
		req.Body = nil
		req.ContentLength = 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if code, ok := strings.CutPrefix(token, "track:"); ok {
		req.Header.Set("Track-Code", code)
	} else {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	c.must(err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	c.must(err)
	if res.StatusCode != status {
		c.Fatalf("%s %s: %d %s", method, path, res.StatusCode, got)
	}
	if into != nil {
		c.must(json.Unmarshal(got, into))
	}
}

func (c *counter) posts(token, path string, in body, into any) {
	c.Helper()
	c.asks(token, "POST", path, in, 200, into)
}

// sends takes a resident's call at a street and orders a department to solve it.
func (c *counter) sends(street, department, text string) api.Matter {
	c.Helper()
	var m api.Matter
	desk := c.token(street+"-ZH", org.Dispatcher)
	c.asks(desk, "POST", "/calls", body{
		"source": "HOTLINE_12345", "source_ref": street + text, "kind": "COMPLAINT", "text": text, "place": street,
		"caller": body{"name": "覃女士", "phone": "19900001234"},
	}, 201, &m)
	code := m.TrackCode
	c.posts(desk, "/matters/"+m.No+"/verify", nil, nil)
	c.posts(desk, "/matters/"+m.No+"/triage", body{"class": "大事", "reason": "属部门职责"}, nil)
	c.posts(desk, "/matters/"+m.No+"/issue", body{"orders": []body{{"debtor": department}}}, &m)
	m.TrackCode = code
	return m
}

// Journey 3, street orders department, shoddy fix, in Liunan over the JSON API:
// order → photo → rejected → rework → too late → yellow → a letter → the
// appraisal by the streets falls in the department's score.
func TestJourney3TheStreetsAppraiseTheShoddyFix(t *testing.T) {
	in(t, "liunan", func(h *hall) {
		c := h.counter()
		street, bureau, other := liunan+"001", liunan+"-ZJ", liunan+"-HB"
		desk, unit := c.token(street+"-ZH", org.Dispatcher), c.token(bureau, org.Handler)
		m := c.sends(street, bureau, "路面坑洼, 老人摔倒两次")
		order := "/orders/" + m.Orders[0].No
		photo := func(text string) body {
			return body{"text": text, "evidence": []body{{"kind": "PHOTO", "hash": hashOf(text)}}}
		}
		c.posts(unit, order+"/sign", nil, nil)
		c.pass(5 * 24 * time.Hour)
		c.posts(unit, order+"/respond", photo("已修补"), nil)
		c.posts(desk, order+"/judge", body{"done": false, "reason": "只撒了沙, 坑还在"}, nil)
		c.pass(14 * 24 * time.Hour)
		c.asks(desk, "GET", "/matters/"+m.No, nil, 200, &m)
		if !slices.ContainsFunc(m.Orders[0].Cards, func(x api.Card) bool { return x.Colour == "YELLOW" }) {
			t.Fatalf("no yellow card: %+v", m.Orders[0].Cards)
		}
		letter := func(o api.Order) bool { return o.Kind == "SUPERVISION" }
		if !slices.ContainsFunc(m.Orders, letter) {
			c.posts(desk, order+"/supervise", body{"grounds": "返工逾期"}, &m)
		}
		reply := m.Orders[slices.IndexFunc(m.Orders, letter)].No
		c.posts(unit, "/orders/"+reply+"/respond", body{"text": "沥青今日到货"}, nil)
		c.posts(unit, order+"/respond", photo("已铣刨重铺"), nil)
		c.posts("track:"+m.TrackCode, "/track/"+m.No+"/judge", body{"resolved": "YES", "satisfaction": 4, "contacted": true}, nil)
		c.asks(desk, "GET", "/matters/"+m.No, nil, 200, &m)
		if m.Status != "CLOSED" {
			t.Fatalf("the matter is %s", m.Status)
		}

		// Six streets dealt with both departments and say what they think; the
		// one that had nothing to do with them may not.
		appraise := func(street, of string, points, status int) {
			c.asks(c.token(street+"-DGW", org.Secretary), "POST", "/appraisals", body{"kind": "DEPARTMENT", "of": of, "period": "2026-Q1", "marks": marks(points)}, status, nil)
		}
		appraise(streets()[7], bureau, 1, 409)
		for _, s := range streets()[:6] {
			if s != street {
				c.sends(s, bureau, "路面破损")
			}
			c.sends(s, other, "烧烤油烟")
			points := 6
			if s == street {
				points = 2
			}
			appraise(s, bureau, points, 201)
			appraise(s, other, 9, 201)
		}
		var results api.List[api.Appraisal]
		c.asks(c.token(liunan+"-PG", org.Assessor), "GET", "/appraisals/results?period=2026-Q1", nil, 200, &results)
		part := map[string]float64{}
		for _, r := range results.Items {
			part[r.Unit] = r.Part
		}
		if len(part) != 2 || part[bureau] >= part[other] || part[other] != 90 {
			t.Errorf("the appraisal does not fall in the score: %v", part)
		}
		var facts api.ProcessOf
		month := h.now.Format("200601")
		c.asks(unit, "GET", "/account/process?month="+month, nil, 200, &facts)
		if facts.Letters != 1 || facts.Late != 1 || facts.Yellow+facts.Red == 0 || facts.Points >= 50 {
			t.Errorf("the process facts: %+v", facts)
		}
	})
}

// Journey 4, shirking, over the JSON API: two objections → a conference binds →
// a third refusal is impossible → the time passes → red.
func TestJourney4ShirkingOverTheInterface(t *testing.T) {
	in(t, "yangtun", func(h *hall) {
		c := h.counter()
		town, first, second := "320322102", "320322-JT", "320322-SW"
		m := c.sends(town, first, "涵洞积水, 车辆熄火")
		district := c.token("320322-ZH", org.Dispatcher)
		unit := c.token(first, org.Handler)
		object := func(why string, status int) {
			c.asks(unit, "POST", "/orders/"+m.Orders[0].No+"/object", body{"reason": why, "names": second}, status, &m)
		}
		object("属水务排涝", 200)
		c.posts(district, "/orders/"+m.Orders[0].No+"/decide-objection", body{"uphold": false, "note": "涵洞属公路设施"}, &m)
		object("仍认为属水务", 200)
		c.asks(district, "GET", "/matters/"+m.No, nil, 200, &m)
		if m.Conference == nil {
			c.posts(district, "/matters/"+m.No+"/convene", body{"parties": []string{first, second}, "reason": "两次异议"}, &m)
		}
		c.posts(district, "/matters/"+m.No+"/decide-conference", body{"minutes": "会商定由交通牵头", "lead": first}, &m)
		var problem api.Problem
		last := m.Orders[len(m.Orders)-1].No
		c.asks(unit, "POST", "/orders/"+last+"/object", body{"reason": "第三次"}, 409, &problem)
		if problem.Code != "objection.bound" {
			t.Errorf("the third refusal: %s", problem.Code)
		}
		c.pass(20 * 24 * time.Hour)
		c.asks(district, "GET", "/matters/"+m.No, nil, 200, &m)
		red := func(o api.Order) bool {
			return slices.ContainsFunc(o.Cards, func(x api.Card) bool { return x.Colour == "RED" })
		}
		if !slices.ContainsFunc(m.Orders, red) {
			t.Errorf("no red card: %+v", m.Orders)
		}
	})
}
