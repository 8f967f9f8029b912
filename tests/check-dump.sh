#!/bin/sh
# check-dump.sh: contrib/flstm_dump.py writes what the program reads, and proves: with torch where there is one, else with arrays
# under the names of Keras. Prints its results as cmocka does, for tests/run.sh.
set -u
flstm=$(pwd)/${FLSTM:-./flstm-tui}
case ${FLSTM:-} in /*) flstm=$FLSTM ;; esac
# The first that has torch: there may be several, and the one that comes first need not be the one with the packages.
python=${PYTHON:-python3}
for p in "$python" /usr/bin/python3 /usr/local/bin/python3; do
    if "$p" -c 'import torch, numpy' 2>/dev/null; then python=$p; break; fi
done
contrib=$(pwd)/contrib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work" || exit 1

skip() { echo "[  REASON  ] $1: $2"; echo "[  SKIPPED ] $1"; }
result() {   # result NAME OUTPUT WANTED
    case $2 in *$3*) echo "[       OK ] $1" ;; *) echo "[  FAILED  ] $1"; echo "$2"; status=1 ;; esac
}
status=0

name=a_torch_model_is_dumped_and_proven
if "$python" -c 'import torch' 2>/dev/null; then
    PYTHONPATH=$contrib "$python" - <<'EOF'
import torch
from flstm_dump import dump
torch.manual_seed(1)
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.fc = torch.nn.Embedding(4, 3), torch.nn.LSTM(3, 5), torch.nn.Linear(5, 4)
m, words = Model(), ["a", "b", "c", "d"]
hs, cs, state = [], [], None
for k in [0, 2, 1, 3]:
    h, state = m.lstm(m.embedding(torch.tensor([[k]])), state)
    hs.append(state[0][-1, 0].tolist()); cs.append(state[1][-1, 0].tolist())
dump(m, "model", words, hs, cs, ["a", "c", "b", "d"])
EOF
    result $name "$("$flstm" model.safetensors --vocab model.vocab.json --check model.expected.json 2>&1)" agrees
else
    skip $name "no torch for $python"
fi

name=a_checkpoint_with_counters_is_dumped
if "$python" -c 'import torch' 2>/dev/null; then
    PYTHONPATH=$contrib "$python" - <<'EOP'
import torch
from flstm_dump import dump
torch.manual_seed(1)
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.fc = torch.nn.Embedding(4, 3), torch.nn.LSTM(3, 5).half(), torch.nn.Linear(5, 4)
        self.register_buffer("steps", torch.tensor(2 ** 40))
weights = {"model." + k: v for k, v in Model().state_dict().items()}
dump({"epoch": 3, "hyper_parameters": {"lr": 0.1}, "state_dict": weights, "optimizer_states": [{}], "callbacks": {}}, "ckpt", ["a", "b", "c", "d"])
EOP
    result $name "$("$flstm" ckpt.safetensors --vocab ckpt.vocab.json --text abcd --inspect 2>&1)" "head         4 outputs"
    result a_counter_is_no_weight "$(grep -c steps ckpt.safetensors)" 0
else
    skip $name "no torch for $python"
fi

name=arrays_under_the_names_of_keras_are_dumped
if "$python" -c 'import numpy' 2>/dev/null; then
    PYTHONPATH=$contrib "$python" - <<'EOF'
import numpy as np
from flstm_dump import dump
class Weight:
    def __init__(self, path, *shape):
        self.path, self.value = path, np.linspace(-1, 1, int(np.prod(shape)), dtype="f4").reshape(shape)
    def __array__(self, dtype=None, copy=None): return self.value
class Model:
    weights = [Weight("embedding/embeddings", 4, 3), Weight("lstm/lstm_cell/kernel", 3, 20), Weight("lstm/lstm_cell/recurrent_kernel", 5, 20),
               Weight("lstm/lstm_cell/bias", 20), Weight("dense/kernel", 5, 4), Weight("dense/bias", 4)]
dump(Model(), "keras", ["a", "b", "c", "d"])
EOF
    result $name "$("$flstm" keras.safetensors --vocab keras.vocab.json --text abcd --inspect 2>&1)" "head         4 outputs"
else
    skip $name "no numpy for $python"
fi
exit $status
