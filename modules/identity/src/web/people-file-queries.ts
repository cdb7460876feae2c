import { problemType } from '@millrace/base'
import { api } from '@millrace/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ImportDone, ImportPlan, PEOPLE_FILE_BYTES_MAX, type PeopleImport } from '../people-csv-contract.ts'
import { peopleHeader, peopleLine } from '../people-csv-rules.ts'
import { texts } from './people-file-texts.ts'

const notReadable = problemType('identity/file-not-readable', 'invalid', 'This file cannot be read')

/** A file of people, read in the browser. */
export interface ChosenFile {
  readonly name: string
  readonly text: string
}

/** Where the people can be downloaded. */
export const EXPORT_ADDRESS = '/api/v1/identity/people/export'

/** A file to begin with, as an address of its own. */
export function templateAddress(): string {
  const text = peopleHeader() + texts.templateRows.map((row) => peopleLine(row)).join('')
  return `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`
}

/** Reads a file and lets the server say what it would do. Rejects with a Problem for what is no text. */
export function useCheckFile() {
  return useMutation({
    mutationFn: async (file: File): Promise<{ file: ChosenFile; plan: ImportPlan }> => {
      const text = await textOf(file)
      const plan = await api.post('/identity/people/import/check', { body: { text }, response: ImportPlan })
      return { file: { name: file.name, text }, plan }
    },
  })
}

async function textOf(file: File): Promise<string> {
  if (file.size > PEOPLE_FILE_BYTES_MAX) throw notReadable(texts.problems.size)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer())
  } catch (error) {
    throw notReadable(texts.problems.encoding, {}, { cause: error })
  }
}

/** Does what was looked at. @param about in words, for who has to confirm it */
export function useImportPeople() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ body, about }: { body: PeopleImport; about: string }) =>
      api.post('/identity/people/import', { body, response: ImportDone, about }),
    // The own session too: what was changed may be one's own.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['identity'] }),
  })
}
