package hard

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rows is the length of the file that is imported; every 50th row is refused
// and every 70th repeats an earlier one.
const rows = 12_000

func (h *house) calls() string {
	h.t.Helper()
	var b strings.Builder
	b.WriteString("reference,text,place\n")
	for i := range rows {
		switch {
		case i%50 == 49:
			fmt.Fprintf(&b, "R-%d,,990101001001\n", i)
		case i%70 == 69:
			fmt.Fprintf(&b, "R-%d,第%d盏路灯坏了,990101001001\n", i-3, i-3)
		default:
			fmt.Fprintf(&b, "R-%d,第%d盏路灯坏了,990101001001\n", i, i)
		}
	}
	name := "calls.csv"
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(b.String()), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return name
}

// An import that is killed in the middle and resumed ends with the totals, the
// refused rows and the matters of one that never was.
func TestAKilledImportEndsAsIfItHadNotBeen(t *testing.T) {
	h := newHouse(t)
	name := h.calls()
	args := func(data string) []string {
		return []string{"import", "calls", name, "--source", "HOTLINE_12345", "--json", "--resume", "--data", data, "--rejects", data + ".rejects.csv"}
	}
	whole := h.imported(args("whole"))
	if err := os.Remove(filepath.Join(h.dir, name+".state")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	kills := 0
	for _, least := range []int64{4_000, 8_000} {
		if h.killed(args("killed"), name+".state", least) {
			kills++
		}
	}
	if kills == 0 {
		t.Error("the import was never killed")
	}
	if got := h.imported(args("killed")); got != whole {
		t.Errorf("the totals are\n%s, uninterrupted\n%s", got, whole)
	}
	if got, want := h.read("killed.rejects.csv"), h.read("whole.rejects.csv"); !bytes.Equal(got, want) {
		t.Errorf("the refused rows are %d bytes, uninterrupted %d", len(got), len(want))
	}
	h.run("verify", "--data", "killed")
	if got, want := h.references("killed"), h.references("whole"); !slices.Equal(got, want) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("%d matters, uninterrupted %d", len(got), len(want))
	}
}

// imported ends an import and returns its totals.
func (h *house) imported(args []string) string {
	h.t.Helper()
	code, out, errs := h.try(args...)
	if code != 3 || !json.Valid([]byte(out)) { // rows were refused
		h.t.Fatalf("code %d\n%s%s", code, out, errs)
	}
	return out
}

// killed starts an import and kills it once the state it keeps says that so
// many rows are settled. It reports whether the import had not ended by itself.
func (h *house) killed(args []string, state string, least int64) bool {
	h.t.Helper()
	cmd := h.command(args...)
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // it is killed
	}()
	for {
		select {
		case <-ended:
			return false
		default:
		}
		var s struct{ Result struct{ Rows int64 } }
		b, err := os.ReadFile(filepath.Join(h.dir, state))
		if err == nil {
			err = json.Unmarshal(b, &s)
		}
		if err != nil && !os.IsNotExist(err) {
			h.t.Fatal(err)
		}
		if s.Result.Rows >= least {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		h.t.Log(err) // it had just ended
	}
	<-ended
	return cmd.ProcessState.ExitCode() == -1
}

func (h *house) read(name string) []byte {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(h.dir, name))
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// references are those of all matters, sorted.
func (h *house) references(data string) []string {
	h.t.Helper()
	out := h.run("export", "--data", data)
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil {
		h.t.Fatal(err)
	}
	at := slices.Index(table[0], "source_ref")
	var refs []string
	for _, row := range table[1:] {
		refs = append(refs, row[at])
	}
	slices.Sort(refs)
	return refs
}
