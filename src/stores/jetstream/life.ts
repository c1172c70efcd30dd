import { hash } from 'node:crypto'
import type { Position } from '../../event-store/recorded-event.js'
import { ForeignPosition } from '../../event-store/store-error.js'

const NAME_LENGTH = 10
const POSITION = new RegExp(`^([0-9a-f]{${NAME_LENGTH}}):(\\d{1,16})$`)

/** The life of a store that its positions carry: a stream that is created again counts from the start. */
export interface Life {
  readonly positionOf: (seq: number) => Position
  /** @throws ForeignPosition if the position belongs to another life. */
  readonly seqOf: (position: Position) => number
}

/** The life of a stream. */
export const createLife = (stream: string, created: string): Life => {
  const life = hash('sha256', `${stream}/${created}`).slice(0, NAME_LENGTH)
  return {
    positionOf: (seq) => `${life}:${seq}`,
    seqOf: (position) => {
      const [, name, seq] = POSITION.exec(position) ?? []
      if (name !== life) throw new ForeignPosition()
      return Number(seq)
    },
  }
}
