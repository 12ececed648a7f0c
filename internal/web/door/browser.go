package door

import "strings"

// browsers are the words by which browsers tell what they are, the more
// particular first: most of them claim to be others too.
var browsers = []struct{ word, name string }{
	{"MicroMessenger", "WeChat"}, {"DingTalk", "DingTalk"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

var systems = []struct{ word, name string }{
	{"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
}

// browser says in two words what a browser is, as far as it can be told.
func browser(agent string) string {
	var out []string
	for _, b := range browsers {
		if strings.Contains(agent, b.word) {
			out = append(out, b.name)
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.word) {
			out = append(out, s.name)
			break
		}
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, " · ")
}
