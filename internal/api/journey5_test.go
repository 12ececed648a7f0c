package api_test

import (
	"net/url"
	"testing"

	"huying/internal/api"
	"huying/internal/domain/org"
)

// Journey 5, off-list push-down, on the pack of Luohe: a bureau of Linying wants
// a form from twelve towns. It is refused with OFF_LIST; it asks for an
// admission; a town is against it, and the county body refuses; the burden
// ledger shows who wanted what, and that the towns were spared it.
func TestJourney5OffListPushDown(t *testing.T) {
	x := openCity(t, "luohe")
	county := "411122"
	var towns []string
	for _, p := range x.City().Territory.Children(county) {
		if len(towns) < 12 {
			towns = append(towns, p.Code)
		}
	}
	bureau := x.token(t, county+"-SJ", org.Handler)
	organiser := x.token(t, county+"-DW", org.Organiser)
	first := x.token(t, towns[0]+"-DGW", org.Secretary)

	form := call{
		"kind": "FORM", "name": "门店安全情况统计表", "item": "TJ0101", "basis": "市场监管通知", "minutes": 90, "places": towns,
		"fields": []call{{"code": "SHOPS", "name": "门店数"}},
	}
	var wrong api.Problem
	x.do(t, "POST", "/api/v1/demands", bureau, form).into(t, 409, &wrong)
	if wrong.Code != "order.off_list" {
		t.Fatalf("the form was refused with %+v", wrong)
	}
	var asked struct{ Items []struct{ May bool } }
	x.do(t, "GET", "/api/v1/may-ask?place="+towns[0]+"&q=TJ0101", first, nil).into(t, 200, &asked)
	if len(asked.Items) != 0 {
		t.Fatalf("it stands on the town's list: %+v", asked)
	}

	request := call{
		"item": "TJ0101", "name": "门店安全情况统计", "towns": towns, "reason": "节前专项摸底", "minutes": 90, "until": 20260430, "people": 1,
	}
	x.do(t, "POST", "/api/v1/admissions", bureau, request).into(t, 422, &wrong)
	if wrong.Code != "admission.basis_missing" {
		t.Fatalf("a request without basis: %+v", wrong)
	}
	request["basis"] = "市场监管通知"
	var made api.Entered
	x.do(t, "POST", "/api/v1/admissions", bureau, request, set{"Idempotency-Key": "j5"}).into(t, 201, &made)
	again := made
	x.do(t, "POST", "/api/v1/admissions", bureau, request, set{"Idempotency-Key": "j5"}).into(t, 201, &again)
	if again != made {
		t.Fatalf("the same request made %v, then %v", made, again)
	}
	self := "/api/v1/admissions/" + made.Number
	var whole api.AdmissionWhole
	x.do(t, "GET", self, organiser, nil).into(t, 200, &whole)
	if len(whole.Opinions) != 12 || whole.Body.Status != "REQUESTED" {
		t.Fatalf("the request: %+v", whole)
	}
	x.do(t, "POST", self+"/decide", organiser, call{"grant": false, "text": "从现有数据取用"}).into(t, 409, &wrong)
	if wrong.Code != "admission.opinions_open" {
		t.Fatalf("decided before the towns spoke: %+v", wrong)
	}
	for i, o := range whole.Opinions {
		secretary := x.token(t, o.Unit, org.Secretary)
		answer := call{"text": "没有意见", "result": "AGREE"}
		if i == 0 {
			answer = call{"text": "与日常台账重复", "result": "DISAGREE"}
		}
		x.do(t, "POST", "/api/v1/orders/"+o.Order+"/respond", secretary, answer).into(t, 200, nil)
	}
	x.do(t, "POST", self+"/decide", bureau, call{"grant": true, "text": "自己批"}).into(t, 403, nil)
	x.do(t, "POST", self+"/decide", organiser, call{"grant": false, "text": "从现有数据取用"}).into(t, 200, nil)
	x.do(t, "GET", self, first, nil).into(t, 200, &whole)
	if whole.Body.Status != "REFUSED" || whole.Opinions[0].Result != "DISAGREE" {
		t.Fatalf("the decision: %+v", whole)
	}
	x.do(t, "POST", "/api/v1/demands", bureau, form).into(t, 409, nil)

	var report api.BurdenReport
	x.do(t, "GET", "/api/v1/burden/report?place="+county+"&month=202603", organiser, nil).into(t, 200, &report)
	if len(report.Items) != 1 || report.Items[0].Issuer != county+"-SJ" || report.Items[0].Refused != 12 || report.Items[0].Spared != 12*90 {
		t.Fatalf("the month: %+v", report)
	}
	var mine api.Page[api.Kept[api.BurdenEntry]]
	x.do(t, "GET", "/api/v1/burden?status=REFUSED", first, nil).into(t, 200, &mine)
	if len(mine.Items) != 1 || mine.Items[0].Body.About != made.Number {
		t.Fatalf("what the town sees: %+v", mine)
	}
}

// A list comes in as a file, is previewed, and refused whole with every line
// that is wrong.
func TestADutyListIsImportedAsAFile(t *testing.T) {
	x := open(t, many())
	organiser := x.token(t, "440106-DW", org.Organiser)
	q := func(path, file string, more ...string) string {
		v := url.Values{"kind": {"STREET_TASKS"}, "place": {"440106001"}, "name": {"五山清单"}, "source": {"示例文件"}, "file": {file}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return "/api/v1/duty-lists" + path + "?" + v.Encode()
	}
	good := "编码,上级编码,事项名称,类别,牵头单位,配合单位,依据\nA,,市容,,,,\nA1,A,暴露垃圾清理,基本履职,TOWN:CGB,,示例依据\nA2,A,建筑垃圾清理,配合履职,DISTRICT:CG,TOWN:CGB,示例依据\n"
	csv := set{"Content-Type": "text/csv"}
	var preview api.ListPreview
	x.do(t, "POST", q("/check", "list.csv", "levels", "1/2"), organiser, good, csv).into(t, 200, &preview)
	if preview.Shape != "1/2" || preview.New != 3 || preview.Version != 1 {
		t.Fatalf("%+v", preview)
	}
	var wrong api.Problem
	x.do(t, "POST", q("", "list.csv"), organiser, good+"A2,A,又一次,基本履职,,,\nA3,B,无上级,基本履职,TOWN:CGB,,示例依据\n", csv).into(t, 422, &wrong)
	if len(wrong.Errors) != 2 {
		t.Fatalf("%+v", wrong)
	}
	x.do(t, "POST", q("", "list.exe"), organiser, good, csv).into(t, 422, nil)
	x.do(t, "POST", q("", "list.csv"), x.token(t, "440106-CG", org.Handler), good, csv).into(t, 403, nil)
	var made api.Entered
	x.do(t, "POST", q("", "list.csv"), organiser, good, csv).into(t, 201, &made)
	var items api.Page[api.DutyItem]
	x.do(t, "GET", "/api/v1/duty-lists/"+made.Number+"/items?limit=2", organiser, nil).into(t, 200, &items)
	if len(items.Items) != 2 || items.Next == "" || items.Items[1].Path[0] != "市容" {
		t.Fatalf("%+v", items)
	}
	x.do(t, "GET", items.Next, organiser, nil).into(t, 200, &items)
	if len(items.Items) != 1 || items.Items[0].Kind != "ASSIST" {
		t.Fatalf("%+v", items)
	}
}
