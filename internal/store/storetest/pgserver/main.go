// Command pgserver runs a command beside a throw-away PostgreSQL server, whose
// address the command finds in HUYING_TEST_PG:
//
//	go run ./internal/store/storetest/pgserver [-fsync=false] -- go test ./...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"huying/internal/store/storetest/pgtemp"
)

func main() {
	fsync := flag.Bool("fsync", true, "make commits durable; false is faster")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: pgserver [-fsync=false] -- command [argument …]")
		os.Exit(2)
	}
	code, err := run(*fsync, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// run returns the exit code of the command.
func run(fsync bool, args []string) (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	server, err := pgtemp.Start(ctx, fsync)
	if err != nil {
		return 1, err
	}
	defer func() {
		if e := server.Stop(); e != nil {
			code, err = max(code, 1), errors.Join(err, e)
		}
	}()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), "HUYING_TEST_PG="+server.URL)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
