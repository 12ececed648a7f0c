package owed_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"strconv"
	"strings"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

const (
	unit  = "440106-ZJ" // the district's housing and construction bureau
	place = "440106011004"
)

var ctx = context.Background()

// photo is a picture with the place and the device it was taken with, as a
// telephone makes it.
func photo(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i := range 320 * 240 {
		img.Set(i%320, i/320, color.RGBA{shade, uint8(i), uint8(i >> 8), 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	// One entry: the maker of the device, as text after the directory.
	maker := "SECRET-CAMERA\x00"
	tiff := []byte{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x0f, 0x01, 2, 0, byte(len(maker)), 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0}
	exif := append(append([]byte("Exif\x00\x00"), tiff...), maker...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	out := append([]byte{0xff, 0xd8}, append(segment, exif...)...)
	return append(out, b.Bytes()[2:]...)
}

func upload(t *testing.T, h *webtest.House, post, path, name string, body []byte) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return h.Do(t, "POST", post, path, &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
}

// hidden returns what an answer wrote into the form.
func hidden(t *testing.T, r webtest.Reply) string {
	t.Helper()
	_, rest, ok := strings.Cut(r.Body, `name="evidence_hash" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	if !ok || value == "" {
		t.Fatalf("nothing arrived: %d %s", r.Status, r.Body)
	}
	return value
}

func TestOnlyWhoOwesAnOrderActsOnIt(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "路口有个大坑，电动车差点摔倒")
	path := "/orders/" + o.ID.Number()
	mine, desk := h.Post(t, unit, org.Handler), h.Post(t, "440106011-ZH", org.Dispatcher)
	for _, c := range []struct {
		post   string
		status int
		what   string
	}{
		{"", 303, "a stranger is asked to sign in"},
		{mine, 200, "the debtor sees it"},
		{desk, 200, "who gave it sees it"},
		{h.Post(t, "440104-HB", org.Handler), 404, "a unit of another district does not"},
		{h.Post(t, "440106-JT", org.Handler), 404, "nor a unit that has no part in it"},
		{h.Post(t, "440100-ZH", org.Dispatcher), 200, "the city does"},
	} {
		if r := h.Get(t, c.post, path); r.Status != c.status {
			t.Errorf("%s: %d", c.what, r.Status)
		}
	}
	for _, act := range []string{"sign", "work", "respond", "object", "extension", "contact", "appeal", "check", "caller"} {
		form := webtest.Form("text", "办好了", "reason", "不属于", "amount", "1", "unit", "WD", "why", "材料未到", "channel", "PHONE", "reached", "true", "colour", "RED", "result", "PASS", "purpose", "PLACE")
		for name, post := range map[string]string{"elsewhere": h.Post(t, "440104-HB", org.Handler), "neighbour": h.Post(t, "440106-JT", org.Handler)} {
			if r := h.Send(t, post, path+"/"+act, form); r.Status != 404 {
				t.Errorf("%s by %s: %d %s", act, name, r.Status, r.Body)
			}
		}
		if r := h.Send(t, desk, path+"/"+act, form); r.Status != 403 && act != "caller" {
			t.Errorf("%s by the desk that gave it: %d %s", act, r.Status, r.Body)
		}
		if r := h.Send(t, "", path+"/"+act, form); r.Status != 401 {
			t.Errorf("%s by a stranger: %d", act, r.Status)
		}
	}
	if s := h.State(t, s.M.ID); s.Orders[0].Status != order.Issued {
		t.Errorf("somebody changed it: %s", s.Orders[0].Status)
	}
}

func TestADayWithoutABrowser(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "路口有个大坑，电动车差点摔倒")
	me, path := h.Post(t, unit, org.Handler), "/orders/"+o.ID.Number()
	page := h.Get(t, me, path)
	for _, want := range []string{"路口有个大坑", "坑洼补平，压实平整", "照片", "处理记录", "7个自然日", "为什么是"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if page.Has("13800138000") {
		t.Error("the page shows the caller's number without being asked")
	}
	if r := h.Send(t, me, path+"/caller", webtest.Form("purpose", "")); r.Status != 422 || r.Has("13800138000") {
		t.Errorf("the number without a purpose: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, me, path+"/caller", webtest.Form("purpose", "PLACE", "key", "c")); r.Status != 200 || !r.Has("13800138000") {
		t.Errorf("the number for a purpose: %d %s", r.Status, r.Body)
	}
	if log, err := h.Engine.AccessLog(ctx, h.As(t, h.Post(t, "440100-SJJ", org.Auditor)).Actor, s.M.ID); err != nil || len(log) != 1 || log[0].Purpose != "问清地点和情况" {
		t.Errorf("the log has %+v, %v", log, err)
	}

	rev := strconv.FormatInt(s.Rev, 10)
	once := webtest.Form("key", "once", "rev", rev)
	for range 2 {
		if r := h.Send(t, me, path+"/sign", once); r.Status != 200 || !r.Has("已签收") {
			t.Errorf("signing: %d %s", r.Status, r.Body)
		}
	}
	if r := h.Send(t, me, path+"/work", webtest.Form("key", "w", "rev", rev)); r.Status != 409 || !r.Has("matter.changed_meanwhile") {
		t.Errorf("a page that is behind: %d %s", r.Status, r.Body)
	}

	soon := h.Do(t, "GET", me, path+"/extension?amount=1&unit=WD", nil, map[string]string{"HX-Request": "true"})
	if !soon.Has("批准后的期限") || !soon.Has("<time") {
		t.Errorf("the date with more time: %s", soon.Body)
	}
	if long := h.Do(t, "GET", me, path+"/extension?amount=900&unit=CD", nil, map[string]string{"HX-Request": "true"}); !long.Has("太长") {
		t.Errorf("far too much time: %s", long.Body)
	}

	if r := h.Send(t, me, path+"/respond", webtest.Form("text", "已补平", "key", "r")); r.Status != 422 || !r.Has("照片") {
		t.Errorf("an answer without its evidence: %d %s", r.Status, r.Body)
	}
	for _, c := range []struct {
		name string
		body []byte
		want int
	}{{"坑.exe", []byte("MZ\x90\x00this is a program"), 422}, {"坑.jpg", []byte("\xff\xd8\xff broken"), 422}, {"空.jpg", nil, 422}} {
		if r := upload(t, h, me, "/evidence?kind=PHOTO", c.name, c.body); r.Status != c.want {
			t.Errorf("%s: %d %s", c.name, r.Status, r.Body)
		}
	}
	file := hidden(t, upload(t, h, me, "/evidence?kind=PHOTO", "坑\u202e.jpg", photo(t, 40)))
	answer := webtest.Form("text", "已补平", "key", "r2", "evidence_hash", file, "evidence_kind", "PHOTO", "evidence_name", "坑.jpg", "evidence_size", "100", "written.RECORD", "3月31日上午，铣刨后热补，压实两遍")
	if r := h.Send(t, me, path+"/respond", answer); r.Status != 200 || !r.Has("已回复") {
		t.Errorf("the answer: %d %s", r.Status, r.Body)
	}
	a := h.State(t, s.M.ID).Orders[0].Answer()
	if a == nil || len(a.Evidence) != 2 {
		t.Fatalf("%+v", a)
	}
	hash := file
	kept := h.Get(t, me, path+"/evidence/"+hash)
	if kept.Status != 200 || kept.Header.Get("Content-Type") != "image/jpeg" || kept.Has("Exif") || kept.Has("SECRET-CAMERA") {
		t.Errorf("the kept picture: %d %v", kept.Status, kept.Header)
	}
	if r := h.Get(t, h.Post(t, "440104-HB", org.Handler), path+"/evidence/"+hash); r.Status != 404 {
		t.Errorf("a stranger sees the picture: %d", r.Status)
	}
}

func TestSeveralAreSignedEachForItself(t *testing.T) {
	h := webtest.Open(t)
	me := h.Post(t, unit, org.Handler)
	form := webtest.Form("key", "many")
	var all []ident.ID
	for _, text := range []string{"坑一", "坑二", "坑三"} {
		_, o := h.Ordered(t, "SZ0101", place, text+"，很深，请快修")
		form.Add("no", o.ID.Number())
		all = append(all, o.ID)
	}
	if _, err := dispatch.New(h.Engine).Sign(ctx, h.As(t, me), all[1], struct{}{}); err != nil {
		t.Fatal(err)
	}
	form.Add("no", "nonsense")
	r := h.Send(t, me, "/orders/sign", form)
	if r.Status != 200 || strings.Count(r.Body, `mark good">已签收`) != 2 || strings.Count(r.Body, `mark red">没有签收`) != 2 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, me, "/orders/sign", webtest.Form("key", "none")); r.Status != 422 || !r.Has("order.none_ticked") {
		t.Errorf("none ticked: %d %s", r.Status, r.Body)
	}
}

func TestTheListAndTheInbox(t *testing.T) {
	h := webtest.Open(t)
	_, o := h.Ordered(t, "SZ0101", place, "路口有个大坑，电动车差点摔倒")
	me := h.Post(t, unit, org.Handler)
	list := h.Get(t, me, "/orders")
	if list.Status != 200 || !list.Has(o.ID.Number()) || !list.Has("待签收") {
		t.Errorf("%d", list.Status)
	}
	for path, want := range map[string]int{
		"/orders?group=SIGN": 200, "/orders?group=DISPUTED&due=late&urgent=1&carded=1": 200, "/orders?group=NONE": 422, "/orders?after=x": 422,
		"/orders?group=SIGN&after=" + o.ID.Number(): 200, "/orders/nonsense": 422, "/orders/inbox": 200, "/orders/inbox?after=x": 422,
	} {
		if r := h.Get(t, me, path); r.Status != want {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if r := h.Get(t, me, "/orders/inbox"); !r.Has("您单位有新工单 " + o.ID.Number()) {
		t.Error("the inbox does not tell of the order")
	}
	if r := h.Get(t, h.Post(t, "440106-JT", org.Handler), "/orders"); r.Has(o.ID.Number()) {
		t.Error("another unit's order is in the list")
	}
	if r := h.Get(t, h.Post(t, "440100-SJJ", org.Auditor), "/orders"); r.Status != 403 {
		t.Errorf("an auditor: %d", r.Status)
	}
}

// What was assigned and what is asked stand among the orders of calls, each
// with the page on which it is answered.
func TestTasksAndOpinionsAreAmongTheOrders(t *testing.T) {
	h := webtest.Open(t)
	desk, me := h.As(t, h.Post(t, "440106-ZH", org.Dispatcher)), h.Post(t, unit, org.Handler)
	assigned := map[matter.TaskKind]*engine.State{}
	var list ident.ID
	_, err := h.Engine.Together(ctx, desk, "assign", func(b *engine.Bundle) (id ident.ID, err error) {
		list, err = engine.Enter(b, "draft", &mandate.List{Kind: mandate.StreetTasks, Name: "清单", Place: b.City().Territory.Address("440106"), Status: mandate.Consulted, Version: 9})
		for kind, about := range map[matter.TaskKind]ident.ID{matter.BatchTask: 0, matter.Advice: 0, matter.Consultation: list} {
			if err == nil {
				assigned[kind], err = b.Assign(matter.Assigned{
					Kind: kind, Title: "市政设施 " + string(kind), Place: b.City().Territory.Address("440106"), About: about, Lapses: kind == matter.Consultation,
					Orders: []matter.Assignment{{Debtor: unit}},
				}, nil)
			}
		}
		return list, err
	})
	if err != nil {
		t.Fatal(err)
	}
	task, advice := assigned[matter.BatchTask].Orders[0].ID.Number(), assigned[matter.Advice]
	all := h.Get(t, me, "/orders")
	for _, want := range []string{
		`href="/orders/` + task + `"`, `href="/powers/inbox#a-` + advice.M.ID.Number() + `"`, `href="/duties/` + list.Number() + `"`,
		"市政设施 BATCH", "征求意见（2）", "交办任务（1）",
	} {
		if !all.Has(want) {
			t.Errorf("the list does not have %s", want)
		}
	}
	if r := h.Get(t, me, "/orders?kind=TASK"); !r.Has("市政设施 BATCH") || r.Has("市政设施 ADVICE") {
		t.Error("tasks alone are not chosen")
	}
	if r := h.Get(t, me, "/orders?kind=NONE"); r.Status != 422 || !r.Has("order.kind_unknown") {
		t.Errorf("no such kind: %d", r.Status)
	}
	if r := h.Get(t, me, "/orders/"+task); !r.Has("市政设施 BATCH") || !r.Has(`id="sign"`) {
		t.Error("the task is not signed on its page")
	}
	if r := h.Get(t, me, "/orders/"+advice.Orders[0].ID.Number()); r.Has(`id="respond"`) || r.Has(`id="sign"`) || !r.Has("去答复") {
		t.Error("an opinion's page does not lead to where it is given")
	}
}

func TestWhatIsWrittenIsChecked(t *testing.T) {
	h := webtest.Open(t)
	_, o := h.Ordered(t, "SZ0101", place, "路口有个大坑，电动车差点摔倒")
	me, path := h.Post(t, unit, org.Handler), "/orders/"+o.ID.Number()
	for name, c := range map[string]struct{ act, field, value, code string }{
		"too long":           {"object", "reason", strings.Repeat("长", 20001), "text.too_long"},
		"right to left":      {"object", "reason", "不属\u202e于", "text.control_character"},
		"nothing":            {"object", "reason", "  ", "text.missing"},
		"no such unit":       {"object", "names", "火星交通局", "unit.unknown"},
		"no amount":          {"extension", "amount", "", "limit.malformed"},
		"no word of why":     {"extension", "why", "", "text.missing"},
		"no channel":         {"contact", "channel", "", "contact.channel_missing"},
		"a forged record":    {"respond", "evidence_hash", "../../etc", "evidence.hash_malformed"},
		"a card that is not": {"appeal", "colour", "RED", "card."},
	} {
		form := webtest.Form("reason", "按职责清单不属于本局", "amount", "1", "unit", "WD", "why", "等料", "channel", "PHONE", "text", "好了", "colour", "RED", "evidence_kind", "PHOTO", "evidence_name", "x.jpg", "evidence_size", "1")
		form.Set(c.field, c.value)
		if r := h.Send(t, me, path+"/"+c.act, form); r.Status < 400 || r.Status >= 500 || !r.Has(c.code) {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
}
