/* test_unread.c: files that are not read are called by their name, with what to do about it: nobody is told of byte
 * 0x89. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "import/import.h"
#include "support/refusal.h"

static void must_say(const char *path, const char *what, const char *advice)
{
    struct err e = {{0}};
    struct model *m = model_load(path, NULL, &e);
    if (m)
        fail_msg("%s opened", path);
    struct str typed = {0};                    /* what is to be typed names the file */
    const char *at = strstr(advice, "'FILE'");
    str_addn(&typed, advice, at ? (size_t)(at - advice) + 1 : strlen(advice));
    if (at)
        str_addf(&typed, "%s%s", path, at + 5);
    advice = str_text(&typed);
    if (strncmp(e.text, path, strlen(path)) != 0 || !strstr(e.text, what) || !strstr(e.text, advice))
        fail_msg("expected \"%s … %s\", found \"%s\"", what, advice, e.text);
    str_free(&typed);
}

static void a_kind_that_is_not_read_is_named_with_what_to_do(void **state)
{
    (void)state;
    static const struct { const char *file, *hex, *what, *advice; } list[] = {
        {"m.h5", "89 48 44 46 0d 0a 1a 0a 00 00", "HDF5", "h5py.File('FILE')"},
        {"m", "89 48 44 46 0d 0a 1a 0a 00 00", "HDF5", "np.savez"},
        {"m.tflite", "1c 00 00 00 54 46 4c 33 00", "TensorFlow Lite (a FlatBuffer), which is not read",
         "convert the model it was made from"},
        {"m.bin", "ff fe 00 00 54 46 4c 33 00", "TensorFlow Lite", "convert"},
        {"m.gguf", "47 47 55 46 03 00 00 00", "GGUF", "no LSTM"},
        {"m.joblib", "78 9c 63 60", "zlib", "joblib.dump(joblib.load('FILE'), 'model.joblib')"},
        {"m.pkl", "28 64 70 30 0a 53", "a Python pickle", "encoding='latin1'"},
        {"m.params", "12 01 00 00 00 00 00 00 00 00", "MXNet's parameters", "mx.nd.load('FILE')"},
        {"m.rds", "1f 8b 08 00", "R (saveRDS)", "readRDS('FILE')"},
        {"m", "58 0a 00 00 00 02", "R (saveRDS)", "readRDS('FILE')"},
        {"m.RData", "1f 8b 08 00", "R (save)", "load('FILE', e)"},
        {"m.jld2", "48 44 46 35 2d 62 61 73 65 64 20 4a 75 6c 69 61 20 44 61 74 61 20 46 6f 72 6d 61 74 2c 20",
         "Julia's JLD2", "npzwrite"},
        {"final.mdl", "00 42 3c 4e 6e 65 74 33 3e 20", "Kaldi (nnet3)", "components"},
        {"m.bin", "ac ed 00 05 73 72", "a Java object", "as JSON"},
        {"m.plan", "70 74 72 74 01 00", "TensorRT", "compiled for one machine"},
        {"m.pmml", "3c 50 4d 4d 4c 20", "PMML", "no LSTM"},
        {"m.cntk", "0a 00 12", "CNTK", "cntk.load_model('FILE').save('model.onnx'"},
        {"m.weights", "00 00 00 00 02 00 00 00", "darknet", ".cfg"},
        {"group1-shard1of1.bin", "00 00 80 3f", "weights of TensorFlow.js", "open the model.json"},
        {"m.mlmodel", "08 01 12 00", "Core ML", "convert"},
        {"m.t7", "04 00 00 00 01 00 00 00", "Torch 7 (Lua)", "torchfile.load('FILE')"},
        {"m.yaml", "61 3a 20 31 0a", "YAML", "hold no weights"},
        {"m.pkl", "80 04 95 00", "a Python pickle", "runs code"},
        {"m.joblib", "80 03 63 6a", "pickle or joblib", "pickle.load(open('FILE', 'rb'), "},
        {"m.index", "00 00 57 fb 80 8b 24 75 47 db", "TensorFlow checkpoint", "load_checkpoint"},
        {"m.pb", "0a 10 00 12 05", "TensorFlow graph", "tf.make_ndarray"},
        {"saved_model.pb", "08 01 12 00", "SavedModel", "/variables/variables')"},
        {"m.gz", "1f 8b 08 00", "gzip", "gunzip -c 'FILE'"},
        {"m.xz", "fd 37 7a 58 5a 00", "xz", "unxz"},
        {"m.zst", "28 b5 2f fd 00", "zstd", "unzstd"},
        {"m.bz2", "42 5a 68 39", "bzip2", "bunzip2"},
        {"m.png", "89 50 4e 47 0d 0a 1a 0a", "PNG", "no LSTM"},
        {"m.jpg", "ff d8 ff e0 00", "JPEG", "no LSTM"},
        {"m.pdf", "25 50 44 46 2d", "PDF", "no LSTM"},
        {"m.mat", "4d 41 54 4c 41 42 20 35 2e 30 20 4d 41 54 2d 66 69 6c 65 00", "MATLAB", "scipy.io.loadmat"},
        {"page.json", "3c 21 44 4f 43 54 59 50 45 20 68 74 6d 6c 3e", "a web page", "raw"},
        {"m.msgpack", "81 a1 78 00", "MessagePack", "flax.serialization"},
        {"m.txt", "68 65 6c 6c 6f", "a text", "--tokens FILE"},
        {"m.py", "69 6d 70 6f 72 74", "Python source", "run it"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        put_hex(&b, list[k].hex);
        must_say(bytes_file(list[k].file, &b), list[k].what, list[k].advice);
    }
    struct str lfs = {0};
    str_add(&lfs, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n");
    must_say(bytes_file("m.safetensors.json", &lfs), "Git LFS pointer", "git lfs pull");
}

/* A name alone proves nothing where the bytes are JSON. */
static void json_is_json_whatever_it_is_called(void **state)
{
    (void)state;
    static const char *const names[] = {"m.txt", "m.pb", "m.csv", "m.nam", "m"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct err e = {{0}};
        struct str b = {0};
        str_add(&b, " {\"format\": \"nothing\"}");
        assert_null(model_load(bytes_file(names[k], &b), NULL, &e));
        assert_non_null(strstr(e.text, "format: expected one of"));
    }
}

static void a_folder_says_which_of_its_files_to_open(void **state)
{
    (void)state;
    struct str b = {0};
    char folder[256];
    struct err e = {{0}};
    strcpy(folder, bytes_path("export"));
    mkdir(folder, 0777);
    assert_null(model_load(folder, NULL, &e));
    assert_non_null(strstr(e.text, "expected a file, found a directory"));
    str_add(&b, "x");
    bytes_file("export/model.safetensors", &b);
    must_say(folder, "expected a file, found a directory", "open the file model.safetensors in it");
    str_add(&b, "x");
    bytes_file("export/saved_model.pb", &b);
    must_say(folder, "SavedModel", "load_checkpoint");
    unlink(bytes_path("export/model.safetensors"));
    unlink(bytes_path("export/saved_model.pb"));
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_that_is_not_read_is_named_with_what_to_do),
        cmocka_unit_test(json_is_json_whatever_it_is_called),
        cmocka_unit_test(a_folder_says_which_of_its_files_to_open),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
