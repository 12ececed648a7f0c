package pack_test

import (
	"testing"

	"huying/internal/domain/pack"
	"huying/packs"
)

func TestShippedPacksCheckClean(t *testing.T) {
	for _, id := range []string{"base", "guangzhou", "liunan", "yangtun", "beijing", "luohe"} {
		for _, p := range pack.Check(packs.FS, id) {
			t.Errorf("%s", p)
		}
	}
}
