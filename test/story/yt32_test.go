package story

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/packs"
)

// YT-32 三十余项制度: every rule of the pack cites a document of the register,
// and checking the pack finds one that does not; a town keeps its own policies
// with their versions.
func TestYT32EveryRuleCitesADocumentWithItsVersion(t *testing.T) {
	steer(t, "yangtun", at(10, 9, 0), func(h *steered) {
		if n := len(h.city.Documents); n < 30 {
			h.Errorf("the register has %d documents", n)
		}
		for _, leaf := range h.city.Duty.Leaves() {
			if len(h.city.CitedBy(leaf)) == 0 {
				h.Errorf("%s %s cites no document", leaf.Code, leaf.Name)
			}
		}
		town := "320322102"
		chair := h.role(town+"-DGW", org.Secretary)
		rule := h.city.Duty.Leaves()[0].Code
		in := programme.NewDocument{
			Code: "YT-ZD-01", Title: "网格员工作守则", Rules: []string{rule},
			NewVersion: programme.NewVersion{Version: "2024", From: "2024-03-01", Hash: strings.Repeat("a1", 32)},
		}
		bad := in
		bad.Rules, bad.Hash = []string{"QQ9999"}, "x"
		h.refused("document.rule_unknown", func() { h.did(h.programme.KeepDocument(ctx, chair.cmd(), bad)) })
		id := h.did(h.programme.KeepDocument(ctx, chair.cmd(), in))
		h.refused("record.key_taken", func() { h.did(h.programme.KeepDocument(ctx, chair.cmd(), in)) })
		next := programme.NewVersion{Version: "2026", From: "2026-04-01", Hash: strings.Repeat("b2", 32), Note: "删去打卡要求"}
		early := next
		early.From = "2024-03-01"
		h.refused("document.version_order", func() { h.did(h.programme.ReviseDocument(ctx, chair.cmd(), id, early)) })
		h.did(h.programme.ReviseDocument(ctx, chair.cmd(), id, next))
		for day, want := range map[int]string{20260310: "2024", 20260401: "2026"} {
			all, err := h.programme.Papers(ctx, chair.actor, day)
			h.must(err)
			if last := all[len(all)-1]; last.Code != "YT-ZD-01" || last.Version != want || last.Rules[0] != rule {
				h.Errorf("on %s: %+v", calendar.DayText(day), last)
			}
		}
	})

	files := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(name, "base/") && !strings.HasPrefix(name, "yangtun/") {
			return err
		}
		body, err := packs.FS.ReadFile(name)
		if name == "yangtun/categories.csv" {
			body = []byte(strings.Replace(string(body), "《江苏省", "《不存在的", 1))
		}
		files[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := pack.Check(files, "yangtun")
	if len(found) != 1 || found[0].Code != "pack.document_unknown" {
		t.Errorf("a rule that cites what is not there: %v", found)
	}
}
