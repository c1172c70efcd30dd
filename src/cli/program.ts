import { Command } from 'commander'
import { addGenerate } from './generate-command.js'
import { addReplay } from './replay-command.js'
import { addVerify } from './verify-command.js'

/**
 * The command line.
 *
 * @param end - is told the exit code of the command that ran
 */
export const createProgram = (version: string, end: (code: number) => void): Command => {
  const program = new Command('clientfold')
    .description('Folds Clerk session events into the documented Client object.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(clientfold --help shows what there is)')
  addReplay(program, end)
  addVerify(program, end)
  addGenerate(program, end)
  return program
}
