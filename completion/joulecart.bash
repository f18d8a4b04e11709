# Completion of joulecart's commands for bash. The program itself says what may come next
# ('joulecart --complete WORD...', base/completion.h), so that what is offered is what it takes.

# The words typed so far as the program would get them: bash cuts at = and : what is one word.
_joulecart_words() {
	local i word glue=
	words=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ ${#words[@]} -gt 0 && ($glue || $word == [=:]*) && $COMP_WORDBREAKS == *[=:]* ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		glue=
		[[ $word != [=:] ]] || glue=yes
	done
}

# Quotes and backslashes that the shell would take away; nothing in the words is run.
_joulecart_unquote() {
	local i word
	for i in "${!words[@]}"; do
		word=${words[i]}
		word=${word//\\/}
		word=${word//\"/}
		words[i]=${word//\'/}
	done
}

_joulecart() {
	local words answer kind prefix begun line word kept
	_joulecart_words
	_joulecart_unquote
	COMPREPLY=()
	mapfile -t answer < <("$1" --complete "${words[@]}" 2>/dev/null)
	[[ ${#answer[@]} -gt 0 ]] || return 0
	kind=${answer[0]%%$'\t'*} prefix=${answer[0]#*$'\t'}
	begun=${words[-1]#"$prefix"}
	case $kind in
	files) mapfile -t COMPREPLY < <(compgen -f -- "$begun") && compopt -o filenames ;;
	folders) mapfile -t COMPREPLY < <(compgen -d -- "$begun") && compopt -o filenames ;;
	commands)
		mapfile -t COMPREPLY < <(compgen -A command -A file -- "$begun") && compopt -o filenames
		;;
	esac
	# readline replaces what stands behind the last = or : alone
	kept=
	[[ $COMP_WORDBREAKS != *=* || ${words[-1]} != *=* ]] || kept=${words[-1]%"${words[-1]##*=}"}
	for line in "${answer[@]:1}"; do
		word=${line%%$'\t'*}
		word=${word#"$kept"}
		[[ $word != *[^[:alnum:]_.,:=/@%+-]* ]] || printf -v word %q "$word"
		COMPREPLY+=("$word")
	done
}

complete -F _joulecart joulecart
