package pack

import (
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

const keyWorkFile = "catalogue.csv"

// KeyWork is one item of the catalogue of key work, such as "4+10+N": each task
// of a weekly batch belongs to one. The last group grows by lines of data.
type KeyWork struct {
	Code   string
	Group  string
	Name   string
	NameEN string
	Basis  string
}

var keyWorkShape = shape{must: []string{"code", "group", "name"}, may: []string{"name_en", "basis"}, most: maxLines}

// keyWork reads catalogue.csv; a city without one has no catalogue.
func (l *layer) keyWork() []KeyWork {
	var out []KeyWork
	l.table(keyWorkFile, keyWorkShape, func(r row) {
		k := KeyWork{Code: r.must("code"), Group: r.must("group"), Name: r.must("name"), NameEN: r.text("name_en"), Basis: r.text("basis")}
		if k.NameEN == "" {
			k.NameEN = k.Name
		}
		if slices.ContainsFunc(out, func(o KeyWork) bool { return o.Code == k.Code }) {
			r.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(k.Code)))
			return
		}
		out = append(out, k)
	})
	return out
}

// Key returns an item of the catalogue.
func (c *City) Key(code string) (KeyWork, bool) {
	i := slices.IndexFunc(c.KeyWork, func(k KeyWork) bool { return k.Code == code })
	if i < 0 {
		return KeyWork{}, false
	}
	return c.KeyWork[i], true
}

// NearestKey returns the code of the catalogue most like a code.
func (c *City) NearestKey(code string) string {
	known := make([]string, len(c.KeyWork))
	for i, k := range c.KeyWork {
		known[i] = k.Code
	}
	return duty.Nearest(code, known)
}
