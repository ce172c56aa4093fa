#!/bin/sh
# What somebody does with a bundle on a machine that has nothing: run inside a bare root, without a network, as nobody.
# The words that start the folder's own Python may be given, where the processor is another.
set -eu
cd /srv/trial
tar -xzf /srv/bundle.tar.gz
cd negotiation-*
now() { read -r up _ </proc/uptime && echo "${up%.*}"; }
began=$(now)
run() { echo "== $*" && ./negotiation "$@"; }
run --version
run doctor || echo "(doctor: $?)"
run ledger import /srv/ledger.xlsx
run calendar due 2026-03-02 10
./negotiation serve --port 8077 >serve.log 2>&1 &
desk=$!
python=$(echo programs/*/python/bin/python3.11)
# Asks until the desk answers, and its worker has left a sign of life (a sentence otherwise).
ask='
import sys, time, urllib.error, urllib.request
for _ in range(600):
    try:
        print("health", urllib.request.urlopen("http://127.0.0.1:8077/health").status)
        page = urllib.request.urlopen("http://127.0.0.1:8077/login").read().decode()
        sys.exit(0 if "密码" in page else 1)
    except OSError:
        time.sleep(0.5)
sys.exit(1)
'
ended=0
"$python" -I -c "$ask" || ended=$?
kill "$desk"
wait "$desk" || ended=$?
cat serve.log
echo "from the unpacked file to the desk: $(($(now) - began)) s"
exit "$ended"
