//go:build !unix || solaris || illumos || aix || netbsd || openbsd || freebsd || dragonfly

package cli

import "errors"

// freeBytes is not known to us on this system.
func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }
