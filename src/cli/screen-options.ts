import { Option, type Command } from 'commander'

/** The arguments of every command that writes a table. */
export interface ScreenArguments {
  readonly full?: boolean | undefined
  readonly local?: boolean | undefined
  readonly utc?: boolean | undefined
}

/** The option of a command that writes a table or JSON. */
export const formatOption = (description: string): Option =>
  new Option('--format <FORMAT>', description).choices(['table', 'json']).default('table')

/** The option that shortens nothing in a table. */
export const fullOption = (): Option =>
  new Option('--full', 'shorten no id and no text to the width of the terminal')

/** Adds the options of every command that writes a table with times. */
export const addScreenOptions = (command: Command): Command =>
  command
    .addOption(fullOption())
    .option('--local', 'write the times of a table in the time zone of this computer')
    .addOption(
      new Option('--utc', 'write the times of a table in UTC, which is the default').conflicts(
        'local',
      ),
    )

/** The arguments of the screen, and all others. */
export const apart = <A extends ScreenArguments>({ full, local, utc, ...others }: A) => ({
  screen: { full, local, utc },
  others,
})
