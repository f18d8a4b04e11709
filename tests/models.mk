# The models: oneDNN is theirs alone, so their tests link a library of their own.
models_unit_tests = \
  tests/unit/models/data/test-augment \
  tests/unit/models/train/test-bandit \
  tests/unit/models/train/test-train \
  tests/unit/models/data/test-catalogue \
  tests/unit/models/variants/test-compression \
  tests/unit/models/variants/test-stack \
  tests/unit/models/data/test-data \
  tests/unit/models/data/test-mirror \
  tests/unit/models/data/test-sessions \
  tests/unit/models/federate/test-federate \
  tests/unit/models/federate/test-privacy \
  tests/unit/models/kernels/test-layer \
  tests/unit/models/kernels/test-span \
  tests/unit/models/train/test-gradient-exchange \
  tests/unit/models/train/test-loss \
  tests/unit/models/compress/test-lowrank \
  tests/unit/models/train/test-network \
  tests/unit/models/infer/test-pictures \
  tests/unit/models/infer/test-plan \
  tests/unit/models/infer/test-quality \
  tests/unit/models/infer/test-shallow \
  tests/unit/models/compress/test-prune \
  tests/unit/models/weights/test-safetensors
check_PROGRAMS += $(models_unit_tests)
models_unit_libs = libmodels.a libjc.a $(models_libs) $(CMOCKA_LIBS)
tests_unit_models_data_test_augment_LDADD = $(models_unit_libs)
tests_unit_models_train_test_bandit_LDADD = $(models_unit_libs)
tests_unit_models_train_test_train_LDADD = $(models_unit_libs)
tests_unit_models_data_test_catalogue_LDADD = $(models_unit_libs)
tests_unit_models_variants_test_compression_LDADD = $(models_unit_libs)
tests_unit_models_variants_test_stack_LDADD = $(models_unit_libs)
tests_unit_models_data_test_data_LDADD = $(models_unit_libs)
tests_unit_models_data_test_mirror_LDADD = $(models_unit_libs)
tests_unit_models_data_test_sessions_LDADD = $(models_unit_libs)
tests_unit_models_federate_test_federate_LDADD = $(models_unit_libs) -lpthread
tests_unit_models_federate_test_privacy_LDADD = $(models_unit_libs)
tests_unit_models_kernels_test_layer_LDADD = $(models_unit_libs)
tests_unit_models_kernels_test_span_LDADD = $(models_unit_libs)
tests_unit_models_train_test_gradient_exchange_LDADD = $(models_unit_libs) -lpthread
tests_unit_models_train_test_loss_LDADD = $(models_unit_libs)
tests_unit_models_compress_test_lowrank_LDADD = $(models_unit_libs)
tests_unit_models_infer_test_pictures_LDADD = $(models_unit_libs)
tests_unit_models_infer_test_plan_LDADD = $(models_unit_libs)
tests_unit_models_infer_test_quality_LDADD = $(models_unit_libs)
tests_unit_models_infer_test_shallow_LDADD = $(models_unit_libs)
tests_unit_models_compress_test_prune_LDADD = $(models_unit_libs)
tests_unit_models_train_test_network_LDADD = $(models_unit_libs)
tests_unit_models_weights_test_safetensors_LDADD = $(models_unit_libs)
dist_check_SCRIPTS += %D%/cli/models.bats %D%/cli/models-data.bats %D%/cli/models-mirror.bats
TESTS += $(models_unit_tests) %D%/cli/models.bats %D%/cli/models-data.bats %D%/cli/models-mirror.bats
# Ranks need mpirun (openmpi-bin).
dist_check_SCRIPTS += %D%/cli/models-mpi.bats
if HAVE_MPI
TESTS += %D%/cli/models-mpi.bats
endif
