package web_test

import (
	"bufio"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/web/webtest"
)

// listen opens the stream of a post and returns its lines as they come.
func listen(t *testing.T, h *webtest.House, post, last string) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "huying", Value: url.QueryEscape(post)})
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	out := make(chan string, 64)
	go func() {
		defer close(out)
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			select {
			case out <- lines.Text():
			case <-t.Context().Done():
				return
			}
		}
	}()
	return out
}

// until reads lines until one has a word, and returns the last id before it.
func until(t *testing.T, lines <-chan string, word string) (id string) {
	t.Helper()
	for {
		select {
		case line, ok := <-lines:
			switch {
			case !ok:
				t.Fatalf("the stream ended before %q", word)
			case strings.HasPrefix(line, "id: "):
				id = line[4:]
			case strings.Contains(line, word):
				return id
			}
		case <-time.After(20 * time.Second): // only a failure waits so long
			t.Fatalf("nothing of %q", word)
		}
	}
}

// call takes a call in at a street.
func callAt(t *testing.T, h *webtest.House, place string) string {
	t.Helper()
	by, err := registry.ActorOf(h.Engine.City(), place[:6]+"-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	s, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: by}, call.Form{
		Source: "HOTLINE_12345", SourceRef: t.Name() + place, Kind: "COMPLAINT", Text: "路灯不亮", Place: place,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.M.ID.Number()
}

func TestWhatHappensIsToldToWhoMaySeeIt(t *testing.T) {
	h := webtest.Open(t)
	here := listen(t, h, h.Post(t, "440106-ZH", org.Dispatcher), "")
	there := listen(t, h, h.Post(t, "440105-ZH", org.Dispatcher), "")
	until(t, here, "retry:")
	until(t, there, "retry:")
	ours, theirs := callAt(t, h, "440106001"), callAt(t, h, "440105001")
	last := until(t, here, ours)
	// The other district hears of its own call first: ours is not told there.
	for line := range there {
		if strings.Contains(line, ours) {
			t.Fatal("another district hears of it")
		}
		if strings.Contains(line, theirs) {
			break
		}
	}
	missed := callAt(t, h, "440106002")
	again := listen(t, h, h.Post(t, "440106-ZH", org.Dispatcher), last)
	until(t, again, missed)
}

// A task force ends at midnight of its last day (GZ-13). Its member has been
// signed in for a while, with a page that listens: at that minute the session
// loses what the force gave it, and the stream tells nothing more of it.
func TestATaskForceEndsForWhoIsSignedIn(t *testing.T) {
	h := webtest.Open(t)
	const district, member, good = "440106", "440106-KG/HANDLER", "青年路的树 今年真绿"
	formed := h.Send(t, h.Post(t, district+"-DW", org.Organiser), "/powers/forces", webtest.Form("name", "突击队", "purpose", "保供", "place", district,
		"members", member, "to", "2026-03-31", "indicator", "日产量", "baseline", "1", "target", "2"))
	if formed.Status != 204 {
		t.Fatalf("the force: %d %.300s", formed.Status, formed.Body)
	}
	ours := callAt(t, h, district+"001")
	h.Pass(14*time.Hour + 55*time.Minute)
	admin, err := h.Engine.Actor(t.Context(), h.Post(t, "440100-ZS", org.SecurityAdmin), h.Now())
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.People.Make(t.Context(), people.By{Actor: admin}, people.NewAccount{Login: "liu.xy", Name: "刘晓燕", Posts: []string{member}}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.People.Accept(t.Context(), made.Secret, good, people.Client{}, h.Now()); err != nil {
		t.Fatal(err)
	}
	in, err := h.People.SignIn(t.Context(), people.SignIn{Login: "liu.xy", Password: good}, people.Client{}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	reads := func(when string, want int) {
		t.Helper()
		if r := h.Get(t, in.Token, "/matters/"+ours); r.Status != want {
			t.Errorf("%s the matter is %d, want %d", when, r.Status, want)
		}
	}
	lines := listen(t, h, in.Token, "")
	until(t, lines, "retry:")
	until(t, lines, callAt(t, h, district+"001"))
	reads("five minutes before the end", 200)
	h.Pass(5*time.Minute - time.Second)
	reads("a second before the end", 200)
	until(t, lines, callAt(t, h, district+"002"))
	h.Pass(time.Second)
	reads("at the end", 404)
	late := callAt(t, h, district+"001")
	for line := range lines { // until the server ends it
		if strings.Contains(line, late) {
			t.Fatalf("the stream still tells: %s", line)
		}
	}
	until(t, listen(t, h, in.Token, ""), "retry:") // the page comes back, and is still signed in
}
