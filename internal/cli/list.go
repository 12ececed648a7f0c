package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/exchange"
	"huying/internal/desk/mandate"
	"huying/internal/domain/access"
	lists "huying/internal/domain/mandate"
	"huying/internal/engine"
)

// listFlags are the flags of list check and list import.
type listFlags struct {
	in        mandate.Import
	as, sheet string
}

func (s *session) listCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: s.say("检查、导入履职清单", "Check and import duty lists"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(
		s.listFileCommand("check", s.say("检查清单文件，不保存", "Check a file of a list and keep nothing"), app.Beside, s.listCheck),
		s.listFileCommand("import", s.say("导入清单，成为新版本的草稿", "Import a list as the draft of a new version"), app.Serve, s.listImport),
	)
	return cmd
}

func (s *session) listFileCommand(use, short string, mode app.Mode, fn func(context.Context, *mandate.Desk, engine.Command, mandate.Import) error) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use: use + " FILE", Short: short, Args: s.args(cobra.ExactArgs(1)),
		Long: s.say(`读 CSV 或 XLSX 清单。列名：编码、上级编码、事项名称、类别、牵头单位、配合单位、依据、对应诉求分类、时限、办结标准、承接日期。
每一处错误连同行号一次列出；有一处错误就什么都不改。导入后还要经过合法性审核、征求意见、批准和发布才生效。`,
			`Reads a list of CSV or XLSX with the columns code, parent, name, kind, lead, co, basis,
covers, limit, closing and since. Every mistake is told at once with its line, and one
mistake changes nothing. A list is in force only after review, consultation, approval
and publication.`),
		Example: "  huying list " + use + " list.xlsx --kind STREET_TASKS --place 450204001 --levels 41/118/240",
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := openFile(args[0])
			if err != nil {
				return err
			}
			defer file.Close() //nolint:errcheck // it was only read
			rows, err := exchange.ReadTable(file, filepath.Base(args[0]), f.sheet, lists.MaxItems)
			if err != nil {
				return err
			}
			for _, r := range rows {
				f.in.Rows = append(f.in.Rows, lists.Row(r))
			}
			if f.in.Name == "" {
				f.in.Name = filepath.Base(args[0])
			}
			if f.in.Source == "" {
				f.in.Source = filepath.Base(args[0])
			}
			return s.with(cmd, mode, func(ctx context.Context, o *app.Opened) error {
				desk := mandate.New(o.Engine)
				by, err := s.drafter(o.Engine, desk, f)
				if err != nil {
					return err
				}
				return fn(ctx, desk, engine.Command{Actor: by, At: s.now()}, f.in)
			})
		},
	}
	cmd.Flags().StringVar(&f.in.Kind, "kind", string(lists.StreetTasks), s.say("清单种类", "kind of list"))
	cmd.Flags().StringVar(&f.in.Place, "place", "", s.say("清单属于哪个区划；空为全市", "whose list it is; empty: the whole city"))
	cmd.Flags().StringVar(&f.in.Name, "name", "", s.say("清单名称，默认为文件名", "name of the list; default: the file's"))
	cmd.Flags().StringVar(&f.in.Source, "source", "", s.say("依据的文件，默认为文件名", "document it follows; default: the file's name"))
	cmd.Flags().StringVar(&f.in.Levels, "levels", "", s.say("各级应有的数目，如 41/118/240", "items each level must have, such as 41/118/240"))
	cmd.Flags().IntVar(&f.in.Leads, "leads", 0, s.say("应有的牵头部门数", "units that must lead its leaves"))
	cmd.Flags().StringVar(&f.sheet, "sheet", "", s.say("工作表，默认第一个", "sheet of a workbook; default: the first"))
	cmd.Flags().StringVar(&f.as, "as", "", s.say("以某个岗位的身份，默认为当地的机构编制岗", "as a post; default: the organisation desk of the place"))
	return s.settingsFlags(cmd, false)
}

// drafter is the post that drafts: the one named, else the organisation desk of
// the place.
func (s *session) drafter(e *engine.Engine, desk *mandate.Desk, f listFlags) (access.Actor, error) {
	post := f.as
	if post == "" {
		var err error
		if post, err = desk.Drafter(f.in.Place); err != nil {
			return access.Actor{}, err
		}
	}
	return actor(e.City(), post)
}

func (s *session) listCheck(ctx context.Context, d *mandate.Desk, cmd engine.Command, in mandate.Import) error {
	c, err := d.Check(ctx, cmd, in)
	if err != nil {
		return err
	}
	s.report(map[string]any{"shape": c.Shape, "leaves": c.Counts.Leaves, "leads": c.Counts.Leads, "version": c.Version, "changes": len(c.Changes)}, func() {
		fmt.Fprintf(s.out, s.say("没有问题：%s，末级 %d 项，牵头单位 %d 个；将成为第 %d 版，与现行版本相差 %d 项\n",
			"well: %s, %d leaves led by %d units; it would be version %d and differs in %d items\n"), c.Shape, c.Counts.Leaves, c.Counts.Leads, c.Version, len(c.Changes))
	})
	return nil
}

func (s *session) listImport(ctx context.Context, d *mandate.Desk, cmd engine.Command, in mandate.Import) error {
	id, err := d.Import(ctx, cmd, in)
	if err != nil {
		return err
	}
	s.report(map[string]any{"number": id.Number()}, func() {
		fmt.Fprintf(s.out, s.say("已导入为草稿，编号 %s。下一步：合法性审核。\n", "imported as a draft, number %s. Next: the legal review.\n"), id.Number())
	})
	return nil
}
