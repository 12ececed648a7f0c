package numbers_test

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

const city, district = "440100", "440106"

func TestWhoSeesWhichNumbers(t *testing.T) {
	h := webtest.Open(t)
	leader, desk := h.Post(t, city+"-ZH", org.Leader), h.Post(t, district+"-ZH", org.Dispatcher)
	for _, x := range []struct {
		post, path string
		status     int
		word       string
	}{
		{leader, "/numbers", 200, "广州市数据"},
		{leader, "/numbers?by=place", 200, "天河区"},
		{leader, "/numbers?by=category", 200, "到回复"},
		{leader, "/numbers?by=time&step=week&from=2026-03-01&to=2026-03-31", 200, "2026-03-30"},
		{leader, "/numbers?by=time&step=month&from=2026-01-01&to=2026-03-31", 200, "2026-02"},
		{leader, "/numbers?by=unit&from=2020-01-01&to=2020-01-31", 200, "没有数据"},
		{leader, "/numbers?by=person", 422, "form.no_choice"},
		{leader, "/numbers?from=2026-03-31&to=2026-03-01", 422, "numbers.span"},
		{leader, "/numbers?from=0001-01-01", 422, "numbers.span"},
		{leader, "/numbers?from=gestern", 422, "time.malformed"},
		{leader, "/numbers?place=1", 422, "place.unknown"},
		{leader, "/numbers?by=category&category=1", 422, "category.unknown"},
		{leader, "/numbers?sort=x", 422, "form.no_number"},
		{leader, "/numbers?sort=-9999", 200, ""},
		{leader, "/numbers/export?as=exe", 422, "form.no_choice"},
		{leader, "/numbers/matters?fact=best", 422, "numbers.fact_unknown"},
		{leader, "/numbers/matters?after=1", 422, "number."},
		{leader, "/numbers/matters?from=2026-03-31&to=2026-03-01", 422, "request.span_backwards"},
		{desk, "/numbers", 200, "天河区数据"},
		{desk, "/numbers?place=440105", 403, ""},
		{desk, "/numbers?place=" + city, 403, ""},
		{desk, "/numbers/export?as=csv&place=440105", 403, ""},
		{desk, "/numbers/matters?place=440105", 200, "没有您可以查看的诉求"},
		{h.Post(t, city+"-SJJ", org.Auditor), "/numbers", 403, ""},
		{"", "/numbers", 303, ""},
	} {
		if r := h.Get(t, x.post, x.path); r.Status != x.status || !r.Has(x.word) {
			t.Errorf("%s at %s: %d, %q: %v", x.post, x.path, r.Status, x.word, r.Has(x.word))
		}
	}
}

// TestOneTableInThreeForms compares the page with both files, row by row.
func TestOneTableInThreeForms(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	for _, by := range []string{"unit", "place", "category", "time"} {
		query := "by=" + by + "&from=2026-03-01&to=2026-03-31&sort=1"
		r := h.Get(t, leader, "/numbers/export?as=csv&"+query)
		if r.Status != 200 || !strings.HasPrefix(r.Body, "\ufeff") || !strings.Contains(r.Header.Get("Content-Disposition"), ".csv") {
			t.Fatalf("%s: %d %v", by, r.Status, r.Header)
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.Body, "\ufeff"))).ReadAll()
		if err != nil || len(lines) < 5 {
			t.Fatalf("%s: %d lines, %v", by, len(lines), err)
		}
		x := h.Get(t, leader, "/numbers/export?as=xlsx&"+query)
		f, err := excelize.OpenReader(bytes.NewReader([]byte(x.Body)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
		if err != nil || len(rows) != len(lines) {
			t.Fatalf("%s: %d rows, %d lines, %v", by, len(rows), len(lines), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		page := h.Get(t, leader, "/numbers?"+query)
		last := int64(1 << 60)
		for i := 1; i < len(lines); i++ {
			n, err := strconv.ParseInt(lines[i][1], 10, 64)
			if err != nil || n > last {
				t.Errorf("%s, row %d: %d after %d, %v", by, i, n, last, err)
			}
			if last = n; rows[i][0] != lines[i][0] || rows[i][1] != lines[i][1] || i <= 80 && !page.Has(lines[i][0]) {
				t.Errorf("%s, row %d: %v is not %v", by, i, rows[i][:2], lines[i][:2])
			}
		}
	}
}

var link = regexp.MustCompile(`href="(/numbers/matters\?[^"]*)">([0-9 ]+)</a>`)

// TestEveryFigureOpensWhatIsBehind follows the figures of a page to their
// matters: there are as many as were counted, but for those that have been
// taken back since and those of two orders in one matter.
func TestEveryFigureOpensWhatIsBehind(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	opened, exact := 0, 0
	for _, by := range []string{"place", "unit", "time"} {
		page := h.Get(t, leader, "/numbers?by="+by+"&from=2026-03-01&to=2026-03-31&place="+district)
		all := link.FindAllStringSubmatch(page.Body, -1)
		for i, m := range all {
			want, err := strconv.Atoi(strings.ReplaceAll(m[2], " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			if i > 60 || want > 50 {
				continue
			}
			r := h.Get(t, leader, strings.ReplaceAll(m[1], "&amp;", "&"))
			got := strings.Count(r.Body, `<li id="q-`)
			if r.Status != 200 || got > want && !strings.Contains(m[1], "fact=judged") || got == 0 && !strings.Contains(m[1], "reopened") && !strings.Contains(m[1], "fact=on_time") {
				t.Errorf("%s says %d and opens %d (%d)", m[1], want, got, r.Status)
			}
			if opened++; got == want {
				exact++
			}
		}
	}
	if opened < 40 || exact*10 < opened*7 {
		t.Errorf("of %d figures %d open as many matters", opened, exact)
	}
}

// TestPagesOfMatters walks the list page by page; no matter comes twice.
func TestPagesOfMatters(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	seen, pages := map[string]bool{}, 0
	for path := "/numbers/matters?place=" + city; path != ""; pages++ {
		r := h.Do(t, "GET", leader, path, nil, map[string]string{"HX-Request": "true"})
		for _, m := range regexp.MustCompile(`<li id="q-([^"]+)"`).FindAllStringSubmatch(r.Body, -1) {
			if seen[m[1]] {
				t.Fatalf("%s comes twice", m[1])
			}
			seen[m[1]] = true
		}
		path = ""
		if m := regexp.MustCompile(`hx-get="(/numbers/matters[^"]*)"`).FindStringSubmatch(r.Body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) < 400 || pages < 8 { // besides what was called in there are the tasks that staff assigned
		t.Errorf("%d matters on %d pages", len(seen), pages)
	}
}

// TestALeaderReadsTheNumbers is the page in a browser: charts, the table, a
// click to what is behind, both looks, and a phone.
func TestALeaderReadsTheNumbers(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(h.Post(t, city+"-ZH", org.Leader))
	const drawn = `document.querySelector(".chart canvas")`
	for i, by := range []string{"unit", "place", "category", "time"} {
		dark := i%2 == 1
		tab.Look(dark).Open("/numbers?by="+by).Wait(drawn).Accessible().Quiet().Shot("numbers-"+by, false)
	}
	tab.Look(false).Open("/numbers?by=place").Click(`thead th:nth-child(4) a`).Wait(`document.querySelector('th[aria-sort="descending"]')`)
	tab.Click(`tbody tr:first-child td:nth-child(4) a`).See("h1", "数字背后的诉求").See(".mark", "受理").Accessible().Quiet().Shot("numbers-behind", false)
	tab.Size(390, 844).Open("/numbers").Wait(drawn).Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Shot("numbers-phone", false)
	tab.Size(1366, 768).Speaks("en").Open("/numbers?by=time&step=week").See("h1", "Figures of Guangzhou").Wait(drawn).Accessible()
}
