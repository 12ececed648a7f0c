package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/bench"
)

// benchCommand measures this machine with data of its own, which it removes.
func benchCommand(s *session) *cobra.Command {
	var seconds, matters int
	cmd := &cobra.Command{
		Use: "bench [intake|locate|clocks|lists|web|whistle]", Short: s.say("测量本机性能", "Measure this machine"),
		Long: s.say(`在临时目录里测量本机，测完即删，不碰正式数据：
intake 来呼到派单（与最低限度的落盘服务对比），locate 网格定位，clocks 时钟触发，lists 百万级事项的列表与数字，web 百万级事项的页面、首次加载与两千块屏幕，whistle 应急吹哨到十二个部门都看见。`,
			`Measure this machine in a temporary directory that is removed afterwards; real data is not touched.
intake: calls that become orders, against the least a durable server does; locate: grids of points;
clocks: how late they fire; lists: lists and figures of a city with a million matters; web: its pages, their first load, and two thousand screens; whistle: from an emergency whistle to twelve queues.`),
		ValidArgs: bench.Parts(), Args: s.args(cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if seconds < 1 || seconds > 600 || matters < 1000 || matters > 2_000_000 {
				return &usageError{cmd, errors.New(s.say("--seconds 为 1 至 600，--matters 为 1000 至 2000000", "--seconds is 1 to 600, --matters 1000 to 2000000"))}
			}
			return s.bench(cmd, bench.Options{Parts: args, Run: time.Duration(seconds) * time.Second, Matters: matters})
		},
	}
	cmd.Flags().IntVar(&seconds, "seconds", 5, s.say("每轮测量的秒数", "seconds of each measured run"))
	cmd.Flags().IntVar(&matters, "matters", 1_000_000, s.say("列表和页面测量的事项数", "matters whose lists and pages are read"))
	cmd.AddCommand(s.floorCommand())
	return s.settingsFlags(cmd, false)
}

// bench measures and prints.
func (s *session) bench(cmd *cobra.Command, o bench.Options) (err error) {
	cfg, err := s.config(cmd)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if o.Dir, err = os.MkdirTemp("", "huying-bench-*"); err != nil {
		return unwritable(os.TempDir(), err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	o.Pack, o.Version, o.Free, o.Tell = cfg.Pack, s.version, freeBytes, s.benchStep
	if cfg.PacksDir != "" {
		o.PacksDir = cfg.PacksDir
	}
	o.Serve = func(ctx context.Context, dir string) (*bench.Server, error) {
		args := []string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--pack", o.Pack, "--log-level", "error",
			"--rate-per-second", "1000000", "--rate-burst", "1000000"}
		if o.PacksDir != "" {
			args = append(args, "--packs-dir", o.PacksDir)
		}
		return bench.Process(ctx, dir, program, args...)
	}
	o.Floor = func(ctx context.Context, dir string, answer int) (*bench.Server, error) {
		return bench.Process(ctx, dir, program, "bench", "floor-server", dir, strconv.Itoa(answer))
	}
	r, err := bench.Measure(cmd.Context(), o)
	if err != nil {
		return err
	}
	s.report(r, func() { s.benchTables(r) })
	return nil
}

// floorCommand is the second process that intake is compared with.
func (s *session) floorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "floor-server DIR BYTES", Hidden: true, Args: s.args(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			answer, err := strconv.Atoi(args[1])
			if err != nil {
				return &usageError{cmd, err}
			}
			return bench.FloorServer(cmd.Context(), args[0], answer, func(addr string) { fmt.Fprintln(s.err, "http://"+addr) })
		},
	}
}

// benchStep tells what is being measured.
func (s *session) benchStep(step string, args ...any) {
	if s.json {
		return
	}
	words := map[string][2]string{
		"prepare": {"准备数据库", "making a database"}, "floor": {"最低限度的服务，连接数 %d", "the floor, %d connections"},
		"intake": {"来呼到派单，连接数 %d", "intake to order, %d connections"}, "paced": {"定速来呼", "calls at a fixed rate"},
		"locate": {"网格定位", "locating points"}, "fill": {"建立事项 %d/%d", "making matters %d/%d"},
		"fire": {"等待 %d 个时钟触发", "waiting for %d clocks"}, "play": {"演练 %d 件来呼", "playing %d calls"},
		"grow": {"复制事项 %d/%d", "copying matters %d/%d"}, "index": {"建立索引 %d/%d", "indexing matters %d/%d"}, "ask": {"读取列表 %d/%d", "reading lists %d/%d"},
		"staff": {"建立账号", "making an account"}, "serve": {"启动服务", "starting the server"}, "enter": {"登录 %d/%d", "signing in %d/%d"},
		"page_desk": {"打开调度台", "opening the desk"}, "page_peek": {"打开诉求", "opening matters"}, "page_search": {"查找", "searching"},
		"blow":   {"吹哨，同时受理来呼", "blowing whistles beside calls"},
		"commit": {"来呼，打开的屏幕 %d", "calls beside %d screens"},
	}[step]
	line := fmt.Sprintf(s.say(words[0], words[1]), args...)
	if s.terminal {
		fmt.Fprint(s.err, "\r\x1b[K"+line)
		return
	}
	fmt.Fprintln(s.err, line)
}

// benchTables prints a report for people.
func (s *session) benchTables(r *bench.Report) {
	if s.terminal {
		fmt.Fprint(s.err, "\r\x1b[K")
	}
	fmt.Fprintf(s.out, s.say("呼应 %s，%s %s/%s，%d 个处理器，负载 %s → %s，%s\n", "Huying %s, %s %s/%s, %d CPUs, load %s → %s, %s\n"),
		r.Version, r.Go, r.OS, r.Arch, r.CPUs, r.Load, r.After, clockTime(r.At))
	rows := [][]string{{s.say("指标", "figure"), s.say("实测", "measured"), s.say("目标", "target"), ""}}
	for _, g := range r.Goals() {
		rows = append(rows, []string{g.Name, short(g.Value), g.Target(), s.say(g.Verdict("达到", "未达到"), g.Verdict("met", "missed"))})
	}
	fmt.Fprintln(s.out)
	table(s.out, rows)
	if r.Intake != nil {
		fmt.Fprintln(s.out)
		s.benchRuns(r.Intake)
	}
	if r.Lists != nil {
		fmt.Fprintln(s.out)
		s.benchLists(r.Lists)
	}
	if r.Web != nil {
		fmt.Fprintln(s.out)
		s.benchWeb(r.Web)
	}
}

func (s *session) benchRuns(in *bench.Intake) {
	rows := [][]string{{s.say("服务", "server"), s.say("连接", "connections"), s.say("每秒", "per second"), "p50 ms", "p95 ms", "p99 ms", s.say("每件处理器 ms", "CPU ms each")}}
	add := func(name string, r bench.Run) {
		rows = append(rows, []string{name, strconv.Itoa(r.Connections), fmt.Sprintf("%.0f", r.PerS), short(r.P50Ms), short(r.P95Ms), short(r.P99Ms), short(r.ServerCPUMs)})
	}
	for i := range in.Runs {
		add(s.say("最低限度", "floor"), in.Floor[i])
		add(s.say("呼应", "Huying"), in.Runs[i])
	}
	add(s.say("呼应（定速）", "Huying, paced"), in.Paced)
	table(s.out, rows)
}

func (s *session) benchLists(l *bench.Lists) {
	rows := [][]string{{s.say("列表", "list"), s.say("事项", "matters"), "p50 ms", "p95 ms", "p99 ms", s.say("次数", "reads")}}
	for _, size := range l.Sizes {
		names := make([]string, 0, len(size.Reads))
		for name := range size.Reads {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			x := size.Reads[name]
			rows = append(rows, []string{name, strconv.Itoa(size.Matters), short(x.P50Ms), short(x.P95Ms), short(x.P99Ms), strconv.FormatInt(x.N, 10)})
		}
	}
	table(s.out, rows)
	if l.Cut != "" {
		fmt.Fprintf(s.out, s.say("磁盘空间不足，改用较小的城市：%s\n", "The disk is too small, so a smaller city was measured: %s\n"), l.Cut)
	}
}

func (s *session) benchWeb(w *bench.Web) {
	rows := [][]string{{s.say("页面", "page"), s.say("每秒", "per second"), "p50 ms", "p95 ms", "p99 ms", s.say("每次处理器 ms", "CPU ms each"), s.say("次数", "requests")}}
	add := func(name string, r bench.Run) {
		rows = append(rows, []string{name, fmt.Sprintf("%.0f", r.PerS), short(r.P50Ms), short(r.P95Ms), short(r.P99Ms), short(r.ServerCPUMs), strconv.FormatInt(r.N, 10)})
	}
	add(s.say("调度台", "desk"), w.Desk)
	add(s.say("打开一件诉求", "a matter"), w.Peek)
	add(s.say("查找", "search"), w.Search)
	add(s.say("来呼到派单", "calls to orders"), w.Quiet)
	add(s.say("来呼到派单，屏幕开着", "calls beside screens"), w.Beside)
	table(s.out, rows)
	fmt.Fprintf(s.out, s.say("事项 %d，最忙的单位 %d 件；屏幕 %d 块，收到 %d 条消息\n", "%d matters, %d of them at the busiest desk; %d screens, told %d acts\n"), w.Matters, w.Held, w.Screens, w.Told)
	if w.Cut != "" {
		fmt.Fprintf(s.out, s.say("磁盘空间不足，改用较小的城市：%s\n", "The disk is too small, so a smaller city was measured: %s\n"), w.Cut)
	}
}

// short writes a figure with about three digits.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
}
