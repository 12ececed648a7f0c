package wall

import (
	"context"
	"hash/fnv"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// section is one part of the wall that changes by itself: its markup, which
// names its place on the page, and a short name of just this markup.
type section struct {
	name string
	html string
	mark string
}

// shown is a scene as it was drawn.
type shown struct {
	*scene
	view     *part.View // of nobody in particular
	sections []section

	once  sync.Once
	chart string // the map, if anybody opens the page
	wrong error

	mu   sync.Mutex
	news map[string]*frame.Ready // what was told, by the marks the reader had
}

// draw renders every section of a scene.
func draw(ctx context.Context, v *part.View, s *scene) (*shown, error) {
	out := &shown{scene: s, view: v, news: map[string]*frame.Ready{}}
	for _, x := range parts(v, s) {
		var b strings.Builder
		if err := x.content.Render(ctx, &b); err != nil {
			return nil, err
		}
		h := fnv.New64a()
		h.Write([]byte(b.String())) //nolint:errcheck // a hash takes everything
		out.sections = append(out.sections, section{x.name, b.String(), strconv.FormatUint(h.Sum64(), 36)})
	}
	return out, nil
}

// drawn is a section to be rendered.
type drawn struct {
	name    string
	content templ.Component
}

// parts are the sections of a scene, of now or of the past.
func parts(v *part.View, s *scene) []drawn {
	out := []drawn{{"figures", figures(v, s)}, {"rates", threeRates(v, s)}, {"standing", standing(v, s)}, {"legend", legend(v, s)}, {"paint", paint(v, s)}}
	if !s.at.IsZero() {
		return append(out, drawn{"then", then(v, s)})
	}
	return append(out, drawn{"places", latePlaces(v, s)}, drawn{"causes", lateCauses(v, s)}, drawn{"alarms", alarms(v, s)}, drawn{"acts", acts(v, s)}, drawn{"teams", teams(v, s)})
}

// marks names what is shown, for the next question about what has changed.
func (s *shown) marks() string {
	all := make([]string, len(s.sections))
	for i, x := range s.sections {
		all[i] = x.mark
	}
	return strings.Join(all, ".")
}

// section returns the markup of one section.
func (s *shown) section(name string) templ.Component {
	for _, x := range s.sections {
		if x.name == name {
			return templ.Raw(x.html)
		}
	}
	return templ.NopComponent
}

// mostNews bounds how many kinds of old screens one scene prepares news for;
// others get everything.
const mostNews = 32

// since returns the sections that differ from those whose marks the reader
// has, nil if none does. Screens that saw the same get the same bytes.
func (s *shown) since(ctx context.Context, have string) (*frame.Ready, error) {
	if have == s.marks() {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ready := s.news[have]; ready != nil {
		return ready, nil
	}
	if len(s.news) >= mostNews {
		have = ""
		if ready := s.news[have]; ready != nil {
			return ready, nil
		}
	}
	had := strings.Split(have, ".")
	all := []templ.Component{pulse(s)}
	for i, x := range s.sections {
		if len(had) != len(s.sections) || had[i] != x.mark {
			all = append(all, templ.Raw(x.html))
		}
	}
	ready, err := frame.Prepare(ctx, templ.Join(all...))
	if err == nil {
		s.news[have] = ready
	}
	return ready, err
}

// picture is the map, drawn when the first page is opened.
func (s *shown) picture(ctx context.Context) (templ.Component, error) {
	s.once.Do(func() {
		var b strings.Builder
		s.wrong = chart(s.view, s.scene).Render(context.WithoutCancel(ctx), &b)
		s.chart = b.String()
	})
	return templ.Raw(s.chart), s.wrong
}
