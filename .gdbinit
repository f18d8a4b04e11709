# For gdb in this folder (say 'add-auto-load-safe-path .' once in ~/.config/gdb/gdbinit).
set print pretty on
# The measured command's signals are passed on: do not stop at each.
handle SIGCHLD SIGWINCH nostop noprint pass
# 'problem why': the three texts of a struct problem *, as main would print them.
define problem
  printf "%s: %s (%s)\n", $arg0->what, $arg0->why, $arg0->todo
end
document problem
problem POINTER: what failed, why, and what to do, of a struct problem *.
end
