package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/internal/desk/exchange"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func mapping(t testing.TB, text string) *exchange.Mapping {
	t.Helper()
	m, err := exchange.ParseMapping("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func source(name, body string) exchange.Source {
	return exchange.Source{Name: name, Body: strings.NewReader(body)}
}

// lines reads a reject file without its header.
func lines(t testing.TB, b []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%v, %d rows", err, len(rows))
	}
	return rows[1:]
}

const calls = `source: HOTLINE_12345
reference: no
text: [title, detail]
kind: {column: kind, values: {投诉: COMPLAINT, 举报: REPORT}, default: HELP}
category: {column: cat, suggest: 0.3}
urgency: {column: urgency}
place: {column: place, lon: lon, lat: lat, no_location: ["0,0"], default: "440106"}
where: address
time: at
caller: {name: name, phone: phone}
ignore: [likes]
`

const callsHead = "no,title,detail,kind,cat,urgency,place,lon,lat,address,at,name,phone,likes,extra\n"

func TestRowsBecomeMattersOrRejects(t *testing.T) {
	body := callsHead +
		"A1,路灯,不亮三天,投诉,,,440106001,,,五山路,2026/3/1 8:05:00,陈女士,139 0000 1111,3,x\n" +
		"A2,楼下暴露垃圾,,举报,,,440106001,0,0,,2026-03-01 09:00:00,,,,\n" +
		",没有编号的一条,,,SR0101,NORMAL,,,,,2026-03-01 09:00:00,,,,\n" +
		"=A4,坏类别,,,SR01O1,,,,,,2026-03-01 09:00:00,,,,\n" +
		"A5,,,,,SOON,440199,,,,,,12,,\n" +
		"A6,在城外,,,,,,-71.0587,42.3594,,2026-03-01 09:00:00,,,,\n" +
		"A7,坐标坏了,,,,,,东经,42.3594,,2026-03-01 09:00:00,,,,\n" +
		"A8,格子太多,,,,,,,,,2026-03-01 09:00:00,,,,,,,多\n" +
		"A1,同一编号另一段话,,,,,,,,,2026-03-01 09:00:00,,,,\n" +
		"A2,楼下暴露垃圾,,举报,,,440106001,0,0,,2026-03-01 09:00:00,,,,\n"
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx := context.Background()
		var rejects bytes.Buffer
		var done, total int64
		o := exchange.Options{Now: now, Mapping: mapping(t, calls), Rejects: &rejects, Progress: func(d, n int64) { done, total = d, n }}
		got, err := exchange.Import(ctx, e, source("calls.csv", body), o)
		if err != nil {
			t.Fatal(err)
		}
		want := exchange.Result{
			Rows: 10, Made: 3, Again: 1, Rejected: 6, Suggested: 3, Unused: []string{"extra"},
			ByReason: map[string]int64{
				"category.unknown": 1, "time.missing": 1, "territory.outside_city": 1, "point.malformed": 1, "row.too_many_cells": 1, "call.reference_reused": 1,
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if done != 11 || total != 11 {
			t.Errorf("progress %d of %d", done, total)
		}
		var told [][]string
		for _, l := range lines(t, rejects.Bytes()) {
			told = append(told, l[:5])
		}
		wantTold := [][]string{
			{"5", "'=A4", "category.unknown", "category", `["SR01O1","SR0101"]`},
			{"6", "A5", "time.missing", "time", "[]"},
			{"7", "A6", "territory.outside_city", "point", `["-71.0587","42.3594","广州市"]`},
			{"8", "A7", "point.malformed", "point", `["东经"]`},
			{"9", "", "row.too_many_cells", "", "[\"18\",\"15\"]"},
		}
		if diff := cmp.Diff(wantTold, told[:5]); diff != "" {
			t.Error(diff)
		}
		if last := told[5]; last[0] != "10" || last[2] != "call.reference_reused" {
			t.Errorf("%v", last)
		}
		if more := lines(t, rejects.Bytes())[1][5]; more != "urgency.unknown urgency; text.missing text; phone.malformed phone; place.unknown place" {
			t.Error(more)
		}
		looksRight(t, e)
	})
}

// looksRight checks the first matter of calls.
func looksRight(t *testing.T, e *engine.Engine) {
	t.Helper()
	s := find(t, e, "A1")
	at := time.Date(2026, 3, 1, 8, 5, 0, 0, ident.Zone)
	m := s.M
	if !m.ReceivedAt.Time().Equal(at) || m.Kind != matter.Complaint || m.Place.Town != "440106001" || m.Where != "五山路" ||
		s.Text != "路灯\n不亮三天" || m.Source != "HOTLINE_12345" || m.Call != "民呼" || m.Caller.Vault == 0 || m.Caller.Anonymity != matter.Open {
		t.Errorf("%+v", m)
	}
	desk := e.City().Org.DefaultPost(m.Desk)
	unit, _ := e.City().Org.Unit(m.Desk)
	by := access.Actor{ID: desk.Code, Kind: access.Staff, Role: desk.Role, Unit: m.Desk, At: e.City().Territory.Address(unit.Territory), Rank: unit.Level.Rank()}
	c, err := e.ReadContact(context.Background(), engine.Command{Actor: by, At: now}, m.ID, "回访")
	if err != nil || c != (engine.Contact{Name: "陈女士", Phone: "13900001111"}) {
		t.Errorf("%+v, %v", c, err)
	}
}

func find(t *testing.T, e *engine.Engine, ref string) *engine.State {
	t.Helper()
	var id int64
	err := e.DB().Read(context.Background(), func(v *store.View) error {
		return v.Row(`SELECT matter FROM inlet_key WHERE source_ref = ?`, ref).Scan(&id)
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Load(context.Background(), ident.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func count(t *testing.T, e *engine.Engine) (n int64) {
	t.Helper()
	err := e.DB().Read(context.Background(), func(v *store.View) error { return v.Row(`SELECT COUNT(*) FROM matter`).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnImportMakesNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		body := "{\"内容\": \"同样的话\"}\n{\"内容\": \"同样的话\"}\n"
		for i, want := range []exchange.Result{{Rows: 2, Made: 2}, {Rows: 2, Again: 2}} {
			got, err := exchange.Import(context.Background(), e, source("a.jsonl", body), exchange.Options{Now: now, Source: "MEDIA", Place: "440106"})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%d: %v %s", i, err, diff)
			}
		}
		if n := count(t, e); n != 2 {
			t.Errorf("%d matters", n)
		}
	})
}

// many is a file of several chunks: every tenth row is bad, every fiftieth has
// the reference of the one before it.
func many(n int) (body string, made, again, rejected int64) {
	var b strings.Builder
	b.WriteString("id,text,time\n")
	for i := range n {
		switch {
		case i%50 == 49:
			fmt.Fprintf(&b, "R%d,第%d件,2026-03-01 10:00:00\n", i-1, i-1)
			again++
		case i%10 == 7:
			fmt.Fprintf(&b, "R%d,第%d件,someday\n", i, i)
			rejected++
		default:
			fmt.Fprintf(&b, "R%d,第%d件,2026-03-01 10:00:00\n", i, i)
			made++
		}
	}
	return b.String(), made, again, rejected
}

func TestAnImportThatBrokeOffEndsAsIfItHadNot(t *testing.T) {
	body, made, again, rejected := many(4500)
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var commits atomic.Int64
		e := engineOn(t, db, city(t), func(clock.Instant) {
			if commits.Add(1) == 2500 { // in the middle of the second chunk
				stop()
			}
		})
		known := "id,text,time\nR0,第0件,2026-03-01 10:00:00\nR2400,第2400件,2026-03-01 10:00:00\n"
		o := exchange.Options{Now: now, Source: "MEDIA", Place: "440106", Workers: 16}
		if r, err := exchange.Import(ctx, e, source("known.csv", known), o); err != nil || r.Made != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		dir := t.TempDir()
		rejects, err := os.Create(filepath.Join(dir, "rejects.csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer rejects.Close()
		o.Rejects, o.State = rejects, filepath.Join(dir, "state")
		r, err := exchange.Import(ctx, e, source("many.csv", body), o)
		if !errors.Is(err, context.Canceled) || r.Rows != 2048 {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := rejects.WriteString("half a li"); err != nil { // what a crash may leave
			t.Fatal(err)
		}
		o.Resume = true
		want := exchange.Result{
			Rows: 4500, Made: made - 2, Again: again + 2, Rejected: rejected, ByReason: map[string]int64{"time.malformed": rejected},
		}
		for range 2 { // the second time there is nothing left to do
			r, err = exchange.Import(context.Background(), e, source("many.csv", body), o)
			if diff := cmp.Diff(want, r); err != nil || diff != "" {
				t.Fatalf("%v %s", err, diff)
			}
		}
		if n := count(t, e); n != made {
			t.Errorf("%d matters, not %d", n, made)
		}
		inOrder(t, rejects, rejected)
		if _, err := exchange.Import(context.Background(), e, source("many.csv", body+"X,x,2026-03-01 10:00:00\n"), o); fault.Code(err) != "exchange.other_file" {
			t.Error(err)
		}
	})
}

// inOrder checks that a reject file has one line for each refused row.
func inOrder(t *testing.T, f *os.File, n int64) {
	t.Helper()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	rows := lines(t, b)
	if int64(len(rows)) != n {
		t.Fatalf("%d rejects, not %d", len(rows), n)
	}
	for i, r := range rows {
		if want := fmt.Sprint(i*10 + 7 + 2); r[0] != want {
			t.Fatalf("reject %d is line %s, not %s", i, r[0], want)
		}
	}
}

func TestTheSameCallsComeInEveryFormat(t *testing.T) {
	table := [][]any{{"编号", "内容", "时间", "经度", "纬度"}, {"X1", "路灯不亮，请修", "2026/3/1 8:05:00", "", ""}, {"X2", "井盖缺失", "2026年3月1日 08:06", "113.35", "23.15"}}
	var text strings.Builder
	w, book := csv.NewWriter(&text), excelize.NewFile()
	for i, r := range table {
		var cells []string
		for _, c := range r {
			cells = append(cells, c.(string))
		}
		if err := errors.Join(w.Write(cells), book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r)); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	var sheet bytes.Buffer
	if err := errors.Join(book.Write(&sheet), book.Close()); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, e *engine.Engine) {
		o := exchange.Options{Now: now, Source: "MEDIA", Place: "440106"}
		for i, src := range []exchange.Source{source("a.csv", gb), source("a.xlsx", sheet.String()), source("a.csv", text.String())} {
			want := exchange.Result{Rows: 2, Again: 2}
			if i == 0 {
				want = exchange.Result{Rows: 2, Made: 2}
			}
			got, err := exchange.Import(context.Background(), e, src, o)
			got.Suggested = 0
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%d: %v %s", i, err, diff)
			}
		}
		if s := find(t, e, "X2"); s.M.Lon != 1133500000 || s.M.Lat != 231500000 || s.Text != "井盖缺失" {
			t.Errorf("%+v", s.M)
		}
	})
}

// broken is a disk that is full.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWhatCannotBeDoneEndsTheImport(t *testing.T) {
	e := engineOn(t, storetest.SQLite(t, engine.Migrations()), city(t))
	good := "id,text,time\n1,a,2026-03-01 10:00:00\n"
	auto := exchange.Options{Now: now, Source: "MEDIA", Place: "440106"}
	with := func(change func(*exchange.Options)) exchange.Options {
		o := auto
		change(&o)
		return o
	}
	spoilt := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(spoilt, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for code, c := range map[string]struct {
		name, body string
		o          exchange.Options
	}{
		"exchange.format_unknown":  {"a.xls", good, auto},
		"exchange.header_missing":  {"a.csv", "", auto},
		"exchange.file_unreadable": {"a.xlsx", good, auto},
		"exchange.column_missing":  {"a.csv", good, with(func(o *exchange.Options) { o.Mapping = mapping(t, calls) })},
		"exchange.file_too_large":  {"a.csv", good, with(func(o *exchange.Options) { o.MaxFile = 10 })},
		"exchange.file_unwritable": {"a.csv", good, with(func(o *exchange.Options) { o.Rejects = broken{} })},
		"exchange.state_unusable":  {"a.csv", good, with(func(o *exchange.Options) { o.State, o.Resume = spoilt, true })},
		"mapping.part_missing":     {"a.csv", good, with(func(o *exchange.Options) { o.Source = "" })},
		"inlet.unknown":            {"a.csv", good, with(func(o *exchange.Options) { o.Source = "MEDIUM" })},
	} {
		if r, err := exchange.Import(context.Background(), e, source(c.name, c.body), c.o); fault.Code(err) != code || r.Made != 0 {
			t.Errorf("%s: %+v, %v", code, r, err)
		}
	}
}

func TestRowsOutsideTheActorsPlaceAreRefused(t *testing.T) {
	e := engineOn(t, storetest.SQLite(t, engine.Migrations()), city(t))
	o := exchange.Options{Now: now, Source: "MEDIA", Place: "440103", Actor: dispatcher(t, e, "440106")}
	r, err := exchange.Import(context.Background(), e, source("a.csv", "text,time\na,2026-03-01 10:00:00\n"), o)
	if err != nil || r.ByReason["access.denied"] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
