package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"huying/internal/app"
)

// demoCommand serves a sample city from a data directory of its own.
func demoCommand(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use: "demo", Short: s.say("打开一座示例城市", "Open a sample city"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			if cmd.Flag("data").Value.String() == "" {
				cfg.Data = "demo-data"
				cfg.Database, cfg.Keys = "sqlite:"+filepath.Join(cfg.Data, "huying.db"), filepath.Join(cfg.Data, "keys")
			}
			if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
				return unwritable(cfg.Data, err)
			}
			a, err := app.New(cmd.Context(), cfg, s.logger(cfg))
			if err != nil {
				return err
			}
			if err := a.Start(cmd.Context()); err != nil {
				return errors.Join(err, a.Stop())
			}
			fmt.Fprintln(s.err, a.URL())
			return errors.Join(a.Wait(cmd.Context()), a.Stop())
		},
	}
	return s.settingsFlags(cmd, false)
}
