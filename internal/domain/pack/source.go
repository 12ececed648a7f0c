package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// The greatest sizes that are read; a pack beyond them is a mistake or an
// attack.
const (
	maxYAML       = 512 << 10
	maxCSV        = 16 << 20
	maxPlaces     = 200_000
	maxCategories = 20_000
	maxWords      = 200_000
	maxTemplates  = 1_000 // lines about units, posts, edges or rosters
	maxLines      = 10_000
)

// layer is one folder of pack files. A city is read from several layers, the
// general ones first: base, city, and one for each territory that departs from
// the city.
type layer struct {
	fsys fs.FS
	dir  string
	name string // base, the city's id, or the code of the territory it is for
	sum  hash.Hash
	find *findings

	common   *layer   // where the common tables are
	inherits []string // which of them this layer stands on
}

// file returns the path of a file of this layer as problems name it.
func (l *layer) file(name string) string { return path.Join(l.dir, name) }

// wrong keeps the faults of err as problems of one line of one file.
func (l *layer) wrong(name string, line int, err error) { l.find.add(l.file(name), line, err) }

// read returns the content of a file, nil if there is no such file. What is
// read becomes part of the version of the pack.
func (l *layer) read(name string, limit int64) []byte {
	f, err := l.fsys.Open(l.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		l.wrong(name, 0, fault.New(fault.Invalid, "pack.file_unreadable").Because(err))
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		l.wrong(name, 0, fault.New(fault.Invalid, "pack.file_unreadable").Because(err))
		return nil
	}
	if int64(len(body)) > limit {
		l.wrong(name, 0, fault.New(fault.Invalid, "pack.file_too_large", limit>>10))
		return nil
	}
	part := sha256.Sum256(body)
	l.sum.Write([]byte(l.name + "/" + name + "\x00"))
	l.sum.Write(part[:])
	return body
}

// has reports whether the layer has a file.
func (l *layer) has(name string) bool {
	info, err := fs.Stat(l.fsys, l.file(name))
	return err == nil && !info.IsDir()
}

// under returns the layers in the folders of a folder of this one, by name.
func (l *layer) under(folder string) []*layer {
	entries, err := fs.ReadDir(l.fsys, l.file(folder))
	if err != nil {
		return nil // no folder means no layers
	}
	var out []*layer
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, &layer{fsys: l.fsys, dir: l.file(path.Join(folder, e.Name())), name: e.Name(), sum: l.sum, find: l.find})
		}
	}
	return out
}

// strangers tells the files that no reader knows, since a misspelt name would
// otherwise be passed over in silence.
func (l *layer) strangers(known []string) {
	entries, err := fs.ReadDir(l.fsys, l.dir)
	if err != nil {
		l.wrong("", 0, fault.New(fault.Invalid, "pack.file_unreadable").Because(err))
		return
	}
	for _, e := range entries {
		name := e.Name()
		if slices.Contains(known, name) || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".md") {
			continue
		}
		l.wrong(name, 0, fault.New(fault.Invalid, "pack.file_unknown", clip(name), duty.Nearest(name, known)))
	}
}

// version names the content of everything read so far.
func version(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil))[:16] }
