import { Command } from 'commander'

/** Adds a command; `end` is told its exit code. */
type Adding = (program: Command, end: (code: number) => void) => void

/** What each command is made of is loaded when it is needed: to load all takes longer than most commands. */
const COMMANDS: Readonly<Record<string, () => Promise<Adding>>> = {
  replay: async () => (await import('./replay-command.js')).addReplay,
  verify: async () => (await import('./verify-command.js')).addVerify,
  generate: async () => (await import('./generate-command.js')).addGenerate,
  import: async () => (await import('./import-command.js')).addImport,
  export: async () => (await import('./export-command.js')).addExport,
  show: async () => (await import('./show-command.js')).addShow,
  history: async () => (await import('./history-command.js')).addHistory,
  follow: async () => (await import('./follow-command.js')).addFollow,
  erase: async () => (await import('./erase-command.js')).addErase,
  quarantine: async () => (await import('./quarantine-command.js')).addQuarantine,
  reconcile: async () => (await import('./reconcile-command.js')).addReconcile,
  serve: async () => (await import('./serve-command.js')).addServe,
}

/** The command that is called, or all of them where none is, or one that there is not. */
const wanted = (name: string | undefined): ReadonlyArray<() => Promise<Adding>> => {
  const [, load] = Object.entries(COMMANDS).find(([known]) => known === name) ?? []
  return load === undefined ? Object.values(COMMANDS) : [load]
}

/**
 * The command line.
 *
 * @param name - of the command that is called, if one is
 * @param end - is told the exit code of the command that ran
 */
export const createProgram = async (
  version: string,
  name: string | undefined,
  end: (code: number) => void,
): Promise<Command> => {
  const program = new Command('clientfold')
    .description('Folds Clerk session events into the documented Client object.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(clientfold --help shows what there is)')
  for (const add of await Promise.all(wanted(name).map((load) => load()))) add(program, end)
  return program
}
