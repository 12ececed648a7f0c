// Package pgtemp starts a throw-away PostgreSQL server for tests. It knows how
// to find the binaries and how to leave nothing behind.
package pgtemp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Server is a running PostgreSQL that listens on a socket in its own
// temporary directory. It ends with the process that started it.
type Server struct {
	// URL reaches its database "postgres" as a superuser.
	URL string

	dir   string
	cmd   *exec.Cmd
	alive io.Closer // closing it, or the end of this process, stops the server
}

// keeper runs the server until its own input ends, which it does however the
// parent ends, and then removes the directory.
const keeper = `dir=$1; shift
trap '' INT TERM HUP
"$@" <&- >"$dir/log" 2>&1 & p=$!
read _
kill -INT $p; wait $p; rm -rf "$dir"`

// Start makes a fresh cluster and waits until it answers. With fsync false the
// server is fast and loses everything when the machine fails.
func Start(ctx context.Context, fsync bool) (*Server, error) {
	bin, err := findBinaries(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hypg")
	if err != nil {
		return nil, fmt.Errorf("pgtemp: %w", err)
	}
	s := &Server{dir: dir, URL: "postgres:///postgres?user=postgres&host=" + url.QueryEscape(dir)}
	if err := s.start(ctx, bin, fsync); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, bin string, fsync bool) error {
	attr, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres",
		"-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = attr, s.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtemp: initdb: %w: %s", err, out)
	}
	onOff := map[bool]string{true: "on", false: "off"}[fsync]
	s.cmd = exec.Command("/bin/sh", "-c", keeper, "keeper", s.dir,
		filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir, "-c", "listen_addresses=",
		"-c", "fsync="+onOff, "-c", "full_page_writes="+onOff, "-c", "max_connections=300", "-c", "shared_buffers=64MB")
	s.cmd.SysProcAttr, s.cmd.Dir = attr, "/"
	if s.alive, err = s.cmd.StdinPipe(); err != nil {
		return fmt.Errorf("pgtemp: %w", err)
	}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("pgtemp: %w", err)
	}
	return nil
}

// wait asks until the server answers.
func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // It may not exist yet.
			return fmt.Errorf("pgtemp: the server does not answer: %w: %s", err, log)
		}
	}
}

// Stop ends the server and removes its directory.
func (s *Server) Stop() error {
	if err := s.alive.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("pgtemp: %w", err)
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("pgtemp: %w", err)
	}
	return os.RemoveAll(s.dir)
}

// unprivileged returns how to start a process that PostgreSQL accepts: it
// refuses root. It gives dir to that user.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, fmt.Errorf("pgtemp: user %s: %w", name, err)
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, nil
	}
	return nil, errors.New("pgtemp: neither the user postgres nor nobody exists to run the server")
}

// findBinaries returns the directory of initdb and postgres, installing
// Debian's package if there is none and this process may.
func findBinaries(ctx context.Context) (string, error) {
	if bin := lookFor(ctx); bin != "" {
		return bin, nil
	}
	if apt, err := exec.LookPath("apt-get"); err == nil && os.Getuid() == 0 {
		cmd := exec.CommandContext(ctx, apt, "install", "-y", "--no-install-recommends", "postgresql")
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("pgtemp: installing PostgreSQL: %w: %s", err, out)
		}
		if bin := lookFor(ctx); bin != "" {
			return bin, nil
		}
	}
	return "", errors.New("pgtemp: no PostgreSQL server binaries found: install the package postgresql")
}

func lookFor(ctx context.Context) string {
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil && len(out) > 1 {
		dirs = append(dirs, string(out[:len(out)-1]))
	}
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil {
		slices.Sort(found)
		slices.Reverse(found)
		dirs = append(dirs, found...)
	}
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	for _, dir := range dirs {
		_, err1 := os.Stat(filepath.Join(dir, "initdb"))
		_, err2 := os.Stat(filepath.Join(dir, "postgres"))
		if err1 == nil && err2 == nil {
			return dir
		}
	}
	return ""
}
