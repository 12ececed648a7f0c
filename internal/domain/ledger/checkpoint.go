package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"huying/internal/fault"
)

// Checkpoint fixes a log: whoever holds one can later be shown that the log
// then was the beginning of the log now.
type Checkpoint struct {
	Origin   string    // the log's name, and the name of the key that signs it
	Size     int64     // leaves
	Root     Hash      // of the tree of that size
	Suite    string    // of the tree and of the signature
	At       time.Time // µs UTC
	PrevRoot Hash      // root of the checkpoint before; zero for the first
}

// MaxCheckpoint is the largest signed checkpoint that is read, in bytes: room
// for the log's signature and those of a few dozen witnesses.
const MaxCheckpoint = 8 << 10

// Text returns the text that is signed, see the package comment.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\nsuite %s\nat %s\nprev %s\n",
		c.Origin, c.Size, c.Root, c.Suite, c.At.UTC().Format(TimeLayout), c.PrevRoot)
}

// Sign returns the signed note of c. The suite sm draws from r. Faults:
// ledger.checkpoint_malformed when c cannot be written so that it reads back,
// ledger.origin_differs when the key has another name than the log,
// ledger.suite_differs when the key is of another suite.
func (c Checkpoint) Sign(k PrivateKey, r io.Reader) ([]byte, error) {
	c.At = time.UnixMicro(c.At.UnixMicro()).UTC()
	if back, err := parseCheckpoint(c.Text()); err != nil || back != c {
		return nil, fault.New(fault.Internal, "ledger.checkpoint_malformed").Because(err)
	}
	if err := c.fits(k.public); err != nil {
		return nil, err
	}
	text, err := note.Sign(&note.Note{Text: c.Text()}, signer{k, r})
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint %d of %s: %w", c.Size, c.Origin, err)
	}
	return text, nil
}

// fits reports whether the key may speak for the log.
func (c Checkpoint) fits(k PublicKey) error {
	if k.name != c.Origin {
		return fault.New(fault.Invalid, "ledger.origin_differs", clip(c.Origin), clip(k.name))
	}
	if k.suite == nil || k.suite.Name() != c.Suite {
		return fault.New(fault.Invalid, "ledger.suite_differs", clip(c.Suite))
	}
	return nil
}

// OpenCheckpoint reads a signed checkpoint and returns it with the key that
// vouches for it, one of those given. Signatures of keys that are not given,
// such as witnesses, are passed over. Faults: ledger.checkpoint_malformed,
// ledger.signature_missing when no given key signed it,
// ledger.signature_wrong, ledger.origin_differs, ledger.suite_differs.
func OpenCheckpoint(signed []byte, keys ...PublicKey) (Checkpoint, PublicKey, error) {
	n, err := openNote(signed, keys)
	if err != nil {
		return Checkpoint{}, PublicKey{}, err
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, PublicKey{}, err
	}
	var unfit error
	for _, sig := range n.Sigs {
		k, err := keyring(keys).find(sig.Name, sig.Hash)
		if err == nil {
			err = c.fits(k)
		}
		if err == nil {
			return c, k, nil
		}
		unfit = err
	}
	return Checkpoint{}, PublicKey{}, unfit
}

func openNote(signed []byte, keys []PublicKey) (*note.Note, error) {
	if len(signed) > MaxCheckpoint {
		return nil, malformedCheckpoint(nil)
	}
	n, err := note.Open(signed, keyring(keys))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return nil, fault.Field("checkpoint", "ledger.signature_missing", signers(unverified.Note))
	case errors.As(err, &invalid):
		return nil, fault.Field("checkpoint", "ledger.signature_wrong", clip(invalid.Name), fmt.Sprintf("%08x", invalid.Hash))
	case err != nil:
		return nil, malformedCheckpoint(err)
	}
	// Base64 has several spellings of one signature; only the plain one is
	// taken, so that no byte of a checkpoint can change unseen.
	for _, sig := range n.Sigs {
		raw, err := base64.StdEncoding.Strict().DecodeString(sig.Base64)
		if err != nil || base64.StdEncoding.EncodeToString(raw) != sig.Base64 {
			return nil, malformedCheckpoint(err)
		}
	}
	return n, nil
}

func malformedCheckpoint(err error) *fault.Error {
	return fault.Field("checkpoint", "ledger.checkpoint_malformed").Because(err)
}

// signers lists who signed a note, for a message.
func signers(n *note.Note) string {
	var names []string
	for _, s := range n.UnverifiedSigs[:min(3, len(n.UnverifiedSigs))] {
		names = append(names, fmt.Sprintf("%s+%08x", clip(s.Name), s.Hash))
	}
	return strings.Join(names, ", ")
}

// parseCheckpoint reads the text of a checkpoint, unsigned.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 7 {
		return Checkpoint{}, malformedCheckpoint(nil)
	}
	size, badSize := strconv.ParseInt(lines[1], 10, 64)
	root, badRoot := tlog.ParseHash(lines[2])
	s, badSuite := SuiteByName(strings.TrimPrefix(lines[3], "suite "))
	at, badTime := time.Parse(TimeLayout, strings.TrimPrefix(lines[4], "at "))
	prev, badPrev := tlog.ParseHash(strings.TrimPrefix(lines[5], "prev "))
	if err := errors.Join(badSize, badRoot, badSuite, badTime, badPrev); err != nil {
		return Checkpoint{}, malformedCheckpoint(err)
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root, Suite: s.Name(), At: at.UTC(), PrevRoot: prev}
	// What reads in more than one spelling must be in ours.
	if c.Text() != text || size < 0 || size > MaxLogSize || !plainName(c.Origin) {
		return Checkpoint{}, malformedCheckpoint(nil)
	}
	return c, nil
}

// signer and verifier show our keys to the note package, and keyring our list.
type signer struct {
	key PrivateKey
	r   io.Reader
}

func (s signer) Name() string                    { return s.key.public.name }
func (s signer) KeyHash() uint32                 { return s.key.public.noteHash() }
func (s signer) Sign(msg []byte) ([]byte, error) { return s.key.Sign(s.r, msg) }

type verifier struct{ PublicKey }

func (v verifier) KeyHash() uint32 { return v.noteHash() }

type keyring []PublicKey

func (r keyring) Verifier(name string, hash uint32) (note.Verifier, error) {
	k, err := r.find(name, hash)
	if err != nil {
		return nil, err
	}
	return verifier{k}, nil
}

func (r keyring) find(name string, hash uint32) (PublicKey, error) {
	for _, k := range r {
		if k.name == name && k.suite != nil && k.noteHash() == hash {
			return k, nil
		}
	}
	return PublicKey{}, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}
