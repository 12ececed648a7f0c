package app

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"huying/internal/domain/ledger"
	"huying/internal/engine"
	"huying/internal/fault"
)

const keysHead = `# Huying 呼应: the secrets of this installation. 本系统的密钥。
# Keep a copy in a safe place, apart from the backups of the database.
# 请另存一份，且不要与数据库备份放在一起。
# Without them sealed contacts cannot be read and the ledger cannot go on.
# 丢失后，封存的联系方式无法读取，台账无法续写。
`

// largestKeys bounds what is read as a file of keys.
const largestKeys = 64 << 10

// ReadKeys reads the secrets of an installation. Faults: keys.missing,
// keys.not_private, keys.unreadable, keys.malformed.
func ReadKeys(path string) (engine.Keys, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return engine.Keys{}, fault.New(fault.NotFound, "keys.missing", path)
	case err != nil || !info.Mode().IsRegular() || info.Size() > largestKeys:
		return engine.Keys{}, fault.New(fault.Invalid, "keys.unreadable", path).Because(err)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return engine.Keys{}, fault.New(fault.Denied, "keys.not_private", path, fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return engine.Keys{}, fault.New(fault.Invalid, "keys.unreadable", path).Because(err)
	}
	return parseKeys(path, body)
}

func parseKeys(path string, body []byte) (engine.Keys, error) {
	var k engine.Keys
	var signs, masters int
	lines := bufio.NewScanner(bytes.NewReader(body))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "PRIVATE+KEY+"):
			signs++
			k.Sign, err = ledger.ParsePrivateKey(line)
		default:
			masters++
			k.Master, err = ledger.ParseKey(line)
		}
		if err != nil {
			return engine.Keys{}, fault.New(fault.Invalid, "keys.malformed", path, n).Because(err)
		}
	}
	if signs != 1 || masters != 1 || k.Master.Suite() != k.Sign.Public().Suite() {
		return engine.Keys{}, fault.New(fault.Invalid, "keys.malformed", path, 0)
	}
	return k, nil
}

// makeKeys draws the secrets of a new installation and keeps them in a file
// that only its owner can read.
func makeKeys(path, suite, origin string) (engine.Keys, error) {
	s, err := ledger.SuiteByName(suite)
	if err != nil {
		return engine.Keys{}, err
	}
	sign, err := ledger.GenerateKey(s, origin, rand.Reader)
	if err != nil {
		return engine.Keys{}, err
	}
	master, err := ledger.NewKey(s, rand.Reader)
	if err != nil {
		return engine.Keys{}, err
	}
	if err := writeNew(path, keysHead+sign.Text()+"\n"+master.Text()+"\n"); err != nil {
		return engine.Keys{}, fault.New(fault.Exhausted, "keys.not_written", path).Because(err)
	}
	return engine.Keys{Sign: sign, Master: master}, nil
}

// writeNew writes a file that did not exist, durably, all or nothing.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // it is gone once it has its name
	_, err = tmp.WriteString(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path) // unlike a rename it never replaces
}

// checkKeys asks that the keys are those the settings and the log speak of.
// Faults: keys.suite_differs, keys.origin_differs, keys.of_another_log.
func checkKeys(k engine.Keys, suite, origin, lastCheckpoint string) error {
	public := k.Sign.Public()
	if public.Suite().Name() != suite {
		return fault.Field("suite", "keys.suite_differs", public.Suite().Name(), suite)
	}
	if public.Name() != origin {
		return fault.Field("origin", "keys.origin_differs", public.Name(), origin)
	}
	if lastCheckpoint == "" {
		return nil
	}
	if _, _, err := ledger.OpenCheckpoint([]byte(lastCheckpoint), public); err != nil {
		return fault.New(fault.Conflict, "keys.of_another_log").Because(err)
	}
	return nil
}
