/** What one server said to others. */
export interface ClusterMessage {
  readonly subject: string
  readonly data: Uint8Array
  header(name: string): string | undefined
}

/** A stream of work: what was added stays, on the disks of most nodes, until it was done. */
export interface WorkStream {
  readonly name: string
  /** What is added under these subjects. Streams do not overlap. */
  readonly subject: string
  readonly bytesMax: number
}

/** The way to the other servers of an installation. Without one, a server is alone. */
export interface Cluster {
  /** Of this process, new at each start. A word of letters and digits. */
  readonly processId: string
  readonly isConnected: boolean

  /** Says something to whoever listens now, this process included. Nobody may; nothing is kept. */
  publish(subject: string, data: string | Uint8Array, headers?: Readonly<Record<string, string>>): void
  /**
   * Hears what is said under a subject; `*` stands for one word of it, `>` for all that follow.
   *
   * @param hear must not throw.
   * @returns ends it; safe to call twice.
   */
  subscribe(subject: string, hear: (message: ClusterMessage) => void): () => void

  /** Makes streams that are not there yet. @throws Error when the cluster cannot keep three copies, or one that is alone none */
  openStreams(streams: readonly WorkStream[]): Promise<void>
  /**
   * Adds work. Resolves when most nodes have it.
   *
   * @param id of equal ids within two minutes one is kept.
   * @throws Error when it was not kept, or nobody knows; also when the stream is full.
   */
  addWork(subject: string, id: string, data: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void>
  /**
   * Does the work of a stream, the oldest first, several at once, until it is stopped. One at a time does: whoever begins takes over
   * what another had begun and not done, in order. Goes on by itself after a loss of nodes. Work that is added meanwhile is heard as it
   * is said, also while the stream has no leader, and done once.
   *
   * @param perform resolves when the work is done for good. What it did not do is done again, by whoever comes next.
   */
  doWork(
    stream: WorkStream,
    atOnce: number,
    perform: (message: ClusterMessage) => Promise<void>,
  ): { stop(): Promise<void> }

  stop(): Promise<void>
}
