package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/domain/ledger"
	"huying/internal/ident"
)

func (s *session) verifyCommand() *cobra.Command {
	var receipt, key string
	cmd := &cobra.Command{
		Use: "verify", Short: s.say("验证台账或一份回执", "Verify the ledger, or one receipt"), Args: s.args(cobra.NoArgs),
		Long: s.say(`重放全部台账，与数据库逐字节比对；任何改动都会指出位置，并以 3 退出。服务运行时也可使用。
--receipt 验证诉求人的回执，不需要数据库；--key 给出已公布的公钥（文本或文件）。`,
			`Replay the whole ledger and compare it with the database byte by byte. Whatever
was changed is named, and the exit code is 3. It works beside a running server.
--receipt verifies a caller's receipt and needs no database; --key is the
published public key, as text or as a file.`),
		Example: "  huying verify\n  huying verify --receipt receipt.json --key published-key.txt",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if receipt != "" {
				return s.verifyReceipt(receipt, key)
			}
			return s.with(cmd, app.Beside, s.verifyLedger)
		},
	}
	cmd.Flags().StringVar(&receipt, "receipt", "", s.say("回执文件", "file of a receipt"))
	cmd.Flags().StringVar(&key, "key", "", s.say("已公布的公钥，文本或文件", "the published public key, as text or as a file"))
	return s.settingsFlags(cmd, false)
}

func (s *session) verifyLedger(ctx context.Context, o *app.Opened) error {
	bar := s.progress("已核对条目", "entries checked")
	found, err := o.Engine.Verify(ctx, func(n int64) { bar.tell(n, 0) })
	bar.end()
	if err != nil {
		return err
	}
	type wrong struct {
		Matter string `json:"matter"`
		Seq    int    `json:"seq"`
		What   string `json:"what"`
		Byte   int    `json:"byte"`
		Detail string `json:"detail"`
	}
	breaks := []wrong{}
	for _, b := range found.Breaks {
		breaks = append(breaks, wrong{b.Matter.Number(), b.Seq, b.What, b.Offset, b.Detail})
	}
	s.report(map[string]any{
		"matters": found.Matters, "entries": found.Entries, "leaves": found.Leaves, "checkpoints": found.Checkpoints, "breaks": breaks,
	}, func() {
		fmt.Fprintf(s.out, s.say("诉求 %d，台账条目 %d，日志叶 %d，签名检查点 %d\n", "%d matters, %d entries, %d leaves of the log, %d signed checkpoints\n"),
			found.Matters, found.Entries, found.Leaves, found.Checkpoints)
		for _, b := range breaks {
			at := ""
			if b.Byte >= 0 {
				at = fmt.Sprintf(s.say("，从第 %d 字节起", ", from byte %d on"), b.Byte)
			}
			fmt.Fprintf(s.out, s.say("不符：诉求 %s 第 %d 条 %s%s：%s\n", "differs: matter %s, entry %d, %s%s: %s\n"), b.Matter, b.Seq, b.What, at, b.Detail)
		}
		if len(breaks) == 0 {
			fmt.Fprintln(s.out, s.say("台账与数据完全一致", "The ledger and the data agree"))
		} else {
			fmt.Fprintln(s.out, s.say("请停止写入，保留现场，用最近的备份比对", "Stop writing, keep everything as it is, and compare with the last backup"))
		}
	})
	if len(breaks) > 0 {
		return errProblems
	}
	return nil
}

func (s *session) verifyReceipt(name, key string) error {
	body, err := readFile(name, ledger.MaxReceipt)
	if err != nil {
		return err
	}
	var trusted []ledger.PublicKey
	if key != "" {
		text := key
		if _, err := os.Stat(key); err == nil {
			b, err := readFile(key, 64<<10)
			if err != nil {
				return err
			}
			text = string(b)
		}
		k, err := ledger.ParsePublicKey(strings.TrimSpace(text))
		if err != nil {
			return err
		}
		trusted = append(trusted, k)
	}
	r, err := ledger.VerifyReceipt(body, trusted)
	if err != nil {
		s.tell(err)
		return errProblems
	}
	s.report(provedOf(r), func() { s.showReceipt(r) })
	return nil
}

// proved is what a receipt proves, for programs.
type proved struct {
	No           string    `json:"no"`
	District     string    `json:"district"`
	Act          string    `json:"act"`
	At           time.Time `json:"at"`
	Seq          int       `json:"seq"`
	Origin       string    `json:"origin"`
	Size         int64     `json:"size"`
	CheckpointAt time.Time `json:"checkpoint_at"`
	Suite        string    `json:"suite"`
	Fingerprint  string    `json:"fingerprint"`
	KeyTrusted   bool      `json:"key_trusted"`
}

func provedOf(r ledger.Report) proved {
	return proved{
		No: r.No.Number(), District: r.District, Act: r.Act, At: r.At.In(ident.Zone), Seq: r.Seq, Origin: r.Origin, Size: r.Size,
		CheckpointAt: r.CheckpointAt.In(ident.Zone), Suite: r.Suite, Fingerprint: r.Fingerprint, KeyTrusted: r.KeyTrusted,
	}
}

func (s *session) showReceipt(r ledger.Report) {
	fmt.Fprintln(s.out, s.say("回执有效", "The receipt holds"))
	rows := [][]string{
		{s.say("诉求", "matter"), r.No.Number()},
		{s.say("事项", "act"), s.lang.Word("act", r.Act)},
		{s.say("时间", "time"), clockTime(r.At)},
		{s.say("台账", "log"), fmt.Sprintf("%s, %d", r.Origin, r.Size)},
		{s.say("封存时间", "sealed"), clockTime(r.CheckpointAt)},
		{s.say("算法", "suite"), r.Suite},
		{s.say("公钥指纹", "key fingerprint"), r.Fingerprint},
	}
	table(s.out, rows)
	if !r.KeyTrusted {
		fmt.Fprintln(s.out, s.say("注意：公钥来自回执本身。请与主管部门公布的指纹核对，或用 --key 给出公布的公钥。",
			"Mind: the key came with the receipt. Compare its fingerprint with the published one, or give that with --key."))
	}
}
