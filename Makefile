# flstm-tui: see README.md. The two commands are `make deps run` and `make deps check`.

PREFIX     ?= /usr/local
DESTDIR    ?=
CC         ?= cc
HOSTCC     ?= $(CC)
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
CPPFLAGS   ?=
LDFLAGS    ?=
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

# What a fault can do with the program is made small (a test looks); HARDEN= leaves it out. Only what compiler and linker know, asked
# once, when the first recipe needs it.
accepted = $(foreach flag,$(1),$(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(flag) -x c -o /dev/null - 2>/dev/null && echo '$(flag)'))
HARDEN  = $(eval HARDEN := $(call accepted,-fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fPIE))$(HARDEN)
FORTIFY = $(if $(HARDEN),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDEN_LINK = $(if $(HARDEN),$(eval HARDEN_LINK := $(call accepted,-pie -Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack))$(HARDEN_LINK))
comma := ,

# The folder it is built in stands nowhere in the program, so that two builds of one source are the same bytes (a test compares).
FOLDER = $(eval FOLDER := $(if $(call accepted,-ffile-prefix-map=/a=/b),-ffile-prefix-map='$(CURDIR)'=.))$(FOLDER)

# CPPFLAGS, CFLAGS and LDFLAGS belong to whoever calls make; what the program needs is added to them.
ALL_CPPFLAGS = -Isrc -DFLSTM_VERSION='"$(VERSION)"' -U_XOPEN_SOURCE -D_XOPEN_SOURCE=700 $(FORTIFY) $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 -pthread $(WARN) $(HARDEN) $(FOLDER) $(CFLAGS) $(EXTRA)
ALL_LDFLAGS  = $(HARDEN_LINK) $(LDFLAGS)

SRC     := $(sort $(wildcard src/*/*.c))
LIB_SRC := $(filter-out src/embed/% src/platform/%,$(SRC))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/builtins.o
DATA    := $(sort $(wildcard data/*/*.json data/*/*.grammar data/*/*.numbers data/*/*.txt data/*/*.tsv themes/*.json))
UNIT    := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
CHECKED = $(if $(TESTS),$(patsubst %,$(B)/tests/test_%,$(TESTS:test_%=%)),$(UNIT))
HARD    := $(patsubst tests/hard/%.c,$(B)/hard/%,$(wildcard tests/hard/*.c))
BENCH   := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
SUPPORT := $(patsubst %.c,$(B)/%.o,$(wildcard tests/support/*.c))

# As many jobs as processors, unless told otherwise.
ifeq ($(MAKELEVEL)$(filter -j% --jobs%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

# What is done, in a word; V=1 shows the commands.
ifneq ($(V),1)
Q   := @
say  = @echo "  $(1)  $(2)"
endif

all: flstm-tui

flstm-tui: $(B)/flstm-tui
	$(Q)rm -f $@ && cp $< $@            # it may be running

$(B)/flstm-tui: $(B)/src/main.o $(B)/libflstm.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

# Needs no library of the machine: ncurses goes in (its static library), and for cJSON, which Debian has as a shared library only,
# what stands in for it. -static-pie where compiler and libc know it.
STATIC = $(or $(call accepted,-static-pie),-static)
static: flstm-tui-static
flstm-tui-static: $(B)/src/main.o $(B)/libflstm.a $(B)/src/platform/cjson.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(ALL_LDFLAGS)) $(STATIC) -o $@.tmp $^ $(shell $(PKG_CONFIG) --static --libs ncursesw) -lm && mv $@.tmp $@

# The same program in a browser: ./flstm-tui.html is all of it. What needs files, sockets, signals or a terminal is left out; what
# stands for it, and main, are in src/platform. Debian: clang lld wasi-libc libclang-rt-dev-wasm32. WEB_ROOT: where wasi-libc is.
WEB_CC   ?= clang
WEB_ROOT ?= /usr
WEB_LEFT := src/ui/screen_% src/base/file.c src/base/local.c src/app/recover.c src/app/train.c src/app/notes.c
WEB_SRC  := $(filter-out $(WEB_LEFT),$(LIB_SRC)) $(wildcard src/platform/*.c)
WEB_OBJ  := $(WEB_SRC:%.c=$(B)/web/%.o) $(B)/web/builtins.o
WEB_TARGET = --target=wasm32-wasi --sysroot=$(WEB_ROOT)
WEB_FLAGS = $(WEB_TARGET) -nostdlibinc -isystem $(WEB_ROOT)/include/wasm32-wasi -isystem $(B)/web/include -std=c11 -O2 \
    -Isrc -Isrc/platform/include -include beside_wasi.h -DFLSTM_VERSION='"$(VERSION)"' -D_XOPEN_SOURCE=700 \
    -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_MMAN

web: flstm-tui.html
flstm-tui.html: src/platform/web.html $(B)/web/flstm-tui.wasm
	$(call say,PAGE,$@)
	$(Q)gzip -9nc $(B)/web/flstm-tui.wasm | base64 | tr -d '\n' >$(B)/web/packed
	$(Q)awk 'index($$0, "@PROGRAM@") { getline packed <"$(B)/web/packed"; print "const PROGRAM = \"" packed "\";"; next } 1' $< >$@.tmp && mv $@.tmp $@

# The program's own stack is large enough for its deepest files; what would go beyond it stops at the first byte (--stack-first).
$(B)/web/flstm-tui.wasm: $(WEB_OBJ)
	$(call say,LINK,$@)
	$(Q)$(WEB_CC) $(WEB_TARGET) -mexec-model=reactor -O2 -Wl,-z,stack-size=4194304 -Wl,--stack-first -Wl,--strip-all -o $@ $^ \
	    -lwasi-emulated-signal -lwasi-emulated-mman -lm

# Asked once, before anything else is done.
$(B)/web/include/cjson/cJSON.h:
	@mkdir -p $(@D)
	@printf '#include <stdio.h>\nint main(void){return puts("") < 0;}\n' | $(WEB_CC) $(WEB_TARGET) -x c -o $(B)/web/try - 2>/dev/null || { \
	    echo "make web: $(WEB_CC) makes no WebAssembly here. Debian: apt-get install clang lld wasi-libc libclang-rt-dev-wasm32" >&2; exit 1; }
	$(Q)cp "$$(printf '#include <cjson/cJSON.h>\n' | $(CC) $(LIB_CFLAGS) -M -x c - | tr ' ' '\n' | grep 'cJSON\.h$$')" $@

$(B)/web/%.o: %.c | $(B)/web/include/cjson/cJSON.h
	@mkdir -p $(@D)
	$(call say,CC  ,$@)
	$(Q)$(WEB_CC) $(WEB_FLAGS) $(WEB_EXTRA) -MMD -MP -c -o $@ $<

$(B)/web/builtins.o: $(B)/builtins.c | $(B)/web/include/cjson/cJSON.h
	$(call say,CC  ,$@)
	$(Q)$(WEB_CC) $(WEB_FLAGS) -c -o $@ $<

$(B)/libflstm.a: $(LIB_OBJ)
	@rm -f $@
	$(call say,AR  ,$@)
	$(Q)$(AR) rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  ,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) $(ALL_CPPFLAGS) -MMD -MP -c -o $@ $<

# The loops of training, three times with vectors of another width. Never a·b + c in one rounding: the bytes of a trained model
# must not depend on the processor (a test compares). -fno-math-errno: sqrt in a vector; its value is the same.
$(B)/src/core/train_loops_%.o: ALL_CFLAGS += -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math $(VECTORS)
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
$(B)/src/core/train_loops_avx2.o: VECTORS := -mavx2
$(B)/src/core/train_loops_avx512.o: VECTORS := -mavx512f -mprefer-vector-width=512
endif

# Reads the shipped models and themes while the program is built, by the source the program has.
EMBED_SRC := src/embed/embed.c src/platform/cjson.c $(patsubst %,src/base/%.c,json_scan progress clock mem err str utf8 file num)
$(B)/embed: $(EMBED_SRC) $(wildcard src/base/*.h)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(HOSTCC) -std=c11 -O1 -pthread $(LIB_CFLAGS) -Isrc -U_XOPEN_SOURCE -D_XOPEN_SOURCE=700 -o $@ $(EMBED_SRC) -lm

$(B)/builtins.c: $(B)/embed $(DATA)
	$(call say,DATA,$@)
	$(Q)$(B)/embed $(DATA) > $@.tmp && mv $@.tmp $@

$(B)/builtins.o: $(B)/builtins.c
	$(call say,CC  ,$@)
	$(Q)$(CC) -std=c11 -O1 $(HARDEN) $(FOLDER) $(EXTRA) $(ALL_CPPFLAGS) -c -o $@ $<

$(B)/tests/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC  ,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) $(TEST_CFLAGS) $(ALL_CPPFLAGS) -Itests  -MMD -MP -c -o $@ $<

$(B)/tests/support/%.o: tests/support/%.c
	@mkdir -p $(@D)
	$(call say,CC  ,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) $(TEST_CFLAGS) $(ALL_CPPFLAGS) -Itests  -MMD -MP -c -o $@ $<

$(B)/tests/test_%: $(B)/tests/test_%.o $(SUPPORT) $(B)/libflstm.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) $(TEST_LIBS) -lm

$(B)/bench/%: tests/bench/%.c tests/bench/one_layer.h $(B)/libflstm.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) $(ALL_CPPFLAGS) -Itests $(ALL_LDFLAGS) -o $@ $< $(B)/libflstm.a $(LIB_LIBS) -lm

$(B)/hard/%: tests/hard/%.c $(SUPPORT) $(B)/libflstm.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) $(TEST_CFLAGS) $(ALL_CPPFLAGS) -Itests $(ALL_LDFLAGS) -o $@ $< $(SUPPORT) $(B)/libflstm.a $(LIB_LIBS) $(TEST_LIBS) -lm

# ---- what there is to do ------------------------------------------------------------------------------------------

help:
	@echo "make               the program, ./flstm-tui"
	@echo "make deps          installs what is missing to build and test (apt)"
	@echo "make run           opens it; ARGS='--scenario partial'"
	@echo "make check         builds and runs every test; TESTS='session json' some, JOBS=N so many at a time"
	@echo "make golden        renews the pictures in tests/golden; ONLY=find some"
	@echo "make asan          the tests under AddressSanitizer and UBSan; TESTS as above"
	@echo "make bench         measures; ratios are what counts"
	@echo "make fuzz          needs clang; FUZZ_SECONDS=60 each"
	@echo "make retrain       trains the shipped models anew; MODELS=gender some"
	@echo "make screenshot    the moving picture in the README"
	@echo "make gallery       the pictures of views in the README"
	@echo "make install       PREFIX=/usr/local DESTDIR=; make uninstall takes it away"
	@echo "make deb           a Debian package, in deb/"
	@echo "make static        ./flstm-tui-static: the same in one file that needs no library of the machine"
	@echo "make web           ./flstm-tui.html: the same in a browser, one file, no server"
	@echo "make dist          flstm-tui-$(VERSION).tar.gz"
	@echo "make clean         V=1 with any of them shows the commands; see CONTRIBUTING.md"

# Opens the program; any arguments go in ARGS: make run ARGS='--scenario partial'
run: flstm-tui
	./flstm-tui $(ARGS)

# Builds and runs every test; the last line counts them. TESTS='session json' runs only those.
# JOBS: how many at a time (else as many as there are processors).
check: flstm-tui $(CHECKED)
	@FLSTM=./flstm-tui sh tests/run.sh $(JOBS:%=-j %) $(B) $(TESTS)

# Renews the pictures in tests/golden (ONLY=find: those whose names begin so). Look at `git diff tests/golden` before you commit.
golden: $(B)/tests/test_golden
	@GOLDEN=renew LC_ALL=C.UTF-8 $< >$(B)/golden.log 2>&1 || { cat $(B)/golden.log; exit 1; }
	@grep '^renewed' $(B)/golden.log || echo "nothing to renew"

# The same under AddressSanitizer and UndefinedBehaviorSanitizer, in a tree of its own.
asan:
	@$(MAKE) --no-print-directory B=build/asan HARDEN= CFLAGS="-O1 -g -fno-omit-frame-pointer" \
	    EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=all" check-asan
check-asan: $(B)/flstm-tui $(CHECKED)
	@FLSTM=$(B)/flstm-tui FLSTM_SANITIZED=1 sh tests/run.sh $(JOBS:%=-j %) $(B) $(TESTS)

# What takes minutes: each program of tests/hard, for at most HARD_SECONDS (0: until it is through); see its first lines.
HARD_SECONDS ?= 600
check-hard: flstm-tui $(HARD)
	@for t in $(HARD); do echo "== $$t"; HARD_SECONDS=$(HARD_SECONDS) $$t || exit 1; done

# The program, the static one and the Debian package, each built twice under other circumstances: are they the same bytes? (`make check`
# compares a few parts of the program only.)
check-reproducible:
	@sh tests/check-reproducible.sh whole

# Ratios, measured in one run; absolute numbers belong to the machine.
bench: flstm-tui $(BENCH)
	@sh tests/bench/run.sh $(B)

# Needs clang. FUZZ_SECONDS each; TARGETS='sitting json' runs only those.
FUZZ_SECONDS ?= 60
# ENGINE=afl: with AFL++ in place of libFuzzer.
fuzz:
	@sh tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS) $(TARGETS)

# Memory that is not to be had and system calls that fail, one after the other; see its first lines.
torture: flstm-tui
	@sh tests/torture/run.sh ./flstm-tui $(B)/torture

# gcc's, cppcheck's and clang-tidy's own opinion; ends with an error when one of them has a finding.
analyse:
	@sh tests/analyse.sh $(B)/analyse

# One change at a time in core, session and model: which of them do the tests not notice? MUTANTS of them; see its first lines.
MUTANTS ?= 40
mutants:
	@sh tests/mutants.sh $(MUTANTS)

# Which lines and branches are run by the tests, by COVERAGE_SECONDS of damaged files (tests/hard) and by a part of `make torture`. What
# each counter loses when two threads count at once is never its first count, so `single` is right and twice as fast as `atomic`.
# Programs that a signal ends write their counters (tests/torture/counters.c); terminals end theirs so (COVERAGE, support/pty.c).
COVERAGE_SECONDS ?= 60
coverage:
	@$(MAKE) --no-print-directory B=build/coverage build/coverage/counters.o
	@$(MAKE) --no-print-directory B=build/coverage HARDEN= CFLAGS="-O0 -g --coverage -fprofile-update=single -DERR_IS_FALSE -Wno-unused-value" \
	    LDFLAGS="-Wl,--wrap=raise build/coverage/counters.o" build-coverage
$(B)/counters.o: tests/torture/counters.c
	@mkdir -p $(@D)
	$(Q)$(CC) -O1 -c -o $@ $<
build-coverage: $(B)/flstm-tui $(CHECKED) $(B)/hard/hard_damage
	@find $(B) -name '*.gcda' -delete
	@COVERAGE=1 FLSTM=$(B)/flstm-tui sh tests/run.sh $(JOBS:%=-j %) $(B) $(TESTS) | tail -1
	@HARD_SECONDS=$(COVERAGE_SECONDS) $(B)/hard/hard_damage | tail -1
	@TORTURE_FIRST=8 TORTURE_EVERY=499 TORTURE_LOADS="1 2 3 4 5 6 7 8 9" \
	    TORTURE_CALLS="rename fsync fchmod" TORTURE_HOW="error=EIO error=EINTR" sh tests/torture/run.sh $(B)/flstm-tui $(B)/torture | tail -1
	@sh tests/coverage.sh $(B)

# Paths may have blanks in them; modes are the same whatever the umask.
COMPLETIONS := $(B)/completion.bash $(B)/completion.zsh $(B)/completion.fish
$(COMPLETIONS): $(B)/completion.%: flstm-tui
	$(Q)./flstm-tui --completion $* > $@.tmp && mv $@.tmp $@

install: flstm-tui $(COMPLETIONS)
	install -d -m 755 "$(DESTDIR)$(bindir)" "$(DESTDIR)$(mandir)/man1" "$(DESTDIR)$(bashdir)" "$(DESTDIR)$(zshdir)" "$(DESTDIR)$(fishdir)" "$(DESTDIR)$(docdir)"
	install -m 755 flstm-tui "$(DESTDIR)$(bindir)/flstm-tui"
	install -m 644 flstm-tui.1 "$(DESTDIR)$(mandir)/man1/flstm-tui.1"
	install -m 644 $(B)/completion.bash "$(DESTDIR)$(bashdir)/flstm-tui"
	install -m 644 $(B)/completion.zsh "$(DESTDIR)$(zshdir)/_flstm-tui"
	install -m 644 $(B)/completion.fish "$(DESTDIR)$(fishdir)/flstm-tui.fish"
	install -m 644 README.md LICENSE "$(DESTDIR)$(docdir)"

uninstall:
	rm -f "$(DESTDIR)$(bindir)/flstm-tui" "$(DESTDIR)$(mandir)/man1/flstm-tui.1" "$(DESTDIR)$(bashdir)/flstm-tui"
	rm -f "$(DESTDIR)$(zshdir)/_flstm-tui" "$(DESTDIR)$(fishdir)/flstm-tui.fish"
	rm -rf "$(DESTDIR)$(docdir)"

# What git has, as flstm-tui-VERSION.tar.gz.
dist:
	git archive --format=tar.gz --prefix=flstm-tui-$(VERSION)/ -o flstm-tui-$(VERSION).tar.gz HEAD

# A Debian package of what git has, looked through by lintian: deb/flstm-tui_VERSION-1~local_ARCH.deb
deb:
	@sh tests/deb.sh $(VERSION) deb

# The shipped models, trained anew by the recipes of src/learn/recipe.c: `make retrain`, `make retrain MODELS=gender`; with
# MODELS='-k gender' only the seed that was kept.
MODELS ?=
$(B)/retrain: $(B)/src/embed/retrain.o $(B)/libflstm.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

retrain: $(B)/retrain
	$(B)/retrain $(MODELS)

# The picture in the README: what the program draws now. A test compares.
screenshot: flstm-tui
	TERM=xterm LC_ALL=C.UTF-8 ./flstm-tui --ground both --size 80x24 --record data/screenshot.svg --keys '<Right><Right><Right>d<PgDn><PgDn><PgDn><PgDn><Esc>c<Right><Right>w<Esc>qy'

# The pictures of views in the README. A test compares.
gallery: flstm-tui
	sh tests/gallery.sh ./flstm-tui data/gallery

clean:
	rm -rf build deb flstm-tui flstm-tui-static flstm-tui.html flstm-tui-*.tar.gz

# Installs what is missing with the system's package manager: `make deps run` what the program needs, `make deps check` or `make deps`
# also what the tests need, `make deps web` what a page needs. Asks for sudo only when something is missing and one is not root.
deps:
	@sh tests/deps.sh $(if $(filter-out deps run all flstm-tui install static web,$(MAKECMDGOALS)),check,$(if $(filter-out deps,$(MAKECMDGOALS)),run,check)) $(filter web,$(MAKECMDGOALS))

# What is to be built must wait for what is to be installed.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(WEB_OBJ) $(B)/src/main.o $(B)/src/platform/cjson.o $(B)/embed $(SUPPORT) $(UNIT:%=%.o) $(BENCH) $(HARD): | deps
endif

.PHONY: deb gallery static web all help run check check-hard check-reproducible golden asan check-asan bench fuzz install uninstall dist screenshot clean deps retrain torture analyse mutants coverage build-coverage
.PRECIOUS: $(B)/%.o $(B)/tests/%.o $(B)/tests/support/%.o
-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)
