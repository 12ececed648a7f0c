package story

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
)

// line is a street's connection to the JSON API: requests of posts, by tokens.
type line struct {
	*street
	face   http.Handler
	tokens map[string]string
}

// say is a body of a request.
type say map[string]any

func (s *street) line() *line {
	s.Helper()
	r := api.Rate{PerSecond: 1e6, Burst: 1e6}
	face, err := api.New(api.Deps{Engine: s.e, Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler),
		Rates: api.Rates{Token: r, Address: r, Intake: r, Number: r, Guess: r}})
	s.must(err)
	return &line{s, face, map[string]string{}}
}

// as returns a token of the post of a role in a unit.
func (l *line) as(unit string, role org.Role) string {
	l.Helper()
	key := unit + "/" + string(role)
	if l.tokens[key] != "" {
		return l.tokens[key]
	}
	for _, p := range l.city.Org.Posts(unit) {
		if p.Role == role {
			secret, _, err := registry.New(l.e).MakeToken(ctx, engine.Command{Actor: access.Actor{ID: "test", Kind: access.Staff, Role: org.SystemAdmin}, At: l.now},
				registry.NewToken{Name: "story", Post: p.Code, Ends: l.now.Add(24 * time.Hour)})
			l.must(err)
			l.tokens[key] = secret
			return secret
		}
	}
	l.Fatalf("%s has no %s", unit, role)
	return ""
}

// asks sends a request and reads the answer, which must have a status.
func (l *line) asks(status int, method, path, token string, body, into any) {
	l.Helper()
	var in bytes.Buffer
	if body != nil {
		l.must(json.NewEncoder(&in).Encode(body))
	}
	req := httptest.NewRequestWithContext(ctx, method, "/api/v1"+path, &in)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	l.face.ServeHTTP(w, req)
	if w.Code != status {
		l.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if into != nil {
		l.must(json.Unmarshal(w.Body.Bytes(), into))
	}
}

// Journey 2, whistle at 02:00: a main bursts → an emergency whistle by the night
// roster → who does not answer within five minutes is called again, the next on
// the roster → the street confirms who is there → a second alarm → released →
// each side says how it was. All of it through the JSON API.
func TestJourney2WhistleAtTwo(t *testing.T) {
	blows(t, "beijing", wanshou, at(11, 2, 0), func(s *street) {
		l := s.line()
		water, fire, police := haidian+"-SW", wanshou+"-XFS", wanshou+"-PCS"
		desk := l.as(wanshou+"-ZH", org.Dispatcher)
		var m api.Matter
		l.asks(201, "POST", "/whistles", desk, say{
			"kind": "EMERGENCY", "why": "主管爆裂，街道没有停水和抢修权限", "urgency": "EMERGENCY", "text": "供水主管爆裂，路面塌陷", "places": []string{wanshou},
			"departments": []say{{"unit": water}, {"unit": fire}},
		}, &m)
		order := map[string]string{}
		for _, o := range m.Orders {
			order[o.Debtor] = "/orders/" + o.No
		}
		l.asks(200, "POST", order[fire]+"/sign", l.as(fire, org.Handler), nil, nil)

		s.until(at(11, 2, 6)) // the bureau of water sleeps
		var told struct {
			Items []struct {
				Code string `json:"code"`
			} `json:"items"`
		}
		l.asks(200, "GET", "/units/"+haidian+"-ZH/inbox", l.as(haidian+"-ZH", org.Dispatcher), nil, &told)
		silent := false
		for _, x := range told.Items {
			silent = silent || x.Code == "notice.leg_silent"
		}
		if !silent {
			t.Errorf("the district was not told who does not answer: %+v", told.Items)
		}
		no, err := ident.ParseNumber(m.No)
		s.must(err)
		if n := len((&affair{s.world, no}).leg(water).Leg.Calls); n != 1 {
			t.Errorf("called again %d times", n)
		}
		l.asks(200, "POST", order[water]+"/sign", l.as(water, org.Handler), nil, nil)

		s.until(at(11, 2, 15))
		l.asks(200, "POST", order[fire]+"/arrive", l.as(fire, org.Handler), nil, nil)
		l.asks(403, "POST", order[fire]+"/confirm-arrival", l.as(fire, org.Handler), nil, nil)
		l.asks(200, "POST", order[fire]+"/confirm-arrival", desk, nil, nil)
		l.asks(200, "POST", "/matters/"+m.No+"/second-alarm", desk, say{"why": "塌陷扩大，要封路", "departments": []say{{"unit": police}}}, &m)
		for _, o := range m.Orders {
			order[o.Debtor] = "/orders/" + o.No
		}
		s.until(at(11, 2, 25))
		for _, u := range []string{police, water} {
			l.asks(200, "POST", order[u]+"/arrive", l.as(u, org.Handler), nil, nil)
			l.asks(200, "POST", order[u]+"/confirm-arrival", desk, nil, nil)
		}
		var board struct {
			Items []api.Matter `json:"items"`
		}
		l.asks(200, "GET", "/whistles/running", desk, nil, &board)
		if len(board.Items) != 1 || board.Items[0].No != m.No {
			t.Errorf("%d whistles run", len(board.Items))
		}
		for _, u := range []string{fire, police, water} {
			l.asks(409, "POST", order[u]+"/release", desk, say{"reason": "处置得当"}, nil) // nothing was answered
			l.asks(200, "POST", order[u]+"/respond", l.as(u, org.Handler), say{"text": "已处置"}, nil)
			l.asks(200, "POST", order[u]+"/release", desk, say{"reason": "处置得当"}, &m)
		}
		if len(m.Whistles) != 1 || m.Whistles[0].Ended.IsZero() {
			t.Fatalf("the whistle has not ended: %+v", m.Whistles)
		}
		l.asks(200, "POST", "/matters/"+m.No+"/review-whistle", desk, say{"no": m.Whistles[0].No, "text": "夜间值班电话要更新"}, nil)
		for _, u := range []string{fire, police, water} {
			l.asks(200, "POST", order[u]+"/appraise", desk, say{"stars": 4}, nil)
			l.asks(200, "POST", order[u]+"/appraise", l.as(u, org.Handler), say{"needed": true, "clear": true, "scope": true}, nil)
		}
		l.asks(409, "POST", order[fire]+"/appraise", desk, say{"stars": 1}, nil)
		var health api.WhistleHealth
		l.asks(200, "GET", "/whistles/health?unit="+wanshou+"-ZH&from=20260101&to=20261231", desk, nil, &health)
		if r := health.Rate; health.Whistles != 1 || health.OnTime.N != 3 || health.Needed.N != 3 || r.N != 1 || r.Low >= r.High {
			t.Errorf("%+v", health)
		}
	})
}
