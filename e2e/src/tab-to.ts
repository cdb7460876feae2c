import type { Locator, Page } from '@playwright/test'

/** No more often than a patient person would. */
const PRESS_LIMIT = 80

/** Presses Tab, or Tab backwards, until the thing of this name has the focus. */
export async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < PRESS_LIMIT; pressed++) {
    await page.keyboard.press(key)
    const focused = page.locator(':focus')
    if ((await focused.count()) === 1 && (await accessibleName(focused)) === name) return
  }
  throw new Error(`${PRESS_LIMIT} presses of Tab did not reach ${name}.`)
}

/** The name of an element as read out, as far as labels and content make it. */
function accessibleName(element: Locator): Promise<string> {
  return element.evaluate((node) => {
    const labels = node instanceof HTMLInputElement ? [...(node.labels ?? [])] : []
    const label = node.getAttribute('aria-label') ?? labels[0]?.textContent ?? node.textContent
    return label?.trim() ?? ''
  })
}
