package exchange

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
)

// Source is a file of calls. Body is read twice: once for what names it, once
// for its rows.
type Source struct {
	Name string // tells the format if the mapping does not
	Body io.ReadSeeker
}

// Options say how an import is done.
type Options struct {
	Actor   access.Actor // who imports; zero is engine.ImportActor
	Now     time.Time    // the instant of the import; needed
	Mapping *Mapping     // nil is Auto with the following two
	Source  string       // inlet of a file without a mapping
	Place   string       // place of rows that say none, without a mapping

	// Rejects takes the refused rows as CSV; nil takes none. To be resumed it
	// must be a file that was opened neither to append nor emptied.
	Rejects io.Writer
	// State is the path of the file that remembers how far the import came; ""
	// remembers nothing. Resume goes on from there, if there is such a file.
	State  string
	Resume bool

	// Progress is told, from one goroutine, the lines done and the lines of the
	// file; total is 0 if it is not known.
	Progress func(done, total int64)
	Workers  int   // rows in hand at once; 0 is 64
	MaxFile  int64 // bytes; 0 is 4 GiB
}

// Result is what became of the rows: Rows = Made + Again + Rejected.
type Result struct {
	Rows      int64            `json:"rows"`
	Made      int64            `json:"made"`      // became a matter
	Again     int64            `json:"again"`     // had become one before
	Rejected  int64            `json:"rejected"`  // stand in the reject file
	Suggested int64            `json:"suggested"` // of Made and Again: the category is taken from the text
	ByReason  map[string]int64 `json:"by_reason,omitempty"`
	// Unused are the columns that the mapping does not name, sorted.
	Unused []string `json:"unused,omitempty"`
}

const (
	defaultWorkers = 64
	defaultMaxFile = 4 << 30
	// chunk is how many rows are settled together. An import that breaks off
	// does one chunk again; the rows of it that had become matters are known by
	// their references.
	chunk = 2048
	// chunkBytes ends a chunk of large rows earlier.
	chunkBytes = 32 << 20
	// maxUnused is how many unused columns are told.
	maxUnused = 200
)

// Import makes matters of the rows of a file. Each row is decided by itself: it
// becomes a matter at its own time, or was one before, or is written to
// Rejects with the first of its faults. An error ends the import (the disk is
// full, ctx ended, the file cannot be read); the result then says what is
// settled, and a resumed import ends with the totals and rejects of one that
// never broke off. Faults: exchange.file_unreadable, exchange.file_too_large,
// exchange.encoding_unknown, exchange.header_missing,
// exchange.column_repeated, exchange.column_missing, exchange.sheet_unknown,
// exchange.format_unknown, exchange.state_unusable, exchange.other_file,
// exchange.rejects_unusable, exchange.stopped, and those of Mapping.Check.
func Import(ctx context.Context, e *engine.Engine, src Source, o Options) (Result, error) {
	im := &importer{engine: e, o: o}
	if err := im.begin(src); err != nil {
		return Result{}, err
	}
	err := im.run(ctx)
	im.tell()
	return im.state.Result, errors.Join(err, im.rows.close())
}

// errNow is a mistake of the caller, not of the user.
var errNow = errors.New("exchange: Options.Now is not set")

// importer is one import under way.
type importer struct {
	engine  *engine.Engine
	o       Options
	rows    reader
	prep    *preparer
	mapping *Mapping
	rejects *rejects
	state   state
	total   int64 // lines of the file
	named   map[string]bool
	unused  map[string]bool
}

// begin opens the file, finds the mapping, and goes to where the import has to
// go on.
func (im *importer) begin(src Source) error {
	if im.o.Now.IsZero() {
		return errNow
	}
	im.defaults()
	identity, err := im.identify(src)
	if err != nil {
		return err
	}
	format, err := im.format(src)
	if err != nil {
		return err
	}
	m := im.o.Mapping
	if m == nil {
		m = &Mapping{}
	}
	if im.rows, err = openRows(m, format, src.Body); err != nil {
		return err
	}
	if err := im.use(format, identity); err != nil {
		return errors.Join(err, im.rows.close())
	}
	return nil
}

func (im *importer) defaults() {
	if im.o.Actor.ID == "" {
		im.o.Actor = engine.ImportActor()
	}
	if im.o.Workers <= 0 {
		im.o.Workers = defaultWorkers
	}
	if im.o.MaxFile <= 0 {
		im.o.MaxFile = defaultMaxFile
	}
	if im.o.Progress == nil {
		im.o.Progress = func(int64, int64) {}
	}
}

func (im *importer) format(src Source) (Format, error) {
	if im.o.Mapping != nil && im.o.Mapping.Format != "" {
		return im.o.Mapping.Format, nil
	}
	return FormatOf(src.Name)
}

// identify names the content of the file, counts its lines and goes back to
// its beginning.
func (im *importer) identify(src Source) (string, error) {
	h := sha256.New()
	in := bufio.NewReaderSize(io.LimitReader(src.Body, im.o.MaxFile+1), sample)
	var size int64
	buf := make([]byte, sample)
	for {
		n, err := in.Read(buf)
		h.Write(buf[:n])
		im.total += int64(bytes.Count(buf[:n], []byte("\n")))
		size += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", unreadable(err)
		}
	}
	if size > im.o.MaxFile {
		return "", fault.New(fault.TooLarge, "exchange.file_too_large", im.o.MaxFile>>20).In("file")
	}
	if _, err := src.Body.Seek(0, io.SeekStart); err != nil {
		return "", unreadable(err)
	}
	return short(h.Sum(nil)), nil
}

// use settles the mapping and the state, and skips what is done.
func (im *importer) use(format Format, identity string) error {
	im.mapping = im.o.Mapping
	columns := im.rows.columns()
	if im.mapping == nil {
		var err error
		if im.mapping, err = Auto(columns, im.o.Source, im.o.Place); err != nil {
			return err
		}
	}
	if format == XLSX {
		im.total = 0
	}
	if err := im.mapping.Check(im.engine.City()); err != nil {
		return err
	}
	if err := im.columns(columns, format); err != nil {
		return err
	}
	var err error
	if im.prep, err = newPreparer(im.mapping, im.engine.City(), format, im.o.Now, identity); err != nil {
		return err
	}
	sum, err := im.mapping.sum()
	if err != nil {
		return err
	}
	if im.state, err = openState(im.o.State, im.o.Resume, identity, sum); err != nil {
		return err
	}
	if im.rejects, err = openRejects(im.o.Rejects, im.state.Rejects); err != nil {
		return err
	}
	for range im.state.Result.Rows {
		r, err := im.rows.next()
		if err != nil {
			return err
		}
		im.note(r)
	}
	return nil
}

// columns checks that a table has the columns the mapping reads; the rows of
// JSONL may differ from each other.
func (im *importer) columns(have []string, format Format) error {
	im.named, im.unused = map[string]bool{}, map[string]bool{}
	var wrong fault.List
	for _, c := range im.mapping.columns() {
		im.named[c] = true
		if format != JSONL && !slices.Contains(have, c) {
			wrong.Add(fault.Field("file", "exchange.column_missing", c, nearest(c, have)))
		}
	}
	for _, c := range im.mapping.Ignore {
		im.named[c] = true
	}
	return wrong.Err()
}

// note remembers the columns that nobody asked for.
func (im *importer) note(r row) {
	for c := range r.cells {
		if !im.named[c] && len(im.unused) < maxUnused {
			im.unused[c] = true
		}
	}
}

// run settles the file chunk by chunk.
func (im *importer) run(ctx context.Context) error {
	for !im.state.Done {
		rows, err := im.take()
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			im.state.Done = true
			im.tell()
			return im.state.save(im.o.State)
		}
		if err := im.settle(ctx, rows); err != nil {
			return err
		}
		im.tell()
		done := rows[len(rows)-1].line
		if im.total > 0 {
			im.total = max(im.total, done) // the last line may have no end
		}
		im.o.Progress(done, im.total)
	}
	return nil
}

func (im *importer) tell() {
	im.state.Result.Unused = im.state.Result.Unused[:0]
	for c := range im.unused {
		im.state.Result.Unused = append(im.state.Result.Unused, c)
	}
	slices.Sort(im.state.Result.Unused)
}

// take reads the rows of the next chunk: the same ones whenever it begins at
// the same row.
func (im *importer) take() ([]row, error) {
	var rows []row
	for size := 0; len(rows) < chunk && size < chunkBytes; {
		r, err := im.rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		im.note(r)
		rows, size = append(rows, r), size+r.size()
	}
	return rows, nil
}
