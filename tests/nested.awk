# Choices within choices (a ? b : c ? d : e), a line "FILE COUNT" for each file that has some.
function reset() { for (k = 0; k <= depth; k++) open[k] = 0; depth = 0 }
FNR == 1 { if (name && nested) print name, nested; name = FILENAME; nested = 0; comment = 0; reset() }
{
    line = $0
    if (line ~ /^[ \t]*#/) next
    gsub(/\\./, "", line)
    gsub(/"[^"]*"/, "", line)
    gsub(/'[^']*'/, "", line)
    n = length(line)
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1); two = substr(line, i, 2)
        if (comment) { if (two == "*/") { comment = 0; i++ }; continue }
        if (two == "/*") { comment = 1; i++; continue }
        if (two == "//") break
        if (c == "(" || c == "[") { depth++; open[depth] = 0 }
        else if (c == ")" || c == "]") { open[depth] = 0; if (depth) depth-- }
        else if (c == "{" || c == "}" || c == ";") reset()
        else if (c == ",") open[depth] = 0
        else if (c == "?") { inside = 0; for (k = 0; k <= depth; k++) inside += open[k]; nested += inside > 0; open[depth] = 1 }
    }
}
END { if (nested) print name, nested }
