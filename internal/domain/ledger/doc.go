// Package ledger is the mathematics of trust: how an act becomes an entry of a
// matter's hash chain, how the heads of all chains become one Merkle log, how
// a signed checkpoint fixes that log, and how a receipt proves an entry to
// somebody who has nothing but the receipt and a public key. It also seals
// personal data and makes tracking codes and tokens, because these use the
// same suite of algorithms. It knows no database, no file and no clock.
//
// The formats below are complete: another program can verify with them alone.
// u32, u64 and i64 are big-endian; text is a u32 byte length and then UTF-8;
// H is the hash of the suite named: SHA-256 for "intl", SM3 for "sm".
//
// # Entry
//
//	payload_hash = H(payload)                      payload: canonical JSON, RFC 8785
//	body         = H("huying entry 1\n" ‖ text suite ‖ text district ‖ i64 matter
//	                 ‖ u64 seq ‖ i64 at (µs since 1970 UTC) ‖ text actor
//	                 ‖ text on_behalf ‖ text act ‖ text subject ‖ payload_hash)
//	hash         = H("huying link 1\n" ‖ prev ‖ body)
//
// Seq starts at 1, and the first prev is 32 zero bytes. The payload enters by
// its hash so that one whose keeping time is over can be erased and the chain
// still verifies. The body enters by its hash so that a receipt can lead from
// an old entry to a newer head without telling what happened in between.
//
// # Log
//
// A leaf is the text "district/number/seq/hash", the hash in lower-case hex:
// the head of one matter's chain. The tree is that of RFC 6962: a leaf hashes
// as H(00 ‖ leaf), a node as H(01 ‖ left ‖ right).
//
// # Checkpoint
//
// A note (C2SP signed-note) whose text follows C2SP tlog-checkpoint, with three
// extension lines:
//
//	origin
//	size, decimal
//	root, base64
//	suite intl
//	at 2026-11-22T16:00:00.000000Z
//	prev <root of the checkpoint before, base64; 32 zero bytes for the first>
//
//	— origin base64(4 bytes of key id ‖ signature)
//
// The suite intl signs with Ed25519, key type 01: these are the notes and keys
// of golang.org/x/mod/sumdb/note. The suite sm signs with SM2 (GB/T 32918.2,
// user id 1234567812345678, signature in DER as in GM/T 0009), key type ff
// followed by "sm2\n", then the uncompressed point.
// A key id is the first bytes of H(name ‖ "\n" ‖ type and key).
//
// # Receipt
//
// One JSON document, the fields of Receipt. It holds if
//
//	payload_hash = H(payload), where the payload is shown
//	hash         = the hash of the entry's facts, as above
//	hash'        = H("huying link 1\n" ‖ hash ‖ body) for each link, from hash on
//	leaf         = district/no/(seq + number of links)/last hash
//	proof        = the RFC 6962 audit path of the leaf, index and size to root
//	checkpoint   = signed by key; its size and suite are those of the receipt
//
// A receipt agrees with itself whoever made it. It proves something to those
// who know the key from elsewhere.
package ledger
