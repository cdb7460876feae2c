import { Button, FileButton } from '@mantine/core'
import { Card, LinesSkeleton, Page, ProblemAlert, shellRoute } from '@millrace/ui'
import { createRoute, Link } from '@tanstack/react-router'
import { type DragEvent, useRef, useState } from 'react'
import type { ImportPlan } from '../people-csv-contract.ts'
import { useAdministrationCrumbs } from './AdministrationPage.tsx'
import { ImportTable } from './ImportTable.tsx'
import classes from './import.module.css'
import { type ChosenFile, templateAddress, useCheckFile, useImportPeople } from './people-file-queries.ts'
import { texts } from './people-file-texts.ts'

export const importPeopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/people/import',
  component: ImportPeoplePage,
})

/** People from a file: chosen, looked at row by row, and then imported all at once. */
function ImportPeoplePage() {
  const crumbs = useAdministrationCrumbs()
  const check = useCheckFile()
  const apply = useImportPeople()
  const choose = (file: File | null) => {
    if (!file) return
    apply.reset()
    check.mutate(file)
  }
  return (
    <Page name={texts.page} title={texts.page} crumbs={crumbs}>
      <Card>
        <p className="second">{texts.intro}</p>
        <FileDrop isAgain={check.data !== undefined} onChoose={choose} />
        <ProblemAlert error={check.error} />
        {check.isPending && <LinesSkeleton lines={5} height={26} />}
      </Card>
      {check.data && !apply.data && (
        <Found
          {...check.data}
          apply={apply}
          onAgain={() => choose(new File([check.data.file.text], check.data.file.name))}
        />
      )}
      {apply.data && (
        <Card>
          <div className={classes.done} role="status">
            <b>{texts.done(apply.data.create, apply.data.change)}</b>
            <Link to="/identity/people">{texts.toPeople}</Link>
          </div>
        </Card>
      )}
    </Page>
  )
}

function FileDrop({ isAgain, onChoose }: { isAgain: boolean; onChoose: (file: File | null) => void }) {
  const [isOver, setOver] = useState(false)
  const forget = useRef<() => void>(null)
  const chosen = (file: File | null) => {
    // A browser says nothing when the same file is chosen again, which it is once it was corrected.
    forget.current?.()
    onChoose(file)
  }
  const over = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onChoose(event.dataTransfer.files[0] ?? null)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can be dropped here; the button does the same by keyboard
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span className={`second ${classes.dropText}`}>{texts.drop}</span>
      <FileButton accept="text/csv,.csv,.txt" resetRef={forget} onChange={chosen}>
        {(button) => (
          <Button {...button} variant={isAgain ? 'default' : 'filled'}>
            {isAgain ? texts.another : texts.choose}
          </Button>
        )}
      </FileButton>
      <a href={templateAddress()} download="people-template.csv">
        {texts.template}
      </a>
    </div>
  )
}

interface FoundProps {
  readonly file: ChosenFile
  readonly plan: ImportPlan
  readonly apply: ReturnType<typeof useImportPeople>
  readonly onAgain: () => void
}

/** What a file would do, and the button that does it. */
function Found({ file, plan, apply, onAgain }: FoundProps) {
  const { counts, fileDigest, planDigest } = plan
  const touched = counts.create + counts.change
  const submit = () =>
    apply.mutate({
      body: { text: file.text, fileDigest, planDigest },
      about: texts.about(file.name, touched),
    })
  return (
    <Card title={texts.found} note={file.name}>
      <p role="status" className={classes.counts}>
        {counts.errors > 0 && <b>{texts.errors(counts.errors)}</b>}
        <span>{texts.create(counts.create)}</span>
        <span>{texts.change(counts.change)}</span>
        <span>{texts.nothing(counts.nothing)}</span>
      </p>
      {counts.errors > 0 && <p className="second">{texts.correct}</p>}
      {counts.errors + touched === 0 && <p className="second">{texts.same}</p>}
      <ProblemAlert error={apply.error} />
      <div className={classes.buttons}>
        {apply.error !== null && <Button onClick={onAgain}>{texts.again}</Button>}
        {counts.errors === 0 && touched > 0 && (
          <Button variant="filled" loading={apply.isPending} onClick={submit}>
            {texts.apply(touched)}
          </Button>
        )}
      </div>
      <ImportTable rows={plan.rows} />
    </Card>
  )
}
