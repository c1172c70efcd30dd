import { useEffect, useState } from 'preact/hooks'

/** A field for an id. */
export const SearchForm = (props: {
  readonly id: string
  readonly onSearch: (id: string) => void
}) => {
  const [text, setText] = useState(props.id)
  useEffect(() => {
    setText(props.id)
  }, [props.id])
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        props.onSearch(text.trim())
      }}
    >
      <input
        type="search"
        aria-label="id of a client, session or user"
        placeholder="client_… sess_… user_…"
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
        }}
      />
      <button type="submit" class="primary">
        Find
      </button>
    </form>
  )
}
