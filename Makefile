# The menu: one line for each thing a developer does. `make` alone prints it.
# Each target installs what it needs first; when nothing is missing that takes a tenth of a second
# and no network.
MAKEFLAGS += --no-print-directory
JOBS := $(shell nproc)
SOURCES = $(shell find src test bench -name '*.[ch]pp')

.PHONY: menu dev web check test asan tsan races kills sim forge documents wrongdigits barcodes bombs marred powercuts hammer bruteforce forgeries timing fuzz differential browser screenshots console-large release demo bench bench-grow bench-overload bless coverage mutants tidy fmt clean

menu:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s%s\n", $$1, $$2 }' Makefile

dev: ## build everything for debugging: build/dev
	@tools/install.sh test
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS)

web: ## build web/ alone: types, tests, bundles, compressed forms in build/web/dist
	@tools/install.sh build
	@tools/web.py

check: ## before a commit: the house rules, then the tests of the debug build
	@tools/install.sh test
	@python3 tools/test.py tidy dev

test: ## everything CI runs, and the only thing it runs
	@tools/install.sh test
	@python3 tools/test.py

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/install.sh test
	@python3 tools/test.py asan

tsan: ## the tests under ThreadSanitizer
	@tools/install.sh test
	@python3 tools/test.py tsan

coverage: ## every branch of grant, journey, seal and the limiter, and which no test takes
	@tools/install.sh test
	@python3 tools/coverage.py

mutants: ## break the code 213 times, a line at a time: the unit tests must notice
	@tools/install.sh test
	@python3 tools/mutants.py

races: release ## 64 racers on each of 10,000 secrets of every kind: exactly one effect each
	@tools/install.sh test
	@LIMEN=build/release/limen LIMEN_RACE_SECRETS=10000 test/e2e/run -k test_races

kills: release ## kill -9, 2,000 rounds under load, at random and at named points: nothing is lost
	@tools/install.sh test
	@LIMEN=build/release/limen LIMEN_KILLS=1000 test/e2e/run -k kill_9

powercuts: dev ## 5,000 simulated power cuts, torn writes included: nothing acknowledged is lost
	@LIMEN_CUTS=5000 build/dev/test/faults_test --gtest_filter='PowerTest.*:GroupsTest.*'

hammer: dev ## 10^6 rows in small commits, checkpoints, readers and backups above SQLite 3.40: no damage
	@LIMEN_COMMITS=1000000 build/dev/test/hammer_test

differential: release ## 200,000 mutated requests through nginx and HAProxy: no desync
	@tools/install.sh test
	@LIMEN=build/release/limen test/wire/differential.py --requests 50000

fuzz: ## search for inputs that break a parser: T=target (all), S=CPU seconds of each (60)
	@tools/install.sh test
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz -j $(JOBS)
	@tools/fuzz.py -s $(or $(S),60) $(T)

bruteforce: release ## 10^6 guesses from 1,000 addresses at 10,000 live codes: no hit, people served
	@tools/install.sh test
	@LIMEN=build/release/limen test/e2e/siege.py

forgeries: release ## 200,000 forged or mutated secrets of every class over HTTP: none accepted
	@tools/install.sh test
	@LIMEN=build/release/limen LIMEN_FORGERIES=200000 test/e2e/run -k test_forgeries

timing: release ## whether the time of a refusal tells what was wrong: |t| < 4.5 over 10^6 samples
	@tools/install.sh test
	@cmake --build --preset release -j $(JOBS) --target timing
	@build/release/timing
	@LIMEN=build/release/limen test/timing/codes.py

sim: ## N random histories against the reference model; SEED=… alone replays that one
	@tools/install.sh build
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target limen_sim
	@build/release/test/sim/limen_sim $(if $(SEED),--seed $(SEED) $(if $(N),,--one)) \
	  --histories $(or $(N),$(if $(SEED),1,100000))

forge: ## N forged or changed secrets of every kind: none is accepted
	@tools/install.sh build
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target limen_forge
	@build/release/test/sim/limen_forge $(or $(N),10000000) $(or $(SEED),1)

documents: release ## N rendered documents (1000) read by us and by Tesseract: rates, times, memory, the promised bounds
	@tools/install.sh test
	@cmake --build --preset release -j $(JOBS) --target read_zones
	@mkdir -p build/documents
	@test/documents/evaluate.py build/release/test/documents/read_zones $(or $(N),1000) --large 20 \
	  --limen build/release/limen --keep build/documents/results.jsonl --least

wrongdigits: ## N rendered documents (600) with one wrong digit: none is called certain
	@tools/install.sh test
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target read_zones
	@test/documents/wrong_digits.py build/release/test/documents/read_zones $(or $(N),600)

barcodes: ## N rendered driving licences (300): how many of their PDF417 codes are read
	@tools/install.sh test
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target read_codes write_codes
	@test/documents/licences.py build/release/test/documents $(or $(N),300) --least

bombs: ## pictures made to cost much: none takes more than 50 ms or 32 MiB
	@tools/install.sh test
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target read_codes
	@test/documents/bombs.py build/release/test/documents

marred: release ## N marred pictures (20000) through the process that reads them: none kills or hangs it
	@tools/install.sh test
	@cmake --build --preset release -j $(JOBS) --target write_codes
	@test/documents/marred.py build/release/limen $(or $(N),20000)

browser: release ## all flows in Debian's Chromium, on a phone and a desktop, in three languages
	@tools/install.sh test
	@LIMEN=build/release/limen test/browser/run

screenshots: release ## a picture of every screen: build/screenshots
	@tools/install.sh test
	@LIMEN=build/release/limen test/browser/run --also shots.mjs

console-large: release ## the console on 100,000 invitations and sessions: no call over 300 ms
	@tools/install.sh test
	@cmake --build --preset release -j $(JOBS) --target fill
	@LIMEN=build/release/limen test/browser/run --also large.mjs
	@bench/console

release: ## the optimised server: build/release/limen
	@tools/install.sh build
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS)

demo: release ## start the server, walk all four flows, keep serving at a terminal
	@tools/demo.sh build/release/limen

bench: release ## measure against what Limen is compared with, ratios from one run
	@tools/install.sh bench
	@cmake --build --preset release --target bench_tools -j $(JOBS)
	@bench/run; code=$$?; bench/report; exit $$code

bench-grow: release ## what 10^4 to 10^7 live invitations and sessions cost: 20 min, 20 GB of disk
	@tools/install.sh bench
	@cmake --build --preset release --target bench_tools -j $(JOBS)
	@bench/grow; code=$$?; bench/report; exit $$code

bench-overload: release ## good clients among 10,000 slow connections
	@tools/install.sh bench
	@cmake --build --preset release --target bench_tools -j $(JOBS)
	@bench/overload; code=$$?; bench/report; exit $$code

bless: dev ## rewrite the golden transcripts from what the code says now; read the diff
	@LIMEN_BLESS=1 ctest --test-dir build/dev -R transcript -j 1 --no-tests=error --output-on-failure

tidy: ## the house rules and the formatting, without a build
	@tools/install.sh test
	@python3 tools/test.py tidy

fmt: ## format the C++ sources
	@tools/install.sh test
	@clang-format-14 -i $(SOURCES)

clean: ## remove what was built
	@rm -rf build
