// Package packs carries the city packs inside the binary: what the law fixes
// (base) and the cities that are shipped. It knows nothing of what is in them.
package packs

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// FS holds one folder for each pack.
//
//go:embed all:base all:guangzhou all:liunan all:yangtun all:beijing all:luohe
var FS embed.FS

// Beside returns a file system in which the packs of own stand beside the
// shipped ones. The base pack is always the shipped one: no folder on a disk
// can take the place of the law.
func Beside(own fs.FS) fs.FS { return beside{own} }

type beside struct{ own fs.FS }

// Open opens a file of own, or the shipped file if own has no such pack.
func (b beside) Open(name string) (fs.File, error) {
	pack, _, _ := strings.Cut(path.Clean(name), "/")
	if pack != "base" {
		if _, err := fs.Stat(b.own, pack); err == nil {
			return b.own.Open(name)
		}
	}
	return FS.Open(name)
}
