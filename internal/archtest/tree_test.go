package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// file is one text file of the repository.
type file struct {
	path string // from the root, with slashes
	text string
	code *ast.File // nil if it is not Go
}

// dir is the folder of a file, which is also its package's path in the module.
func (f *file) dir() string { return path.Dir(f.path) }

func (f *file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// tree is the files of a repository, in the order of their paths.
type tree struct {
	files []*file
	set   *token.FileSet
}

// breach is one place where a rule is broken.
type breach struct {
	where string // path, and the line if one can be named
	rule  string // name of the rule, one word
	what  string
}

func (b breach) String() string { return fmt.Sprintf("%s: %s: %s", b.where, b.rule, b.what) }

// The folders that hold no source of ours: what builds leave, and what is
// fetched.
var passedOver = []string{".git", "bin", "data", "demo-data", "out", "node_modules"}

// maxText is the largest file whose text is read: data beyond it has no prose.
const maxText = 4 << 20

// readTree reads every text file of fsys. Go files have to parse.
func readTree(fsys fs.FS) (*tree, error) {
	t := &tree{set: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(passedOver, d.Name()):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var body []byte
		if info.Size() <= maxText {
			if body, err = fs.ReadFile(fsys, name); err != nil {
				return err
			}
		}
		if body == nil || bytes.IndexByte(body, 0) >= 0 { // no text, but something that a link may lead to
			t.files = append(t.files, &file{path: name})
			return nil
		}
		f := &file{path: name, text: string(body)}
		t.files = append(t.files, f)
		if strings.HasSuffix(name, ".go") {
			f.code, err = parser.ParseFile(t.set, name, body, parser.SkipObjectResolution)
		}
		return err
	})
	return t, err
}

// code returns the Go files that are no tests.
func (t *tree) code() []*file {
	var out []*file
	for _, f := range t.files {
		if f.code != nil && !f.isTest() {
			out = append(out, f)
		}
	}
	return out
}

// at names the place of a node.
func (t *tree) at(n ast.Node) string {
	p := t.set.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// imports returns the import paths of a file with where they stand.
func (t *tree) imports(f *file) map[string]string {
	out := map[string]string{}
	for _, spec := range f.code.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			out[name] = t.at(spec)
		}
	}
	return out
}

// strings returns the string literals of a file with where they stand; tags
// and import paths are strings too.
func (t *tree) strings(f *file, fn func(where, value string)) {
	ast.Inspect(f.code, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if s, err := strconv.Unquote(lit.Value); err == nil {
			fn(t.at(lit), s)
		}
		return true
	})
}

// under reports whether a path is a folder or lies in it.
func under(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, folder+"/")
}

// made builds a tree from made-up files.
func made(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	out, err := readTree(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
