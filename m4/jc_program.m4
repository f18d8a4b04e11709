dnl JC_PROGRAM(VARIABLE, PROGRAM, DEBIAN-PACKAGE): a program that the tests need; without it the build
dnl works and 'make check' says what to install.
AC_DEFUN([JC_PROGRAM], [
  AC_PATH_PROG([$1], [$2])
  AS_IF([test -z "$$1"],
    [AC_MSG_WARN([cannot find '$2': tests need it (apt-get install $3)])])
])
