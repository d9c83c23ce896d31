// The live board as it is told: a snapshot, then what each fact changed.

/** Agents and queues by id, who waits where, and what is in use. */
export class Floor {
  constructor() {
    this.open = true;
    this.asOf = null;
    this.seq = 0;
    this.queues = new Map();
    this.agents = new Map();
    this.waiting = new Map(); // queue → its waiting calls, as far as they are known
    this.uses = {};
  }

  /** Take a message in; the queues in which somebody else may wait now. */
  take(message) {
    const first = message.type === "snapshot";
    const shown = first ? message.board : message.changes;
    if (first) {
      this.queues.clear();
      this.agents.clear();
      this.waiting.clear();
    }
    this.seq = message.seq;
    this.open = shown.open;
    this.asOf = shown.as_of;
    for (const row of shown.queues) this.queues.set(row.id, row);
    for (const row of shown.agents) this.agents.set(row.id, row);
    for (const id of shown.removed_agents ?? []) this.agents.delete(id);
    for (const id of shown.removed_queues ?? []) {
      this.queues.delete(id);
      this.waiting.delete(id);
    }
    for (const name of ["seats", "places", "channels"]) this.uses[name] = shown[name] ?? this.uses[name];
    // Who rings for a caller is told with the agents' rows, and shown beside the caller.
    const of = shown.agents.flatMap(({ queue, queues }) => (queue === null ? queues : [queue]));
    return new Set([...shown.queues.map(({ id }) => id), ...of].filter((id) => this.queues.has(id)));
  }

  /** The name of an agent, or his id when he is not there any more. */
  agent(id) {
    return this.agents.get(id)?.name ?? id;
  }

  queue(id) {
    return id === null ? "" : (this.queues.get(id)?.name ?? id);
  }
}
