import { LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import type { StationPerson, StationSignIn } from '../station-contract.ts'
import { PinPad } from './PinPad.tsx'
import { initials } from './person.ts'
import classes from './station.module.css'
import { stationPeopleQuery, useStationSignIn } from './station-queries.ts'
import { texts } from './station-texts.ts'
import { useBadgeReader } from './useBadgeReader.ts'

const QrCamera = lazy(() => import('./QrCamera.tsx').then((module) => ({ default: module.QrCamera })))

/** A code that stays before the camera is not tried again at once. */
const SAME_CODE_MS = 3000
/** Fewer names are read faster than a search is typed. */
const SEARCH_FROM = 12

interface StationDoorProps {
  readonly onSignedIn: () => void
  /** Further ways in, below the names. */
  readonly children?: ReactNode
}

/** The way in at a shared station, for whoever comes next: badge, QR code, or name and PIN. */
export function StationDoor({ onSignedIn, children }: StationDoorProps) {
  const signIn = useStationSignIn()
  const [person, setPerson] = useState<StationPerson>()
  const [camera, setCamera] = useState(false)
  const lastCode = useRef({ text: '', atMs: 0 })
  const show = (shown: StationSignIn) => {
    if (!signIn.isPending) signIn.mutate(shown, { onSuccess: onSignedIn })
  }
  useBadgeReader((badge) => show({ badge }))
  const seen = (text: string) => {
    const atMs = performance.now()
    if (lastCode.current.text === text && atMs - lastCode.current.atMs < SAME_CODE_MS) return
    lastCode.current = { text, atMs }
    show({ badge: text.slice(0, 200) })
  }
  if (person) {
    return (
      <PinPad
        name={person.name}
        error={signIn.error}
        busy={signIn.isPending}
        onPin={(pin) => show({ personId: person.id, pin })}
        onBack={() => {
          setPerson(undefined)
          signIn.reset()
        }}
      />
    )
  }
  return (
    <div className={classes.door}>
      <h1>{texts.door.title}</h1>
      <div role="status" className="visually-hidden">
        {signIn.isPending && texts.door.reading}
      </div>
      <ProblemAlert error={signIn.error} />
      {camera && (
        <Suspense fallback={<LinesSkeleton lines={4} />}>
          <QrCamera onCode={seen} />
        </Suspense>
      )}
      <button type="button" className={classes.big} onClick={() => setCamera(!camera)}>
        {camera ? texts.door.closeCamera : texts.door.camera}
      </button>
      <Names onChoose={setPerson} />
      {children}
    </div>
  )
}

function Names({ onChoose }: { onChoose: (person: StationPerson) => void }) {
  const [text, setText] = useState('')
  const [searching, setSearching] = useState(false)
  const { data, error } = useQuery({ ...stationPeopleQuery(text.trim()), placeholderData: keepPreviousData })
  const people = data?.items ?? []
  const mayChoose = searching || people.length >= SEARCH_FROM
  return (
    <section className={classes.names} aria-label={texts.door.names}>
      <ProblemAlert error={error} />
      {mayChoose && (
        <input
          className={classes.search}
          type="search"
          autoComplete="off"
          aria-label={texts.door.search}
          placeholder={texts.door.search}
          maxLength={100}
          value={text}
          onChange={(event) => {
            setSearching(true)
            setText(event.currentTarget.value)
          }}
        />
      )}
      {!data && !error && <LinesSkeleton lines={4} height={64} />}
      {people.length > 0 && (
        <ul className={classes.people}>
          {people.map((person) => (
            <li key={person.id}>
              <button type="button" className={classes.person} onClick={() => onChoose(person)}>
                <span className={classes.avatar} aria-hidden="true">
                  {initials(person.name)}
                </span>
                <span className={classes.words}>
                  <b>{person.name}</b>
                  <span className="muted">{person.title}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="second">
        {people.length > 0 || !data ? texts.door.without : text === '' ? texts.door.nobody : texts.door.noSuch}
      </p>
    </section>
  )
}
