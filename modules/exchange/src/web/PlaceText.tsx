import { placeText, usePlaceTree } from '@millrace/plant/web'
import { texts } from './texts.ts'

/** Where what a webhook is told happens. */
export function PlaceText({ placeId }: { placeId: string | null }) {
  const tree = usePlaceTree()
  if (placeId === null) return <>{texts.company}</>
  const place = tree.byId.get(placeId)
  if (!place) return <>{texts.placeGone}</>
  return <>{[place.name, placeText(tree, placeId)].filter((text) => text !== '').join(', ')}</>
}
