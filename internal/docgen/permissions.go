package main

import (
	"bytes"
	"fmt"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/text"
)

const permissionsHead = `# Permissions 权限

<!-- Written by go run ./internal/docgen from the table of internal/domain/access. Review every change of it. -->

Who may do what, how far. What is empty is denied, to everybody. A token only narrows its post; a grant adds an action to a post
for a place, for units, or where both hold. The tests of internal/domain/access hold the rule to this table: every action, by
every role, at every tier, in its own place and in places below, above, beside and foreign to it, with every part in an order.

| how far | 范围 | meaning |
|---|---|---|
| anywhere | 不限 | no place is asked |
| own place | 本辖区 | what lies in the place of the post or below it |
| taking part | 参与 | matters in which the post's unit takes part: as desk, or on either side of an order |
| owes | 承办 | orders that the post's unit owes |
| gave | 派出 | orders that the post's unit gave |
| coordinates | 牵头 | matters whose desk is the post's unit |
| own matter | 本人诉求 | the one matter whose tracking code the caller has shown |

`

// reachWords are the scopes in words; docs/WORDS.md and the head of the
// document say what they mean.
var reachWords = map[access.Scope]string{
	access.Everywhere: "anywhere", access.Jurisdiction: "own place", access.Participant: "taking part", access.Debtor: "owes",
	access.Creditor: "gave", access.Desk: "coordinates", access.Own: "own matter",
}

// column is one sort of actor.
type column struct {
	key, word string
	actor     access.Actor
}

func actorColumns() []column {
	var out []column
	for _, r := range access.Roles() {
		out = append(out, column{string(r), text.Chinese.Word("org.role", string(r)), access.Actor{Kind: access.Staff, Role: r}})
	}
	out = append(out, column{string(access.Caller), text.Chinese.Word("access.kind", string(access.Caller)), access.Actor{Kind: access.Caller}})
	for _, id := range []string{access.Clock, access.Rule, access.Import} {
		out = append(out, column{id, text.Chinese.Word("access.kind", string(access.System)), access.Actor{Kind: access.System, ID: id}})
	}
	return out
}

// permissions writes the permission matrix.
func permissions() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(permissionsHead)
	columns := actorColumns()
	b.WriteString("| action | 操作 |")
	for _, c := range columns {
		fmt.Fprintf(&b, " `%s` %s |", c.key, c.word)
	}
	b.WriteString(" grant |\n|---|---|" + strings.Repeat("---|", len(columns)+1) + "\n")
	for _, a := range access.Actions() {
		word := text.Chinese.Word("access.action", string(a))
		if word == string(a) {
			return nil, fmt.Errorf("%s has no word", a)
		}
		fmt.Fprintf(&b, "| `%s` | %s |", a, word)
		for _, c := range columns {
			var cell []string
			for _, s := range access.Scopes(c.actor, a) {
				word, ok := reachWords[s]
				if !ok {
					return nil, fmt.Errorf("scope %d of %s has no word", s, a)
				}
				cell = append(cell, word)
			}
			fmt.Fprintf(&b, " %s |", strings.Join(cell, ", "))
		}
		fmt.Fprintf(&b, " %s |\n", grantWord(a))
	}
	return b.Bytes(), nil
}

// grantWord says whether an action may be granted to a post.
func grantWord(a access.Action) string {
	switch {
	case !access.Grantable(a):
		return "no"
	case access.NeedsUnits(a):
		return "for units"
	}
	return "yes"
}
