//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"

	"huying/internal/fault"
)

// lockFile takes the advisory lock that keeps a second server away from the
// database. The kernel lets go of it when the process ends, however it ends;
// the empty file stays.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fileFault(err, path)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fault.New(fault.Busy, "store.locked").Because(err), f.Close())
	}
	return f, nil
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fileFault(err, dir)
	}
	return errors.Join(f.Sync(), f.Close())
}
