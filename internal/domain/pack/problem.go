package pack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"huying/internal/fault"
)

// Problem is one mistake in a pack: where it is and what it is. Line counts
// from 1; 0 means the file as a whole.
type Problem struct {
	File string
	Line int
	Code string
	Args []any
}

// String tells the problem without words: "file:line: code args".
func (p Problem) String() string {
	return p.where() + ": " + (&fault.Error{Code: p.Code, Args: p.Args}).Error()
}

// Text tells the problem in the words of say, which turns a fault code and its
// arguments into a sentence: "file:line: sentence [code]".
func (p Problem) Text(say func(code string, args ...any) string) string {
	return fmt.Sprintf("%s: %s [%s]", p.where(), say(p.Code, p.Args...), p.Code)
}

// Fault returns the problem as a fault whose field is the place in the file.
func (p Problem) Fault() *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Code: p.Code, Field: p.where(), Args: p.Args}
}

func (p Problem) where() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Problems is everything that is wrong with a pack, sorted by file and line.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.Is and fault.All every problem as a fault.
func (ps Problems) Unwrap() []error {
	var all fault.List
	for _, p := range ps {
		all = append(all, p.Fault())
	}
	return []error{all}
}

// enough is how many problems are told at once; more would help nobody.
const enough = 500

// findings gathers problems while a pack is read.
type findings struct {
	problems Problems
}

// full reports whether no more problems are told, so that reading may stop.
func (f *findings) full() bool { return len(f.problems) >= enough }

// add keeps the faults of err as problems of one line.
func (f *findings) add(file string, line int, err error) {
	for _, e := range fault.All(err) {
		if f.full() {
			return
		}
		p := Problem{File: file, Line: line, Code: e.Code, Args: e.Args}
		if e.Err != nil {
			p.Args = append(slices.Clone(p.Args), clip(e.Err.Error()))
		}
		f.problems = append(f.problems, p)
	}
}

// sorted returns the problems in reading order, each once.
func (f *findings) sorted() Problems {
	slices.SortStableFunc(f.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(f.problems, func(a, b Problem) bool { return a.String() == b.String() })
}

// clip keeps a wrong text that is quoted back from filling the screen.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
