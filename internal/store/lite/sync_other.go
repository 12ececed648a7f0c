//go:build !linux

package lite

// syncData leaves the syncs to SQLite.
func (c *Conn) syncData() error { return nil }
