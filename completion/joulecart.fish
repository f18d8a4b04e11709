# Completion of joulecart's commands for fish. The program itself says what may come next
# ('joulecart --complete WORD...', base/completion.h), so that what is offered is what it takes.

function __joulecart_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l answer ($words[1] --complete $words[2..-1] "$word" 2>/dev/null)
    set -l head (string split \t -- $answer[1])
    set -l begun (string sub -s (math (string length -- "$head[2]") + 1) -- "$word")
    switch "$head[1]"
        case files
            printf '%s\n' "$head[2]"(__fish_complete_path "$begun")
        case folders
            printf '%s\n' "$head[2]"(__fish_complete_directories "$begun")
        case commands
            __fish_complete_command
            __fish_complete_path "$begun"
        case words
            printf '%s\n' $answer[2..-1]
    end
end

complete -c joulecart -f -a '(__joulecart_complete)'
