package story_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"strconv"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

const (
	desk   = "440106-ZH"    // Tianhe's command centre
	other  = "440105-ZH"    // another district's
	street = "440106001-ZH" // a street's
	bureau = "440106-CG"
)

// city is a served city with its desks, for a test of the page of a matter.
type city struct {
	*webtest.House
	t *testing.T
}

func open(t *testing.T) city {
	t.Helper()
	return city{webtest.Open(t), t}
}

func (c city) post(unit string, role org.Role) string { return c.Post(c.t, unit, role) }

func (c city) dispatcher() string { return c.post(desk, org.Dispatcher) }

func (c city) cmd(post string) engine.Command {
	c.t.Helper()
	actor, err := registry.Actor(c.Engine.City(), post)
	if err != nil {
		c.t.Fatal(err)
	}
	return engine.Command{Actor: actor}
}

// call takes a call in at the city's hotline and returns its number.
func (c city) call(place, text string) ident.ID {
	c.t.Helper()
	f := call.Form{Source: "HOTLINE_12345", Kind: "COMPLAINT", Category: "SR0102", Text: text, Place: place, Name: "林阿姨", Phone: "13800138000"}
	s, err := intake.New(c.Engine).Receive(c.t.Context(), c.cmd(c.post("440100-RX", org.Agent)), f)
	if err != nil {
		c.t.Fatal(err)
	}
	return s.M.ID
}

// ordered is a call that the district's desk took as far as an order.
func (c city) ordered(text string) (no, order ident.ID) {
	c.t.Helper()
	no = c.call("440106001", text)
	for _, step := range []struct {
		act  string
		form url.Values
	}{
		{"verify", nil}, {"triage", url.Values{"class": {"大事"}, "reason": {"路面保洁是政府职责"}}}, {"issue", url.Values{"lead": {bureau}}},
	} {
		if r := c.act(c.dispatcher(), no, step.act, step.form); r.Status != 200 {
			c.t.Fatalf("%s: %d %s", step.act, r.Status, r.Body)
		}
	}
	return no, c.state(no).Orders[0].ID
}

func (c city) state(no ident.ID) *engine.State {
	c.t.Helper()
	s, err := c.Engine.Load(c.t.Context(), no)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// act sends the form of an act on a matter at the revision it has.
func (c city) act(post string, no ident.ID, name string, form url.Values) webtest.Reply {
	c.t.Helper()
	return c.send(post, "/matters/"+no.Number()+"/"+name, c.state(no).Rev, form)
}

// actOrder sends the form of an act on an order of a matter.
func (c city) actOrder(post string, no, order ident.ID, name string, form url.Values) webtest.Reply {
	c.t.Helper()
	return c.send(post, "/orders/"+order.Number()+"/"+name, c.state(no).Rev, form)
}

func (c city) send(post, path string, rev int64, form url.Values) webtest.Reply {
	c.t.Helper()
	all := url.Values{"rev": {strconv.FormatInt(rev, 10)}, "key": {path + strconv.FormatInt(rev, 10)}}
	for k, v := range form {
		all[k] = v
	}
	return c.Send(c.t, post, path, all)
}

// objects lets a unit object to an order, at its own desk.
func (c city) objects(unit string, order ident.ID) {
	c.t.Helper()
	in := dispatch.Object{Reason: "这段路由街道养护，不归本局", Names: "440106001-CGB"}
	if _, ok := c.Engine.City().Org.Unit(in.Names); !ok {
		in.Names = ""
	}
	if _, err := dispatch.New(c.Engine).Object(c.t.Context(), c.cmd(c.post(unit, org.Handler)), order, in); err != nil {
		c.t.Fatal(err)
	}
}

// responds lets a unit answer an order with a picture, and returns its hash.
func (c city) responds(unit string, order ident.ID, text string) string {
	c.t.Helper()
	cmd := c.cmd(c.post(unit, org.Handler))
	kept, err := registry.New(c.Engine).KeepEvidence(c.t.Context(), cmd, cmd.Actor.At.Leaf(), located(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	in := dispatch.Respond{Text: text, Evidence: []dispatch.Record{{Kind: "PHOTO", Hash: kept.Hash, Name: "清扫后.jpg", Size: kept.Size}}}
	if _, err := dispatch.New(c.Engine).Respond(c.t.Context(), cmd, order, in); err != nil {
		c.t.Fatal(err)
	}
	return kept.Hash
}

// photo is a small picture as a camera would send it.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			img.Set(x, y, color.RGBA{uint8(60 + x), uint8(120 + y), 110, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// newest returns the number of the newest matter in a state that a post sees.
func (c city) newest(post, status string) string {
	c.t.Helper()
	rows, err := intake.New(c.Engine).Matters(c.t.Context(), c.cmd(post).Actor, intake.Filter{Status: status}, 0, 1, c.Now())
	if err != nil || len(rows) == 0 {
		c.t.Fatalf("no matter is %s: %v", status, err)
	}
	return rows[0].No.Number()
}
