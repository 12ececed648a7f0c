//go:build real

// Package real_test compares the shipped calendar with independent sources
// that lie beside the repository; test/real/run.sh names their directory.
package real_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/pack"
	"huying/internal/ident"
	"huying/packs"
)

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("HUYING_REAL_DATA"), "holidays", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// first and second read the exceptions of each source: true is a day off,
// false a working day that would else be one off.
func first(t *testing.T) map[string]bool {
	rows, err := csv.NewReader(open(t, "holiday-cn_all.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, r := range rows[1:] {
		out[r[0]] = r[2] == "1"
	}
	return out
}

func second(t *testing.T) map[string]bool {
	var days struct {
		Holidays map[string]string `json:"holidays"`
		Workdays map[string]string `json:"workdays"`
	}
	if err := json.NewDecoder(open(t, "chinese-days.json")).Decode(&days); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for d := range days.Holidays {
		out[d] = true
	}
	for d := range days.Workdays {
		out[d] = false
	}
	return out
}

func working(source map[string]bool, day time.Time) bool {
	if off, ok := source[day.Format(time.DateOnly)]; ok {
		return !off
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// due is the end of the n-th working day after day, counted by a source.
func due(source map[string]bool, day time.Time, n int) time.Time {
	for ; n > 0; n-- {
		for day = day.AddDate(0, 0, 1); !working(source, day); day = day.AddDate(0, 0, 1) {
		}
	}
	return day.AddDate(0, 0, 1)
}

func TestDueDatesOfEveryDay(t *testing.T) {
	city, err := pack.Load(packs.FS, "guangzhou")
	if err != nil {
		t.Fatal(err)
	}
	cal := city.Calendar(city.Root)
	sources := map[string]map[string]bool{"first": first(t), "second": second(t)}
	limit := calendar.Limit{Amount: 5, Unit: calendar.WD}
	days, differ := 0, []string{}
	for day := time.Date(2007, 1, 1, 0, 0, 0, 0, ident.Zone); day.Year() < 2027; day = day.AddDate(0, 0, 1) {
		days++
		got, known := cal.Working(day)
		for name, source := range sources {
			if !known || got != working(source, day) {
				differ = append(differ, name+" "+day.Format(time.DateOnly))
			}
			begun := due(source, day, 5)
			if begun.Year() > 2026 {
				continue // the year after is not announced
			}
			noon := day.Add(10 * time.Hour)
			start := due(source, day.AddDate(0, 0, -1), 1).AddDate(0, 0, -1) // an office that is closed begins on its next working day
			if at := cal.Due(limit, noon, nil); !at.At.Equal(due(source, start, 5)) || at.Provisional {
				differ = append(differ, name+" 5 WD from "+day.Format(time.DateOnly)+" is "+at.At.In(ident.Zone).String())
			}
		}
	}
	if len(differ) > 0 {
		t.Fatalf("%d differences, such as %s", len(differ), strings.Join(differ[:min(len(differ), 5)], "; "))
	}
	t.Logf("%d days agree with both sources", days)
}
