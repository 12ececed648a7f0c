package engine

import (
	"encoding/json"
	"testing"
)

// FuzzReplay: a payload that somebody has tampered with is refused or walked,
// and never breaks the program; a good one gives what a parser gives.
func FuzzReplay(f *testing.F) {
	f.Add([]byte(`{"matter":{"a":1,"b":{"c":"}\""}},"moves":[],"orders":{"x":{"d":null}}}`))
	f.Add([]byte(`{"matter":{"a`))
	f.Add([]byte(`{"":}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var r replayed
		if r.apply(payload) != nil {
			return
		}
		var parsed struct {
			Matter map[string]json.RawMessage `json:"matter"`
		}
		if json.Unmarshal(payload, &parsed) != nil {
			return // the ledger's own check refuses what is not canonical
		}
		document(r.matter)
	})
}
