// Command docgen writes the documents that follow from tables in the code, so
// that they can never say anything else. It knows no configuration.
//
//	go run ./internal/docgen          writes them
//	go run ./internal/docgen -check   tells whether they are as they should be
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// document is one generated file, by its path from the root of the repository.
type document struct {
	path  string
	write func(root string) ([]byte, error) // root is that of the repository
}

var documents = []document{
	{"docs/STATES.md", fromCode(states)},
	{"docs/ROUTES.md", fromCode(routes)},
	{"docs/SETTINGS.md", fromCode(settings)},
	{"docs/PERMISSIONS.md", fromCode(permissions)},
	{"docs/MECHANISMS.md", mechanisms},
}

// fromCode is a document for which the code alone is enough.
func fromCode(write func() ([]byte, error)) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return write() }
}

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a document is not as it should be")
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := run(*root, *root, *check, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the documents of a repository under root, or only compares them.
func run(repository, root string, check bool, out io.Writer) error {
	var stale []error
	for _, d := range documents {
		want, err := d.write(repository)
		if err != nil {
			return fmt.Errorf("%s: %w", d.path, err)
		}
		name := filepath.Join(root, filepath.FromSlash(d.path))
		have, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		switch {
		case bytes.Equal(have, want):
		case check:
			stale = append(stale, fmt.Errorf("%s is not as the code says; run go run ./internal/docgen", d.path))
		default:
			if err := os.WriteFile(name, want, 0o644); err != nil {
				return err
			}
			fmt.Fprintln(out, "wrote", d.path)
		}
	}
	return errors.Join(stale...)
}
