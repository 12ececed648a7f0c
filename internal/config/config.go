// Package config is what an installation may set: one struct with a default
// for every field, read from the command line, the environment and a file,
// in this order of weight, and checked once. It knows where each value came
// from and opens nothing but the file.
package config

import (
	"net/netip"
	"path/filepath"
	"strings"
	"time"
)

// Config is the settings of one process. It is filled by Load and not changed
// afterwards. Paths are as given, relative ones to the working directory.
type Config struct {
	Data     string // directory of the database and the keys
	Database string // "sqlite:…" or "postgres://…"
	Listen   string // host:port
	Pack     string // name of a pack
	PacksDir string // directory of the city's own packs; "" means none
	Suite    string // intl or sm
	Node     int    // of several processes over one database, 0 to 15
	Origin   string // name of the ledger's log
	Keys     string // file of the installation's secrets

	RatePerSecond   float64 // requests with one token, in the long run
	RateBurst       int     // requests with one token at once
	PublicPerSecond float64 // requests without a token from one address
	PublicBurst     int
	TrackPerMinute  int // requests for one number with a tracking code
	TrustedProxies  []netip.Prefix
	TLSCert         string // file; "" serves plain HTTP
	TLSKey          string

	LogLevel  string // debug, info, warn or error
	LogFormat string // text or json

	Hooks map[string]Hook // by inlet: where results are returned to

	Entry Entry // how people enter

	SealEvery   time.Duration
	FireWorkers int // clocks that fire at once

	origins map[string]Origin
	texts   map[string]string
}

// Hook is where the results of one inlet's calls go.
type Hook struct {
	URL    string
	Secret string // signs what is sent
}

// Origin is where a value came from.
type Origin string

// The origins, the lightest first.
const (
	Default Origin = "default"
	File    Origin = "file"
	Env     Origin = "env"
	Flag    Origin = "flag"
)

// Value is one setting as it is in force, for people to read.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"` // secrets are masked
	Origin Origin `json:"origin"`
}

// Said reports whether somebody gave the setting a value, by whatever way.
func (c *Config) Said(key string) bool { return c.origins[key] != Default }

// mask stands for a secret that is set.
const mask = "********"

// Values returns every setting in force and where it came from, in the order
// of the documentation, secrets masked.
func (c *Config) Values() []Value {
	out := make([]Value, 0, len(settings))
	for _, s := range settings {
		out = append(out, c.value(s.key, s.secret))
	}
	for _, inlet := range c.inlets() {
		for _, part := range [...]string{"url", "secret"} {
			if key := hookKey(inlet, part); c.texts[key] != "" {
				out = append(out, c.value(key, part == "secret"))
			}
		}
	}
	return out
}

func (c *Config) value(key string, secret bool) Value {
	v := Value{Key: key, Value: c.texts[key], Origin: c.origins[key]}
	switch {
	case secret && v.Value != "":
		v.Value = mask
	case key == "database":
		v.Value = withoutPassword(v.Value)
	}
	return v
}

// SQLitePath returns the file of the database, or false if it is not SQLite.
func (c *Config) SQLitePath() (string, bool) {
	switch scheme, rest, ok := strings.Cut(c.Database, ":"); {
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		return "", false
	case ok && scheme == "sqlite":
		return strings.TrimPrefix(rest, "//"), true
	}
	return c.Database, true
}

// derive fills what follows from another setting where nothing is said.
func (c *Config) derive() {
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "huying.db")
		c.texts["database"] = c.Database
	}
	if c.Keys == "" {
		c.Keys = filepath.Join(c.Data, "keys")
		c.texts["keys"] = c.Keys
	}
}
