import { Button, CopyButton } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, clockMs, formatDate, readerZone } from '@millrace/ui'
import type { OurSide, SamlCertificate, SamlConnection } from '../identity-provider-contract.ts'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

interface OurSideCardProps {
  readonly ours: OurSide
  readonly kind: 'oidc' | 'saml'
  /** Whether the provider was added: before that there are no metadata to load. */
  readonly stored: boolean
}

/** What an administrator enters at the provider, to be copied. */
export function OurSideCard({ ours, kind, stored }: OurSideCardProps) {
  const texts = singleSignOnTexts.ours
  return (
    <Card title={texts.title}>
      <dl className={classes.values}>
        {kind === 'oidc' ? (
          <Value name={texts.redirectUri} value={ours.redirectUri} />
        ) : (
          <>
            <Value name={texts.entityId} value={ours.entityId} />
            <Value name={texts.assertionConsumerUrl} value={ours.assertionConsumerUrl} />
          </>
        )}
      </dl>
      {kind === 'saml' && stored && (
        <p className={classes.after}>
          <a href={new URL(ours.metadataUrl).pathname} download>
            {texts.metadata}
          </a>
        </p>
      )}
    </Card>
  )
}

function Value({ name, value }: { name: string; value: string }) {
  const texts = singleSignOnTexts.ours
  return (
    <div className={classes.value}>
      <dt className="small muted">{name}</dt>
      <dd className={classes.code}>{value}</dd>
      <dd>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="xs" aria-label={texts.copy(name)} onClick={copy}>
              {copied ? texts.copied : texts.copyShort}
            </Button>
          )}
        </CopyButton>
      </dd>
    </div>
  )
}

/** What the metadata of a SAML provider said. */
export function TheirSideCard({ connection }: { connection: SamlConnection }) {
  const texts = singleSignOnTexts.theirs
  return (
    <Card title={texts.title}>
      <dl className={classes.values}>
        <div className={classes.value}>
          <dt className="small muted">{texts.entityId}</dt>
          <dd className={classes.code}>{connection.entityId}</dd>
        </div>
        <div className={classes.value}>
          <dt className="small muted">{texts.signInUrl}</dt>
          <dd className={classes.code}>{connection.signInUrl}</dd>
        </div>
        {connection.certificates.map((certificate) => (
          <Certificate key={certificate.sha256} certificate={certificate} />
        ))}
      </dl>
    </Card>
  )
}

function Certificate({ certificate }: { certificate: SamlCertificate }) {
  const texts = singleSignOnTexts.theirs
  const untilMs = epochMs(certificate.validUntil)
  const day = formatDate(untilMs, readerZone())
  return (
    <div className={classes.value}>
      <dt className="small muted">{texts.certificate}</dt>
      <dd>
        <div>{certificate.subject}</div>
        <div className="small second">{untilMs > clockMs() ? texts.until(day) : texts.ended(day)}</div>
        <div className={classes.code}>{certificate.sha256.match(/../g)?.join(':')}</div>
      </dd>
    </div>
  )
}
