export { generateRequirements } from './generate.ts'
