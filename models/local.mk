# The models and the program behind 'joulecart models'. A library of their own, so that unit
# tests link the very objects, and oneDNN stays out of joulecart itself.
noinst_LIBRARIES += libmodels.a
libmodels_a_SOURCES = \
  %D%/cli/store.c %D%/cli/store.h \
  %D%/compress/bf16.c %D%/compress/bf16.h \
  %D%/compress/codebook.c %D%/compress/codebook.h \
  %D%/compress/lowrank.c %D%/compress/lowrank.h \
  %D%/compress/mixed.c %D%/compress/mixed.h \
  %D%/compress/packed.c %D%/compress/packed.h \
  %D%/compress/prune-channel.c %D%/compress/prune-channel.h \
  %D%/compress/quantize.c %D%/compress/quantize.h \
  %D%/data/augment.c %D%/data/augment.h \
  %D%/data/sessions.c %D%/data/sessions.h \
  %D%/data/catalogue.c %D%/data/catalogue.h \
  %D%/data/data.c %D%/data/data.h \
  %D%/data/data-file.c %D%/data/data-file.h \
  %D%/data/data-grammar.c %D%/data/data-grammar.h \
  %D%/data/features.c %D%/data/features.h \
  %D%/data/face.c %D%/data/face.h \
  %D%/data/lexicon.c %D%/data/lexicon.h \
  %D%/data/mirror.c %D%/data/mirror.h \
  %D%/data/picture.c %D%/data/picture.h \
  %D%/data/task.c %D%/data/task.h \
  %D%/federate/federate.c %D%/federate/federate.h \
  %D%/federate/privacy.c %D%/federate/privacy.h \
  %D%/federate/private-mean.c %D%/federate/private-mean.h \
  %D%/federate/shop.c %D%/federate/shop.h \
  %D%/federate/shop-message.c %D%/federate/shop-message.h \
  %D%/federate/shop-processes.c %D%/federate/shop-processes.h \
  %D%/infer/body.c %D%/infer/body.h \
  %D%/infer/exit.c %D%/infer/exit.h \
  %D%/infer/exit-sweep.c %D%/infer/exit-sweep.h \
  %D%/infer/plan-part.c %D%/infer/plan-part.h \
  %D%/infer/plan.c %D%/infer/plan.h \
  %D%/infer/plan-exit.c %D%/infer/plan-exit.h \
  %D%/infer/plan-head.c %D%/infer/plan-head.h \
  %D%/infer/plan-layer.c %D%/infer/plan-layer.h \
  %D%/infer/quality.c %D%/infer/quality.h \
  %D%/infer/query-slices.c %D%/infer/query-slices.h \
  %D%/infer/segment.c %D%/infer/segment.h \
  %D%/infer/shallow.c %D%/infer/shallow.h \
  %D%/infer/sparse.h \
  %D%/infer/sparse-pays.c \
  %D%/kernels/embedding.c %D%/kernels/embedding.h \
  %D%/kernels/head.c %D%/kernels/head.h \
  %D%/kernels/picture-input.c %D%/kernels/picture-input.h \
  %D%/kernels/layer.c %D%/kernels/layer.h \
  %D%/kernels/onednn.c %D%/kernels/onednn.h \
  %D%/kernels/pool.c \
  %D%/kernels/softmax.c %D%/kernels/softmax.h \
  %D%/kernels/span.c %D%/kernels/span.h \
  %D%/kernels/zero-point.c %D%/kernels/zero-point.h \
  %D%/train/bandit.c %D%/train/bandit.h \
  %D%/train/fake-quantize.c %D%/train/fake-quantize.h \
  %D%/train/feature-distillation.c %D%/train/feature-distillation.h \
  %D%/train/gradient-exchange.c %D%/train/gradient-exchange.h \
  %D%/train/linear.c %D%/train/linear.h \
  %D%/train/loss.c %D%/train/loss.h \
  %D%/train/network.c %D%/train/network.h \
  %D%/train/optimizer.c %D%/train/optimizer.h \
  %D%/train/sparsify.c %D%/train/sparsify.h \
  %D%/train/tastes.c %D%/train/tastes.h \
  %D%/train/train.c %D%/train/train.h \
  %D%/variants/asymmetric.c \
  %D%/variants/augmented.c \
  %D%/variants/bag-of-words.c \
  %D%/variants/bf16.c \
  %D%/variants/cascade.c \
  %D%/variants/codebook.c \
  %D%/variants/distil.c %D%/variants/distil.h \
  %D%/variants/early-exit.c %D%/variants/early-exit.h \
  %D%/variants/early-exit-entropy.c \
  %D%/variants/early-exit-softmax.c \
  %D%/variants/federated.c \
  %D%/variants/federated-dp.c \
  %D%/variants/fine-tune.c %D%/variants/fine-tune.h \
  %D%/variants/finetuned.c \
  %D%/variants/hashed-linear.c \
  %D%/variants/int8.c \
  %D%/variants/int8-qat.c \
  %D%/variants/l1.c \
  %D%/variants/lowrank-cp.c \
  %D%/variants/lowrank-svd.c \
  %D%/variants/mixed.c \
  %D%/variants/prune-gradually.c %D%/variants/prune-gradually.h \
  %D%/variants/pruned-activation.c \
  %D%/variants/pruned-channel.c \
  %D%/variants/pruned-gradient.c \
  %D%/variants/pruned-magnitude.c \
  %D%/variants/rules.c \
  %D%/variants/stack.c %D%/variants/stack.h \
  %D%/variants/student.c \
  %D%/variants/student-angle.c \
  %D%/variants/student-feature.c \
  %D%/variants/student-hard.c \
  %D%/variants/student-network.c %D%/variants/student-network.h \
  %D%/variants/student-pruned-int8.c \
  %D%/variants/lowrank-svd-int8.c \
  %D%/variants/pruned-channel-int8.c \
  %D%/variants/early-exit-softmax-int8.c \
  %D%/variants/quantized.c %D%/variants/quantized.h \
  %D%/variants/student-relation.c \
  %D%/variants/teacher.c \
  %D%/variants/variant.h \
  %D%/variants/variants.c \
  %D%/weights/model.c %D%/weights/model.h \
  %D%/weights/safetensors.c %D%/weights/safetensors.h \
  %D%/weights/weights.c %D%/weights/weights.h
if HAVE_XSMM
libmodels_a_SOURCES += %D%/infer/sparse.c
else
libmodels_a_SOURCES += %D%/infer/sparse-none.c
endif
# The loops marked 'omp simd' are vectorised at -O2 too; no OpenMP runtime is linked.
libmodels_a_CFLAGS = $(AM_CFLAGS) -fopenmp-simd -fno-math-errno
models_libs = $(DNNL_LIBS) $(XSMM_LIBS) $(LAPACKE_LIBS) $(BLAS_LIBS) $(GSL_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS) -ldl -lm

pkglibexec_PROGRAMS += joulecart-models
joulecart_models_SOURCES = \
  %D%/cli/cmd-data.c \
  %D%/cli/cmd-eval.c \
  %D%/cli/cmd-feedback.c \
  %D%/cli/cmd-infer.c \
  %D%/cli/cmd-list.c \
  %D%/cli/cmd-serve.c \
  %D%/cli/cmd-train.c \
  %D%/cli/command.h \
  %D%/cli/main.c \
  %D%/cli/making.c %D%/cli/making.h \
  %D%/cli/mpi-ranks.c %D%/cli/mpi-ranks.h \
  %D%/cli/options.c %D%/cli/options.h \
  %D%/cli/referral.c %D%/cli/referral.h \
  %D%/mpi/mpi-exchange.h
joulecart_models_LDADD = libmodels.a libjoulecart.a libjc.a $(SMARTCOLS_LIBS) \
                         $(models_libs) -lpthread

# Without an MPI the rest is built, and 'models train --mpi' says what is missing.
if HAVE_MPI
pkglibexec_PROGRAMS += joulecart-mpi.so
joulecart_mpi_so_SOURCES = %D%/mpi/mpi-exchange.c %D%/mpi/mpi-exchange.h
joulecart_mpi_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(MPI_CFLAGS) -fPIC -fvisibility=hidden
joulecart_mpi_so_LDFLAGS = -shared -Wl,-z,defs
joulecart_mpi_so_LDADD = $(MPI_LIBS)
endif
