package cli

import (
	"database/sql"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // tampering goes behind the back of the store
)

// tamperings are changes that somebody with the file could make, and where
// verify must see them: ?1 is the id of the first matter.
var tamperings = []struct {
	name, sql string
	what      string // of the break
	seq       int    // of the entry it names, 0: any
	byte      bool   // whether a byte can be named
}{
	{"a byte of a matter", `UPDATE matter SET doc = CAST(substr(CAST(doc AS BLOB), 1, 40) || x'58' || substr(CAST(doc AS BLOB), 42) AS TEXT) WHERE id = ?1`, "state", 0, true},
	{"a byte of an entry", `UPDATE ledger SET payload = CAST(substr(CAST(payload AS BLOB), 1, 40) || x'58' || substr(CAST(payload AS BLOB), 42) AS TEXT) WHERE matter = ?1 AND seq = 1`, "entry", 1, true},
	{"an entry is gone", `DELETE FROM ledger WHERE matter = ?1 AND seq = 1`, "head", 0, false},
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	p := newPlace(t)
	p.write("calls.csv", callsCSV)
	p.want(exitProblems, "import", "calls", "calls.csv", "--source", "HOTLINE_12345")
	p.sealed()
	no := p.firstMatter()
	whole := readAll(t, "data/huying.db")
	for _, x := range tamperings {
		t.Run(x.name, func(t *testing.T) {
			p.raw(x.sql, int64(no.id))
			defer p.put("data/huying.db", whole)
			var found struct {
				Breaks []struct {
					Matter string
					Seq    int
					What   string
					Byte   int
					Detail string
				}
			}
			p.document(&found, exitProblems, "verify")
			named := false
			for _, b := range found.Breaks {
				named = named || b.Matter == no.text && b.What == x.what && b.Detail != "" && (x.seq == 0 || b.Seq == x.seq) && (!x.byte || b.Byte >= 30 && b.Byte <= 41)
			}
			if !named {
				t.Errorf("want a break of the %s of %s, found %+v", x.what, no.text, found.Breaks)
			}
			en := p.wantText("differs: matter "+no.text+", entry ", exitProblems, "verify")
			if x.byte && !strings.Contains(en, "from byte ") {
				t.Errorf("no byte in %s", en)
			}
			p.wantText("不符：诉求 "+no.text, exitProblems, "verify", "--lang", "zh-CN")
		})
	}
	p.wantText("agree", exitOK, "verify")
}

// raw runs a statement on the database as a stranger would.
func (p *place) raw(statement string, args ...any) {
	p.t.Helper()
	db, err := sql.Open("sqlite", "data/huying.db")
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	res, err := db.ExecContext(p.t.Context(), statement, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n != 1 || err != nil {
		p.t.Fatalf("%d rows, %v", n, err)
	}
	if _, err := db.ExecContext(p.t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		p.t.Fatal(err)
	}
}

// put lays a database down as it was.
func (p *place) put(name string, body []byte) {
	p.t.Helper()
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(name + rest); err != nil && !os.IsNotExist(err) {
			p.t.Fatal(err)
		}
	}
	p.write(name, string(body))
}

func readAll(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The same seed and end give the same demo, down to every figure.
func TestTheDemoCanBeRepeated(t *testing.T) {
	p := newPlace(t)
	p.env = []string{"HUYING_LANG=en", "HUYING_PACK=guangzhou", "HUYING_LISTEN=127.0.0.1:0"}
	args := []string{"demo", "--once", "--matters", "300", "--until", "2026-03-31 09:00", "--data"}
	var first, second map[string]any
	p.document(&first, exitOK, append(args, "one")...)
	p.document(&second, exitOK, append(args, "two")...)
	for _, x := range []map[string]any{first, second} {
		for _, key := range []string{"seconds", "Took", "data"} {
			delete(x, key)
		}
	}
	if len(first) < 5 || !reflect.DeepEqual(first, second) {
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(second)
		t.Errorf("two runs of one seed:\n%s\n%s", a, b)
	}
	p.want(exitOK, "verify", "--data", "one")
	p.document(&second, exitOK, append(args, "one", "--matters", "20", "--days", "3")...) // a demo makes room for the next

	if err := os.Mkdir("mine", 0o700); err != nil {
		t.Fatal(err)
	}
	p.write("mine/thesis.txt", "years of work")
	p.oneSentence("demo.directory_in_use", append(args, "mine")...)
	p.want(exitOK, "migrate", "--data", "real")
	p.oneSentence("demo.directory_in_use", append(args, "real")...)
	if string(readAll(t, "mine/thesis.txt")) != "years of work" {
		t.Error("the demo wrote over somebody's file")
	}

	x := p.serve("--data", "one", "--origin", "huying.demo/log")
	x.end()
	if !strings.Contains(x.errs.String(), "This is a demo") {
		t.Errorf("a demo is served as real: %s", x.errs)
	}
	y := p.serve("--data", "real")
	y.end()
	if strings.Contains(y.errs.String(), "This is a demo") {
		t.Errorf("a real city is served as a demo: %s", y.errs)
	}
}

// A city that somebody just made: its pack is right, the server boots on it,
// and calls find their place and category in either language.
func TestANewPackServesAtOnce(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		t.Run(lang, func(t *testing.T) {
			p := &place{t: t, dir: t.TempDir()}
			t.Chdir(p.dir)
			p.want(exitOK, "pack", "new", "./port", "--name", "Port City", "--name-en", "Port City", "--root", "990200", "--lang", lang,
				"--district", "990201=East", "--district", "990202=West")
			p.want(exitOK, "pack", "check", "./port", "--lang", lang)
			p.env = []string{"HUYING_PACK=./port", "HUYING_LANG=" + lang, "HUYING_LISTEN=127.0.0.1:0"}
			token := p.token("990200-RX/AGENT#1")
			x := p.serve()
			p.callsFind(x, token)
			x.end()
			p.want(exitOK, "verify")
		})
	}
}

// callsFind takes calls in by place, by point and by category.
func (p *place) callsFind(x *serving, token string) {
	p.t.Helper()
	var list struct {
		Items []struct{ Code, Name string }
	}
	ask(p.t, "GET", x.url+"/api/v1/categories", token, nil).into(p.t, 200, &list)
	if len(list.Items) == 0 {
		p.t.Fatal("no categories")
	}
	var m received
	by := lamp("N-1")
	by["place"], by["category"] = "990201001001", "B04"
	ask(p.t, "POST", x.url+"/api/v1/calls", token, by).into(p.t, 201, &m)
	if m.Category != "B04" {
		p.t.Errorf("%+v", m)
	}
	by = lamp("N-2")
	delete(by, "place")
	by["lon"], by["lat"], by["text"] = 113.3, 23.1, "the streetlight is out / 路灯坏了"
	ask(p.t, "POST", x.url+"/api/v1/calls", token, by).into(p.t, 201, &m)
	if where, err := json.Marshal(m.Place); err != nil || !regexp.MustCompile(`99020[12]`).Match(where) {
		p.t.Errorf("the point is at %s, %v", where, err)
	}
	var advice struct{ Categories []struct{ Code string } }
	ask(p.t, "POST", x.url+"/api/v1/calls/suggest", token, map[string]any{"text": by["text"], "place": "990201001001"}).into(p.t, 200, &advice)
	if !slices.ContainsFunc(advice.Categories, func(c struct{ Code string }) bool { return c.Code == "B04" }) {
		p.t.Errorf("%+v", advice)
	}
}

// What programs read is written in one way, whatever the command.
func TestJSONKeysAreAllOfOneKind(t *testing.T) {
	p := newPlace(t)
	p.write("calls.csv", callsCSV)
	snake := regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)?$`)
	for _, args := range [][]string{
		{"import", "calls", "calls.csv", "--source", "HOTLINE_12345"}, {"verify"}, {"config"}, {"doctor"}, {"token", "list"}, {"version"}, {"token", "new"},
		{"pack", "show", "mini"}, {"pack", "check", "mini"}, {"pack", "list"}, {"migrate"}, {"explain", "limit", "7 CD"},
		{"demo", "--once", "--matters", "20", "--days", "3"}, {"backup", "x.db"}, {"export", "--out", "x.jsonl"}, {"nonsense"},
	} {
		_, out, _ := p.run(append(args, "--json")...)
		var doc any
		if out == "" && args[0] == "nonsense" {
			continue
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Errorf("huying %s --json: %v in %s", strings.Join(args, " "), err, out)
		}
		for _, key := range keysOf(doc) {
			if !snake.MatchString(key) {
				t.Errorf("huying %s --json has a key %q", strings.Join(args, " "), key)
			}
		}
	}
}

// keysOf gathers all keys of a document.
func keysOf(doc any) []string {
	var out []string
	switch x := doc.(type) {
	case map[string]any:
		out = slices.Collect(maps.Keys(x))
		for _, v := range x {
			out = append(out, keysOf(v)...)
		}
	case []any:
		for _, v := range x {
			out = append(out, keysOf(v)...)
		}
	}
	return out
}
