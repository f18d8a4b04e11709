# The models and the program behind 'joulecart models'. A library of their own, so that unit
# tests link the very objects, and oneDNN stays out of joulecart itself.
noinst_LIBRARIES += libmodels.a
libmodels_a_SOURCES = \
    %D%/hint.c %D%/hint.h %D%/catalogue.c %D%/catalogue.h \
    %D%/data-file.c %D%/data-file.h %D%/data-grammar.c %D%/data-grammar.h %D%/data.c %D%/data.h \
    %D%/catalogue.c %D%/catalogue.h \
    %D%/bf16.c %D%/bf16.h %D%/data-grammar.c %D%/data-grammar.h %D%/data.c %D%/data.h \
    %D%/embedding.c %D%/embedding.h %D%/features.c %D%/features.h \
    %D%/codebook.c %D%/codebook.h %D%/exit-sweep.c %D%/exit-sweep.h \
    %D%/exit.c %D%/exit.h %D%/fine-tune.c %D%/fine-tune.h %D%/head.c %D%/head.h \
    %D%/layer.c %D%/layer.h %D%/loss.c %D%/loss.h %D%/lowrank.c %D%/lowrank.h \
    %D%/model.c %D%/model.h %D%/network.c %D%/network.h %D%/onednn.c %D%/onednn.h \
    %D%/optimizer.c %D%/optimizer.h %D%/plan-layer.c %D%/plan-layer.h \
    %D%/plan-exit.c %D%/plan-exit.h \
    %D%/plan.c %D%/plan.h %D%/pool.c %D%/prune-channel.c %D%/prune-channel.h \
    %D%/prune-weights.c %D%/prune-weights.h \
    %D%/quality.c %D%/quality.h %D%/quantize.c %D%/quantize.h \
    %D%/safetensors.c %D%/safetensors.h %D%/sparse-pays.c %D%/sparse.h %D%/store.c %D%/store.h \
    %D%/train.c %D%/train.h %D%/variant.h %D%/variants.c \
    %D%/weights.c %D%/weights.h
libmodels_a_SOURCES += \
    %D%/augment.c %D%/augment.h %D%/variant-augmented.c \
    %D%/federate.c %D%/federate.h %D%/variant-federated.c \
    %D%/sparsify.c %D%/sparsify.h %D%/variant-l1.c \
    %D%/variant-bag-of-words.c %D%/variant-finetuned.c \
    %D%/variant-int8.c %D%/variant-int8-qat.c \
    %D%/variant-bf16.c \
    %D%/variant-codebook.c \
    %D%/variant-early-exit-entropy.c \
    %D%/variant-early-exit-softmax.c \
    %D%/variant-int8.c \
    %D%/variant-lowrank-cp.c \
    %D%/variant-lowrank-svd.c \
    %D%/variant-pruned-activation.c \
    %D%/variant-pruned-channel.c \
    %D%/variant-pruned-gradient.c \
    %D%/variant-pruned-magnitude.c \
    %D%/student.c %D%/student.h %D%/variant-student.c \
    %D%/variant-student-pruned-int8.c \
    %D%/variant-student-feature.c %D%/variant-student-relation.c \
    %D%/variant-student-hard.c \
    %D%/variant-teacher.c
if HAVE_XSMM
libmodels_a_SOURCES += %D%/sparse.c
else
libmodels_a_SOURCES += %D%/sparse-none.c
endif
# The loops marked 'omp simd' are vectorised at -O2 too; no OpenMP runtime is linked.
libmodels_a_CFLAGS = $(AM_CFLAGS) -fopenmp-simd -fno-math-errno
models_libs = $(DNNL_LIBS) $(XSMM_LIBS) $(LAPACKE_LIBS) $(BLAS_LIBS) $(GSL_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS) -ldl -lm

pkglibexec_PROGRAMS += joulecart-models
joulecart_models_SOURCES = \
    %D%/cmd-data.c %D%/cmd-eval.c %D%/cmd-infer.c %D%/cmd-list.c %D%/cmd-train.c \
    %D%/command.h %D%/main.c %D%/options.c %D%/options.h
joulecart_models_LDADD = libmodels.a libjoulecart.a libjc.a $(SMARTCOLS_LIBS) \
                         $(models_libs) -lpthread
