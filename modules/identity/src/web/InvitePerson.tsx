import { Button } from '@mantine/core'
import { useState } from 'react'
import { useInviteNewPerson } from './joining-queries.ts'
import { joiningTexts } from './joining-texts.ts'
import { LinkOnce } from './LinkOnce.tsx'
import { PersonForm } from './NewPersonDialog.tsx'
import { useMay } from './queries.ts'
import type { Words } from './words.ts'

const texts = joiningTexts.invite

/** Adds a person who joins by a link, which is shown once. */
export function InvitePerson({ words }: { words: Words }) {
  const invite = useInviteNewPerson()
  const [open, setOpen] = useState(false)
  const mayInvite = useMay('identity:person:write')
  if (!mayInvite) return null
  const close = () => {
    setOpen(false)
    invite.reset()
  }
  return (
    <>
      <Button variant="filled" onClick={() => setOpen(true)}>
        {texts.button}
      </Button>
      {open && !invite.data && (
        <PersonForm
          words={words}
          say={texts}
          pending={invite.isPending}
          error={invite.error}
          onSave={(person) => invite.mutate(person)}
          onClose={close}
        />
      )}
      {open && invite.data && (
        <LinkOnce kind="invitation" made={invite.data} person={invite.data.person} away onClose={close} />
      )}
    </>
  )
}
