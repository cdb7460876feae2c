import { test } from '@millrace/testing'
import { expect } from 'vitest'
import { passwordFault } from './password-rules.ts'
import { openCompany, PASSWORD } from './testing/company.ts'
import { confirmed } from './testing/factors.ts'

const OWNER = { name: 'Maria-Luisa Keller', email: 'maria.keller@alpine-edge.example' }

test.each([
  'three quiet words',
  'correct horse battery',
  'Zwölf Bären im Schnee',
  'keller treppe wasser mond',
  '山山 川川 風 雨 雪 月 花 鳥 虫',
])('%s is taken', (password) => {
  expect(passwordFault(password, OWNER)).toBeUndefined()
})

test.each([
  'password1234',
  'P@ssw0rd!2026',
  'Password-Password',
  'qwertyuiop12',
  'Contraseña123',
  'correcthorsebatterystaple',
  'aaaaaaaaaaaaaaaa',
  'abcabcabcabc',
  '123456789012',
  '098765432109',
  'abcdefghijklm',
  'MariaKeller1990!',
  'keller-keller-1',
  'maria.keller@alpine-edge.example',
])('%s is refused', (password) => {
  expect(passwordFault(password, OWNER)).toMatch(/^It /)
})

test('a password is changed with the old one, and every other session ends', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const person = await company.addPerson('Wanda')
  const [here, elsewhere] = [await company.signIn(person), await company.signIn(person)]
  const change = (password: string, newPassword: string) => here.call('PUT', '/password', { password, newPassword })
  expect((await change('not the old one', 'four very quiet words')).code).toBe('identity/password-wrong')
  expect((await change(PASSWORD, 'password12345')).code).toBe('identity/password-weak')
  expect((await change(PASSWORD, 'short')).code).toBe('http/request-invalid')
  expect((await change(PASSWORD, 'four very quiet words')).status).toBe(204)
  expect((await here.call('GET', '/session')).status).toBe(200)
  expect((await elsewhere.call('GET', '/session')).code).toBe('http/sign-in-needed')
  await expect(company.signIn(person)).rejects.toThrow('401')
  await company.app.close()
})

test('without the old password a new one takes a confirmation', async ({ runtime }) => {
  const company = await openCompany(runtime, { demo: true })
  const browser = await company.signIn(await company.addPerson('Demian'))
  const act = ['POST', '/password', { newPassword: 'five really very quiet words' }] as const
  expect((await browser.call(...act)).code).toBe('identity/step-up-needed')
  expect((await confirmed(browser, act, { press: true })).status).toBe(204)
  expect((await browser.call('GET', '/factors')).body).toMatchObject({ password: true })
  await company.app.close()
})

test('a company is not founded with a password that is easy to guess', async ({ runtime }) => {
  const company = await openCompany(runtime)
  const founding = { enterpriseName: 'X', person: { name: 'Mia', email: 'mia@x.example', password: 'password12345' } }
  const answer = await company.browser().call('POST', '/enterprises', founding)
  expect(answer.code).toBe('identity/password-weak')
  await company.app.close()
})
