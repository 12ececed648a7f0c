// Package cli is the commands of the program: what an operator does at a
// terminal, each over the same desks and the same engine as the server. It
// prints in the operator's language, as lines for people or as JSON for
// programs, and ends with an exit code. It decides nothing about a matter.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"huying/internal/fault"
	"huying/internal/text"
)

// The exit codes.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2 // the command line is wrong
	exitProblems = 3 // a check ran and found problems
)

// Main runs the command line of this process and returns its exit code.
func Main(version string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &session{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ(), version: version, now: time.Now}
	s.terminal = term.IsTerminal(int(os.Stderr.Fd()))
	return s.run(ctx, os.Args[1:])
}

// session is one command line with everything it may touch.
type session struct {
	in       io.Reader
	out, err io.Writer
	env      []string
	version  string
	now      func() time.Time
	terminal bool // err is one

	lang text.Lang
	json bool
}

// run runs one command line.
func (s *session) run(ctx context.Context, args []string) int {
	s.lang = s.chooseLang(args)
	root := s.root()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	return s.finish(root, err)
}

// finish tells the error and returns the exit code.
func (s *session) finish(root *cobra.Command, err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.As(err, &usage):
		fmt.Fprintln(s.err, s.say("命令写得不对：", "The command line is wrong: ")+s.usage(usage.err))
		fmt.Fprintf(s.err, s.say("用法见 %s --help\n", "See %s --help\n"), usage.command(root))
		return exitUsage
	}
	s.tell(err)
	return exitFailed
}

// errProblems says that a check has printed what it found.
var errProblems = errors.New("problems found")

// usageError is a command line that cannot be understood.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func (e *usageError) command(root *cobra.Command) string {
	if e.cmd == nil {
		return root.CommandPath()
	}
	return e.cmd.CommandPath()
}

// patterns of what cobra says about a command line, and how we say it.
var patterns = []struct {
	said *regexp.Regexp
	zh   string
}{
	{regexp.MustCompile(`^unknown (?:shorthand )?flag: (.*)$`), "没有选项 $1"},
	{regexp.MustCompile(`^unknown command "(.*)" for .*$`), "没有命令 $1"},
	{regexp.MustCompile(`^flag needs an argument: (.*)$`), "选项 $1 后面要有值"},
	{regexp.MustCompile(`^invalid argument "(.*)" for "(.*)" flag: .*$`), "选项 $2 的值 $1 不对"},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)$`), "要有 $1 个参数，现有 $2 个"},
}

// usage is what is wrong with a command line, in words.
func (s *session) usage(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return s.sentence(e) + " [" + e.Code + "]"
	}
	words, _, _ := strings.Cut(err.Error(), "\n")
	if s.lang == text.English {
		return words
	}
	for _, p := range patterns {
		if p.said.MatchString(words) {
			return p.said.ReplaceAllString(words, p.zh)
		}
	}
	return words
}

// say picks the text of the operator's language.
func (s *session) say(zh, en string) string {
	if s.lang == text.English {
		return en
	}
	return zh
}

// chooseLang looks for --lang, then HUYING_LANG, then the locale. Chinese is
// what is spoken unless somebody asked for something else.
func (s *session) chooseLang(args []string) text.Lang {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return langOf(v)
		}
		if a == "--lang" && i+1 < len(args) {
			return langOf(args[i+1])
		}
	}
	for _, name := range [...]string{"HUYING_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := s.getenv(name); v != "" {
			return langOf(v)
		}
	}
	return text.Chinese
}

func langOf(v string) text.Lang {
	if strings.HasPrefix(strings.ToLower(v), "en") {
		return text.English
	}
	return text.Chinese
}

func (s *session) getenv(name string) string {
	out := ""
	for _, line := range s.env {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			out = v
		}
	}
	return out
}

// tell prints every fault of an error as a sentence with its code.
func (s *session) tell(err error) {
	all := fault.All(err)
	if s.json {
		type said struct {
			Code  string `json:"code"`
			Field string `json:"field,omitempty"`
			Text  string `json:"text"`
		}
		var out []said
		for _, e := range all {
			out = append(out, said{e.Code, e.Field, s.sentence(e)})
		}
		s.writeJSON(s.err, map[string]any{"errors": out})
		return
	}
	for _, e := range all {
		where := ""
		if e.Field != "" {
			where = e.Field + s.say("：", ": ")
		}
		fmt.Fprintf(s.err, "%s%s [%s]\n", where, s.sentence(e), e.Code)
	}
}

// sentence is a fault in words. A mistake of ours carries its cause, since
// nothing else would help.
func (s *session) sentence(e *fault.Error) string {
	words := s.lang.Error(e)
	if e.Kind == fault.Internal && e.Err != nil {
		words += s.say("原因：", " Cause: ") + strings.ReplaceAll(e.Err.Error(), "\n", " ")
	}
	return words
}

// sayCode is sentence for a code and its arguments, as pack.Problem wants it.
func (s *session) sayCode(code string, args ...any) string {
	return s.lang.Error(&fault.Error{Kind: fault.Invalid, Code: code, Args: args})
}

// writeJSON writes one indented document. An output that is closed has nobody
// left to be told so.
func (s *session) writeJSON(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v)
}

// report prints v as JSON if that was asked for, and else calls lines.
func (s *session) report(v any, lines func()) {
	if s.json {
		s.writeJSON(s.out, v)
		return
	}
	lines()
}
