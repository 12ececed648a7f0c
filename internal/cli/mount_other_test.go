//go:build !linux

package cli

import "testing"

// smallDisk reports that a test cannot make a disk here.
func smallDisk(*testing.T, string, string) bool { return false }

// writeProtect is for small disks alone.
func writeProtect(t *testing.T, _ string, _ bool) { t.Fatal("there is no small disk") }

// growDisk is for small disks alone.
func growDisk(t *testing.T, _, _ string) { t.Fatal("there is no small disk") }
