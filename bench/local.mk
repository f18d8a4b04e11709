# Not part of 'make' or 'make check': 'make bench' builds what they need and runs them all.
EXTRA_DIST += %D%/all %D%/floor %D%/markers %D%/observer %D%/patterns %D%/profile %D%/ratio.awk %D%/sparse-kernels.c %D%/startup %D%/storage %D%/RESULTS.md
EXTRA_PROGRAMS += bench-batching bench-cpu-choice bench-floor bench-job bench-regions bench-storage
bench_batching_SOURCES = %D%/batching.c
bench_batching_LDADD =
bench_cpu_choice_SOURCES = %D%/cpu-choice.c
bench_cpu_choice_LDADD = libjc.a $(libjc_libs)
bench_floor_SOURCES = %D%/floor.c
bench_floor_LDADD = libjc.a $(libjc_libs)
bench_job_SOURCES = %D%/job.c
bench_job_LDADD = -lpthread
bench_regions_SOURCES = %D%/regions.c profiler/markers/region-marks.c base/sealed-memory.c
bench_regions_CPPFLAGS = -I$(top_srcdir) -I$(top_builddir)
bench_regions_LDADD = -lpthread
bench_storage_SOURCES = %D%/storage.c
bench_storage_LDADD = libjc.a $(libjc_libs)
CLEANFILES += bench-storage$(EXEEXT) bench-batching$(EXEEXT) bench-cpu-choice$(EXEEXT) bench-floor$(EXEEXT) bench-job$(EXEEXT) bench-regions$(EXEEXT)

bench: joulecart$(EXEEXT) bench-batching$(EXEEXT) bench-cpu-choice$(EXEEXT) bench-floor$(EXEEXT) bench-job$(EXEEXT) bench-regions$(EXEEXT) bench-storage$(EXEEXT) \
       tests/fakes/powercap-fuse$(EXEEXT)
	$(top_srcdir)/bench/all
.PHONY: bench

# Scripts, which make would compile anew from the programs of nearly the same name.
%D%/floor %D%/storage %D%/profile: ;
