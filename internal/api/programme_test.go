package api_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

// steeringRoute reports whether a route is one of steering.
func steeringRoute(path string) bool {
	for _, p := range []string{"/key-work", "/batches", "/programmes", "/tasks/", "/commentaries", "/meetings", "/offers", "/decisions", "/projects", "/promises", "/themes", "/disputes", "/documents"} {
		if strings.HasPrefix(path, api.Base+p) {
			return true
		}
	}
	return false
}

func init() {
	for _, rt := range api.Routes() {
		if steeringRoute(rt.Full()) {
			elsewhere[rt.ID] = true
		}
	}
}

// openPack is open over another pack, at a time of its own.
func openPack(t *testing.T, name string, at time.Time) *town {
	t.Helper()
	city, err := pack.Load(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	x := &town{now: at, log: &bytes.Buffer{}}
	db := storetest.SQLite(t, engine.Migrations(), store.Options{Now: x.Now})
	if x.Engine, err = engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: x.Now}); err != nil {
		t.Fatal(err)
	}
	h, err := api.New(api.Deps{Engine: x.Engine, Now: x.Now, Log: slog.New(slog.NewJSONHandler(x.log, nil)), Rates: many()})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	x.url = srv.URL
	return x
}

func days(x *town, n int) string {
	return x.Now().In(ident.Zone).AddDate(0, 0, n).Format(time.DateOnly)
}

// make1 makes a record and returns its number.
func make1(t *testing.T, x *town, path, token string, body any) string {
	t.Helper()
	var made api.Entered
	x.do(t, "POST", "/api/v1"+path, token, body).into(t, 201, &made)
	return made.Number
}

// The records of a body are there for whoever may read them, and are acted on
// by the body alone.
func TestSteeringIsRefusedToWhoHasNoRight(t *testing.T) {
	x := open(t, many())
	body, stranger := x.token(t, "440106-ZH", org.Leader), x.token(t, "440104-ZH", org.Leader)
	worker, unit := x.token(t, "440106001001-JW", org.GridWorker), x.token(t, "440106-CG", org.Handler)
	m, _ := ordered(t, x, "T-1")
	duty := []call{{"title": "x", "lead": "440106-CG", "due": days(x, 9)}}
	record := map[string]string{
		"programmes": make1(t, x, "/programmes", body, call{"code": "P", "title": "x", "measures": duty}),
		"meetings":   make1(t, x, "/meetings", body, call{"kind": "BODY", "day": days(x, 0), "agenda": []string{"x"}, "minutes": "x"}),
		"decisions":  make1(t, x, "/decisions", body, call{"kind": "MAJOR", "title": "x", "proposal": "x", "seats": 9}),
		"projects":   make1(t, x, "/projects", body, call{"title": "x", "kind": "x", "stage": "EARLY", "day": "2026-01-01"}),
		"offers":     make1(t, x, "/offers", unit, call{"kind": "RESOURCE", "topic": "x", "text": "x"}),
		"disputes":   make1(t, x, "/disputes", body, call{"matter": m.No, "parties": []string{"440106-CG", "440106-ZJ"}, "reason": "x"}),
		"batches":    m.No, "promises": m.No, "themes": m.No,
	}
	paper := call{"code": "D", "title": "x", "version": "2026", "from": "2026-01-01", "hash": strings.Repeat("0", 64)}
	record["documents"] = make1(t, x, "/documents", body, paper)
	record["commentaries"] = make1(t, x, "/commentaries", body, call{"month": 202602})
	inputs := map[string]call{
		"add-key-work": {"code": "x", "group": "N", "title": "x"}, "issue-batch": {"tasks": duty}, "start-programme": {"code": "Q", "title": "x", "measures": duty},
		"draw-tasks": {"month": 202602, "checker": "440106-JW"}, "open-commentary": {"month": 202601}, "remark": {"unit": "440106-CG", "text": "x"},
		"keep-meeting": {"kind": "BODY", "day": days(x, 0), "agenda": []string{"x"}, "minutes": "x"}, "post-offer": {"kind": "NEED", "topic": "x", "text": "x"},
		"consent-offer": {"consent": false}, "match-offers": {"need": m.No, "resource": m.No, "title": "x"},
		"propose": {"kind": "MAJOR", "title": "x", "proposal": "x", "seats": 9}, "record-opinion": {"seat": "x", "stance": "AGREE"},
		"add-project": {"title": "x", "kind": "x", "stage": "EARLY", "day": "2026-01-01"}, "move-project": {"stage": "BUILDING", "day": "2026-02-01"},
		"publish-promises": {"year": 2026, "pledges": []call{}}, "start-theme": {"month": 202603, "title": "x", "categories": []string{"x"}, "lead": "440100-CG", "measures": duty},
		"keep-document":   {"code": "E", "title": "x", "version": "2026", "from": "2026-01-01", "hash": strings.Repeat("0", 64)},
		"revise-document": {"version": "2027", "from": "2027-01-01", "hash": strings.Repeat("0", 64)},
		"raise-dispute":   {"matter": m.No, "parties": []string{"440106-CG", "440106-ZJ"}, "reason": "x"}, "settle-dispute": {"lead": "440106-CG", "word": "x"},
	}
	tried := 0
	for _, rt := range api.Routes() {
		if !elsewhere[rt.ID] || !steeringRoute(rt.Full()) {
			continue
		}
		path := rt.Full()
		kind, _, _ := strings.Cut(strings.TrimPrefix(path, api.Base+"/"), "/")
		path = strings.ReplaceAll(path, "{no}", record[kind])
		if rt.ID == "import-programme" {
			path += "?code=Z&title=x"
		}
		var in any
		if b, ok := inputs[rt.ID]; ok {
			in = b
		}
		t.Run(rt.ID, func(t *testing.T) {
			tried++
			x.do(t, rt.Method, path, "", in).problem(t, 401, "token.missing")
			x.do(t, rt.Method, path, worker, in).problem(t, 403, "access.denied")
			if strings.Contains(rt.Full(), "{no}") {
				if r := x.do(t, rt.Method, path, stranger, in); r.status != 404 && !(kind == "disputes" && r.status == 403) {
					t.Errorf("another district: %d %s", r.status, r.body)
				}
			}
			mine := body
			if rt.ID == "consent-offer" {
				mine = unit
			}
			if r := x.do(t, rt.Method, path, mine, in); r.status == 401 || r.status >= 500 || r.status == 403 && rt.ID != "draw-tasks" {
				t.Errorf("the body itself: %d %s", r.status, r.body)
			}
		})
	}
	if tried < 45 {
		t.Errorf("only %d routes of steering were tried", tried)
	}
}

// Journey 6, weekly batch to audit: a batch of five, one false closure found
// by a check, reopened, the month frozen with an adjustment; through the
// interface, on the pack of Luohe.
func TestJourney6WeeklyBatchToAudit(t *testing.T) {
	x := openPack(t, "luohe", time.Date(2024, 5, 15, 9, 0, 0, 0, ident.Zone))
	city := x.token(t, "411100-XT", org.Supervisor)
	due := days(x, 10)
	tasks := []call{
		{"title": "清理不规范标牌", "lead": "411100-ZZ", "due": due, "deliverable": "清理台账", "key": "N01"},
		{"title": "清退违规借调人员", "lead": "411100-RS", "due": due, "key": "N02"},
		{"title": "多格合一平台对接", "lead": "411100-CG", "due": due, "key": "N03"},
		{"title": "源汇区网格整合", "lead": "411102-CG", "due": due, "key": "N03"},
		{"title": "源汇区标牌清理", "lead": "411102-MZ", "key": "N01"},
	}
	p := x.do(t, "POST", "/api/v1/batches", city, call{"tasks": tasks}).problem(t, 422, "duty.date_missing")
	if p.Errors[0].Field != "tasks.4.due" {
		t.Errorf("which line: %+v", p.Errors)
	}
	tasks[4]["due"] = due
	batch := make1(t, x, "/batches", city, call{"tasks": tasks})
	again := x.do(t, "POST", "/api/v1/batches", city, call{"tasks": tasks}, set{"Idempotency-Key": "b"})
	again.problem(t, 409, "batch.week_issued")

	var b api.Stood[api.Batch]
	read := func() { x.do(t, "GET", "/api/v1/batches/"+batch, city, nil).into(t, 200, &b) }
	read()
	if b.Body.Week != "2024-W20" || b.Body.Serial != 1 || b.All != 5 || b.Done != 0 {
		t.Fatalf("%+v", b)
	}
	for _, task := range b.Tasks { // each is answered by its unit and judged by the body
		x.do(t, "POST", "/api/v1/orders/"+task.Order+"/respond", x.token(t, task.Unit, org.Handler), call{"text": "已完成"}).into(t, 200, nil)
		x.do(t, "POST", "/api/v1/orders/"+task.Order+"/judge", city, call{"done": true}).into(t, 200, nil)
	}
	month := make1(t, x, "/commentaries", city, call{"month": 202405})
	x.do(t, "POST", "/api/v1/commentaries/"+month+"/close", city, nil).problem(t, 409, "commentary.month_runs")
	x.pass(19 * 24 * time.Hour)
	x.do(t, "POST", "/api/v1/commentaries/"+month+"/remark", city, call{"unit": "411100-ZZ", "text": "行动快"}).into(t, 200, nil)
	x.do(t, "POST", "/api/v1/commentaries/"+month+"/close", city, call{"actions": []call{{"title": "标牌长效管理", "lead": "411100-ZZ", "due": days(x, 20)}}}).into(t, 200, nil)
	var review api.Review
	look := func() { x.do(t, "GET", "/api/v1/commentaries/"+month, city, nil).into(t, 200, &review) }
	look()
	if review.Status != "FROZEN" || len(review.Hash) != 64 || len(review.Tasks) != 5 || len(review.Units) != 5 || len(review.Actions) != 1 {
		t.Fatalf("%+v", review)
	}
	hash := review.Hash

	var drawn api.DrawnTasks
	x.do(t, "POST", "/api/v1/tasks/draw", city, call{"month": 202405, "checker": "411100-DC", "share": 200}).into(t, 200, &drawn)
	if drawn.Closed != 5 || len(drawn.Drawn) != 1 {
		t.Fatalf("%+v", drawn)
	}
	checker := x.token(t, "411100-DC", org.Handler)
	var m api.Matter
	x.do(t, "GET", "/api/v1/matters/"+drawn.Drawn[0], checker, nil).into(t, 200, &m)
	check := m.Orders[len(m.Orders)-1]
	x.do(t, "POST", "/api/v1/orders/"+check.No+"/check", city, call{"pass": false, "note": "x"}).problem(t, 403, "access.denied")
	x.do(t, "POST", "/api/v1/orders/"+check.No+"/check", checker, call{"pass": false, "note": "标牌还在"}).into(t, 200, &m)
	if m.Status != "REOPENED" {
		t.Fatalf("%s", m.Status)
	}
	look()
	if len(review.Pending) != 1 || len(review.Adjustments) != 0 {
		t.Fatalf("%+v", review.Pending)
	}
	x.do(t, "POST", "/api/v1/commentaries/"+month+"/adjust", city, nil).into(t, 200, nil)
	x.do(t, "POST", "/api/v1/commentaries/"+month+"/adjust", city, nil).problem(t, 409, "commentary.nothing_to_adjust")
	look()
	if len(review.Adjustments) != 1 || review.Adjustments[0].To != "FALSE" || review.Adjustments[0].No != drawn.Drawn[0] || review.Hash != hash || len(review.Pending) != 0 {
		t.Fatalf("%+v", review)
	}
	read()
	if b.Done != 4 {
		t.Errorf("the batch says %d of %d", b.Done, b.All)
	}
	if v, err := x.Verify(context.Background(), nil); err != nil || len(v.Breaks) > 0 {
		t.Errorf("%v %v", v, err)
	}
}

// Journey 13, one theme a month: the figures show a problem of several
// streets, a unit of the city leads, the calls fall, and the data close it; on
// the pack of Beijing.
func TestJourney13OneThemeAMonth(t *testing.T) {
	x := openPack(t, "beijing", time.Date(2026, 3, 11, 9, 0, 0, 0, ident.Zone))
	centre := x.token(t, "110000-ZH", org.Leader)
	hotline := x.token(t, "110000-RX", org.Agent)
	pothole := ""
	for _, l := range x.City().Duty.Leaves() {
		if l.Name == "路面坑洼破损" {
			pothole = l.Code
		}
	}
	n := 0
	calls := func(times int, streets ...string) {
		for i := range times {
			n++
			x.do(t, "POST", "/api/v1/calls", hotline, call{
				"source": "HOTLINE_12345", "source_ref": fmt.Sprint("J13-", n), "kind": "COMPLAINT", "category": pothole, "text": fmt.Sprintf("路面坑洼第%d处", n),
				"place": streets[i%len(streets)],
			}).into(t, 201, nil)
			x.pass(time.Hour)
		}
	}
	calls(9, "110101001", "110101002", "110102001")
	var hot api.HotProblems
	x.do(t, "GET", "/api/v1/themes/hot", centre, nil).into(t, 200, &hot)
	if len(hot.Items) != 1 || hot.Items[0].Category != pothole || hot.Items[0].Calls != 9 || hot.Items[0].Streets != 3 {
		t.Fatalf("%+v", hot)
	}
	theme := make1(t, x, "/themes", centre, call{
		"month": 202603, "title": "道路坑洼治理", "categories": []string{pothole}, "lead": "110000-JT",
		"measures": []call{{"title": "排查修补", "lead": "110000-JT", "due": days(x, 25)}, {"title": "占掘路恢复标准", "lead": "110000-ZJ", "due": days(x, 28)}},
	})
	var now api.ThemeNow
	read := func() { x.do(t, "GET", "/api/v1/themes/"+theme, centre, nil).into(t, 200, &now) }
	read()
	for _, task := range now.Tasks {
		x.do(t, "POST", "/api/v1/orders/"+task.Order+"/respond", x.token(t, task.Unit, org.Handler), call{"text": "已完成"}).into(t, 200, nil)
		x.do(t, "POST", "/api/v1/orders/"+task.Order+"/judge", centre, call{"done": true}).into(t, 200, nil)
	}
	x.do(t, "POST", "/api/v1/themes/"+theme+"/close", centre, nil).problem(t, 409, "theme.too_early")
	x.pass(34 * 24 * time.Hour)
	calls(8, "110101001", "110102001")
	x.do(t, "POST", "/api/v1/themes/"+theme+"/close", centre, nil).problem(t, 409, "theme.not_fallen")
	x.pass(31 * 24 * time.Hour)
	calls(3, "110101002")
	x.do(t, "POST", "/api/v1/themes/"+theme+"/close", centre, nil).into(t, 200, nil)
	read()
	if now.Body.Status != "CLOSED" || now.Body.Before != 9 || now.Body.After != 3 || now.Done != 2 || len(now.Steps) < 6 {
		t.Fatalf("%+v", now)
	}
}
