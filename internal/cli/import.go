package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/exchange"
	"huying/internal/domain/access"
)

func (s *session) importCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "import", Short: s.say("导入诉求或区划图形", "Import calls, or the shapes of places"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.importCallsCommand(), s.importTerritoryCommand())
	return cmd
}

// callsFlags are the flags of import calls.
type callsFlags struct {
	mapping, source, place, rejects, as string
	resume                              bool
}

func (s *session) importCallsCommand() *cobra.Command {
	var f callsFlags
	cmd := &cobra.Command{
		Use: "calls FILE", Short: s.say("从 CSV、XLSX 或 JSON 行文件导入诉求", "Import calls from a file of CSV, XLSX or JSON lines"), Args: s.args(cobra.ExactArgs(1)),
		Long: s.say(`从文件导入诉求。每一行要么成为一件诉求，要么写进拒收文件；重复导入不会产生重复诉求。
中断后加 --resume 从断点继续。服务运行时 SQLite 数据库被占用，请先停止服务。`,
			`Import calls. Every row becomes a matter or a line of the reject file; importing
again makes nothing twice. After a break, --resume goes on where it was.
While a server runs on SQLite the database is taken: stop the server first.`),
		Example: "  huying import calls calls.csv --source HOTLINE_12345 --mapping mapping.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd, app.Serve, func(ctx context.Context, o *app.Opened) error { return s.importCalls(ctx, o, args[0], f) })
		},
	}
	cmd.Flags().StringVar(&f.mapping, "mapping", "", s.say("列对应文件（YAML）；不给则按列名识别", "file that maps the columns (YAML); without it they speak for themselves"))
	cmd.Flags().StringVar(&f.source, "source", "", s.say("没有来源列时的受理渠道代码", "inlet of rows without a source column"))
	cmd.Flags().StringVar(&f.place, "place", "", s.say("没有地点的行所属区划代码", "place of rows that say none"))
	cmd.Flags().StringVar(&f.rejects, "rejects", "", s.say("拒收文件，默认为 FILE.rejects.csv", "file of refused rows; default FILE.rejects.csv"))
	cmd.Flags().StringVar(&f.as, "as", "", s.say("以某个岗位的身份导入", "import as a post"))
	cmd.Flags().BoolVar(&f.resume, "resume", false, s.say("从上次中断处继续", "go on where the last import broke off"))
	return s.settingsFlags(cmd, false)
}

func (s *session) importCalls(ctx context.Context, o *app.Opened, name string, f callsFlags) (err error) {
	opts := exchange.Options{Now: s.now(), Source: f.source, Place: f.place, State: name + ".state", Resume: f.resume}
	if f.as != "" {
		if opts.Actor, err = actor(o.Engine.City(), f.as); err != nil {
			return err
		}
	}
	if f.mapping != "" {
		body, err := readFile(f.mapping, 1<<20)
		if err != nil {
			return err
		}
		if opts.Mapping, err = exchange.ParseMapping(filepath.Base(f.mapping), body); err != nil {
			return err
		}
	}
	file, err := openFile(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	rejects := f.rejects
	if rejects == "" {
		rejects = name + ".rejects.csv"
	}
	mode := os.O_RDWR | os.O_CREATE
	if !f.resume {
		mode |= os.O_TRUNC
	}
	refused, err := os.OpenFile(rejects, mode, 0o600)
	if err != nil {
		return unwritable(rejects, err)
	}
	bar := s.progress("已处理", "done")
	opts.Rejects, opts.Progress = refused, bar.tell
	result, err := exchange.Import(ctx, o.Engine, exchange.Source{Name: filepath.Base(name), Body: file}, opts)
	bar.end()
	if err = errors.Join(err, refused.Close()); err != nil {
		if result.Rows == 0 {
			return err
		}
		fmt.Fprintf(s.err, s.say("已处理 %d 行后中断；加 --resume 可继续。\n", "It broke off after %d rows; --resume goes on.\n"), result.Rows)
		return err
	}
	s.report(result, func() { s.showImport(result, rejects) })
	if result.Rejected > 0 {
		return errProblems
	}
	return errors.Join(removeIf(opts.State), removeIf(rejects))
}

// removeIf removes a file that an import left and nobody needs.
func removeIf(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return unwritable(name, err)
	}
	return nil
}

func (s *session) showImport(r exchange.Result, rejects string) {
	fmt.Fprintf(s.out, s.say("共 %d 行：新增 %d，已有 %d，拒收 %d\n", "%d rows: %d new, %d known before, %d refused\n"), r.Rows, r.Made, r.Again, r.Rejected)
	if r.Suggested > 0 {
		fmt.Fprintf(s.out, s.say("其中 %d 行的分类由文本推断，请复核\n", "%d rows got their category from their text: look at them\n"), r.Suggested)
	}
	if len(r.Unused) > 0 {
		fmt.Fprintf(s.out, s.say("未使用的列：%v\n", "columns not used: %v\n"), r.Unused)
	}
	for _, code := range slices.Sorted(maps.Keys(r.ByReason)) {
		fmt.Fprintf(s.out, "  %6d  %s\n", r.ByReason[code], code)
	}
	if r.Rejected > 0 {
		fmt.Fprintf(s.out, s.say("拒收的行及原因见 %s，改正后可单独导入\n", "refused rows and the reasons are in %s; mend and import them\n"), rejects)
	}
}

func (s *session) exportCommand() *cobra.Command {
	var f exchange.Filter
	var as, out, format string
	cmd := &cobra.Command{
		Use: "export", Short: s.say("导出诉求为 CSV、XLSX 或 JSON 行", "Export matters as CSV, XLSX or JSON lines"), Args: s.args(cobra.NoArgs),
		Long:    s.say("导出诉求，不含联系方式；文本里疑似号码已遮蔽。服务运行时也可使用。", "Export matters without contacts; digits that may be numbers of persons are masked.\nIt works beside a running server."),
		Example: "  huying export --place 440106 --out matters.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, app.Beside, func(ctx context.Context, o *app.Opened) error {
				by, err := actor(o.Engine.City(), as)
				if err != nil {
					return err
				}
				return s.export(ctx, o, by, f, exchange.Format(format), out)
			})
		},
	}
	cmd.Flags().StringVar(&f.Place, "place", "", s.say("区划代码", "code of a place"))
	cmd.Flags().StringVar(&f.Source, "source", "", s.say("受理渠道代码", "inlet"))
	cmd.Flags().StringVar(&f.Status, "status", "", s.say("状态代码", "status"))
	cmd.Flags().StringVar(&f.Category, "category", "", s.say("分类代码", "category"))
	cmd.Flags().StringVar(&out, "out", "", s.say("输出文件，默认为标准输出", "file to write; default: standard output"))
	cmd.Flags().StringVar(&format, "format", "", s.say("csv、xlsx 或 jsonl，默认看文件名", "csv, xlsx or jsonl; default: by the name of the file"))
	cmd.Flags().StringVar(&as, "as", "", s.say("以某个岗位可见的范围导出，默认为市指挥中心", "what a post may see; default: the city's command centre"))
	return s.settingsFlags(cmd, false)
}

func (s *session) export(ctx context.Context, o *app.Opened, by access.Actor, f exchange.Filter, format exchange.Format, name string) (err error) {
	if format == "" {
		format = exchange.CSV
		if name != "" {
			if format, err = exchange.FormatOf(name); err != nil {
				return err
			}
		}
	}
	var w io.Writer = s.out
	done := func() error { return nil }
	if name != "" {
		file, err := createFile(name)
		if err != nil {
			return err
		}
		w, done = file, func() error { return errors.Join(file.Sync(), file.Close()) }
	}
	n, err := exchange.Export(ctx, o.Engine, by, f, format, w)
	if closed := done(); err == nil && closed != nil {
		err = unwritable(name, closed)
	}
	if err != nil {
		if name != "" {
			err = errors.Join(err, removeIf(name)) // half a file would be taken for a whole one
		}
		return err
	}
	if name == "" {
		return nil
	}
	s.report(map[string]any{"matters": n, "file": name}, func() {
		fmt.Fprintf(s.out, s.say("已导出 %d 件到 %s\n", "%d matters exported to %s\n"), n, name)
	})
	return nil
}
