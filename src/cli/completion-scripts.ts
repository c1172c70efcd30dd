/** The shells that a script is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** The name of one of them. */
export type Shell = (typeof SHELLS)[number]

const BASH = `_clientfold() {
  local word about
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    if [[ $word == :files ]]; then
      compopt -o default
    else
      COMPREPLY+=("$word")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _clientfold clientfold
`

const ZSH = `#compdef clientfold
_clientfold() {
  local word about files=0
  local -a candidates
  while IFS=$'\\t' read -r word about; do
    if [[ $word == :files ]]; then
      files=1
    else
      candidates+=("$word:$about")
    fi
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#candidates )) && _describe clientfold candidates
  (( files )) && _files
}
compdef _clientfold clientfold
`

const FISH = `function __clientfold_complete
    set -l line (commandline -opc)
    set -l current (commandline -ct)
    set -q current[1]; or set current ''
    $line[1] complete -- $line[2..-1] $current 2>/dev/null
end
complete -c clientfold -f -a '(__clientfold_complete | string match -v :files)'
complete -c clientfold -F -n 'contains -- :files (__clientfold_complete)'
`

/** The script that teaches a shell to complete the command: it asks the command itself for every word. */
export const completionScript = (shell: Shell): string =>
  ({ bash: BASH, zsh: ZSH, fish: FISH })[shell]
