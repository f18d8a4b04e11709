# The statistics on simulated campaigns: 100 of each setting here, 1000 in check-slow.
check_PROGRAMS += tests/simulation/campaigns
tests_simulation_campaigns_SOURCES = %D%/campaigns.c
tests_simulation_campaigns_LDADD = $(unit_libs)
dist_check_SCRIPTS += %D%/few-campaigns.sh

# The same by the program itself, on databases: 10 of each setting here, 1000 in check-slow.
check_PROGRAMS += tests/simulation/by-binary
tests_simulation_by_binary_SOURCES = %D%/by-binary.c
tests_simulation_by_binary_LDADD = $(unit_libs)
dist_check_SCRIPTS += %D%/few-by-binary.sh

# What the formulas alone report of few pairs: for doc/statistics.md, asked by hand.
check_PROGRAMS += tests/simulation/few-pairs
tests_simulation_few_pairs_SOURCES = %D%/few-pairs.c
tests_simulation_few_pairs_LDADD = $(unit_libs)

# The search of compress on simulated candidates: 20 seeds here, 200 in check-slow.
check_PROGRAMS += tests/simulation/searches
tests_simulation_searches_SOURCES = %D%/searches.c
tests_simulation_searches_LDADD = $(unit_libs)
dist_check_SCRIPTS += %D%/few-searches.sh

if !SANITIZED
# They judge figures. What sanitizers look for, they find in the same commands in tests/cli/ and in the mutations.
TESTS += %D%/few-campaigns.sh %D%/few-by-binary.sh %D%/few-searches.sh
endif
