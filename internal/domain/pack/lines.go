package pack

import (
	"strings"

	"huying/internal/fault"
)

// Line is a line of business that orders are told apart by (YT-28), with the
// categories that belong to it, by the beginning of their codes.
type Line struct {
	Code       string
	Name       string
	NameEN     string
	Categories []string
}

var lineShape = shape{must: []string{"code", "name", "categories"}, may: []string{"name_en"}, most: 100}

// lines reads lines.csv: the lines of business of the command centre.
func (l *layer) lines() []Line {
	var out []Line
	of := map[string]string{}
	l.table(linesFile, lineShape, func(r row) {
		x := Line{Code: r.must("code"), Name: r.must("name"), NameEN: r.text("name_en"), Categories: strings.Fields(strings.ReplaceAll(r.must("categories"), ";", " "))}
		if x.NameEN == "" {
			x.NameEN = x.Name
		}
		for _, c := range x.Categories {
			if of[c] != "" {
				r.wrong(fault.New(fault.Invalid, "pack.line_twice", c, of[c]))
			}
			of[c] = x.Code
		}
		out = append(out, x)
	})
	return out
}

// LineOf returns the code of the line of business that a category belongs to, by
// the longest beginning that is listed, or "" if the city has no such lines.
func (c *City) LineOf(category string) string {
	best, longest := "", 0
	for i := range c.Lines {
		for _, prefix := range c.Lines[i].Categories {
			if len(prefix) > longest && strings.HasPrefix(category, prefix) {
				best, longest = c.Lines[i].Code, len(prefix)
			}
		}
	}
	return best
}
