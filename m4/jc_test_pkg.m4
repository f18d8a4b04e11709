dnl JC_TEST_PKG(VARIABLE, MODULE, DEBIAN-PACKAGE): a library that only the tests need, with a .pc
dnl file; without it the build works and 'make check' does not.
AC_DEFUN([JC_TEST_PKG], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_WARN([cannot find '$2': tests need it (apt-get install $3)])])
])
