import { Argument, type Command } from 'commander'
import { completionScript, SHELLS, type Shell } from './completion-scripts.js'
import { helpFooter } from './help-footer.js'

const NOTES = `The script asks clientfold itself what can stand at the cursor, so it stays
right after an upgrade. In ~/.bashrc, or with zsh in ~/.zshrc after compinit:
  source <(clientfold completion bash)
For fish:
  clientfold completion fish > ~/.config/fish/completions/clientfold.fish`

/** `clientfold completion`, and the hidden `clientfold complete`, which its scripts call. */
export const addCompletion = (program: Command): void => {
  program
    .command('completion')
    .summary('write a script that completes words in a shell')
    .description(
      'Writes a script with which a shell completes commands, options and the values of options.',
    )
    .addArgument(new Argument('<SHELL>', 'the shell that reads the script').choices(SHELLS))
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold completion bash > clientfold.bash',
        exitCodes: { 0: 'the script was written', 2: 'wrong usage' },
      }),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell))
    })
  program
    .command('complete', { hidden: true })
    .argument('[WORDS...]')
    .action(async (words: ReadonlyArray<string>) => {
      const { completionLines, completionOf } = await import('./completion.js')
      process.stdout.write(completionLines(completionOf(program, words)))
    })
}
