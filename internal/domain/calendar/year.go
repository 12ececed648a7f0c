package calendar

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"huying/internal/fault"
	"huying/internal/ident"
)

// Named is a civil day, read in ident.Zone, and the holiday it belongs to.
type Named struct {
	Date time.Time
	Name string
}

// Year is what was announced for one year: the days of rest, and the days of
// the weekend that are worked to make up for them. A notice may reach into the
// December before and the January after.
type Year struct {
	Year int
	Off  []Named
	Work []Named
}

// maxRows bounds a calendar file; a notice has about forty days.
const maxRows = 20_000

// Check returns a fault for every entry of y that cannot be.
// Faults: calendar.year_out_of_range, calendar.day_outside_year,
// calendar.day_listed_twice.
func (y Year) Check() error {
	if y.Year < 1 || y.Year > 9998 {
		return fault.Field("year", "calendar.year_out_of_range", y.Year)
	}
	var faults fault.List
	seen := map[int]bool{}
	for _, list := range [][]Named{y.Off, y.Work} {
		for _, d := range list {
			day := at(d.Date).day()
			date := d.Date.In(ident.Zone).Format(time.DateOnly)
			if !y.reaches(d.Date) {
				faults.Add(fault.Field("date", "calendar.day_outside_year", date, y.Year))
			} else if seen[day] {
				faults.Add(fault.Field("date", "calendar.day_listed_twice", date))
			}
			seen[day] = true
		}
	}
	return faults.Err()
}

// reaches reports whether a notice for y may speak of the day.
func (y Year) reaches(date time.Time) bool {
	year, month, _ := date.In(ident.Zone).Date()
	return year == y.Year || year == y.Year-1 && month == time.December || year == y.Year+1 && month == time.January
}

// ReadYears reads a calendar file: CSV of date,kind,name in UTF-8, where a
// line that begins with # is a comment. A line "2026,known," opens a year: it
// and nothing else makes the year known, even if no day follows. The lines
// below it are the days of that year's notice: kind is "off" for a day of rest
// and "work" for a make-up working day. file names the source in faults, as
// file:line, and all faults of a file are told together.
// Faults: calendar.file_unreadable, calendar.file_too_long,
// calendar.row_invalid, calendar.row_before_year, calendar.row_outside_year,
// calendar.row_repeated, calendar.year_repeated.
func ReadYears(r io.Reader, file string) ([]Year, error) {
	rows := csv.NewReader(r)
	rows.Comment, rows.FieldsPerRecord, rows.TrimLeadingSpace = '#', -1, true
	in := yearReader{file: file, days: map[int]bool{}, years: map[int]bool{}}
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			in.unreadable(err)
			break
		}
		if n >= maxRows {
			in.faults.Add(fault.New(fault.TooLarge, "calendar.file_too_long", file, maxRows))
			break
		}
		in.line, _ = rows.FieldPos(0)
		in.row(row)
	}
	if err := in.faults.Err(); err != nil {
		return nil, err
	}
	return in.out, nil
}

// yearReader gathers the years of one file.
type yearReader struct {
	file   string
	line   int
	days   map[int]bool
	years  map[int]bool
	out    []Year
	faults fault.List
}

func (in *yearReader) where() string { return in.file + ":" + strconv.Itoa(in.line) }

// unreadable tells of bytes that are no CSV, or a source that fails.
func (in *yearReader) unreadable(err error) {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		in.line = bad.Line
	}
	in.faults.Add(fault.New(fault.Invalid, "calendar.file_unreadable", in.where()).Because(err))
}

func (in *yearReader) row(row []string) {
	for len(row) < 3 {
		row = append(row, "")
	}
	date := strings.TrimPrefix(strings.TrimSpace(row[0]), "\ufeff")
	kind, name := strings.TrimSpace(row[1]), strings.TrimSpace(row[2])
	switch {
	case len(row) > 3:
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_invalid", in.where(), short(strings.Join(row, ","))))
	case date == "date" && kind == "kind":
		return
	case kind == "known":
		in.year(date)
	default:
		in.day(date, kind, name)
	}
}

func (in *yearReader) year(text string) {
	year, err := strconv.Atoi(text)
	switch {
	case err != nil || len(text) != 4 || year < 1 || year > 9998:
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_invalid", in.where(), short(text)))
	case in.years[year]:
		in.faults.Add(fault.New(fault.Invalid, "calendar.year_repeated", in.where(), year))
	default:
		in.years[year] = true
		in.out = append(in.out, Year{Year: year})
	}
}

func (in *yearReader) day(text, kind, name string) {
	date, err := time.ParseInLocation(time.DateOnly, text, ident.Zone)
	switch {
	case err != nil || kind != "off" && kind != "work" || name == "":
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_invalid", in.where(), short(text+","+kind+","+name)))
		return
	case len(in.out) == 0:
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_before_year", in.where(), text))
		return
	}
	y, day := &in.out[len(in.out)-1], at(date).day()
	switch {
	case !y.reaches(date):
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_outside_year", in.where(), text, y.Year))
	case in.days[day]:
		in.faults.Add(fault.New(fault.Invalid, "calendar.row_repeated", in.where(), text))
	case kind == "off":
		y.Off = append(y.Off, Named{Date: date, Name: name})
	default:
		y.Work = append(y.Work, Named{Date: date, Name: name})
	}
	in.days[day] = true
}

// short keeps a wrong text that is quoted back from filling the screen.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
