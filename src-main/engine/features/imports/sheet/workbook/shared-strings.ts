import { PackedTexts, type Room } from '../packed-texts.ts';
import { StringText } from './string-text.ts';
import { withSigns, type XmlHandler } from './xml-part.ts';

/** Texts that cells name by number (sharedStrings.xml). */
export class SharedStrings implements XmlHandler {
  readonly texts: PackedTexts;
  private now: StringText | null = null;

  constructor(room: Room) {
    this.texts = new PackedTexts(room);
  }

  open(name: string): void {
    if (name === 'si') this.now = new StringText();
    else this.now?.open(name);
  }

  close(name: string): void {
    if (name !== 'si') return this.now?.close(name);
    this.texts.add(withSigns(this.now?.text ?? ''));
    this.now = null;
  }

  text(text: string): void {
    this.now?.add(text);
  }
}
