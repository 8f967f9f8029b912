#!/bin/sh
# gallery.sh PROGRAM FOLDER: the README's pictures of views into FOLDER. `make gallery` renews data/gallery; a test compares.
set -eu
picture() {   # picture VIEW OPTION...
    name=$1
    shift
    LC_ALL=C.UTF-8 "$flstm" --no-config --view "$name" --size 84x24 --render svg "$@" >"$to/$name.svg"
}
flstm=$1 to=$2
mkdir -p "$to"
picture dissect --step and
picture why --step with
picture timeline --step with
picture what-if --step with --set 'f[gender]@and=0'
picture sweep --step with
picture gradient --step with
