import { Command } from 'commander'
import { addBackfill } from './backfill-command.js'
import { addBackup } from './backup-command.js'
import { addCheck } from './check-command.js'
import { addCompletion } from './completion-command.js'
import { addCompact } from './compact-command.js'
import { addDevices } from './devices-command.js'
import { addDoctor } from './doctor-command.js'
import { addErase } from './erase-command.js'
import { addExport } from './export-command.js'
import { addFollow } from './follow-command.js'
import { addForget } from './forget-command.js'
import { addGenerate } from './generate-command.js'
import { addHistory } from './history-command.js'
import { addImport } from './import-command.js'
import { addProject } from './project-command.js'
import { addQuarantine } from './quarantine-command.js'
import { addReconcile } from './reconcile-command.js'
import { addReplay } from './replay-command.js'
import { addRestore } from './restore-command.js'
import { addScrub } from './scrub-command.js'
import { addServe } from './serve-command.js'
import { addSessions } from './sessions-command.js'
import { addShow } from './show-command.js'
import { addTimeline } from './timeline-command.js'
import { addTorture } from './torture-command.js'
import { addVerify } from './verify-command.js'
import { addViews } from './views-command.js'
import { printableLines } from './printable.js'

/** Adds a command to the program. The command passes its exit code to `setExitCode`. */
type AddCommand = (program: Command, setExitCode: (code: number) => void) => void

/** In the order of the help. What a command needs to run is loaded when it runs. */
const COMMANDS: ReadonlyArray<AddCommand> = [
  addReplay,
  addCompact,
  addVerify,
  addGenerate,
  addImport,
  addExport,
  addBackup,
  addRestore,
  addCheck,
  addDoctor,
  addShow,
  addDevices,
  addSessions,
  addHistory,
  addTimeline,
  addFollow,
  addErase,
  addForget,
  addScrub,
  addQuarantine,
  addBackfill,
  addReconcile,
  addViews,
  addProject,
  addTorture,
  addServe,
  addCompletion,
]

const HELP = `
Example:
  clientfold replay log.ndjson --format table

clientfold help COMMAND explains a command, with an example and its exit codes.

Exit codes:
  0   everything was done
  1   some input was refused, something was not found, or a check failed
  2   wrong usage, or something could not be read or written
  70  a defect of clientfold; stderr shows where
  130 ended by Ctrl-C
  143 ended by SIGTERM`

/** After wrong usage, each command names its own help. */
const nameHelp = (command: Command, line: string): void => {
  command.showHelpAfterError(`(run ${line} --help to see its arguments and options)`)
  for (const each of command.commands) nameHelp(each, `${line} ${each.name()}`)
}

/**
 * Creates the command line.
 *
 * @param setExitCode - receives the exit code of the command that ran
 */
export const createProgram = (version: string, setExitCode: (code: number) => void): Command => {
  const program = new Command('clientfold')
    .description(
      "Keeps Clerk's session events and folds them into the documented Client object, for now or for any moment in the past.",
    )
    .version(version)
    .addHelpText('after', HELP)
    .exitOverride()
    // It quotes arguments, such as a name of a file in the place of a number.
    .configureOutput({
      outputError: (text, write) => {
        write(printableLines(text))
      },
    })
  for (const add of COMMANDS) add(program, setExitCode)
  nameHelp(program, 'clientfold')
  return program
}
