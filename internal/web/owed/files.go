package owed

import (
	"strconv"
	"strings"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// written are the kinds of evidence that can be written down on the spot; what
// is written is kept as a file like any other.
var written = map[string]bool{"RECORD": true, "READING": true, "STATEMENT": true}

// kinds are the kinds of evidence that an answer may hold.
var kinds = map[string]part.Key{
	"PHOTO": part.Key("owed.add_photo"), "DOC": part.Key("owed.add_file"), "RECORD": part.Key("owed.add_file"),
	"READING": part.Key("owed.add_file"), "STATEMENT": part.Key("owed.add_file"),
}

func addLabel(v *part.View, kind string) string { return v.T(string(kinds[kind])) }

// accepts is what a chooser of files offers; what a file really is, is found
// out when it arrives.
func accepts(kind string) string {
	if kind == "PHOTO" {
		return "image/jpeg,image/png"
	}
	return "image/jpeg,image/png,application/pdf,audio/mpeg,audio/wav,video/mp4,text/plain"
}

// upload keeps one file for the answer of an order, and returns it as a line
// of the form. A picture loses the place, time and device it was taken with.
func (p pages) upload(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	kind := r.Query("kind")
	if _, known := kinds[kind]; !known {
		return fault.Field("kind", "evidence.kind_unknown", kind)
	}
	if err := p.mayAnswer(r, no); err != nil {
		return err
	}
	all := r.Files("file", registry.MaxEvidence)
	if err := r.Wrong(); err != nil {
		return err
	}
	if len(all) != 1 {
		return fault.Field("file", "evidence.empty")
	}
	f := all[0]
	kept, err := p.keep(r, f.Body)
	if err != nil {
		return err
	}
	if kind == "PHOTO" && kept.Media != "image/jpeg" {
		return fault.Field("file", "evidence.media_refused", kept.Media)
	}
	name := short(f.Name)
	return r.Part(uploaded(r.View, name, size(kept.Size), strings.Join([]string{kind, kept.Hash, strconv.FormatInt(kept.Size, 10), name}, " ")))
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

// mostName is the longest name of a file that is kept, in characters.
const mostName = 80

// short is the name of a file without control characters, its end kept.
func short(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < 0x20 || c == 0x7f || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			return -1
		}
		return c
	}, name)
	if all := []rune(name); len(all) > mostName {
		name = "…" + string(all[len(all)-mostName+1:])
	}
	return name
}

func size(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt((n+1023)>>10, 10) + " kB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// respond answers the order with the files that have arrived and what was
// written.
func (p pages) respond(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_answered"), func(no ident.ID) (*engine.State, error) {
		in := dispatch.Respond{Text: r.Text("text")}
		for _, line := range r.Texts("evidence") {
			record, err := record(line)
			r.Fault(err)
			in.Evidence = append(in.Evidence, record)
		}
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

// record reads what upload wrote into the form.
func record(line string) (dispatch.Record, error) {
	f := strings.SplitN(line, " ", 4)
	wrong := fault.Field("evidence", "evidence.hash_malformed", line)
	if len(f) < 3 {
		return dispatch.Record{}, wrong
	}
	n, err := strconv.ParseInt(f[2], 10, 64)
	if _, known := kinds[f[0]]; !known || err != nil || n < 0 {
		return dispatch.Record{}, wrong
	}
	out := dispatch.Record{Kind: f[0], Hash: f[1], Size: n}
	if len(f) == 4 {
		out.Name = short(f[3])
	}
	return out, nil
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
