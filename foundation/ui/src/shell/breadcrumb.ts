import { createContext } from 'react'

/** The element of the top bar into which a page puts its breadcrumb. */
export const BreadcrumbHost = createContext<HTMLElement | null>(null)
