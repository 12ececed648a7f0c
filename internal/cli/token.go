package cli

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/registry"
	"huying/internal/engine"
	"huying/internal/fault"
)

func (s *session) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: s.say("管理接口令牌（在服务器本机）", "Manage API tokens, on the machine itself"), Args: s.args(cobra.NoArgs),
		Long: s.say("在本机管理令牌，用于还没有管理员的时候。服务运行时 SQLite 数据库被占用，请改用接口，或先停止服务。",
			"Manage tokens on the machine itself, for as long as there is no administrator.\nWhile a server runs on SQLite use the API, or stop the server first."),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.tokenNewCommand(), s.tokenListCommand(), s.tokenRevokeCommand())
	return cmd
}

func (s *session) tokenNewCommand() *cobra.Command {
	var name, post string
	var scopes []string
	var days int
	const longestName = 100
	cmd := &cobra.Command{
		Use: "new", Short: s.say("新建令牌，只显示这一次", "Make a token; it is shown this once"), Args: s.args(cobra.NoArgs),
		Example: "  huying token new --post 440100-ZS/SYSTEM_ADMIN --name 首个管理员",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if n := utf8.RuneCountInString(name); n > longestName {
				return fault.Field("name", "text.too_long", n, longestName)
			}
			return s.with(cmd, app.Serve, func(ctx context.Context, o *app.Opened) error {
				by, err := administrator(o.Engine.City())
				if err != nil {
					return err
				}
				if post == "" {
					post = by.ID
				}
				secret, t, err := registry.New(o.Engine).MakeToken(ctx, engine.Command{Actor: by}, registry.NewToken{
					Name: name, Post: post, Scopes: scopes, Ends: s.now().AddDate(0, 0, min(days, 100_000)),
				})
				if err != nil {
					return err
				}
				s.report(map[string]any{"secret": secret, "token": t}, func() {
					fmt.Fprintln(s.out, secret)
					fmt.Fprintf(s.err, s.say("编号 %s，岗位 %s，有效至 %s。令牌只显示这一次，请妥善保存。\n",
						"id %s, post %s, works until %s. It is shown this once: keep it safe.\n"), t.ID, t.Post, clockTime(t.Ends))
				})
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "cli", s.say("用途", "what it is for"))
	cmd.Flags().StringVar(&post, "post", "", s.say("代表的岗位代码，默认为系统管理岗", "code of the post it acts as; default: the system administrator"))
	cmd.Flags().StringSliceVar(&scopes, "scope", nil, s.say("只允许这些操作，可多次", "only these actions, may be repeated"))
	cmd.Flags().IntVar(&days, "days", 90, s.say("有效天数", "days it works"))
	return s.settingsFlags(cmd, false)
}

func (s *session) tokenListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: s.say("列出令牌", "List tokens"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, app.Beside, func(ctx context.Context, o *app.Opened) error {
				by, err := administrator(o.Engine.City())
				if err != nil {
					return err
				}
				list, err := registry.New(o.Engine).Tokens(ctx, by)
				if err != nil {
					return err
				}
				s.report(append([]registry.Token{}, list...), func() {
					rows := [][]string{{s.say("编号", "id"), s.say("用途", "name"), s.say("岗位", "post"), s.say("有效至", "until"), s.say("状态", "state"), s.say("权限", "scopes")}}
					for _, t := range list {
						state := s.say("有效", "works")
						switch {
						case t.Revoked:
							state = s.say("已撤销", "revoked")
						case !s.now().Before(t.Ends):
							state = s.say("已过期", "expired")
						}
						rows = append(rows, []string{t.ID, t.Name, t.Post, clockTime(t.Ends), state, strings.Join(t.Scopes, " ")})
					}
					table(s.out, rows)
				})
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}

func (s *session) tokenRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "revoke ID", Short: s.say("撤销令牌", "Revoke a token"), Args: s.args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd, app.Serve, func(ctx context.Context, o *app.Opened) error {
				by, err := administrator(o.Engine.City())
				if err != nil {
					return err
				}
				if err := registry.New(o.Engine).RevokeToken(ctx, engine.Command{Actor: by}, args[0]); err != nil {
					return err
				}
				s.report(map[string]any{"revoked": args[0]}, func() { fmt.Fprintf(s.out, s.say("已撤销 %s\n", "%s is revoked\n"), args[0]) })
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}
