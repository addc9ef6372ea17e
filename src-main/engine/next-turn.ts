/**
 * Lets the loop do what else is there, calls above all, before a long piece of work goes on: behind what has arrived and what timers
 * owe. A timer of 0 ms would wait for a whole one.
 */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
