package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/config"
	"huying/internal/fault"
)

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "huying.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func codes(err error) []string {
	var out []string
	for _, e := range fault.All(err) {
		out = append(out, e.Field+" "+e.Code)
	}
	return out
}

func TestDefaultsAreEnough(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "sqlite:"+filepath.Join("data", "huying.db") || c.Keys != filepath.Join("data", "keys") {
		t.Errorf("database %q, keys %q", c.Database, c.Keys)
	}
	if c.Listen != "127.0.0.1:8080" || c.Pack != "guangzhou" || c.Suite != "intl" || c.SealEvery != time.Minute || c.FireWorkers != 64 {
		t.Errorf("%+v", c)
	}
}

func TestTheWeightierSourceWins(t *testing.T) {
	name := file(t, "node: 1\nsuite: sm\nlisten: 0.0.0.0:1\nseal_every: 5s\n")
	c, err := config.Load(config.Sources{
		File: name, Env: []string{"HUYING_NODE=2", "HUYING_LISTEN=0.0.0.0:2", "PATH=/bin", "HUYING_LANG=en"},
		Flags: map[string]string{"listen": "0.0.0.0:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]config.Value{}
	for _, v := range c.Values() {
		got[v.Key] = v
	}
	want := map[string]config.Value{
		"suite": {"suite", "sm", config.File}, "node": {"node", "2", config.Env}, "listen": {"listen", "0.0.0.0:3", config.Flag},
		"seal_every": {"seal_every", "5s", config.File}, "log_level": {"log_level", "info", config.Default},
	}
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s: %+v, want %+v", key, got[key], w)
		}
	}
	if c.Node != 2 || c.Suite != "sm" || c.Listen != "0.0.0.0:3" {
		t.Errorf("%+v", c)
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	name := file(t, "nod: 3\nsuite: md5\nseal_every: [1, 2]\nsuite: sm\nhooks:\n  GRID_APP: {url: ftp://x, uri: y}\n")
	_, err := config.Load(config.Sources{
		File: name, Env: []string{"HUYING_LISTN=x", "HUYING_NODE=99", "HUYING_TRUSTED_PROXIES=10.0.0.0/8,nowhere"},
		Flags: map[string]string{"listen": "here", "tls_cert": "/nowhere/cert", "origin": "a b", "database": "mysql://x", "pack": "./nowhere"},
	})
	want := []string{
		"HUYING_LISTN config.key_unknown", "database config.database_unknown", "hooks.GRID_APP.uri config.key_unknown",
		"hooks.GRID_APP.url config.hook_malformed", "listen config.address_malformed", "nod config.key_unknown",
		"node config.number_out_of_range", "origin config.origin_malformed", "pack config.directory_missing",
		"seal_every config.shape_wrong", "seal_every config.duration_out_of_range", "suite config.key_repeated", "suite config.word_unknown",
		"tls_cert config.tls_incomplete", "tls_cert config.file_missing", "trusted_proxies config.network_malformed",
	}
	if d := cmp.Diff(want, codes(err)); d != "" {
		t.Error(d)
	}
	for _, e := range fault.All(err) {
		if e.Field == "nod" && e.Args[1] != "node" {
			t.Errorf("nearest to nod is %v", e.Args[1])
		}
		if e.Field == "HUYING_LISTN" && e.Args[1] != "HUYING_LISTEN" {
			t.Errorf("nearest to HUYING_LISTN is %v", e.Args[1])
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	c, err := config.Load(config.Sources{
		File: file(t, "hooks:\n  HOTLINE_12345: {url: 'https://hotline.example/results', secret: hush}\n"),
		Env:  []string{"HUYING_DATABASE=postgres://huying:geheim@db/city?sslmode=disable", "HUYING_HOOK_MEDIA_URL=http://m.example", "HUYING_HOOK_MEDIA_SECRET=hush2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Hooks["HOTLINE_12345"].Secret != "hush" || c.Hooks["MEDIA"] != (config.Hook{URL: "http://m.example", Secret: "hush2"}) {
		t.Errorf("hooks %+v", c.Hooks)
	}
	var shown strings.Builder
	for _, v := range c.Values() {
		shown.WriteString(v.Key + "=" + v.Value + "\n")
	}
	for _, secret := range []string{"hush", "geheim"} {
		if strings.Contains(shown.String(), secret) {
			t.Errorf("%q is shown:\n%s", secret, shown.String())
		}
	}
	for _, part := range []string{"hooks.HOTLINE_12345.url=https://hotline.example/results", "@db/city"} {
		if !strings.Contains(shown.String(), part) {
			t.Errorf("%q is not shown:\n%s", part, shown.String())
		}
	}
}

func TestAPackMayBeADirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mycity")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Sources{Flags: map[string]string{"pack": dir}})
	if err != nil || c.Pack != "mycity" || c.PacksDir != filepath.Dir(dir) {
		t.Errorf("%v: pack %q in %q", err, c.Pack, c.PacksDir)
	}
	_, err = config.Load(config.Sources{Flags: map[string]string{"pack": dir, "packs_dir": dir}})
	if fault.Code(err) != "config.packs_dir_not_needed" {
		t.Error(err)
	}
}

func TestAFileThatCannotBeReadIsTold(t *testing.T) {
	for text, code := range map[string]string{"a: [": "config.yaml_malformed", "- a": "config.shape_wrong"} {
		if _, err := config.Load(config.Sources{File: file(t, text)}); fault.Code(err) != code {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := config.Load(config.Sources{File: t.TempDir()}); fault.Code(err) != "config.file_unreadable" {
		t.Error(err)
	}
	if _, err := config.Load(config.Sources{File: file(t, "")}); err != nil {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("node: 1\nhooks: {A: {url: 'http://x'}}\n")
	f.Add("trusted_proxies: [10.0.0.1, ::1/64]\n")
	f.Add("hooks: {A.B: {url: x}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Load(config.Sources{File: file(t, text)})
		if (c == nil) == (err == nil) {
			t.Fatalf("%v, %v", c, err)
		}
		if err == nil {
			c.Values()
		}
	})
}
