import { ActionIcon, Button, Checkbox, FileButton, PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import { Card, idempotencyKey, ProblemAlert, Row } from '@millrace/ui'
import type { SubmitEvent } from 'react'
import { type IdentityProvider, SigningAlgorithm } from '../identity-provider-contract.ts'
import { PlaceSelect } from './PlaceSelect.tsx'
import { hostOf, type ProviderDraft } from './provider-draft.ts'
import { RoleSelect } from './RoleSelect.tsx'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'
import { useWords } from './words.ts'

const texts = singleSignOnTexts.form
const ALGORITHMS: readonly string[] = SigningAlgorithm.enum

interface FieldsProps {
  readonly draft: ProviderDraft
  readonly change: (part: Partial<ProviderDraft>) => void
  readonly stored: IdentityProvider | undefined
}

interface ProviderFormProps {
  readonly draft: ProviderDraft
  readonly onChange: (draft: ProviderDraft) => void
  readonly onSubmit: () => void
  readonly pending: boolean
  readonly error: unknown
  readonly submitText: string
  readonly done?: string | undefined
  readonly stored?: IdentityProvider
  readonly disabled?: boolean
}

/** The settings of a provider: what it is called, how it is reached, and who may come in by it. */
export function ProviderForm(props: ProviderFormProps) {
  const { draft, onChange, onSubmit, pending, error, submitText, done, stored, disabled = false } = props
  const change = (part: Partial<ProviderDraft>) => onChange({ ...draft, ...part })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit()
  }
  const Provider = draft.kind === 'oidc' ? OidcFields : SamlFields
  return (
    <form onSubmit={submit}>
      <fieldset className={`${classes.form} ${classes.bare}`} disabled={disabled}>
        <Card title={texts.basics}>
          <div className={classes.fields}>
            <TextInput
              label={texts.name}
              description={texts.nameHint}
              required
              maxLength={80}
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <TextInput
              label={texts.origin}
              description={texts.originHint}
              type="url"
              required
              maxLength={300}
              value={draft.origin}
              onChange={(event) => change({ origin: event.currentTarget.value })}
            />
          </div>
        </Card>
        <Card title={texts.provider}>
          <div className={classes.fields}>
            <Provider draft={draft} change={change} stored={stored} />
          </div>
        </Card>
        <Card title={texts.people}>
          <PeopleFields draft={draft} change={change} stored={stored} />
        </Card>
        <ProblemAlert error={error} />
        {!disabled && (
          <Row>
            <Button type="submit" variant="filled" loading={pending}>
              {submitText}
            </Button>
            {done !== undefined && <span role="status">{done}</span>}
          </Row>
        )}
      </fieldset>
    </form>
  )
}

function OidcFields({ draft, change, stored }: FieldsProps) {
  const hasSecret = stored?.connection.kind === 'oidc' && stored.connection.hasSecret
  const host = hostOf(draft.issuer)
  return (
    <>
      <TextInput
        label={texts.issuer}
        description={texts.issuerHint}
        type="url"
        required
        maxLength={1000}
        value={draft.issuer}
        onChange={(event) => change({ issuer: event.currentTarget.value })}
      />
      <TextInput
        label={texts.clientId}
        required
        maxLength={300}
        autoComplete="off"
        value={draft.clientId}
        onChange={(event) => change({ clientId: event.currentTarget.value })}
      />
      <PasswordInput
        label={texts.clientSecret}
        description={hasSecret ? texts.secretKept : texts.secretHint}
        maxLength={1000}
        autoComplete="off"
        value={draft.clientSecret}
        onChange={(event) => change({ clientSecret: event.currentTarget.value })}
      />
      <TextInput
        label={texts.scopes}
        required
        maxLength={300}
        value={draft.scopes}
        onChange={(event) => change({ scopes: event.currentTarget.value })}
      />
      <Select
        label={texts.algorithm}
        description={texts.algorithmHint}
        data={ALGORITHMS}
        allowDeselect={false}
        value={draft.algorithm}
        onChange={(algorithm) => algorithm !== null && change({ algorithm: algorithm as SigningAlgorithm })}
      />
      <Checkbox
        label={texts.isPrivate}
        description={host && texts.privateHint(`${host.host}:${host.port}`)}
        checked={draft.isPrivate}
        onChange={(event) => change({ isPrivate: event.currentTarget.checked })}
      />
      {draft.isPrivate && (
        <TextInput
          label={texts.privateReason}
          required
          maxLength={500}
          value={draft.privateReason}
          onChange={(event) => change({ privateReason: event.currentTarget.value })}
        />
      )}
    </>
  )
}

function SamlFields({ draft, change, stored }: FieldsProps) {
  const read = (file: File | null) => {
    if (file) void file.text().then((metadata) => change({ metadata }))
  }
  return (
    <>
      <Textarea
        label={texts.metadata}
        description={stored ? texts.metadataKept : texts.metadataHint}
        required={!stored}
        rows={6}
        spellCheck={false}
        value={draft.metadata}
        onChange={(event) => change({ metadata: event.currentTarget.value })}
      />
      <Row>
        <FileButton accept="application/xml,text/xml,application/samlmetadata+xml,.xml" onChange={read}>
          {(button) => <Button {...button}>{texts.chooseFile}</Button>}
        </FileButton>
      </Row>
      <TextInput
        label={texts.mailAttribute}
        description={texts.usual}
        maxLength={200}
        value={draft.mailAttribute}
        onChange={(event) => change({ mailAttribute: event.currentTarget.value })}
      />
      <TextInput
        label={texts.nameAttribute}
        description={texts.usual}
        maxLength={200}
        value={draft.nameAttribute}
        onChange={(event) => change({ nameAttribute: event.currentTarget.value })}
      />
      <Checkbox
        label={texts.allowsUnsolicited}
        description={texts.unsolicitedHint}
        checked={draft.allowsUnsolicited}
        onChange={(event) => change({ allowsUnsolicited: event.currentTarget.checked })}
      />
    </>
  )
}

function PeopleFields({ draft, change }: FieldsProps) {
  const words = useWords()
  const { newcomers } = draft
  return (
    <div className={classes.groups}>
      <div className={classes.fields}>
        <TextInput
          label={texts.domains}
          description={texts.domainsHint}
          maxLength={2000}
          value={draft.domains}
          onChange={(event) => change({ domains: event.currentTarget.value })}
        />
        <Checkbox
          label={texts.trustsMail}
          description={texts.trustsHint}
          checked={draft.trustsMail}
          onChange={(event) => change({ trustsMail: event.currentTarget.checked })}
        />
        <Checkbox
          label={texts.provesSecondFactor}
          description={texts.secondHint}
          checked={draft.provesSecondFactor}
          onChange={(event) => change({ provesSecondFactor: event.currentTarget.checked })}
        />
        <Checkbox
          label={texts.newcomers}
          description={texts.newcomersHint}
          checked={newcomers !== null}
          onChange={(event) =>
            change({ newcomers: event.currentTarget.checked ? { role: 'operator', placeId: null } : null })
          }
        />
        {newcomers && (
          <div className={classes.indented}>
            <RoleSelect
              words={words}
              label={texts.role}
              value={newcomers.role}
              onChange={(role) => change({ newcomers: { ...newcomers, role } })}
            />
            <PlaceSelect
              words={words}
              label={texts.place}
              labelHidden
              value={newcomers.placeId}
              onChange={(placeId) => change({ newcomers: { ...newcomers, placeId } })}
            />
          </div>
        )}
        <TextInput
          label={texts.groupsClaim}
          description={texts.groupsHint}
          maxLength={200}
          value={draft.groupsClaim}
          onChange={(event) => change({ groupsClaim: event.currentTarget.value })}
        />
      </div>
      {draft.groupsClaim.trim() !== '' && <GroupRoles draft={draft} change={change} />}
    </div>
  )
}

function GroupRoles({ draft, change }: Pick<FieldsProps, 'draft' | 'change'>) {
  const words = useWords()
  const { groupRoles } = draft
  const set = (key: string, part: Partial<ProviderDraft['groupRoles'][number]>) =>
    change({ groupRoles: groupRoles.map((one) => (one.key === key ? { ...one, ...part } : one)) })
  const add = () =>
    change({ groupRoles: [...groupRoles, { key: idempotencyKey(), value: '', role: 'operator', placeId: null }] })
  return (
    <fieldset className={`${classes.groups} ${classes.bare}`} aria-label={texts.groupRoles}>
      {groupRoles.map(({ key, value, role, placeId }) => (
        <div key={key} className={classes.group}>
          <TextInput
            aria-label={texts.group}
            placeholder={texts.group}
            size="xs"
            required
            maxLength={300}
            value={value}
            onChange={(event) => set(key, { value: event.currentTarget.value })}
          />
          <RoleSelect
            words={words}
            label={texts.role}
            size="xs"
            value={role}
            onChange={(next) => set(key, { role: next })}
          />
          <PlaceSelect
            words={words}
            label={texts.place}
            labelHidden
            size="xs"
            value={placeId}
            onChange={(next) => set(key, { placeId: next })}
          />
          <ActionIcon
            aria-label={texts.removeGroup(value)}
            onClick={() => change({ groupRoles: groupRoles.filter((one) => one.key !== key) })}
          >
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" stroke="currentColor" strokeWidth="1.6">
              <path d="M2 2l8 8M10 2l-8 8" />
            </svg>
          </ActionIcon>
        </div>
      ))}
      <Button size="xs" onClick={add}>
        {texts.addGroup}
      </Button>
    </fieldset>
  )
}
