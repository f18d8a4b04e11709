#!/usr/bin/env python3
"""completed.py bash|zsh SCRIPT LINE: what stands on the command line of an interactive shell, in a terminal
of its own, once it has been asked to complete LINE: bash inserts every word that fits, zsh the only one."""

import os
import pty
import sys

shell, script, line = sys.argv[1:]
MARK = "\x1dline:"

BASH = f"""PS1= PS2=
bind 'set completion-query-items 0' 'set bell-style none' 'set enable-bracketed-paste off'
source {script}
_show() {{ printf '{MARK}%s{MARK}' "$READLINE_LINE"; exit; }}
bind '"\\C-xi": insert-completions'
bind -x '"\\C-xs": _show'
stty -echo
printf '{MARK}'
"""
ZSH = f"""PS1= PS2= RPS1=
unsetopt zle_bracketed_paste prompt_cr prompt_sp
fpath=({os.path.dirname(script)} $fpath)
autoload -U compinit && compinit -u -D
bindkey '^Xi' complete-word
_show() {{ printf '{MARK}%s{MARK}' "$BUFFER"; exit; }}
zle -N _show
bindkey '^Xs' _show
printf '{MARK}'
"""


def read_to_mark(terminal):
    text = ""
    while not text.endswith(MARK):
        text += os.read(terminal, 1).decode("latin-1")  # raises where the shell has ended
    return text


def main():
    arguments = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}[shell]
    set_up = {"bash": BASH, "zsh": ZSH}[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", HISTFILE="", COLUMNS="200", SHELL=f"/bin/{shell}")
        os.execvp(arguments[0], arguments)
    with open("set-up", "w", encoding="utf-8") as out:
        out.write(set_up)
    os.write(terminal, b" . ./set-up\n")
    read_to_mark(terminal)
    os.write(terminal, line.encode() + b"\x18i\x18s")
    read_to_mark(terminal)
    said = read_to_mark(terminal)[:-len(MARK)]
    print(said.encode("latin-1").decode())


main()
