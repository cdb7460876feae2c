import classes from './administration.module.css'
import { texts } from './administration-texts.ts'
import { depthOf, type PlaceId } from './place-tree.ts'
import { SearchSelect } from './SearchSelect.tsx'
import type { Words } from './words.ts'

/** Options drawn at once; a search finds the rest. */
const OPTION_LIMIT = 80
/** Stands for the whole company, which has no id. */
const COMPANY = 'company'

interface PlaceSelectProps {
  readonly words: Words
  readonly value: PlaceId
  readonly onChange: (place: PlaceId) => void
  readonly label: string
  readonly labelHidden?: boolean
  readonly size?: 'xs' | 'sm'
}

/** Where something is held: the whole company, a plant, or a part of one. Found by typing a part of its name. */
export function PlaceSelect({ words, value, onChange, label, labelHidden = false, size = 'sm' }: PlaceSelectProps) {
  const { places, placeText } = words
  const known = value === null || places.byId.has(value)
  const data = [
    { value: COMPANY, label: capital(texts.everywhere) },
    ...places.inOrder.map((place) => ({ value: place.id, label: placeText(place.id) })),
    // What the person may not see stays what it is until another place is chosen.
    ...(known ? [] : [{ value: value as string, label: capital(texts.placeHidden) }]),
  ]
  return (
    <SearchSelect
      {...(labelHidden ? { 'aria-label': label } : { label })}
      size={size}
      data={data}
      value={value ?? COMPANY}
      limit={OPTION_LIMIT}
      onChange={(chosen) => onChange(chosen === null || chosen === COMPANY ? null : chosen)}
      renderOption={({ option }) => {
        const place = places.byId.get(option.value)
        return (
          <span className={classes.placeOption} data-depth={place ? depthOf(places, place.id) : 0}>
            {place?.name ?? option.label} {place && <span className="muted small">{place.level.toLowerCase()}</span>}
          </span>
        )
      }}
    />
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
