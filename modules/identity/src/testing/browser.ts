/** A page somebody ended at. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

const HOPS = 15

/**
 * As much of a browser as a sign-in needs: it keeps cookies for each host, follows redirects and sends forms. With `Lax`
 * cookies it does what browsers do: none of ours comes along when another site's page posts to us.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  cookie(url: string, name: string): string | undefined {
    return this.#cookies.get(new URL(url).hostname)?.get(name)
  }

  setCookie(url: string, name: string, value: string): void {
    const { hostname } = new URL(url)
    this.#cookies.set(hostname, (this.#cookies.get(hostname) ?? new Map()).set(name, value))
  }

  /** Goes somewhere and on until there is a page. @param until ends there without asking for it. */
  async go(url: string, options: { form?: Readonly<Record<string, string>>; until?: RegExp } = {}): Promise<Page> {
    let at = url
    let form = options.form
    for (let hop = 0; hop < HOPS; hop += 1) {
      if (hop > 0 && options.until?.test(at)) return { url: at, status: 0, text: '' }
      const answer = await this.#ask(at, form, form !== undefined && hop === 0)
      const location = answer.headers.get('location')
      if (location === null) return { url: at, status: answer.status, text: await answer.text() }
      at = new URL(location, at).href
      form = undefined
    }
    throw new Error(`${url} leads in circles.`)
  }

  async #ask(url: string, form: Readonly<Record<string, string>> | undefined, posted: boolean): Promise<Response> {
    const { hostname } = new URL(url)
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>()
    const fromElsewhere = posted && form?.SAMLResponse !== undefined
    const answer = await fetch(url, {
      method: posted ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(!fromElsewhere && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(fromElsewhere && { origin: 'https://idp.example' }),
      },
      ...(posted && { body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    this.#cookies.set(hostname, jar)
    return answer
  }
}
