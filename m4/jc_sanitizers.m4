dnl JC_SANITIZERS: --enable-sanitizers builds everything with ASan and UBSan. Their checks inside
dnl a loop keep it from being vectorized, which clang (not gcc) reports of each "omp simd": true,
dnl but no finding, so -Wpass-failed is off in this build alone.
AC_DEFUN([JC_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UBSan])])
  AS_IF([test "x$enable_sanitizers" = xyes],
    [SANITIZER_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
     jc_save_CFLAGS=$CFLAGS
     CFLAGS="-Werror -Wpass-failed"
     AC_MSG_CHECKING([whether $CC accepts -Wpass-failed])
     AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
       [AC_MSG_RESULT([yes]); SANITIZER_FLAGS="$SANITIZER_FLAGS -Wno-pass-failed"],
       [AC_MSG_RESULT([no])])
     CFLAGS=$jc_save_CFLAGS])
  AC_SUBST([SANITIZER_FLAGS])
  AM_CONDITIONAL([SANITIZED], [test "x$enable_sanitizers" = xyes])
])
