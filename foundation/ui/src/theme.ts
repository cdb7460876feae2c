import '@fontsource-variable/inter/wght.css'
import { createTheme, type MantineColorsTuple, type VariantColorsResolver } from '@mantine/core'

/** Ten times the same variable: the shades live in `styles/mantine.css`, where light and dark differ. */
const accent: MantineColorsTuple = [
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
  'var(--accent)',
]

/** How pressable things are coloured: the accent filled, grey outlined, or bare. Red only for what destroys. */
const variantColorResolver: VariantColorsResolver = ({ variant, color }) => {
  const destructive = color === 'red'
  switch (variant) {
    case 'filled':
      return {
        background: destructive ? 'var(--p1)' : 'var(--accent)',
        hover: destructive ? 'var(--p1)' : 'var(--accent-hover)',
        color: destructive ? 'var(--raised)' : 'var(--accent-ink)',
        border: '1px solid transparent',
      }
    case 'light':
      return {
        background: destructive ? 'var(--p1-soft)' : 'var(--accent-soft)',
        hover: destructive ? 'var(--p1-soft)' : 'var(--accent-soft)',
        color: destructive ? 'var(--p1)' : 'var(--accent)',
        border: '1px solid transparent',
      }
    case 'subtle':
    case 'transparent':
      return {
        background: 'transparent',
        hover: 'var(--planned)',
        color: destructive ? 'var(--p1)' : 'var(--ink-2)',
        border: '1px solid transparent',
      }
    default:
      return {
        background: 'var(--raised)',
        hover: 'var(--surface)',
        color: destructive ? 'var(--p1)' : 'var(--ink)',
        border: `1px solid ${destructive ? 'var(--p1)' : 'var(--line-strong)'}`,
      }
  }
}

/** The look of every Mantine component. Colours come from `styles/tokens.css` through `styles/mantine.css`. */
export const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent },
  fontFamily: 'var(--font)',
  defaultRadius: 7,
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver,
  components: {
    Button: { defaultProps: { size: 'sm', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle' } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 100 } } },
    Modal: {
      defaultProps: {
        ...{ transitionProps: { duration: 120 }, centered: true, overlayProps: { backgroundOpacity: 0.3 } },
        // base.css holds the page still: what Mantine does about it is a style sheet in the page, which the policy forbids.
        lockScroll: false,
        // A dialog's heading is no second banner of the page.
        attributes: { header: { role: 'none' } },
      },
      styles: { content: { background: 'var(--raised)' }, header: { background: 'var(--raised)' } },
    },
    // A choice is made at once; colours on their way could not be read.
    SegmentedControl: { defaultProps: { transitionDuration: 0 } },
    Menu: { defaultProps: { transitionProps: { duration: 100 }, withinPortal: true } },
  },
})
