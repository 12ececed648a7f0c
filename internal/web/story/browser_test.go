package story_test

import (
	"testing"

	"huying/internal/domain/matter"
	"huying/internal/web/webtest"
)

// One matter from triage to its verdict on one page, by mouse; what the unit
// that was ordered does happens at its own desk meanwhile.
func TestAMatterFromTriageToVerdict(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	c := open(t)
	no := c.call("440106001", "五山路口的人行道上堆满落叶和饭盒，三天没有人扫，下雨天老人走过去打滑。")
	path := "/matters/" + no.Number()
	tab := webtest.Browse(t).Tab(t, c.URL, 1366, 768).As(c.dispatcher()).Open(path)
	tab.See("#story", "待核实").Click(`[data-act="verify"]`).See("#preview", "分流").Click("#act-verify button[type=submit]").See("#story", "待分流")

	tab.Click(`[data-act="triage"]`).Click(`#act-triage [value="大事"]`).Type(`#act-triage [name="reason"]`, "路面保洁是政府职责，派城管部门办理。").See("#preview", "派单")
	tab.Click("#act-triage button[type=submit]").See("#story", "待派单")

	tab.Click(`[data-act="issue"]`).Set(`#act-issue [name="lead"]`, bureau).See("#preview", "回复").Shot("story-order", false)
	tab.Click("#act-issue button[type=submit]").See("#story", "待签收")

	c.objects(bureau, c.state(no).Orders[0].ID)
	tab.Open(path).See("#story", "审核异议").Click(`[data-act="decide-objection"]`).See("#act", "不归本局")
	to := c.Engine.City().Org.Serving("440106001")
	tab.Click(`#act [name="uphold"][value="yes"]`).Set(`#act [name="to"]`, streetOffice(t, c, to)).Type(`#act [name="note"]`, "该路段由街道养护，改派。")
	tab.Click("#act form button[type=submit]").See("#story", "改派")

	s := c.state(no)
	lead := s.Lead()
	if lead == nil || len(s.Orders) != 2 {
		t.Fatalf("after the objection: %+v", s.Orders)
	}
	c.responds(lead.Debtor, lead.ID, "已组织清扫，落叶和饭盒全部清走，并加了早晚两次巡扫。")
	tab.Open(path).See("#story", "待回访评价").Click(`[data-act="judge"]`).Click(`#act-judge [name="resolved"][value="YES"]`).Set(`#act-judge [name="satisfaction"]`, "5")
	tab.Type(`#act-judge [name="comment"]`, "扫干净了，谢谢。").Shot("story-verdict", false).Click("#act-judge button[type=submit]").See("#story", "已结案").See(".timeline", "扫干净了")
	if s := c.state(no); s.M.Status != matter.Closed {
		t.Errorf("the matter is %s", s.M.Status)
	}
	tab.Quiet().Click(`#proof button`).See("#proof", "核验通过").Click(".sheet button[hx-get$='/due']").See("#due", "回复")
	for _, dark := range []bool{false, true} {
		tab.Look(dark).Accessible()
	}
	tab.Look(false).Shot("story-whole", true).Size(390, 844).Open(path).Shot("story-narrow", true).Accessible().Quiet()
}

// streetOffice is a unit of a street that the duty list lets be ordered.
func streetOffice(t *testing.T, c city, units []string) string {
	t.Helper()
	for _, code := range units {
		if u, ok := c.Engine.City().Org.Unit(code); ok && u.Suffix == "CGB" {
			return code
		}
	}
	t.Fatalf("no unit of %v", units)
	return ""
}
