package text

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"sync"
)

//go:embed faults.csv notices.csv words.csv page/*.csv
var files embed.FS

// catalogue is every text in every language.
type catalogue struct {
	sentences map[Lang]map[string]sentence
	pages     map[Lang]map[string]sentence          // what stands on pages, by key
	words     map[Lang]map[string]map[string]string // by group and code
	unknown   map[Lang]sentence                     // for a code without a text
}

// loaded returns the catalogue, read on first use. The files are part of the
// program, and a test reads them, so a mistake in them cannot reach a user.
var loaded = sync.OnceValue(func() *catalogue {
	c, err := load()
	if err != nil {
		panic(err)
	}
	return c
})

func load() (*catalogue, error) {
	c := &catalogue{
		sentences: map[Lang]map[string]sentence{}, pages: map[Lang]map[string]sentence{}, words: map[Lang]map[string]map[string]string{}, unknown: map[Lang]sentence{},
	}
	for _, l := range Langs() {
		c.sentences[l], c.pages[l], c.words[l] = map[string]sentence{}, map[string]sentence{}, map[string]map[string]string{}
	}
	for _, name := range []string{"faults.csv", "notices.csv"} {
		if err := read(name, []string{"code"}, keep(c.sentences)); err != nil {
			return nil, err
		}
	}
	pages, err := fs.Glob(files, "page/*.csv")
	if err != nil {
		return nil, err
	}
	for _, name := range pages {
		if err := read(name, []string{"key"}, keep(c.pages)); err != nil {
			return nil, err
		}
	}
	if err := read("words.csv", []string{"group", "code"}, c.word); err != nil {
		return nil, err
	}
	for _, l := range Langs() {
		s, err := parse(c.words[l]["format"]["unknown_code"])
		if err != nil {
			return nil, err
		}
		c.unknown[l] = s
	}
	return c, nil
}

// read calls add for each line of a catalogue with its key, a language and the
// text in it. The header names the columns of the key and then the languages.
func read(name string, key []string, add func(key []string, l Lang, text string) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	langs := Langs()
	for i, row := range rows {
		if len(row) != len(key)+len(langs) {
			return fmt.Errorf("%s:%d: %d columns", name, i+1, len(row))
		}
		for j, l := range langs {
			text := row[len(key)+j]
			switch {
			case i == 0 && text != string(l):
				return fmt.Errorf("%s:1: column %q should be %q", name, text, l)
			case i == 0:
			case text == "":
				return fmt.Errorf("%s:%d: no text in %s", name, i+1, l)
			default:
				if err := add(row[:len(key)], l, text); err != nil {
					return fmt.Errorf("%s:%d: %w", name, i+1, err)
				}
			}
		}
	}
	return f.Close()
}

// keep returns a function that keeps a sentence of a catalogue by its key.
func keep(in map[Lang]map[string]sentence) func(key []string, l Lang, text string) error {
	return func(key []string, l Lang, text string) error {
		if _, twice := in[l][key[0]]; twice {
			return fmt.Errorf("%s stands twice", key[0])
		}
		s, err := parse(text)
		in[l][key[0]] = s
		return err
	}
}

func (c *catalogue) word(key []string, l Lang, text string) error {
	group := c.words[l][key[0]]
	if group == nil {
		group = map[string]string{}
		c.words[l][key[0]] = group
	}
	if _, twice := group[key[1]]; twice {
		return fmt.Errorf("%s %s stands twice", key[0], key[1])
	}
	group[key[1]] = text
	return nil
}
