package exchange_test

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"huying/internal/desk/exchange"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

func boston(t *testing.T) *pack.City {
	b, _ := os.ReadFile("../../../test/real/boston.pack.yaml")
	var s pack.Spec
	if err := yaml.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	files, err := pack.Scaffold(s)
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	fs.WalkDir(packs.FS, "base", func(p string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			b, _ := fs.ReadFile(packs.FS, p)
			m[p] = &fstest.MapFile{Data: b}
		}
		return nil
	})
	for n, b := range files {
		m["boston/"+n] = &fstest.MapFile{Data: b}
	}
	c, err := pack.Load(m, "boston")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestZZReal(t *testing.T) {
	gz := city(t)
	for name, x := range map[string]struct {
		c       *pack.City
		file, m string
	}{
		"hotspot": {gz, "/work/shared/data/complaints/hotspot_messages_4326.jsonl", "hotspot"},
		"boston":  {boston(t), "/work/shared/data/boston311/sample5000.csv", "boston"},
	} {
		storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
			e := engineOn(t, db, x.c)
			b, _ := os.ReadFile("../../../test/real/" + x.m + ".mapping.yaml")
			m, err := exchange.ParseMapping(x.m, b)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for range 2 {
				f, _ := os.Open(x.file)
				rej, _ := os.Create(filepath.Join(dir, "rej.csv"))
				start := time.Now()
				r, err := exchange.Import(context.Background(), e, exchange.Source{Name: x.file, Body: f}, exchange.Options{Mapping: m, Rejects: rej, State: filepath.Join(dir, "s")})
				t.Logf("%s %+v %v %v", name, r, err, time.Since(start))
				rej.Close()
				rb, _ := os.ReadFile(filepath.Join(dir, "rej.csv"))
				t.Logf("%.1500s", rb)
			}
			for _, format := range []exchange.Format{exchange.CSV, exchange.JSONL, exchange.XLSX} {
				out, _ := os.Create("/tmp/export_" + name + "." + string(format))
				start := time.Now()
				n, err := exchange.Export(context.Background(), e, engine.ImportActor(), exchange.Filter{}, format, out)
				t.Log(format, n, err, time.Since(start))
				out.Close()
			}
		})
	}
	_ = maps.Keys[map[int]int]
}
