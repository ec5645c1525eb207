#!/usr/bin/env bash
# What a proxy costs: requests per second, latency, and processor time per 1,000 requests, of one and two sidecars against direct traffic, haproxy and nginx
# in turns within one run. HTTP/1.1 with kept connections, 1 KiB answers, 64 connections. Needs wrk, nginx, haproxy (Debian) and
# `dotnet build -c Release bench/Weft.Benchmarks`.
# usage: bench/proxy.sh [rounds, default 3] [seconds per measurement, default 5] [paths, default all]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-3}
seconds=${2:-5}
paths=${3:-direct haproxy nginx one two two-plain}
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT

chmod 755 "$work"
head -c 1024 /dev/zero | tr '\0' x >"$work/body"
cat >"$work/app.conf" <<CONF
daemon off; pid $work/app.pid; error_log /dev/null; worker_processes 1;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  server { listen 127.77.0.66:8080; listen 127.78.0.66:8080; location / { root $work; try_files /body =404; } } }
CONF
cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; error_log /dev/null; worker_processes 2;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000;
  upstream app { server 127.77.0.66:8080; keepalive 128; keepalive_requests 1000000000; }
  server { listen 127.77.0.80:8080; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; } } }
CONF
cat >"$work/haproxy.cfg" <<CONF
global
  nbthread 2
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.77.0.81:8080
  default_backend b
backend b
  server app 127.77.0.66:8080
CONF
nginx -c "$work/app.conf" 2>/dev/null & pids+=($!)
nginx -c "$work/nginx.conf" 2>/dev/null & nginx=$!; pids+=($nginx)
haproxy -f "$work/haproxy.cfg" >/dev/null 2>&1 & haproxy=$!; pids+=($haproxy)

# Each pair of sidecars in a process of its own, with the settings of the product (bench must not profit from what weft has not).
start_sidecars() {
  DOTNET_TieredPGO=0 DOTNET_gcServer=0 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 "$root/artifacts/bin/Weft.Benchmarks/release/Weft.Benchmarks" sidecars "$1" "$2" "$work/ready-$2" &
}
start_sidecars 127.77.0 mtls; mtls=$!; pids+=($mtls)
start_sidecars 127.78.0 plain; plain=$!; pids+=($plain)
until [ -e "$work/ready-mtls" ] && [ -e "$work/ready-plain" ]; do
  kill -0 "$mtls" && kill -0 "$plain" || exit 1
  sleep 0.1
done
idle=$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$mtls/status")

ticks() { local sum=0 pid; for pid in "$@"; do sum=$((sum + $(awk '{print $14 + $15}' "/proc/$pid/stat"))); done; echo "$sum"; }
children() { cat "/proc/$1/task/$1/children"; }
measure() { # name url host pids...
  local name=$1 url=$2 host=$3 before after
  shift 3
  before=$(ticks "$@")
  wrk -t1 -c64 -d"${seconds}s" --latency -H "Host: $host" "$url" >"$work/wrk"
  after=$(ticks "$@")
  awk -v name="$name" -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" '
    function ms(v) { return v ~ /us$/ ? v / 1000 : v ~ /ms$/ ? v + 0 : v * 1000 }
    /^ +50%/ { p50 = ms($2) } /^ +99%/ { p99 = ms($2) } /requests in/ { n = $1 } /Requests\/sec/ { r = $2 } /Non-2xx/ { bad = $NF } /Socket errors/ { errors = $0 }
    END { printf "%s %.0f %.2f %.2f %.4f %s %s\n", name, r, p50, p99, n ? t / hz / n * 1000 : 0, bad + 0, errors }' "$work/wrk" | tee -a "$work/results"
}
one_path() {
  case $1 in
    direct) measure direct http://127.77.0.66:8080/ app ;;
    haproxy) measure haproxy http://127.77.0.81:8080/ app "$haproxy" ;;
    nginx) measure nginx http://127.77.0.80:8080/ app $(children "$nginx") ;;
    one) measure one http://127.77.0.2:8080/ beta.demo:8000 "$mtls" ;;
    two) measure two http://127.77.0.1:8000/ beta.demo:8000 "$mtls" ;;
    two-plain) measure two-plain http://127.78.0.1:8000/ beta.demo:8000 "$plain" ;;
  esac
}
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); warming up" >&2
for path in $paths; do one_path "$path" >/dev/null; done
: >"$work/results"
for _ in $(seq "$rounds"); do for path in $paths; do one_path "$path" >&2; done; done

echo "| path | requests/s | of direct | of haproxy | p50 ms | p99 ms | CPU s per 1,000 requests | not 2xx |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
for path in $paths; do
  grep "^$path " "$work/results" | sort -k2n | awk '{ l[NR] = $0 } END { print l[int((NR + 1) / 2)] }'
done | awk '{ rate[NR] = $2; line[NR] = $0; by[$1] = $2 } END { for (i = 1; i <= NR; i++) { split(line[i], f, " ");
  printf "| %s | %d | %s | %s | %s | %s | %s | %s |\n", f[1], f[2], by["direct"] ? sprintf("%.2f", f[2] / by["direct"]) : "", by["haproxy"] ? sprintf("%.2f", f[2] / by["haproxy"]) : "", f[3], f[4], f[1] == "direct" ? "" : f[5], f[6] } }'
echo
echo "Two idle sidecars, their control plane and the runtime: $idle MB. Load average before and after: $(cut -d' ' -f1-3 /proc/loadavg)."
