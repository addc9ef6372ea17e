/** One number per row, at the place of the row's number. Grows by doubling; what was never set is 0. */
export type Numbers = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export class NumberColumn<T extends Numbers = Float64Array> {
  values: T;
  private readonly make: new (length: number) => T;

  /** @param make the typed array that is wide enough for what is kept */
  constructor(make: new (length: number) => T) {
    this.make = make;
    this.values = new make(1024);
  }

  at(row: number): number {
    return this.values[row] ?? 0;
  }

  /** @returns whether it was another one */
  set(row: number, value: number): boolean {
    if (row >= this.values.length) this.grow(row);
    if (this.values[row] === value) return false;
    this.values[row] = value;
    return true;
  }

  private grow(row: number): void {
    const wider = new this.make(Math.max(row + 1, this.values.length * 2));
    wider.set(this.values as never);
    this.values = wider;
  }
}

/** One of few words per row (a region, an owner), as a number: 0 = none. A word that no row has any more keeps its number. */
export class WordColumn {
  readonly codes = new NumberColumn(Uint32Array);
  readonly words: (string | null)[] = [null];
  private readonly known = new Map<string, number>();

  /** @returns whether it was another one */
  set(row: number, word: string | null): boolean {
    return this.codes.set(row, word === null ? 0 : this.learn(word));
  }

  /** 0 for what no row has ever had. */
  codeOf(word: string): number {
    return this.known.get(word) ?? 0;
  }

  wordAt(row: number): string | null {
    return this.words[this.codes.at(row)] ?? null;
  }

  private learn(word: string): number {
    const known = this.known.get(word);
    if (known !== undefined) return known;
    this.known.set(word, this.words.length);
    return this.words.push(word) - 1;
  }
}
