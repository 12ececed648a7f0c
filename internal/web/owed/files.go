package owed

import (
	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
	"huying/internal/web/story"
)

// written are the kinds of evidence that can be written down on the spot; what
// is written is kept as a file like any other.
var written = map[string]bool{"RECORD": true, "READING": true, "STATEMENT": true}

// addLabel is what the button says by which files of a kind are chosen.
func addLabel(v *part.View, kind string) string {
	if kind == "PHOTO" {
		return v.T("owed.add_photo")
	}
	return v.T("owed.add_file")
}

// accepts is what a chooser of files offers; what a file really is, is found
// out when it arrives.
func accepts(kind string) string {
	if kind == "PHOTO" {
		return "image/jpeg,image/png"
	}
	return "image/jpeg,image/png,application/pdf,audio/mpeg,audio/wav,video/mp4,text/plain"
}

func (p pages) mayAnswer(r *frame.Request, no ident.ID) error {
	s, o, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return access.Allow(r.Actor, access.AnswerOrder, s.Subject(o))
}

// keep keeps a file as the reader's post, whose own place permits it.
func (p pages) keep(r *frame.Request, body []byte) (*registry.Stored, error) {
	place := r.Actor.At.Leaf()
	if place == "" {
		place = r.City.Root
	}
	return p.Registry.KeepEvidence(r.Ctx, engine.Command{Actor: r.Actor}, place, body)
}

// respond answers the order with the files that have arrived and what was
// written.
func (p pages) respond(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_answered"), func(no ident.ID) (*engine.State, error) {
		in := dispatch.Respond{Text: r.Text("text"), How: r.Text("how"), Evidence: story.Records(r)}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		if err := p.mayAnswer(r, no); err != nil {
			return nil, err
		}
		for kind := range written {
			text := r.Text("written." + kind)
			if text == "" {
				continue
			}
			kept, err := p.keep(r, []byte(text))
			if err != nil {
				return nil, err
			}
			in.Evidence = append(in.Evidence, dispatch.Record{Kind: kind, Hash: kept.Hash, Size: kept.Size, Name: r.Word("evidence", kind) + ".txt"})
		}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		return p.Dispatch.Respond(r.Ctx, r.Command(), no, in)
	})
}

// file shows one file of an answer.
func (p pages) file(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, _, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	kept, body, err := p.Registry.Evidence(r.Ctx, s, r.Path("hash"))
	if err != nil {
		return err
	}
	name := ""
	if kept.Media != "image/jpeg" {
		name = kept.Hash[:12]
	}
	return r.Blob(kept.Media, name, body)
}
