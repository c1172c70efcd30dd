/** A user whose erasure is scheduled. */
export interface PendingErasure {
  readonly userId: string
  /** The user is erased at this moment or soon after it, epoch milliseconds. */
  readonly dueAt: number
}

/** How many erasures are scheduled. */
export interface PendingErasureCount {
  readonly users: number
  /** When the first of them is due, epoch milliseconds; null without any. */
  readonly nextDueAt: number | null
}

/**
 * The users whose erasure is scheduled. A schedule erases no user by itself: `Clients.eraseDue` does that,
 * when it is called after the due time. Until then everything about the user is answered as before. An
 * erasure of the user, scheduled or not, ends the schedule, and the id is gone with it.
 */
export interface PendingErasures {
  /**
   * Schedules the erasure of a user, durably before this answers. If it is scheduled already, the earlier
   * time counts. If it was called off, it stays called off: a repeated request must not undo that. To erase
   * the user after all, call `eraseUser`.
   *
   * @param dueAt - epoch milliseconds, before the year 10000
   * @returns the time that counts; null if the erasure was called off
   * @throws TypeError (as a rejection) if the id is empty or the time is invalid: a defect of the caller.
   */
  readonly schedule: (userId: string, dueAt: number) => Promise<number | null>
  /**
   * Calls a scheduled erasure off, durably before this answers. What stays is a row with the id, so that
   * the erasure is not scheduled again; an erasure of the user removes it.
   *
   * @returns false if no erasure of the user is scheduled
   */
  readonly callOff: (userId: string) => Promise<boolean>
  /**
   * All scheduled erasures, by `dueAt`, then by `userId` in UTF-16 code units. An erasure that is called off
   * or carried out during the reading is left out.
   *
   * @param dueBy - only those that are due at this moment, epoch milliseconds; all of them unless given
   */
  readonly all: (dueBy?: number) => AsyncIterable<PendingErasure>
  /** How many erasures are scheduled, damaged rows too; those that were called off are left out. */
  readonly count: () => Promise<PendingErasureCount>
}
