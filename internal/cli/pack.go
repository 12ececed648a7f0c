package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/packs"
)

func (s *session) packCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "pack", Short: s.say("城市包：检查、新建、查看", "City packs: check, make, show"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.packCheckCommand(), s.packNewCommand(), s.packShowCommand(), s.packListCommand())
	return cmd
}

// packAt finds the pack that a name or a directory means.
func packAt(name string) (fs.FS, string, error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		dir, err := filepath.Abs(name)
		if err != nil {
			return nil, "", fault.Field("pack", "pack.unknown", name, strings.Join(shipped(), ", ")).Because(err)
		}
		return app.Packs(filepath.Dir(dir)), filepath.Base(dir), nil
	}
	if !slices.Contains(shipped(), name) && name != "base" {
		return nil, "", fault.Field("pack", "pack.unknown", name, strings.Join(shipped(), ", "))
	}
	return packs.FS, name, nil
}

// shipped returns the names of the packs in the binary, the base left out.
func shipped() []string {
	entries, err := fs.ReadDir(packs.FS, ".")
	if err != nil {
		return nil // an embedded folder can be read
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "base" {
			out = append(out, e.Name())
		}
	}
	return out
}

func (s *session) packCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check DIR", Short: s.say("检查城市包，指出每个错误的文件和行", "Check a pack; tell file and line of every mistake"), Args: s.args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			fsys, dir, err := packAt(args[0])
			if err != nil {
				return err
			}
			type problem struct {
				File string `json:"file"`
				Line int    `json:"line,omitempty"`
				Code string `json:"code"`
				Text string `json:"text"`
			}
			found := []problem{}
			for _, p := range pack.Check(fsys, dir) {
				found = append(found, problem{p.File, p.Line, p.Code, p.Text(s.sayCode)})
			}
			s.report(map[string]any{"pack": dir, "problems": found}, func() {
				for _, p := range found {
					fmt.Fprintln(s.out, p.Text)
				}
				if len(found) == 0 {
					fmt.Fprintf(s.out, s.say("%s 没有问题\n", "%s is all right\n"), dir)
				} else {
					fmt.Fprintf(s.out, s.say("共 %d 个问题\n", "%d problems\n"), len(found))
				}
			})
			if len(found) > 0 {
				return errProblems
			}
			return nil
		},
	}
}

func (s *session) packNewCommand() *cobra.Command {
	var spec pack.Spec
	var districts []string
	cmd := &cobra.Command{
		Use: "new DIR", Short: s.say("新建一个可直接运行的城市包", "Make a new pack that can be run as it is"), Args: s.args(cobra.ExactArgs(1)),
		Example: "  huying pack new ./mycity --name 示例市 --root 990100 --district 990101=东区 --district 990102=西区",
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return unwritable(args[0], err)
			}
			spec.ID, spec.Lang = filepath.Base(dir), string(s.lang)
			for _, d := range districts {
				code, name, _ := strings.Cut(d, "=")
				spec.Districts = append(spec.Districts, pack.SpecDistrict{Code: code, Name: name})
			}
			files, err := pack.Scaffold(spec)
			if err != nil {
				return err
			}
			if err := writePack(dir, files); err != nil {
				return err
			}
			names := slices.Sorted(maps.Keys(files))
			s.report(map[string]any{"pack": dir, "files": names}, func() {
				fmt.Fprintf(s.out, s.say("已新建城市包 %s，共 %d 个文件。\n下一步：修改各文件，再运行 huying pack check %s；huying serve --pack %s 可直接运行。\n",
					"Made the pack %s of %d files.\nNext: edit them, then huying pack check %s; huying serve --pack %s runs it.\n"), dir, len(names), args[0], args[0])
			})
			return nil
		},
	}
	cmd.Flags().StringVar(&spec.Name, "name", "", s.say("城市名称（必填）", "name of the city (needed)"))
	cmd.Flags().StringVar(&spec.NameEN, "name-en", "", s.say("城市英文名称", "its name in English"))
	cmd.Flags().StringVar(&spec.Root, "root", "", s.say("城市区划代码，六位（必填）", "its code, six digits in China (needed)"))
	cmd.Flags().StringArrayVar(&districts, "district", nil, s.say("代码=名称，可多次", "CODE=NAME of a district, may be repeated"))
	cmd.Flags().Float64Var(&spec.Lon, "lon", 113.3, s.say("示意图中心经度", "longitude of the middle of the map"))
	cmd.Flags().Float64Var(&spec.Lat, "lat", 23.1, s.say("示意图中心纬度", "latitude of the middle of the map"))
	return cmd
}

// writePack writes the files of a pack into a folder that is new or empty.
func writePack(dir string, files map[string][]byte) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fault.Field("dir", "file.exists", dir)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // a pack is no secret
			return unwritable(dir, err)
		}
		if err := os.WriteFile(to, files[name], 0o644); err != nil { //nolint:gosec // a pack is no secret
			return unwritable(to, err)
		}
	}
	return nil
}

// summary is what a pack holds.
type summary struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	NameEN     string   `json:"name_en"`
	Version    string   `json:"version"`
	Root       string   `json:"root"`
	Districts  int      `json:"districts"`
	Towns      int      `json:"towns"`
	Community  int      `json:"communities"`
	Grids      int      `json:"grids"`
	Units      int      `json:"units"`
	Categories int      `json:"categories"`
	Inlets     []string `json:"inlets"`
	Overlays   []string `json:"overlays,omitempty"`
}

func summaryOf(c *pack.City) summary {
	t := c.Territory
	out := summary{
		ID: c.ID, Name: c.Name, NameEN: c.NameEN, Version: c.Version, Root: c.Root, Districts: t.Count(territory.District),
		Towns: t.Count(territory.Town) + t.Count(territory.Street), Community: t.Count(territory.Community) + t.Count(territory.Village),
		Grids:      t.Count(territory.GridS) + t.Count(territory.GridM) + t.Count(territory.GridL) + t.Count(territory.Exclusive),
		Categories: len(c.Duty.Leaves()), Inlets: slices.Sorted(maps.Keys(c.Inlets)),
	}
	out.Units = len(c.Org.Units())
	for _, o := range c.Overlays() {
		out.Overlays = append(out.Overlays, o.Place)
	}
	return out
}

func (s *session) packShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show PACK", Short: s.say("显示城市包的内容概要", "Show what a pack holds"), Args: s.args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			fsys, dir, err := packAt(args[0])
			if err != nil {
				return err
			}
			city, err := pack.Load(fsys, dir)
			if err != nil {
				return err
			}
			x := summaryOf(city)
			s.report(x, func() {
				table(s.out, [][]string{
					{s.say("城市", "city"), s.say(x.Name, x.NameEN) + " " + x.Root}, {s.say("版本", "version"), x.Version},
					{s.say("区", "districts"), fmt.Sprint(x.Districts)}, {s.say("镇街", "towns and streets"), fmt.Sprint(x.Towns)},
					{s.say("社区村", "communities and villages"), fmt.Sprint(x.Community)}, {s.say("网格", "grids"), fmt.Sprint(x.Grids)},
					{s.say("单位", "units"), fmt.Sprint(x.Units)}, {s.say("分类", "categories"), fmt.Sprint(x.Categories)},
					{s.say("渠道", "inlets"), strings.Join(x.Inlets, " ")}, {s.say("另有规定的区划", "places with rules of their own"), strings.Join(x.Overlays, " ")},
				})
			})
			return nil
		},
	}
}

func (s *session) packListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: s.say("列出自带的城市包", "List the shipped packs"), Args: s.args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			var out []summary
			var wrong error
			for _, name := range shipped() {
				city, err := pack.Load(packs.FS, name)
				if err != nil {
					wrong = errors.Join(wrong, err)
					continue
				}
				out = append(out, summaryOf(city))
			}
			s.report(out, func() {
				var rows [][]string
				for _, x := range out {
					rows = append(rows, []string{x.ID, s.say(x.Name, x.NameEN), x.Root, x.Version})
				}
				table(s.out, rows)
			})
			return wrong
		},
	}
}
