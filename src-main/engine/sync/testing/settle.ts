/** Lets everything that needs no time run to its end: what follows a pull leaves the loop between its steps. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
