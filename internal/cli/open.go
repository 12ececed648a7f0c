package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// with opens the installation for one command and closes it afterwards. In
// mode Beside the command works while the server runs.
func (s *session) with(cmd *cobra.Command, mode app.Mode, fn func(ctx context.Context, o *app.Opened) error) (err error) {
	cfg, err := s.config(cmd)
	if err != nil {
		return err
	}
	o, err := app.Open(cmd.Context(), cfg, mode, s.now, nil, s.quiet(cfg))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	return fn(cmd.Context(), o)
}

// quiet is the log of a command that ends soon. What fails it says itself, in
// a sentence, so nothing is logged unless the operator has asked for a level.
func (s *session) quiet(cfg *config.Config) *slog.Logger {
	if cfg.Said("log_level") {
		return s.logger(cfg)
	}
	return slog.New(slog.DiscardHandler)
}

// administrator is the actor of local administration: the post of the city's
// system administrator. Whoever may read the keys file could do all it does.
func administrator(city *pack.City) (access.Actor, error) {
	for _, unit := range city.Org.Units() {
		for _, p := range city.Org.Posts(unit) {
			if p.Role == org.SystemAdmin {
				return registry.Actor(city, p.Code)
			}
		}
	}
	return access.Actor{}, fault.New(fault.NotFound, "post.no_administrator")
}

// actor returns the actor of a post, or, for "", of the city's command centre.
func actor(city *pack.City, post string) (access.Actor, error) {
	if post != "" {
		return registry.Actor(city, post)
	}
	centre, ok := city.Org.Centre(city.Root)
	if !ok {
		return access.Actor{}, fault.Field("as", "post.unknown", city.Root)
	}
	return registry.Actor(city, city.Org.DefaultPost(centre).Code)
}

// openFile opens a file a command names. Fault: file.unreadable.
func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(unreadable(name, err), f.Close())
	}
	return f, nil
}

func unreadable(name string, err error) error {
	return fault.Field("file", "file.unreadable", name).Because(err)
}

// readFile reads a file of at most most bytes. Fault: file.unreadable.
func readFile(name string, most int64) ([]byte, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil || int64(len(body)) > most {
		return nil, unreadable(name, err)
	}
	return body, nil
}

// createFile makes a file that was not there. Faults: file.exists,
// file.unwritable.
func createFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil, fault.Field("file", "file.exists", name).Because(err)
	case err != nil:
		return nil, unwritable(name, err)
	}
	return f, nil
}

func unwritable(name string, err error) error {
	return fault.New(fault.Exhausted, "file.unwritable", name).In("file").Because(err)
}
