package pack

import (
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

const documentsFile = "documents.csv"

// Document is a law, a regulation or a policy that rules of the pack stand on
// (YT-32). What a source does not say of its number or version stays empty.
type Document struct {
	Code    string
	Title   string
	Number  string
	Version string
}

var documentShape = shape{must: []string{"code", "title"}, may: []string{"number", "version"}, most: maxLines}

// documents reads documents.csv over those of the layer below; kept says
// whether the layer keeps a register of its own.
func (l *layer) documents(under []Document) (out []Document, kept bool) {
	out = slices.Clone(under)
	kept = l.table(documentsFile, documentShape, func(r row) {
		d := Document{Code: r.must("code"), Title: r.must("title"), Number: r.text("number"), Version: r.text("version")}
		if slices.ContainsFunc(out, func(o Document) bool { return o.Code == d.Code || o.Title == d.Title }) {
			r.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(d.Code)))
			return
		}
		out = append(out, d)
	})
	return out, kept
}

// cites tells which items of a duty list stand on no document of the register,
// or on one that it lacks.
func (l *layer) cites(list *duty.List, docs []Document) {
	if list == nil {
		return
	}
	known := map[string]bool{}
	var titles []string
	for _, d := range docs {
		known[d.Title] = true
		titles = append(titles, d.Title)
	}
	for _, f := range list.Leaves() {
		if l.find.full() {
			return
		}
		cited := Cited(f.Basis)
		if len(cited) == 0 {
			l.wrong(categoriesFile, 0, fault.New(fault.Invalid, "pack.document_missing", f.Code))
		}
		for _, title := range cited {
			if !known[title] {
				l.wrong(categoriesFile, 0, fault.New(fault.Invalid, "pack.document_unknown", f.Code, clip(title), duty.Nearest(title, titles)))
			}
		}
	}
}

// Cited returns the titles that a basis names between 《 and 》.
func Cited(basis string) (out []string) {
	for {
		_, rest, ok := strings.Cut(basis, "《")
		if !ok {
			return out
		}
		title, after, ok := strings.Cut(rest, "》")
		if !ok {
			return out
		}
		out, basis = append(out, title), after
	}
}

// CitedBy returns the codes of the documents that an item of the duty list
// stands on.
func (c *City) CitedBy(f *duty.Leaf) (out []string) {
	for _, title := range Cited(f.Basis) {
		for _, d := range c.Documents {
			if d.Title == title {
				out = append(out, d.Code)
			}
		}
	}
	return out
}
