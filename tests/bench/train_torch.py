"""The training of tests/bench/bench_train.c in PyTorch: the same sizes, batch and number of tokens; prints tokens per
second. One thread, as ours. usage: train_torch.py HIDDEN EMBED VOCAB LENGTH BATCH UPDATES"""
import sys
import time

import torch

hidden, embed, vocab, length, batch, updates = map(int, sys.argv[1:])
torch.set_num_threads(1)
torch.manual_seed(1)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocab, embed)
        self.lstm = torch.nn.LSTM(embed, hidden, batch_first=True)
        self.head = torch.nn.Linear(hidden, vocab)

    def forward(self, ids):
        return self.head(self.lstm(self.embedding(ids))[0])


model = Model()
optimiser = torch.optim.Adam(model.parameters(), lr=0.015)
ids = torch.randint(vocab, (batch, length))


def update():
    optimiser.zero_grad()
    logits = model(ids[:, :-1])
    torch.nn.functional.cross_entropy(logits.reshape(-1, vocab), ids[:, 1:].reshape(-1)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()


for _ in range(5):
    update()
start = time.process_time()
for _ in range(updates):
    update()
print(batch * (length - 1) * updates / (time.process_time() - start))
