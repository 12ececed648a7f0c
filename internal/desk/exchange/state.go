package exchange

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"huying/internal/fault"
)

// state is how far an import came. It is written before the rows of each chunk
// are sent.
type state struct {
	File    string `json:"file"`    // names the content
	Mapping string `json:"mapping"` // names the mapping
	Result  Result `json:"result"`  // of the chunks before this one
	Rejects int64  `json:"rejects"` // length of the reject file after them
	Begun   bool   `json:"begun"`   // Before is known
	Before  []int  `json:"before"`  // rows of this chunk that were matters before
	Done    bool   `json:"done"`
}

// known is Before as a set.
func (s *state) known() map[int]bool {
	out := make(map[int]bool, len(s.Before))
	for _, i := range s.Before {
		out[i] = true
	}
	return out
}

// openState returns the state an import begins with. Faults:
// exchange.state_unusable, exchange.other_file.
func openState(path string, resume bool, file, mapping string) (state, error) {
	fresh := state{File: file, Mapping: mapping}
	if path == "" || !resume {
		return fresh, nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	var s state
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || s.Result.Rows < 0 || s.Rejects < 0 {
		return fresh, fault.Field("state", "exchange.state_unusable", path).Because(err)
	}
	if s.File != file || s.Mapping != mapping {
		return fresh, fault.New(fault.Conflict, "exchange.other_file", path).In("state")
	}
	return s, nil
}

// save writes the state so that either the old or the new one is there after a
// loss of power.
func (s *state) save(path string) error {
	if path == "" {
		return nil
	}
	b, err := json.Marshal(s)
	if err == nil {
		err = replace(path, b)
	}
	if err != nil {
		return fault.New(fault.Exhausted, "exchange.state_unusable", path).In("state").Because(err)
	}
	return nil
}

// replace writes a file beside path and moves it there.
func replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
