package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// told is one test function that tells a story.
type told struct {
	File  string // from the root of the repository
	Func  string
	IDs   []string // what it is a story of
	Where []string // the desks it goes to
}

// stories is what a folder of tests tells, and what it only claims to.
type stories struct {
	List   []told
	Claims []string // what is wrong, one sentence each
}

// of returns the stories of an id, in the order of their files.
func (s stories) of(id string) (out []told) {
	for _, t := range s.List {
		if slices.Contains(t.IDs, id) {
			out = append(out, t)
		}
	}
	return out
}

// The ways an id is claimed: the file's name, the beginning of the test's name,
// and a call of story(t, "BJ-25") in the test.
var (
	fileClaim = regexp.MustCompile(`^((?:gz|ln|yt|bj|lh|inv)\d+|b\d+)_`)
	funcClaim = regexp.MustCompile(`^((?:GZ|LN|YT|BJ|LH|INV)\d+|B\d+|Journey\d+)`)
	shortID   = regexp.MustCompile(`^([A-Z]+)(\d+)$`)
)

// idOf writes the short form of an id, as names carry it, in full: GZ01 is
// GZ-01, B103 is B1-03, B9 is B9, Journey2 is E2-02.
func idOf(short string) string {
	if n, ok := strings.CutPrefix(short, "Journey"); ok {
		return "E2-" + fmt.Sprintf("%02s", n)
	}
	m := shortID.FindStringSubmatch(strings.ToUpper(short))
	switch {
	case m == nil:
		return short
	case m[1] != "B":
		return m[1] + "-" + m[2]
	case len(m[2]) < 3:
		return "B" + m[2]
	}
	cut := len(m[2]) - 2
	return "B" + m[2][:cut] + "-" + m[2][cut:]
}

// reader reads the tests of one folder.
type reader struct {
	folder string
	set    *token.FileSet
	funcs  map[string][]*ast.FuncDecl // of the package, by name
	desks  map[string]string          // name of a field or import to package
	out    stories
}

// readStories finds every story in the tests of a folder under root. known
// tells whether an id exists.
func readStories(root, folder string, known func(id string) bool) (stories, error) {
	dir := filepath.Join(root, filepath.FromSlash(folder))
	r := &reader{folder: folder, set: token.NewFileSet(), funcs: map[string][]*ast.FuncDecl{}, desks: map[string]string{}}
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return stories{}, err
	}
	if len(names) == 0 {
		return stories{}, fmt.Errorf("there is no test in %s", dir)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return stories{}, err
		}
		f, err := parser.ParseFile(r.set, name, src, parser.SkipObjectResolution)
		if err != nil {
			return stories{}, err
		}
		base := filepath.Base(name)
		files[base] = f
		r.learn(f)
		if ok, err := build.Default.MatchFile(dir, base); err != nil || !ok {
			r.wrong("%s is left out of a plain go test (%v)", base, err)
		}
	}
	for _, name := range names {
		r.file(filepath.Base(name), files[filepath.Base(name)], known)
	}
	return r.out, nil
}

func (r *reader) wrong(format string, args ...any) {
	r.out.Claims = append(r.out.Claims, fmt.Sprintf(format, args...))
}

// learn takes in the functions of a file and the desks that it names.
func (r *reader) learn(f *ast.File) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			r.funcs[fn.Name.Name] = append(r.funcs[fn.Name.Name], fn)
		}
	}
	for _, im := range f.Imports {
		name, err := strconv.Unquote(im.Path.Value)
		if rest, ok := strings.CutPrefix(name, "huying/internal/desk/"); ok && err == nil {
			r.desks[rest] = "internal/desk/" + rest
		}
	}
}

// file reads the stories of one file and checks what its name claims.
func (r *reader) file(base string, f *ast.File, known func(string) bool) {
	var ids []string
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Test") || fn.Name.Name == "TestMain" {
			continue
		}
		t := told{File: path.Join(r.folder, base), Func: fn.Name.Name, IDs: claims(fn)}
		for _, id := range t.IDs {
			if !known(id) {
				r.wrong("%s in %s tells of %s, which there is not", t.Func, base, id)
			}
		}
		ids = append(ids, t.IDs...)
		if len(t.IDs) == 0 {
			continue
		}
		reach := r.reached(fn)
		if reach.skips {
			r.wrong("%s in %s may be skipped, so it shows nothing", t.Func, base)
		}
		if !reach.asserts {
			r.wrong("%s in %s asserts nothing", t.Func, base)
		}
		t.Where = reach.desks
		r.out.List = append(r.out.List, t)
	}
	m := fileClaim.FindStringSubmatch(base)
	if m == nil {
		return
	}
	if id := idOf(m[1]); !slices.ContainsFunc(ids, func(x string) bool { return x == id || strings.HasPrefix(x, id+"-") }) {
		r.wrong("%s claims %s by its name, and no test in it tells of it", base, id)
	}
}

// claims returns the ids that a test claims, each once.
func claims(fn *ast.FuncDecl) (out []string) {
	add := func(id string) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for rest := strings.TrimPrefix(fn.Name.Name, "Test"); ; {
		short := funcClaim.FindString(rest)
		if short == "" {
			break
		}
		add(idOf(short))
		rest = rest[len(short):]
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "story" {
			return true
		}
		for _, arg := range call.Args {
			lit, ok := arg.(*ast.BasicLit)
			switch {
			case ok && lit.Kind == token.STRING:
				add(strings.Trim(lit.Value, `"`))
			case arg != call.Args[0]:
				add("what is not written out")
			}
		}
		return true
	})
	return out
}

// reach is what a test comes to, by itself and by what it calls.
type reach struct {
	asserts, skips bool
	desks          []string
}

// The calls that make a test fail, and those that let it pass untried.
var (
	failing  = []string{"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"}
	skipping = []string{"Skip", "Skipf", "SkipNow"}
	// What runs every story is no assertion of any one of them.
	running = []string{"tell", "sound", "newWorld", "steer", "story", "TestMain"}
)

// reached follows the calls of a test through the functions of its package, by
// name: two methods of one name are taken as one.
func (r *reader) reached(fn *ast.FuncDecl) reach {
	var out reach
	seen, todo := map[string]bool{}, []*ast.FuncDecl{fn}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		ast.Inspect(next.Body, func(n ast.Node) bool {
			if name, _ := named(n); r.desks[name] != "" && !slices.Contains(out.desks, r.desks[name]) {
				out.desks = append(out.desks, r.desks[name])
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, field := named(call.Fun)
			if field {
				out.asserts = out.asserts || slices.Contains(failing, name)
				out.skips = out.skips || slices.Contains(skipping, name)
			}
			if !seen[name] && !slices.Contains(running, name) {
				seen[name] = true
				todo = append(todo, r.funcs[name]...)
			}
			return true
		})
	}
	slices.Sort(out.desks)
	return out
}

// named is the name that a node uses, and whether it is one of something.
func named(n ast.Node) (name string, field bool) {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		return n.Sel.Name, true
	case *ast.Ident:
		return n.Name, false
	}
	return "", false
}
