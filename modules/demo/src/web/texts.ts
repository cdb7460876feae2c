/** Words of the demo company's settings. */
export const texts = {
  company: {
    title: 'Demo company',
    present: 'Alpine Edge AG with two living plants is here, run by the simulator. Everything in it is invented.',
    absent: 'The demo company is not here. It shows two living plants with machines, findings and history.',
    installing: 'The demo company is being brought.',
    removing: 'The demo company is being removed.',
    remove: 'Remove the demo company',
    bring: 'Bring the demo company',
    confirmTitle: 'Remove the demo company?',
    confirm:
      'Its plants, machines, people, findings and history are deleted, and you are signed out. Your own company stays as it is. It can be brought back at any time, with a new history.',
    cancel: 'Keep it',
  },
  stories: {
    title: 'Simulator',
    note: 'faults and opportunities with a true cause',
    empty: 'The simulator tells no stories right now.',
    story: 'Story',
    machine: 'Machine',
    progress: 'How far',
    speed: 'Speed',
    moves: 'Change',
    start: 'Start',
    faster: 'Faster',
    reset: 'Reset',
    real: 'real time',
    times: (speed: string) => `${speed} × real time`,
    resting: 'not running',
  },
} as const
