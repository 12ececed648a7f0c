package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// tidy sorts every catalogue by its key and writes it as CSV usually is, so
// that lines of several hands can be put together in any order.
func tidy(dir string, check bool) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(dir, "page", "*.csv"))
	if err != nil {
		return err
	}
	for _, name := range append(names, pages...) {
		if err := tidyFile(name, check); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func tidyFile(name string, check bool) error {
	have, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(have)).ReadAll()
	if err != nil || len(rows) == 0 {
		return err
	}
	key := 1
	if rows[0][0] == "group" {
		key = 2
	}
	slices.SortStableFunc(rows[1:], func(a, b []string) int { return slices.Compare(a[:key], b[:key]) })
	rows = slices.CompactFunc(rows, slices.Equal)
	var want bytes.Buffer
	if err := csv.NewWriter(&want).WriteAll(rows); err != nil {
		return err
	}
	switch {
	case bytes.Equal(have, want.Bytes()):
		return nil
	case check:
		return fmt.Errorf("not sorted, or not plain CSV: run go run ./internal/text/gen")
	}
	return os.WriteFile(name, want.Bytes(), 0o644)
}
