import { epochMs } from '@millrace/base'
import { DataTable, formatWhen, readerZone, useNowMs } from '@millrace/ui'
import type { ProvisioningRefusal } from '../scim-contract.ts'
import classes from './administration.module.css'
import { texts as provisioning } from './provisioning-texts.ts'

const texts = provisioning.refusals

/** What the identity provider asked for and did not get, so that somebody can set it right. */
export function ProvisioningRefusals({ refusals }: { refusals: readonly ProvisioningRefusal[] }) {
  const nowMs = useNowMs()
  return (
    <section className={classes.stack}>
      <h3>{texts.title}</h3>
      <DataTable
        label={texts.title}
        rows={refusals}
        rowKey={(one) => [one.tokenName, one.act, one.subject, one.code].join(' ')}
        empty=""
        columns={[
          {
            header: texts.about,
            phone: 'title',
            cell: (one) => (
              <span className={classes.person}>
                <b>{one.subject || one.tokenName}</b>
                <span className="small muted">{texts.by(one.tokenName, texts.acts[one.act] ?? one.act)}</span>
              </span>
            ),
          },
          { header: texts.why, phone: 'detail', cell: (one) => one.detail },
          {
            header: texts.when,
            phone: 'value',
            cell: (one) => (
              <span className={classes.person}>
                <span>{formatWhen(epochMs(one.lastAt), readerZone(), nowMs)}</span>
                {one.count > 1 && <span className="small muted">{texts.times(one.count)}</span>}
              </span>
            ),
          },
        ]}
      />
    </section>
  )
}
