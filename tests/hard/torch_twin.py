"""The twin of hard_torch.c: trains torch.nn.LSTM from the first weights, with the batches and the numbers in a file.
usage: torch_twin.py FILE N. Prints the loss of the first N updates and that of the held-out part at the end."""
import json
import math
import sys

import torch

given = json.load(open(sys.argv[1]))
firsts = int(sys.argv[2])
V, E, H = given["vocab"], given["embed"], given["hidden"]
torch.set_num_threads(1)


def matrix(name, rows):
    return torch.tensor(given[name], dtype=torch.float32).reshape(rows, -1)


embedding, lstm, head = torch.nn.Embedding(V, E), torch.nn.LSTM(E, H, batch_first=True), torch.nn.Linear(H, V)
with torch.no_grad():
    embedding.weight.copy_(matrix("embedding", V))
    W = torch.cat([matrix("W_" + q, H) for q in "ifgo"])          # PyTorch's order of the gates
    lstm.weight_hh_l0.copy_(W[:, :H])
    lstm.weight_ih_l0.copy_(W[:, H:])
    lstm.bias_ih_l0.copy_(torch.cat([torch.tensor(given["b_" + q]) for q in "ifgo"]))
    lstm.bias_hh_l0.zero_()
    head.weight.copy_(matrix("out_W", V))
    head.bias.copy_(torch.tensor(given["out_b"]))
lstm.bias_hh_l0.requires_grad_(False)                             # we have one bias
decayed = [embedding.weight, lstm.weight_hh_l0, lstm.weight_ih_l0, head.weight]
trained = decayed + [lstm.bias_ih_l0, head.bias]


def losses(rows, weights=None):
    """Sum of weighted and of plain -ln p over the targets of these sequences, and how many there are."""
    longest = max(len(r) for r in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    weight = torch.zeros(len(rows), longest)
    for k, row in enumerate(rows):
        ids[k, :len(row)] = torch.tensor(row)
        weight[k, :len(row)] = torch.tensor(weights[k]) if weights else 1.0
    hidden, _ = lstm(embedding(ids[:, :-1]))
    ln = torch.nn.functional.cross_entropy(head(hidden).transpose(1, 2), ids[:, 1:], reduction="none")
    there = torch.tensor([[1.0 if 0 < k < len(r) else 0.0 for k in range(longest)] for r in rows])[:, 1:]
    return (ln * weight[:, 1:] * there).sum(), (ln * there).sum(), there.sum()


adam = torch.optim.Adam(trained, lr=given["rate"], betas=(given["beta1"], given["beta2"]), eps=given["epsilon"])
for update, batch in enumerate(given["batches"]):
    turn = 0.5 * (1 + math.cos(math.pi * update / given["updates"]))
    adam.param_groups[0]["lr"] = given["rate"] * (given["floor"] + (1 - given["floor"]) * turn)
    rows = [given["train"][k] for k in batch]
    weights = [given["weight"][k] for k in batch] if "weight" in given else None
    weighted, plain, count = losses(rows, weights)
    adam.zero_grad()
    (weighted / count + given["decay"] * sum((p ** 2).sum() for p in decayed)).backward()
    if given["clip"] > 0:
        torch.nn.utils.clip_grad_norm_(trained, given["clip"])
    adam.step()
    if update < firsts:
        print(f"{(plain / count).item():.9g}")
with torch.no_grad():
    _, plain, count = losses(given["valid"])
    print(f"{(plain / count).item():.9g}")
