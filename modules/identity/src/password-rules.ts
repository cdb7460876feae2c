/** Whose password it would be. */
export interface Owner {
  readonly name: string
  readonly email: string
}

// What people take most when twelve characters are asked for, without its digits, signs and capitals. The length alone is
// what makes a password good; these are long only in appearance.
const COMMON: ReadonlySet<string> = new Set(
  `password passwort contraseña contrasena motdepasse passw pass passphrase secret geheim welcome willkommen bienvenido
  letmein iloveyou iloveyouforever ichliebedich teamo administrator admin root guest user login changeme changemenow
  qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfghjkl yxcvbnm zxcvbnm qwertyasdfgh qazwsxedc qazwsx abcdefghijkl
  abcdefgh abcdef football baseball basketball princess sunshine superman batman spiderman starwars pokemon dragon monkey
  master shadow trustno michael jennifer jordan liverpool chelsea arsenal barcelona realmadrid juventus hockey summer
  sommer winter spring herbst autumn verano invierno monday january february march april may june july august september
  october november december company firma factory fabrik fabrica millrace maschine machine production produktion
  correcthorsebatterystaple testtest test testing temporary default newpassword mypassword thepassword computer internet
  samsung google facebook microsoft windows apple iphone hello hallo hola bonjour`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
const LADDERS = [
  '012345678901234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
]
/** So many different characters at least, or it is a pattern. */
const DIFFERENT_MIN = 5
/** Shorter parts of names occur in words by chance. */
const NAME_PART_MIN = 4

/**
 * Why a password is easy to guess; undefined when it is not. Its length is the schema's business (NIST SP 800-63B §5.1.1.2:
 * long, not common, not about the person; no rules about kinds of characters).
 */
export function passwordFault(password: string, owner: Owner): string | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  if (new Set(text).size < DIFFERENT_MIN)
    return 'It repeats a few characters. Take several words that do not belong together.'
  if (unitOf(text).length <= text.length / 2)
    return 'It repeats itself. Take several words that do not belong together.'
  const letters = text.replaceAll(/[^\p{L}]/gu, '')
  const core = text.replaceAll(/^[\d\W_]+|[\d\W_]+$/g, '')
  const plain = lettersFor(core).replaceAll(/[^\p{L}]/gu, '')
  if (COMMON.has(letters) || COMMON.has(plain) || COMMON.has(unitOf(letters)) || COMMON.has(unitOf(plain))) {
    return 'It is among the most common ones. Take several words that do not belong together.'
  }
  if (LADDERS.some((ladder) => isLadder(text, ladder))) return 'It is a row of keys. Take words instead.'
  const own = [...owner.name.split(/[\s-]+/), ...(owner.email.split('@')[0] ?? '').split(/[._+-]/), owner.email]
  if (leavesLittle(text, own))
    return 'It is mostly your own name or address. Take words that have nothing to do with you.'
  return undefined
}

/** The shortest text that, repeated, is this one: `ab` of `abab`. */
function unitOf(text: string): string {
  const at = (text + text).indexOf(text, 1)
  return text.slice(0, at)
}

/** Signs people write for letters. */
function lettersFor(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  }
  return text.replaceAll(/[013457@$!]/g, (sign) => signs[sign] ?? sign)
}

function isLadder(text: string, ladder: string): boolean {
  const backwards = [...ladder].reverse().join('')
  return ladder.includes(text) || backwards.includes(text)
}

/** Whether hardly anything to guess is left when the owner's names are taken out. */
function leavesLittle(text: string, own: readonly string[]): boolean {
  const names = own.filter((word) => word.length >= NAME_PART_MIN).map((word) => word.toLowerCase())
  const rest = names.sort((a, b) => b.length - a.length).reduce((left, name) => left.replaceAll(name, ''), text)
  return rest !== text && rest.replaceAll(/[\d\W_]/g, '').length < NAME_PART_MIN
}
