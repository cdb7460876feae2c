export { type FactorySize, generateFactory, generateTariff } from './generate.ts'
export { generateEvents } from './generate-events.ts'
export { smallFactory } from './small-factory.ts'
