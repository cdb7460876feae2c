import { setCost } from '../password.ts'

// Vitest runs this before each test file: half of what the tests of the API cost was hashing. A test of the time that hashing
// takes sets the cost of a server again.
setCost(2 ** 8)
