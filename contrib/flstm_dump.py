#!/usr/bin/env python3
"""Writes what flstm-tui needs of a PyTorch or Keras model: MODEL.safetensors, MODEL.vocab.json and MODEL.expected.json.

    from flstm_dump import dump
    dump(model, "model", vocabulary=words, h=h, C=c, sequence=tokens)      # h, C: [T][H] of the top layer; all but the model optional

    flstm-tui model.safetensors --vocab model.vocab.json --check model.expected.json
"""
import json, struct
import numpy as np

def tensors_of(model):
    if hasattr(model, "state_dict"):                                       # torch.nn.Module
        model = model.state_dict()
    if hasattr(model, "items"):                                            # a state_dict, or a dictionary of arrays
        model = model.get("state_dict", model)                             # in a checkpoint, as Lightning keeps it
        arrays = {k: v.detach().cpu() if hasattr(v, "detach") else v for k, v in model.items()}
        arrays = {k: np.asarray(v.float() if hasattr(v, "is_floating_point") and v.is_floating_point() else v) for k, v in arrays.items()}
        return {k: v for k, v in arrays.items() if v.ndim or v.dtype.kind == "f"}      # a counter (num_batches_tracked) is no weight
    return {w.path if hasattr(w, "path") else w.name: np.asarray(w) for w in model.weights}      # Keras

def dump(model, name, vocabulary=None, h=None, C=None, sequence=None, tolerance=1e-5):
    header, numbers = {}, b""
    for key, value in tensors_of(model).items():
        value = np.ascontiguousarray(value, dtype="<f4")
        header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(numbers), len(numbers) + value.nbytes]}
        numbers += value.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(name + ".safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + numbers)
    if vocabulary is not None:
        json.dump(vocabulary, open(name + ".vocab.json", "w"))
    if h is not None or C is not None:
        expected = {"h": h, "C": C, "sequence": sequence}
        expected = {k: np.asarray(v).tolist() for k, v in expected.items() if v is not None}
        json.dump({**expected, "tolerance": tolerance}, open(name + ".expected.json", "w"))
