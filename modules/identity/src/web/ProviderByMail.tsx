import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { mailDomainIn, providersOfDomainQuery } from './provider-queries.ts'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

const texts = singleSignOnTexts.signIn
/** A person who types does not want an answer to each letter. */
const TYPING_MS = 300

/** The identity provider of the mail domain that was typed, beside the password that may not be needed. */
export function ProviderByMail({ email, next }: { email: string; next: string | undefined }) {
  const [domain] = useDebouncedValue(mailDomainIn(email), TYPING_MS)
  const { data } = useQuery({ ...providersOfDomainQuery(domain ?? ''), enabled: domain !== undefined })
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return (
    <div role="status" className={classes.ofDomain}>
      {domain !== undefined &&
        data?.providers.map(({ name, startUrl, required }) => (
          <div key={startUrl} className={classes.offer}>
            <span className="second">{required ? texts.must(domain, name) : texts.may(domain, name)}</span>
            <Button component="a" href={startUrl + query} variant={required ? 'filled' : 'default'}>
              {texts.goOn(name)}
            </Button>
          </div>
        ))}
    </div>
  )
}
