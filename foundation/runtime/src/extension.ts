import type { Context } from './context.ts'

/**
 * A question a module puts to the modules above it, which it cannot know: "what else belongs into the configuration of
 * this gateway?" The lower module declares the point, the higher ones answer.
 */
export interface ExtensionPoint<_Arg, _Answer> {
  readonly name: string
}

export interface Extension {
  readonly point: string
  readonly answer: (ctx: Context, arg: never) => Promise<unknown>
}

export function extensionPoint<Arg, Answer>(name: string): ExtensionPoint<Arg, Answer> {
  return { name }
}

/** What a module contributes at a point. */
export function extend<Arg, Answer>(
  point: ExtensionPoint<Arg, Answer>,
  answer: (ctx: Context, arg: Arg) => Promise<Answer>,
): Extension {
  return { point: point.name, answer }
}

/** Collects the answers of all extensions of a point, in module order. */
export function answering(extensions: readonly Extension[]) {
  return async <Arg, Answer>(point: ExtensionPoint<Arg, Answer>, ctx: Context, arg: Arg): Promise<Answer[]> => {
    const answers: Answer[] = []
    for (const extension of extensions) {
      // The point's type parameters are what `extend` was called with: the name is unique.
      if (extension.point === point.name) answers.push((await extension.answer(ctx, arg as never)) as Answer)
    }
    return answers
  }
}
