import { Button } from '@mantine/core'
import { Card, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { AccessAnswer as Answer, HolderRef, PersonId } from '../contract.ts'
import classes from './administration.module.css'
import { accessQuery, answerQuery, permissionsQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { PlaceSelect } from './PlaceSelect.tsx'
import type { PlaceId } from './place-tree.ts'
import { SearchSelect } from './SearchSelect.tsx'
import { useWords } from './words.ts'

const texts = all.access
const COMPANY = 'company'

interface AccessAnswerProps {
  readonly holder: HolderRef
  readonly permission: string | undefined
  /** `company` or the id of a place. */
  readonly place: string | undefined
  readonly onAsk: (question: { permission: string; place: string }) => void
}

/** May somebody do something somewhere, and because of which grant or rule. The question is in the address. */
export function AccessAnswer({ holder, permission, place, onAsk }: AccessAnswerProps) {
  const words = useWords()
  const { data: access } = useQuery(accessQuery(holder))
  const { data: permissions } = useQuery(permissionsQuery)
  const placeId: PlaceId = place === undefined || place === COMPANY ? null : place
  const answer = useQuery({
    ...answerQuery({
      ...(holder.personId === undefined ? { keyId: holder.keyId as never } : { personId: holder.personId as PersonId }),
      ...{ permission: permission ?? '', placeId: placeId as never },
    }),
    enabled: permission !== undefined,
  })
  const [wanted, setWanted] = useState<string | null>(permission ?? null)
  const [where, setWhere] = useState<PlaceId | undefined>(place === undefined ? undefined : placeId)
  const firstPlace = words.places.inOrder[0]?.id ?? null
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const at = where === undefined ? firstPlace : where
    if (wanted !== null) onAsk({ permission: wanted, place: at ?? COMPANY })
  }
  return (
    <Card title={texts.question} note={texts.questionNote}>
      <form className={classes.question} onSubmit={submit}>
        <SearchSelect
          label={texts.may(access?.name ?? '')}
          placeholder={texts.doWhat}
          value={wanted}
          data={(permissions?.items ?? []).map(({ name, title }) => ({ value: name, label: title }))}
          onChange={setWanted}
        />
        <PlaceSelect
          words={words}
          label={texts.where}
          value={where === undefined ? firstPlace : where}
          onChange={setWhere}
        />
        <Button type="submit" disabled={wanted === null} loading={answer.isFetching}>
          {texts.ask}
        </Button>
      </form>
      <ProblemAlert error={answer.error} />
      {answer.data && <Verdict answer={answer.data} />}
    </Card>
  )
}

function Verdict({ answer }: { answer: Answer }) {
  const where = answer.placeName === null ? texts.inCompany : texts.at(answer.placeName)
  const say = answer.allowed ? texts.yes : texts.no
  return (
    <div className={classes.answer} role="status">
      <p className={classes.answerHead}>{say(answer.name, lowerFirst(answer.title), where)}</p>
      <ul>
        {answer.sentences.map((sentence) => {
          const allows = answer.grants.some((one) => one.sentence === sentence && one.outcome === 'allows')
          return (
            <li key={sentence} className={classes.verdict}>
              <span className={classes.sign} aria-hidden="true">
                {allows ? '+' : '–'}
              </span>
              <span className={allows ? undefined : 'second'}>{sentence}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
