dnl JC_C_STANDARD: the language is gnu17, whatever the compiler's default.
AC_DEFUN([JC_C_STANDARD], [
  AC_SUBST([STANDARD_CFLAGS], ["-std=gnu17"])
])
