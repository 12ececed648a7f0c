package web_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// Each role of each pack begins at a page of its own work, which is there for it:
// what it owes today, or what it keeps.
func TestEveryRoleOfEveryPackBeginsAtItsWork(t *testing.T) {
	begins := map[org.Role][]string{
		org.Agent: {"/desk"}, org.Assessor: {"/supervision"}, org.Auditor: {"/audit"}, org.Dispatcher: {"/desk", "/orders"}, org.GridJudge: {"/ground"},
		org.GridWorker: {"/orders"}, org.Handler: {"/orders"}, org.Keeper: {"/channel"}, org.Leader: {"/orders"}, org.LegalReviewer: {"/duties"},
		org.Observer: {"/channel"}, org.Organiser: {"/duties"}, org.Reporter: {"/desk/call"}, org.Secretary: {"/orders"}, org.SecurityAdmin: {"/people"},
		org.Supervisor: {"/supervision", "/programmes"}, org.SystemAdmin: {"/registry"},
	}
	for _, name := range []string{"beijing", "guangzhou", "liunan", "luohe", "yangtun"} {
		h := webtest.OpenPack(t, name, webtest.Now)
		city := h.Engine.City()
		tried := map[string]bool{}
		for _, code := range city.Org.Units() {
			u, _ := city.Org.Unit(code)
			for _, p := range city.Org.Posts(code) {
				if kind := string(p.Role) + string(u.Level) + string(u.Kind); tried[kind] {
					continue
				} else {
					tried[kind] = true
				}
				to := h.Get(t, p.Code, "/").Header.Get("Location")
				ok := false
				for _, want := range begins[p.Role] {
					ok = ok || to == want
				}
				if !ok {
					t.Errorf("%s: %s begins at %s, not at one of %v", name, p.Code, to, begins[p.Role])
				}
				r := h.Get(t, p.Code, to)
				if next := r.Header.Get("Location"); next != "" {
					r = h.Get(t, p.Code, next)
				}
				if r.Status != 200 {
					t.Errorf("%s: %s is answered %d at %s", name, p.Code, r.Status, to)
				}
			}
		}
		if len(tried) < 15 {
			t.Errorf("%s: only %d kinds of post", name, len(tried))
		}
	}
}
