package store

import (
	"os"
	"syscall"
)

// dataSync makes what was written to f durable, and of its metadata only what
// is needed to read it back.
func dataSync(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if err != syscall.EINTR {
			return err
		}
	}
}
