import { Button, PasswordInput, TextInput } from '@mantine/core'
import { DemoCompanyCard } from '@millrace/demo/web'
import { useFoundEnterprise } from '@millrace/identity/web'
import { Card, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import { texts } from '../texts.ts'
import classes from './first-run.module.css'
import { isEmail } from './wizard.ts'

const words = texts.firstRun.company
const PASSWORD_MIN = 12

/** The company and its first person, who is signed in afterwards; or the demo company to look around first. */
export function CompanyStep({ onDone }: { onDone: () => void }) {
  const found = useFoundEnterprise()
  const [values, setValues] = useState({ company: '', name: '', email: '', password: '' })
  const [tried, setTried] = useState(false)
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }))
  const errors = {
    company: values.company.trim() === '' ? words.needed : undefined,
    name: values.name.trim() === '' ? words.needed : undefined,
    email: isEmail(values.email) ? undefined : words.emailWrong,
    password: values.password.length < PASSWORD_MIN ? words.passwordShort : undefined,
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.values(errors).some((error) => error !== undefined)) return
    const person = { name: values.name.trim(), email: values.email, password: values.password }
    found.mutate({ enterpriseName: values.company.trim(), person }, { onSuccess: onDone })
  }
  return (
    <>
      <Card title={words.heading}>
        <form className={classes.form} onSubmit={submit} noValidate>
          <ProblemAlert error={found.error} />
          <TextInput
            label={words.name}
            autoComplete="organization"
            maxLength={200}
            value={values.company}
            onChange={(event) => set({ company: event.currentTarget.value })}
            error={tried && errors.company}
            data-autofocus
          />
          <TextInput
            label={words.person}
            autoComplete="name"
            maxLength={200}
            value={values.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={tried && errors.name}
          />
          <TextInput
            label={words.email}
            type="email"
            autoComplete="username"
            maxLength={254}
            value={values.email}
            onChange={(event) => set({ email: event.currentTarget.value })}
            error={tried && errors.email}
          />
          <PasswordInput
            label={words.password}
            description={words.passwordHint}
            autoComplete="new-password"
            maxLength={200}
            value={values.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
            error={tried && errors.password}
          />
          <Button type="submit" variant="filled" loading={found.isPending}>
            {texts.firstRun.next}
          </Button>
        </form>
      </Card>
      <DemoCompanyCard />
    </>
  )
}
