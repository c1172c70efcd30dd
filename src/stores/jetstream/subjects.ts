import { hash } from 'node:crypto'
import { keyOf, type StorageKey } from '../kit/storage-key.js'

/** A part of a subject: a hash, because a subject takes no long texts and no dots. */
export const tokenOf = (key: StorageKey): string => hash('sha256', key, 'base64url')

/** The token of an id. */
export const tokenOfId = (id: string): string => tokenOf(keyOf(id))

/** The name of the stream of everything that is no event. */
export const notesStreamOf = (stream: string): string => `${stream}-notes`

/** A user or a session, which leads to clients. */
export type LinkKind = 'u' | 's'

/** The subjects of the log. Each begins with the name of the stream, so that many stores share one server. */
export const logSubjects = (stream: string) => ({
  /** Events and markers of one client. */
  client: (token: string): string => `${stream}.e.${token}`,
  allClients: `${stream}.e.*`,
  /** Says that a client has, or had, an event that names a user or a session. */
  link: (kind: LinkKind, token: string, client: string): string =>
    `${stream}.l.${kind}.${token}.${client}`,
  linksOf: (kind: LinkKind, token: string): string => `${stream}.l.${kind}.${token}.*`,
  /** Claims an event id, so that the server says where the id was used. */
  probe: `${stream}.p`,
  /** No message of the stream: wakes the followers of other processes. */
  wake: `${stream}.w`,
  stored: [`${stream}.e.*`, `${stream}.l.*.*.*`, `${stream}.p`],
})

export type LogSubjects = ReturnType<typeof logSubjects>

/** The last part of a subject. */
export const lastTokenOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1)
