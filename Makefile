# flstm-tui: see README.md. The two commands are `make deps run` and `make deps check`.

PREFIX     ?= /usr/local
DESTDIR    ?=
CC         ?= cc
HOSTCC     ?= $(CC)
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
WARN       := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual
VERSION    := 0.1.0
B          ?= build

bindir      = $(PREFIX)/bin
mandir      = $(PREFIX)/share/man
bashdir     = $(PREFIX)/share/bash-completion/completions
zshdir      = $(PREFIX)/share/zsh/site-functions
fishdir     = $(PREFIX)/share/fish/vendor_completions.d
docdir      = $(PREFIX)/share/doc/flstm-tui

# Looked up when a recipe runs, not when make starts: `make deps run` installs them in between.
LIB_CFLAGS  = $(shell $(PKG_CONFIG) --cflags ncursesw libcjson)
LIB_LIBS    = $(shell $(PKG_CONFIG) --libs ncursesw libcjson)
TEST_CFLAGS = $(shell $(PKG_CONFIG) --cflags cmocka vterm)
TEST_LIBS   = $(shell $(PKG_CONFIG) --libs cmocka vterm)

CPPFLAGS += -Isrc -DFLSTM_VERSION='"$(VERSION)"' -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700
ALL_CFLAGS = -std=c11 $(WARN) $(CFLAGS) $(EXTRA)

SRC     := $(wildcard src/*/*.c)
LIB_SRC := $(filter-out src/embed/%,$(SRC))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/builtins.o
DATA    := $(wildcard data/*/*.json data/*/*.grammar data/*/*.txt themes/*.json)
UNIT    := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
SUPPORT := $(patsubst %.c,$(B)/%.o,$(wildcard tests/support/*.c))

all: flstm-tui

flstm-tui: $(B)/flstm-tui
	cp $< $@

$(B)/flstm-tui: $(B)/src/main.o $(B)/libflstm.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

$(B)/libflstm.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/embed: src/embed/embed.c
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -O1 -o $@ $<

$(B)/builtins.c: $(B)/embed $(DATA)
	$(B)/embed $(DATA) > $@.tmp && mv $@.tmp $@

$(B)/builtins.o: $(B)/builtins.c
	$(CC) -std=c11 -O1 $(EXTRA) $(CPPFLAGS) -c -o $@ $<

$(B)/tests/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -Itests $(LIB_CFLAGS) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/support/%.o: tests/support/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -Itests $(LIB_CFLAGS) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/test_%: $(B)/tests/test_%.o $(SUPPORT) $(B)/libflstm.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(TEST_LIBS) -lm

# The shipped models, trained anew by the recipes of src/model/recipe.c: `make retrain`, or `make retrain MODELS=gender`.
MODELS ?=
$(B)/retrain: $(B)/src/embed/retrain.o $(B)/libflstm.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

retrain: $(B)/retrain
	$(B)/retrain $(MODELS)

clean:
	rm -rf $(B) flstm-tui

.PHONY: all clean retrain
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
