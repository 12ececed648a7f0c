package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/store"
)

// disk is where a place keeps its data, and how it is filled up and freed: a
// small file system with a file that fills it where a test may mount one, else
// a database that must not grow.
type disk struct {
	p     *place
	small bool
	db    *store.DB // of whoever has the database open now
}

func newDisk(p *place) *disk {
	p.t.Helper()
	if err := os.Mkdir("data", 0o700); err != nil {
		p.t.Fatal(err)
	}
	return &disk{p: p, small: smallDisk(p.t, filepath.Join(p.dir, "data"), "6m")}
}

const filler = "data/filler"

// fill leaves room for about so many KiB.
func (d *disk) fill(room int) {
	d.p.t.Helper()
	if !d.small {
		d.pages(1) // SQLite raises it to the present size
		return
	}
	f, err := os.Create(filler)
	if err != nil {
		d.p.t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Truncate(max(info.Size()-int64(room)<<10, 0))
	}
	if err != nil {
		d.p.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		d.p.t.Fatal(err)
	}
}

func (d *disk) free() {
	d.p.t.Helper()
	if !d.small {
		d.pages(1 << 30)
		return
	}
	if err := os.Remove(filler); err != nil {
		d.p.t.Fatal(err)
	}
}

func (d *disk) pages(most int) {
	d.p.t.Helper()
	err := d.db.Write(d.p.t.Context(), "limit", func(tx *store.Tx) error {
		n := 0
		return tx.Row(fmt.Sprintf(`PRAGMA max_page_count = %d`, most)).Scan(&n)
	})
	if err != nil {
		d.p.t.Fatal(err)
	}
}

// A server whose disk fills up under load says so, loses nothing it has
// acknowledged, and works on once there is room.
func TestAFullDiskIsToldAndSurvived(t *testing.T) {
	p := newPlace(t)
	d := newDisk(p)
	token := p.token(agent)
	p.env = append(p.env, "HUYING_RATE_PER_SECOND=100000", "HUYING_RATE_BURST=100000")
	cfg, err := config.Load(config.Sources{Env: p.env})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{err: &locked{}, now: time.Now}
	a, err := app.New(t.Context(), cfg, s.logger(cfg))
	if err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.db = a.Engine.DB()
	url := a.URL() + "/api/v1/calls"
	acked := map[string]string{}
	for n := range 10 {
		var m received
		ref := fmt.Sprintf("BEFORE-%d", n)
		ask(t, "POST", url, token, longCall(ref)).into(t, 201, &m)
		acked[ref] = m.No
	}
	d.fill(256)
	d.load(url, token, acked)
	d.free()
	for ref, no := range acked { // the same call again is the same matter
		var m received
		ask(t, "POST", url, token, longCall(ref)).into(t, 200, &m)
		if m.No != no {
			t.Errorf("%s was acknowledged as %s and is now %s", ref, no, m.No)
		}
	}
	ask(t, "POST", url, token, lamp("AFTER")).into(t, 201, nil)
	if got := ask(t, "GET", a.URL()+"/readyz", "", nil); got.status != 200 {
		t.Errorf("not ready once there is room: %d %s", got.status, got.body)
	}
	stop()
	var v struct{ Matters int }
	p.document(&v, exitOK, "verify")
	if v.Matters != len(acked)+1 {
		t.Errorf("%d matters, %d were acknowledged", v.Matters, len(acked)+1)
	}
}

// longCall is a call that takes room.
func longCall(ref string) map[string]any {
	call := lamp(ref)
	call["text"] = strings.Repeat("路灯坏了，", 800)
	return call
}

// load sends calls from several clients until each was told that the disk is
// full.
func (d *disk) load(url, token string, acked map[string]string) {
	d.p.t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	const clients, most = 4, 5000
	for c := range clients {
		all.Go(func() {
			for n := range most {
				ref := fmt.Sprintf("LOAD-%d-%d", c, n)
				got := ask(d.p.t, "POST", url, token, longCall(ref))
				var m struct{ No, Code string }
				if err := json.Unmarshal(got.body, &m); err != nil {
					d.p.t.Errorf("%v in %d %s", err, got.status, got.body)
					return
				}
				if got.status != 201 {
					if got.status != 507 || m.Code != "store.disk_full" || got.media != "application/problem+json" {
						d.p.t.Errorf("answered %d %s: %s", got.status, got.media, got.body)
					}
					return
				}
				mu.Lock()
				acked[ref] = m.No
				mu.Unlock()
			}
			d.p.t.Error("the disk never filled up")
		})
	}
	all.Wait()
}

// An import that fills the disk says so in a sentence, and goes on afterwards.
func TestAnImportOntoAFullDisk(t *testing.T) {
	p := newPlace(t)
	d := newDisk(p)
	var rows strings.Builder
	rows.WriteString("reference,text,place\n")
	const n = 3000
	for i := range n {
		fmt.Fprintf(&rows, "D-%d,路灯坏了三天没人修，第%d盏,990101001001\n", i, i)
	}
	name := p.write("calls.csv", rows.String())
	p.want(exitOK, "migrate")
	p.want(exitOK, "token", "new")
	args := []string{"import", "calls", name, "--source", "HOTLINE_12345"}
	code, errs := d.importFull(args, name)
	for _, want := range []string{"[store.disk_full]", "[exchange.stopped]"} {
		if code != exitFailed || strings.Count(errs, want) != 1 {
			t.Errorf("code %d, want one %s: %s", code, want, errs)
		}
	}
	if n := strings.Count(errs, "\n"); n > 3 || strings.Contains(errs, "level=") {
		t.Errorf("it says more than what happened, where, and how to go on: %s", errs)
	}
	if d.small {
		growDisk(t, filepath.Join(p.dir, "data"), "256m") // the calls and the log beside them take more than there was
	}
	var r struct{ Rows, Made, Again, Rejected int }
	p.document(&r, exitOK, append(args, "--resume")...)
	if r.Rows != n || r.Made != n || r.Again+r.Rejected != 0 {
		t.Errorf("%+v", r)
	}
	var v struct{ Matters int }
	p.document(&v, exitOK, "verify")
	if v.Matters != n {
		t.Errorf("%d matters of %d rows", v.Matters, n)
	}
}

// importFull runs an import for which there is no room.
func (d *disk) importFull(args []string, name string) (code int, errs string) {
	d.p.t.Helper()
	if d.small {
		d.fill(512)
		code, _, errs = d.p.run(args...)
		d.free()
		return code, errs
	}
	o := d.p.open()
	d.db = o.DB
	d.fill(0)
	var e locked
	s := &session{out: &locked{}, err: &e, env: d.p.env, now: time.Now, lang: "en"}
	code = s.finish(s.root(), s.importCalls(d.p.t.Context(), o, name, callsFlags{source: "HOTLINE_12345"}))
	if err := o.Close(); err != nil {
		d.p.t.Fatal(err)
	}
	return code, e.String()
}

// A directory that cannot be written is told in one sentence.
func TestADirectoryThatCannotBeWritten(t *testing.T) {
	p := newPlace(t)
	p.write("calls.csv", callsCSV)
	p.write("afile", "x")
	p.want(exitOK, "migrate", "--data", "good")
	p.want(exitOK, "token", "new", "--data", "good")
	dirs := []string{"afile", "afile/below"}
	if err := os.Mkdir("ro", 0o700); err != nil {
		t.Fatal(err)
	}
	if dir := filepath.Join(p.dir, "ro"); smallDisk(t, dir, "6m") {
		p.want(exitOK, "token", "new", "--data", "ro")
		if err := os.Mkdir("ro/empty", 0o700); err != nil {
			t.Fatal(err)
		}
		writeProtect(t, dir, true)
		dirs = append(dirs, "ro", "ro/empty", "ro/new")
	}
	if slices.Contains(dirs, "ro") { // what is there can still be read
		p.want(exitOK, "verify", "--data", "ro")
		p.want(exitOK, "backup", "of-ro.db", "--data", "ro")
		p.want(exitOK, "export", "--out", "of-ro.csv", "--data", "ro")
	}
	for _, dir := range dirs {
		for _, args := range [][]string{
			{"serve", "--data", dir}, {"demo", "--once", "--matters", "1", "--days", "1", "--data", dir}, {"migrate", "--data", dir}, {"token", "new", "--data", dir},
			{"import", "calls", "calls.csv", "--source", "HOTLINE_12345", "--data", dir}, {"backup", dir + "/x.db", "--data", "good"},
			{"export", "--out", dir + "/x.csv", "--data", "good"}, {"pack", "new", dir + "/x", "--name", "n", "--root", "990100"},
		} {
			p.refuses(args...)
		}
	}
	p.want(exitOK, "verify", "--data", "good")
}
