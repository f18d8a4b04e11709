dnl JC_WARNINGS: the project's warnings, each one only if the compiler knows it; errors with
dnl --enable-werror (CI).
AC_DEFUN([JC_WARNINGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  WARNING_CFLAGS=
  for jc_flag in -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
                 -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla; do
    jc_save_CFLAGS=$CFLAGS
    CFLAGS="-Werror $jc_flag"
    AC_MSG_CHECKING([whether $CC accepts $jc_flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); WARNING_CFLAGS="$WARNING_CFLAGS $jc_flag"],
      [AC_MSG_RESULT([no])])
    CFLAGS=$jc_save_CFLAGS
  done
  AS_IF([test "x$enable_werror" = xyes], [WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
  AC_SUBST([WARNING_CFLAGS])
])
