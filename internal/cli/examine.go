package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"huying/internal/app"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// directory tries to write where the data lies.
func (d *doctor) directory() {
	name := d.s.say("数据目录", "data directory")
	info, err := os.Stat(d.cfg.Data)
	if errors.Is(err, os.ErrNotExist) {
		d.add(name, well, fmt.Sprintf(d.s.say("%s 尚不存在，首次启动时创建", "%s is not there yet; the first start makes it"), d.cfg.Data), "")
		return
	}
	if err != nil || !info.IsDir() {
		d.faults(name, fault.Field("data", "data.not_writable", d.cfg.Data))
		return
	}
	f, err := os.CreateTemp(d.cfg.Data, "doctor.*.part")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		d.faults(name, fault.Field("data", "data.not_writable", d.cfg.Data))
		return
	}
	d.add(name, well, fmt.Sprintf(d.s.say("%s 可写", "%s can be written"), d.cfg.Data), "")
}

// What is little and what is too little room, in bytes.
const (
	littleRoom = 5 << 30
	noRoom     = 512 << 20
)

// disk looks how much room is left where the data lies or will lie.
func (d *doctor) disk() {
	name := d.s.say("磁盘空间", "disk")
	dir, err := filepath.Abs(d.cfg.Data)
	for err == nil {
		if _, e := os.Stat(dir); e == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, err := freeBytes(dir)
	text := fmt.Sprintf(d.s.say("剩余 %s", "%s free"), size(free))
	advice := d.s.say("清理或扩容；数据库写满后将拒绝受理", "make room; a full disk refuses calls")
	switch {
	case err != nil:
		d.add(name, warn, d.s.say("无法得知剩余空间", "the free space cannot be told"), "")
	case free < noRoom:
		d.add(name, fail, text, advice)
	case free < littleRoom:
		d.add(name, warn, text, advice)
	default:
		d.add(name, well, text, "")
	}
}

// pack checks the pack and returns its city, nil if it cannot be used.
func (d *doctor) pack() *pack.City {
	name := d.s.say("城市包", "pack")
	city, err := app.LoadCity(d.cfg)
	if err != nil {
		d.faults(name, err)
		return nil
	}
	d.add(name, well, fmt.Sprintf(d.s.say("%s（%s），版本 %s", "%s (%s), version %s"), city.ID, d.s.say(city.Name, city.NameEN), city.Version), "")
	return city
}

// calendar asks that the holidays of this year and the coming one are known.
func (d *doctor) calendar(city *pack.City) {
	if city == nil {
		return
	}
	name := d.s.say("放假安排", "calendar")
	now := d.s.now().In(ident.Zone)
	cal := city.Calendar(city.Root)
	advice := d.s.say("按国务院办公厅通知在城市包的 calendars 目录补充该年份，或升级呼应", "add the year to the pack's calendars from the official notice, or upgrade")
	for i, year := range [...]int{now.Year(), now.Year() + 1} {
		switch {
		case cal.Known(year):
			d.add(name, well, fmt.Sprintf(d.s.say("%d 年已收录", "%d is known"), year), "")
		case i == 0:
			d.add(name, fail, fmt.Sprintf(d.s.say("%d 年未收录，期限只能按周末推算", "%d is not known: deadlines rest on weekends alone"), year), advice)
		default:
			d.add(name, warn, fmt.Sprintf(d.s.say("%d 年未收录，跨年期限为暂定", "%d is not known: deadlines that reach it are provisional"), year), advice)
		}
	}
}

// database opens the database beside whatever runs and looks at its schema. It
// reports whether there is one.
func (d *doctor) database(ctx context.Context) bool {
	name := d.s.say("数据库", "database")
	if path, lite := d.cfg.SQLitePath(); lite {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			d.add(name, well, d.s.say("尚不存在，首次启动时创建", "not there yet; the first start makes it"), "")
			return false
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	db, err := store.Open(ctx, d.cfg.Database, store.Options{ReadOnly: true, Now: d.s.now, Log: d.s.quiet(d.cfg)})
	if err != nil {
		d.faults(name, err)
		return false
	}
	pending, err := store.Pending(ctx, db, engine.Migrations())
	if err = errors.Join(err, db.Close()); err != nil {
		d.faults(name, err)
		return false
	}
	if len(pending) > 0 {
		d.add(name, warn, fmt.Sprintf(d.s.say("可以打开，有 %d 个升级待执行", "opens; %d migrations are pending"), len(pending)),
			d.s.say("先备份，再运行 huying migrate 或直接 huying serve", "back up, then run huying migrate or huying serve"))
		return false
	}
	d.add(name, well, d.s.say("可以打开，结构最新", "opens, and its schema is up to date"), "")
	return true
}

// keys asks that the keys can be read and are private.
func (d *doctor) keys(used bool) {
	name := d.s.say("密钥", "keys")
	_, err := app.ReadKeys(d.cfg.Keys)
	switch {
	case err == nil:
		d.add(name, well, fmt.Sprintf(d.s.say("%s 可读且仅属主可读", "%s can be read, by its owner alone"), d.cfg.Keys), "")
	case fault.Code(err) == "keys.missing" && !used:
		d.add(name, well, d.s.say("尚不存在，首次启动时生成", "not there yet; the first start makes them"), "")
	default:
		d.faults(name, err)
	}
}

// installation asks that database, pack and keys belong together.
func (d *doctor) installation(ctx context.Context) {
	name := d.s.say("相互对应", "belonging together")
	o, err := app.Open(ctx, d.cfg, app.Beside, d.s.now, nil, d.s.quiet(d.cfg))
	if err == nil {
		err = o.Close()
	}
	if err != nil {
		d.faults(name, err)
		return
	}
	d.add(name, well, d.s.say("数据库、城市包和密钥相符", "database, pack and keys fit"), "")
}

// clock asks that the machine's time is possible and not before what the
// ledger has sealed.
func (d *doctor) clock(ctx context.Context, used bool) {
	name := d.s.say("系统时钟", "clock")
	now := d.s.now()
	advice := d.s.say("开启网络对时（NTP）", "keep the time by NTP")
	text := clockTime(now)
	if y := now.Year(); y < 2025 || y > 2100 {
		d.add(name, fail, text, advice)
		return
	}
	if last, ok := d.lastSealed(ctx); used && ok && now.Before(last) {
		d.add(name, fail, fmt.Sprintf(d.s.say("%s，早于台账最后一次封存 %s", "%s, which is before the ledger was last sealed at %s"), text, clockTime(last)), advice)
		return
	}
	d.add(name, well, text, "")
}

// lastSealed returns when the newest checkpoint was made.
func (d *doctor) lastSealed(ctx context.Context) (time.Time, bool) {
	db, err := store.Open(ctx, d.cfg.Database, store.Options{ReadOnly: true, Now: d.s.now, Log: d.s.quiet(d.cfg)})
	if err != nil {
		return time.Time{}, false // the check of the database tells
	}
	var at int64
	err = db.Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COALESCE(MAX(at), 0) FROM checkpoint`).Scan(&at)
	})
	if err = errors.Join(err, db.Close()); err != nil || at == 0 {
		return time.Time{}, false
	}
	return time.UnixMicro(at), true
}

// port asks that the address can be bound, or that it is our own server that
// holds it.
func (d *doctor) port(ctx context.Context) {
	name := d.s.say("监听地址", "address")
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", d.cfg.Listen)
	if err == nil {
		if err := l.Close(); err == nil {
			d.add(name, well, fmt.Sprintf(d.s.say("%s 空闲", "%s is free"), d.cfg.Listen), "")
		}
		return
	}
	scheme := "http"
	if d.cfg.TLSCert != "" {
		scheme = "https"
	}
	client := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // it only asks whether somebody is there
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+d.cfg.Listen+"/healthz", nil)
	if err == nil {
		var res *http.Response
		if res, err = client.Do(req); err == nil {
			err = res.Body.Close()
			if err == nil && res.StatusCode == http.StatusOK {
				d.add(name, well, fmt.Sprintf(d.s.say("%s 上已有服务在运行", "a server runs at %s"), d.cfg.Listen), "")
				return
			}
		}
	}
	d.faults(name, fault.Field("listen", "listen.failed", d.cfg.Listen))
}

// certificate asks that the certificate fits its key and lasts.
func (d *doctor) certificate() {
	if d.cfg.TLSCert == "" {
		return
	}
	name := d.s.say("证书", "certificate")
	pair, err := tls.LoadX509KeyPair(d.cfg.TLSCert, d.cfg.TLSKey)
	if err != nil || pair.Leaf == nil {
		d.faults(name, fault.Field("tls_cert", "tls.unusable", d.cfg.TLSCert))
		return
	}
	ends := fmt.Sprintf(d.s.say("有效至 %s", "valid until %s"), clockTime(pair.Leaf.NotAfter))
	advice := d.s.say("更换证书后重新启动", "replace it and start again")
	switch left := pair.Leaf.NotAfter.Sub(d.s.now()); {
	case left <= 0:
		d.add(name, fail, ends, advice)
	case left < 30*24*time.Hour:
		d.add(name, warn, ends, advice)
	default:
		d.add(name, well, ends, "")
	}
}
