// Package source reads the Go source of the repository for the codes that need
// a text: fault codes, notice codes, the words of the domain's enumerations and
// the names of acts. It serves tests and the generator of docs/ERRORS.md; the
// program itself never reads source. It knows no text and no language.
package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
)

// Use is how one code is used all over the source.
type Use struct {
	Code   string
	Kinds  []string // names of the fault kinds, sorted; of a notice none
	Where  []string // file:line of every use, files relative to the root
	Counts []int    // how many arguments each use gives; -1 where it cannot be told
	Caused bool     // some use carries a cause that is shown as one more argument
}

// Least is the fewest arguments any use gives, and Most the greatest number a
// text may refer to; ok is false if a use hides its number.
func (u *Use) Least() (n int, ok bool) {
	n = -1
	for _, c := range u.Counts {
		if c < 0 {
			return 0, false
		}
		if n < 0 || c < n {
			n = c
		}
	}
	return max(n, 0), true
}

// Most is the greatest number of arguments a text may refer to.
func (u *Use) Most() int {
	n := 0
	for _, c := range u.Counts {
		n = max(n, c)
	}
	if u.Caused {
		n++
	}
	return n
}

// Source is what was found.
type Source struct {
	Faults  map[string]*Use
	Notices map[string]*Use
	// Pages has what stands on pages, by key.
	Pages map[string]*Use
	// Words has, by group, the values that need a word: the constants of the
	// domain's string types under "package.type_name", the families of untyped
	// constants named in families, the acts of the ledger under "act", the
	// fields that are checked as text under "field", and what the matter gives
	// as its own reasons and rules under "reason" and "rule".
	Words map[string]map[string]bool
	// Asked has, by group, the values that some source asks a word for with
	// Word("group", "code").
	Asked map[string]map[string]bool
	// Wrong says where a code is not written as a literal, so that it cannot be
	// found.
	Wrong []string
}

// roots are the folders of the repository that hold the program.
var roots = []string{"cmd", "internal", "packs"}

// Scan reads the source of the repository whose root folder is given.
func Scan(root string) (*Source, error) {
	s := &scanner{root: root, files: token.NewFileSet(), out: &Source{
		Faults: map[string]*Use{}, Notices: map[string]*Use{}, Pages: map[string]*Use{}, Words: map[string]map[string]bool{}, Asked: map[string]map[string]bool{},
	}}
	for _, dir := range roots {
		if err := filepath.WalkDir(filepath.Join(root, dir), s.visit); err != nil {
			return nil, fmt.Errorf("scan %s: %w", dir, err)
		}
	}
	return s.out, nil
}

type scanner struct {
	root  string
	files *token.FileSet
	out   *Source
	types map[string]bool // string types of the package folder at hand
	dir   string
	pkg   string
	told  map[token.Pos]bool // literals that a known call has used
}

func (s *scanner) visit(path string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	name := d.Name()
	if d.IsDir() {
		if name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			return filepath.SkipDir
		}
		return s.folder(path)
	}
	return nil
}

// folder reads the source files of one folder, which are one package: first
// its string types, then everything that uses them.
func (s *scanner) folder(path string) error {
	names, err := filepath.Glob(filepath.Join(path, "*.go"))
	if err != nil {
		return err
	}
	s.dir, s.types, s.told = path, map[string]bool{}, map[token.Pos]bool{}
	var parsed []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(s.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, f)
		s.stringTypes(f)
	}
	for _, f := range parsed {
		s.pkg = f.Name.Name
		ast.Inspect(f, s.node)
	}
	return nil
}

func (s *scanner) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		s.call(n)
	case *ast.CompositeLit:
		s.literalFault(n)
	case *ast.ValueSpec:
		if s.domain() {
			s.constants(n)
		}
	case *ast.AssignStmt:
		s.ended(n)
	case *ast.BasicLit:
		s.loose(n)
	}
	return true
}

// domain reports whether the folder at hand holds a package of the domain.
func (s *scanner) domain() bool {
	return filepath.Dir(s.dir) == filepath.Join(s.root, "internal", "domain")
}

func (s *scanner) where(p token.Pos) string {
	at := s.files.Position(p)
	name, err := filepath.Rel(s.root, at.Filename)
	if err != nil {
		name = at.Filename
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(name), at.Line)
}
