package store

import (
	"errors"
	"os"
	"syscall"

	"huying/internal/fault"
)

// lockFile opens path without sharing it, which keeps a second server away from
// the database until this process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fileFault(err, path)
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	const sharingViolation = syscall.Errno(32)
	if errors.Is(err, sharingViolation) {
		return nil, fault.New(fault.Busy, "store.locked").Because(err)
	}
	if err != nil {
		return nil, fileFault(err, path)
	}
	return os.NewFile(uintptr(h), path), nil
}

func isFull(err error) bool {
	const diskFull = syscall.Errno(112)
	return errors.Is(err, diskFull)
}

// syncDir does nothing: a directory cannot be synced here, and NTFS journals
// its names.
func syncDir(string) error { return nil }
