package config

import (
	"math"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/fault"
	"huying/internal/ident"
)

// setting is one key: how its text is read into a Config. In the file the key
// is as it stands here, in the environment HUYING_ and the key in capitals, on
// the command line "--" and the key with dashes.
type setting struct {
	key    string
	usual  string
	list   bool // the file may write it as a list
	secret bool
	zh, en string // what it is for
	set    func(c *Config, text string) error
}

// Setting describes one key to a command line.
type Setting struct {
	Key, Flag, Usual string
	ZH, EN           string
}

// Settings returns every key in the order of the documentation.
func Settings() []Setting {
	out := make([]Setting, len(settings))
	for i, s := range settings {
		out[i] = Setting{Key: s.key, Flag: strings.ReplaceAll(s.key, "_", "-"), Usual: s.usual, ZH: s.zh, EN: s.en}
	}
	return out
}

// settings is the table of all keys.
var settings = slices.Concat(serverSettings, entrySettings)

var serverSettings = []setting{
	{key: "data", usual: "data", zh: "数据目录", en: "directory of the database and the keys",
		set: func(c *Config, s string) error { c.Data = s; return present("data", s) }},
	{key: "database", zh: "数据库：sqlite:文件 或 postgres://…，默认在数据目录内", en: "sqlite:FILE or postgres://…; default: in the data directory",
		set: func(c *Config, s string) error { c.Database = s; return database(s) }},
	{key: "listen", usual: "127.0.0.1:8080", zh: "监听地址 主机:端口", en: "address to listen on, host:port",
		set: func(c *Config, s string) error { c.Listen = s; return address(s) }},
	{key: "pack", usual: "guangzhou", zh: "城市包：自带的名称，或一个目录", en: "city pack: the name of a shipped one, or a directory",
		set: func(c *Config, s string) error { return c.setPack(s) }},
	{key: "packs_dir", zh: "自有城市包所在目录", en: "directory of the city's own packs",
		set: func(c *Config, s string) error { return c.setPacksDir(s) }},
	{key: "suite", usual: "intl", zh: "密码算法：intl 或 sm（国密）", en: "algorithms: intl, or sm for the Chinese national ones",
		set: func(c *Config, s string) error { return oneOf("suite", s, &c.Suite, "intl", "sm") }},
	{key: "node", usual: "0", zh: "节点号 0–15，同一数据库的多个进程各不相同", en: "number of this process among several over one database, 0 to 15",
		set: func(c *Config, s string) error { return whole("node", s, 0, ident.MaxNode, &c.Node) }},
	{key: "origin", usual: "huying.local/log", zh: "台账日志的名称，首次启动后不再改", en: "name of the ledger's log; not changed after the first start",
		set: func(c *Config, s string) error { c.Origin = s; return origin(s) }},
	{key: "keys", zh: "密钥文件，默认为数据目录内的 keys", en: "file of the secrets; default: keys in the data directory",
		set: func(c *Config, s string) error { c.Keys = s; return nil }},
	{key: "rate_per_second", usual: "500", zh: "每个令牌每秒请求数", en: "requests with one token a second",
		set: func(c *Config, s string) error { return number("rate_per_second", s, 0.1, 1e6, &c.RatePerSecond) }},
	{key: "rate_burst", usual: "1000", zh: "每个令牌一次最多请求数", en: "requests with one token at once",
		set: func(c *Config, s string) error { return whole("rate_burst", s, 1, 1e6, &c.RateBurst) }},
	{key: "public_per_second", usual: "10", zh: "无令牌时每个地址每秒请求数", en: "requests without a token from one address a second",
		set: func(c *Config, s string) error {
			return number("public_per_second", s, 0.1, 1e6, &c.PublicPerSecond)
		}},
	{key: "public_burst", usual: "40", zh: "无令牌时每个地址一次最多请求数", en: "requests without a token from one address at once",
		set: func(c *Config, s string) error { return whole("public_burst", s, 1, 1e6, &c.PublicBurst) }},
	{key: "track_per_minute", usual: "20", zh: "每个编号每分钟可用查询码请求的次数", en: "requests for one number with a tracking code a minute",
		set: func(c *Config, s string) error { return whole("track_per_minute", s, 1, 1e4, &c.TrackPerMinute) }},
	{key: "trusted_proxies", list: true, zh: "可信反向代理的网段，用逗号分隔", en: "networks of trusted reverse proxies, with commas",
		set: func(c *Config, s string) error { return prefixes("trusted_proxies", s, &c.TrustedProxies) }},
	{key: "tls_cert", zh: "TLS 证书文件", en: "file of the TLS certificate",
		set: func(c *Config, s string) error { c.TLSCert = s; return nil }},
	{key: "tls_key", zh: "TLS 私钥文件", en: "file of the TLS key",
		set: func(c *Config, s string) error { c.TLSKey = s; return nil }},
	{key: "log_level", usual: "info", zh: "日志级别：debug、info、warn、error", en: "debug, info, warn or error",
		set: func(c *Config, s string) error {
			return oneOf("log_level", s, &c.LogLevel, "debug", "info", "warn", "error")
		}},
	{key: "log_format", usual: "text", zh: "日志格式：text 或 json", en: "text or json",
		set: func(c *Config, s string) error { return oneOf("log_format", s, &c.LogFormat, "text", "json") }},
	{key: "seal_every", usual: "60s", zh: "台账多久封存一次", en: "how often the ledger is sealed",
		set: func(c *Config, s string) error {
			return duration("seal_every", s, time.Second, 24*time.Hour, &c.SealEvery)
		}},
	{key: "fire_workers", usual: "64", zh: "同时触发的时钟数", en: "clocks that fire at once",
		set: func(c *Config, s string) error { return whole("fire_workers", s, 1, 1024, &c.FireWorkers) }},
}

// setPack takes the name of a pack or the path of its directory.
func (c *Config) setPack(s string) error {
	if s == "" {
		return missing("pack")
	}
	if !strings.ContainsAny(s, `/\`) && s != "." {
		c.Pack = s
		return nil
	}
	dir, err := filepath.Abs(s)
	if err == nil {
		err = directory("pack", dir)
	}
	if err != nil {
		return err
	}
	c.Pack, c.PacksDir = filepath.Base(dir), filepath.Dir(dir)
	return nil
}

func (c *Config) setPacksDir(s string) error {
	if s == "" {
		return nil
	}
	if c.PacksDir != "" {
		return fault.Field("packs_dir", "config.packs_dir_not_needed")
	}
	c.PacksDir = s
	return directory("packs_dir", s)
}

func missing(key string) error { return fault.Field(key, "config.value_missing", key) }

func present(key, s string) error {
	if strings.TrimSpace(s) == "" {
		return missing(key)
	}
	return nil
}

func directory(key, s string) error {
	info, err := os.Stat(s)
	if err != nil || !info.IsDir() {
		return fault.Field(key, "config.directory_missing", s).Because(err)
	}
	return nil
}

func database(s string) error {
	scheme, _, ok := strings.Cut(s, "://")
	if !ok {
		return nil
	}
	if !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme) {
		return fault.Field("database", "config.database_unknown", scheme)
	}
	if _, err := url.Parse(s); err != nil && scheme != "sqlite" {
		return fault.Field("database", "config.database_unknown", scheme)
	}
	return nil
}

// withoutPassword hides the password of a database address.
func withoutPassword(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return mask
	}
	if u.User == nil && u.RawQuery == "" {
		return s
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", mask)
		u.RawQuery = q.Encode()
	}
	return strings.ReplaceAll(u.Redacted(), "xxxxx", mask)
}

func address(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fault.Field("listen", "config.address_malformed", s)
	}
	return nil
}

// origin wants what a signed note can carry as the name of a log.
func origin(s string) error {
	if s == "" || len(s) > 200 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '+' || r > '~' }) {
		return fault.Field("origin", "config.origin_malformed", s)
	}
	return nil
}

func oneOf(key, s string, to *string, words ...string) error {
	*to = s
	if !slices.Contains(words, s) {
		return fault.Field(key, "config.word_unknown", s, strings.Join(words, ", "))
	}
	return nil
}

func whole(key, s string, least, most int, to *int) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		return fault.Field(key, "config.number_out_of_range", s, least, most)
	}
	*to = n
	return nil
}

func number(key, s string, least, most float64, to *float64) error {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || n < least || n > most {
		return fault.Field(key, "config.number_out_of_range", s, least, most)
	}
	*to = n
	return nil
}

func duration(key, s string, least, most time.Duration, to *time.Duration) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < least || d > most {
		return fault.Field(key, "config.duration_out_of_range", s, least, most)
	}
	*to = d
	return nil
}

// prefixes reads networks; a single address is the network of itself.
func prefixes(key, s string, to *[]netip.Prefix) error {
	var wrong fault.List
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(part)
		if a, e := netip.ParseAddr(part); err != nil && e == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			wrong.Add(fault.Field(key, "config.network_malformed", part))
			continue
		}
		*to = append(*to, p.Masked())
	}
	return wrong.Err()
}
