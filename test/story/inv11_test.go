package story

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/packs"
)

// changed is the shipped packs with a text put at the end of one file.
func changed(t *testing.T, file, text string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(packs.FS, name)
		if name == file {
			body = append(body, text...)
		}
		out[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if out[file] == nil {
		out[file] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// INV-11: a city's pack cannot loosen a limit of the law, nor add a forbidden
// category or indicator, nor switch on face recognition, nor switch off the
// caller's way up (INV-10).
func TestINV11NoPackLoosensTheLaw(t *testing.T) {
	story(t, "INV-10")
	const head = "code,name,name_en,formula,better\n"
	for name, c := range map[string]struct {
		files fs.FS
		code  string
	}{
		"less time to come back":   {changed(t, "guangzhou/limits.yaml", "reopen: {is: 3 CD, basis: x}\n"), "pack.law_loosened"},
		"longer deferrals":         {changed(t, "guangzhou/overlays/440113/limits.yaml", "deferral_max: {is: 200 CD, basis: x}\n"), "pack.law_loosened"},
		"a list of petitioners":    {changed(t, "guangzhou/categories.csv", watchList), "pack.forbidden_category"},
		"a ranking of persons":     {changed(t, "guangzhou/indicators.csv", head+"X1,网格员排名,x,x,HIGH\n"), "pack.forbidden_indicator"},
		"a camera that knows you":  {changed(t, "guangzhou/inlets.yaml", "FACE_CAM: {name: 人脸抓拍}\n"), "pack.forbidden_inlet"},
		"face recognition":         {module(t, "face_recognition: on"), "pack.forbidden_module"},
		"no way up for the caller": {module(t, "caller_escalation: off"), "pack.escalation_disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pack.Load(c.files, "guangzhou")
			if !faulty(err, c.code) {
				t.Errorf("want %s, got %v", c.code, err)
			}
		})
	}
}

// watchList is a category that no pack may have.
const watchList = "ZA0999,ZA01,重点上访人员包挂,Watch list,NORMAL,大事,BASIC,TOWN:ZAB,,,,4 WORK_HOUR,7 CD,,PHOTO,x,x\n"

func faulty(err error, code string) bool {
	return slices.ContainsFunc(fault.All(err), func(f *fault.Error) bool { return f.Code == code })
}

// module is the shipped packs with one more module setting in Guangzhou.
func module(t *testing.T, setting string) fs.FS {
	t.Helper()
	body, err := fs.ReadFile(packs.FS, "guangzhou/manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := changed(t, "guangzhou/manifest.yaml", "").(fstest.MapFS)
	out["guangzhou/manifest.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(body), "modules:\n", "modules:\n  "+setting+"\n", 1))}
	return out
}

// INV-15: a point lies in one base grid; after a grid is split, new calls get
// the new grid and the old matter keeps the old one, which is still known.
func TestINV15OneGridPerPointAndHistoryStays(t *testing.T) {
	c := enginetest.Guangzhou(t)
	tell(t, func(h *world) {
		lon, lat := h.somewhere(wushan)
		a, ok := c.Locator.Locate(lon, lat)
		if !ok || a.Grid == "" {
			t.Fatalf("the point lies in no grid: %+v", a)
		}
		m := h.takes(form{Form: formAt(lon, lat)})
		if got := m.now().M.Place.Grid; got != a.Grid {
			t.Fatalf("the matter lies in grid %q, want %s", got, a.Grid)
		}

		july := time.Date(2026, 7, 1, 0, 0, 0, 0, h.now.Location())
		tree, err := territory.Split(c.Territory, a.Grid, 2, july)
		h.must(err)
		locator, err := territory.NewLocator(tree)
		h.must(err)
		b, ok := locator.Locate(lon, lat)
		if !ok || b.Grid == a.Grid || b.Community != a.Community {
			t.Errorf("after the split: %+v", b)
		}
		old, known := tree.Place(a.Grid)
		if !known || !old.Retired() || tree.Address(a.Grid).Grid != a.Grid {
			t.Errorf("the old grid is forgotten: %+v", old)
		}
		then, err := tree.At(h.now)
		h.must(err)
		if p, ok := then.Place(a.Grid); !ok || p.Retired() {
			t.Error("in March the old grid was not there")
		}

		// The city goes on with the new borders; what is open goes on too.
		next := *c
		next.Territory, next.Locator = tree, locator
		h.e.Use(&next)
		h.now = july
		h.until(july)
		desk := h.desk(wushan)
		desk.verifies(m)
		if got := m.now().M.Place.Grid; got != a.Grid {
			t.Errorf("history changed: grid %s", got)
		}
		if got := h.takes(form{Form: formAt(lon, lat)}).now().M.Place.Grid; got != b.Grid {
			t.Errorf("a new call lies in %s, want %s", got, b.Grid)
		}
	})
}
