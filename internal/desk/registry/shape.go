package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/domain/access"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// feature is one stored shape as the GeoJSON feature it is read back from.
type feature struct {
	Type       string            `json:"type"`
	Properties map[string]string `json:"properties"`
	Geometry   struct {
		Type        string           `json:"type"`
		Coordinates orb.MultiPolygon `json:"coordinates"`
	} `json:"geometry"`
}

// KeepShapes keeps the surveyed shapes of places, in WGS84 as
// territory.ReadGeoJSON returns them, as their newest version; former versions
// stay. Crs is what the file was in. They hold for commands once the engine
// uses the city that Shaped returns. Fault: shape.none.
func (d *Desk) KeepShapes(ctx context.Context, cmd engine.Command, shapes map[string]orb.MultiPolygon, crs territory.CRS) error {
	if err := access.Allow(cmd.Actor, access.ManagePack, access.Subject{}); err != nil {
		return err
	}
	if len(shapes) == 0 {
		return fault.New(fault.Invalid, "shape.none")
	}
	texts := map[string]string{}
	for code, shape := range shapes {
		text, err := featureText(code, shape)
		if err != nil {
			return err
		}
		texts[code] = text
	}
	return d.e.Write(ctx, cmd.At, "keep_shapes", func(tx *store.Tx) error {
		for _, code := range slices.Sorted(maps.Keys(texts)) {
			err := tx.Queue(`INSERT INTO shape (district, code, at, crs, geojson) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (district, code, at) DO UPDATE SET crs = excluded.crs, geojson = excluded.geojson`,
				d.e.City().Root, code, tx.Now().UnixMicro(), crs.String(), texts[code])
			if err != nil {
				return err
			}
		}
		return d.e.LogOffice(tx, engine.Office{
			Kind: engine.SystemLog, Act: "SHAPES_CHANGED", Post: cmd.Actor.ID, Note: strconv.Itoa(len(texts)),
		})
	})
}

// Shapes returns the newest stored shape of each place of the city root. It
// asks nobody's leave: a process needs them before it has actors.
func Shapes(ctx context.Context, db *store.DB, root string) (map[string]orb.MultiPolygon, error) {
	var rows []json.RawMessage
	err := db.Read(ctx, func(v *store.View) (err error) {
		rows, err = store.All(v, `SELECT s.geojson FROM shape s WHERE s.district = ?
			AND s.at = (SELECT MAX(n.at) FROM shape n WHERE n.district = s.district AND n.code = s.code) ORDER BY s.code`,
			func(r store.Scanner) (json.RawMessage, error) {
				var text string
				err := r.Scan(&text)
				return json.RawMessage(text), err
			}, root)
		return err
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return readFeatures(rows)
}

// readFeatures reads features as they were kept.
func readFeatures(rows []json.RawMessage) (map[string]orb.MultiPolygon, error) {
	body, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": rows})
	if err != nil {
		return nil, fmt.Errorf("read the stored shapes: %w", err)
	}
	most := len(body) + 1
	shapes, problems, err := territory.ReadGeoJSON(bytes.NewReader(body), territory.WGS84,
		territory.ReadOptions{CodeKey: "code", MaxBytes: int64(most), MaxFeatures: len(rows), MaxVertices: most})
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		if p.Dropped {
			return nil, p.Fault
		}
	}
	return shapes, nil
}

// ShapesAt returns when the newest shape of the city root was kept, the zero
// time if there is none.
func ShapesAt(ctx context.Context, db *store.DB, root string) (time.Time, error) {
	var at int64
	err := db.Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COALESCE(MAX(at), 0) FROM shape WHERE district = ?`, root).Scan(&at)
	})
	if err != nil || at == 0 {
		return time.Time{}, err
	}
	return time.UnixMicro(at), nil
}

// shapeSeed draws what nobody has surveyed below surveyed places. It is fixed,
// so that every process and every start draws the same.
const shapeSeed = 1

// Shaped returns a city with the given shapes in place of its schematic ones,
// and how they fit together. Base is the city as its pack has it; it stays as
// it is. Shapes of places that the pack does not know any more are left out
// and returned by code.
func Shaped(base *pack.City, shapes map[string]orb.MultiPolygon) (*pack.City, territory.Report, []string, error) {
	var unknown []string
	known := map[string]orb.MultiPolygon{}
	for _, code := range slices.Sorted(maps.Keys(shapes)) {
		if p, ok := base.Territory.Place(code); !ok || p.Retired() {
			unknown = append(unknown, code)
			continue
		}
		known[code] = shapes[code]
	}
	if len(known) == 0 {
		return base, territory.Report{}, unknown, nil
	}
	tree, report, err := territory.Replace(base.Territory, known, shapeSeed)
	if err != nil {
		return nil, territory.Report{}, unknown, err
	}
	locate, err := territory.NewLocator(tree)
	if err != nil {
		return nil, territory.Report{}, unknown, err
	}
	city := *base
	city.Territory, city.Locator = tree, locate
	city.Version = base.Version + "+" + tree.Version()
	return &city, report, unknown, nil
}
