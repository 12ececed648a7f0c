package lite

import (
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// ForgetSwap makes the next COMMIT cheaper. When SQLite balances a tree it
// swaps the numbers of pages by way of one that no page ever has, and the cache
// remembers that one as its highest; at the commit it then looks through all
// its pages for some that lie behind the end of the file. The caller says by
// this call that there are none: nothing was rolled back since BEGIN.
func (c *Conn) ForgetSwap() {
	tree := at[sqlite3.TBtree](at[sqlite3.TDb](at[sqlite3.Tsqlite3](c.db).FaDb).FpBt)
	pager := at[sqlite3.TPager](at[sqlite3.TBtShared](tree.FpBt).FpPager)
	cache := at[sqlite3.TPCache1](at[sqlite3.TPCache](pager.FpPCache).FpCache)
	if cache.FiMaxKey > pager.FdbSize {
		cache.FiMaxKey = pager.FdbSize
	}
}

// at reads C memory at p as a structure of SQLite.
func at[T any](p uintptr) *T { return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }
