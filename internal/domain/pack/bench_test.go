package pack_test

import (
	"testing"

	"huying/internal/domain/pack"
	"huying/packs"
)

func BenchmarkLoadGuangzhou(b *testing.B) {
	for b.Loop() {
		if _, err := pack.Load(packs.FS, "guangzhou"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadSmallCity(b *testing.B) {
	files := newCity(b, "en")
	for b.Loop() {
		if _, err := pack.Load(files, "springfield"); err != nil {
			b.Fatal(err)
		}
	}
}
