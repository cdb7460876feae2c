import type { ReactNode } from 'react'

/** One line drawing on a 24 × 24 grid, coloured by the text around it. Decoration: the word beside it is the name. */
function drawing(shapes: ReactNode) {
  return function Icon({ size = 17 }: { size?: number }) {
    return (
      <svg
        aria-hidden="true"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.7}
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {shapes}
      </svg>
    )
  }
}

export const OverviewIcon = drawing(
  <>
    <rect x="3" y="3" width="7" height="7" rx="1" />
    <rect x="14" y="3" width="7" height="7" rx="1" />
    <rect x="3" y="14" width="7" height="7" rx="1" />
    <rect x="14" y="14" width="7" height="7" rx="1" />
  </>,
)
export const FindingsIcon = drawing(
  <>
    <path d="M12 3.5l9 15.5H3z" />
    <path d="M12 10v4M12 16.6h.01" />
  </>,
)
export const MachineIcon = drawing(
  <>
    <rect x="4" y="4" width="16" height="12" rx="1" />
    <path d="M8 20h8M12 16v4M12 8v4M10 10h4" />
  </>,
)
export const ForecastIcon = drawing(
  <>
    <path d="M3 18l5-6 4 3 3-4" />
    <path d="M15 11l6-6M15 11l6 0" strokeDasharray="2 2" />
  </>,
)
export const CapacityIcon = drawing(
  <>
    <path d="M4 20v-6h4v6M10 20V9h4v11M16 20V5h4v15" />
    <path d="M3 9h18" strokeDasharray="2 2" />
  </>,
)
export const CommandIcon = drawing(
  <>
    <path d="M4 7h10M18 7h2M4 17h2M10 17h10" />
    <circle cx="16" cy="7" r="2" />
    <circle cx="8" cy="17" r="2" />
  </>,
)
export const ScheduleIcon = drawing(<path d="M4 6h7M8 12h9M13 18h7" />)
export const DemandIcon = drawing(<path d="M4 13v6h16v-6M4 13l3-8h10l3 8M4 13h5l1.5 2.5h3L15 13h5" />)
export const RequirementsIcon = drawing(
  <path d="M4 6.5l1.5 1.5L8 5M4 12.5L5.5 14 8 11M4 18.5L5.5 20 8 17M12 7h8M12 13h8M12 19h8" />,
)
export const OrdersIcon = drawing(
  <>
    <path d="M6 3h8l4 4v14H6z" />
    <path d="M14 3v4h4M9 12h6M9 16h6" />
  </>,
)
export const StockIcon = drawing(
  <>
    <path d="M4 8l8-4 8 4v8l-8 4-8-4z" />
    <path d="M4 8l8 4 8-4M12 12v8" />
  </>,
)
export const EnergyIcon = drawing(<path d="M13 3L5 13.5h6L10.5 21 19 10h-6.2z" />)
export const PeopleIcon = drawing(
  <>
    <circle cx="9" cy="8" r="3.4" />
    <path d="M2.8 19.5c.5-3.6 3-5.7 6.2-5.7s5.7 2.1 6.2 5.7" />
    <path d="M15.2 5a3.2 3.2 0 010 6.1M18 14.6c1.8.9 2.9 2.6 3.2 4.9" />
  </>,
)
export const WebhookIcon = drawing(
  <>
    <circle cx="12" cy="6.5" r="3" />
    <circle cx="6" cy="17" r="3" />
    <circle cx="18" cy="17" r="3" />
    <path d="M10.5 9.1L7.6 14.5M13.5 9.1l2.9 5.4M9 17h6" />
  </>,
)
export const ImportIcon = drawing(<path d="M12 3v11M7.5 10l4.5 4.5 4.5-4.5M4 15.5V20h16v-4.5" />)
export const StorageIcon = drawing(
  <>
    <ellipse cx="12" cy="6" rx="7.5" ry="3" />
    <path d="M4.5 6v12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3" />
  </>,
)
export const StationIcon = drawing(
  <>
    <rect x="3" y="4" width="18" height="12" rx="1" />
    <path d="M8 20h8M12 16v4" />
    <circle cx="12" cy="8.6" r="1.8" />
    <path d="M8.8 13.4c.4-1.7 1.6-2.6 3.2-2.6s2.8.9 3.2 2.6" />
  </>,
)
export const SignInIcon = drawing(
  <>
    <path d="M11 4h7a1 1 0 011 1v14a1 1 0 01-1 1h-7" />
    <path d="M4 12h10M10.5 8.5L14 12l-3.5 3.5" />
  </>,
)
export const TrailIcon = drawing(
  <>
    <path d="M6 3.5h9l4 4v13H6z" />
    <path d="M9.5 10.5h6M9.5 14h6M9.5 17.5h3.5" />
  </>,
)
export const LimitsIcon = drawing(
  <>
    <path d="M4 17a8.5 8.5 0 1 1 16 0" />
    <path d="M12 15l4-5.5M3 20.5h18" />
  </>,
)
export const SettingsIcon = drawing(
  <>
    <circle cx="12" cy="12" r="3.2" />
    <path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2" />
  </>,
)
export const SearchIcon = drawing(
  <>
    <circle cx="10.5" cy="10.5" r="6" />
    <path d="M15 15l5.5 5.5" />
  </>,
)
export const SunIcon = drawing(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3L7 7M17 17l1.7 1.7M18.7 5.3L17 7M7 17l-1.7 1.7" />
  </>,
)
export const MoonIcon = drawing(<path d="M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z" />)
export const MoreIcon = drawing(<path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth={3} />)
export const PlayIcon = drawing(<path d="M7 4.5l12 7.5-12 7.5z" />)
export const PauseIcon = drawing(<path d="M8 5v14M16 5v14" />)

/** The mill wheel. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--accent)"
      strokeWidth={2}
    >
      <circle cx="12" cy="12" r="6.5" />
      <path d="M12 2v7M12 15v7M2 12h7M15 12h7M5 5l5 5M14 14l5 5M19 5l-5 5M10 14l-5 5" strokeWidth={1.6} />
    </svg>
  )
}
/** Two ways from one point. */
export const AttainmentIcon = drawing(
  <>
    <path d="M4 19h16M6.5 16V9M12 16V5M17.5 16v-4" />
    <path d="M4 8.5h5M9.5 4.5h5M15 8.5h5" />
  </>,
)

export const RoutingsIcon = drawing(
  <>
    <path d="M3.5 4.5h5v4h-5zM9.5 10h5v4h-5zM15.5 15.5h5v4h-5z" />
    <path d="M6 8.5V12h3.5M12 14v3.5h3.5" />
  </>,
)

export const ResourcesIcon = drawing(
  <>
    <path d="M12 3.5l8 4-8 4-8-4z" />
    <path d="M4 12l8 4 8-4M4 16.5l8 4 8-4" />
  </>,
)

export const ScenariosIcon = drawing(
  <>
    <path d="M4 12h5l5-6h6M9 12l5 6h6" />
    <path d="M17.5 3.5L20 6l-2.5 2.5M17.5 15.5L20 18l-2.5 2.5" />
  </>,
)
