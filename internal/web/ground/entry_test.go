package ground_test

import (
	"encoding/base64"
	"strings"
	"testing"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// pixel is a PNG of one pixel.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

func TestSixThingsAreEnteredInAGrid(t *testing.T) {
	h, c := open(t)
	at := "/ground/grids/" + square + "/enter"
	shows(t, h, c.worker, "/ground/grids/"+square, at)
	shows(t, h, c.worker, at, "需求", "信息", "隐患", "矛盾", "服务", "问题")
	sent(t, h, c.worker, at, 422, "六件事", "verb", "GOSSIP", "text", "x", "key", "1")
	sent(t, h, c.worker, at, 422, "", "verb", "PROBLEM", "text", "", "key", "2")
	sent(t, h, c.worker, at, 422, "职责清单", "verb", "SERVICE", "text", "帮老人办证", "category", "没有这件事", "key", "3")
	sent(t, h, c.worker, at, 422, "不是数字", "verb", "INFO", "class", "SHOP", "count", "很多", "key", "4")
	for range 2 {
		r := sent(t, h, c.worker, at, 200, "已成为事项", "verb", "PROBLEM", "text", "单元门坏了", "category", "占用公共地方堆放杂物", "key", "5")
		if strings.Count(r.Body, "/matters/") != 1 {
			t.Error(r.Body)
		}
	}
	sent(t, h, c.worker, at, 200, "基础信息已更新", "verb", "INFO", "class", "SHOP", "count", "12", "key", "6")
	for post, status := range map[string]int{c.other: 404, c.secretary: 403} {
		if r := h.Get(t, post, at); r.Status != status {
			t.Errorf("%s comes to the form: %d", post, r.Status)
		}
	}
	sent(t, h, c.other, at, 403, "", "verb", "PROBLEM", "text", "x", "key", "7")
	if r := h.Get(t, c.worker, "/ground/grids/"+comm+"/enter"); r.Status != 404 {
		t.Errorf("a community is no grid: %d", r.Status)
	}
}

func TestTheTasksOfAGrid(t *testing.T) {
	h := webtest.OpenPack(t, "yangtun", webtest.Now)
	town, square := "", ""
	for p := range h.Engine.City().Territory.All() {
		if p.Name == "杨屯镇" {
			town = p.Code
		}
		if square == "" && town != "" && p.Kind.Rank() == 0 && h.Engine.City().Territory.Within(p.Code, town) {
			square = p.Code
		}
	}
	clerk := h.Post(t, town+"-ZH", org.Dispatcher)
	at := "/ground/grids/" + square
	shows(t, h, clerk, at, "网格任务", "隐患排查", "还没办过")
	sent(t, h, clerk, "/ground/chores", 422, "", "grid", square, "code", "NONE", "key", "1")
	r := sent(t, h, clerk, "/ground/chores", 422, "", "grid", square, "code", "HAZARD", "found", strings.Repeat("长", 20001), "key", "2")
	if !r.Has(`data-field="found"`) {
		t.Error(r.Body)
	}
	for range 2 {
		sent(t, h, clerk, "/ground/chores", 200, "本期已办", "grid", square, "code", "HAZARD", "found", "楼道堆放电动车", "key", "3")
	}
	board, err := desk.New(h.Engine).ChoreBoard(t.Context(), h.As(t, clerk).Actor, square, 20260331)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, b := range board {
		found += len(b.Findings)
	}
	if found != 1 {
		t.Errorf("%d findings", found)
	}
}

func TestWhatDevicesSawWaitsForAPerson(t *testing.T) {
	h, c := open(t)
	d, cmd := desk.New(h.Engine), h.As(t, c.clerk)
	device, err := d.AddDevice(t.Context(), cmd, desk.NewDevice{Code: "FI-1", Kind: "FIRE", Place: comm, Where: "旧货市场", Purpose: "烟火预警", Basis: "消防法", Keeps: 7, Published: true})
	if err == nil {
		_, err = d.Activate(t.Context(), cmd, device, desk.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := base64.StdEncoding.DecodeString(pixel); err != nil {
		t.Fatal(err)
	}
	var at [2]string
	for i := range at {
		id, err := d.See(t.Context(), cmd, device, desk.NewScene{Kind: "SMOKE", Picture: pixel})
		if err != nil {
			t.Fatal(err)
		}
		at[i] = "/ground/scenes/" + id.Number()
	}
	shows(t, h, c.clerk, "/ground/devices", "等人确认", "烟", at[0]+"/confirm", at[1]+"/picture")
	if r := h.Get(t, c.clerk, at[0]+"/picture"); r.Status != 200 || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %d %v", r.Status, r.Header)
	}
	for _, act := range []string{"/picture", "/confirm", "/dismiss"} {
		if act == "/picture" {
			if r := h.Get(t, c.other, at[0]+act); r.Status != 404 {
				t.Errorf("another street sees the picture: %d", r.Status)
			}
		} else if r := h.Send(t, c.other, at[0]+act, webtest.Form("text", "x")); r.Status < 403 {
			t.Errorf("%s by another street: %d", act, r.Status)
		}
	}
	sent(t, h, c.clerk, at[0]+"/confirm", 422, "", "town", town, "text", "", "key", "1")
	sent(t, h, c.clerk, at[0]+"/confirm", 200, "", "town", town, "text", "旧货市场冒烟", "hazard", "true", "key", "2")
	sent(t, h, c.clerk, at[0]+"/dismiss", 409, "已经处理过", "town", town, "key", "3")
	r := sent(t, h, c.clerk, at[1]+"/dismiss", 200, "", "town", town, "key", "4")
	if r.Has("等人确认") {
		t.Error("what was decided still waits")
	}
	if r := h.Get(t, c.clerk, at[1]+"/picture"); r.Status != 404 {
		t.Errorf("the picture of what was nothing: %d", r.Status)
	}
}
