import type { SessionStatus } from '../../events/session.js'

/** A status, with its colour and its name. */
export const StatusBadge = ({ status }: { readonly status: SessionStatus }) => (
  <span class={`badge status-${status}`}>{status}</span>
)
