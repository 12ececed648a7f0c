package frame

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/feed"
)

// heartbeat is how often a quiet stream says that it lives, and whether its
// session still does is asked.
const heartbeat = 20 * time.Second

// writing is how long a browser may take to accept a message.
const writing = 10 * time.Second

// Live is the route of the stream of what happens: acts that the reader may
// see, and whose hands are on what the reader looks at.
func Live() Route {
	return Show("/live", "live", Signed, "", "实时消息", "What happens, as it happens", follow)
}

func follow(r *Request) error {
	f := r.frame
	out := &stream{w: r.W, rc: http.NewResponseController(r.W)}
	h := r.W.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // a proxy must not wait for more
	r.status = http.StatusOK
	r.W.WriteHeader(r.status)
	if err := out.write("retry: 2000\n\n"); err != nil {
		return errors.Join(errGone, err)
	}
	ctx, cancel := context.WithCancel(r.Ctx)
	defer cancel()
	sub := f.o.Feed.Subscribe(r.Actor, r.HTTP.Header.Get("Last-Event-ID"))
	defer sub.Close()
	acts := make(chan feed.Message)
	go func() { // ends with the context, or when the feed has no more
		defer close(acts)
		for {
			m, err := sub.Next(ctx)
			if err != nil {
				return
			}
			select {
			case acts <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	seen, leave := f.hands.join(r.Actor.ID)
	defer leave()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return errGone
		case m, ok := <-acts:
			if !ok || over(&r.Actor, f.o.Now()) {
				return nil
			}
			err = out.act(m)
		case topic := <-seen:
			err = out.hands(r, topic, f.hands.others(topic, r.Actor.ID, f.o.Now()))
		case <-beat.C:
			s, gone := f.o.Sessions.Session(r.Ctx, r.Cookie(f.Cookie()), f.o.Now())
			if gone != nil || len(s.Actor.Grants) != len(r.Actor.Grants) || over(&r.Actor, f.o.Now()) {
				return nil // the browser comes back, and is asked to sign in, or sees what it may see now
			}
			err = out.write(": \n\n")
		}
		if err != nil {
			return errors.Join(errGone, err)
		}
	}
}

// over reports whether something has ended that the reader of a stream was
// granted for a time: what may be told is then another matter.
func over(a *access.Actor, now time.Time) bool {
	ends := a.Until()
	return !ends.IsZero() && !now.Before(ends)
}

// stream writes server-sent events.
type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func (s *stream) write(text string) error {
	deadline := time.Now().Add(writing) //nolint:forbidigo // a deadline of the connection is by the machine's own clock
	if err := s.rc.SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.rc.Flush()
}

func (s *stream) act(m feed.Message) error {
	var b strings.Builder
	if m.ID != "" {
		fmt.Fprintf(&b, "id: %s\n", m.ID)
	}
	data := m.Data
	if len(data) == 0 {
		data = []byte("{}")
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", m.Kind, data)
	return s.write(b.String())
}

func (s *stream) hands(r *Request, topic string, posts []string) error {
	text := ""
	if len(posts) > 0 {
		names := make([]string, len(posts))
		for i, p := range posts {
			names[i] = r.Post(p)
		}
		text = r.T("hands.on", strings.Join(names, r.Word("format", "list")))
	}
	body, err := json.Marshal(map[string]string{"topic": topic, "text": text})
	if err != nil {
		return err
	}
	return s.write("event: hands\ndata: " + string(body) + "\n\n")
}

// holding is how long somebody who looked at something counts as looking.
const holding = 3 * time.Minute

// hands knows which posts look at what just now, so that two people do not
// begin the same work. It forgets, keeps nothing, and is told to nobody but
// those who look at the same thing.
type hands struct {
	mu     sync.Mutex
	at     map[string]map[string]time.Time // by topic and post: when they looked last
	opened map[chan string]string          // streams and the post of each
}

func newHands() *hands {
	return &hands{at: map[string]map[string]time.Time{}, opened: map[chan string]string{}}
}

// join lets a stream hear of topics at which the hands changed.
func (h *hands) join(post string) (<-chan string, func()) {
	ch := make(chan string, 8)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened[ch] = post
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.opened, ch)
	}
}

// touch notes that a post looks at a topic, and at no other, and tells the
// streams of everybody who does.
func (h *hands) touch(topic, post string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := []string{}
	for t, posts := range h.at {
		for p, when := range posts {
			if now.Sub(when) > holding || p == post && t != topic {
				delete(posts, p)
				changed = append(changed, t)
			}
		}
		if len(posts) == 0 {
			delete(h.at, t)
		}
	}
	if h.at[topic] == nil {
		h.at[topic] = map[string]time.Time{}
	}
	if _, had := h.at[topic][post]; !had {
		changed = append(changed, topic)
	}
	h.at[topic][post] = now
	for ch, who := range h.opened {
		for _, t := range changed {
			if _, looks := h.at[t][who]; !looks {
				continue
			}
			select {
			case ch <- t:
			default: // it shows at the next look
			}
		}
	}
}

// others are the other posts that look at a topic, sorted.
func (h *hands) others(topic, post string, now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for p, when := range h.at[topic] {
		if p != post && now.Sub(when) <= holding {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Touch says that the reader looks at something, such as "matter:" and its
// number, and returns the other posts that do. It is called once the reader
// has been found to be allowed to see it.
func (r *Request) Touch(topic string) []string {
	r.frame.hands.touch(topic, r.Actor.ID, r.Now)
	return r.frame.hands.others(topic, r.Actor.ID, r.Now)
}
