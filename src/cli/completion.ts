import type { Argument, Command, Option } from 'commander'

/** A word that can stand at the cursor. */
export interface Candidate {
  readonly word: string
  /** One line; empty if there is nothing to say. */
  readonly about: string
}

/** What can stand at the cursor. */
export interface Completion {
  readonly candidates: ReadonlyArray<Candidate>
  /** True if the name of a file can stand there, which the shell knows better. */
  readonly takesFile: boolean
}

const NOTHING: Completion = { candidates: [], takesFile: false }

const FILE = /\bFILE\b/

const wordsOnly = (words: ReadonlyArray<string> = []): ReadonlyArray<Candidate> =>
  words.map((word) => ({ word, about: '' }))

const optionsOf = (command: Command): ReadonlyArray<Option> =>
  command.createHelp().visibleOptions(command)

const optionNames = (command: Command): ReadonlyArray<Candidate> =>
  optionsOf(command).map(({ long, short, description }) => ({
    word: long ?? short ?? '',
    about: description,
  }))

const commandNames = (command: Command): ReadonlyArray<Candidate> =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), about: each.summary() || each.description() }))

const ofOption = ({ argChoices, flags }: Option): Completion => ({
  candidates: wordsOnly(argChoices),
  takesFile: FILE.test(flags),
})

const ofArgument = (argument: Argument | undefined): Completion =>
  argument === undefined
    ? NOTHING
    : {
        candidates: wordsOnly(argument.argChoices),
        takesFile: FILE.test(argument.name()) || FILE.test(argument.description),
      }

/** The option of a command whose value comes next; undefined if this word is no such option. */
const awaitingValue = (command: Command, word: string | undefined): Option | undefined =>
  optionsOf(command).find(
    ({ long, short, required }) => required && (word === long || word === short),
  )

/** The command that these words name, and how many arguments it was given. */
const commandIn = (program: Command, words: ReadonlyArray<string>): readonly [Command, number] => {
  let [command, count] = [program, 0]
  for (const [index, word] of words.entries()) {
    const isValue = awaitingValue(command, words[index - 1]) !== undefined
    if (word.startsWith('-') || isValue) continue
    const named = command.commands.find((each) => each.name() === word)
    if (named === undefined) count += 1
    else [command, count] = [named, 0]
  }
  return [command, count]
}

const positional = (command: Command, count: number): Completion => {
  if (command.commands.length > 0) {
    return count === 0 ? { candidates: commandNames(command), takesFile: false } : NOTHING
  }
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  return ofArgument(registeredArguments[count] ?? (last?.variadic === true ? last : undefined))
}

const startingWith = (
  { candidates, takesFile }: Completion,
  start: string,
  before = '',
): Completion => ({
  candidates: candidates
    .filter(({ word }) => word.startsWith(start))
    .map(({ word, about }) => ({ word: before + word, about })),
  takesFile,
})

/**
 * What can stand at the cursor of a command line. Everything comes from the commands themselves.
 *
 * @param words - the words after the name of the program; the last one is at the cursor and can be empty
 */
export const completionOf = (program: Command, words: ReadonlyArray<string>): Completion => {
  // bash makes three words of `--format=json`.
  const before = words.slice(0, -1).filter((word) => word !== '=')
  const last = words.at(-1) ?? ''
  const current = last === '=' ? '' : last
  if (before[0] === 'help') return startingWith(positional(program, before.length - 1), current)
  const [command, count] = commandIn(program, before)
  const option = awaitingValue(command, before.at(-1))
  if (option !== undefined) return startingWith(ofOption(option), current)
  const [, name, value = ''] = /^(--[^=]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined) {
    const named = awaitingValue(command, name)
    return named === undefined ? NOTHING : startingWith(ofOption(named), value, `${name}=`)
  }
  if (current.startsWith('-')) {
    return startingWith({ candidates: optionNames(command), takesFile: false }, current)
  }
  return startingWith(positional(command, count), current)
}

/** A completion in lines for the scripts: a word, a tab and what it means; `:files` asks for names of files. */
export const completionLines = ({ candidates, takesFile }: Completion): string =>
  [
    ...candidates.map(({ word, about }) => `${word}\t${about.replaceAll(/\s+/g, ' ')}\n`),
    ...(takesFile ? [':files\n'] : []),
  ].join('')
