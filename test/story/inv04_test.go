package story

import (
	"strings"
	"testing"

	"huying/internal/domain/ledger"
	"huying/internal/store"
)

// INV-04: every change of state has an entry; the ledger rebuilds the state;
// one changed byte, in the past or in the present, is found and named.
func TestINV04TheLedgerProvesTheState(t *testing.T) {
	tell(t, func(h *world) {
		m := tour(h)
		s := m.now()
		entries := m.entries()
		if int64(len(entries)) != s.Rev || entries[len(entries)-1].Hash != s.Head {
			t.Fatalf("%d entries, revision %d", len(entries), s.Rev)
		}
		moves := 0
		for _, e := range entries {
			moves += strings.Count(string(e.Payload), `"to":`)
		}
		if moves < len(entries)/2 {
			t.Errorf("%d moves in %d entries", moves, len(entries))
		}

		// The caller's receipt is good without the database.
		receipt, err := h.e.Receipt(ctx, m.id)
		h.must(err)
		if _, err := ledger.VerifyReceipt(receipt, []ledger.PublicKey{h.e.PublicKey()}); err != nil {
			t.Error(err)
		}
		v, err := h.e.Verify(ctx, nil)
		h.must(err)
		if len(v.Breaks) != 0 || v.Entries != s.Rev {
			t.Fatalf("verified %d entries: %v", v.Entries, v.Breaks)
		}

		// Somebody with access to the disk makes the answer look earlier.
		h.tampers(`UPDATE ledger SET at = at - 1 WHERE matter = ? AND act = 'respond'`, int64(m.id))
		v, err = h.e.Verify(ctx, nil)
		h.must(err)
		if len(v.Breaks) == 0 || v.Breaks[0].Matter != m.id || v.Breaks[0].What != "entry" {
			t.Errorf("found: %v", v.Breaks)
		}
	})
}

// tampers changes the database behind the engine's back.
func (h *world) tampers(query string, args ...any) {
	h.Helper()
	h.tampered = true
	h.must(h.e.Write(ctx, h.now, "tamper", func(tx *store.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n == 0 {
			h.Errorf("nothing was changed by %s", query)
		}
		return err
	}))
}
