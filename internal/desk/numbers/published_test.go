package numbers

import (
	"maps"
	"slices"
	"testing"

	"huying/internal/domain/pack"
)

// Every book that a pack may name is counted, and none besides.
func TestEveryBookIsCounted(t *testing.T) {
	if got := slices.Sorted(maps.Keys(books)); !slices.Equal(got, slices.Sorted(slices.Values(pack.Books))) {
		t.Errorf("counted are %v, a pack may name %v", got, pack.Books)
	}
}
