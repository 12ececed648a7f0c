package story_test

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/story"
	"huying/internal/web/webtest"
)

// code says whether an answer tells a fault.
func code(r webtest.Reply, want string) bool { return r.Has(`data-code="` + want + `"`) }

// Each act tells what is wrong with what was sent, and does nothing.
func TestBadInputOfEachAct(t *testing.T) {
	c := open(t)
	fresh, verified := c.call("440106001", "路面有泥沙"), c.call("440106001", "路面有油污")
	c.must(c.act(c.dispatcher(), verified, "verify", nil))
	ordered, order1 := c.ordered("路面有积尘")
	objected, order2 := c.ordered("路面有落叶")
	c.objects(bureau, order2)
	answered, order3 := c.ordered("路面有饭盒")
	c.responds(bureau, order3, "已清扫")
	long, hidden := strings.Repeat("长", matter.MaxText+1), "理由\u202e倒着"
	for _, x := range []struct {
		act   string
		no    ident.ID
		order ident.ID
		form  url.Values
		want  string
	}{
		{"verify", fresh, 0, url.Values{"category": {"XX99 没有"}}, "category.unknown"},
		{"verify", fresh, 0, url.Values{"urgency": {"SOON"}}, "urgency.unknown"},
		{"verify", fresh, 0, url.Values{"place": {"440105001"}}, "matter.other_district"},
		{"advise", fresh, 0, nil, "text.missing"},
		{"advise", fresh, 0, url.Values{"answer": {long}}, "text.too_long"},
		{"refer", fresh, 0, url.Values{"channel": {"NOWHERE"}}, "channel.unknown"},
		{"take-back", fresh, 0, url.Values{"reason": {"x"}}, "matter.move_refused"},
		{"triage", verified, 0, url.Values{"class": {"大事"}}, "text.missing"},
		{"triage", verified, 0, url.Values{"class": {"天大的事"}, "reason": {"x"}}, "class.unknown"},
		{"triage", verified, 0, url.Values{"class": {"大事"}, "reason": {hidden}}, "text.control_character"},
		{"issue", verified, 0, url.Values{"lead": {bureau}}, "matter.not_ready_for_order"},
		{"issue", ordered, 0, url.Values{"co": {"NOBODY"}}, "unit.unknown"},
		{"issue", ordered, 0, url.Values{"co": {"440105-CG"}}, "order.unit_elsewhere"},
		{"issue", ordered, 0, url.Values{"co": {"440106-ZJ"}, "amount": {"many"}, "unit": {"WD"}}, "limit.malformed"},
		{"issue", ordered, 0, url.Values{"co": {"440106-ZJ"}, "amount": {"999"}, "unit": {"WD"}}, "order.limit_longer_than_list"},
		{"convene", ordered, 0, url.Values{"party": {bureau}, "reason": {"意见不一"}}, "conference.parties"},
		{"decide-conference", ordered, 0, url.Values{"minutes": {"定"}, "lead": {bureau}}, "conference.none_open"},
		{"pause", ordered, 0, url.Values{"reason": {"LAZY"}, "until": {"2026-04-10T09:00"}}, "pause.reason_unknown"},
		{"pause", ordered, 0, url.Values{"reason": {"LAZY"}, "until": {"someday"}}, "time.malformed"},
		{"resume", ordered, 0, nil, "pause.not_paused"},
		{"defer", ordered, 0, url.Values{"reason": {"等雨季过"}, "plan": {"雨季后铺"}, "review": {"2020-01-01T00:00"}}, "date.out_of_range"},
		{"undefer", ordered, 0, nil, "matter.move_refused"},
		{"judge", ordered, 0, url.Values{"resolved": {"YES"}, "by": {"phone"}}, "verdict.not_answered_yet"},
		{"judge", answered, 0, url.Values{"by": {"phone"}}, "verdict.unknown"},
		{"judge", answered, 0, url.Values{"resolved": {"YES"}, "by": {"phone"}, "satisfaction": {"9"}}, "verdict.satisfaction_range"},
		{"judge", answered, 0, url.Values{"resolved": {"YES"}, "by": {"self"}}, "verdict.ask_caller_first"},
		{"judge", answered, 0, url.Values{"resolved": {"YES"}, "by": {"phone"}, "voter": {fresh.Number()}}, "verdict.not_a_caller"},
		{"contact", ordered, 0, url.Values{"reached": {"true"}}, "contact.channel_missing"},
		{"reopen", ordered, 0, url.Values{"reason": {"x"}}, "matter.move_refused"},
		{"merge", ordered, 0, url.Values{"into": {"12"}}, "number.malformed"},
		{"merge", ordered, 0, url.Values{"into": {ordered.Number()}}, "merge.itself"},
		{"unmerge", ordered, 0, url.Values{"reason": {"x"}}, "merge.not_merged"},
		{"split", ordered, 0, nil, "text.missing"},
		{"exclusion", ordered, 0, url.Values{"ground": {"MOOD"}, "reason": {"x"}}, "exclusion.ground_unknown"},
		{"judge", ordered, order1, url.Values{}, "form.choose"},
		{"judge", ordered, order1, url.Values{"done": {"yes"}}, "order.not_answered"},
		{"judge", answered, order3, url.Values{"done": {"no"}}, "text.missing"},
		{"withdraw", ordered, order1, nil, "text.missing"},
		{"withdraw", answered, order3, url.Values{"reason": {"x"}}, "order.answered_already"},
		{"decide-extension", ordered, order1, url.Values{"grant": {"yes"}}, "extension.none_asked"},
		{"decide-objection", objected, order2, url.Values{"note": {"x"}}, "form.choose"},
		{"decide-objection", objected, order2, url.Values{"uphold": {"yes"}}, "text.missing"},
		{"decide-objection", objected, order2, url.Values{"uphold": {"yes"}, "to": {bureau}, "note": {"x"}}, "order.unit_twice"},
		{"remind", answered, order3, nil, "reminder.nothing_owed"},
		{"supervise", ordered, order1, nil, "text.missing"},
		{"decide-card", ordered, order1, url.Values{"uphold": {"no"}, "colour": {"RED"}, "note": {"x"}}, "card.not_found"},
	} {
		before := c.state(x.no).Rev
		var r webtest.Reply
		if x.order != 0 {
			r = c.actOrder(c.dispatcher(), x.no, x.order, x.act, x.form)
		} else {
			r = c.act(c.dispatcher(), x.no, x.act, x.form)
		}
		if !code(r, x.want) || r.Status < 400 || r.Status >= 500 {
			t.Errorf("%s %v: %d, want %s: %.300s", x.act, x.form, r.Status, x.want, r.Body)
		}
		if now := c.state(x.no).Rev; now != before {
			t.Errorf("%s %v changed the matter", x.act, x.form)
		}
	}
}

func (c city) must(r webtest.Reply) {
	c.t.Helper()
	if r.Status != 200 {
		c.t.Fatalf("%d %s", r.Status, r.Body)
	}
}

// actRoutes are the addresses of all acts and their trials.
func actRoutes() []frame.Route {
	return slices.DeleteFunc(story.Routes(story.Desks{}), func(r frame.Route) bool { return r.Method != "POST" || !strings.Contains(r.Path, "{no}") })
}

// A number of somebody else's matter or order leads nowhere, in an address or
// in a form, whatever the act.
func TestSomebodyElsesNumbersLeadNowhere(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	mine, foreign := c.call("440105001", "海珠的路"), c.post(other, org.Dispatcher)
	before := c.state(no).Rev
	form := url.Values{
		"reason": {"x"}, "note": {"x"}, "answer": {"x"}, "class": {"大事"}, "lead": {"440105-CG"}, "uphold": {"yes"}, "done": {"yes"}, "grant": {"yes"}, "resolved": {"YES"},
		"by": {"phone"}, "text": {"x"}, "plan": {"x"}, "grounds": {"x"}, "minutes": {"x"}, "colour": {"RED"}, "channel": {"PHONE"}, "purpose": {"x"}, "into": {mine.Number()},
		"party": {"440105-CG", "440105-ZH"}, "until": {"2026-04-01T09:00"}, "review": {"2026-04-01T09:00"}, "ground": {"x"},
	}
	for _, rt := range actRoutes() {
		target := no
		if strings.HasPrefix(rt.Path, "/orders/") {
			target = order
		}
		path := strings.Replace(rt.Path, "{no}", target.Number(), 1)
		if r := c.send(foreign, path, before, form); r.Status != 404 && r.Status != 403 || r.Has("路面") {
			t.Errorf("%s as another district: %d %.200s", path, r.Status, r.Body)
		}
		if r := c.Do(t, "POST", "", path, strings.NewReader(form.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}); r.Status != 401 || !strings.Contains(r.Header.Get("HX-Trigger"), "signin") {
			t.Errorf("%s as nobody: %d", path, r.Status)
		}
	}
	if now := c.state(no).Rev; now != before {
		t.Errorf("another district changed the matter")
	}
	// A number of another district's matter within a form of one's own.
	if r := c.act(foreign, mine, "merge", url.Values{"into": {no.Number()}}); r.Status != 404 || c.state(mine).M.Status == matter.Merged {
		t.Errorf("merged into another district's matter: %d %s", r.Status, r.Body)
	}
	if r := c.act(c.dispatcher(), no, "merge", url.Values{"into": {mine.Number()}}); r.Status < 400 || c.state(no).M.Status == matter.Merged {
		t.Errorf("merged away: %d", r.Status)
	}
}

func TestOnlyTheRightPostActs(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	handler := c.post(bureau, org.Handler)
	for _, x := range []struct {
		act  string
		form url.Values
		want int
	}{
		{"withdraw", url.Values{"reason": {"不想办"}}, 403}, {"remind", nil, 403}, {"supervise", url.Values{"grounds": {"x"}}, 403},
		{"decide-objection", url.Values{"uphold": {"yes"}, "note": {"x"}}, 403}, {"decide-extension", url.Values{"grant": {"yes"}}, 403},
	} {
		if r := c.actOrder(handler, no, order, x.act, x.form); r.Status != x.want {
			t.Errorf("the unit that owes the order may %s: %d %s", x.act, r.Status, r.Body)
		}
	}
	c.responds(bureau, order, "已清扫")
	if r := c.actOrder(handler, no, order, "judge", url.Values{"done": {"yes"}}); r.Status != 403 {
		t.Errorf("the unit judges its own answer: %d", r.Status)
	}
	if r := c.act(handler, no, "judge", url.Values{"resolved": {"YES"}, "by": {"phone"}}); r.Status != 403 {
		t.Errorf("the unit judges the matter: %d", r.Status)
	}
}

// A form that is sent twice acts once.
func TestADoubleClickActsOnce(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	form := url.Values{"rev": {strconv.FormatInt(c.state(no).Rev, 10)}, "key": {"double-click"}, "note": {"请抓紧"}}
	for range 2 {
		c.must(c.Send(t, c.dispatcher(), "/orders/"+order.Number()+"/remind", form))
	}
	if n := c.state(no).Orders[0].Reminders; n != 1 {
		t.Errorf("%d reminders", n)
	}
}

var nextRev = regexp.MustCompile(`name="rev" value="(\d+)"`)

// Whoever acts on what has changed meanwhile is told who did what, and may go
// on from there with what was written.
func TestWhoDidWhatMeanwhile(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	seen := c.state(no).Rev
	if _, err := dispatch.New(c.Engine).Sign(t.Context(), c.cmd(c.post(bureau, org.Handler)), order, struct{}{}); err != nil {
		t.Fatal(err)
	}
	path := "/orders/" + order.Number() + "/withdraw"
	r := c.send(c.dispatcher(), path, seen, url.Values{"reason": {"派错了"}})
	if r.Status != 409 || !code(r, "matter.changed_meanwhile") || !r.Has("天河区城市管理和综合执法局签收") || !r.Has("承办岗") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	m := nextRev.FindStringSubmatch(r.Body)
	if m == nil || m[1] != strconv.FormatInt(seen+1, 10) {
		t.Fatalf("the answer does not let the form go on: %s", r.Body)
	}
	c.must(c.Send(t, c.dispatcher(), path, url.Values{"rev": {m[1], strconv.FormatInt(seen, 10)}, "key": {"again"}, "reason": {"派错了"}}))
	if s := c.state(no); s.M.Status != matter.Triaged || s.Orders[0].Status != withdrawn {
		t.Errorf("%s, %s", s.M.Status, s.Orders[0].Status)
	}
	if r := c.send(c.post(other, org.Dispatcher), path, 1, url.Values{"reason": {"x"}}); r.Status != 404 || r.Has("签收") {
		t.Errorf("another district is told what happened: %d %s", r.Status, r.Body)
	}
}

const withdrawn = order.Withdrawn

// A trial says what becomes of states and clocks, and keeps nothing.
func TestATrialKeepsNothing(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	before := c.state(no)
	for path, want := range map[string]string{
		"/matters/" + no.Number() + "/preview/issue":       "",
		"/orders/" + order.Number() + "/preview/withdraw":  "诉求转为“已分流”",
		"/orders/" + order.Number() + "/preview/supervise": "“回复”开始",
	} {
		form := url.Values{"co": {"440106-ZJ"}}
		r := c.Send(t, c.dispatcher(), path, form)
		if r.Status != 200 || !r.Has(want) {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	r := c.Send(t, c.dispatcher(), "/matters/"+no.Number()+"/preview/pause", url.Values{"reason": {"LAZY"}, "until": {"2026-04-01T09:00"}})
	if r.Status != 200 || !r.Has("中止") {
		t.Errorf("a trial that cannot be: %d %s", r.Status, r.Body)
	}
	if after := c.state(no); after.Rev != before.Rev || len(after.Orders) != 1 {
		t.Errorf("a trial changed the matter")
	}
}

// The other acts, each once as it is meant.
func TestTheOtherActs(t *testing.T) {
	c := open(t)
	d := c.dispatcher()
	a, b := c.call("440106001", "路面有泥沙"), c.call("440106001", "路面有泥沙，请打扫")
	if r := c.Get(t, d, "/matters/"+a.Number()+"/act/merge"); !r.Has(b.Number()) || !r.Has("内容相似") || !r.Has("请打扫") {
		t.Errorf("no duplicate is suggested: %s", r.Body)
	}
	c.must(c.act(d, a, "merge", url.Values{"near": {b.Number()}, "reason": {"同一处"}}))
	if s := c.state(a); s.M.Status != matter.Merged || s.M.MergedInto != b {
		t.Fatalf("%+v", s.M)
	}
	if r := c.Get(t, d, "/matters/"+a.Number()); !r.Has("已并入诉求 "+b.Number()) || !r.Has(`data-act="unmerge"`) {
		t.Error("the page of a merged matter does not say into which")
	}
	c.must(c.act(d, a, "unmerge", url.Values{"reason": {"不是同一处"}}))
	c.must(c.act(d, a, "split", url.Values{"text": {"还有井盖响"}}))
	if r := c.Get(t, d, "/matters/"+a.Number()); !r.Has("拆分出") {
		t.Error("the page does not link what was split off")
	}
	channel := slices.Sorted(maps.Keys(c.Engine.City().Channels))[0]
	c.must(c.act(d, a, "refer", url.Values{"channel": {channel}, "note": {"请走法定渠道"}}))
	c.must(c.act(d, a, "take-back", url.Values{"reason": {"对方退回"}}))
	c.must(c.act(d, a, "advise", url.Values{"answer": {"已电话答复"}}))

	no, order := c.ordered("路面有油污")
	c.must(c.act(d, no, "contact", url.Values{"channel": {"PHONE"}, "reached": {"false"}}))
	reason := slices.Sorted(maps.Keys(c.Engine.City().PauseReasons))[0]
	c.must(c.act(d, no, "pause", url.Values{"reason": {reason}, "until": {"2026-04-03T09:00"}}))
	if r := c.Get(t, d, "/matters/"+no.Number()); !r.Has("中止计时：") {
		t.Error("the page does not say why the clocks stand still")
	}
	c.must(c.act(d, no, "resume", nil))
	c.must(c.act(d, no, "defer", url.Values{"reason": {"等材料"}, "plan": {"材料到后三日内铺好"}, "review": {"2026-04-10T09:00"}}))
	c.must(c.act(d, no, "undefer", nil))
	c.must(c.act(d, no, "convene", url.Values{"party": {bureau, "440106-ZJ"}, "reason": {"职责不清"}}))
	c.must(c.act(c.post("440106-ZH", org.Dispatcher), no, "decide-conference", url.Values{"minutes": {"由城管局主办"}, "lead": {bureau}}))
	ground := slices.Sorted(maps.Keys(c.Engine.City().ExclusionGround))[0]
	c.must(c.act(d, no, "exclusion", url.Values{"ground": {ground}, "reason": {"不属于可评范围"}}))
	c.must(c.act(c.post("440106-PG", org.Assessor), no, "decide-exclusion", url.Values{"grant": {"no"}, "note": {"不符合"}}))
	if _, err := dispatch.New(c.Engine).AskExtension(t.Context(), c.cmd(c.post(bureau, org.Handler)), order, dispatch.AskExtension{Limit: "1 WORK_HOUR", Reason: "洒水车在修"}); err != nil {
		t.Fatal(err)
	}
	c.must(c.actOrder(d, no, order, "decide-extension", url.Values{"grant": {"no"}, "note": {"请按时办"}}))
	c.must(c.actOrder(d, no, order, "supervise", url.Values{"grounds": {"拖了三天"}}))
	c.responds(bureau, order, "已清扫")
	c.must(c.actOrder(d, no, order, "judge", url.Values{"done": {"no"}, "reason": {"还有油污"}}))
	r := c.Get(t, d, "/matters/"+no.Number())
	for _, want := range []string{"未联系上", "挂账", "由城管局主办", "没有办好", "还有油污", "拖了三天", "不符合"} {
		if !r.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if due := c.Get(t, d, "/matters/"+no.Number()+"/due"); due.Status != 200 || !due.Has("计时中止") && !due.Has("计入") {
		t.Errorf("the days of the clocks: %d %.300s", due.Status, due.Body)
	}
}
