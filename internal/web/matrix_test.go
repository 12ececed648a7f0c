package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/web"
	"huying/internal/web/frame"
	"huying/internal/web/webtest"
)

// everyone is a post of each role, where the city has one.
func everyone(t *testing.T, h *webtest.House) map[org.Role]string {
	t.Helper()
	out := map[org.Role]string{}
	for _, unit := range h.Engine.City().Org.Units() {
		for _, p := range h.Engine.City().Org.Posts(unit) {
			if out[p.Role] == "" {
				out[p.Role] = p.Code
			}
		}
	}
	return out
}

var inPath = regexp.MustCompile(`\{[a-z]+\.*\}`)

// asked is a route's address with values that are well formed and that nobody
// has: whoever passes the gate finds nothing there, and nobody else gets so far.
func asked(rt frame.Route) string {
	path := strings.ReplaceAll(rt.Path, "{$}", "")
	path = strings.ReplaceAll(path, "{no}", "20200101-0000000-0")
	return inPath.ReplaceAllString(path, "nothing")
}

// TestEveryRouteAsksWhoComes walks the whole table: a stranger gets in nowhere
// but at the open door, and a post whose role has not the action is refused
// before anything is read.
func TestEveryRouteAsksWhoComes(t *testing.T) {
	h := webtest.Open(t)
	posts := everyone(t, h)
	if len(posts) < 8 {
		t.Fatalf("only %d roles", len(posts))
	}
	for _, rt := range web.Table() {
		if rt.ID == "live" {
			continue // it does not end; its own test asks who comes
		}
		t.Run(rt.ID, func(t *testing.T) {
			stranger := send(t, h, "", rt)
			switch {
			case rt.Gate == frame.Open:
				if stranger.Status == 401 {
					t.Errorf("the open door is shut")
				}
				return
			case rt.Method == http.MethodGet && (stranger.Status != 303 || !strings.HasPrefix(stranger.Header.Get("Location"), "/signin?")):
				t.Errorf("a stranger: %d %s", stranger.Status, stranger.Header.Get("Location"))
			case rt.Method != http.MethodGet && stranger.Status != 401:
				t.Errorf("a stranger: %d", stranger.Status)
			}
			for role, post := range posts {
				may := rt.Gate == frame.Signed || len(access.Scopes(actorOf(t, h, post), rt.Action)) > 0
				r := send(t, h, post, rt)
				switch denied := r.Status == 403; {
				case !may && (!denied || !r.Has("access.denied") && !r.Has("没有权限")):
					t.Errorf("%s may not %s and gets %d", role, rt.Action, r.Status)
				case may && r.Status == 401, r.Status >= 500:
					t.Errorf("%s may %s and gets %d", role, rt.Action, r.Status)
				}
			}
		})
	}
}

func actorOf(t *testing.T, h *webtest.House, post string) access.Actor {
	t.Helper()
	s, err := h.Session(t.Context(), url.QueryEscape(post), h.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s.Actor
}

func send(t *testing.T, h *webtest.House, post string, rt frame.Route) webtest.Reply {
	t.Helper()
	if rt.Method == http.MethodGet {
		return h.Get(t, post, asked(rt))
	}
	return h.Send(t, post, asked(rt), url.Values{})
}

func TestIDsOfRoutesAreOne(t *testing.T) {
	seen := map[string]bool{}
	for _, rt := range web.Table() {
		if seen[rt.ID] || seen[rt.Method+rt.Path] {
			t.Errorf("%s stands twice", rt.ID)
		}
		seen[rt.ID], seen[rt.Method+rt.Path] = true, true
		if (rt.Gate == frame.Staff) != (rt.Action != "") {
			t.Errorf("%s: a staff route has an action, and no other", rt.ID)
		}
		if rt.Zh == "" || rt.En == "" {
			t.Errorf("%s does not say what it is for", rt.ID)
		}
	}
}
