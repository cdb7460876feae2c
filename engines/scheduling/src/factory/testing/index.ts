export { type FactorySize, generateFactory, generateTariff } from './generate.ts'
