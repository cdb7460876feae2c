// CSS pixels.

/** The column with the names of the lanes. */
export const HEAD_WIDTH = 176
/** Two rows of the time axis. */
export const AXIS_HEIGHT = 46
/** A row of bars in a lane. */
export const BAR_HEIGHT = 24
export const ROW_GAP = 3
/** The strip with the load of each day above the bars of a resource. */
export const LOAD_HEIGHT = 15
/** Above and below the bars; the name of an order has two lines. */
export const LANE_PADDING = { resource: 4, order: 8, flow: 4 } as const
/** The line with the name of a group of lanes. */
export const GROUP_HEIGHT = 22

export const FONT_SIZE = 11.5
export const SMALL_FONT_SIZE = 10.5
export const FONT = "'Inter Variable', system-ui, sans-serif"
