//go:build !linux

package bench

import (
	"os"
	"time"
)

// dataSync makes the bytes of a file durable.
func dataSync(f *os.File) error { return f.Sync() }

// processTime is not known here.
func processTime(int) (time.Duration, bool) { return 0, false }

// machineLoad is not known here.
func machineLoad() string { return "" }
