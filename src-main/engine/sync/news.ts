/** What the cloud has told of its counter and no pull has looked for yet. */
export class News {
  private readonly position: () => number;
  private last: { readonly seq: number; readonly first: boolean } | null = null;

  /** @param position the counter, as far as this desk has read */
  constructor(position: () => number) {
    this.position = position;
  }

  /** @param first of a stream that has just begun: it may be of a cloud whose counter went back, a restored backup */
  hear(seq: number, first: boolean): void {
    this.last = { seq, first };
  }

  /** A pull begins: what was told until now is looked for. */
  forget(): void {
    this.last = null;
  }

  /** Is there something that this desk has not read? */
  get isThere(): boolean {
    if (!this.last) return false;
    const { seq, first } = this.last;
    return first ? seq !== this.position() : seq > this.position();
  }
}
