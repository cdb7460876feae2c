import { Modal } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useEffect, useState } from 'react'
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
  useFocusReturned()
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

/** A dialog is there or not, without closing first: so what opened it gets the focus back when nothing else has it. */
function useFocusReturned(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body
      if (isNowhere && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    },
    [opener],
  )
}
