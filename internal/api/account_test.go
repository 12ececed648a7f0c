package api_test

import (
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
)

// A task force ends at midnight of its last day, for a token that was used a
// second before as for anybody (GZ-13).
func TestATaskForceEndsForATokenToo(t *testing.T) {
	x := open(t, many())
	organiser, member, desk := x.token(t, "440106-DW", org.Organiser), x.token(t, "440106-KG", org.Handler), x.token(t, "440106001-ZH", org.Dispatcher)
	today := calendar.DayOf(x.Now())
	var call struct {
		Number string `json:"no"`
	}
	x.do(t, "POST", "/api/v1/calls", desk, map[string]any{"source": "HOTLINE_12345", "source_ref": "1", "kind": "COMPLAINT", "text": "口罩买不到", "place": "440106001"}).into(t, 201, &call)
	force := map[string]any{
		"name": "突击队", "purpose": "保供", "place": "440106", "members": []string{"440106-KG/HANDLER"}, "to": today, "indicator": "日产量", "baseline": 1, "target": 2,
	}
	reads := func(when string, want int) {
		t.Helper()
		for _, path := range []string{"/matters/" + call.Number, "/matters/" + call.Number + "/due"} {
			if r := x.do(t, "GET", "/api/v1"+path, member, nil); r.status != want {
				t.Errorf("%s %s is %d, want %d: %s", when, path, r.status, want, r.body)
			}
		}
	}
	reads("before it is formed", 404)
	for field, value := range map[string]int{"to": 0, "from": calendar.AddDays(today, 1)} {
		wrong := map[string]any{}
		for k, v := range force {
			wrong[k] = v
		}
		wrong[field] = value
		x.do(t, "POST", "/api/v1/task-forces", organiser, wrong).problem(t, 422, "force.end_needed")
	}
	var made api.Entered
	x.do(t, "POST", "/api/v1/task-forces", organiser, force).into(t, 201, &made)
	x.pass(4 * time.Second) // a token is believed for some seconds
	reads("on its day", 200)
	x.pass(calendar.End(today).Sub(x.Now()) - time.Second)
	reads("a second before it ends", 200)
	x.pass(time.Second)
	reads("when it ends", 404)
}
