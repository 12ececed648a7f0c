package cli

import (
	"os"
	"syscall"
	"testing"
)

// smallDisk makes dir a disk of its own of so many MiB until the test ends. It
// reports whether this machine lets a test do that.
func smallDisk(t *testing.T, dir string, size string) bool {
	t.Helper()
	if os.Geteuid() != 0 || syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+size) != nil {
		return false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return true
}

// writeProtect makes a small disk one that only reads, or writes again.
func writeProtect(t *testing.T, dir string, on bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if on {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, ""); err != nil {
		t.Fatal(err)
	}
}

// growDisk gives a small disk more room.
func growDisk(t *testing.T, dir, size string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size="+size); err != nil {
		t.Fatal(err)
	}
}
