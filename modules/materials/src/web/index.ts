import { StockIcon, type WebModule } from '@millrace/ui'
import { materialRoute } from './MaterialPage.tsx'
import { stockRoute } from './StockPage.tsx'
import { texts } from './texts.ts'

export const materialsWeb: WebModule = {
  name: 'materials',
  routes: [stockRoute, materialRoute],
  navigation: [
    {
      to: '/materials/stock',
      text: texts.title,
      Icon: StockIcon,
      group: 'make',
      order: 27,
      permission: 'materials:stock:read',
      covers: ['/materials/'],
      key: 'k',
    },
  ],
}
