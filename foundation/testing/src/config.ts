import path from 'node:path'

/** Folders in which programs lie on this machine. */
export function programFolders(): string[] {
  return [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/bin']
}

/** The environment of a process that is started: ours, and more. */
export function environmentWith(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...more }
}
