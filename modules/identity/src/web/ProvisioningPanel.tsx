import { epochMs } from '@millrace/base'
import { Card, formatWhen, LinesSkeleton, ProblemAlert, readerZone, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { Provisioning } from '../scim-contract.ts'
import classes from './administration.module.css'
import { CopyField } from './CopyField.tsx'
import { ProvisionedGroups } from './ProvisionedGroups.tsx'
import { ProvisioningRefusals } from './ProvisioningRefusals.tsx'
import { ProvisioningTokens } from './ProvisioningTokens.tsx'
import { provisioningQuery } from './provisioning-queries.ts'
import { texts } from './provisioning-texts.ts'
import { useMay } from './queries.ts'

/** What an administrator sees and decides about the identity provider that looks after people. */
export function ProvisioningPanel() {
  return useMay('identity:provisioning:read') ? <ProvisioningCard /> : null
}

function ProvisioningCard() {
  const { data, error } = useQuery(provisioningQuery)
  return (
    <Card title={texts.title}>
      <div className={classes.form}>
        <p className="second">{texts.intro}</p>
        <ProblemAlert error={error} />
        {!data && !error && <LinesSkeleton />}
        {data && (
          <>
            <Standing provisioning={data} />
            <ProvisioningTokens />
            <ProvisionedGroups />
            {data.refusals.length > 0 && <ProvisioningRefusals refusals={data.refusals} />}
          </>
        )}
      </div>
    </Card>
  )
}

function Standing({ provisioning }: { provisioning: Provisioning }) {
  const { path, people, active, groups, lastUsedAt } = provisioning
  const nowMs = useNowMs()
  return (
    <div className={classes.stack}>
      <h3>{texts.address}</h3>
      <CopyField
        text={`${window.location.origin}${path}`}
        label={texts.address.toLowerCase()}
        copy={texts.copy}
        copied={texts.copied}
      />
      <dl className={classes.facts}>
        <dt>{texts.status}</dt>
        <dd>{people === 0 ? texts.nobody : texts.counts(people, active, groups)}</dd>
        <dt>{texts.lastUse}</dt>
        <dd>{lastUsedAt === null ? texts.never : formatWhen(epochMs(lastUsedAt), readerZone(), nowMs)}</dd>
      </dl>
    </div>
  )
}
