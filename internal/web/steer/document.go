package steer

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// documents shows the documents that rules stand on, with the version in force
// on a day.
func (p pages) documents(r *frame.Request) error {
	on := calendar.DayOf(r.Now)
	if t := r.Time("day"); !t.IsZero() {
		on = calendar.DayOf(t)
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	list, err := p.Programme.Papers(r.Ctx, r.Actor, on)
	if err != nil {
		return err
	}
	return r.Page(r.T("steer.tab_documents"), "programmes", documentsPage(r.View, list, on))
}

// mostDocument bounds a file whose fingerprint is taken.
const mostDocument = 32 << 20

// versionOf reads a version of a document: its file is not kept, only its
// fingerprint, by which anybody can tell whether they have the same text.
func versionOf(r *frame.Request) desk.NewVersion {
	v := desk.NewVersion{Version: r.Text("version"), From: r.Text("from"), Note: r.Text("note")}
	files := r.Files("file", mostDocument)
	if len(files) == 0 || len(files[0].Body) == 0 {
		r.Fault(fault.Field("file", "document.file_missing"))
		return v
	}
	sum := sha256.Sum256(files[0].Body)
	v.Hash = hex.EncodeToString(sum[:])
	return v
}

func (p pages) keepDocument(r *frame.Request) error {
	in := desk.NewDocument{Code: r.Text("code"), Title: r.Text("title"), Number: r.Text("number"), NewVersion: versionOf(r)}
	in.Rules = strings.FieldsFunc(r.Text("rules"), func(c rune) bool { return strings.ContainsRune(" \n\t,，;；、", c) })
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.KeepDocument(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/programmes/documents")
}

func (p pages) revise(r *frame.Request) error {
	in := versionOf(r)
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Programme.ReviseDocument(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	return r.Go("/programmes/documents")
}
