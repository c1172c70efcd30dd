import { Command } from 'commander'
import { printableLines } from './printable.js'

/** Adds a command to the program. The command passes its exit code to `setExitCode`. */
type AddCommand = (program: Command, setExitCode: (code: number) => void) => void

/** The module of a command is loaded when it is needed: to load all takes longer than most commands run. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  replay: async () => (await import('./replay-command.js')).addReplay,
  compact: async () => (await import('./compact-command.js')).addCompact,
  verify: async () => (await import('./verify-command.js')).addVerify,
  generate: async () => (await import('./generate-command.js')).addGenerate,
  import: async () => (await import('./import-command.js')).addImport,
  export: async () => (await import('./export-command.js')).addExport,
  backup: async () => (await import('./backup-command.js')).addBackup,
  restore: async () => (await import('./restore-command.js')).addRestore,
  check: async () => (await import('./check-command.js')).addCheck,
  doctor: async () => (await import('./doctor-command.js')).addDoctor,
  show: async () => (await import('./show-command.js')).addShow,
  devices: async () => (await import('./devices-command.js')).addDevices,
  history: async () => (await import('./history-command.js')).addHistory,
  timeline: async () => (await import('./timeline-command.js')).addTimeline,
  follow: async () => (await import('./follow-command.js')).addFollow,
  erase: async () => (await import('./erase-command.js')).addErase,
  forget: async () => (await import('./forget-command.js')).addForget,
  scrub: async () => (await import('./scrub-command.js')).addScrub,
  quarantine: async () => (await import('./quarantine-command.js')).addQuarantine,
  backfill: async () => (await import('./backfill-command.js')).addBackfill,
  reconcile: async () => (await import('./reconcile-command.js')).addReconcile,
  views: async () => (await import('./views-command.js')).addViews,
  project: async () => (await import('./project-command.js')).addProject,
  torture: async () => (await import('./torture-command.js')).addTorture,
  serve: async () => (await import('./serve-command.js')).addServe,
}

const VERSION_FLAGS = ['-V', '--version']

/** Loads the named command, or every command if the name is missing or unknown; the version needs none. */
const loadersOf = (name: string | undefined): ReadonlyArray<() => Promise<AddCommand>> => {
  if (name !== undefined && VERSION_FLAGS.includes(name)) return []
  const [, load] = Object.entries(COMMANDS).find(([command]) => command === name) ?? []
  return load === undefined ? Object.values(COMMANDS) : [load]
}

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

/**
 * Creates the command line.
 *
 * @param name - the first argument, which decides what is loaded
 * @param setExitCode - receives the exit code of the command that ran
 */
export const createProgram = async (
  version: string,
  name: string | undefined,
  setExitCode: (code: number) => void,
): Promise<Command> => {
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
    .showHelpAfterError('(run clientfold --help to see the commands and options)')
  const additions = await Promise.all(loadersOf(name).map((load) => load()))
  for (const add of additions) add(program, setExitCode)
  return program
}
