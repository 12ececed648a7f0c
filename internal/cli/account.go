package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/people"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
)

// door opens the installation for a command about accounts. The engineer on
// the machine acts as the security administrator: whoever may read the keys
// could do all of it by hand.
func (s *session) door(cmd *cobra.Command, mode app.Mode, fn func(ctx context.Context, d *people.Desk, by people.By, link func(secret string) string) error) error {
	cfg, err := s.config(cmd)
	if err != nil {
		return err
	}
	return s.with(cmd, mode, func(ctx context.Context, o *app.Opened) error {
		origin := (&app.App{Config: cfg}).Origin
		d, err := o.People(cfg, origin)
		if err != nil {
			return err
		}
		post, err := person.PostOf(o.Engine.City(), org.SecurityAdmin)
		if err != nil {
			return err
		}
		actor, err := person.Actor(o.Engine.City(), post)
		if err != nil {
			return err
		}
		return fn(ctx, d, people.By{Actor: actor}, func(secret string) string { return people.InviteLink(origin(), secret) })
	})
}

func (s *session) accountCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: s.say("管理人员账号（在服务器本机）", "Manage people's accounts, on the machine itself"), Args: s.args(cobra.NoArgs),
		Long: s.say("在本机管理账号，用于没有安全管理员可用的时候。服务运行时 SQLite 数据库被占用，请改用页面，或先停止服务。",
			"Manage accounts on the machine itself, for when no security administrator can.\nWhile a server runs on SQLite use the pages, or stop the server first."),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.accountNewCommand(), s.accountListCommand(), s.accountSeatCommand(), s.accountDisableCommand())
	return cmd
}

func (s *session) accountNewCommand() *cobra.Command {
	var in people.NewAccount
	cmd := &cobra.Command{
		Use: "new", Short: s.say("新建账号，打印一次性邀请链接", "Make an account and print its one-time invitation"), Args: s.args(cobra.NoArgs),
		Example: "  huying account new --login liu.xy --name 刘晓燕 --post 440106-CG/HANDLER",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.door(cmd, app.Serve, func(ctx context.Context, d *people.Desk, by people.By, link func(string) string) error {
				made, err := d.Make(ctx, by, in, s.now())
				if err != nil {
					return err
				}
				s.tellInvitation(made, link)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&in.Login, "login", "", s.say("登录名", "login"))
	cmd.Flags().StringVar(&in.Name, "name", "", s.say("姓名", "name of the person"))
	cmd.Flags().StringSliceVar(&in.Posts, "post", nil, s.say("岗位代码，可多次", "code of a post, may be repeated"))
	return s.settingsFlags(cmd, false)
}

func (s *session) tellInvitation(made *people.Invitation, link func(string) string) {
	s.report(map[string]any{"account": made.Account, "login": made.Login, "link": link(made.Secret), "ends": made.Ends}, func() {
		fmt.Fprintln(s.out, link(made.Secret))
		fmt.Fprintf(s.err, s.say("请把链接交给 %s 本人，只能用一次，有效至 %s。\n", "Give this link to %s alone. It works once, until %s.\n"), made.Login, clockTime(made.Ends))
	})
}

func (s *session) accountListCommand() *cobra.Command {
	var prefix string
	cmd := &cobra.Command{
		Use: "list", Short: s.say("列出账号", "List accounts"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.door(cmd, app.Beside, func(ctx context.Context, d *people.Desk, by people.By, _ func(string) string) error {
				list := []people.Account{}
				for after := ""; ; after = list[len(list)-1].Login {
					page, err := d.Accounts(ctx, by, prefix, after, 500, s.now())
					if err != nil {
						return err
					}
					if list = append(list, page...); len(page) < 500 {
						break
					}
				}
				s.report(list, func() { s.tellAccountList(list) })
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&prefix, "prefix", "", s.say("只列登录名以此开头的", "only logins that begin so"))
	return s.settingsFlags(cmd, false)
}

func (s *session) tellAccountList(list []people.Account) {
	rows := [][]string{{s.say("登录名", "login"), s.say("姓名", "name"), s.say("状态", "state"), s.say("第二重验证", "second factor"), s.say("岗位", "posts")}}
	for _, a := range list {
		state := s.say("正常", "works")
		switch {
		case !a.Disabled.IsZero():
			state = s.say("已停用", "disabled")
		case !a.Password && !a.SSO:
			state = s.say("待接受邀请", "invited")
		}
		second := s.say("无", "none")
		if a.TOTP || a.Passkeys > 0 {
			second = s.say("有", "set up")
		}
		var posts []string
		for _, seat := range a.Seats {
			posts = append(posts, seat.Post)
		}
		rows = append(rows, []string{a.Login, a.Name, state, second, strings.Join(posts, " ")})
	}
	table(s.out, rows)
}

func (s *session) accountSeatCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "seat LOGIN POST", Short: s.say("给账号一个岗位", "Give an account a post"), Args: s.args(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.door(cmd, app.Serve, func(ctx context.Context, d *people.Desk, by people.By, _ func(string) string) error {
				id, err := d.ByLogin(ctx, by, args[0])
				if err != nil {
					return err
				}
				seat, err := d.Give(ctx, by, id, args[1], s.now(), time.Time{}, s.now())
				if err != nil {
					return err
				}
				s.report(map[string]any{"seat": seat}, func() {
					fmt.Fprintf(s.out, s.say("%s 现在可以担任 %s\n", "%s may now act as %s\n"), args[0], args[1])
				})
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}

func (s *session) accountDisableCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "disable LOGIN", Short: s.say("停用账号，立即退出其所有登录", "Disable an account and end its sessions"), Args: s.args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.door(cmd, app.Serve, func(ctx context.Context, d *people.Desk, by people.By, _ func(string) string) error {
				id, err := d.ByLogin(ctx, by, args[0])
				if err != nil {
					return err
				}
				if err := d.Disable(ctx, by, id, s.now()); err != nil {
					return err
				}
				s.report(map[string]any{"disabled": args[0]}, func() { fmt.Fprintf(s.out, s.say("已停用 %s\n", "%s is disabled\n"), args[0]) })
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}

func (s *session) adminCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "admin", Short: s.say("管理员的首次与重新进入（在服务器本机）", "Let administrators in, for the first time or again, on the machine itself"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.adminInviteCommand())
	return cmd
}

func (s *session) adminInviteCommand() *cobra.Command {
	var login string
	cmd := &cobra.Command{
		Use: "invite", Short: s.say("打印一次性链接：创建首批三位管理员，或让一个账号重新设置登录方式", "Print a one-time link: to make the first three administrators, or to let one account in anew"),
		Args:    s.args(cobra.NoArgs),
		Example: "  huying admin invite\n  huying admin invite --login security.admin",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.door(cmd, app.Serve, func(ctx context.Context, d *people.Desk, by people.By, link func(string) string) error {
				if login == "" {
					secret, ends, err := d.FirstInvite(ctx, s.now())
					if err != nil {
						return err
					}
					s.report(map[string]any{"link": link(secret), "ends": ends}, func() {
						fmt.Fprintln(s.out, link(secret))
						fmt.Fprintf(s.err, s.say("用此链接创建三位管理员，只能用一次，有效至 %s。\n", "By this link the three administrators are made. It works once, until %s.\n"), clockTime(ends))
					})
					return nil
				}
				id, err := d.ByLogin(ctx, by, login)
				if err != nil {
					return err
				}
				made, err := d.Renew(ctx, by, id, true, s.now())
				if err != nil {
					return err
				}
				s.tellInvitation(made, link)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&login, "login", "", s.say("让此账号重新设置密码和第二重验证", "let this account set a password and a second factor anew"))
	return s.settingsFlags(cmd, false)
}
