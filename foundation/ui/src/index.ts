export { api, idempotencyKey, type QueryValue, unexpectedAnswer, unreachable } from './api.ts'
export { clockMs, useNowMs } from './clock.ts'
export { type Column, DataTable } from './DataTable.tsx'
export {
  formatAge,
  formatDay,
  formatDuration,
  formatMoney,
  formatNumber,
  formatQuantity,
  formatRatio,
  formatTime,
  formatWhen,
  MISSING,
  readerZone,
  zoneNote,
} from './format.ts'
export {
  ArrowLeftIcon,
  CheckIcon,
  ChevronRightIcon,
  CommandIcon,
  CrossIcon,
  FindingsIcon,
  GatewayIcon,
  Logo,
  MachineIcon,
  OverviewIcon,
  PeopleIcon,
  PlantIcon,
  SettingsIcon,
  SimulatorIcon,
} from './icons.tsx'
export { LiveClient, type LiveStatus, live, useLive, useLiveStatus } from './live.ts'
export { useLiveRefetch } from './live-refetch.ts'
export {
  type AppContext,
  type Assembly,
  assembleModules,
  type MachineMark,
  type NavigationEntry,
  type Panel,
  type SearchHit,
  type WebModule,
} from './module.ts'
export { Card, CardGrid, Columns, type Crumb, EmptyState, Figure, Page, Row, Stacked } from './Page.tsx'
export { Panels } from './Panels.tsx'
export { PartBoundary } from './PartBoundary.tsx'
export { ProblemAlert } from './ProblemAlert.tsx'
export { rootRoute, shellRoute } from './routes.tsx'
export { BlockSkeleton, LinesSkeleton, PageSkeleton } from './Skeletons.tsx'
export { theme } from './theme.ts'
export { BulletBar } from './values/BulletBar.tsx'
export { PriorityChip, type PriorityLevel, PriorityShape, priorityLevel, QuietChip } from './values/PriorityChip.tsx'
export { Sparkline } from './values/Sparkline.tsx'
export { StateStrip, StripAxis, stateText, stripSummary } from './values/StateStrip.tsx'
export { commandSteps, type Step, StepLine } from './values/StepLine.tsx'
export { mergeStrip, type StripInterval, stripTotals } from './values/strip.ts'
export { AgeText, STALE_MS, ValueText } from './values/ValueText.tsx'
