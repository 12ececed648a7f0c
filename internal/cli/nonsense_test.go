package cli

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// leaves returns every command that does something, by its words.
func leaves(cmd *cobra.Command, words []string) [][]string {
	var out [][]string
	for _, c := range cmd.Commands() {
		out = append(out, leaves(c, append(words[:len(words):len(words)], c.Name()))...)
	}
	if len(words) > 0 && words[0] != "help" {
		out = append(out, words)
	}
	return out
}

// commands are those of the whole program.
func commands(t *testing.T) [][]string {
	t.Helper()
	s := &session{now: time.Now}
	all := leaves(s.root(), nil)
	if len(all) < 20 {
		t.Fatalf("only %d commands", len(all))
	}
	return all
}

var (
	han   = regexp.MustCompile(`\p{Han}`)
	coded = regexp.MustCompile(`. \[[a-z_]+\.[a-z_]+\]$`)
)

// refuses runs a nonsensical command line in both languages: it ends with 1 or
// 2 and one sentence in the reader's language, and no trace of our insides.
func (p *place) refuses(args ...string) { p.t.Helper(); p.refusesAll(1, args...) }

// refusesAll is refuses for a command line with at most so many mistakes.
func (p *place) refusesAll(most int, args ...string) {
	p.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		code, out, errs := p.run(append(args, "--lang", lang)...)
		line := "huying " + strings.Join(args, " ") + " --lang " + lang
		if code != exitFailed && code != exitUsage {
			p.t.Errorf("%s: code %d\n%s%s", line, code, out, errs)
		}
		said := strings.Split(strings.TrimSuffix(errs, "\n"), "\n")
		if code == exitUsage {
			if len(said) != 2 {
				p.t.Errorf("%s says more than a sentence and where the help is:\n%s", line, errs)
			}
			said = said[:1]
		}
		if len(said) > most {
			p.t.Errorf("%s says more than it should:\n%s", line, errs)
		}
		for _, sentence := range said {
			if code == exitFailed && !coded.MatchString(sentence) || han.MatchString(sentence) != (lang == "zh-CN") {
				p.t.Errorf("%s says: %s", line, sentence)
			}
		}
		for _, inside := range []string{"goroutine ", "panic", "internal.error", ".go:", "EOF", "0x"} {
			if strings.Contains(errs, inside) {
				p.t.Errorf("%s shows its insides: %s", line, errs)
			}
		}
	}
}

func TestNonsenseIsRefusedByEveryCommand(t *testing.T) {
	p := newPlace(t)
	for _, words := range commands(t) {
		p.refuses(append(words, "--nonsense")...)
		p.refuses(append(words, "--nonsense=1", "-Z")...)
		p.refuses(append(words, "a", "b", "c", "d")...)
		p.refuses(append(words, "--config", "nowhere.yaml", "--json=perhaps")...)
	}
}

// Every command that reads settings refuses wrong ones.
func TestWrongSettingsAreRefusedByEveryCommand(t *testing.T) {
	p := newPlace(t)
	p.write("bad.yaml", "listen: [\n")
	for _, words := range commands(t) {
		s := &session{now: time.Now}
		cmd, _, err := s.root().Find(words)
		if err != nil || cmd.Flags().Lookup("log-level") == nil || words[0] == "doctor" {
			continue // no settings; the doctor reports them as findings
		}
		args := append(words[:len(words):len(words)], map[string][]string{
			"backup": {"x.db"}, "restore": {"x.db"}, "import calls": {"x.csv"}, "import territory": {"x.json", "--crs", "WGS84"},
			"explain due": {"20260310-0000000-0"}, "explain limit": {"7 CD"}, "token revoke": {"x"},
		}[strings.Join(words, " ")]...)
		p.refuses(append(args, "--config", "bad.yaml")...)
		p.refuses(append(args, "--config", "nowhere.yaml")...)
		p.refuses(append(args, "--log-level", "loud")...)
		p.refuses(append(args, "--pack", "./nowhere")...)
	}
}

func TestNonsenseInArgumentsAndFilesIsRefused(t *testing.T) {
	p := newPlace(t)
	p.write("calls.csv", callsCSV)
	p.want(exitProblems, "import", "calls", "calls.csv", "--source", "HOTLINE_12345")
	p.write("empty", "")
	p.write("empty.csv", "")
	p.write("junk.csv", "\x00\xff\xfe\x01\x02\n\"")
	p.write("junk.xlsx", "PK\x03\x04 no workbook")
	p.write("junk.jsonl", "{\"a\":\n")
	p.write("junk.json", strings.Repeat("[", 100_000))
	p.write("junk.db", strings.Repeat("no database ", 1000))
	p.write("junk.yaml", ": : :\n\t- ]")
	p.write("state.csv", callsCSV)
	p.write("state.csv.state", "{")
	for _, args := range [][]string{
		{"nonsense"}, {"--nonsense"}, {"pack", "nonsense"}, {"token", "nonsense"}, {"import", "nonsense"}, {"explain", "nonsense"}, {"help", "nonsense"},
		{"backup", "nowhere/x.db"}, {"backup", "."}, {"backup", "calls.csv"}, {"backup"},
		{"restore", "nowhere.db"}, {"restore", "junk.db", "--data", "new"}, {"restore", "empty", "--data", "new"}, {"restore", ".", "--data", "new"}, {"restore"},
		{"bench", "nonsense"}, {"bench", "--seconds", "0"}, {"bench", "--matters", "many"}, {"bench", "floor-server", "nowhere", "many"},
		{"completion"}, {"completion", "cmd.exe"},
		{"demo", "--until", "tomorrow"}, {"demo", "--matters", "-1"}, {"demo", "--days", "0"}, {"demo", "--seed", "-1"}, {"demo", "--pack", "atlantis", "--data", "d1"},
		{"demo", "--database", "postgres://h/d"}, {"demo", "--data", "calls.csv"},
		{"explain", "due", "1"}, {"explain", "due", "20260310-0000000-0"}, {"explain", "limit", "soon"}, {"explain", "limit", "-7 CD"}, {"explain", "limit", "7 CD", "--start", "x"},
		{"explain", "limit", "99999999999999999999 CD"}, {"explain", "limit", "7 CD", "--place", "mars"},
		{"export", "--format", "pdf"}, {"export", "--out", "x.pdf"}, {"export", "--out", "nowhere/x.csv"}, {"export", "--out", "calls.csv"}, {"export", "--as", "NOBODY"},
		{"export", "--place", "mars"}, {"export", "--status", "LOST"}, {"export", "--source", "PIGEON"}, {"export", "--category", "ZZZ"},
		{"import", "calls", "nowhere.csv", "--source", "HOTLINE_12345"}, {"import", "calls", "."}, {"import", "calls", "empty", "--source", "HOTLINE_12345"},
		{"import", "calls", "empty.csv", "--source", "HOTLINE_12345"},
		{"import", "calls", "junk.xlsx", "--source", "HOTLINE_12345"}, {"import", "calls", "calls.csv", "--source", "PIGEON"}, {"import", "calls", "calls.csv"},
		{"import", "calls", "calls.csv", "--mapping", "junk.yaml"}, {"import", "calls", "calls.csv", "--mapping", "nowhere.yaml"}, {"import", "calls", "calls.csv", "--mapping", "."},
		{"import", "calls", "calls.csv", "--source", "HOTLINE_12345", "--rejects", "nowhere/x.csv"}, {"import", "calls", "calls.csv", "--source", "HOTLINE_12345", "--as", "NOBODY"},
		{"import", "calls", "calls.csv", "--source", "HOTLINE_12345", "--place", "mars"}, {"import", "calls", "state.csv", "--source", "HOTLINE_12345", "--resume"},
		{"import", "territory", "nowhere.json", "--crs", "WGS84"}, {"import", "territory", "junk.json", "--crs", "WGS84"}, {"import", "territory", "calls.csv", "--crs", "WGS84"},
		{"import", "territory", "junk.json"}, {"import", "territory", "junk.json", "--crs", "flat"}, {"import", "territory", "empty", "--crs", "WGS84"},
		{"pack", "check", "atlantis"}, {"pack", "check", "calls.csv"}, {"pack", "show", "atlantis"}, {"pack", "show", "empty"}, {"pack", "show", "."},
		{"pack", "new", "x"}, {"pack", "new", "x", "--name", "n", "--root", "many"}, {"pack", "new", "calls.csv", "--name", "n", "--root", "990100"},
		{"pack", "new", "x", "--name", "n", "--root", "990100", "--district", "one"}, {"pack", "new", "../..", "--name", "n", "--root", "990100"},
		{"pack", "new", "x", "--name", "n", "--root", "990100", "--lon", "999"}, {"pack", "new", "x", "--name", "n", "--root", "990100", "--lat", "NaN"},
		{"serve", "--listen", "nowhere"}, {"serve", "--listen", "203.0.113.1:1"}, {"serve", "--data", "calls.csv"}, {"serve", "--keys", "calls.csv"}, {"serve", "--database", "sqlite:junk.db"},
		{"serve", "--pack", "atlantis"}, {"serve", "--tls-cert", "calls.csv"}, {"serve", "--tls-cert", "calls.csv", "--tls-key", "calls.csv"}, {"serve", "--node", "16"},
		{"serve", "--database", "postgres://127.0.0.1:1/none?connect_timeout=1"}, {"serve", "--database", "sqlite:nowhere/deep/x.db"},
		{"migrate", "--database", "sqlite:junk.db"}, {"migrate", "--status", "--data", "nowhere"},
		{"token", "new", "--post", "NOBODY"}, {"token", "new", "--days", "0"}, {"token", "new", "--days", "99999"}, {"token", "new", "--scope", "everything"}, {"token", "revoke", "x"},
		{"token", "new", "--name", strings.Repeat("x", 101)},
		{"verify", "--data", "nowhere"}, {"verify", "--receipt", "nowhere.json"}, {"verify", "--receipt", "."}, {"verify", "--database", "sqlite:junk.db"},
	} {
		p.refuses(args...)
	}
	p.want(exitUsage, "--lang")
	p.refusesAll(2, "import", "calls", "junk.csv", "--source", "HOTLINE_12345") // two columns are missing
	p.refusesAll(2, "import", "calls", "junk.jsonl", "--source", "HOTLINE_12345")
	for _, args := range [][]string{ // a check that ran and found something
		{"verify", "--receipt", "junk.json"}, {"verify", "--receipt", "empty"}, {"verify", "--receipt", "calls.csv"}, {"doctor", "--data", "calls.csv"},
	} {
		p.want(exitProblems, args...)
	}
}
