import { expect, test } from 'vitest'
import { exampleCommand } from './command.ts'

const OF = { page: 'millrace.example', deviceId: 'd1', password: 'mrd_x', address: 'temperature' }

test.each([
  [{ tls: false, loopback: true, port: 1883 }, 'mosquitto_pub -h localhost -p 1883 -q 1'],
  [{ tls: true, loopback: false, port: 8883 }, 'mosquitto_pub -h millrace.example -p 8883 --tls-use-os-certs -q 1'],
])('the command names the door as a device finds it: %o', (door, start) => {
  const command = exampleCommand({ state: 'open', ...door }, OF)
  expect(command.split(' \\\n')).toEqual([start, '  -u d1 -P mrd_x', '  -t millrace/v1/d1/temperature -m 21.5'])
})
