package source

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
)

// call notes what a call says: a fault, a notice, an act or a word asked for.
func (s *scanner) call(c *ast.CallExpr) {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		if plain, ok := c.Fun.(*ast.Ident); ok {
			s.field(c, plain.Name)
			s.page(c, plain.Name)
		}
		return
	}
	s.field(c, sel.Sel.Name)
	s.page(c, sel.Sel.Name)
	switch sel.Sel.Name {
	case "New", "Field":
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "fault" {
			s.fault(c, sel.Sel.Name)
		}
	case "Because":
		if made, ok := sel.X.(*ast.CallExpr); ok {
			s.caused(made)
		}
	case "tellUnit":
		s.notice(c, 1)
	case "tellCaller", "tellResult":
		s.notice(c, 0)
	case "begin":
		if act, _, ok := text(c.Args, 0); ok && s.pkg == "matter" {
			note(s.out.Words, "act", act)
		}
	case "withdraw", "withdrawAll", "rework", "convene":
		s.reasons(c)
	case "Word":
		s.asked(c)
	}
}

// reasons notes the reasons that the program itself gives where a person would
// give one in words of their own.
func (s *scanner) reasons(c *ast.CallExpr) {
	for i := range c.Args {
		if reason, _, ok := text(c.Args, i); ok && s.pkg == "matter" {
			note(s.out.Words, "reason", reason)
		}
	}
}

// ended notes a reason that is set by hand.
func (s *scanner) ended(a *ast.AssignStmt) {
	for _, left := range a.Lhs {
		if x, ok := left.(*ast.SelectorExpr); !ok || x.Sel.Name != "EndReason" || s.pkg != "matter" {
			return
		}
	}
	if reason, _, ok := text(a.Rhs, 0); ok {
		note(s.out.Words, "reason", reason)
	}
}

// field notes the name of a field whose text is checked: matter.Words and what
// stands before it name it to the user.
func (s *scanner) field(c *ast.CallExpr, name string) {
	if name != "Words" && name != "line" {
		return
	}
	if field, _, ok := text(c.Args, 0); ok && len(c.Args) == 3 {
		note(s.out.Words, "field", field)
	}
}

// page notes what is said on a page: T("key", …), Says("key", …), or Key("key") in a table.
func (s *scanner) page(c *ast.CallExpr, name string) {
	if name != "T" && name != "Key" && name != "Says" {
		return
	}
	if key, pos, ok := text(c.Args, 0); ok && pageKey.MatchString(key) {
		n := count(c, 1)
		if name == "Key" {
			n = -1
		}
		s.use(s.out.Pages, key, pos, n, "")
	}
}

var pageKey = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// fault notes a call of fault.New or fault.Field. Both have the code as their
// second argument.
func (s *scanner) fault(c *ast.CallExpr, name string) {
	code, pos, ok := text(c.Args, 1)
	if !ok {
		s.out.Wrong = append(s.out.Wrong, s.where(c.Pos())+": the code of a fault is not a literal")
		return
	}
	kind := "Invalid"
	if name == "New" {
		kind = kindOf(c.Args[0])
	}
	s.use(s.out.Faults, code, pos, count(c, 2), kind)
}

// kindOf reads the kind of a fault, fault.NotFound; "" if it is no constant,
// because the fault is of the kind of its cause.
func kindOf(x ast.Expr) string {
	if sel, ok := x.(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return ""
}

// caused notes that a fault made by the given call carries a cause, through
// any number of further calls such as In. A cause is for the log; only package
// pack shows it, as an argument, for what it reads itself or by calendar.
func (s *scanner) caused(made *ast.CallExpr) {
	if s.pkg != "pack" && s.pkg != "calendar" {
		return
	}
	sel, ok := made.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if inner, ok := sel.X.(*ast.CallExpr); ok {
		s.caused(inner)
		return
	}
	if code, _, ok := text(made.Args, 1); ok && (sel.Sel.Name == "New" || sel.Sel.Name == "Field") {
		s.of(s.out.Faults, code).Caused = true
	}
}

// literalFault notes a fault that is written out, as package fault itself does.
func (s *scanner) literalFault(c *ast.CompositeLit) {
	kind, code, pos := "", "", token.NoPos
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil:
			return
		case key.Name == "Code":
			code, pos, _ = text([]ast.Expr{kv.Value}, 0)
		case key.Name == "Kind":
			if x, ok := kv.Value.(*ast.Ident); ok {
				kind = x.Name
			}
		}
	}
	if s.pkg == "fault" && code != "" && kind != "" {
		s.use(s.out.Faults, code, pos, 0, kind)
	}
}

func (s *scanner) notice(c *ast.CallExpr, at int) {
	if code, pos, ok := text(c.Args, at); ok {
		s.use(s.out.Notices, code, pos, count(c, at+1), "")
	}
}

func (s *scanner) asked(c *ast.CallExpr) {
	group, _, okGroup := text(c.Args, 0)
	code, _, okCode := text(c.Args, 1)
	if okGroup && okCode {
		note(s.out.Asked, group, code)
	}
}

var (
	noticeCode = regexp.MustCompile(`^notice\.[a-z_]+$`)
	ruleName   = regexp.MustCompile(`^(C\d+\.\d+|[A-Z]{2}-\d+)$`)
)

// loose notes the names of rules, and the notice codes that stand outside the
// calls above: they reach them through a variable, and how many arguments they
// get cannot be told.
func (s *scanner) loose(l *ast.BasicLit) {
	code, _, ok := text([]ast.Expr{l}, 0)
	switch {
	case !ok:
	case noticeCode.MatchString(code) && !s.told[l.Pos()]:
		s.use(s.out.Notices, code, l.Pos(), -1, "")
	case s.pkg == "matter" && ruleName.MatchString(code):
		note(s.out.Words, "rule", code)
	}
}

func (s *scanner) use(in map[string]*Use, code string, pos token.Pos, n int, kind string) {
	u := s.of(in, code)
	s.told[pos] = true
	u.Where = append(u.Where, s.where(pos))
	u.Counts = append(u.Counts, n)
	if kind != "" && !slices.Contains(u.Kinds, kind) {
		u.Kinds = append(u.Kinds, kind)
		slices.Sort(u.Kinds)
	}
}

func (s *scanner) of(in map[string]*Use, code string) *Use {
	if in[code] == nil {
		in[code] = &Use{Code: code}
	}
	return in[code]
}

// count is how many arguments follow the first n of a call, -1 if a list is
// passed on.
func count(c *ast.CallExpr, n int) int {
	if c.Ellipsis.IsValid() {
		return -1
	}
	return len(c.Args) - n
}

// text returns the string literal at an index.
func text(args []ast.Expr, i int) (string, token.Pos, bool) {
	if i >= len(args) {
		return "", 0, false
	}
	l, ok := args[i].(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", 0, false
	}
	v, err := strconv.Unquote(l.Value)
	return v, l.Pos(), err == nil
}

func note(in map[string]map[string]bool, group, code string) {
	if in[group] == nil {
		in[group] = map[string]bool{}
	}
	in[group][code] = true
}
