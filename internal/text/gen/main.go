// Command gen writes docs/ERRORS.md, the list of every fault the program can
// answer with, from the source of the program and the catalogues of its texts.
// Run it in the root folder of the repository; with -check it writes nothing
// and fails if the document is out of date.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"huying/internal/text/source"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail if the document is out of date")
	root := flag.String("root", ".", "root folder of the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	if err := tidy(filepath.Join(root, "internal", "text"), check); err != nil {
		return err
	}
	src, err := source.Scan(root)
	if err != nil {
		return err
	}
	path := filepath.Join(root, "docs", "ERRORS.md")
	want := document(src)
	if !check {
		return os.WriteFile(path, want, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is out of date: run go run ./internal/text/gen", path)
	}
	return nil
}
