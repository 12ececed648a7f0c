package api

import (
	"net/http"

	"huying/internal/desk/intake"
	"huying/internal/domain/call"
	"huying/internal/engine"
	"huying/internal/fault"
)

// CallForm is a call as a member of staff or another system hands it over.
type CallForm struct {
	Source    string   `json:"source" maxLength:"64" doc:"Code of the inlet"`
	SourceRef string   `json:"source_ref,omitempty" maxLength:"200" doc:"The source's own number; the same number is the same call"`
	Kind      string   `json:"kind" maxLength:"32" doc:"CONSULT, HELP, COMPLAINT, REPORT, SUGGESTION, EVENT, HAZARD, NEED, CONFLICT, INFO"`
	Category  string   `json:"category,omitempty" maxLength:"32" doc:"Code of a leaf of the duty list; empty: the desk decides"`
	Urgency   string   `json:"urgency,omitempty" maxLength:"32" doc:"EMERGENCY, UTILITY, NORMAL, COMPLEX; empty: the category's"`
	Text      string   `json:"text" doc:"The caller's words, at most 20000 characters"`
	Where     string   `json:"where,omitempty" doc:"The place in the caller's words"`
	Place     string   `json:"place,omitempty" maxLength:"64" doc:"Code of a place below the city"`
	Lon       *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180" doc:"Degrees, with lat"`
	Lat       *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	CRS       string   `json:"crs,omitempty" maxLength:"16" doc:"Of lon and lat: WGS84 if empty, GCJ02, BD09 or CGCS2000"`
	Anonymity string   `json:"anonymity,omitempty" maxLength:"32" doc:"OPEN, HIDDEN_FROM_HANDLER, ANONYMOUS"`
	Post      string   `json:"post,omitempty" maxLength:"80" doc:"Post of the member of staff whose call it is"`
	Caller    *Contact `json:"caller,omitempty"`
}

// Contact is who calls. Name and phone are sealed in the vault at once.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty" maxLength:"40"`
	Kind  string `json:"kind,omitempty" maxLength:"16" doc:"PERSON, ENTERPRISE, ORG, STAFF"`
}

func (f CallForm) form() call.Form {
	out := call.Form{
		Source: f.Source, SourceRef: f.SourceRef, Kind: f.Kind, Category: f.Category, Urgency: f.Urgency, Text: f.Text, Where: f.Where,
		Place: f.Place, Lon: f.Lon, Lat: f.Lat, CRS: f.CRS, Anonymity: f.Anonymity, Post: f.Post,
	}
	if c := f.Caller; c != nil {
		out.Name, out.Phone, out.CallerKind = c.Name, c.Phone, c.Kind
	}
	return out
}

// receiveCall takes a call in.
func receiveCall(r *request, in CallForm) (*Matter, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	s, err := r.s.Intake.Receive(r.ctx, cmd, in.form())
	if err != nil {
		return nil, inCaller(err)
	}
	r.received(s, "/matters/")
	out := r.matter(s)
	out.TrackCode = r.s.Engine.TrackCode(s.M.ID)
	return out, nil
}

// received answers 201 to a new call and 200 to one that was known.
func (r *request) received(s *engine.State, under string) {
	r.w.Header().Set("Location", Base+under+s.M.ID.Number())
	if s.Replayed {
		r.w.Header().Set("Replayed", "true")
		r.status = http.StatusOK
	}
}

// inCaller gives the faults of a form the paths their fields have here.
func inCaller(err error) error {
	var out fault.List
	for _, e := range fault.All(err) {
		switch e.Field {
		case "name", "phone":
			e = e.In("caller." + e.Field)
		case "caller_kind":
			e = e.In("caller.kind")
		}
		out = append(out, e)
	}
	return out.Err()
}

// Question asks what a text may be about.
type Question struct {
	Text  string   `json:"text"`
	Place string   `json:"place,omitempty" maxLength:"64"`
	Lon   *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Lat   *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90"`
}

// Advice is what a text may be about, with reasons. Nothing of it is decided.
type Advice struct {
	Categories []Suggestion `json:"categories"`
	Lead       string       `json:"lead,omitempty" doc:"Unit the first category leads to here"`
	Duplicates []Duplicate  `json:"duplicates"`
}

// Suggestion is one category a text may belong to.
type Suggestion struct {
	Code  string   `json:"code"`
	Score float64  `json:"score"`
	Words []string `json:"words" doc:"Words of the text that point there"`
}

// Duplicate is an open matter nearby that may be about the same.
type Duplicate struct {
	No     string   `json:"no"`
	Score  float64  `json:"score"`
	Metres *float64 `json:"metres,omitempty"`
}

func suggest(r *request, in Question) (*Advice, error) {
	a, err := r.s.Intake.Suggest(r.ctx, r.actor, in.Text, in.Place, in.Lon, in.Lat, r.now)
	if err != nil {
		return nil, err
	}
	return advice(a), nil
}

func advice(a *intake.Advice) *Advice {
	out := &Advice{Lead: a.Lead, Categories: make([]Suggestion, len(a.Categories)), Duplicates: make([]Duplicate, len(a.Duplicates))}
	for i, c := range a.Categories {
		out.Categories[i] = Suggestion{Code: c.Code, Score: c.Score, Words: c.Words}
	}
	for i, d := range a.Duplicates {
		out.Duplicates[i] = Duplicate{No: d.ID.Number(), Score: d.Score}
		if d.Metres >= 0 {
			out.Duplicates[i].Metres = &d.Metres
		}
	}
	return out
}

// Receipted is what a caller gets who called without a token.
type Receipted struct {
	No        string `json:"no"`
	TrackCode string `json:"track_code" doc:"Secret: with it the caller follows and judges the matter"`
	Status    string `json:"status"`
	Links     Links  `json:"links"`
}

func receipted(s *engine.State, code string) *Receipted {
	self := Base + "/track/" + s.M.ID.Number()
	return &Receipted{
		No: s.M.ID.Number(), TrackCode: code, Status: string(s.M.Status),
		Links: Links{"self": self, "told": self + "/told", "receipt": self + "/receipt"},
	}
}
