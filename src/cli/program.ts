import { Command } from 'commander'
import { addErase } from './erase-command.js'
import { addExport } from './export-command.js'
import { addFollow } from './follow-command.js'
import { addGenerate } from './generate-command.js'
import { addHistory } from './history-command.js'
import { addImport } from './import-command.js'
import { addQuarantine } from './quarantine-command.js'
import { addReconcile } from './reconcile-command.js'
import { addReplay } from './replay-command.js'
import { addServe } from './serve-command.js'
import { addShow } from './show-command.js'
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
  addImport(program, end)
  addExport(program, end)
  addShow(program, end)
  addHistory(program, end)
  addFollow(program, end)
  addErase(program, end)
  addQuarantine(program, end)
  addReconcile(program, end)
  addServe(program, end)
  return program
}
