package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"huying/internal/config"
	"huying/internal/fault"
)

func (s *session) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: s.say("显示生效的设置及其来源", "Show the settings in force and where each came from"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			values := cfg.Values()
			s.report(values, func() {
				words := map[config.Origin]string{
					config.Default: s.say("默认", "default"), config.File: s.say("文件", "file"),
					config.Env: s.say("环境变量", "environment"), config.Flag: s.say("命令行", "command line"),
				}
				var rows [][]string
				for _, v := range values {
					rows = append(rows, []string{v.Key, v.Value, words[v.Origin]})
				}
				table(s.out, rows)
			})
			return nil
		},
	}
	return s.settingsFlags(cmd, true)
}

func (s *session) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: s.say("显示版本", "Show the version"), Args: s.args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			out := struct {
				Version  string `json:"version"`
				Go       string `json:"go"`
				Revision string `json:"revision,omitempty"`
			}{Version: s.version}
			if info, ok := debug.ReadBuildInfo(); ok {
				out.Go = info.GoVersion
				for _, x := range info.Settings {
					if x.Key == "vcs.revision" {
						out.Revision = x.Value
					}
				}
			}
			s.report(out, func() { fmt.Fprintln(s.out, "huying", out.Version, out.Go, out.Revision) })
			return nil
		},
	}
}

func (s *session) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "completion bash|zsh|fish", Short: s.say("生成命令补全脚本", "Print a script that completes commands in a shell"),
		Args: s.args(cobra.ExactArgs(1)), ValidArgs: []string{"bash", "zsh", "fish"},
		Example: "  source <(huying completion bash)",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch args[0] {
			case "bash":
				return cmd.Root().GenBashCompletionV2(s.out, true)
			case "zsh":
				return cmd.Root().GenZshCompletion(s.out)
			case "fish":
				return cmd.Root().GenFishCompletion(s.out, true)
			}
			return &usageError{cmd, fault.Field("shell", "shell.unknown", args[0])}
		},
	}
}
