export { api, idempotencyKey, notConfirmed, onStepUp } from './api.ts'
export { saveBlob, saveText } from './charts/save.ts'
export { clockMs, useNowMs } from './clock.ts'
export { type Column, DataTable } from './DataTable.tsx'
export { Dialog } from './Dialog.tsx'
export { FormActions } from './FormActions.tsx'
export {
  formatDate,
  formatDay,
  formatDuration,
  formatMoney,
  formatNumber,
  formatQuantity,
  formatRatio,
  formatTime,
  formatWeekday,
  formatWhen,
  readerZone,
  zoneNote,
} from './format.ts'
export {
  AttainmentIcon,
  CapacityIcon,
  CommandIcon,
  DemandIcon,
  EnergyIcon,
  FindingsIcon,
  ForecastIcon,
  ImportIcon,
  LimitsIcon,
  Logo,
  MachineIcon,
  MoreIcon,
  OrdersIcon,
  OverviewIcon,
  PeopleIcon,
  RequirementsIcon,
  ResourcesIcon,
  RoutingsIcon,
  ScenariosIcon,
  ScheduleIcon,
  SettingsIcon,
  SignInIcon,
  StationIcon,
  StockIcon,
  StorageIcon,
  TrailIcon,
  WebhookIcon,
} from './icons.tsx'
export { live, useLive } from './live.ts'
export { useLiveRefetch } from './live-refetch.ts'
export {
  type AppContext,
  type Assembly,
  assembleModules,
  type MachineMark,
  type Place,
  type SearchHit,
  type WebModule,
} from './module.ts'
export { Card, CardGrid, Columns, type Crumb, EmptyState, Figure, Page, Row, Stacked } from './Page.tsx'
export { Panels } from './Panels.tsx'
export { PartBoundary } from './PartBoundary.tsx'
export { ProblemAlert } from './ProblemAlert.tsx'
export { rootRoute, shellRoute } from './routes.tsx'
export { BlockSkeleton, LinesSkeleton, PageSkeleton } from './Skeletons.tsx'
export { type Tab, Tabs } from './Tabs.tsx'
export { theme } from './theme.ts'
export { usePlaces } from './use-places.ts'
export { BulletBar } from './values/BulletBar.tsx'
export { PriorityChip, PriorityShape, priorityLevel, QuietChip } from './values/PriorityChip.tsx'
export { Sparkline } from './values/Sparkline.tsx'
export { StateStrip, StripAxis, stateText, stripSummary } from './values/StateStrip.tsx'
export { commandSteps, type Step, StepLine } from './values/StepLine.tsx'
export { mergeStrip } from './values/strip.ts'
export { AgeText, ValueText } from './values/ValueText.tsx'
