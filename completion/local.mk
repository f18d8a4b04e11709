# Where each shell looks for completions by itself, once they are installed under its own prefix.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_zshcompletion_DATA = %D%/_joulecart
dist_fishcompletion_DATA = %D%/joulecart.fish
nodist_bashcompletion_DATA = %D%/joulecart
# bash looks for the command's very name
%D%/joulecart: %D%/joulecart.bash
	$(AM_V_at)$(MKDIR_P) %D% && cp $< $@
EXTRA_DIST += %D%/joulecart.bash
CLEANFILES += %D%/joulecart
