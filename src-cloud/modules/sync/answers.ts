const dayMs = 24 * 60 * 60_000;

/**
 * So long the answer to an operation is kept, at least: sent again within that time it is answered as before. Nobody works
 * offline for longer than a week (offline sign-in); what lies longer is a desk that was put away in the moment between the
 * commit and its answer. Half a year covers a leave, a repair, a lawsuit; beyond it the operation is refused, and its person
 * decides whether to do it again.
 */
export const answersKeptMs = 180 * dayMs;

/** When an operation was made, ms, by the clock of its desk: its id is a UUIDv7 (RFC 9562 §5.7: 48 bits of Unix time). */
export const madeAt = (opId: string): number => Number.parseInt(opId.slice(0, 8) + opId.slice(9, 13), 16);
