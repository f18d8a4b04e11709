# What drives the whole program: a machine with energy counters whose true joules are known.
check_PROGRAMS += tests/fakes/powercap-fuse
tests_fakes_powercap_fuse_SOURCES = \
  %D%/fakes/machine.c %D%/fakes/machine.h \
  %D%/fakes/powercap-fuse.c \
  %D%/fakes/powercap-tree.c %D%/fakes/powercap-tree.h
tests_fakes_powercap_fuse_CPPFLAGS = $(AM_CPPFLAGS) $(FUSE_CFLAGS)
tests_fakes_powercap_fuse_LDADD = $(FUSE_LIBS) -lm
EXTRA_DIST += %D%/fakes/machines
dist_check_SCRIPTS += %D%/fakes/mount-machine.sh
