package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/app"
)

// benchCommand measures how quickly this machine verifies its own ledger.
func benchCommand(s *session) *cobra.Command {
	cmd := &cobra.Command{
		Use: "bench", Short: s.say("测量本机性能", "Measure this machine"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd, app.Beside, func(ctx context.Context, o *app.Opened) error {
				began := s.now()
				found, err := o.Engine.Verify(ctx, nil)
				if err != nil {
					return err
				}
				took := s.now().Sub(began)
				s.report(map[string]any{"entries": found.Entries, "seconds": took.Seconds()}, func() {
					fmt.Fprintf(s.out, s.say("核对 %d 条账本，用时 %s\n", "%d entries verified in %s\n"), found.Entries, took.Round(time.Millisecond))
				})
				return nil
			})
		},
	}
	return s.settingsFlags(cmd, false)
}
