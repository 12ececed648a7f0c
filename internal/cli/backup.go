package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"huying/internal/config"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// withStore opens the database alone: neither pack nor keys are needed.
func (s *session) withStore(cmd *cobra.Command, readOnly bool, fn func(ctx context.Context, cfg *config.Config, db *store.DB) error) (err error) {
	cfg, err := s.config(cmd)
	if err != nil {
		return err
	}
	if path, lite := cfg.SQLitePath(); lite && !readOnly {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fault.Field("data", "data.not_writable", filepath.Dir(path)).Because(err)
		}
	}
	db, err := store.Open(cmd.Context(), cfg.Database, store.Options{ReadOnly: readOnly, Now: s.now, Log: s.quiet(cfg)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(cmd.Context(), cfg, db)
}

func (s *session) migrateCommand() *cobra.Command {
	var status bool
	cmd := &cobra.Command{
		Use: "migrate", Short: s.say("升级数据库结构", "Bring the schema of the database up to date"), Args: s.args(cobra.NoArgs),
		Long: s.say("升级数据库结构。serve 启动时会自动升级；升级前请先备份。", "Bring the schema up to date. serve does it by itself when it starts. Back up first."),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.withStore(cmd, status, func(ctx context.Context, _ *config.Config, db *store.DB) error {
				pending, err := store.Pending(ctx, db, engine.Migrations())
				if err != nil {
					return err
				}
				if !status && len(pending) > 0 {
					if err := store.Migrate(ctx, db, engine.Migrations()); err != nil {
						return err
					}
				}
				s.report(map[string]any{"pending": append([]string{}, pending...), "applied": !status}, func() {
					for _, name := range pending {
						fmt.Fprintln(s.out, "  "+name)
					}
					switch {
					case len(pending) == 0:
						fmt.Fprintln(s.out, s.say("数据库结构已是最新", "The schema is up to date"))
					case status:
						fmt.Fprintf(s.out, s.say("有 %d 个升级待执行\n", "%d migrations to apply\n"), len(pending))
					default:
						fmt.Fprintf(s.out, s.say("已执行 %d 个升级\n", "%d migrations applied\n"), len(pending))
					}
				})
				if status && len(pending) > 0 {
					return errProblems
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&status, "status", false, s.say("只看还有哪些升级，不执行", "only tell what is pending"))
	return s.settingsFlags(cmd, false)
}

func (s *session) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "backup FILE", Short: s.say("备份数据库到一个新文件", "Back the database up to a new file"), Args: s.args(cobra.ExactArgs(1)),
		Long: s.say(`备份 SQLite 数据库，服务运行时也可使用；备份完成后逐页校验。密钥文件不在备份内，请另外保存。
PostgreSQL 请用 pg_dump。`,
			`Back a SQLite database up, also while the server runs; every page is checked
before the file gets its name. The keys file is not in it: keep that elsewhere.
On PostgreSQL use pg_dump.`),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.withStore(cmd, true, func(ctx context.Context, cfg *config.Config, db *store.DB) error {
				bar := s.progress("已复制页", "pages copied")
				err := db.Backup(ctx, args[0], func(done, total int) { bar.tell(int64(done), int64(total)) })
				bar.end()
				if err != nil {
					return err
				}
				info, err := os.Stat(args[0])
				if err != nil {
					return unreadable(args[0], err)
				}
				s.report(map[string]any{"file": args[0], "bytes": info.Size(), "keys_not_included": cfg.Keys}, func() {
					fmt.Fprintf(s.out, s.say("已备份到 %s（%s），校验通过。密钥 %s 不在其中，请另外保存。\n",
						"Backed up to %s (%s) and checked. The keys in %s are not in it: keep them elsewhere.\n"), args[0], size(uint64(info.Size())), cfg.Keys)
				})
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}

func (s *session) restoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "restore FILE", Short: s.say("从备份恢复数据库", "Restore the database from a backup"), Args: s.args(cobra.ExactArgs(1)),
		Long: s.say("从备份恢复 SQLite 数据库。不会覆盖已有数据库：请先停止服务并移走旧文件。", "Restore a SQLite database from a backup. It never overwrites: stop the server and\nmove the old files away first."),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			to, lite := cfg.SQLitePath()
			if !lite {
				return fault.New(fault.Invalid, "restore.by_pg_restore")
			}
			from, err := openFile(args[0])
			if err == nil {
				err = from.Close()
			}
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				return unwritable(filepath.Dir(to), err)
			}
			if err := store.Restore(cmd.Context(), args[0], to); err != nil {
				return err
			}
			if err := s.ours(cmd.Context(), cfg); err != nil {
				return errors.Join(err, removeIf(to), removeIf(to+"-wal"), removeIf(to+"-shm"))
			}
			s.report(map[string]any{"database": to}, func() {
				fmt.Fprintf(s.out, s.say("已恢复到 %s。请确认密钥 %s 是原来的那一份，再运行 huying verify。\n",
					"Restored to %s. Make sure that %s holds the keys of that time, then run huying verify.\n"), to, cfg.Keys)
			})
			return nil
		},
	}
	return s.settingsFlags(cmd, false)
}

// ours asks that a restored database is one of this program, since any other
// would be taken for an empty one. Fault: store.not_a_database.
func (s *session) ours(ctx context.Context, cfg *config.Config) (err error) {
	db, err := store.Open(ctx, cfg.Database, store.Options{ReadOnly: true, Now: s.now, Log: s.quiet(cfg)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all, err := fs.Glob(engine.Migrations(), "*.sql")
	if err != nil {
		return err
	}
	pending, err := store.Pending(ctx, db, engine.Migrations())
	if err == nil && len(pending) == len(all) {
		err = fault.New(fault.Invalid, "store.not_a_database")
	}
	return err
}
