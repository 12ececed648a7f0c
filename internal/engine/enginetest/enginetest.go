// Package enginetest gives tests an engine: the real one, over a real
// database, on the pack of Guangzhou or a small one, with keys that are the
// same in every run.
package enginetest

import (
	"bytes"
	"sync"
	"testing"

	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/packs"
)

var guangzhou = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "guangzhou") })

// Guangzhou returns the city, loaded once for a test binary.
func Guangzhou(t testing.TB) *pack.City {
	t.Helper()
	city, err := guangzhou()
	if err != nil {
		t.Fatal(err)
	}
	return city
}

// Keys returns keys of a suite, the same in every run.
func Keys(t testing.TB, suite string) engine.Keys {
	t.Helper()
	s, err := ledger.SuiteByName(suite)
	if err != nil {
		t.Fatal(err)
	}
	r := bytes.NewReader(bytes.Repeat([]byte{7}, 8192))
	sign, err := ledger.GenerateKey(s, "huying.test/log", r)
	if err != nil {
		t.Fatal(err)
	}
	master, err := ledger.NewKey(s, r)
	if err != nil {
		t.Fatal(err)
	}
	return engine.Keys{Sign: sign, Master: master}
}
