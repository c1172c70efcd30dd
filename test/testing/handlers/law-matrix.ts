const ACKNOWLEDGED = 'every genuine delivery is acknowledged'
const ORDER = 'the order of deliveries does not matter'
const REPEATED = 'a repeated delivery changes nothing'
const TOGETHER = 'deliveries at the same moment lose nothing'
const RESTART = 'what was acknowledged outlives a restart'
const FIELDS = 'a Client keeps no field beyond the documented ones'
const OVER = 'a session that is over never reads as live'
const REMOVED = 'a removed session is never listed'
const LISTED = 'a session is listed until it is removed'
const LIST = 'sessions are listed once each, oldest first, under their client'
const POINTER = 'last_active_session_id is a listed live session, or null if no session is live'
const CLOCK = 'a session reads expired from its expire_at on, and not before'
const FORGED = 'a forged or stale delivery is refused, and changes nothing'
const UNREADABLE =
  'a genuine delivery that cannot be read is answered without a failure, and changes nothing'
const WINDOW = 'a delivery that is repeated after a thousand others changes nothing'
const INTERRUPTED = 'what comes between deliveries changes nothing'
const DOCUMENTED = 'a Client equals the documented one'

/** The laws that find each wrong handler, in each of 20 seeds, at default settings. */
export const LAW_MATRIX: Readonly<Record<string, ReadonlyArray<string>>> = {
  'takes the first event of each session only': [ORDER, TOGETHER, OVER, REMOVED, DOCUMENTED],
  'lets the last arrival win': [ORDER, REPEATED, TOGETHER, OVER, REMOVED, WINDOW, DOCUMENTED],
  'takes ended for removed': [LISTED, DOCUMENTED],
  'ignores revoked': [OVER, LISTED, DOCUMENTED],
  'ignores expiry': [CLOCK],
  'takes seconds for milliseconds': [DOCUMENTED],
  'revives removed sessions': [OVER, REMOVED, DOCUMENTED],
  'takes activity for an update': [DOCUMENTED],
  'loses ties': [ORDER, TOGETHER, DOCUMENTED],
  'shows the user': [FIELDS, DOCUMENTED],
  'throws on unknown keys': [ACKNOWLEDGED, OVER, REMOVED, LISTED, DOCUMENTED],
  'points to a session that is over': [POINTER, DOCUMENTED],
  'lists in the order of arrival': [ORDER, TOGETHER, LIST, DOCUMENTED],
  'overwrites what came at the same moment': [TOGETHER, INTERRUPTED],
  'overwrites what came at the same moment, over HTTP and SQL': [TOGETHER, INTERRUPTED],
  'loses everything in a restart': [INTERRUPTED, RESTART],
  'marks a delivery as done before it is written': [INTERRUPTED],
  'empties its cache before it writes': [INTERRUPTED],
  'keeps as expired what was read as expired': [INTERRUPTED],
  'accepts forged deliveries': [FORGED],
  'accepts stale deliveries': [FORGED],
  'fails on what it cannot read': [UNREADABLE],
  'remembers 1 delivery': [ORDER, REPEATED, TOGETHER, OVER, REMOVED, WINDOW, DOCUMENTED],
  'remembers 20 deliveries': [WINDOW],
  'remembers 1,000 deliveries': [WINDOW],
}
