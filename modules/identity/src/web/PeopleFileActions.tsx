import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { EXPORT_ADDRESS } from './people-file-queries.ts'
import { texts } from './people-file-texts.ts'
import { useMay } from './queries.ts'

/** The ways of people out to a file and in from one. */
export function PeopleFileActions() {
  const navigate = useNavigate()
  const mayExport = useMay('identity:person:export')
  const mayImport = useMay('identity:grant:write')
  return (
    <>
      {mayExport && (
        <Button component="a" href={EXPORT_ADDRESS} download>
          {texts.export}
        </Button>
      )}
      {mayImport && <Button onClick={() => void navigate({ to: '/identity/people/import' })}>{texts.open}</Button>}
    </>
  )
}
