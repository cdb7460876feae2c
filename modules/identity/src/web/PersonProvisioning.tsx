import { Button } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person } from '../contract.ts'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import { provisioningQuery, useHandOver, useRelease } from './provisioning-queries.ts'
import { texts as provisioning } from './provisioning-texts.ts'
import { useMay } from './queries.ts'

const texts = provisioning.person

/** Who looks after a person, the identity provider or somebody here, and changing that. */
export function PersonProvisioning({ person }: { person: Person }) {
  const mayDecide = useMay('identity:provisioning:write')
  // Without an identity provider there is nobody to hand over to.
  const { data } = useQuery({ ...provisioningQuery, enabled: mayDecide && !person.provisioned })
  const [open, setOpen] = useState(false)
  const offered = mayDecide && (person.provisioned || typeof data?.lastUsedAt === 'string')
  if (!person.provisioned && !offered) return null
  return (
    <>
      {person.provisioned && <p className="second">{texts.provisioned}</p>}
      {offered && (
        <div>
          <Button size="xs" onClick={() => setOpen(true)}>
            {person.provisioned ? texts.release : texts.handOver}
          </Button>
        </div>
      )}
      {open && <ChangeDialog person={person} onClose={() => setOpen(false)} />}
    </>
  )
}

function ChangeDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { provisioned, name, email } = person
  const handOver = useHandOver(person)
  const release = useRelease(person)
  const act = provisioned ? release : handOver
  const title = provisioned ? texts.releaseTitle(name) : texts.handOverTitle(name)
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={classes.form}>
        <p className="second">{provisioned ? texts.releaseNote : texts.handOverNote(email)}</p>
        <ProblemAlert error={act.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button
            variant="filled"
            loading={act.isPending}
            onClick={() => act.mutate(undefined, { onSuccess: onClose })}
          >
            {title}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
