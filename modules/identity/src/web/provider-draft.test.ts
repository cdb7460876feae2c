import { expect, test } from 'vitest'
import { changeOf, domainsIn, draftOf, emptyDraft, hostOf } from './provider-draft.ts'

test.each([
  ['Muster.example, @other.example;  third.example ', ['muster.example', 'other.example', 'third.example']],
  ['', []],
  ['a.example a.example', ['a.example']],
])('the domains in %j are %j', (text, expected) => expect(domainsIn(text)).toEqual(expected))

test.each([
  ['https://idp.example/realm', { host: 'idp.example', port: 443 }],
  ['http://10.1.2.3:8080', { host: '10.1.2.3', port: 8080 }],
  ['http://[fd00::5]', { host: 'fd00::5', port: 80 }],
  ['idp.example', undefined],
  ['javascript:alert(1)', undefined],
])('%s leads to %j', (issuer, expected) => expect(hostOf(issuer)).toEqual(expected))

test('a draft sends what was typed, and leaves out a secret that was not', () => {
  const draft = {
    ...emptyDraft('oidc', 'https://millrace.example/'),
    name: ' Company ',
    issuer: 'https://idp.example',
    clientId: 'm',
  }
  expect(changeOf(draft)).toEqual({
    ...{ name: 'Company', origin: 'https://millrace.example', domains: [], trustsMail: false, newcomers: null },
    ...{ groupsClaim: null, groupRoles: [], provesSecondFactor: false },
    connection: {
      ...{
        kind: 'oidc',
        issuer: 'https://idp.example',
        clientId: 'm',
        scopes: 'openid email profile',
        algorithm: 'RS256',
      },
      privateHost: null,
    },
  })
  const near = { ...draft, issuer: 'http://10.0.0.1:8080', isPrivate: true, privateReason: 'Plant', clientSecret: 's' }
  expect(changeOf(near).connection).toMatchObject({
    ...{ clientSecret: 's', privateHost: { host: '10.0.0.1', port: 8080, reason: 'Plant' } },
  })
  expect(changeOf(emptyDraft('saml', 'https://m.example')).connection).toEqual({
    ...{ kind: 'saml', mailAttribute: null, nameAttribute: null, allowsUnsolicited: false },
  })
})

test('what is stored comes back as it was', () => {
  const change = changeOf({
    ...emptyDraft('oidc', 'https://millrace.example'),
    ...{
      name: 'C',
      issuer: 'http://10.0.0.1',
      clientId: 'm',
      isPrivate: true,
      privateReason: 'Plant',
      groupsClaim: 'groups',
    },
    groupRoles: [{ key: 'k', value: 'a', role: 'planner', placeId: null }],
  })
  const { connection, ...rest } = change
  if (connection.kind !== 'oidc') throw new Error('It is one of OpenID Connect.')
  const provider = {
    ...{ ...rest, id: 'x', state: 'off', revision: 1, linkedCount: 0, lastTry: null },
    ...{ ours: {}, connection: { ...connection, hasSecret: true } },
  }
  expect(changeOf(draftOf(provider as never))).toEqual(change)
})
