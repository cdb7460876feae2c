import { type GanttPage, startGanttPage } from '@millrace/planning/testing'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectNoViolation } from './axe.ts'

// On a page of its own with an invented plan: no server, and the same bars at any time of any day.

let served: GanttPage
test.beforeAll(async () => {
  served = await startGanttPage()
})
test.afterAll(() => served.stop())

const grid = (page: Page): Locator => page.getByRole('grid', { name: /^Sursee, this week/ })
/** What the keyboard is on. */
const active = async (page: Page): Promise<string> => {
  const id = await grid(page).getAttribute('aria-activedescendant')
  return (await page.locator(`[id="${id}"]`).textContent()) ?? ''
}
const said = (page: Page): Locator => page.getByRole('status')

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(served.url + query)
  await page.waitForFunction(() => window.gantt?.frames.length > 0)
}

/** Brings the keyboard to an order by the search, and along its lane to one of its steps. */
async function findStep(page: Page, order: string, step: string): Promise<void> {
  await page.getByText('Orders', { exact: true }).click()
  const search = page.getByRole('combobox', { name: 'Find an order' })
  await search.fill(order)
  await search.press('Enter')
  await grid(page).focus()
  await expect.poll(() => active(page)).toContain(order)
  await page.keyboard.press('Home')
  for (let press = 0; press < 8 && !(await active(page)).startsWith(`${order} ${step}`); press++) {
    await page.keyboard.press('ArrowRight')
  }
  expect(await active(page)).toContain(`${order} ${step}`)
}

test('ten thousand bars are drawn past React, and a scrolled picture is used again', async ({ page }) => {
  await open(page, '?bars=10000')
  const { bars, renderings } = await page.evaluate(() => window.gantt)
  expect(bars).toBeGreaterThanOrEqual(10_000)
  await page.evaluate(async () => {
    const host = document.querySelectorAll('canvas')[3]?.parentElement
    // When the font is there, all is drawn once more.
    await document.fonts.ready
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame)
    window.gantt.frames = []
    for (let at = 0; at < 40; at++) {
      host?.dispatchEvent(new WheelEvent('wheel', { deltaX: 30, clientX: 700, clientY: 400, cancelable: true }))
      await new Promise(requestAnimationFrame)
    }
    await new Promise(requestAnimationFrame)
  })
  const after = await page.evaluate(() => window.gantt)
  expect(after.renderings).toBe(renderings)
  // One drawing for each event at most, and none of them of the whole picture.
  expect(after.frames.length).toBeGreaterThan(20)
  expect(after.frames.length).toBeLessThanOrEqual(41)
  expect(after.frames.filter(({ body }) => body === 'whole')).toEqual([])
})

test('zooming leaves now on the screen, and the scroll bars go where the picture goes', async ({ page }) => {
  await open(page, '?bars=10000')
  const bar = page.locator('canvas').nth(0).locator('xpath=../div[last()-1]')
  const part = () => bar.evaluate((scroller) => scroller.scrollLeft / (scroller.scrollWidth - scroller.clientWidth))
  const settled = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame)
    })
  // Two weeks of more than ten have passed.
  for (const span of ['Month', 'Day', 'Week', 'Month']) {
    await page.getByRole('button', { name: span, exact: true }).click()
    await settled()
    expect(await part()).toBeGreaterThan(0.02)
    expect(await part()).toBeLessThan(0.3)
  }
  await bar.evaluate((scroller) => {
    scroller.scrollLeft = scroller.scrollWidth
  })
  await settled()
  expect(await part()).toBeCloseTo(1, 2)
  await page.getByRole('button', { name: 'Today', exact: true }).click()
  await settled()
  expect(await part()).toBeLessThan(0.3)
})

test('a shifted picture is the same as one that was drawn whole', async ({ page }) => {
  await open(page)
  const host = page.locator('canvas').nth(2)
  const wheel = (deltas: object) =>
    host.evaluate(async (canvas, init) => {
      canvas.dispatchEvent(
        new WheelEvent('wheel', { clientX: 700, clientY: 400, bubbles: true, cancelable: true, ...init }),
      )
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
    }, deltas)
  for (const deltas of [{ deltaX: 333 }, { deltaX: -101, deltaY: 57 }, { deltaX: 41 }, { deltaY: -20 }])
    await wheel(deltas)
  const shifted = await host.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  // Another scheme and back draws everything anew.
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.waitForFunction(() => window.gantt.frames.at(-1)?.body === 'whole')
  await page.evaluate(() => {
    window.gantt.frames = []
  })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.waitForFunction(() => window.gantt.frames.some(({ body }) => body === 'whole'))
  const whole = await host.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const different = await page.evaluate(
    async ([one, other]) => {
      const pixels = async (url: string) => {
        const image = new Image()
        image.src = url
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = image.width
        canvas.height = image.height
        const context = canvas.getContext('2d')
        context?.drawImage(image, 0, 0)
        return context?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
      }
      const [a, b] = [await pixels(one ?? ''), await pixels(other ?? '')]
      // Edges of round corners may be blended twice, a tone or so.
      return a.reduce((count, value, at) => count + (Math.abs(value - (b[at] ?? 0)) > 40 ? 1 : 0), 0) / a.length
    },
    [shifted, whole],
  )
  expect(different).toBeLessThan(0.001)
})

test('with the keyboard alone a bar is found, moved, taken back and locked', async ({ page }) => {
  await open(page)
  await findStep(page, '4478', 'Milling')
  const before = await active(page)
  await page.keyboard.press('m')
  await expect(said(page)).toContainText('4478 Milling in hand')
  for (let press = 0; press < 4; press++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await expect(said(page)).toContainText('4478 Milling to Mill')
  expect(await active(page)).not.toBe(before)

  await page.keyboard.press('Control+z')
  await expect(said(page)).toContainText('Undone: 4478 Milling')
  expect(await active(page)).toBe(before)
  await page.keyboard.press('Shift+Control+Z')
  await expect(said(page)).toContainText('Done again')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('l')
  await expect.poll(() => active(page)).toContain('locked')
  await page.keyboard.press('m')
  await expect(said(page)).toContainText('it is locked; unlock it first')

  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => window.gantt.opened.length)).toBe(1)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys of the plan' })).toBeVisible()
})

test('a bar in the hand comes back with Escape', async ({ page }) => {
  await open(page)
  await findStep(page, '4478', 'Milling')
  const before = await active(page)
  await page.keyboard.press('m')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Escape')
  await expect(said(page)).toContainText('Left where it was.')
  expect(await active(page)).toBe(before)
})

/** A point in the middle of the picture, from its corner. */
async function pointIn(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = await page.locator('canvas').nth(3).boundingBox()
  return [(box?.x ?? 0) + x, (box?.y ?? 0) + y]
}

test('an operation of the tray is refused by the wrong machine and placed on the right one', async ({ page }) => {
  await open(page)
  const drag = async (lane: string) => {
    const item = page.getByRole('button', { name: /^9002 Milling/ })
    const from = await item.boundingBox()
    await page.mouse.move((from?.x ?? 0) + 30, (from?.y ?? 0) + 15)
    await page.mouse.down()
    const heights: Record<string, number> = { 'Blanking press': 45, 'Mill 2': 140 }
    await page.mouse.move(...(await pointIn(page, 600, 250)), { steps: 4 })
    await page.mouse.move(...(await pointIn(page, 600, heights[lane] ?? 0)), { steps: 4 })
    await page.mouse.up()
  }
  await drag('Blanking press')
  await expect(said(page)).toContainText('not on Blanking press: not in the routing')
  await expect(page.getByText('6 operations', { exact: true })).toBeVisible()
  await drag('Mill 2')
  await expect(said(page)).toContainText('9002 Milling placed on Mill 2')
  await expect(page.getByText('5 operations', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText('6 operations', { exact: true })).toBeVisible()
})

test('a bar that is dragged by the mouse to another machine is let go by Escape, and dropped without', async ({
  page,
}) => {
  await open(page)
  const drag = async () => {
    await page.mouse.move(...(await pointIn(page, 500, 100)))
    await page.mouse.down()
    await page.mouse.move(...(await pointIn(page, 560, 110)), { steps: 3 })
    await page.mouse.move(...(await pointIn(page, 730, 195)), { steps: 5 })
  }
  const undo = page.getByRole('button', { name: 'Undo', exact: true })
  await drag()
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await expect(said(page)).toContainText('Left where it was.')
  await expect(undo).toBeDisabled()
  await drag()
  await page.mouse.up()
  await expect(said(page)).toContainText(/to Mill 3/)
  await expect(undo).toBeEnabled()
})

test('a rubber band selects, and an empty place clears', async ({ page }) => {
  await open(page)
  await page.mouse.move(...(await pointIn(page, 740, 200)))
  await page.mouse.down()
  await page.mouse.move(...(await pointIn(page, 300, 60)), { steps: 5 })
  await page.mouse.up()
  const count = page.getByText(/^\d+ selected$/)
  await expect(count).toBeVisible()
  await page.mouse.click(...(await pointIn(page, 740, 200)))
  await expect(count).toBeHidden()
})

test('two fingers zoom, one goes through time', async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true })
  const page = await context.newPage()
  await open(page)
  const session = await context.newCDPSession(page)
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...places: [number, number][]) => {
    const points = await Promise.all(places.map(([x, y]) => pointIn(page, x, y)))
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) })
  }
  const bar = page.locator('canvas').nth(0).locator('xpath=../div[last()-1]')
  const length = () => bar.evaluate((scroller) => scroller.scrollWidth)
  const left = () => bar.evaluate((scroller) => scroller.scrollLeft)

  const before = await length()
  await touch('touchStart', [300, 150], [400, 150])
  for (let step = 1; step <= 5; step++) await touch('touchMove', [300 - 10 * step, 150], [400 + 10 * step, 150])
  await touch('touchEnd')
  await expect.poll(length).toBeGreaterThan(1.8 * before)
  await expect.poll(length).toBeLessThan(2.2 * before)

  const from = await left()
  await touch('touchStart', [600, 15])
  for (let step = 1; step <= 5; step++) await touch('touchMove', [600 - 20 * step, 15])
  await touch('touchEnd')
  await expect.poll(async () => (await left()) - from).toBeGreaterThan(80)
  await context.close()
})

test('the menu of a bar opens at the keyboard, and its words say what can be done', async ({ page }) => {
  await open(page)
  await findStep(page, '4478', 'Milling')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Lock here' }).click()
  await expect.poll(() => active(page)).toContain('locked')
  await expect(grid(page)).toBeFocused()
})

test('the plan leaves as Excel and comes back unchanged', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'More for this plan' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save as Excel' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('Sursee, this week.xlsx')
  const path = await download.path()
  await page.locator('input[type=file]').setInputFiles(path)
  await expect(page.getByRole('dialog', { name: 'Moves from Excel' })).toContainText('asks for nothing')
})

test('who may only read has nothing to change with, and is told why', async ({ page }) => {
  await open(page, '?may=read')
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeHidden()
  await findStep(page, '4478', 'Milling')
  await page.keyboard.press('m')
  await expect(said(page)).toContainText('Your role may read the plan')
})

test('axe finds no violation in the plan, in light and in dark, with a bar in the hand or not', async ({ page }) => {
  await open(page)
  await expectNoViolation(page)
  await findStep(page, '4478', 'Milling')
  await page.keyboard.press('m')
  await page.keyboard.press('ArrowRight')
  await expectNoViolation(page)
  await page.keyboard.press('Escape')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expectNoViolation(page)
})

test('on a phone the plan is a list by lane and day that axe likes and that opens orders', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(served.url)
  await expect(page.getByRole('heading', { name: /24/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Mill 4' })).toContainText('spindle drive fault')
  await expectNoViolation(page)
  await page.getByRole('button', { name: 'Day after' }).click()
  await expect(page.getByRole('heading', { name: /25/ })).toBeVisible()
  await page.getByRole('region', { name: 'Mill 1' }).getByRole('button').first().click()
  expect(await page.evaluate(() => window.gantt.opened.length)).toBe(1)
})
