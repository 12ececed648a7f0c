package story_test

import (
	"testing"

	"huying/internal/desk/intake"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func TestShot(t *testing.T) {
	h := webtest.Open(t)
	post := h.Post(t, "440106-ZH", org.Dispatcher)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(post)
	_ = intake.MostRows
	no := pick(t, h, post, "ORDERED")
	tab.Open("/matters/"+no).Shot("story-whole", true)
	t.Log(h.Log.String())
}
