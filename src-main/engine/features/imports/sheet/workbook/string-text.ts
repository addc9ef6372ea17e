/** What a text in a workbook may hold is far below this; what is longer is cut off. */
const longest = 100_000;

/** Pieces of one text as they come. */
export const joined = (text: string, piece: string): string => (text.length < longest ? text + piece : text);

/**
 * The text in an `si` or `is`: one `t`, or one in each run of a rich text. How it is pronounced (`rPh`) is not part of it.
 */
export class StringText {
  text = '';
  private inText = false;
  private inRuby = false;

  open(name: string): void {
    if (name === 't') this.inText = true;
    else if (name === 'rPh') this.inRuby = true;
  }

  close(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.inRuby = false;
  }

  add(text: string): void {
    if (this.inText && !this.inRuby) this.text = joined(this.text, text);
  }
}
