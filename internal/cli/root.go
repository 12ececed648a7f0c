package cli

import (
	"fmt"
	"log/slog"
	"maps"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"huying/internal/config"
)

// root builds the tree of commands in the operator's language.
func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "huying",
		Short: s.say("呼应：诉求有人接、有人办、有人答、有人评", "Huying: every call has a holder, a clock, an answer and a judge"),
		Long: s.say(`呼应：把市民诉求变成有人负责、有时限、有回复、由他人评判的工单。

第一次使用：huying demo 打开一座示例城市；正式运行：huying serve。`,
			`Huying turns a resident's call into an order with one accountable unit, a clock,
an answer, and a judge who is not the one who answered.

To look around: huying demo opens a sample city. To run it: huying serve.`),
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args:              s.args(cobra.NoArgs),
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd, err} })
	root.SetUsageTemplate(s.usageTemplate())
	root.SetHelpTemplate("{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}\n\n{{end}}{{.UsageString}}")
	flags := root.PersistentFlags()
	flags.String("lang", "", s.say("语言：zh-CN 或 en", "language: zh-CN or en"))
	flags.BoolP("help", "h", false, s.say("显示说明", "show this help"))
	flags.BoolVar(&s.json, "json", false, s.say("以 JSON 输出", "print JSON"))
	flags.String("config", "", s.say("设置文件，默认为当前目录的 huying.yaml", "file of settings; default: huying.yaml in the current directory"))
	root.AddCommand(
		s.serveCommand(), demoCommand(s), s.importCommand(), s.exportCommand(), s.listCommand(), s.packCommand(), s.factsCommand(), s.verifyCommand(), s.explainCommand(),
		s.migrateCommand(), s.backupCommand(), s.restoreCommand(), s.doctorCommand(), s.tokenCommand(), s.accountCommand(), s.adminCommand(), s.configCommand(),
		benchCommand(s), s.versionCommand(), s.completionCommand(),
	)
	root.SetHelpCommand(&cobra.Command{Use: "help [COMMAND]", Hidden: true, RunE: func(cmd *cobra.Command, args []string) error {
		of, rest, err := cmd.Root().Find(args)
		if err == nil && len(rest) > 0 {
			err = fmt.Errorf("unknown command %q for %q", rest[0], of.CommandPath())
		}
		if err != nil {
			return &usageError{of, err}
		}
		return of.Help()
	}})
	return root
}

// args makes a wrong number of arguments a usage error.
func (s *session) args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{cmd, err}
		}
		return nil
	}
}

func (s *session) usageTemplate() string {
	return strings.NewReplacer(
		"USAGE", s.say("用法", "Usage"), "COMMANDS", s.say("命令", "Commands"), "EXAMPLES", s.say("示例", "Examples"),
		"FLAGS", s.say("选项", "Flags"), "GENERAL", s.say("通用选项", "General flags"),
		"MORE", s.say("某个命令的说明：", "More about a command: "),
	).Replace(`USAGE:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}{{if .HasExample}}

EXAMPLES:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

COMMANDS:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

FLAGS:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

GENERAL:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

MORE{{.CommandPath}} COMMAND --help{{end}}
`)
}

// settingsFlags adds every setting as a flag. They are shown where the
// settings are the point, and work everywhere.
func (s *session) settingsFlags(cmd *cobra.Command, shown bool) *cobra.Command {
	for _, x := range config.Settings() {
		words := s.say(x.ZH, x.EN)
		if x.Usual != "" {
			words += fmt.Sprintf(s.say("（默认 %s）", " (default %s)"), x.Usual)
		}
		cmd.Flags().String(x.Flag, "", words)
		cmd.Flags().Lookup(x.Flag).Hidden = !shown
	}
	return cmd
}

// config loads the settings that a command's flags, the environment and the
// file give.
func (s *session) config(cmd *cobra.Command) (*config.Config, error) { return s.configOver(cmd, nil) }

// configOver is config for a command with fixed settings of its own, which
// only its flags outweigh.
func (s *session) configOver(cmd *cobra.Command, own map[string]string) (*config.Config, error) {
	src := config.Sources{Env: s.env, Flags: map[string]string{}}
	maps.Copy(src.Flags, own)
	if src.File = cmd.Flag("config").Value.String(); src.File == "" {
		src.File = s.getenv("HUYING_CONFIG")
	}
	known := map[string]string{}
	for _, x := range config.Settings() {
		known[x.Flag] = x.Key
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if key, ok := known[f.Name]; ok {
			src.Flags[key] = f.Value.String()
		}
	})
	return config.Load(src)
}

// logger writes to the error output at the level and in the format of the
// settings.
func (s *session) logger(cfg *config.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // the settings have been checked
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(s.err, o))
	}
	return slog.New(slog.NewTextHandler(s.err, o))
}
