import { eventLine, MORNING, sessionPayload } from '../log-bytes.js'

type Text = string | Uint8Array

export const LINE = eventLine()

export const reversed = (value: object): object =>
  Object.fromEntries(Object.entries(value).reverse())

export const withData = (line: string, data: string): string =>
  line.replace('"data":{', `"data":{${data}`)

/** An observation of the client that `eventLine` names. */
export const OBSERVED = JSON.stringify({
  type: 'client.observed',
  timestamp: MORNING + 5,
  data: {
    object: 'client',
    id: 'client_1',
    session_ids: [],
    sessions: [(sessionPayload({ status: 'replaced' }) as { readonly data: object }).data],
    sign_in_id: 'sia_1',
    sign_up_id: null,
    last_active_session_id: 'sess_1',
    last_authentication_strategy: 'oauth_google',
    updated_at: MORNING + 5,
    created_at: MORNING - 5,
  },
})

export const ACTIVITY = { id: 'act_1', object: 'session_activity', is_mobile: true }

/** Lines, and how many events and refused lines are among them. */
export interface LineExample {
  readonly name: string
  readonly lines: ReadonlyArray<Text>
  readonly events: number
  readonly refused: number
}
