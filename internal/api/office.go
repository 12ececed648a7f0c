package api

import (
	"bytes"
	"mime"
	"strconv"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/clock"
	"huying/internal/engine"
	"huying/internal/ident"
)

// NewToken is a token with its secret, which is told this once.
type NewToken struct {
	registry.Token
	Secret string `json:"secret" doc:"Only its hash is kept"`
}

func makeToken(r *request, in registry.NewToken) (*NewToken, error) {
	secret, t, err := r.s.Registry.MakeToken(r.ctx, engine.Command{Actor: r.actor}, in)
	if err != nil {
		return nil, err
	}
	return &NewToken{*t, secret}, nil
}

// Tokens are all tokens, without their secrets.
type Tokens struct {
	Items []registry.Token `json:"items"`
}

func tokens(r *request, _ none) (*Tokens, error) {
	list, err := r.s.Registry.Tokens(r.ctx, r.actor)
	if list == nil {
		list = []registry.Token{}
	}
	return &Tokens{list}, err
}

func revokeToken(r *request, _ none) (none, error) {
	err := r.s.Registry.RevokeToken(r.ctx, engine.Command{Actor: r.actor}, r.http.PathValue("id"))
	if err == nil {
		r.s.bearers.forget()
	}
	return none{}, err
}

// Upload says where a file belongs.
type Upload struct {
	Place string `json:"place,omitempty" maxLength:"64" doc:"Where it was taken; empty: the place of the post"`
}

// keepEvidence keeps a file: the raw body, or the first file of a form.
func keepEvidence(r *request, in Upload) (*registry.Stored, error) {
	var buf bytes.Buffer
	if err := r.body(&buf, registry.MaxEvidence+1<<16); err != nil { // a form needs a little more than its file
		return nil, err
	}
	body := buf.Bytes()
	kind, params, err := mime.ParseMediaType(r.http.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		if body, err = firstFile(body, params["boundary"]); err != nil {
			return nil, err
		}
	}
	if in.Place == "" {
		in.Place = r.actor.At.Leaf()
	}
	return r.s.Registry.KeepEvidence(r.ctx, engine.Command{Actor: r.actor}, in.Place, body)
}

func evidence(r *request, _ none) (file, error) {
	s, err := r.state()
	if err != nil {
		return file{}, err
	}
	stored, body, err := r.s.Registry.Evidence(r.ctx, s, r.http.PathValue("hash"))
	if err != nil {
		return file{}, err
	}
	return file{media: stored.Media, body: body, download: stored.Hash[:12]}, nil
}

// Purpose says why personal data is read; it is kept in the access log.
type Purpose struct {
	Purpose string `json:"purpose" maxLength:"500" doc:"Kept in the access log"`
}

// ContactDetails is how the caller can be reached.
type ContactDetails struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Note  string `json:"note,omitempty"`
}

func contactDetails(r *request, in Purpose) (ContactDetails, error) {
	cmd, no, err := r.command()
	if err != nil {
		return ContactDetails{}, err
	}
	c, err := r.s.Engine.ReadContact(r.ctx, cmd, no, in.Purpose)
	return ContactDetails(c), err
}

// Reading is one line of the access log.
type Reading struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Purpose string    `json:"purpose"`
	Fields  string    `json:"fields"`
}

// Readings is the access log of a matter.
type Readings struct {
	Items []Reading `json:"items"`
}

func accessLog(r *request, _ none) (*Readings, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	list, err := r.s.Engine.AccessLog(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := &Readings{Items: make([]Reading, len(list))}
	for i, a := range list {
		out.Items[i] = Reading{At: at(clock.Instant(a.At)), Actor: a.Actor, Purpose: a.Purpose, Fields: a.Fields}
	}
	return out, nil
}

// Draw is the result of a sample draw.
type Draw struct {
	Week   string   `json:"week"`
	Closed int      `json:"closed" doc:"Matters closed in the week"`
	Drawn  []string `json:"drawn" doc:"Matters to be checked"`
}

func sample(r *request, in supervision.Sample) (*Draw, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	d, err := r.s.Supervision.Sample(r.ctx, cmd, in)
	if err != nil {
		return nil, err
	}
	return &Draw{Week: d.Week, Closed: d.Closed, Drawn: numbered(d.Drawn)}, nil
}

// Undelivered is a result that its source did not take for a day.
type Undelivered struct {
	No        string    `json:"no"`
	Source    string    `json:"source"`
	SourceRef string    `json:"source_ref"`
	Code      string    `json:"code"`
	At        time.Time `json:"at"`
	Tries     int       `json:"tries"`
	Error     string    `json:"error" doc:"Of the last try"`
}

func undelivered(r *request, in Paging) (Page[Undelivered], error) {
	var none Page[Undelivered]
	parts, err := in.after("undelivered", 2)
	if err != nil {
		return none, err
	}
	var after ident.ID
	var seq int64
	if parts != nil {
		var errNo, errSeq error
		after, errNo = ident.ParseNumber(parts[0])
		seq, errSeq = strconv.ParseInt(parts[1], 10, 64)
		if errNo != nil || errSeq != nil {
			return none, errCursor()
		}
	}
	rows, err := r.s.Engine.Undelivered(r.ctx, after, seq, in.size())
	if err != nil {
		return none, err
	}
	show := func(p engine.Parcel) Undelivered {
		return Undelivered{No: p.Matter.Number(), Source: p.Source, SourceRef: p.SourceRef, Code: p.Code, At: zoned(p.At), Tries: p.Tries, Error: p.Error}
	}
	key := func(p engine.Parcel) string {
		return cursor("undelivered", p.Matter.Number(), strconv.FormatInt(p.Seq, 10))
	}
	return page(r, rows, in.size(), show, key), nil
}
