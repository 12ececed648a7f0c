package packs_test

import (
	"strings"
	"testing"

	"huying/internal/domain/pack"
)

// published are the figures of the sources, by pack: each has to be told.
var published = map[string]string{
	"guangzhou": "19500 1144 11 176 2700 2900 2148 2720 430 330 2400 275 21 14 323 165 138 470000 1500000 2008 45.5 90 13 7894 97 " +
		"260000 1925 270000 3000 30000 70000 200000 710000 38000",
	"liunan":  "3 8 55 42 620800 6 41 118 240 10–15 5 2 1 4–6 33–37 12 82 700 900 378 603 15000 1000 2–3 10 9 80",
	"yangtun": "87.6 21 41 81000 51 47 4 90 98 30 600 3 15 250 156 300 280 71 8 21500 10",
	"beijing": "16 169 1 5 N 1–2 4 230 2900 141 6 111 25 8 9175 717300",
	"luohe":   "4 10 31 8 37 13 35 378 1692 18 1123 54000 14 110 223 12 1800 1252 1427 6293 58 6 1000 24 843000 73000",
}

func TestEveryPublishedFigureIsTold(t *testing.T) {
	each(t, func(t *testing.T, city *pack.City) {
		told := map[string]bool{}
		for _, f := range city.Facts {
			told[f.Value] = true
		}
		want := strings.Fields(published[city.ID])
		if len(want) == 0 {
			t.Fatal("no figures are known of this pack")
		}
		for _, v := range want {
			if !told[v] {
				t.Errorf("%s is not told", v)
			}
		}
	})
}

// TestComputedFiguresAgreeOrSayWhyNot: what the pack holds is what the source
// says, or a note tells the difference; nothing is given for what is not loaded.
func TestComputedFiguresAgreeOrSayWhyNot(t *testing.T) {
	each(t, func(t *testing.T, city *pack.City) {
		kinds := map[pack.FactKind]int{}
		for _, f := range city.Facts {
			kinds[f.Kind]++
			loaded := city.Loaded(f)
			switch {
			case f.Kind == pack.NotLoaded && loaded != "", f.Kind != pack.NotLoaded && loaded == "":
				t.Errorf("%s is %s and gives %q", f.Code, f.Kind, loaded)
			case f.Kind == pack.Computed && loaded == "0":
				t.Errorf("%s counts nothing by %s", f.Code, f.Count)
			case loaded != f.Value && f.Note == "" && f.Book == "": // a city in use counts it
				t.Errorf("%s gives %q, the source says %q, and no note says why", f.Code, loaded, f.Value)
			case f.Note != "" && f.NoteEN == "" || f.NameEN == f.Name:
				t.Errorf("%s has no English", f.Code)
			}
		}
		for _, kind := range []pack.FactKind{pack.Computed, pack.Dated, pack.NotLoaded} {
			if kinds[kind] == 0 {
				t.Errorf("no figure is %s", kind)
			}
		}
	})
}
