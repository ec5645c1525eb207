#!/usr/bin/env bash
# What a whole mesh costs: starts Weft with Travels, waits, and prints memory and processor share from /proc.
# usage: bench/mesh.sh [minutes to settle, default 10]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
minutes=${1:-10}
state=$(mktemp -d)
"$root/artifacts/bin/Weft.Host/release/weft" up travels --state "$state" --port-offset 3000 >"$state/out" 2>&1 &
weft=$!
trap 'kill -TERM $weft 2>/dev/null; wait $weft 2>/dev/null || true; rm -rf "$state"' EXIT
until grep -q '^ready' "$state/out"; do
  kill -0 $weft || { cat "$state/out"; exit 1; }
  sleep 0.1
done
ticks() { awk '{print $14 + $15}' "/proc/$weft/stat"; }
sleep $((minutes * 60 - 60))
before=$(ticks)
sleep 60
after=$(ticks)
awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "processor: %.1f %% of one core over the last minute\n", t / hz / 60 * 100 }'
awk '/VmRSS|VmHWM/ { printf "%s %.0f MB\n", $1, $2 / 1024 }' "/proc/$weft/status"
echo "threads: $(ls "/proc/$weft/task" | wc -l)"
