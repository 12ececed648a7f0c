package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// Server is a server that is being measured.
type Server struct {
	Addr string       // loopback address and port
	PID  int          // 0 if it runs in this process
	Stop func() error // ends it and waits until it has
}

// cpu returns the processor time the server has used, if it is a process of
// its own and the system tells.
func (s *Server) cpu() (time.Duration, bool) {
	if s.PID == 0 {
		return 0, false
	}
	return processTime(s.PID)
}

// listening is how a server tells on its error output where it listens.
var listening = regexp.MustCompile(`http://((?:127\.0\.0\.1|\[::1\]):\d+)`)

// grace is how long a process may take to end once it was asked to.
const grace = 30 * time.Second

// Process starts a program in directory dir and waits until it has told where
// it listens. It gets none of our own settings from the environment. It ends
// with ctx at the latest.
func Process(ctx context.Context, dir, program string, args ...string) (*Server, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, withoutSettings(os.Environ()), grace
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil { // not every system has it
			return cmd.Process.Kill()
		}
		return nil
	}
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	addr, err := address(said)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, said) // what it says later is of no use
	}()
	stop := func() error {
		cancel()
		<-drained
		return ended(cmd.Wait())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bench: %s did not start: %w", strings.Join(args, " "), err), stop())
	}
	return &Server{Addr: addr, PID: cmd.Process.Pid, Stop: stop}, nil
}

// address reads lines until one says where the server listens.
func address(said io.Reader) (string, error) {
	var heard []string
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			return m[1], nil
		}
		heard = append(heard, lines.Text())
	}
	return "", errors.Join(fmt.Errorf("it said: %s", strings.Join(heard, "; ")), lines.Err())
}

// ended makes a process that ended because it was asked to one that ended well.
func ended(err error) error {
	var exit *exec.ExitError
	if errors.Is(err, context.Canceled) || errors.As(err, &exit) && exit.ExitCode() == -1 {
		return nil
	}
	return err
}

func withoutSettings(env []string) []string {
	var out []string
	for _, line := range env {
		if !strings.HasPrefix(line, "HUYING_") {
			out = append(out, line)
		}
	}
	return out
}
