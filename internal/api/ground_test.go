package api_test

import (
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// The ground over the interface: what is seen, entered and gone round in a town
// of Yangtun, and what is read of it.
func TestTheGroundOverHTTP(t *testing.T) {
	x := openCity(t, "yangtun")
	const town = "320322102"
	tree := x.City().Territory
	home := tree.Children(town)[0].Code
	g := tree.Children(home)[0].Code
	desk, worker := x.token(t, town+"-ZH", org.Dispatcher), x.token(t, home+"-JW", org.GridWorker)
	post := func(path, token string, body call, want int) string {
		t.Helper()
		var made api.Entered
		x.do(t, "POST", "/api/v1"+path, token, body).into(t, want, &made)
		return made.Number
	}
	get := func(path, token string, into any) {
		t.Helper()
		x.do(t, "GET", "/api/v1"+path, token, nil).into(t, 200, into)
	}

	// A device sees something, and a person says what it is.
	device := post("/devices", desk, call{
		"code": "D1", "kind": "SCENE", "place": g, "where": "桥头", "purpose": "看积水", "basis": "防洪法", "keeps": 30, "published": true,
	}, 201)
	x.do(t, "POST", "/api/v1/devices", desk, call{"code": "D2", "kind": "FACE", "place": g}).problem(t, 422, "device.watches_persons")
	x.do(t, "POST", "/api/v1/devices/"+device+"/scenes", desk, call{"kind": "WATER"}).problem(t, 409, "scene.device_off")
	post("/devices/"+device+"/activate", desk, call{}, 200)
	scene := post("/devices/"+device+"/scenes", desk, call{"kind": "WATER", "picture": base64.StdEncoding.EncodeToString(picture(t))}, 201)
	shown := x.do(t, "GET", "/api/v1/scenes/"+scene+"/picture", desk, nil).into(t, 200, nil)
	if shown.header.Get("Content-Type") != "image/png" || len(shown.body) == 0 {
		t.Errorf("the picture: %v", shown.header)
	}
	post("/scenes/"+scene+"/confirm", worker, call{"text": "桥头积水没过脚踝"}, 200)
	other := post("/devices/"+device+"/scenes", desk, call{"kind": "RUBBISH"}, 201)
	post("/scenes/"+other+"/dismiss", worker, call{}, 200)
	var scenes api.Page[api.Kept[api.Scene]]
	get("/scenes?town="+town, desk, &scenes)
	if len(scenes.Items) != 2 || scenes.Items[0].Body.Status != "DISMISSED" || scenes.Items[1].Body.Matter == "" || !scenes.Items[1].Body.At.Equal(x.Now()) {
		t.Fatalf("%+v", scenes.Items)
	}
	x.do(t, "POST", "/api/v1/calls", desk, call{"source": "SENSOR", "kind": "EVENT", "text": "x", "place": g}).problem(t, 422, "inlet.needs_person")

	var waits api.Page[api.Waiting]
	get("/findings?town="+town, desk, &waits)
	if len(waits.Items) != 1 || waits.Items[0].Matter != scenes.Items[1].Body.Matter || waits.Items[0].Origin != scene || waits.Items[0].Late || waits.Next != "" {
		t.Fatalf("findings that wait: %+v", waits)
	}

	// The desk sends a team after it.
	team := town + "-ZFD"
	category := ""
	for _, l := range x.City().Duty.Leaves() {
		if l.Lead.Level == org.Town && l.Lead.Suffix == "ZFD" && !l.Instant {
			category = l.Code
		}
	}
	entry := post("/grid-entries", worker, call{"verb": "PROBLEM", "grid": g, "text": "占道堆货", "category": category}, 201)
	var entered api.GridEntry
	get("/grid-entries/"+entry, worker, &entered)
	if entered.Verb != "PROBLEM" || entered.Grid != g || entered.Day != 20260310 {
		t.Fatalf("%+v", entered)
	}
	x.pass(30 * time.Minute)
	post("/matters/"+entered.Made+"/send-team", desk, call{"unit": team, "why": "现场查处"}, 201)
	x.do(t, "POST", "/api/v1/matters/"+entered.Made+"/send-team", worker, call{"unit": team, "why": "x"}).into(t, 403, nil)
	var leads api.Page[api.Lead]
	get("/leads?town="+town, desk, &leads)
	if len(leads.Items) != 1 || leads.Items[0].Origin != entry || leads.Items[0].Minutes != 30 || leads.Items[0].Late || leads.Items[0].Status != "ISSUED" {
		t.Fatalf("%+v", leads.Items)
	}

	// Tasks of the grid, and a patrol where most is open.
	post("/chores", worker, call{"grid": g, "code": "HAZARD", "findings": []call{{"text": "电线老化"}}}, 201)
	var board api.Chores
	get("/grids/"+g+"/chores", worker, &board)
	done := 0
	for _, c := range board.Items {
		if c.State == "DONE" {
			done++
		}
	}
	if len(board.Items) != len(x.City().Chores) || done != 1 {
		t.Fatalf("%+v", board.Items)
	}
	var densest api.Densest
	get("/patrols/densest?town="+town, desk, &densest)
	if len(densest.Items) != 1 || densest.Items[0].Grid != g || densest.Items[0].Open != 3 {
		t.Fatalf("%+v", densest)
	}
	post("/patrols", desk, call{"town": town, "team": team, "day": 20260311, "title": "高发网格巡查", "threshold": densest.Threshold}, 201)
	var patrols api.Page[api.Kept[api.Patrol]]
	get("/patrols?town="+town, desk, &patrols)
	if len(patrols.Items) != 1 || len(patrols.Items[0].Body.Grids) != 1 || patrols.Items[0].Body.Team != team {
		t.Fatalf("%+v", patrols.Items)
	}

	// Where a spot lies, who serves it, and shares.
	at := x.inside(t, g)
	var found api.Located
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', 7, 64) }
	get("/ground/locate?lon="+degrees(at[0])+"&lat="+degrees(at[1]), desk, &found)
	if found.Address.Grid != g || len(found.Team.Chain) != 3 || found.Team.Chain[2].Place.Code != town {
		t.Fatalf("%+v", found)
	}
	x.do(t, "GET", "/api/v1/ground/locate?place=nowhere", desk, nil).problem(t, 404, "place.unknown")
	x.do(t, "GET", "/api/v1/ground/locate?lon=1&lat=1", desk, nil).into(t, 422, nil)
	var share api.Ratio
	get("/ground/solved?town="+town, desk, &share)
	if share.Of != 0 || share.Percent != "" {
		t.Errorf("nothing is closed: %+v", share)
	}
	post("/grid-entries", worker, call{"verb": "INFO", "grid": g, "class": "RESIDENT", "count": 120}, 201)
	var towns api.Progress
	get("/ground/progress?class=RESIDENT", desk, &towns)
	if len(towns.Items) != 1 || towns.Items[0].Town != town || towns.Items[0].N != 1 || towns.Items[0].Total != 120 {
		t.Fatalf("%+v", towns)
	}
	x.do(t, "GET", "/api/v1/ground/progress?class=CALLERS", desk, nil).into(t, 422, nil)
	x.do(t, "GET", "/api/v1/ground/three-posts?place="+town, desk, nil).problem(t, 409, "station.post_unknown")
	x.until(t, time.Date(2026, 3, 12, 9, 0, 0, 0, ident.Zone))
}

// A sheet of buildings is taken whole or not at all, and every line is told; the
// public notice shows posts.
func TestBuildingsOverHTTP(t *testing.T) {
	x := openCity(t, "yangtun")
	const town = "320322102"
	home := x.City().Territory.Children(town)[0].Code
	g := x.City().Territory.Children(home)[0].Code
	desk, worker := x.token(t, town+"-ZH", org.Dispatcher), x.token(t, home+"-JW", org.GridWorker)
	csv, q := set{"Content-Type": "text/csv"}, "/api/v1/buildings/import?file=b.csv&town="+town
	head := "编码,楼栋,网格,联络岗位,值守电话\n"
	p := x.do(t, "POST", q, desk, head+"L1,一号楼,"+g+",,\nL1,二号楼,"+g+",,\nL3,,x,,0516-1\n", csv).problem(t, 422, "list_row.duplicate")
	codes := map[string]bool{}
	for _, e := range p.Errors {
		codes[e.Code] = true
	}
	for _, want := range []string{"building_row.name_missing", "building_row.grid_unknown", "building_row.phone_without_post"} {
		if !codes[want] {
			t.Errorf("%s is not told", want)
		}
	}
	x.do(t, "POST", q, worker, head+"L1,一号楼,"+g+",,\n", csv).problem(t, 403, "access.denied")
	x.do(t, "POST", q, desk, head+"L1,一号楼,"+g+",楼栋联络岗,0516-89000000\nL2,二号楼,"+g+",,\n", csv).into(t, 201, nil)
	var list api.Page[api.Kept[api.Building]]
	x.do(t, "GET", "/api/v1/buildings?town="+town, desk, nil).into(t, 200, &list)
	if len(list.Items) != 2 || list.Items[0].Body.Code != "L2" || list.Items[0].Body.Post != "" {
		t.Fatalf("%+v", list.Items)
	}
	second := "/api/v1/buildings/" + list.Items[0].Number
	x.do(t, "POST", second+"/contact", worker, call{"post": "楼栋联络岗"}).problem(t, 403, "access.denied")
	x.do(t, "POST", second+"/contact", desk, call{"post": "楼栋联络岗"}).into(t, 200, nil)
	var notice api.Contacts
	x.do(t, "GET", "/api/v1/public/contacts?town="+town, "", nil).into(t, 200, &notice)
	if len(notice.Items) != 2 || notice.Items[0].Phone != "0516-89000000" || notice.Items[1].Post != "楼栋联络岗" {
		t.Fatalf("%+v", notice.Items)
	}
	var gaps api.Gaps
	x.do(t, "GET", "/api/v1/ground/gaps?town="+town, desk, nil).into(t, 200, &gaps)
	if gaps.Buildings != 2 || gaps.Contacted != 2 || len(gaps.Uncontact) != 0 {
		t.Fatalf("%+v", gaps)
	}
	x.do(t, "POST", second+"/vacate", desk, call{}).into(t, 200, nil)
	x.do(t, "POST", second+"/end", desk, call{}).into(t, 200, nil)
	x.do(t, "POST", second+"/end", desk, call{}).problem(t, 409, "building.ended")
	x.do(t, "POST", "/api/v1/buildings", desk, call{"code": "L3", "name": "三号楼", "grid": home}).problem(t, 422, "building.not_in_grid")
}
