#!/bin/sh
# What somebody does with a bundle on a machine that has nothing: run inside a bare root, without a network, as nobody.
# With the word "foreign" the shell and its tools are those of the machine that tries, and the folder's own Python is run
# by an emulator of its processor.
set -eu
PATH=/tools:$PATH
now() { read -r up _ </proc/uptime && echo "${up%.*}"; }
cd /srv/trial
began=$(now)
tar -xzf /srv/bundle.tar.gz
cd negotiation-*
python=$(echo programs/*/python/bin/python3.11)
if [ "${1:-}" = foreign ]; then
  mv "$python" "$python.real"
  printf '#!/bin/sh\nexec /tools/emulator -0 "$0" "$0.real" "$@"\n' >"$python"
  chmod 755 "$python"
fi
run() { echo "== $*" && ./negotiation "$@"; }
run --version
run doctor || echo "(doctor: $?)"
run ledger import /srv/ledger.xlsx || [ $? = 3 ] # rows that are faulty in the sample are given back
run calendar due 2026-03-02 10
./negotiation serve --port 8077 >serve.log 2>&1 &
desk=$!
ended=0
"$python" -I /srv/trial.py serve.log || ended=$?
echo "from the packed file to the desk with the ledger: $(($(now) - began)) s"
kill "$desk"
wait "$desk" || echo "(desk: $?)" # 1 where a busy machine did not let it end in ten seconds
cat serve.log
exit "$ended"
