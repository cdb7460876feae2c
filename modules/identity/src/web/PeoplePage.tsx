import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { epochMs, isUuid } from '@millrace/base'
import {
  Card,
  DataTable,
  formatDate,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  QuietChip,
  readerZone,
  shellRoute,
} from '@millrace/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Person, PersonFilter } from '../contract.ts'
import { AdministrationPage } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import { InvitePerson } from './InvitePerson.tsx'
import { joiningTexts } from './joining-texts.ts'
import { NewPersonDialog } from './NewPersonDialog.tsx'
import { PeopleFileActions } from './PeopleFileActions.tsx'
import { peopleQuery, useMay } from './queries.ts'
import { texts as identityTexts } from './texts.ts'
import { useWords, type Words } from './words.ts'

const texts = all.people
const STATES = ['active', 'locked', 'ended'] as const
/** A person who types does not want an answer to each letter. */
const TYPING_MS = 250

export const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/people',
  validateSearch: ({ text, state, role, siteId, zone }: Record<string, unknown>): PersonFilter => {
    const wanted = STATES.find((one) => one === state)
    return {
      ...(isText(text) && { text: text.slice(0, 100) }),
      ...(wanted && { state: wanted }),
      ...(isText(role) && { role: role.slice(0, 60) }),
      ...(isText(siteId) && isUuid(siteId) && { siteId }),
      ...(isText(zone) && { zone: zone.slice(0, 60) }),
    }
  },
  component: PeoplePage,
})

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Who belongs to the company, and what each may do where. */
function PeoplePage() {
  const filter = peopleRoute.useSearch()
  const query = useInfiniteQuery({ ...peopleQuery(filter), placeholderData: keepPreviousData })
  const words = useWords()
  const mayAdd = useMay('identity:person:write')
  const [adding, setAdding] = useState(false)
  const people = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <AdministrationPage
      name={identityTexts.tabs.people}
      aside={query.data && texts.shown(people.length, query.hasNextPage)}
      actions={
        <>
          <PeopleFileActions />
          {mayAdd && (
            <>
              <Button onClick={() => setAdding(true)}>{texts.add}</Button>
              <InvitePerson words={words} />
            </>
          )}
        </>
      }
    >
      <Card>
        <Filters filter={filter} words={words} />
        <ProblemAlert error={query.error} />
        {query.isPending && <LinesSkeleton lines={9} height={26} />}
        {query.data && <PeopleTable people={people} words={words} />}
        {query.hasNextPage && (
          <Button
            className={classes.more}
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {all.more}
          </Button>
        )}
      </Card>
      {adding && <NewPersonDialog words={words} onClose={() => setAdding(false)} />}
    </AdministrationPage>
  )
}

function Filters({ filter, words }: { filter: PersonFilter; words: Words }) {
  const navigate = useNavigate()
  const [text, setText] = useState(filter.text ?? '')
  const change = (part: { [K in keyof PersonFilter]: PersonFilter[K] | undefined }) =>
    void navigate({
      to: '/identity/people',
      search: (before: PersonFilter) => ({ ...before, ...part }),
      replace: true,
    })
  const search = useDebouncedCallback((typed: string) => change({ text: typed.trim() || undefined }), TYPING_MS)
  const sites = words.places.inOrder.filter((place) => place.parentId === null)
  return (
    <search>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          maxLength={100}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            search(event.currentTarget.value)
          }}
        />
        <Select
          aria-label={texts.state}
          value={filter.state ?? ''}
          allowDeselect={false}
          data={[
            { value: '', label: texts.anyState },
            ...STATES.map((state) => ({ value: state, label: texts.states[state] })),
          ]}
          onChange={(value) => change({ state: STATES.find((state) => state === value) })}
        />
        <Select
          aria-label={texts.role}
          value={filter.role ?? ''}
          allowDeselect={false}
          searchable
          data={[
            { value: '', label: texts.anyRole },
            ...words.roles.map((role) => ({ value: role.id, label: role.name })),
          ]}
          onChange={(value) => change({ role: value || undefined })}
        />
        <Select
          aria-label={texts.plant}
          value={filter.siteId ?? ''}
          allowDeselect={false}
          data={[{ value: '', label: texts.anyPlant }, ...sites.map((site) => ({ value: site.id, label: site.name }))]}
          onChange={(value) => change({ siteId: value || undefined })}
        />
      </div>
      {filter.zone !== undefined && (
        <p className={`second ${classes.more}`}>
          {texts.zone(filter.zone)}.{' '}
          <button type="button" className={classes.linkButton} onClick={() => change({ zone: undefined })}>
            {texts.clear}
          </button>
        </p>
      )}
    </search>
  )
}

function PeopleTable({ people, words }: { people: readonly Person[]; words: Words }) {
  return (
    <DataTable
      label={identityTexts.tabs.people}
      rows={people}
      rowKey={(person) => person.id}
      empty={texts.empty}
      columns={[
        {
          header: texts.name,
          phone: 'title',
          width: '24%',
          cell: (person) => (
            <span className={classes.person}>
              <Link to="/identity/people/$personId" params={{ personId: person.id }}>
                <b>{person.name}</b>
              </Link>
              <span className="small muted">{person.email}</span>
            </span>
          ),
        },
        { header: texts.does, cell: (person) => person.title, phone: 'hidden', width: '24%' },
        { header: texts.holds, cell: (person) => <Holds person={person} words={words} />, phone: 'detail' },
        { header: texts.state, cell: (person) => <PersonState person={person} />, phone: 'value', width: '120px' },
      ]}
    />
  )
}

/** The first roles of a person with their places; the rest as a number. */
function Holds({ person: { grants }, words }: { person: Person; words: Words }) {
  if (grants.length === 0) return <span className="muted">{texts.holdsNothing}</span>
  const [first, second, ...rest] = grants.map((grant) => words.grantText(grant))
  return (
    <span className={classes.person}>
      <span>{first}</span>
      {second !== undefined && (
        <span className="second">
          {second}
          {rest.length > 0 && ` ${all.lists(['', texts.others(rest.length)]).trim()}`}
        </span>
      )}
    </span>
  )
}

/** Active, locked or gone: colour is for what wants somebody's attention. */
export function PersonState({ person: { endedAt, lockedAt, invitation } }: { person: Person }) {
  if (endedAt !== null) return <QuietChip>{texts.ended(formatDate(epochMs(endedAt), readerZone()))}</QuietChip>
  if (lockedAt !== null) return <PriorityChip priority={1}>{texts.locked}</PriorityChip>
  const state = invitation?.state
  if (invitation && state && state !== 'used') {
    const { open, ...over } = joiningTexts.state
    const day = formatDate(epochMs(invitation.expiresAt), readerZone())
    return <QuietChip>{state === 'open' ? open(day) : over[state]}</QuietChip>
  }
  return <span className="muted">{texts.active}</span>
}
