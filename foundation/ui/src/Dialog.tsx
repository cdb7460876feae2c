import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { texts } from './texts.ts'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  /** Room for a form of several columns. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** Something to be settled before going on with the page. On a phone it is the page. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const isPhone = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false })
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={wide ? 760 : 480}
      fullScreen={isPhone}
      closeButtonProps={{ 'aria-label': texts.close }}
    >
      {children}
    </Modal>
  )
}
