#!/bin/sh
# Trials against real data that lies beside the repository and is no part of
# it: every row of two files of calls becomes a matter or a reject with its
# reason, the ledger verifies afterwards, and every day of twenty years is the
# same working day as in two independent sources.
set -eu
cd "$(dirname "$0")/../.."
data=$(cd ../shared/data && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export CGO_ENABLED=0 HUYING_LANG=en HUYING_CONFIG=

go build -o "$tmp/huying" ./cmd/huying

# number FILE KEY: one figure of a report in JSON.
number() { sed -n "s/.*\"$2\": *\([0-9]*\).*/\1/p" "$1" | head -n 1; }

# trial NAME PACK PACKSDIR FILE MAPPING: imports a file twice. The first time
# every row is accounted for, the second time nothing is made again.
trial() {
	name=$1 pack=$2 packs=$3 file=$4 mapping=$5
	run() { "$tmp/huying" "$@" --data "$tmp/$name" --pack "$pack" ${packs:+--packs-dir "$packs"} --log-level error; }
	run import calls "$file" --mapping "$mapping" --rejects "$tmp/$name.csv" --json >"$tmp/$name.json"
	rows=$(number "$tmp/$name.json" rows) made=$(number "$tmp/$name.json" made)
	again=$(number "$tmp/$name.json" again) rejected=$(number "$tmp/$name.json" rejected)
	if [ "$rows" -ne $((made + again + rejected)) ] || [ "$made" -eq 0 ]; then
		echo "$name: $rows rows, but $made made, $again again, $rejected rejected"; exit 1
	fi
	run import calls "$file" --mapping "$mapping" --rejects "$tmp/$name.2.csv" --json >"$tmp/$name.2.json"
	if [ "$(number "$tmp/$name.2.json" made)" -ne 0 ]; then echo "$name: a second import made matters again"; exit 1; fi
	run verify >"$tmp/$name.verify"
	echo "$name: $rows rows, $made matters, $again told again, $rejected rejected; nothing twice; ledger verified"
}

trial hotspot guangzhou '' "$data/complaints/hotspot_messages_4326.jsonl" test/real/hotspot.mapping.yaml

mkdir "$tmp/packs"
"$tmp/huying" pack new "$tmp/packs/boston" --name Boston --name-en Boston --root 2507 --lang en \
	--district 2507001=Boston --lon -71.0846 --lat 42.3136 >/dev/null
"$tmp/huying" pack check "$tmp/packs/boston" >/dev/null
trial boston boston "$tmp/packs" "$data/boston311/sample5000.csv" test/real/boston.mapping.yaml

HUYING_REAL_DATA=$data go test -count=1 -tags real ./test/real/
