import { Option, type Command } from 'commander'
import { helpFooter } from './help-footer.js'
import type { TimelineArguments } from './timeline-run.js'

const NOTES = `The page holds its data, its script and its style, and requests nothing: it can be
attached to the report of an incident. It holds the events as they are kept, with
IP addresses.`

/** `clientfold timeline`. */
export const addTimeline = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('timeline')
    .summary('write a page that shows who was signed in when')
    .description(
      'Writes a page that shows the sessions of a client or a user over time: each event, when it was said and recorded, what came late, what the Client was at any moment, and why. The events are those of log files, or of a store.',
    )
    .usage('[options] CLIENT [FILE...]\n       clientfold timeline [options] --user ID [FILE...]')
    .argument(
      '[NAMES...]',
      'the id of the client, unless --user is given, and logs to read; - or no FILE means standard input, unless --store is given',
    )
    .option('--user <ID>', 'the sessions of this user, on all clients')
    .option('--store <URL>', 'read the events of a store: sqlite:PATH, postgres://… or nats://…')
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .addOption(
      new Option('--format <FORMAT>', 'a page, or a picture of the timeline alone')
        .choices(['html', 'svg'])
        .default('html'),
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold timeline client_123 log.ndjson --out incident.html',
        exitCodes: {
          0: 'the page was written',
          1: 'no event was found and nothing was written, or some lines were refused',
        },
      }),
    )
    .action(async (names: string[], options: TimelineArguments) => {
      const { run } = await import('./timeline-run.js')
      setExitCode(await run(names, options))
    })
}
