package registry

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// Draft is a file of shapes that was read and waits to be put in force. Shapes
// are in WGS84.
type Draft struct {
	ID       string
	At       time.Time
	By       string
	CRS      territory.CRS // the file was in
	Shapes   map[string]orb.MultiPolygon
	Problems []territory.Problem // of the file; empty when a draft is read again
	Fit      territory.Report    // how its shapes lie with their neighbours
}

// Codes returns the places a draft has shapes of, sorted.
func (d *Draft) Codes() []string { return slices.Sorted(maps.Keys(d.Shapes)) }

// MostGeoJSON is the largest file of shapes that is taken, in bytes.
const MostGeoJSON = 48 << 20

// KeepDraft reads a file of shapes, tells what is wrong with it and how it
// would lie with its neighbours, and keeps it as a draft. Nothing is in force
// by it. key is the property that holds the code of a place, "" for the usual
// ones. Faults: shape.none with the problems of the file in the draft, and
// those of territory.ReadGeoJSON.
func (d *Desk) KeepDraft(ctx context.Context, cmd engine.Command, file io.Reader, crs territory.CRS, key string) (*Draft, error) {
	if err := access.Allow(cmd.Actor, access.ManagePack, access.Subject{}); err != nil {
		return nil, err
	}
	city := d.e.City()
	shapes, problems, err := territory.ReadGeoJSON(file, crs, territory.ReadOptions{Tree: city.Territory, CodeKey: key})
	if err != nil {
		return nil, err
	}
	out := &Draft{ID: rand.Text(), By: cmd.Actor.ID, CRS: crs, Shapes: shapes, Problems: problems}
	if len(shapes) == 0 {
		return out, fault.New(fault.Invalid, "shape.none")
	}
	if _, out.Fit, _, err = Shaped(city, shapes); err != nil {
		return nil, err
	}
	lines, err := lines(shapes)
	if err != nil {
		return nil, err
	}
	return out, d.e.Write(ctx, cmd.At, "keep_draft", func(tx *store.Tx) error {
		out.At = tx.Now()
		return tx.Queue(`INSERT INTO shape_draft (district, id, at, by_post, crs, geojson) VALUES (?, ?, ?, ?, ?, ?)`,
			city.Root, out.ID, out.At.UnixMicro(), out.By, crs.String(), strings.Join(lines, "\n"))
	})
}

// lines writes each shape as the text of one feature, by code.
func lines(shapes map[string]orb.MultiPolygon) ([]string, error) {
	out := make([]string, 0, len(shapes))
	for _, code := range slices.Sorted(maps.Keys(shapes)) {
		text, err := featureText(code, shapes[code])
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

func featureText(code string, shape orb.MultiPolygon) (string, error) {
	f := feature{Type: "Feature", Properties: map[string]string{"code": code}}
	f.Geometry.Type, f.Geometry.Coordinates = "MultiPolygon", shape
	body, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("write the shape of %s: %w", code, err)
	}
	return string(body), nil
}

// Draft returns a kept draft and how it would lie now. Fault:
// shape.draft_unknown.
func (d *Desk) Draft(ctx context.Context, actor access.Actor, id string) (*Draft, error) {
	if len(access.Scopes(actor, access.ManagePack)) == 0 && len(access.Scopes(actor, access.ConfirmPack)) == 0 {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ManagePack))
	}
	return d.draft(ctx, id)
}

func (d *Desk) draft(ctx context.Context, id string) (*Draft, error) {
	city := d.e.City()
	out := &Draft{ID: id}
	var at int64
	var crs, text string
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT at, by_post, crs, geojson FROM shape_draft WHERE district = ? AND id = ?`, city.Root, id).Scan(&at, &out.By, &crs, &text)
	})
	if errors.Is(err, store.ErrNoRow) {
		return nil, fault.New(fault.NotFound, "shape.draft_unknown")
	}
	if err != nil {
		return nil, err
	}
	out.At = time.UnixMicro(at).UTC()
	if out.CRS, err = territory.ParseCRS(crs); err != nil {
		return nil, err
	}
	var rows []json.RawMessage
	for line := range bytes.Lines([]byte(text)) {
		rows = append(rows, line)
	}
	if out.Shapes, err = readFeatures(rows); err != nil {
		return nil, err
	}
	_, out.Fit, _, err = Shaped(city, out.Shapes)
	return out, err
}

// UseDraft makes the shapes of a draft the newest of their places. They hold
// once the engine uses the city that Shaped returns. Doing it twice changes
// nothing more. Faults: shape.draft_unknown, access.denied.
func (d *Desk) UseDraft(ctx context.Context, cmd engine.Command, id string) error {
	draft, err := d.draft(ctx, id)
	if err != nil {
		return err
	}
	return d.KeepShapes(ctx, cmd, draft.Shapes, draft.CRS)
}
