// Other programs import the engine without its ambient files.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./saxen.d.ts" />
import { Parser } from 'saxen';
import { AppError } from '#shared/base/errors.ts';
import type { PartSink } from './zip-parts.ts';

/** Attributes without the prefixes of their names. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** Names come without their prefixes: writers choose those freely. */
export interface XmlHandler {
  open(name: string, attributes: () => Attributes): void;
  close?(name: string): void;
  /** Of one text there may be several pieces. */
  text?(text: string): void;
}

/** Of one tag or text, in characters: a cell has 32,767 at most, each of which may be written as `&quot;`. */
const longestToken = 256 * 1024;
/** What the parser gets at a time, in bytes: what is cut in two is read again. */
const piece = 64 * 1024;
/** Of tags in tags; workbooks need a handful. */
const deepest = 100;

/** One part of a workbook as XML. @throws AppError `import.not-a-sheet`, `import.too-much-inside`, and what the handler throws */
export class XmlPart implements PartSink {
  private readonly decoder = new TextDecoder();
  private readonly parser = new Parser();
  private depth = 0;
  /** Characters since the parser has seen the end of anything. */
  private waiting = 0;

  constructor(handler: XmlHandler) {
    const { parser } = this;
    parser.on('error', (error) => {
      throw error instanceof AppError ? error : new AppError('import.not-a-sheet', { reason: 'xml' }, error);
    });
    parser.on('openTag', (name, attributes, decode) => {
      this.waiting = 0;
      this.depth += 1;
      if (this.depth > deepest) throw new AppError('import.too-much-inside');
      handler.open(bare(name), () => plain(attributes(), decode));
    });
    parser.on('closeTag', (name) => {
      this.waiting = 0;
      this.depth -= 1;
      handler.close?.(bare(name));
    });
    if (!handler.text) return;
    parser.on('text', (text, decode) => handler.text?.(decode(text)));
    parser.on('cdata', (text) => handler.text?.(text));
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += piece)
      this.parse(this.decoder.decode(bytes.subarray(at, at + piece), { stream: true }));
  }

  end(): void {
    this.parse(this.decoder.decode());
    this.parser.end();
  }

  private parse(xml: string): void {
    this.waiting += xml.length;
    this.parser.write(xml);
    if (this.waiting > longestToken) throw new AppError('import.too-much-inside');
  }
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

function plain(attributes: Record<string, string> | false, decode: (text: string) => string): Attributes {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes || {}))
    if (!name.startsWith('xmlns:')) found[bare(name)] = decode(value);
  return found;
}

/** Signs that XML does not have stand in workbooks as _x000D_ (ECMA-376 part 1, 22.9.2.19). */
export const withSigns = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text; // prettier-ignore
