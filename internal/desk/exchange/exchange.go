// Package exchange brings calls in from files of other systems and writes
// matters out to files. A mapping says which column means what; every row
// becomes a matter or a line of the reject file, and an import that broke off
// goes on where it was. It knows no face and decides nothing about a matter.
package exchange

import (
	"path"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	JSONL Format = "jsonl" // one JSON object a line
)

var formats = []string{string(CSV), string(XLSX), string(JSONL)}

// FormatOf returns the format a file's name tells. Fault:
// exchange.format_unknown.
func FormatOf(name string) (Format, error) {
	switch ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")); ext {
	case "csv", "tsv", "txt":
		return CSV, nil
	case "xlsx":
		return XLSX, nil
	case "jsonl", "ndjson":
		return JSONL, nil
	default:
		return "", fault.Field("format", "exchange.format_unknown", clip(ext), duty.Nearest(ext, formats))
	}
}

// clip keeps a wrong word that is quoted back from filling the screen.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
