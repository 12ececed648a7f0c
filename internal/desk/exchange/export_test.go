package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"huying/internal/desk/exchange"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// dispatcher is somebody at the desk of a place.
func dispatcher(t testing.TB, e *engine.Engine, place string) access.Actor {
	t.Helper()
	p, ok := e.City().Territory.Place(place)
	if !ok {
		t.Fatalf("no place %s", place)
	}
	return access.Actor{ID: place + "-ZH/DISPATCHER", Kind: access.Staff, Role: org.Dispatcher, Unit: place + "-ZH", At: e.City().Territory.Address(place), Rank: p.Kind.Rank()}
}

const sent = `{"id": "=1", "place": "440106001", "time": "2026-03-01 10:00:00", "text": "=HYPERLINK(\"x\") 请致电13912345678", "name": "陈女士", "phone": "13900001111"}
{"id": "2", "place": "440106002", "time": "2026-03-02 10:00:00", "text": "员村的事", "address": "员村路\n2号"}
{"id": "3", "place": "440103", "time": "2026-03-03 10:00:00", "text": "荔湾的事"}
`

func filled(t *testing.T, e *engine.Engine) {
	t.Helper()
	r, err := exchange.Import(context.Background(), e, source("a.jsonl", sent), exchange.Options{Now: now, Source: "MEDIA"})
	if err != nil || r.Made != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
}

func exported(t *testing.T, e *engine.Engine, by access.Actor, f exchange.Filter, format exchange.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := exchange.Export(context.Background(), e, by, f, format, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryFormatSaysTheSame(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		filled(t, e)
		all := engine.ImportActor()
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(exported(t, e, all, exchange.Filter{}, exchange.CSV), []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 4 || !cmp.Equal(rows[0], exchange.Columns()) {
			t.Fatalf("%v %v", err, rows)
		}
		book, err := excelize.OpenReader(bytes.NewReader(exported(t, e, all, exchange.Filter{}, exchange.XLSX)))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		sheet, err := book.GetRows("Sheet1")
		if err != nil || len(sheet) != 4 {
			t.Fatalf("%v %v", err, sheet)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(exported(t, e, all, exchange.Filter{}, exchange.JSONL))), "\n") {
			var object map[string]string
			if err := json.Unmarshal([]byte(line), &object); err != nil {
				t.Fatal(err)
			}
			for j, column := range exchange.Columns() {
				want := object[column]
				if got := strings.TrimPrefix(rows[i+1][j], "'"); got != want {
					t.Errorf("csv: %s is %q, not %q", column, got, want)
				}
				if sheet[i+1][j] != want {
					t.Errorf("xlsx: %s is %q, not %q", column, sheet[i+1][j], want)
				}
			}
		}
	})
}

func TestAnExportNamesNobodyAndHoldsNoFormula(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		filled(t, e)
		for _, format := range []exchange.Format{exchange.CSV, exchange.JSONL} {
			out := string(exported(t, e, engine.ImportActor(), exchange.Filter{}, format))
			for _, word := range []string{"陈女士", "13900001111", "13912345678"} {
				if strings.Contains(out, word) {
					t.Errorf("%s tells %s", format, word)
				}
			}
			if !strings.Contains(out, "请致电139********") {
				t.Errorf("%s has no text", format)
			}
		}
		rows, err := csv.NewReader(bytes.NewReader(exported(t, e, engine.ImportActor(), exchange.Filter{}, exchange.CSV))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, c := range r {
				if c != "" && strings.ContainsAny(c[:1], "=+-@") {
					t.Errorf("a formula: %q", c)
				}
			}
		}
	})
}

func TestAnExportHoldsWhatTheActorMaySeeAndAsksFor(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		filled(t, e)
		day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, ident.Zone) }
		for name, c := range map[string]struct {
			by   access.Actor
			f    exchange.Filter
			want string
		}{
			"all":          {engine.ImportActor(), exchange.Filter{}, "3 =1 2"},
			"city":         {engine.ImportActor(), exchange.Filter{Place: "440100"}, "3 =1 2"},
			"street desk":  {dispatcher(t, e, "440106001"), exchange.Filter{}, "=1"},
			"district":     {dispatcher(t, e, "440106"), exchange.Filter{}, "=1 2"},
			"place":        {engine.ImportActor(), exchange.Filter{Place: "440106002"}, "2"},
			"of others":    {dispatcher(t, e, "440106"), exchange.Filter{Place: "440103"}, ""},
			"source":       {engine.ImportActor(), exchange.Filter{Source: "SENSOR"}, ""},
			"status":       {engine.ImportActor(), exchange.Filter{Status: "RECEIVED"}, "3 =1 2"},
			"from":         {engine.ImportActor(), exchange.Filter{From: day(2)}, "3 2"},
			"from to":      {engine.ImportActor(), exchange.Filter{From: day(2), To: day(3)}, "2"},
			"not category": {engine.ImportActor(), exchange.Filter{Category: "SR0101"}, ""},
		} {
			var got []string
			for line := range strings.Lines(string(exported(t, e, c.by, c.f, exchange.JSONL))) {
				var object map[string]string
				if err := json.Unmarshal([]byte(line), &object); err != nil {
					t.Fatal(err)
				}
				got = append(got, object["source_ref"])
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%s: %q, not %q", name, s, c.want)
			}
		}
	})
}

func TestAnExportIsRefused(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		filled(t, e)
		ctx, admin := context.Background(), access.Actor{ID: "x", Kind: access.Staff, Role: org.SystemAdmin}
		if _, err := exchange.Export(ctx, e, admin, exchange.Filter{}, exchange.CSV, &bytes.Buffer{}); fault.Code(err) != "access.denied" {
			t.Error(err)
		}
		if _, err := exchange.Export(ctx, e, engine.ImportActor(), exchange.Filter{}, "xls", &bytes.Buffer{}); fault.Code(err) != "exchange.format_unknown" {
			t.Error(err)
		}
		if _, err := exchange.Export(ctx, e, engine.ImportActor(), exchange.Filter{Place: "9"}, exchange.CSV, &bytes.Buffer{}); fault.Code(err) != "place.unknown" {
			t.Error(err)
		}
		for _, format := range []exchange.Format{exchange.CSV, exchange.JSONL, exchange.XLSX} {
			if _, err := exchange.Export(ctx, e, engine.ImportActor(), exchange.Filter{}, format, broken{}); fault.Code(err) != "exchange.file_unwritable" {
				t.Errorf("%s: %v", format, err)
			}
		}
	})
}
