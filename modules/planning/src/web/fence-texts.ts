/** Words of freeze fences. */
export const fenceTexts = {
  open: 'Freeze fences',
  title: 'Freeze fences',
  intro:
    'What starts within the first time is frozen: planning leaves it alone, and only who may publish moves it, with a reason. What starts within the second needs a reason. A place without times of its own keeps to those around it.',
  place: 'Place',
  frozen: 'Frozen, hours',
  slushy: 'With a reason, hours',
  frozenOf: (place: string) => `${place}: frozen, hours`,
  slushyOf: (place: string) => `${place}: with a reason, hours`,
  asAround: 'as around it',
  invalid: 'Give both times of a place or neither; the second is at least as long.',
  label: 'Fences by place',
  mayNot: 'Who may publish a schedule can change them.',
  cancel: 'Close',
  save: 'Save',
  reasonTitle: 'A reason is needed',
  reason: 'Why it has to move',
  reasonHint: 'Kept in the audit trail, at least three letters',
  keep: 'Leave it where it is',
  move: 'Move it',
} as const
