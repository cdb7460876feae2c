import { Select } from '@mantine/core'
import { texts } from './texts.ts'
import { usePlaceTree } from './use-place.ts'

interface SiteSelectProps {
  /** The plant that is shown; nothing is offered without one. */
  readonly siteId: string | undefined
  readonly onChoose: (siteId: string) => void
}

/** The choice of the plant that a page is about, where the company has several. */
export function SiteSelect({ siteId, onChoose }: SiteSelectProps) {
  const { sites } = usePlaceTree()
  if (siteId === undefined || sites.length < 2) return null
  return (
    <Select
      size="xs"
      w={150}
      aria-label={texts.levels.site}
      value={siteId}
      data={sites.map(({ id, name }) => ({ value: id, label: name }))}
      allowDeselect={false}
      onChange={(value) => value && onChoose(value)}
    />
  )
}
