const count = (one: string, many: string) => (number: number) => (number === 1 ? `1 ${one}` : `${number} ${many}`)
const people = count('person', 'people')

/** Words of importing and exporting people. */
export const texts = {
  page: 'Import people',
  open: 'Import',
  export: 'Export',
  intro:
    'A CSV file with the columns name, email, title, role and site. A person with several roles has a row for each. An empty cell leaves what is there; nothing is changed before you have seen what would be.',
  drop: 'Drop the file here, or',
  choose: 'Choose a file',
  another: 'Choose another file',
  template: 'Download a template',
  templateRows: [
    { name: 'Lena Muster', email: 'lena.muster@company.example', title: 'Operator', role: 'Operator', site: 'Plant A' },
    {
      ...{ name: 'Jonas Muster', email: 'jonas.muster@company.example', title: 'Head of IT' },
      ...{ role: 'IT and security', site: 'whole company' },
    },
  ],
  reading: 'The file is being looked at.',
  found: 'What the file would do',
  rows: 'Rows of the file',
  create: (number: number) => `${people(number)} added`,
  change: (number: number) => `${people(number)} changed`,
  nothing: (number: number) => `${people(number)} left as they are`,
  errors: (number: number) => `${count('row', 'rows')(number)} with errors`,
  correct: 'Correct the file and choose it again. Nothing is imported while a row has an error.',
  same: 'Everything in the file is so already.',
  apply: (number: number) => `Import ${people(number)}`,
  again: 'Look at the file again',
  about: (name: string, number: number) => `${people(number)} from ${name}`,
  done: (created: number, changed: number) => `${people(created)} added, ${people(changed)} changed.`,
  toPeople: 'See the people',
  row: 'Row',
  person: 'Person',
  what: 'What happens',
  rowNumber: (row: number) => `row ${row}`,
  nobody: 'no name',
  outcomes: { create: 'is added', change: 'is changed', nothing: 'stays as it is', error: 'Error' },
  columns: { name: 'Name', email: 'E-mail', title: 'Title', role: 'Role', site: 'Site', row: 'The row' },
  more: (hidden: number) => `Show more (${hidden})`,
  problems: {
    size: 'The file is larger than 1 MiB. Split it.',
    encoding: 'The file is no text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.',
  },
} as const
