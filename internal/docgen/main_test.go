package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheDocumentsAreAsTheCodeSays fails when a table was changed and its
// document was not written anew.
func TestTheDocumentsAreAsTheCodeSays(t *testing.T) {
	if err := run("../..", "../..", true, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

func TestWritingAndChecking(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := run("../..", root, true, &bytes.Buffer{}); err == nil {
		t.Error("a missing document passes")
	}
	var out bytes.Buffer
	if err := run("../..", root, false, &out); err != nil || !strings.Contains(out.String(), "docs/STATES.md") {
		t.Fatalf("%q, %v", out.String(), err)
	}
	out.Reset()
	if err := run("../..", root, false, &out); err != nil || out.Len() != 0 {
		t.Errorf("written twice: %q, %v", out.String(), err)
	}
	if err := run("../..", root, true, &out); err != nil {
		t.Error(err)
	}
	if err := run("../..", filepath.Join(root, "nowhere"), false, &out); err == nil {
		t.Error("a folder that is not there")
	}
}
