package pack_test

import (
	"testing"
	"testing/fstest"

	"huying/internal/domain/pack"
)

// FuzzCheck puts anything at all into any file of a city: reading it must end,
// and a pack that loads must have no problem.
func FuzzCheck(f *testing.F) {
	files := newCity(f, "en")
	files["base/calendars/cn.csv"] = &fstest.MapFile{Data: []byte("2026,known,\n")}
	names := []string{
		"manifest.yaml", "limits.yaml", "ladder.yaml", "inlets.yaml", "exclusions.yaml", "forbidden.yaml", "territory.csv", "schematic.csv",
		"units.csv", "edges.csv", "posts.csv", "rosters.csv", "categories.csv", "lexicon.csv", "facts.csv", "indicators.csv",
		"overlays/990001/manifest.yaml",
	}
	for i, n := range names {
		if file := files["springfield/"+n]; file != nil {
			f.Add(uint8(i), file.Data)
		}
		f.Add(uint8(i), []byte("a: &a [*a]\n"))
		f.Add(uint8(i), []byte("code,\"\n\x00,é\n"))
	}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		if len(body) > 1<<14 {
			return
		}
		tried := make(fstest.MapFS, len(files)+1)
		for n, file := range files {
			tried[n] = file
		}
		tried["springfield/"+names[int(which)%len(names)]] = &fstest.MapFile{Data: body}
		problems := pack.Check(tried, "springfield")
		for _, p := range problems {
			if p.Code == "" || p.File == "" || p.Code == "internal.error" {
				t.Errorf("a problem without a code or a file: %+v", p)
			}
		}
		if _, err := pack.Load(tried, "springfield"); (err == nil) != (len(problems) == 0) {
			t.Errorf("%d problems, and loading says %v", len(problems), err)
		}
	})
}
