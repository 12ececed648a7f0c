package story

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// keep keeps the files that were sent and answers with what a form holds of
// each.
func keep(r *frame.Request, d Desks) error {
	files := r.Files("file", registry.MaxEvidence)
	if err := r.Wrong(); err != nil {
		return err
	}
	if len(files) == 0 {
		return fault.Field("file", "evidence.empty")
	}
	for _, f := range files {
		if err := honest(f); err != nil {
			return err
		}
	}
	parts := make([]templ.Component, 0, len(files))
	for _, f := range files {
		kept, err := d.Registry.KeepEvidence(r.Ctx, engine.Command{Actor: r.Actor}, r.Actor.At.Leaf(), f.Body)
		if err != nil {
			return err
		}
		parts = append(parts, part.Uploaded(r.View, part.Sent{Hash: kept.Hash, Media: kept.Media, Name: fileName(f.Name), Size: kept.Size}))
	}
	return r.Parts(parts...)
}

// kinds are what the bytes of a file must be, by the end of its name.
var kinds = map[string]string{
	".jpg": "image/", ".jpeg": "image/", ".png": "image/", ".pdf": "application/pdf", ".mp3": "audio/", ".wav": "audio/", ".mp4": "video/", ".txt": "text/plain",
}

// honest refuses a file whose bytes are not what its name says: whoever sends
// it has chosen the wrong one, or means to mislead.
func honest(f frame.File) error {
	want := kinds[strings.ToLower(path.Ext(f.Name))]
	if is := http.DetectContentType(f.Body); len(f.Body) > 0 && !strings.HasPrefix(is, want) {
		return fault.Field("file", "evidence.not_as_named", fileName(f.Name), is)
	}
	return nil
}

// fileName is the name of a file as the matter keeps it: short, and of
// characters that can be seen.
func fileName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if matter.Words("name", s, true) != nil {
		return "file"
	}
	if runes := []rune(s); len(runes) > 80 {
		s = string(runes[len(runes)-80:])
	}
	return s
}

// Records reads the evidence that part.Upload put into a form.
func Records(r *frame.Request) []dispatch.Record {
	hashes, kinds, names, sizes := r.Texts("evidence_hash"), r.Texts("evidence_kind"), r.Texts("evidence_name"), r.Texts("evidence_size")
	if len(kinds) != len(hashes) || len(names) != len(hashes) || len(sizes) != len(hashes) {
		r.Fault(fault.Field("evidence", "form.unreadable"))
		return nil
	}
	out := make([]dispatch.Record, len(hashes))
	for i := range hashes {
		size, err := strconv.ParseInt(sizes[i], 10, 64)
		if err != nil || size < 0 || !slices.Contains([]string{"PHOTO", "DOC", "RECORD", "READING", "STATEMENT"}, kinds[i]) {
			r.Fault(fault.Field("evidence", "form.unreadable"))
			return nil
		}
		out[i] = dispatch.Record{Kind: kinds[i], Hash: hashes[i], Name: names[i], Size: size}
	}
	return out
}
