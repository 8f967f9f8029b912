#!/bin/sh
# coverage.sh FOLDER: what gcov counted in all objects of FOLDER, joined for each line and each branch: what one of the objects a file
# is compiled into ran, has been run (src/embed is left out, it makes files while the program is built). Prints a line a folder of
# src, and all of them. In FOLDER:
#   coverage.txt   a line a file, the one with most branches unseen first
#   unseen.txt     FILE:LINE: the line's branches not taken of how many, or "line", for a line never run; and what stands there
# A branch is an outcome of a condition, as gcov has it: `a && b` has four. It counts when it was taken at least once. Nothing is
# exempt: a branch that ends the program for want of memory counts like any other (src has no assert but in comments and at compile
# time; an assert's failing arm would count as unseen). Only that a complaint were true (ERR_IS_FALSE, base/err.h) is no branch: the
# compiler is told.
set -eu
folder=$1
find "$folder" -name '*.gcno' -path '*/src/*' -o -name '*.gcno' -path '*/tests/test_*' | while read -r notes; do
    gcov -t -b -c -r "$notes" 2>/dev/null || :
done | awk -v table="$folder/coverage.txt" -v unseen="$folder/unseen.txt" '
    $1 == "-:" && $2 ~ /^0:Source:/ {
        file = $0
        sub(/.*0:Source:/, "", file)
        ours = file ~ /^src\// && file !~ /^src\/embed/
        next
    }
    !ours { next }
    /^branch +[0-9]/ {                      # of the line before
        b = file SUBSEP line SUBSEP $2
        if (!(b in branch)) { branch[b] = 0; order_b[++nb] = b }
        if ($3 == "taken" && $4 > 0) branch[b] = 1
        next
    }
    /^ *([0-9]+\*?|-|#####|=====):/ {
        split($0, part, ":")
        line = part[2] + 0
        count = part[1]
        gsub(/[ *]/, "", count)
        if (count == "-" || line == 0) next
        k = file SUBSEP line
        if (!(k in seen)) {
            seen[k] = 0
            order[++n] = k
            text[k] = $0
            sub(/^[^:]*:[^:]*: */, "", text[k])
        }
        if (count !~ /[#=]/) seen[k] = 1
    }
    function put(what) {                    # a file or a folder, as a row
        return sprintf("%5.1f%% of %5d lines  %5.1f%% of %5d branches, %4d unseen  %s", 100 * l_seen[what] / l_all[what], l_all[what],
            b_all[what] ? 100 * b_seen[what] / b_all[what] : 100, b_all[what], b_all[what] - b_seen[what], what)
    }
    END {
        for (i = 1; i <= nb; i++) {
            split(order_b[i], p, SUBSEP)
            k = p[1] SUBSEP p[2]
            of[k]++
            taken[k] += branch[order_b[i]]
        }
        for (i = 1; i <= n; i++) {
            k = order[i]
            split(k, p, SUBSEP)
            in_folder = p[1]
            if (!sub(/\/[^\/]*$/, "", in_folder) || in_folder == "src") in_folder = "src/main"
            files[p[1]]
            folders[in_folder]
            m = split(p[1] SUBSEP in_folder SUBSEP "all", to, SUBSEP)
            for (j = 1; j <= m; j++) {
                l_all[to[j]]++
                l_seen[to[j]] += seen[k]
                b_all[to[j]] += of[k]
                b_seen[to[j]] += taken[k]
            }
            if (!seen[k]) printf "%s:%d: line | %s\n", p[1], p[2], text[k] >unseen
            else if (taken[k] < of[k]) printf "%s:%d: %d of %d | %s\n", p[1], p[2], of[k] - taken[k], of[k], text[k] >unseen
        }
        printf "" >unseen
        for (f in files) print b_all[f] - b_seen[f], put(f) | ("sort -rn | cut -d\" \" -f2- >" table)
        for (f in folders) print put(f) | "sort -k10"
        close("sort -k10")
        print put("all")
        print "by file in " table ", each line and branch in " unseen
    }'
