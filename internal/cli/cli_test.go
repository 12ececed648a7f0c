package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// place is a working directory with a small city pack of its own.
type place struct {
	t   *testing.T
	dir string
	env []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	t.Chdir(p.dir)
	p.want(exitOK, "pack", "new", "./mini", "--name", "示例市", "--root", "990100")
	p.env = []string{"HUYING_PACK=./mini", "HUYING_LANG=en", "HUYING_LISTEN=127.0.0.1:0"}
	return p
}

// locked is a buffer that a running command and the test may share.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (p *place) run(args ...string) (code int, out, errs string) {
	p.t.Helper()
	var o, e locked
	s := &session{in: strings.NewReader(""), out: &o, err: &e, env: p.env, version: "test", now: time.Now}
	code = s.run(p.t.Context(), args)
	return code, o.String(), e.String()
}

// want runs a command that must end with a code and returns all it printed.
func (p *place) want(code int, args ...string) string {
	p.t.Helper()
	got, out, errs := p.run(args...)
	if got != code {
		p.t.Fatalf("huying %s: code %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, errs)
	}
	if strings.Contains(errs, "goroutine ") {
		p.t.Fatalf("a stack trace: %s", errs)
	}
	return out + errs
}

func (p *place) wantText(text string, code int, args ...string) string {
	p.t.Helper()
	all := p.want(code, args...)
	if !strings.Contains(all, text) {
		p.t.Fatalf("huying %s says nothing of %q:\n%s", strings.Join(args, " "), text, all)
	}
	return all
}

// document runs a command with --json and reads what it printed.
func (p *place) document(to any, code int, args ...string) {
	p.t.Helper()
	got, out, errs := p.run(append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), to); got != code || err != nil {
		p.t.Fatalf("huying %s: code %d, %v\n%s%s", strings.Join(args, " "), got, err, out, errs)
	}
}

func (p *place) write(name, text string) string {
	p.t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return name
}

// open opens the place's installation as a running server has it.
func (p *place) open() *app.Opened {
	p.t.Helper()
	cfg, err := config.Load(config.Sources{Env: p.env})
	if err != nil {
		p.t.Fatal(err)
	}
	s := &session{err: p.t.Output()}
	o, err := app.Open(p.t.Context(), cfg, app.Serve, time.Now, nil, s.quiet(cfg))
	if err != nil {
		p.t.Fatal(err)
	}
	return o
}

func TestHelpSpeaksTheReadersLanguage(t *testing.T) {
	p := &place{t: t}
	p.wantText("用法", exitOK)
	p.wantText("Usage", exitOK, "--lang", "en")
	p.env = []string{"LANG=en_US.UTF-8"}
	p.wantText("Run the server", exitOK, "help")
	p.wantText("--seal-every", exitOK, "serve", "--help")
	p.env = []string{"LANG=C.UTF-8"}
	p.wantText("运行服务", exitOK, "--help")
}

func TestAWrongCommandLineIsToldAsSuch(t *testing.T) {
	p := &place{t: t}
	for _, args := range [][]string{
		{"nope"}, {"serve", "--nope"}, {"serve", "extra"}, {"backup"}, {"explain", "due"}, {"completion", "tcsh"}, {"import", "calls"}, {"token", "new", "--days"},
	} {
		p.wantText("--help", exitUsage, args...)
	}
}

func TestEveryWrongSettingIsToldAtOnce(t *testing.T) {
	p := &place{t: t}
	t.Chdir(t.TempDir())
	p.env = []string{"HUYING_LANG=en", "HUYING_NODE=77", "HUYING_SUITES=sm"}
	all := p.wantText("config.number_out_of_range", exitFailed, "config", "--listen", "nowhere")
	for _, code := range []string{"config.key_unknown", "config.address_malformed", "HUYING_SUITE"} {
		if !strings.Contains(all, code) {
			t.Errorf("nothing of %s in %s", code, all)
		}
	}
	p.env = nil
	p.wantText("命令行", exitOK, "config", "--node", "3")
	var values []config.Value
	p.document(&values, exitOK, "config", "--database", "postgres://u:geheim@h/d")
	for _, v := range values {
		if strings.Contains(v.Value, "geheim") {
			t.Errorf("%+v", v)
		}
	}
}

func TestPacksAreMadeCheckedAndShown(t *testing.T) {
	p := newPlace(t)
	p.wantText("all right", exitOK, "pack", "check", "mini")
	p.wantText("file.exists", exitFailed, "pack", "new", "mini", "--name", "x", "--root", "990100")
	p.wantText("pack.unknown", exitFailed, "pack", "check", "nowhere")
	p.wantText("pack.id_malformed", exitFailed, "pack", "new", "Not-A-Name", "--name", "x", "--root", "990100")
	var show summary
	p.document(&show, exitOK, "pack", "show", "mini")
	if show.Root != "990100" || show.Districts != 2 || show.Categories == 0 {
		t.Errorf("%+v", show)
	}
	p.wantText("guangzhou", exitOK, "pack", "list")
	p.write("mini/units.csv", "code,nonsense\n1,2\n")
	p.wantText("units.csv:1", exitProblems, "pack", "check", "mini")
	p.want(exitFailed, "verify")
}

func TestTokensAreMadeListedAndRevoked(t *testing.T) {
	p := newPlace(t)
	var made struct {
		Secret string
		Token  struct{ ID, Post string }
	}
	p.document(&made, exitOK, "token", "new", "--name", "first")
	if !strings.HasPrefix(made.Secret, "hy_") || !strings.Contains(made.Token.Post, "SYSTEM_ADMIN") {
		t.Errorf("%+v", made)
	}
	p.wantText("works", exitOK, "token", "list")
	p.want(exitOK, "token", "revoke", made.Token.ID)
	p.wantText("revoked", exitOK, "token", "list")
	p.wantText("token.unknown", exitFailed, "token", "revoke", made.Token.ID)
	p.wantText("post.unknown", exitFailed, "token", "new", "--post", "NOBODY")
}

func TestWhatTheMachineRefusesIsSaidClearly(t *testing.T) {
	p := newPlace(t)
	p.write("afile", "x")
	p.wantText("data.not_writable", exitFailed, "token", "new", "--data", "afile")
	p.wantText("data.not_writable", exitProblems, "doctor", "--data", "afile")
	p.wantText("store.file_not_found", exitFailed, "verify")
	p.want(exitOK, "token", "new")
	o := p.open() // the server runs
	p.wantText("store.locked", exitFailed, "token", "new")
	p.wantText("store.locked", exitFailed, "serve")
	p.want(exitOK, "token", "list")
	p.want(exitOK, "verify")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	p.want(exitOK, "doctor")
	if err := os.Chmod("data/keys", 0o644); err != nil {
		t.Fatal(err)
	}
	p.wantText("keys.not_private", exitProblems, "doctor")
	p.wantText("keys.not_private", exitFailed, "serve")
	if err := os.Remove("data/keys"); err != nil {
		t.Fatal(err)
	}
	p.wantText("keys.lost", exitFailed, "serve")
	p.write("data/keys", "nonsense\n")
	p.wantText("keys.malformed", exitFailed, "serve")
}

const callsCSV = `reference,text,place,category
A-1,路灯坏了三天没人修,990101001001,
A-2,,990101001001,
A-3,垃圾堆在门口,990101001002,
`

func TestCallsAreImportedBackedUpRestoredAndVerified(t *testing.T) {
	p := newPlace(t)
	p.write("calls.csv", callsCSV)
	p.wantText("1 refused", exitProblems, "import", "calls", "calls.csv", "--source", "HOTLINE_12345")
	if body, err := os.ReadFile("calls.csv.rejects.csv"); err != nil || !strings.Contains(string(body), "A-2") {
		t.Fatalf("%v: %s", err, body)
	}
	p.wantText("2 known before", exitProblems, "import", "calls", "calls.csv", "--source", "HOTLINE_12345")
	p.want(exitProblems, "import", "calls", "calls.csv", "--source", "HOTLINE_12345", "--resume")
	p.wantText("file.unreadable", exitFailed, "import", "calls", "nowhere.csv", "--source", "HOTLINE_12345")
	p.wantText("mapping.", exitFailed, "import", "calls", "calls.csv", "--mapping", p.write("m.yaml", "txt: a\n"))

	o := p.open()
	no := p.firstMatter()
	receipt, err := o.Engine.Receipt(t.Context(), no.id)
	if err != nil {
		t.Fatal(err)
	}
	p.wantText("checked", exitOK, "backup", "copy.db") // beside the open database
	p.wantText("store.file_exists", exitFailed, "backup", "copy.db")
	key := p.write("key.txt", o.Engine.PublicKey().Text()+"\n")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	p.wantText("store.file_exists", exitFailed, "restore", "copy.db")
	if err := os.Rename("data/huying.db", "old.db"); err != nil {
		t.Fatal(err)
	}
	p.wantText("store.", exitFailed, "restore", p.write("bad.db", "no database"))
	p.want(exitOK, "restore", "copy.db")
	p.wantText("2 matters", exitOK, "verify")
	p.wantText(no.text, exitOK, "explain", "due", no.text)
	p.wantText("matter.not_found", exitFailed, "explain", "due", ident.NewMaker(1).Next(time.Now()).Number())

	name := p.write("receipt.json", string(receipt))
	p.wantText("The receipt holds", exitOK, "verify", "--receipt", name, "--key", key)
	p.wantText("Mind", exitOK, "verify", "--receipt", name)
	p.wantText("ledger.", exitProblems, "verify", "--receipt", p.write("forged.json", strings.Replace(string(receipt), "HOTLINE", "HOTLINF", 1)))
}

// number is a public number and what it stands for.
type number struct {
	id   ident.ID
	text string
}

func (p *place) firstMatter() number {
	p.t.Helper()
	out := p.want(exitOK, "export", "--format", "jsonl")
	var row struct{ Number string }
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&row); err != nil {
		p.t.Fatalf("%v in %s", err, out)
	}
	id, err := ident.ParseNumber(row.Number)
	if err != nil {
		p.t.Fatal(err)
	}
	return number{id, row.Number}
}

func TestShapesAreTriedAndKept(t *testing.T) {
	p := newPlace(t)
	p.want(exitOK, "migrate")
	o := p.open()
	var shapes bytes.Buffer
	if err := territory.WriteGeoJSON(&shapes, o.Engine.City().Territory, territory.District, ""); err != nil {
		t.Fatal(err)
	}
	version := o.Engine.City().Version
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	name := p.write("districts.geojson", shapes.String())
	p.wantText("nothing was kept", exitOK, "import", "territory", name, "--crs", "WGS84", "--dry-run")
	p.wantText("it holds from", exitOK, "import", "territory", name, "--crs", "WGS84")
	p.wantText("crs.unknown", exitFailed, "import", "territory", name, "--crs", "mars")
	p.want(exitFailed, "import", "territory", p.write("bad.geojson", "{"), "--crs", "WGS84")
	p.wantText("shape.none", exitFailed, "import", "territory", p.write("none.geojson", `{"type":"FeatureCollection","features":[]}`), "--crs", "WGS84")
	o = p.open()
	defer o.Close()
	if got := o.Engine.City(); !strings.HasPrefix(got.Version, version+"+") {
		t.Errorf("version %s after %s", got.Version, version)
	} else if d, _ := got.Territory.Place("990101"); d.Synthetic {
		t.Error("the district is still schematic")
	}
}

func TestLimitsAreExplainedDayByDay(t *testing.T) {
	p := newPlace(t)
	all := p.wantText("Due: 2026-10-06 00:00", exitOK, "explain", "limit", "7 CD", "--start", "2026-09-28 16:30")
	if !strings.Contains(all, "2026-10-01") {
		t.Error(all)
	}
	p.wantText("到期：", exitOK, "explain", "limit", "10 WD", "--lang", "zh-CN", "--place", "990101")
	all = p.want(exitFailed, "explain", "limit", "7 parsecs", "--start", "soon")
	if !strings.Contains(all, "limit.") || !strings.Contains(all, "start.malformed") {
		t.Error(all)
	}
	p.wantText("place.unknown", exitFailed, "explain", "limit", "7 CD", "--place", "1")
}

func TestTheSchemaIsBroughtUpToDate(t *testing.T) {
	p := newPlace(t)
	p.want(exitFailed, "migrate", "--status") // no database yet
	p.wantText("applied", exitOK, "migrate")
	p.wantText("up to date", exitOK, "migrate", "--status")
}

func TestServeStartsServesAndStops(t *testing.T) {
	p := newPlace(t)
	ctx, stop := context.WithCancel(t.Context())
	var out, errs locked
	said := make(chan struct{}, 64)
	s := &session{in: strings.NewReader(""), out: &out, err: tee{&errs, said}, env: p.env, version: "test", now: time.Now}
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, []string{"serve"}) }()
	for !strings.Contains(errs.String(), "serves http://") {
		select {
		case <-said:
		case code := <-ended:
			t.Fatalf("it ended with %d: %s", code, errs.String())
		}
	}
	stop()
	if code := <-ended; code != exitOK {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	if !strings.Contains(errs.String(), "/invite/") {
		t.Errorf("the first start shows no link to make the administrators: %s", errs.String())
	}
	p.want(exitOK, "verify")
	if _, err := os.Stat(filepath.Join("data", "keys")); err != nil {
		t.Error(err)
	}
}

// tee tells a channel whenever something is written.
type tee struct {
	*locked
	said chan<- struct{}
}

func (w tee) Write(b []byte) (int, error) {
	n, err := w.locked.Write(b)
	select {
	case w.said <- struct{}{}:
	default:
	}
	return n, err
}

func TestSmallCommands(t *testing.T) {
	p := &place{t: t}
	p.wantText("test", exitOK, "version")
	for _, shell := range []string{"bash", "zsh", "fish"} {
		p.wantText("huying", exitOK, "completion", shell)
	}
}
