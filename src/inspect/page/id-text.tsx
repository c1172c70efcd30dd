import { shortText, visibleText } from '../visible-text.js'

/** The longest id that a tooltip shows whole. */
const TITLE_LENGTH = 400

/** An id, isolated from the text around it, and shortened in its middle. */
export const IdText = ({ id, most = 40 }: { readonly id: string; readonly most?: number }) => (
  <bdi class="id" title={shortText(id, TITLE_LENGTH)}>
    {shortText(id, most)}
  </bdi>
)

/** A text of a payload, with nothing unseen in it. */
export const VisibleText = ({ text }: { readonly text: string }) => <bdi>{visibleText(text)}</bdi>
