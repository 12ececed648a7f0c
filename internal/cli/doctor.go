package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"huying/internal/config"
	"huying/internal/fault"
)

// verdict is what a check of the doctor comes to.
type verdict string

// The verdicts.
const (
	well verdict = "ok"
	warn verdict = "warn"
	fail verdict = "fail"
)

// finding is one line of the doctor's report.
type finding struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Text    string  `json:"text"`
	Advice  string  `json:"advice,omitempty"`
}

// doctor gathers findings.
type doctor struct {
	s        *session
	cfg      *config.Config
	findings []finding
}

func (s *session) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "doctor", Short: s.say("检查运行环境，说明问题和办法", "Check the installation; tell what is wrong and what to do"), Args: s.args(cobra.NoArgs),
		Long: s.say("检查数据目录、磁盘、数据库、城市包、放假安排、密钥、时钟和端口。只读，服务运行时也可使用。有失败项时以 3 退出。",
			"Check data directory, disk, database, pack, calendar, keys, clock and port. It changes\nnothing and works beside a running server. A failed check makes the exit code 3."),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{s: s}
			if d.settings(cmd) {
				d.examine(cmd.Context())
			}
			failed := false
			for _, f := range d.findings {
				failed = failed || f.Verdict == fail
			}
			s.report(d.findings, d.show)
			if failed {
				return errProblems
			}
			return nil
		},
	}
	return s.settingsFlags(cmd, false)
}

// settings loads the settings; without them nothing else can be examined.
func (d *doctor) settings(cmd *cobra.Command) bool {
	cfg, err := d.s.config(cmd)
	if err != nil {
		d.faults(d.s.say("设置", "settings"), err)
		return false
	}
	d.cfg = cfg
	d.add(d.s.say("设置", "settings"), well, d.s.say("读取正常", "can be read"), "")
	return true
}

func (d *doctor) examine(ctx context.Context) {
	d.directory()
	d.disk()
	city := d.pack()
	d.calendar(city)
	found := d.database(ctx)
	d.keys(found)
	if city != nil && found {
		d.installation(ctx)
	}
	d.clock(ctx, found)
	d.port(ctx)
	d.certificate()
}

func (d *doctor) add(check string, v verdict, text, advice string) {
	d.findings = append(d.findings, finding{check, v, text, advice})
}

// faults adds each fault of an error as a failed check; their sentences say
// what to do.
func (d *doctor) faults(check string, err error) {
	all := fault.All(err)
	for i, e := range all {
		if i == 5 {
			d.add(check, fail, fmt.Sprintf(d.s.say("还有 %d 个问题", "%d more problems"), len(all)-i), "")
			return
		}
		text := d.s.sentence(e) + " [" + e.Code + "]"
		if e.Field != "" {
			text = e.Field + d.s.say("：", ": ") + text
		}
		d.add(check, fail, text, "")
	}
}

func (d *doctor) show() {
	words := map[verdict]string{well: d.s.say("正常", "ok"), warn: d.s.say("注意", "warn"), fail: d.s.say("失败", "fail")}
	var rows [][]string
	counts := map[verdict]int{}
	for _, f := range d.findings {
		counts[f.Verdict]++
		text := f.Text
		if f.Advice != "" {
			text += d.s.say("。办法：", ". What to do: ") + f.Advice
		}
		rows = append(rows, []string{words[f.Verdict], f.Check, text})
	}
	table(d.s.out, rows)
	fmt.Fprintf(d.s.out, d.s.say("正常 %d，注意 %d，失败 %d\n", "%d ok, %d warnings, %d failed\n"), counts[well], counts[warn], counts[fail])
}
