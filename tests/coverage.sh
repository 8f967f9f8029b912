#!/bin/sh
# coverage.sh FOLDER: what gcov counted for the objects in FOLDER, a line a source file ("LINES% of N, BRANCHES% of M, FILE"), the least
# covered first, in FOLDER/coverage.txt; and all of them together. Branches are those taken at least once. src/embed is left out, it
# makes files while the program is built; of a file that several objects are made of, the best covered one counts.
set -eu
folder=$1
find "$folder/src" -name '*.gcda' | while read -r data; do gcov -n -b -r "$data" 2>/dev/null; done |
    awk -F "'" -v table="$folder/coverage.txt" '
        function part(line, a) { split(line, a, /[:% ]+/); return a[length(a) - 2] * a[length(a)] / 100 }
        function whole(line, a) { split(line, a, " "); return a[length(a)] }
        /^File / { f = $2 }
        /^Lines executed/ { if (!(f in n) || part($0) > l[f]) l[f] = part($0); n[f] = whole($0) }
        /^Taken at least once/ { if (!(f in m) || part($0) > b[f]) b[f] = part($0); m[f] = whole($0) }
        END {
            for (f in n) {
                if (f !~ /^src\// || f ~ /^src\/embed/) continue
                lines += n[f]; branches += m[f]; seen += l[f]; taken += b[f]
                printf "%5.1f%% of %4d lines  %5.1f%% of %4d branches  %s\n", 100 * l[f] / n[f], n[f], m[f] ? 100 * b[f] / m[f] : 100, m[f], f | ("sort -n >" table)
            }
            printf "%.1f%% of %d lines, %.1f%% of %d branches; by file in %s\n", 100 * seen / lines, lines, 100 * taken / branches, branches, table
        }'
