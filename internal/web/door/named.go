package door

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// mostNamed is how many names a field offers at once.
const mostNamed = 20

// named offers what a field may hold, by what has been typed into it: places,
// units, or the posts of units. A name, a code or the first letters of its
// pinyin will do.
func (p pages) named(r *frame.Request) error {
	of := r.Query("of")
	typed, before := r.Query(of), ""
	if r.Query("many") != "" { // what was chosen before stays
		at := strings.LastIndexFunc(typed, unicode.IsSpace) + 1
		before, typed = typed[:at], typed[at:]
	}
	if utf8.RuneCountInString(typed) < 2 {
		return r.Part(choices(nil))
	}
	found, err := p.Search.Find(r.Ctx, r.Actor, typed, 0, 1, r.Now)
	if fault.Of(err) == fault.Invalid && err != nil {
		return r.Part(choices(nil)) // what cannot be asked for finds nothing
	}
	if err != nil {
		return err
	}
	var out []part.Option
	switch of {
	case "place":
		for _, x := range found.Places {
			out = append(out, part.Option{Value: x.Code, Name: r.Place(x.Code)})
		}
	case "unit":
		for _, x := range found.Units {
			out = append(out, part.Option{Value: x.Code, Name: r.Unit(x.Code)})
		}
	case "post":
		for _, x := range found.Units {
			for _, post := range r.City.Org.Posts(x.Code) {
				out = append(out, part.Option{Value: before + post.Code, Name: before + r.Post(post.Code)})
			}
		}
	}
	return r.Part(choices(out[:min(len(out), mostNamed)]))
}
