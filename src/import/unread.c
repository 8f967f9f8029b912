/* unread.c: see unread.h. A new kind is a row. What its line of Python writes can be read. */
#include "import/unread.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "import/source.h"

/* Every array of an open HDF5 file, and what Keras says of its layers beside it. */
#define HDF5_TO_NPZ(config) \
    "d = {" config "}; f.visititems(lambda n, o: d.update({n: o[()]}) if hasattr(o, 'shape') else None); " \
    "np.savez('model.npz', **d)\""

const struct unread unread_keras = {"a Keras model (.keras)",
    "python3 -c \"import h5py, json, zipfile, numpy as np; z = zipfile.ZipFile('FILE'); "
    "f = h5py.File(z.open('model.weights.h5')); "
    HDF5_TO_NPZ("'config': z.read('config.json').decode(), "
                "'keras_version': json.loads(z.read('metadata.json'))['keras_version']")};
const struct unread unread_torchscript = {
    "TorchScript",
        "python3 -c \"import torch; torch.save(torch.jit.load('FILE', map_location='cpu').state_dict(), "
        "'model.pt')\"",
};
const struct unread unread_dl4j = {
    "Deeplearning4j (ModelSerializer)",
        "write the arrays of model.getLayer(K).paramTable() as JSON: W and RW hold i f o g side by side",
};
const struct unread unread_zip = {"a zip with nothing in it that is known",
    "expected what torch.save or numpy.savez writes"};
const struct unread unread_savedmodel = {
    "a TensorFlow SavedModel",
        "python3 -c \"import tensorflow as tf, numpy as np; r = "
        "tf.train.load_checkpoint('FOLDER/variables/variables'); "
                               "np.savez('model.npz', **{n: r.get_tensor(n) for n in r.get_variable_to_shape_map()})\"",
};

static const char no_lstm[] = "it holds no LSTM";
static const char unpack[] = "unpack it first";
static const char convert[] = "convert the model it was made from";
static const char compiled[] = "it is compiled for one machine: convert the model it was made from";
static const char kaldi[] = "its LSTM is spread over components of their own, and no line makes one of them";
static const char compressed[] = "where joblib wrote it (compress=…), which runs what is in it to read it: python3 -c "
                                 "\"import joblib; joblib.dump(joblib.load('FILE'), 'model.joblib')\"; else unpack it "
                                 "first";

/* What R writes is packed by gzip, as a rule. */
#define R_LIST {"R (saveRDS)", \
        "Rscript -e \"jsonlite::write_json(readRDS('FILE'), 'model.json', digits = NA)\", of a list of weights such " \
        "as get_weights() gives"}
#define R_VALUES {"R (save)", \
        "Rscript -e \"e <- new.env(); load('FILE', e); jsonlite::write_json(as.list(e), 'model.json', digits = NA)\""}

/* Bytes at a place from the beginning, or, negative, from the end. */
static const struct {
    long at;
    const char *bytes;
    size_t len;
    struct unread kind;
} magic[] = {
#define AT(place, text) (place), (text), sizeof(text) - 1
    {AT(0, "\x89HDF\r\n\x1a\n"), {"HDF5 (a Keras .h5)",
        "python3 -c \"import h5py, numpy as np; f = h5py.File('FILE'); "
        HDF5_TO_NPZ("k: f.attrs.get(k, '') for k in ('model_config', 'keras_version')")}},
    {AT(0, "HDF5-based Julia Data Format"), {"Julia's JLD2",
        "where it is a dictionary of arrays: julia -e \"using JLD2, NPZ; npzwrite(ARGS[2], "
        "Dict{String, Any}(load(ARGS[1])))\" 'FILE' model.npz"}},
    {AT(512, "\x89HDF\r\n\x1a\n"), {"a MATLAB file (version 7.3)",
        "save it in MATLAB with save('FILE', '-v6') and convert that with scipy.io.loadmat and numpy.savez"}},
    {AT(0, "MATLAB 5.0 MAT-file"), {"a MATLAB file",
        "python3 -c \"import scipy.io, numpy as np; np.savez('model.npz', **{k: v for k, v in "
                                                     "scipy.io.loadmat('FILE').items() if k[0] != '_'})\""}},
    {AT(4, "TFL3"), {"TensorFlow Lite (a FlatBuffer)",
        "convert the model it was made from: its LSTM is fused into one operator and often quantized"}},
    {AT(0, "\x12\x01\0\0\0\0\0\0"), {"MXNet's parameters",
        "python3 -c \"import mxnet as mx, numpy as np; np.savez('model.npz', **{k.split(':')[-1]: v.asnumpy() "
        "for k, v in mx.nd.load('FILE').items()})\""}},
    {AT(0, "X\n\0\0\0"), R_LIST},
    {AT(0, "RDX"), R_VALUES},
    {AT(0, "\0B<Nnet3>"), {"Kaldi (nnet3)", kaldi}},
    {AT(0, "<Nnet3>"), {"Kaldi (nnet3)", kaldi}},
    {AT(0, "\0B<TransitionModel>"), {"Kaldi", kaldi}},
    {AT(0, "<TransitionModel>"), {"Kaldi", kaldi}},
    {AT(0, "\xac\xed\0\5"), {"a Java object",
        "write the arrays of its parameters as JSON from the program that made it"}},
    {AT(0, "#Parameter#"), {"DyNet", "write its parameters from DyNet: np.savez of p.npvalue() for each"}},
    {AT(0, "#LookupParameter#"), {"DyNet", "write its parameters from DyNet: np.savez of p.npvalue() for each"}},
    {AT(0, "ptrt"), {"TensorRT", compiled}},
    {AT(0, "7767517\n"), {"ncnn (the names of its layers)", convert}},
    {AT(0, "GGUF"), {"GGUF (a transformer for llama.cpp)", no_lstm}},
    {AT(0, "ggjt"), {"GGML (a transformer for llama.cpp)", no_lstm}},
    {AT(0, "version https://git-lfs.github.com/spec/"), {"a Git LFS pointer, not the file itself", "git lfs pull"}},
    {AT(-8, "\x57\xfb\x80\x8b\x24\x75\x47\xdb"), {"a TensorFlow checkpoint",
        "python3 -c \"import tensorflow as tf, numpy as np; "
        "r = tf.train.load_checkpoint('FILE without .index'); np.savez('model.npz', **{n: r.get_tensor(n) for n in "
            "r.get_variable_to_shape_map()})\""}},
    {AT(0, "\x1f\x8b"), {"gzip", "unpack it first: gunzip -c 'FILE' > model"}},
    {AT(0, "BZh"), {"bzip2", "bunzip2 it first"}},
    {AT(0, "\xfd" "7zXZ"), {"xz", "unxz it first"}},
    {AT(0, "\x78\x01"), {"zlib", compressed}},
    {AT(0, "\x78\x5e"), {"zlib", compressed}},
    {AT(0, "\x78\x9c"), {"zlib", compressed}},
    {AT(0, "\x78\xda"), {"zlib", compressed}},
    {AT(0, "\x04\x22\x4d\x18"), {"lz4", compressed}},
    {AT(0, "\x28\xb5\x2f\xfd"), {"zstd", "unzstd it first"}},
    {AT(0, "7z\xbc\xaf\x27\x1c"), {"a 7z archive", unpack}},
    {AT(0, "Rar!"), {"a RAR archive", unpack}},
    {AT(257, "ustar"), {"a tar archive", "unpack it first: tar xf FILE"}},
    {AT(0, "\x89PNG"), {"a PNG picture", no_lstm}},
    {AT(0, "\xff\xd8\xff"), {"a JPEG picture", no_lstm}},
    {AT(0, "GIF8"), {"a GIF picture", no_lstm}},
    {AT(0, "RIFF"), {"a sound or a picture (RIFF)", no_lstm}},
    {AT(0, "%PDF"), {"a PDF", no_lstm}},
    {AT(0, "\x7f" "ELF"), {"a program (ELF)", no_lstm}},
    {AT(0, "SQLite format 3"), {"an SQLite database", no_lstm}},
    {AT(0, "PAR1"), {"Parquet",
        "python3 -c \"import pandas; print(pandas.read_parquet('FILE'))\" shows what is in it"}},
    {AT(0, "<!DOCTYPE"), {"a web page",
        "the page about the file was saved in place of the file: look for \"raw\" or \"download\" on it"}},
    {AT(0, "<!doctype"), {"a web page",
        "the page about the file was saved in place of the file: look for \"raw\" or \"download\" on it"}},
    {AT(0, "<html"), {"a web page",
        "the page about the file was saved in place of the file: look for \"raw\" or \"download\" on it"}},
    {AT(0, "<PMML"), {"PMML", no_lstm}},
    {AT(0, "<?xml"), {"XML (OpenVINO? PMML?)",
        "convert the ONNX file or the framework's own file that it was made from"}},
#undef AT
};

const struct unread unread_pickle = {
    "a Python pickle (pickle or joblib)",
        "reading one runs code, so that only who trusts it should: python3 -c \"import pickle, numpy as np; "
        "np.savez('model.npz', **{k: np.asarray(v) for k, v in pickle.load(open('FILE', 'rb'), "
        "encoding='latin1').items()})\", where it is a dictionary of arrays; with joblib.load('FILE') of what joblib "
        "wrote",
};

/* What only a name tells, when the bytes are those of no text. */
static const struct { const char *ending; bool text; struct unread kind; } endings[] = {
    {".pb", false, {"a TensorFlow graph",
        "where its weights are constants of it (frozen): python3 -c \"import tensorflow as tf, numpy as np; g = "
        "tf.compat.v1.GraphDef(); g.ParseFromString(open('FILE', 'rb').read()); np.savez('model.npz', **{n.name: "
        "tf.make_ndarray(n.attr['value'].tensor) for n in g.node if n.op == 'Const'})\""}},
    {".pbmm", false, {"a TensorFlow graph to be mapped (DeepSpeech)", "open the .pb it was made from"}},
    {".index", false, {"a TensorFlow checkpoint",
        "python3 -c \"import tensorflow as tf, numpy as np; r = tf.train.load_checkpoint("
        "'FILE without .index'); np.savez('model.npz', **{n: r.get_tensor(n) for n in "
            "r.get_variable_to_shape_map()})\""}},
    {".data-00000-of-00001", false, {"the numbers of a TensorFlow checkpoint",
        "python3 -c \"import tensorflow as tf, numpy as np; "
        "r = tf.train.load_checkpoint('FILE without .data-…'); np.savez('model.npz', **{n: r.get_tensor(n) for n in "
            "r.get_variable_to_shape_map()})\""}},
    {"of1.bin", false, {"weights of TensorFlow.js", "open the model.json beside it"}},
    {".mlmodel", false, {"Core ML", convert}},
    {".pdiparams", false, {"Paddle's inference format", "open the .pdparams of paddle.save(model.state_dict(), …)"}},
    {".pdmodel", false, {"a graph of Paddle", "open the .pdparams of paddle.save(model.state_dict(), …)"}},
    {".caffemodel", false, {"Caffe", convert}},
    {".cntk", false, {"CNTK",
        "python3 -c \"import cntk; cntk.load_model('FILE').save('model.onnx', format=cntk.ModelFormat.ONNX)\""}},
    {".dnn", false, {"CNTK",
        "python3 -c \"import cntk; cntk.load_model('FILE').save('model.onnx', format=cntk.ModelFormat.ONNX)\""}},
    {".weights", false, {"darknet weights",
        "they have no names, and what they are is in a .cfg beside them: no line makes one of them"}},
    {".bson", false, {"BSON (Julia's Flux)",
        "write the arrays with npzwrite of NPZ.jl, under the names weight_ih_l0, weight_hh_l0 and bias_ih_l0"}},
    {".engine", false, {"TensorRT", compiled}},
    {".yaml", true, {"YAML", "settings hold no weights: open the file of weights that goes with them"}},
    {".yml", true, {"YAML", "settings hold no weights: open the file of weights that goes with them"}},
    {".cfg", true, {"settings", "they hold no weights: open the file of weights that goes with them"}},
    {".toml", true, {"settings", "they hold no weights: open the file of weights that goes with them"}},
    {".msgpack", false, {"MessagePack (Flax)",
        "python3 -c \"import flax, numpy as np; d = flax.serialization.msgpack_restore(open('FILE', 'rb').read()); "
        "np.savez('model.npz', **{'/'.join(k): v for k, v in flax.traverse_util.flatten_dict(d).items()})\""}},
    {".t7", false, {"Torch 7 (Lua)",
        "python3 -c \"import torchfile; print(torchfile.load('FILE'))\" shows what is in it"}},
    {".txt", true, {"a text",
        "--tokens FILE reads it as the sequence of a model, --train FILE teaches a network with it"}},
    {".csv", true, {"a table", "--inputs FILE reads it as the inputs of a model"}},
    {".md", true, {"a text", "--tokens FILE reads it as the sequence of a model"}},
    {".py", true, {"Python source", "run it, and open what it saves"}},
    {".ipynb", true, {"a notebook", "run it, and open what it saves"}},
};

/* Of packed files a name says more. */
static const struct { const char *ending; struct unread kind; } packed[] = {
    {".rds", R_LIST}, {".RData", R_VALUES}, {".rda", R_VALUES},
};

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);
    return n > k && strcmp(path + n - k, ending) == 0;
}

static bool has(const struct file_bytes *b, long at, const char *bytes, size_t len)
{
    size_t from = at < 0 ? b->len - (size_t)-at : (size_t)at;
    if (at < 0 ? b->len < (size_t)-at : b->len < (size_t)at)
        return false;
    return b->len - from >= len && memcmp(b->data + from, bytes, len) == 0;
}

static bool holds(const char *folder, const char *name)
{
    struct str path = {0};
    struct stat st;
    str_addf(&path, "%s/%s", folder, name);
    bool there = stat(str_text(&path), &st) == 0;
    str_free(&path);
    return there;
}

static const struct unread *find_folder(const char *path)
{
    static const struct { const char *name; struct unread kind; } inside[] = {
        {"model.safetensors", {NULL, "open the file model.safetensors in it"}},
        {"pytorch_model.bin", {NULL, "open the file pytorch_model.bin in it"}},
        {"model.json", {NULL, "open the file model.json in it"}},
        {"Manifest.json", {"a Core ML package", convert}},
        {"checkpoint", {"a folder with TensorFlow checkpoints",
            "python3 -c \"import tensorflow as tf, numpy as np; r = tf.train.load_checkpoint('FOLDER'); "
            "np.savez('model.npz', **{n: r.get_tensor(n) for n in r.get_variable_to_shape_map()})\""}},
    };
    if (holds(path, "saved_model.pb"))
        return &unread_savedmodel;
    for (size_t k = 0; k < sizeof inside / sizeof *inside; k++)
        if (holds(path, inside[k].name))
            return &inside[k].kind;
    return NULL;
}

/* JSON begins with one of these after blanks, whatever the file is called. */
static bool begins_as_json(const struct file_bytes *b)
{
    size_t k = 0;
    while (k < b->len && strchr(" \t\r\n\xef\xbb\xbf", b->data[k]) && b->data[k])
        k++;
    return k < b->len && (b->data[k] == '{' || b->data[k] == '[');
}

/* Its protocol as a byte, or (Python 2 wrote that by itself) a text of opcodes. */
static bool begins_as_pickle(const struct file_bytes *b)
{
    static const char *const texts[] = {"(dp", "(lp", "(iN", "ccopy_reg\n", "cnumpy.", "ccollections\n"};
    bool is = b->len >= 2 && b->data[0] == 0x80 && b->data[1] >= 2 && b->data[1] <= 5;
    for (size_t k = 0; !is && k < sizeof texts / sizeof *texts; k++)
        is = has(b, 0, texts[k], strlen(texts[k]));
    return is;
}

const struct unread *unread_find(const struct file_bytes *b, const char *path)
{
    if (!b->data)
        return find_folder(path);
    if (begins_as_json(b) && !ends_with(path, ".ipynb"))
        return NULL;
    for (size_t k = 0; k < sizeof packed / sizeof *packed; k++)
        if (ends_with(path, packed[k].ending) && has(b, 0, "\x1f\x8b", 2))
            return &packed[k].kind;
    for (size_t k = 0; k < sizeof magic / sizeof *magic; k++)
        if (has(b, magic[k].at, magic[k].bytes, magic[k].len))
            return &magic[k].kind;
    if (begins_as_pickle(b))
        return &unread_pickle;
    bool text = !memchr(b->data, 0, b->len < 4096 ? b->len : 4096);
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
        if (b->len && ends_with(path, endings[k].ending) && (text || !endings[k].text))
            return strcmp(file_base(path), "saved_model.pb") == 0 ? &unread_savedmodel : &endings[k].kind;
    return NULL;
}

static bool is_unread(const struct file_bytes *bytes, const char *path)
{
    return unread_find(bytes, path) != NULL;
}

static bool refuse(struct source *s, struct err *e)
{
    const struct unread *u = unread_find(&s->bytes, s->path);
    if (!u)
        return source_complain(s, e, "expected a file of weights, found another thing");
    return u->what ? source_complain(s, e, "%s, which is not read: %s", u->what, u->advice)
                   : source_complain(s, e, "expected a file, found a directory: %s", u->advice);
}

const struct source_kind source_unread = {.name = "a kind that is not read", .is = is_unread, .open = refuse};
