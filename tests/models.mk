# The models: oneDNN is theirs alone, so their tests link a library of their own.
models_unit_tests = \
  tests/unit/models/test-augment \
  tests/unit/models/test-train \
  tests/unit/models/test-catalogue \
  tests/unit/models/test-compression \
  tests/unit/models/test-data \
  tests/unit/models/test-layer \
  tests/unit/models/test-loss \
  tests/unit/models/test-lowrank \
  tests/unit/models/test-network \
  tests/unit/models/test-plan \
  tests/unit/models/test-prune \
  tests/unit/models/test-safetensors
check_PROGRAMS += $(models_unit_tests)
models_unit_libs = libmodels.a libjc.a $(models_libs) $(CMOCKA_LIBS)
models_fixture = %D%/unit/models/fixture.h %D%/unit/cmocka.h
tests_unit_models_test_augment_SOURCES = %D%/unit/models/test-augment.c %D%/unit/cmocka.h
tests_unit_models_test_augment_LDADD = $(models_unit_libs)
tests_unit_models_test_train_SOURCES = %D%/unit/models/test-train.c $(models_fixture)
tests_unit_models_test_train_LDADD = $(models_unit_libs)
tests_unit_models_test_catalogue_SOURCES = %D%/unit/models/test-catalogue.c $(models_fixture)
tests_unit_models_test_catalogue_LDADD = $(models_unit_libs)
tests_unit_models_test_compression_SOURCES = %D%/unit/models/test-compression.c $(models_fixture)
tests_unit_models_test_compression_LDADD = $(models_unit_libs)
tests_unit_models_test_data_SOURCES = %D%/unit/models/test-data.c %D%/unit/cmocka.h
tests_unit_models_test_data_LDADD = $(models_unit_libs)
tests_unit_models_test_layer_SOURCES = %D%/unit/models/test-layer.c $(models_fixture)
tests_unit_models_test_layer_LDADD = $(models_unit_libs)
tests_unit_models_test_loss_SOURCES = %D%/unit/models/test-loss.c $(models_fixture)
tests_unit_models_test_loss_LDADD = $(models_unit_libs)
tests_unit_models_test_lowrank_SOURCES = %D%/unit/models/test-lowrank.c $(models_fixture)
tests_unit_models_test_lowrank_LDADD = $(models_unit_libs)
tests_unit_models_test_plan_SOURCES = %D%/unit/models/test-plan.c $(models_fixture)
tests_unit_models_test_plan_LDADD = $(models_unit_libs)
tests_unit_models_test_prune_SOURCES = %D%/unit/models/test-prune.c $(models_fixture)
tests_unit_models_test_prune_LDADD = $(models_unit_libs)
tests_unit_models_test_network_SOURCES = %D%/unit/models/test-network.c $(models_fixture)
tests_unit_models_test_network_LDADD = $(models_unit_libs)
tests_unit_models_test_safetensors_SOURCES = %D%/unit/models/test-safetensors.c %D%/unit/cmocka.h
tests_unit_models_test_safetensors_LDADD = $(models_unit_libs)
dist_check_SCRIPTS += %D%/cli/models.bats %D%/cli/models-data.bats
TESTS += $(models_unit_tests) %D%/cli/models.bats %D%/cli/models-data.bats
