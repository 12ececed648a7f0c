package person_test

import (
	"strings"
	"testing"

	"huying/internal/domain/person"
	"huying/internal/fault"
)

func TestPasswords(t *testing.T) {
	for password, want := range map[string]string{
		"短":                        "password.too_short",
		"Tr0ub4dor":                "password.too_short",
		strings.Repeat("紫荆花", 43):  "password.too_long",
		"tab\tinside-it":           "password.malformed",
		"\xff\xfe-not-text-at-all": "password.malformed",
		"1234567890":               "password.breached",
		"ｐａｓｓｗｏｒｄ123456":           "password.breached",
		"P@ssword123456":           "password.breached",
		"woaini5201314":            "password.breached",
		"Guangzhou@2026":           "password.breached",
		"aaaaaaaaaaaaaa":           "password.foreseeable",
		"abcabcabcabcabc":          "password.foreseeable",
		"1qaz2wsx3edc4rfv":         "password.foreseeable",
		"qwertyuiop[]":             "password.foreseeable",
		"13800138000138":           "password.foreseeable",
		"19900101wang":             "password.foreseeable",
		"woaizhongguo1949":         "password.foreseeable",
		"zhangwei19850214":         "password.foreseeable",
		"Tianhe-Jiedao-2026":       "password.foreseeable",
		"我爱中国我爱你一二三四":              "password.foreseeable",
		"liuxiaoyan2026":           "password.foreseeable", // the login
		"440106001-ZH!!":           "password.foreseeable", // the unit
		"青年路的树 今年真绿":               "",
		"kavo-temi-ruso-27":        "",
		"x7#Lq!0vRt2m":             "",
		"three blind geese fly at": "",
	} {
		if err := person.CheckPassword(password, "liuxiaoyan", "440106001-ZH", "刘晓燕"); fault.Code(err) != want {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}

func TestCheckPasswordLeavesTheNamesAlone(t *testing.T) {
	own := []string{"LiuXY"}
	if err := person.CheckPassword("x7#Lq!0vRt2m", own...); err != nil || own[0] != "LiuXY" {
		t.Errorf("%v, %v", err, own)
	}
}

func TestComposedAndDecomposedAreOnePassword(t *testing.T) {
	if person.Password("e\u0301") != person.Password("\u00e9") {
		t.Error("the same letter is two passwords")
	}
}
