package source

import (
	"go/ast"
	"go/token"
	"strings"
	"unicode"
)

// families are the untyped constants of the domain that are shown to people:
// package and prefix of their names, and the group their words are in.
var families = []struct{ pkg, prefix, group string }{
	{"matter", "Judge", "matter.judge"},
	{"matter", "By", "mover"},
	{"order", "By", "mover"},
	{"order", "Objection", "order.objection"},
	{"order", "Card", "order.card"},
}

// stringTypes notes the types of a file that are strings.
func (s *scanner) stringTypes(f *ast.File) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, spec := range g.Specs {
			t := spec.(*ast.TypeSpec) // a GenDecl of types holds nothing else
			if base, ok := t.Type.(*ast.Ident); ok && base.Name == "string" && !t.Assign.IsValid() {
				s.types[t.Name.Name] = true
			}
		}
	}
}

// constants notes the exported string constants of a declaration; the empty
// string is the absence of a value and needs no word.
func (s *scanner) constants(v *ast.ValueSpec) {
	for i, name := range v.Names {
		value, _, ok := text(v.Values, i)
		if !ok || value == "" || !name.IsExported() {
			continue
		}
		if t, ok := v.Type.(*ast.Ident); ok && s.types[t.Name] {
			note(s.out.Words, s.pkg+"."+snake(t.Name), value)
			continue
		}
		if v.Type != nil {
			continue
		}
		for _, f := range families {
			if f.pkg == s.pkg && strings.HasPrefix(name.Name, f.prefix) {
				note(s.out.Words, f.group, value)
			}
		}
	}
}

// snake writes StartRule as start_rule.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
