package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/demo"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/score"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// demoFlags are what the demo may be told.
type demoFlags struct {
	once    bool
	seed    uint64
	matters int
	days    int
	until   string
}

// demoCommand plays a city in a data directory of its own, and serves it.
func demoCommand(s *session) *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use: "demo", Short: s.say("打开一座示例城市：回放三十天诉求，再启动服务", "Open a sample city: play thirty days of calls, then serve"),
		Args:    s.args(cobra.NoArgs),
		Example: "  huying demo\n  huying demo --once --json\n  huying demo --pack guangzhou --seed 7 --matters 20000",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.configOver(cmd, map[string]string{"data": "demo-data", "origin": "huying.demo/log", "second_factor": "optional"})
			if err != nil {
				return err
			}
			return s.demo(cmd.Context(), cfg, f)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.once, "once", false, s.say("只回放并打印结果，不启动服务", "play, print what happened, and exit"))
	flags.Uint64Var(&f.seed, "seed", 1, s.say("随机种子：相同的种子和结束时间得到相同的城市", "the same seed and end give the same city"))
	flags.IntVar(&f.matters, "matters", 5000, s.say("诉求件数", "number of calls"))
	flags.IntVar(&f.days, "days", 30, s.say("天数", "number of days"))
	flags.StringVar(&f.until, "until", "", s.say("结束时间，如 2026-03-31 09:00；默认为现在", "end, such as 2026-03-31 09:00; default: now"))
	return s.settingsFlags(cmd, false)
}

func (s *session) demo(ctx context.Context, cfg *config.Config, f demoFlags) error {
	s.collectLess()
	o := demo.Options{Seed: f.seed, Matters: f.matters, Days: f.days, Until: s.now().In(ident.Zone).Truncate(time.Minute)}
	if f.until != "" {
		at, err := time.ParseInLocation("2006-01-02 15:04", f.until, ident.Zone)
		if err != nil {
			return fault.Field("until", "demo.until_malformed", f.until)
		}
		o.Until = at
	}
	if f.matters < 1 || f.matters > 1_000_000 || f.days < 1 || f.days > 366 || o.Until.Year() < 2008 || o.Until.Year() > 2200 {
		return fault.Field("matters", "demo.out_of_range")
	}
	if err := clearDemo(cfg); err != nil {
		return err
	}
	bar := s.progress("回放诉求", "Playing calls")
	o.Progress = func(n, of int) { bar.tell(int64(n), int64(of)) }
	sum, err := s.play(ctx, cfg, o)
	bar.end()
	if err != nil {
		return err
	}
	if f.once {
		s.report(sum, func() { s.tellDemo(sum, cfg) })
		return nil
	}
	return s.serveDemo(ctx, cfg, sum)
}

// clearDemo makes room for a new city where an older demo lies, and refuses a
// directory that holds anything else.
func clearDemo(cfg *config.Config) error {
	path, sqlite := cfg.SQLitePath()
	if !sqlite {
		return fault.Field("database", "demo.sqlite_only")
	}
	entries, err := os.ReadDir(cfg.Data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.Field("data", "data.not_writable", cfg.Data).Because(err)
	}
	if len(entries) > 0 && !app.Demo(cfg.Data) {
		return fault.Field("data", "demo.directory_in_use", cfg.Data)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm", cfg.Keys} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fault.Field("data", "data.not_writable", name).Because(err)
		}
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fault.Field("data", "data.not_writable", cfg.Data).Because(err)
	}
	const words = "演示数据，不是真实诉求。可整目录删除。\nA played city, no real calls. The whole directory may be deleted.\n"
	if err := os.WriteFile(filepath.Join(cfg.Data, app.DemoMarker), []byte(words), 0o600); err != nil {
		return fault.Field("data", "data.not_writable", cfg.Data).Because(err)
	}
	return nil
}

// play makes the city and closes the database again, so that whoever serves it
// opens it as a real one.
func (s *session) play(ctx context.Context, cfg *config.Config, o demo.Options) (_ *demo.Summary, err error) {
	opened, err := app.Open(ctx, cfg, app.Replay, func() time.Time { return o.Until }, nil, s.logger(cfg))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	began := s.now()
	sum, err := demo.Run(ctx, opened.DB, opened.Engine.City(), opened.Keys, app.Packs(cfg.PacksDir), o)
	if err != nil {
		return nil, err
	}
	if err := demo.Lists(ctx, opened.Engine, o.Until); err != nil {
		return nil, err
	}
	if err := s.duty(ctx, opened, o); err != nil {
		return nil, err
	}
	if err := s.people(ctx, cfg, opened, o); err != nil {
		return nil, err
	}
	sum.Seconds = s.now().Sub(began).Seconds()
	return sum, nil
}

// duty plays rosters, whistles and the ground in the town that has most to do,
// which the demo hands out.
func (s *session) duty(ctx context.Context, opened *app.Opened, o demo.Options) error {
	load, err := s.load(ctx, opened.Engine)
	if err != nil {
		return err
	}
	post := busiest(opened.Engine.City(), org.Dispatcher, org.Town, load)
	if post == nil {
		return nil
	}
	desk, err := registry.ActorOf(opened.Engine.City(), post.Unit, org.Dispatcher)
	if err != nil {
		return err
	}
	if err := demo.Duty(ctx, opened.Engine, desk, o.Until); err != nil {
		return err
	}
	return demo.Ground(ctx, opened.Engine, desk, o.Until)
}

// account is a post that somebody may act as in the demo.
type account struct {
	Role  string `json:"role"`
	Unit  string `json:"unit"`
	Post  string `json:"post"`
	Token string `json:"token"`
}

// serveDemo serves the played city until it is stopped.
func (s *session) serveDemo(ctx context.Context, cfg *config.Config, sum *demo.Summary) error {
	a, err := app.New(ctx, cfg, s.logger(cfg))
	if err != nil {
		return err
	}
	accounts, err := s.accounts(ctx, a)
	if err != nil {
		return errors.Join(err, a.Stop())
	}
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, a.Stop())
	}
	s.report(map[string]any{"summary": sum, "accounts": accounts, "url": a.URL()}, func() {
		s.tellDemo(sum, cfg)
		s.tellAccounts(accounts, a.URL())
	})
	err = a.Wait(ctx)
	return errors.Join(err, a.Stop())
}

// seats are the posts the demo hands out: a role, and the level it is most
// worth looking at from.
var seats = []struct {
	role  org.Role
	level org.Level
}{
	{org.Dispatcher, org.Town}, {org.Dispatcher, org.District}, {org.Agent, org.City}, {org.Handler, org.District}, {org.Handler, org.Community},
	{org.Supervisor, org.District}, {org.Assessor, org.District}, {org.Leader, org.District}, {org.Auditor, org.City},
}

// accounts makes a token for a post in each seat, in the unit that has most to
// do.
func (s *session) accounts(ctx context.Context, a *app.App) ([]account, error) {
	city := a.Engine.City()
	admin, err := administrator(city)
	if err != nil {
		return nil, err
	}
	load, err := s.load(ctx, a.Engine)
	if err != nil {
		return nil, err
	}
	var out []account
	for _, seat := range seats {
		post := busiest(city, seat.role, seat.level, load)
		if post == nil {
			continue
		}
		in := registry.NewToken{Name: "demo " + string(seat.role), Post: post.Code, Ends: s.now().AddDate(0, 3, 0)}
		secret, _, err := a.Registry.MakeToken(ctx, engine.Command{Actor: admin}, in)
		if err != nil {
			return nil, err
		}
		unit := post.Unit
		if u, ok := city.Org.Unit(post.Unit); ok {
			unit = u.Name
		}
		out = append(out, account{Role: string(seat.role), Unit: unit, Post: post.Code, Token: secret})
	}
	return out, nil
}

// load is how much every unit holds and owes.
func (s *session) load(ctx context.Context, e *engine.Engine) (map[string]int64, error) {
	city := e.City()
	centre, _ := city.Org.Centre(city.Root)
	by, err := registry.ActorOf(city, centre, org.Dispatcher)
	if err != nil {
		return nil, err
	}
	units, err := numbers.New(e).Units(ctx, by, city.Root, numbers.Period{To: 99991231})
	out := map[string]int64{}
	for _, u := range units {
		out[u.Code] = u.Held
		for status, n := range u.Owed {
			if order.Status(status).Open() {
				out[u.Code] += n
			}
		}
	}
	return out, err
}

// busiest is the post of a role in the unit of a level that has most to do.
func busiest(city *pack.City, role org.Role, level org.Level, load map[string]int64) *org.Post {
	var best *org.Post
	for _, code := range city.Org.Units() {
		if u, _ := city.Org.Unit(code); u.Level != level && (level != org.City || u.Territory != city.Root) {
			continue // a city that is one district has its city-wide posts there
		}
		for _, p := range city.Org.Posts(code) {
			if p.Role == role && (best == nil || load[code] > load[best.Unit]) {
				best = p
			}
		}
	}
	return best
}

func (s *session) tellDemo(sum *demo.Summary, cfg *config.Config) {
	var rows [][]string
	row := func(zh, en string, value ...any) { rows = append(rows, []string{s.say(zh, en), fmt.Sprint(value...)}) }
	fmt.Fprintf(s.out, s.say("演示城市：%s，%s 至 %s，种子 %d，用时 %.1f 秒\n", "Demo city: %s, %s to %s, seed %d, played in %.1f s\n"),
		sum.PackName, sum.From.In(ident.Zone).Format(time.DateOnly), sum.Until.In(ident.Zone).Format(time.DateOnly), sum.Seed, sum.Seconds)
	row("受理诉求", "Calls received", sum.Received)
	row("并单", "Merged", sum.Merged)
	row("转介 / 当场答复", "Referred / answered at once", sum.Referred, " / ", sum.Advised)
	row("派出工单", "Orders given", sum.Dispatched)
	row("按期办结 / 逾期办结", "Done in time / late", sum.OnTime, " / ", sum.Late)
	row("结案 / 在办", "Closed / open", sum.Closed, " / ", sum.Open)
	row("蓝 / 黄 / 红牌", "Blue / yellow / red cards", sum.Cards.Blue, " / ", sum.Cards.Yellow, " / ", sum.Cards.Red)
	row("督办函", "Supervision letters", sum.Supervised)
	row("响应率", "Response rate", rate(sum.Rates.Response))
	row("解决率", "Resolution rate", rate(sum.Rates.Resolution))
	row("满意率", "Satisfaction rate", rate(sum.Rates.Satisfaction))
	if u := sum.Slowest; u != nil {
		row("按期率最低的单位", "Slowest unit", u.Name, " (", u.Unit, ") ", u.OnTime, "/", u.Done)
	}
	row("动作 / 时钟 / 台账", "Acts / clocks fired / ledger entries", sum.Commands, " / ", sum.Clocks, " / ", sum.Entries)
	row("演示数据目录（非真实数据）", "Demo data (not real)", cfg.Data)
	table(s.out, rows)
	fmt.Fprintf(s.out, s.say("核验台账：huying verify --data %s\n", "Verify the ledger: huying verify --data %s\n"), cfg.Data)
}

// rate writes a rate with what it is of and how sure it is.
func rate(r score.Rate) string {
	if !r.Known {
		return "–"
	}
	return fmt.Sprintf("%.1f%%  n=%d  95%% [%.1f, %.1f]", 100*r.Value, r.N, 100*r.Low, 100*r.High)
}

func (s *session) tellAccounts(accounts []account, url string) {
	fmt.Fprintln(s.out, s.say("\n演示账号（仅用于本演示）：", "\nDemo accounts (for this demo only):"))
	var rows [][]string
	for _, a := range accounts {
		rows = append(rows, []string{s.lang.Word("org.role", a.Role), a.Unit, a.Token})
	}
	table(s.out, rows)
	fmt.Fprintf(s.out, s.say("\n服务地址：%s\n接口说明：%[1]s/api/v1/openapi.json\n试一试：curl -H 'Authorization: Bearer %[2]s' '%[1]s/api/v1/matters?limit=5'\n按 Ctrl-C 结束。\n",
		"\nServing on %s\nOpenAPI: %[1]s/api/v1/openapi.json\nTry: curl -H 'Authorization: Bearer %[2]s' '%[1]s/api/v1/matters?limit=5'\nCtrl-C to stop.\n"), url, accounts[0].Token)
}
