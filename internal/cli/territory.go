package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/registry"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
)

func (s *session) importTerritoryCommand() *cobra.Command {
	var crs, key string
	var dry bool
	cmd := &cobra.Command{
		Use: "territory FILE", Short: s.say("导入区划的真实边界（GeoJSON）", "Import the surveyed shapes of places (GeoJSON)"), Args: s.args(cobra.ExactArgs(1)),
		Long: s.say(`导入区划边界，替换示意图形。坐标系请如实填写：国内地图多为 GCJ02，测绘成果多为 CGCS2000。
先用 --dry-run 查看缝隙和重叠。每次导入成为一个新版本，下次启动时生效。`,
			`Import the borders of places in place of the schematic ones. Name the coordinate
system they are in: published maps mostly are GCJ02, surveys CGCS2000.
Try --dry-run first: it tells holes and overlaps. Each import is a new version
and holds from the next start on.`),
		Example: "  huying import territory districts.geojson --crs GCJ02 --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := territory.ParseCRS(crs)
			if err != nil {
				return err
			}
			mode := app.Serve
			if dry {
				mode = app.Beside
			}
			return s.with(cmd, mode, func(ctx context.Context, o *app.Opened) error {
				return s.importTerritory(ctx, o, args[0], from, key, dry)
			})
		},
	}
	cmd.Flags().StringVar(&crs, "crs", "", s.say("坐标系：WGS84、CGCS2000、GCJ02 或 BD09（必填）", "coordinate system: WGS84, CGCS2000, GCJ02 or BD09 (needed)"))
	cmd.Flags().StringVar(&key, "code-key", "", s.say("存放区划代码的属性名", "property that holds the code of the place"))
	cmd.Flags().BoolVar(&dry, "dry-run", false, s.say("只检查，不保存", "only check, keep nothing"))
	return s.settingsFlags(cmd, false)
}

// imported is what became of a file of shapes.
type imported struct {
	Kept     bool             `json:"kept"`
	Shapes   []string         `json:"shapes"` // codes
	Problems []featureProblem `json:"problems,omitempty"`
	Fit      *fit             `json:"fit"` // null if there is no shape
}

// fit is how the shapes lie together.
type fit struct {
	Holes      []hole    `json:"holes"`
	Overlaps   []overlap `json:"overlaps"`
	Synthetic  []string  `json:"synthetic"` // districts that are still schematic
	HoleKM2    float64   `json:"hole_km2"`
	OverlapKM2 float64   `json:"overlap_km2"`
}

type hole struct {
	Between []string `json:"between"` // codes of the places around it
	AreaKM2 float64  `json:"area_km2"`
	Lon     float64  `json:"lon"`
	Lat     float64  `json:"lat"`
}

type overlap struct {
	A       string  `json:"a"`
	B       string  `json:"b"`
	AreaKM2 float64 `json:"area_km2"`
}

func fitOf(r territory.Report) *fit {
	out := &fit{Holes: []hole{}, Overlaps: []overlap{}, Synthetic: append([]string{}, r.Synthetic...), HoleKM2: r.HoleKM2, OverlapKM2: r.OverlapKM2}
	for _, h := range r.Holes {
		out.Holes = append(out.Holes, hole{h.Between, h.AreaKM2, h.Lon, h.Lat})
	}
	for _, x := range r.Overlaps {
		out.Overlaps = append(out.Overlaps, overlap{x.A, x.B, x.AreaKM2})
	}
	return out
}

type featureProblem struct {
	Feature int    `json:"feature"`
	Code    string `json:"code,omitempty"`
	Dropped bool   `json:"dropped"`
	Text    string `json:"text"`
	Fault   string `json:"fault"`
}

func (s *session) importTerritory(ctx context.Context, o *app.Opened, name string, from territory.CRS, key string, dry bool) error {
	file, err := openFile(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	city := o.Engine.City()
	shapes, problems, err := territory.ReadGeoJSON(file, from, territory.ReadOptions{Tree: city.Territory, CodeKey: key})
	if err != nil {
		return err
	}
	out := imported{Shapes: slices.Sorted(maps.Keys(shapes))}
	for _, p := range problems {
		out.Problems = append(out.Problems, featureProblem{p.Feature, p.Code, p.Dropped, s.sentence(p.Fault), p.Fault.Code})
	}
	if len(shapes) == 0 {
		s.report(out, func() { s.showShapes(out) })
		return fault.New(fault.Invalid, "shape.none")
	}
	_, together, _, err := registry.Shaped(city, shapes)
	if err != nil {
		return err
	}
	out.Fit = fitOf(together)
	if !dry {
		by, err := administrator(city)
		if err != nil {
			return err
		}
		if err := registry.New(o.Engine).KeepShapes(ctx, engine.Command{Actor: by}, shapes, from); err != nil {
			return err
		}
		out.Kept = true
	}
	s.report(out, func() { s.showShapes(out) })
	if len(problems) > 0 {
		return errProblems
	}
	return nil
}

func (s *session) showShapes(r imported) {
	for _, p := range r.Problems {
		fate := s.say("已修正", "mended")
		if p.Dropped {
			fate = s.say("未采用", "left out")
		}
		fmt.Fprintf(s.out, s.say("第 %d 个图形 %s（%s）：%s [%s]\n", "feature %d %s (%s): %s [%s]\n"), p.Feature+1, p.Code, fate, p.Text, p.Fault)
	}
	fmt.Fprintf(s.out, s.say("可用图形 %d 个\n", "%d usable shapes\n"), len(r.Shapes))
	if r.Fit == nil {
		return
	}
	fmt.Fprintf(s.out, s.say("缝隙 %d 处，共 %.4f 平方公里；重叠 %d 处，共 %.4f 平方公里\n", "%d holes of %.4f km² in all; %d overlaps of %.4f km² in all\n"),
		len(r.Fit.Holes), r.Fit.HoleKM2, len(r.Fit.Overlaps), r.Fit.OverlapKM2)
	for _, h := range r.Fit.Holes[:min(len(r.Fit.Holes), 20)] {
		fmt.Fprintf(s.out, s.say("  缝隙 %.4f 平方公里，位于 %.5f %.5f，相邻 %v\n", "  hole of %.4f km² at %.5f %.5f between %v\n"), h.AreaKM2, h.Lon, h.Lat, h.Between)
	}
	for _, x := range r.Fit.Overlaps[:min(len(r.Fit.Overlaps), 20)] {
		fmt.Fprintf(s.out, s.say("  重叠 %.4f 平方公里：%s 与 %s\n", "  overlap of %.4f km²: %s and %s\n"), x.AreaKM2, x.A, x.B)
	}
	if len(r.Fit.Synthetic) > 0 {
		fmt.Fprintf(s.out, s.say("仍为示意图形的区：%v\n", "districts that are still schematic: %v\n"), r.Fit.Synthetic)
	}
	if r.Kept {
		fmt.Fprintln(s.out, s.say("已保存，下次启动时生效", "Kept; it holds from the next start on"))
	} else {
		fmt.Fprintln(s.out, s.say("仅检查，未保存", "Only checked; nothing was kept"))
	}
}
