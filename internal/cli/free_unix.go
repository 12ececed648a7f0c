//go:build unix && !solaris && !illumos && !aix && !netbsd && !openbsd && !freebsd && !dragonfly

package cli

import "syscall"

// freeBytes returns the room left for ordinary users where dir lies.
func freeBytes(dir string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return st.Bavail * uint64(st.Bsize), nil //nolint:unconvert // the type differs from system to system
}
