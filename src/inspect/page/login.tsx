import { useState } from 'preact/hooks'
import { signIn } from './server.js'

/** Asks for the read secret. */
export const Login = ({ onSignedIn }: { readonly onSignedIn: () => void }) => {
  const [secret, setSecret] = useState('')
  const [failure, setFailure] = useState('')
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      if (await signIn(secret)) onSignedIn()
      else setFailure('This is not the read secret of this server. Check CLIENTFOLD_SECRET_KEY.')
    } catch (error) {
      setFailure((error as Error).message)
    }
  }
  return (
    <main class="login">
      <h1>clientfold inspector</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Read secret
          <input
            type="password"
            autocomplete="current-password"
            value={secret}
            onInput={(event) => {
              setSecret(event.currentTarget.value)
            }}
            required
          />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
      <p role="alert">{failure}</p>
    </main>
  )
}
