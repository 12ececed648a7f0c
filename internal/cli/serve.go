package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/people"
)

func (s *session) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: s.say("运行服务", "Run the server"), Args: s.args(cobra.NoArgs),
		Example: "  huying serve\n  huying serve --listen 0.0.0.0:8080 --data /var/lib/huying --pack guangzhou",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			s.collectLess()
			log := s.logger(cfg)
			a, err := app.NewWith(cmd.Context(), cfg, log, app.Options{Version: s.version})
			if err != nil {
				return err
			}
			if a.FreshKeys {
				fmt.Fprintf(s.err, s.say("首次启动：已生成密钥 %s。请另存一份并妥善保管，丢失后封存的联系方式无法读取。\n",
					"First start: keys were made in %s. Keep a copy in a safe place; without them sealed contacts cannot be read.\n"), cfg.Keys)
			}
			if err := a.Start(cmd.Context()); err != nil {
				return errors.Join(err, a.Stop())
			}
			city := a.Engine.City()
			fmt.Fprintf(s.err, s.say("呼应 %s 已启动：%s，城市包 %s（%s）\n", "Huying %s serves %s, pack %s (%s)\n"),
				s.version, a.URL(), city.ID, s.say(city.Name, city.NameEN))
			if app.Demo(cfg.Data) {
				fmt.Fprintf(s.err, s.say("这是演示数据，不是真实诉求：%s\n", "This is a demo: the calls in %s are not real\n"), cfg.Data)
			}
			if err := s.firstLink(context.WithoutCancel(cmd.Context()), a); err != nil {
				return errors.Join(err, a.Stop())
			}
			err = a.Wait(cmd.Context())
			fmt.Fprintln(s.err, s.say("正在停止：等待处理中的请求", "Stopping: waiting for requests that have begun"))
			return errors.Join(err, a.Stop())
		},
	}
	return s.settingsFlags(cmd, true)
}

// firstLink prints, as long as there is no account, the one-time link by which
// the first administrators are made. It goes to the terminal, not to the log.
func (s *session) firstLink(ctx context.Context, a *app.App) error {
	empty, err := a.People.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	secret, ends, err := a.People.FirstInvite(ctx, s.now())
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, s.say("还没有任何账号。用此链接创建系统、安全、审计三位管理员，只能用一次，有效至 %s：\n%s\n",
		"There is no account yet. By this link the system, security and audit administrators are made; it works once, until %s:\n%s\n"),
		clockTime(ends), people.InviteLink(a.Origin(), secret))
	return nil
}

// collectLess lets garbage grow to three times what lives before it is
// collected: most of what lives is the city, which never changes, and walking
// it again and again costs a tenth of the processor. GOGC outweighs it.
func (s *session) collectLess() {
	if s.getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}
