# What takes longest begins first, so that none of it runs alone at the end. Automake has no order of its own;
# the harness takes the logs in the order of this list. make check TEST_TIMES=FILE has the seconds of each test
# file in FILE, and of processor time (supervise.c).
longest_first = simulation/few-by-binary.sh cli/models cli/mutations cli/hostile-labels cli/hostile-database \
  system/attach system/bindings system/profile system/export-stacks cli/bench cli/screens browser/report-page \
  browser/export-clients system/nvml system/full-disk system/prometheus cli/one-figure cli/demo cli/units \
  system/regions browser/flame-page system/sudo system/sudo-attacks system/model-servers system/serve
longest_logs := $(filter $(longest_first:%=tests/%.log),$(TEST_LOGS))
TEST_LOGS := $(foreach test,$(longest_first),$(filter tests/$(test).log,$(longest_logs))) \
  $(filter-out $(longest_logs),$(TEST_LOGS))
