package ground

import (
	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// shelf is a list of records of one kind, of a town or of all that the reader
// looks after.
type shelf[F register.Fact] struct {
	here
	rows   []register.Record[F]
	next   string
	places []*territory.Place // where a new one may lie
}

// shelfOf reads a list.
func shelfOf[F register.Fact](p pages, r *frame.Request, tab string, list func(town string, from ident.ID) ([]register.Record[F], error)) (*shelf[F], error) {
	h, err := p.here(r, tab)
	if err != nil {
		return nil, err
	}
	from, err := r.Before()
	if err != nil {
		return nil, err
	}
	x := &shelf[F]{here: h}
	if x.rows, err = list(h.town, from); err != nil {
		return nil, err
	}
	if n := len(x.rows); n > 0 {
		x.next = h.next(n, x.rows[n-1].ID)
	}
	return x, nil
}

func (p pages) layerShelf(r *frame.Request) (*shelf[grid.Layer], error) {
	x, err := shelfOf(p, r, "/layers", func(town string, from ident.ID) ([]register.Record[grid.Layer], error) {
		return p.Ground.Layers(r.Ctx, r.Actor, town, from, some)
	})
	if err == nil && plans(r.View, x.town) {
		x.places = below(r.View, x.town, 0, 1)
	}
	return x, err
}

func (p pages) layers(r *frame.Request) error {
	x, err := p.layerShelf(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.tab_layers"), "ground", layersPage(r.View, x))
}

func (p pages) addLayer(r *frame.Request) error {
	in := desk.NewLayer{Code: r.Text("code"), Name: r.Text("name"), Line: r.Text("line"), Unit: r.Text("unit"), Place: r.Text("town"), Covers: r.Texts("covers"), Rule: r.Bool("rule")}
	switch {
	case r.Bool("all"):
		in.Covers = []string{in.Place}
	case len(in.Covers) == 0:
		r.Fault(fault.Field("covers", "layer.covers_nothing"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.AddLayer(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_layer", in.Name)
	return p.layerPart(r)
}

func (p pages) endLayer(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if _, err := p.Ground.EndLayer(r.Ctx, r.Command(), no, desk.Empty{}); err != nil {
		return err
	}
	r.Says("ground.said_ended")
	return p.layerPart(r)
}

func (p pages) layerPart(r *frame.Request) error {
	x, err := p.layerShelf(r)
	if err != nil {
		return err
	}
	return r.Part(layersBox(r.View, x))
}

// deviceShelf is the devices of a town with what they saw.
type deviceShelf struct {
	*shelf[grid.Device]
	seen []sceneView
}

func (p pages) deviceShelf(r *frame.Request) (*deviceShelf, error) {
	x, err := shelfOf(p, r, "/devices", func(town string, from ident.ID) ([]register.Record[grid.Device], error) {
		return p.Ground.Devices(r.Ctx, r.Actor, town, from, some)
	})
	if err != nil {
		return nil, err
	}
	if plans(r.View, x.town) {
		x.places = append(below(r.View, x.town, 1), placesOf(r.View, x.town)...)
	}
	out := &deviceShelf{shelf: x}
	out.seen, err = p.seen(r, x.town)
	return out, err
}

func (p pages) devices(r *frame.Request) error {
	x, err := p.deviceShelf(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.tab_devices"), "ground", devicesPage(r.View, x))
}

func (p pages) addDevice(r *frame.Request) error {
	in := desk.NewDevice{
		Code: r.Text("code"), Kind: r.Text("kind"), Place: r.Text("place"), Where: r.Text("where"), Purpose: r.Text("purpose"), Basis: r.Text("basis"),
		Keeps: r.Int("keeps"), Published: r.Bool("published"), Threshold: int64(r.Int("threshold")),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.AddDevice(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_device", in.Code)
	return p.devicePart(r)
}

func (p pages) describe(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.Description{
		Where: r.Text("where"), Purpose: r.Text("purpose"), Basis: r.Text("basis"), Keeps: r.Int("keeps"), Published: r.Bool("published"),
		Threshold: int64(r.Int("threshold")),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.Describe(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	r.Says("ground.said_described")
	return p.devicePart(r)
}

func (p pages) switchDevice(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if r.Bool("on") {
		if _, err := p.Ground.Activate(r.Ctx, r.Command(), no, desk.Empty{}); err != nil {
			return err
		}
		r.Says("ground.said_on")
	} else {
		if _, err := p.Ground.Deactivate(r.Ctx, r.Command(), no, desk.Empty{}); err != nil {
			return err
		}
		r.Says("ground.said_off")
	}
	return p.devicePart(r)
}

func (p pages) devicePart(r *frame.Request) error {
	x, err := p.deviceShelf(r)
	if err != nil {
		return err
	}
	return r.Part(devicesBox(r.View, x))
}

func (p pages) agreementShelf(r *frame.Request) (*shelf[grid.Agreement], error) {
	return shelfOf(p, r, "/agreements", func(town string, from ident.ID) ([]register.Record[grid.Agreement], error) {
		return p.Ground.Agreements(r.Ctx, r.Actor, town, from, some)
	})
}

func (p pages) agreements(r *frame.Request) error {
	x, err := p.agreementShelf(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.tab_agreements"), "ground", agreementsPage(r.View, x, r.Query("matter")))
}

func (p pages) agree(r *frame.Request) error {
	in := desk.NewAgreement{Matter: r.Text("matter"), Mediator: r.Text("mediator"), Terms: r.Text("terms")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.Agree(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_agreement")
	return p.agreementPart(r)
}

func (p pages) say(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.Word{Side: r.Text("side"), Agrees: r.Text("agrees") == "YES", Channel: r.Text("channel")}
	if in.Agrees {
		in.Channel = ""
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.Say(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	r.Says("ground.said_word")
	return p.agreementPart(r)
}

// agreementPart answers with the list, for whoever may read it.
func (p pages) agreementPart(r *frame.Request) error {
	if !r.Could(access.ReadGround) {
		return r.Reload()
	}
	x, err := p.agreementShelf(r)
	if err != nil {
		return err
	}
	return r.Part(agreementsBox(r.View, x, ""))
}
